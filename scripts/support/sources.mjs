// Owns the answer to which C++ files the project has, and whether CMake builds all of them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './run.mjs';

/** Files below a folder whose name ends in one of the endings, as paths from the project's folder, sorted. */
export function filesBelow(folder, endings) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

const cppFolders = ['src', 'wasm_bindings', 'tests'];

/** Every C++ source and header. */
export function cppFiles() {
  return cppFolders.flatMap((folder) => filesBelow(folder, ['.cpp', '.h']));
}

/** C++ sources that no CMakeLists.txt names: code that would silently not be built, tests that would not run. */
export function unlistedSources() {
  return cppFolders.flatMap((folder) => {
    const lists = filesBelow(folder, ['CMakeLists.txt']);
    // A list names its files from its own folder.
    const listed = lists.flatMap((list) =>
      readFileSync(join(root, list), 'utf8')
        .split(/[\s()]+/)
        .map((word) => join(dirname(list), word)),
    );
    return filesBelow(folder, ['.cpp']).filter((path) => !listed.includes(path));
  });
}
