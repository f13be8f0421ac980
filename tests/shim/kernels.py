#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Collects the programs of the API tests by running those on the default
device, then compiles each for every GPU: kernels.py COMPILE GPU... -- TEST...,
where a GPU is NAME=VALUE words, comma-separated, for the environment.
"""

import os
import subprocess
import sys
import tempfile

split = sys.argv.index("--")
compiler, gpus, tests = sys.argv[1], sys.argv[2:split], sys.argv[split + 1 :]


def run(command, **variables):
    return subprocess.run(
        command,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def report(number, what, ended):
    # radeonsi says it to nobody but who reads along.
    failed = ended.returncode != 0 or "failed to compile" in ended.stdout
    print("not ok" if failed else "ok", number, "-", what)
    for line in ended.stdout.splitlines():
        print("#", line)


print(f"1..{len(gpus) + len(tests)}")
number = 0
with tempfile.TemporaryDirectory() as folder:
    for test in tests:
        number += 1
        report(
            number,
            "programs of " + os.path.basename(test),
            run([test], TREFOIL_TEST_CORPUS=folder),
        )
    for gpu in gpus:
        number += 1
        words = dict(word.split("=", 1) for word in gpu.split(","))
        report(
            number,
            "compiled for " + gpu.split(",")[0],
            run([compiler], TREFOIL_TEST_CORPUS=folder, **words),
        )
