#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every file that can hold a comment says its licence in its first lines."""

import pathlib
import sys

WITHOUT = {"LICENSE", ".editorconfig", ".clang-format"}
SUFFIXES_WITHOUT = {".md", ".in", ".sym", ".wrap", ".icd", ".png", ".json", ".txt",
                    ".supp", ".csv"}
FOLDERS = ["src", "include", "tests", "examples", "bench", "scripts", ".ci"]
FILES = ["dev", "meson.build", "meson.options"]


def files(root):
    yield from (root / name for name in FILES)
    for folder in FOLDERS:
        yield from (path for path in sorted((root / folder).glob("**/*"))
                    if path.is_file() and "__pycache__" not in path.parts)


def lacks(path):
    if path.name in WITHOUT or path.suffix in SUFFIXES_WITHOUT:
        return False
    with path.open(errors="replace") as file:
        head = [file.readline() for _ in range(5)]
    return not any("SPDX-License-Identifier: MIT" in line for line in head)


def main(root):
    faults = [path for path in files(pathlib.Path(root)) if lacks(path)]
    for path in faults:
        print(f"{path}: no line 'SPDX-License-Identifier: MIT'")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
