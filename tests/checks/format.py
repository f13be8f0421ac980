#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""C sources are as clang-format would write them: './dev format' does it."""

import pathlib
import re
import subprocess
import sys

FOLDERS = ["src", "include", "tests", "examples", "bench"]


def main(clang_format, root, *options):
    root = pathlib.Path(root)
    files = [path for folder in FOLDERS
             for path in sorted((root / folder).glob("**/*.[ch]"))]
    if options:
        return subprocess.run([clang_format, *options, *files]).returncode
    result = subprocess.run([clang_format, "--dry-run", *files],
                            stderr=subprocess.PIPE, text=True)
    places = re.findall(r"^(\S+):(\d+):\d+: warning", result.stderr, re.MULTILINE)
    for name, line in dict(reversed(places)).items():
        print(f"{pathlib.Path(name).relative_to(root)}:{line}: first line to format")
    if places:
        print("./dev format does it.")
    return 1 if places else result.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
