// Makes ECMAScript modules of React, which publishes none: vendor/react.js and others, all with the same
// React.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const modules = {
  react: 'react',
  'jsx-runtime': 'react/jsx-runtime',
  'react-dom-client': 'react-dom/client',
};

mkdirSync('vendor/source', { recursive: true });
for (const [file, name] of Object.entries(modules)) {
  const names = Object.keys(require(name)).filter((key) => key !== 'default');
  const lines = [`import all from '${name}';`, 'export default all;', `export const { ${names} } = all;`];
  writeFileSync(`vendor/source/${file}.js`, lines.join('\n'));
}
await build({
  entryPoints: Object.keys(modules).map((file) => `vendor/source/${file}.js`),
  outdir: 'vendor',
  bundle: true,
  splitting: true,
  format: 'esm',
  define: { 'process.env.NODE_ENV': '"production"' },
});
