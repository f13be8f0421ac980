#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""C sources are as clang-format would write them: './dev format' does it."""

import pathlib
import subprocess
import sys

FOLDERS = ["src", "include", "tests", "examples", "bench"]


def main(clang_format, root, *options):
    files = [path for folder in FOLDERS
             for path in sorted((pathlib.Path(root) / folder).glob("**/*.[ch]"))]
    arguments = list(options) or ["--dry-run", "--Werror"]
    return subprocess.run([clang_format, *arguments, *files]).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
