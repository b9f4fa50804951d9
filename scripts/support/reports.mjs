// Reads the reports of test runners.
import { existsSync, readFileSync } from 'node:fs';

/** The counts of one run. Skipped tests count as failed. */
function counts(passed, total, exitCode) {
  const failed = total - passed;
  // A runner can fail without a failed test (a file that does not load, a crash), and a run without tests is
  // a failure.
  const hasOtherFailure = failed === 0 && (exitCode !== 0 || total === 0);
  return { passed, failed: hasOtherFailure ? 1 : failed };
}

/** Reads a file written by gtest's --gtest_output=json. */
export function gtestCounts(path, exitCode) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { testsuites } = JSON.parse(readFileSync(path, 'utf8'));
  const tests = testsuites.flatMap(({ testsuite }) => testsuite);
  const passed = tests.filter(({ result, failures }) => result === 'COMPLETED' && !failures?.length).length;
  return counts(passed, tests.length, exitCode);
}

/** Reads a file written by vitest's JSON reporter. */
export function vitestCounts(path, exitCode) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(path, 'utf8'));
  return counts(numPassedTests, numTotalTests, exitCode);
}
