#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads Meson's testlog.json, prints 'PASSED FAILED SKIPPED'.

A test that speaks TAP counts as many as it reports, and one failure more if it
ended badly without reporting one: a crash, say, or a leak at the end.
"""

import json
import re
import sys

FAILED = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}
TAP = re.compile(r"^(ok|not ok) \d+(.*# SKIP)?", re.MULTILINE | re.IGNORECASE)


def count(test):
    passed = failed = skipped = 0
    for outcome, skip in TAP.findall(test.get("stdout", "")):
        if skip:
            skipped += 1
        elif outcome == "ok":
            passed += 1
        else:
            failed += 1
    if test["result"] in FAILED:
        failed = max(failed, 1)
    elif not passed + skipped:
        passed, skipped = (0, 1) if test["result"] == "SKIP" else (1, 0)
    return passed, failed, skipped


def main(log):
    with open(log) as lines:
        counts = [count(json.loads(line)) for line in lines]
    print(*(sum(column) for column in zip((0, 0, 0), *counts)))


if __name__ == "__main__":
    main(*sys.argv[1:])
