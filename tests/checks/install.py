#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""'meson install' into an empty folder leaves Trefoil's files, all of them and
no other; the .icd file names a library that was installed."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

EXPECTED = [
    r"etc/OpenCL/vendors/trefoil\.icd",
    r"usr/lib(/[^/]+)?/libTrefoilOpenCL\.so",
    r"usr/lib(/[^/]+)?/libTrefoilOpenCL\.so\.1",
    r"usr/lib(/[^/]+)?/libTrefoilOpenCL\.so\.1\.0\.0",
]
HEADER = r"usr/include/trefoil/[a-z_]+\.h"


def install(meson, build, target):
    subprocess.run(
        [*meson, "install", "-C", build, "--no-rebuild", "--skip-subprojects",
         "--quiet"],
        check=True, env={**os.environ, "DESTDIR": str(target)})
    return [str(path.relative_to(target)) for path in sorted(target.glob("**/*"))
            if not path.is_dir()]


def faults(found, target):
    for pattern in EXPECTED:
        if not any(re.fullmatch(pattern, name) for name in found):
            yield f"not installed: {pattern}"
    for name in found:
        if not any(re.fullmatch(p, name) for p in [*EXPECTED, HEADER]):
            yield f"installed, but not Trefoil's: {name}"
    for icd in target.glob("**/*.icd"):
        library = icd.read_text().strip()
        if not any(name.endswith("/" + library) for name in found):
            yield f"{icd.name} names {library}, which was not installed"


def main(build, *meson):
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder)
        found = list(faults(install(meson, build, target), target))
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
