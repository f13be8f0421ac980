# SPDX-License-Identifier: MIT
"""CLBlast's own tests of each of its routines, against the BLAS of the CPU."""

import glob
import os
import re

from client import Client

# CLBlast's own faults: these read an array of halves on the device as floats.
FAULTY = {"HAXPYBATCHED", "HGEMMBATCHED"}


def count(text, word):
    return sum(map(int, re.findall(rf"^ +(\d+) test\(s\) {word}", text, re.MULTILINE)))


def check_program(client, program):
    """The program tests its routine in every precision, one after the other."""
    routine = os.path.basename(program).replace("clblast_test_", "")
    done = client.run(program, status=None, timeout=3000)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout_text)
    parts = re.split(r"Starting tests for the '(\w+)' routine", text)
    tested = [(name, part) for name, part in zip(parts[1::2], parts[2::2])
              if name not in FAULTY and "All tests skipped" not in part]
    # What it skips its reference refuses.
    passed = sum(count(part, "passed") for _, part in tested)
    wrong = [f"{name}: {line.strip()}" for name, part in tested for line in part.splitlines()
             if "Error rate" in line or re.match(r" +[1-9]\d* test\(s\) failed", line)]
    complete = all("test(s) passed" in part for _, part in tested) and len(tested) >= 2
    client.check(complete and passed > 0 and not wrong and done.returncode >= 0,
                 f"{routine}: {passed} cases", f"status {done.returncode}", *wrong[:10],
                 done.stderr_text[-1000:])


def main(client):
    programs = sorted(glob.glob("/usr/bin/clblast_test_*"))
    client.check(len(programs) > 40, "CLBlast's tests are installed", programs)
    for program in programs:
        check_program(client, program)


with Client("buffers, local memory, vectors, structs, fp16, fp64, required work-group sizes, "
            "events") as the_client:
    main(the_client)
