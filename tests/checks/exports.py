#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The library exports what an ICD loader asks for, and nothing else.

Whatever else it exported could take the place of a client's own function.
"""

import subprocess
import sys

EXPECTED = {
    "clGetExtensionFunctionAddress",
    "clGetPlatformInfo",
    "clIcdGetPlatformIDsKHR",
}


def main(nm, library):
    output = subprocess.run(
        [nm, "--dynamic", "--defined-only", "--format=posix", library],
        check=True, capture_output=True, text=True).stdout
    symbols = (line.split() for line in output.splitlines())
    # Small letters are symbols that only the library itself can see; but u, v
    # and w are unique and weak ones.
    found = {name for name, kind, *_ in symbols if kind.isupper() or kind in "uvw"}
    for name in sorted(found - EXPECTED):
        print(f"exported, but no ICD entry point: {name}")
    for name in sorted(EXPECTED - found):
        print(f"not exported: {name}")
    return 0 if found == EXPECTED else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
