// Lists the C++ files of the project, and finds those that CMake does not build.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './run.mjs';

/**
 * The files below a folder with one of these name endings, as sorted paths relative to the project's folder.
 */
export function filesBelow(folder, endings) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

const cppFolders = ['src', 'wasm_bindings', 'tests'];

/** All C++ sources and headers. */
export function cppFiles() {
  return cppFolders.flatMap((folder) => filesBelow(folder, ['.cpp', '.h']));
}

/** C++ sources that are in no CMakeLists.txt, and so neither built nor run. */
export function unlistedSources() {
  return cppFolders.flatMap((folder) => {
    const lists = filesBelow(folder, ['CMakeLists.txt']);
    // Paths in a list are relative to its folder.
    const listed = lists.flatMap((list) =>
      readFileSync(join(root, list), 'utf8')
        .split(/[\s()]+/)
        .map((word) => join(dirname(list), word)),
    );
    return filesBelow(folder, ['.cpp']).filter((path) => !listed.includes(path));
  });
}
