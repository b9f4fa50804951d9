// The wasm module as JavaScript, made by wasm2js from the same core.wasm. It works only with the glue of the same build.
import { type TranslatedCore } from './core.js';

declare const translated: TranslatedCore;
export default translated;
