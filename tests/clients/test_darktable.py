# SPDX-License-Identifier: MIT
"""darktable develops a raw picture with OpenCL and without: the same picture.

test_darktable.py LAYER, a layer that makes a GPU of a CPU: darktable takes none.
"""

import os
import re
import struct
import sys

from client import Client

WIDTH, HEIGHT = 640, 480


def dng(cfa):
    """A raw file of one uncompressed strip: a Bayer pattern, RGGB."""
    ascii_, short, long_, rational, byte = 2, 3, 4, 5, 1
    srational = 10
    matrix = [0.4124, 0.3576, 0.1805, 0.2126, 0.7152, 0.0722, 0.0193, 0.1192, 0.9505]
    inverse = np.linalg.inv(np.array(matrix).reshape(3, 3)).ravel()
    ratios = [part for value in inverse for part in (round(value * 10000), 10000)]
    tags = [
        (254, long_, [0]), (256, long_, [WIDTH]), (257, long_, [HEIGHT]), (258, short, [16]),
        (259, short, [1]), (262, short, [32803]), (271, ascii_, b"Trefoil\0"),
        (272, ascii_, b"Test\0"), (273, long_, None), (274, short, [1]), (277, short, [1]),
        (278, long_, [HEIGHT]), (279, long_, [cfa.nbytes]), (284, short, [1]),
        (33421, short, [2, 2]), (33422, byte, [0, 1, 1, 2]), (50706, byte, [1, 4, 0, 0]),
        (50708, ascii_, b"Trefoil Test\0"), (50714, short, [256]), (50717, long_, [16383]),
        (50721, srational, ratios), (50728, rational, [1, 2, 1, 1, 2, 3]), (50778, short, [21]),
    ]
    codes = {byte: "B", ascii_: "B", short: "H", long_: "I", rational: "I", srational: "i"}
    extra = 8 + 2 + 12 * len(tags) + 4
    entries, tail = b"", b""
    for tag, kind, values in tags:
        values = [0] if values is None else list(values)
        data = struct.pack(f"<{len(values)}{codes[kind]}", *values)
        count = len(values) // 2 if kind in (rational, srational) else len(values)
        if len(data) > 4:
            data, tail = struct.pack("<I", extra + len(tail)), tail + data + b"\0" * (len(data) % 2)
        entries += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
    strip = struct.pack("<HHI", 273, long_, 1)
    entries = entries.replace(strip + b"\0\0\0\0", strip + struct.pack("<I", extra + len(tail)))
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + b"\0\0\0\0" + tail +
            cfa.astype("<u2").tobytes())


def raw_picture():
    y, x = np.indices((HEIGHT, WIDTH))
    colors = [0.5 + 0.4 * np.sin(x / 40 + number) * np.cos(y / (25 + 9 * number))
              for number in range(3)]
    # Some parts are brighter than the sensor can tell.
    colors = [np.where((x // 80 + y // 60) % 5 == 0, color * 2.2, color) for color in colors]
    which = np.array([[0, 1], [1, 2]])[y % 2, x % 2]
    light = np.choose(which, [colors[0] / 2, colors[1], colors[2] / 1.5])
    return np.clip(256 + 16127 * light, 0, 16383).astype(np.uint16)


def develop(client, name, *options):
    output = client.folder / f"{name}.ppm"
    done = client.run(
        "darktable-cli", "in.dng", output, "--core", "--library", ":memory:",
        "--configdir", client.folder / f"config-{name}", "--cachedir", client.folder / "cache",
        # It has names of platforms that it takes unasked.
        "--conf", "clplatform_other=true", "--conf", "opencl_scheduling_profile=very fast GPU",
        "-d", "opencl", "-d", "pipe", *options, timeout=1000,
        what=f"darktable-cli succeeds: {name}")
    return output, done.stdout_text + done.stderr_text


def pixels(path):
    with path.open("rb") as file:
        kind = file.readline().strip()
        size = [int(word) for word in file.readline().split()]
        most = int(file.readline())
        data = np.frombuffer(file.read(), ">u2" if most > 255 else "u1")
    assert kind == b"P6"
    return data.reshape(size[1], size[0], 3).astype(float) * 255 / most


def main(client):
    (client.folder / "in.dng").write_bytes(dng(raw_picture()))
    path, log = develop(client, "opencl")
    client.check("AVAILABLE and ENABLED" in log and "Trefoil" in log, "darktable takes Trefoil",
                 log[-4000:])
    events = re.search(r"(\d+) out of (\d+) events were successful", log)
    client.check(events and events[1] == events[2] and int(events[1]) > 10,
                 "all its commands were successful", log[-4000:])
    client.check(not re.search(r"could not|failed|falling back|fallback to cpu", log,
                               re.IGNORECASE), "it did not turn to the CPU", log[-4000:])
    expected, _ = develop(client, "cpu", "--disable-opencl")
    got, expected = pixels(path), pixels(expected)
    client.check(expected.std() > 20, "the CPU's picture has contents", expected.std())
    off = abs(got - expected)
    client.check(off.mean() < 0.1 and (off > 3).mean() < 1e-3, "the two pictures are the same",
                 f"most {off.max()}, mean {off.mean()}, of {(off > 3).mean():.2%}")


with Client("images and buffers, local memory, large programs, pinned memory") as the_client:
    import numpy as np
    os.environ["OPENCL_LAYERS"] = os.path.abspath(sys.argv[1])
    main(the_client)
