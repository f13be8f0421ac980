#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads Meson's testlog.json, prints a table of the clients that it has."""

import json
import re
import sys


def row(test):
    text = test.get("stdout", "")
    good = len(re.findall(r"^ok ", text, re.MULTILINE))
    bad = len(re.findall(r"^not ok ", text, re.MULTILINE))
    result = f"{good} of {good + bad}"
    if test["result"] != "OK":
        result += f", {test['result']}"
    notes = dict(re.findall(r"^# (uses|enqueued): (.*)$", text, re.MULTILINE))
    name = re.sub(r".*client-", "", test["name"])
    commands = ", ".join(notes.get("enqueued", "").split(", ")[:4])
    return name, result, f"{test['duration']:.0f} s", notes.get("uses", ""), commands


def main(log):
    rows = [("client", "checks passed", "time", "uses", "most of its commands")]
    with open(log) as lines:
        rows += sorted(row(json.loads(line)) for line in lines)
    widths = [max(map(len, column)) for column in zip(*rows)]
    for number, cells in enumerate(rows):
        print("| " + " | ".join(map(str.ljust, cells, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


if __name__ == "__main__":
    main(*sys.argv[1:])
