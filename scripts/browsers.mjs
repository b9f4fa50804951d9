// Runs the fault tests in every browser engine at their full length: `npm run test:browsers`.
// Usage: browsers.mjs                          Chromium, Firefox and WebKit
//        browsers.mjs --engines chromium,webkit
//        browsers.mjs --short                  the length of `npm test`
//        browsers.mjs --faults REGEX           only the faults whose names match
//        browsers.mjs --report                 other clients too; writes docs/reliability.md
//        browsers.mjs --dist FOLDER            another build of the package
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { engineNeeds, engines, parseEngines } from './support/engines.mjs';
import { writeReliability } from './support/reliability.mjs';
import { main } from './support/run.mjs';
import { vitest } from './support/stages.mjs';

const faultFile = 'tests/browser/faults/faults.test.ts';
const reported = [
  faultFile,
  'tests/browser/faults/hidden.test.ts',
  'tests/browser/faults/page_lifecycle.test.ts',
];
const files = [
  ...reported,
  'tests/browser/security.test.ts',
  'tests/browser/reconnects.test.ts',
  'tests/browser/websocket.test.ts',
];

await main(async () => {
  const { values } = parseArgs({
    options: {
      engines: { type: 'string', default: engines.join(',') },
      short: { type: 'boolean', default: false },
      faults: { type: 'string' },
      report: { type: 'boolean', default: false },
      dist: { type: 'string' },
    },
    allowPositionals: false,
  });
  const wanted = parseEngines(values.engines);
  await prepare(['build', 'proxies', ...engineNeeds(wanted)]);
  const env = {
    RWS_ENGINES: wanted.join(','),
    ...(!values.short && { RWS_LONG: '1' }),
    ...(values.report && { RWS_COMPARE: '1' }),
    ...(values.faults && { RWS_FAULTS: values.faults }),
    ...(values.dist && { RWS_DIST: values.dist }),
  };
  const { passed, failed } = await vitest(['browser'], {
    env,
    files: values.faults ? [faultFile] : values.report ? reported : files,
  });
  if (values.report && !values.faults) writeReliability(wanted);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
});
