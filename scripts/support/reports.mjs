// Reads the reports of test runners.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './run.mjs';

/** The counts of one run, and the names of the failed tests. Skipped tests count as failed. */
function results(passed, total, failures, exitCode) {
  const failed = total - passed;
  // A runner can fail without a failed test (a file that does not load, a crash), and a run without tests is
  // a failure.
  const hasOtherFailure = failed === 0 && (exitCode !== 0 || total === 0);
  return { passed, failed: hasOtherFailure ? 1 : failed, failures };
}

/** Reads a file written by gtest's --gtest_output=json. */
export function gtestResults(path, exitCode) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { testsuites } = JSON.parse(readFileSync(path, 'utf8'));
  const tests = testsuites.flatMap(({ testsuite }) => testsuite);
  const hasPassed = ({ result, failures }) => result === 'COMPLETED' && !failures?.length;
  const failures = tests
    .filter((test) => !hasPassed(test))
    .map(({ classname, name }) => `${classname}.${name}`);
  return results(tests.length - failures.length, tests.length, failures, exitCode);
}

/** Reads a file written by vitest's JSON reporter. */
export function vitestResults(path, exitCode) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { numPassedTests, numTotalTests, testResults } = JSON.parse(readFileSync(path, 'utf8'));
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status !== 'passed');
    if (tests.length === 0 && status !== 'passed') return [`${file}: ${message}`];
    return tests.map(({ fullName }) => `${file}: ${fullName}`);
  });
  return results(numPassedTests, numTotalTests, failures, exitCode);
}
