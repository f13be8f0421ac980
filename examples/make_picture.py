#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws picture.png: a trefoil knot above a chequered floor.

Usage: make_picture.py picture.png

The picture is the demo's own, so it has what shows a mip level's faults: a
fine pattern that runs to the horizon, hard edges, and a size that is odd on
most levels. Nothing but the standard library is needed.
"""

import math
import struct
import sys
import zlib

WIDTH, HEIGHT = 500, 375
SUPER = 3  # samples a pixel, each way
W, H = WIDTH * SUPER, HEIGHT * SUPER

EYE_Y, EYE_Z = 1.1, -11.0
FLOOR_Y = -3.6
FOCUS = 1.42 * H
HORIZON = 0.5 * H
TUBE = 0.62
LIGHT = (-0.48, 0.72, -0.5)
COLOURS = ((0.10, 0.62, 0.58), (0.96, 0.71, 0.20), (0.86, 0.24, 0.36))


def project(x, y, z):
    depth = z - EYE_Z
    return W / 2 + FOCUS * x / depth, HORIZON - FOCUS * (y - EYE_Y) / depth


def knot(t):
    x = math.sin(t) + 2 * math.sin(2 * t)
    y = math.cos(t) - 2 * math.cos(2 * t)
    return x, 0.9 - y, -1.35 * math.sin(3 * t)


def normalise(v):
    length = math.sqrt(sum(c * c for c in v))
    return tuple(c / length for c in v)


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0])


def tube(steps, around):
    """Points of the knot's surface, with their normal, t and angle."""
    ring = [(math.cos(a), math.sin(a), a)
            for a in (2 * math.pi * i / around for i in range(around))]
    for i in range(steps):
        t = 2 * math.pi * i / steps
        centre, ahead = knot(t), knot(t + 1e-4)
        tangent = normalise(tuple(b - a for a, b in zip(centre, ahead)))
        side = normalise(cross(tangent, (0, 0, 1)))
        up = cross(side, tangent)
        for c, s, a in ring:
            normal = tuple(side[k] * c + up[k] * s for k in range(3))
            yield tuple(centre[k] + TUBE * normal[k]
                        for k in range(3)), normal, t, a


def background(shadow):
    sky_top, sky_low = (0.05, 0.09, 0.20), (0.93, 0.62, 0.45)
    image = []
    for py in range(H):
        row = []
        if py < HORIZON + 1:
            k = (py / HORIZON) ** 2.2
            row = [tuple(a + (b - a) * k
                         for a, b in zip(sky_top, sky_low))] * W
        else:
            depth = FOCUS * (EYE_Y - FLOOR_Y) / (py - HORIZON)
            haze = math.exp(-depth / 42)
            dark = shadow.get(py, ())
            for px in range(W):
                x = (px - W / 2) * depth / FOCUS
                white = (math.floor(x / 1.3) + math.floor(depth / 1.3)) & 1
                tone = (0.88, 0.85, 0.80) if white else (0.16, 0.20, 0.30)
                lit = 0.45 if px in dark else 1.0
                row.append(tuple(b + (c * lit - b) * haze
                                 for c, b in zip(tone, sky_low)))
        image.append(row)
    return image


def cast_shadow():
    """The floor's pixels that the knot shades, by row."""
    rows = {}
    for (x, y, z), _, _, _ in tube(1800, 60):
        k = (y - FLOOR_Y) / LIGHT[1]
        px, py = project(x - LIGHT[0] * k, FLOOR_Y, z - LIGHT[2] * k)
        for j in range(int(py) - 1, int(py) + 2):
            for i in range(int(px) - 3, int(px) + 4):
                rows.setdefault(j, set()).add(i)
    return rows


def shade(normal, t, angle):
    lobe = 3 * t / (2 * math.pi)
    first, mix = int(lobe) % 3, lobe - int(lobe)
    mix = min(max((mix - 0.4) * 5, 0), 1)
    base = [a + (b - a) * mix
            for a, b in zip(COLOURS[first], COLOURS[(first + 1) % 3])]
    if math.sin(5 * angle + 36 * t) > 0.8:
        base = [0.97, 0.95, 0.90]
    light = sum(n * l for n, l in zip(normal, LIGHT))
    half = normalise((LIGHT[0], LIGHT[1], LIGHT[2] - 1))
    gleam = max(sum(n * h for n, h in zip(normal, half)), 0) ** 40
    lit = 0.28 + 0.72 * max(light, 0) + 0.12 * max(-normal[1], 0)
    return tuple(min(c * lit + 0.55 * gleam, 1) for c in base)


def draw():
    image = background(cast_shadow())
    near = [[1e9] * W for _ in range(H)]
    for (x, y, z), normal, t, angle in tube(9000, 520):
        view = (x, y - EYE_Y, z - EYE_Z)
        if sum(v * n for v, n in zip(view, normal)) > 0:
            continue
        px, py = project(x, y, z)
        colour = None
        # Two by two samples a point: one would leave holes.
        for j, i in ((0, 0), (0, 1), (1, 0), (1, 1)):
            v, u = int(py) + j, int(px) + i
            if 0 <= u < W and 0 <= v < H and z < near[v][u] - 0.01:
                near[v][u] = z
                colour = colour or shade(normal, t, angle)
                image[v][u] = colour
    return image


def downsample(image):
    for y in range(HEIGHT):
        row = bytearray(1)  # PNG's filter type: none
        for x in range(WIDTH):
            box = [image[y * SUPER + j][x * SUPER + i]
                   for j in range(SUPER) for i in range(SUPER)]
            for k in range(3):
                mean = sum(sample[k] for sample in box) / len(box)
                # Coarse steps, which nobody sees, halve the file.
                row.append(min(round(42.5 * mean) * 6, 255))
        yield bytes(row)


def chunk(kind, data):
    body = kind + data
    return struct.pack('>I', len(data)) + body + struct.pack(
        '>I', zlib.crc32(body))


def main():
    header = struct.pack('>IIBBBBB', WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b''.join(downsample(draw())), 9)
    with open(sys.argv[1], 'wb') as png:
        png.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header)
                  + chunk(b'IDAT', pixels) + chunk(b'IEND', b''))


if __name__ == '__main__':
    main()
