"""Runs the tests of the Python server and prints the result as one line of JSON.

{"passed": n, "failed": n, "skipped": n, "seconds": s, "failures": [names]}; failures in full go to
the standard error. `--times` prints the slowest tests there too. Exit code 1 if any test failed.
"""

from __future__ import annotations

import json
import sys
import time
import unittest
from pathlib import Path
from typing import Any, List, Tuple


class TimedResult(unittest.TextTestResult):
    """Keeps how long each test took, its set-up and tear-down included."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.times: List[Tuple[float, str]] = []

    def startTest(self, test: unittest.TestCase) -> None:
        self._started = time.monotonic()
        super().startTest(test)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self.times.append((time.monotonic() - self._started, test.id()))


def main() -> int:
    started = time.monotonic()
    suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=0, resultclass=TimedResult).run(suite)
    assert isinstance(result, TimedResult)
    broken = result.failures + result.errors
    failures = sorted({getattr(test, "id", lambda: str(test))() for test, _ in broken})
    if "--times" in sys.argv:
        for seconds, name in sorted(result.times, reverse=True)[:15]:
            print(f"{seconds:6.2f} s  {name}", file=sys.stderr)
    print(
        json.dumps(
            {
                "passed": result.testsRun - len(failures) - len(result.skipped),
                "failed": len(failures),
                "skipped": len(result.skipped),
                "seconds": round(time.monotonic() - started, 1),
                "failures": failures,
            }
        )
    )
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
