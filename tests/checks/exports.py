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
    found = {line.split()[0] for line in output.splitlines()}
    for name in sorted(found - EXPECTED):
        print(f"exported, but no ICD entry point: {name}")
    for name in sorted(EXPECTED - found):
        print(f"not exported: {name}")
    return 0 if found == EXPECTED else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
