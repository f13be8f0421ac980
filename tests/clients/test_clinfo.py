# SPDX-License-Identifier: MIT
"""clinfo: every query succeeds, and what it answers is plausible."""

import json
import os
import re

from client import Client

# What a device of the full profile has at least (CL_DEVICE_... in the
# specification's table of device queries).
AT_LEAST = {
    "CL_DEVICE_MAX_COMPUTE_UNITS": 1,
    "CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS": 3,
    "CL_DEVICE_MAX_WORK_GROUP_SIZE": 1,
    "CL_DEVICE_ADDRESS_BITS": 32,
    "CL_DEVICE_MAX_MEM_ALLOC_SIZE": 128 << 20,
    "CL_DEVICE_GLOBAL_MEM_SIZE": 128 << 20,
    "CL_DEVICE_IMAGE2D_MAX_WIDTH": 16384,
    "CL_DEVICE_IMAGE2D_MAX_HEIGHT": 16384,
    "CL_DEVICE_IMAGE3D_MAX_WIDTH": 2048,
    "CL_DEVICE_IMAGE3D_MAX_HEIGHT": 2048,
    "CL_DEVICE_IMAGE3D_MAX_DEPTH": 2048,
    "CL_DEVICE_IMAGE_MAX_BUFFER_SIZE": 65536,
    "CL_DEVICE_IMAGE_MAX_ARRAY_SIZE": 2048,
    "CL_DEVICE_MAX_SAMPLERS": 16,
    "CL_DEVICE_MAX_READ_IMAGE_ARGS": 128,
    "CL_DEVICE_MAX_WRITE_IMAGE_ARGS": 64,
    "CL_DEVICE_MAX_PARAMETER_SIZE": 1024,
    "CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE": 64 << 10,
    "CL_DEVICE_MAX_CONSTANT_ARGS": 8,
    "CL_DEVICE_LOCAL_MEM_SIZE": 32 << 10,
    "CL_DEVICE_PRINTF_BUFFER_SIZE": 1 << 20,
    "CL_DEVICE_MEM_BASE_ADDR_ALIGN": 1024,
}


def check_device(client, device):
    for name, least in AT_LEAST.items():
        value = device.get(name)
        client.check(isinstance(value, int) and value >= least,
                     f"{name} is at least {least}", f"it is {value}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    client.check(device["CL_DEVICE_GLOBAL_MEM_SIZE"] <= memory,
                 "llvmpipe has no more memory than the machine")
    client.check(device["CL_DEVICE_MAX_MEM_ALLOC_SIZE"] * 4 >=
                 min(device["CL_DEVICE_GLOBAL_MEM_SIZE"], 4 << 30),
                 "one object may take a quarter of the memory, or 1 GiB")
    client.check(device["CL_DEVICE_MAX_COMPUTE_UNITS"] <= os.cpu_count(),
                 "llvmpipe has no more compute units than the machine")
    names = device["CL_DEVICE_EXTENSIONS"].split()
    client.check(len(names) == len(set(names)) and
                 set(names) == set(device["CL_DEVICE_EXTENSIONS_WITH_VERSION"]),
                 "the extensions are the same in both lists, each once")
    client.check(re.match(r"OpenCL 3\.0 ", device["CL_DEVICE_VERSION"]),
                 "the device's version is OpenCL 3.0", device["CL_DEVICE_VERSION"])


def main(client):
    done = client.run("clinfo", "--json", what="clinfo --json succeeds")
    answers = json.loads(done.stdout_text)
    platforms = [platform["CL_PLATFORM_NAME"] for platform in answers["platforms"]]
    client.check(platforms == ["Trefoil"], "Trefoil is the only platform", platforms)
    devices = answers["devices"][0]["online"]
    client.check(len(devices) == 1 and "llvmpipe" in devices[0]["CL_DEVICE_NAME"],
                 "llvmpipe is its device")
    check_device(client, devices[0])

    # Without -a clinfo asks only what the version and the extensions promise,
    # and names the function that failed, or the error.
    done = client.run("clinfo", what="clinfo succeeds")
    bad = [line for line in (done.stdout_text + done.stderr_text).splitlines()
           if re.search(r"<\w+:\d+:|error -\d+|^ *\(?\w*invalid|Unknown", line, re.IGNORECASE)]
    client.check(not bad, "none of its queries failed", *bad)
    # It also asks for each type of device.
    refusals = [line for line in client.refusals() if "CL_DEVICE_NOT_FOUND" not in line]
    client.check(not refusals, "Trefoil refused none of its queries", *refusals)


with Client("every query of platform and device, contexts", kernels=False) as the_client:
    main(the_client)
