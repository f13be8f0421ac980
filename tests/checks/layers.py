#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads the #include lines of src/: who may see whom.

Dependencies run one way: api -> core -> {compiler, gallium} -> util, and
only the last but one of these know Mesa's drivers and compiler. A header of
ours that Mesa has too would be taken for Mesa's by Mesa's own headers.
"""

import pathlib
import re
import sys

MAY_INCLUDE = {
    "api": {"api", "core", "util"},
    "core": {"core", "compiler", "gallium", "util"},
    "compiler": {"compiler", "gallium", "util"},
    "gallium": {"gallium", "util"},
    "util": {"util"},
    "target": {"target", "gallium", "util"},
}
KNOWS_MESA = {"compiler", "gallium", "target"}
MESA_ONLY = re.compile(
    r"^(pipe/|pipe-loader/|frontend/|target-helpers/|sw/|nir|spirv/"
    r"|compiler/(nir|spirv|clc)|(.*/)?(u_inlines|u_upload_mgr|u_transfer)\.h)"
)
MESA_ROOTS = ("include", "src", "src/gallium/include", "src/gallium/auxiliary",
              "src/gallium/drivers", "src/gallium/winsys")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def check_file(src, path):
    layer = path.relative_to(src).parts[0]
    for number, name in includes(path):
        head = name.split("/")[0]
        where = f"{path.relative_to(src)}:{number}"
        if head in MAY_INCLUDE and (src / name).is_file():
            if head not in MAY_INCLUDE[layer]:
                yield f"{where}: {layer} may not include {name}"
        elif layer not in KNOWS_MESA and MESA_ONLY.match(name):
            yield f"{where}: {layer} may not know Mesa's {name}"
        elif name.startswith(".."):
            yield f"{where}: include {name} by its place under src/"


def check_shadows(src, mesa):
    for path in sorted(src.glob("**/*.h")):
        name = path.relative_to(src)
        for root in MESA_ROOTS:
            if (mesa / root / name).exists():
                yield f"{name}: Mesa has a header of that name"


def main(src, subprojects):
    src = pathlib.Path(src)
    faults = []
    for mesa in pathlib.Path(subprojects).glob("mesa-*/"):
        faults += check_shadows(src, mesa)
    for path in sorted(src.glob("*/**/*.[ch]")):
        faults += check_file(src, path)
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
