# SPDX-License-Identifier: MIT
"""clpeak: all its measurements run to the end, and measure something."""

import re

from client import Client

SECTIONS = [
    "Global memory bandwidth", "Single-precision compute", "Double-precision compute",
    "Integer compute (GIOPS)", "Integer compute Fast 24bit", "Integer char (8bit) compute",
    "Integer short (16bit) compute", "Transfer bandwidth", "Kernel launch latency",
]


def main(client):
    done = client.run("clpeak", what="clpeak succeeds", timeout=1000)
    client.check("Platform: Trefoil" in done.stdout_text, "it found Trefoil")
    for section in SECTIONS:
        client.check(section in done.stdout_text, f"it measured: {section}")
    client.check(not re.search(r"error|fail|skipped", done.stdout_text.replace(
        "No half precision support! Skipped", ""), re.IGNORECASE),
        "it reports no error", done.stdout_text)
    values = re.findall(r"^ +(.+?) +: ([-\w.]+)(?: us)?$", done.stdout_text, re.MULTILINE)
    numbers = {name: float(number) for name, number in values
               if re.fullmatch(r"[-\d.]+|inf|-?nan", number)}
    # It tells a time for an unmap that is too short to be told: inf.
    client.check(len(numbers) >= 40 and all(number > 0 for number in numbers.values()),
                 "all its numbers are above 0", numbers)


with Client("buffers and their maps, vectors, fp64, local memory, profiling") as the_client:
    main(the_client)
