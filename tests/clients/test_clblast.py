# SPDX-License-Identifier: MIT
"""CLBlast's own tests of each of its routines, against the BLAS of the CPU."""

import glob
import os
import re

from client import Client


def main(client):
    programs = sorted(glob.glob("/usr/bin/clblast_test_*"))
    client.check(len(programs) > 40, "CLBlast's tests are installed", programs)
    for program in programs:
        routine = os.path.basename(program).replace("clblast_test_", "")
        done = client.run(program, timeout=1000)
        text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout_text)
        # Once for each precision; what it skips its reference refuses, or is fp16.
        passed, failed = (sum(map(int, re.findall(rf"^ +(\d+) test\(s\) {word}", text,
                                                  re.MULTILINE)))
                          for word in ("passed", "failed"))
        wrong = [line for line in text.splitlines() if "Error rate" in line]
        client.check(passed > 0 and failed == 0 and "kernel compilation error:" not in text,
                     f"{routine}: {passed} cases", f"{failed} failed", *wrong[:10])


with Client("buffers, local memory, vectors, structs, fp64, required work-group sizes, "
            "events") as the_client:
    main(the_client)
