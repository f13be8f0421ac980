#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""spirv.py SPIRV-VAL PROGRAM: is what zink makes of kernels good SPIR-V?

Mesa's Vulkan driver takes much that is not, and a GPU's compiler does not.
The program is a test of the API's; that it passes is another test's business.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

# zink writes arrays of scalars without padding, as features that it asks for
# allow.
VALIDATE = ["--target-env", "vulkan1.3", "--scalar-block-layout"]


def dump(program, folder):
    env = os.environ | {"ZINK_DEBUG": "spirv"}
    subprocess.run([os.path.abspath(program)], cwd=folder, env=env, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return sorted(pathlib.Path(folder).glob("*.spv"))


def main(validator, program):
    with tempfile.TemporaryDirectory() as folder:
        modules = dump(program, folder)
        bad = 0
        for module in modules:
            result = subprocess.run([validator, *VALIDATE, module],
                                    capture_output=True, text=True,
                                    check=False)
            if result.returncode:
                print(f"{module.name}: {result.stdout}{result.stderr}")
                bad += 1
    print(f"{len(modules)} modules, {bad} of them invalid")
    return 1 if bad or not modules else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
