"""Runs test modules and prints, as JSON, the outcome of each test: {"id": "ok" | "failed" | ...}."""
import json
import os
import sys
import unittest


class Outcomes(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.outcomes = {}
        self.details = {}

    def startTest(self, test):
        super().startTest(test)
        self.outcomes[test.id()] = "ok"

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._bad(test, "failed", err)

    def addError(self, test, err):
        super().addError(test, err)
        self._bad(test, "error", err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._bad(test, "failed", err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.outcomes[test.id()] = "skipped"

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.outcomes[test.id()] = "expected failure"

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.outcomes[test.id()] = "unexpected success"

    def _bad(self, test, outcome, err):
        self.outcomes[test.id()] = outcome
        self.details[test.id()] = self._exc_info_to_string(err, test)[-3000:]


def main():
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    result = Outcomes()
    wanted = sys.argv[2:]
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromName(sys.argv[1]) if not wanted else loader.loadTestsFromNames(wanted)
    suite.run(result)
    json.dump({"outcomes": result.outcomes, "details": result.details}, answer)
    answer.flush()


if __name__ == "__main__":
    main()
