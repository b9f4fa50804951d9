export default function createCore(Module) {
