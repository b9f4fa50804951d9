// The WebAssembly half of the build: core.js and core.wasm by Emscripten, core.mjs from the two, and translated_core.mjs,
// which is core.wasm as JavaScript.
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decoderOf, pagesFor } from './byte_text.mjs';
import { isFresh } from './freshness.mjs';
import { buildPreset } from './native.mjs';
import { capture, root, run } from './run.mjs';

// Where Debian keeps the JavaScript modules that its Emscripten loads (acorn); a Node that is not Debian's does not
// look there by itself.
const debianModules = '/usr/share/nodejs';

async function emConfig(key) {
  const { output } = await capture('em-config', [key]);
  return output.trim();
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The environment that Emscripten needs on this machine. */
export async function emscriptenEnvironment() {
  const env = { NODE_PATH: [process.env.NODE_PATH, debianModules].filter(Boolean).join(':') };
  // A cache that is not frozen is filled at first use, so it must be a place that we may write to.
  if ((await emConfig('FROZEN_CACHE')) !== 'True' && !isWritable(await emConfig('CACHE'))) {
    env.EM_CACHE = join(root, 'build/emscripten_cache');
  }
  return env;
}

/** The decoder of byte_text.mjs for so many bytes, assembled; its files stand in the folder. */
async function assembleDecoder(bytes, folder) {
  const source = readFileSync(join(root, 'wasm_bindings/byte_text.wat'), 'utf8');
  const [text, assembled] = ['byte_text.wat', 'byte_text.wasm'].map((name) => join(folder, name));
  writeFileSync(text, source.replaceAll('SIZE', String(pagesFor(bytes))));
  await run('wasm-as', [text, '-o', assembled]);
  await run('wasm-opt', ['-Oz', '--converge', assembled, '-o', assembled]);
  return readFileSync(assembled);
}

// Members of embind's own objects that no other object has. Shorter names are 0.3 KB smaller after compression.
const embindMembers = (
  '__derivedClasses allocate allocated argPackAdvance baseClass className constPointerType ' +
  'constructor_body deleteObject destructorFunction downcast fieldName fields freelist fromWireType ' +
  'getActualType getSocket getSocketEvent getter getterContext getterReturnType ' +
  'ignoreDuplicateRegistrations instancePrototype isConst isReference isSmartPointer isVoid newest ' +
  'overloadTable pointeeType pointerType ptrType pureVirtualFunctions rawConstructor ' +
  'rawDestructor rawGetPointee rawShare readValueFromPointer refcount registeredClass ' +
  'setter setterArgumentType setterContext sharingPolicy smartPtr smartPtrType socketEvent sockets toHandle ' +
  'toValue toWireType upcast'
).split(' ');

// What the module uses beyond the first version of WebAssembly (see CMakeLists.txt).
const wasmFeatures = ['--enable-mutable-globals', '--enable-bulk-memory', '--enable-sign-ext'];

/**
 * The module's bytes, optimised once more, because Emscripten removes unused code only after its own passes. The module is
 * 0.2 KB smaller after compression.
 */
async function optimisedBytes(wasmPath, folder) {
  const optimised = join(folder, 'core_optimised.wasm');
  await run('wasm-opt', [...wasmFeatures, '-Oz', wasmPath, '-o', optimised]);
  return readFileSync(optimised);
}

/**
 * Makes one module without side effects of Emscripten's two files: the factory as default export, the bytes decoded
 * only when asked for.
 */
export async function writeModule(gluePath, wasmPath, modulePath) {
  const { transform } = await import('esbuild');
  const bytes = await optimisedBytes(wasmPath, dirname(modulePath));
  const source =
    readFileSync(gluePath, 'utf8') + decoderOf(bytes, await assembleDecoder(bytes, dirname(modulePath)));
  const { code } = await transform(source, {
    format: 'esm',
    target: 'es2022',
    minify: true,
    mangleProps: new RegExp(`^(${embindMembers.join('|')})$`),
    // Emscripten 3.1 writes some of them as texts.
    mangleQuoted: true,
  });
  writeFileSync(modulePath, code);
}

/**
 * Writes the module as JavaScript, translated by Binaryen. The default export is a function that takes the imports and
 * returns the exports. The glue is the same as for WebAssembly.
 */
export async function writeTranslation(wasmPath, modulePath) {
  const { transform } = await import('esbuild');
  const translated = `${modulePath}.js`;
  // In Emscripten's form the translation is one function, and nothing is created before it is called. That of Binaryen 131
  // takes all imports. That of Binaryen 108 takes the imports from the only module that has some, and `abort`, which it calls
  // where the code is unreachable.
  await run('wasm2js', ['--emscripten', ...wasmFeatures, '-O', wasmPath, '-o', translated]);
  // In parentheses: V8 compiles such a function when it loads the file, instead of parsing it once more when it is called.
  const text = readFileSync(translated, 'utf8');
  const given = text.startsWith('function instantiate(asmLibraryArg)')
    ? "{ ...Object.values(imports)[0], abort() { throw new Error('unreachable'); } }"
    : 'imports';
  const source = `const instantiate = (${text});\nexport default (imports) => instantiate(${given});\n`;
  const { code } = await transform(source, { format: 'esm', target: 'es2022', minify: true });
  writeFileSync(modulePath, code);
}

/** Builds build/wasm/core.mjs and build/wasm/translated_core.mjs if they are older than their sources. */
export async function buildWasm() {
  const sources = [
    'src',
    'wasm_bindings',
    'CMakeLists.txt',
    'CMakePresets.json',
    'scripts/support/wasm.mjs',
    'scripts/support/byte_text.mjs',
  ];
  const outputs = ['build/wasm/core.mjs', 'build/wasm/translated_core.mjs'];
  if (isFresh(outputs, sources)) return;
  await buildPreset('wasm', 'rws_wasm', { env: await emscriptenEnvironment() });
  const built = join(root, 'build/wasm/wasm_bindings');
  const wasm = join(built, 'core.wasm');
  const [module, translation] = outputs.map((path) => join(root, path));
  await writeModule(join(built, 'core.js'), wasm, module);
  await writeTranslation(wasm, translation);
}
