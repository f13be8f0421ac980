# SPDX-License-Identifier: MIT
"""PyOpenCL: images of every kind written, read, mapped, copied, filled and
used in kernels, compared with numpy's arrays."""

import contextlib

from client import Client

# Name, shape as numpy has it (slowest first), an array of images?, the type in
# a kernel, a coordinate there.
KINDS = [
    ("1D", (61,), False, "image1d_t", "x"),
    ("2D", (37, 61), False, "image2d_t", "(int2)(x,y)"),
    ("3D", (7, 37, 61), False, "image3d_t", "(int4)(x,y,z,0)"),
    ("1D array", (9, 61), True, "image1d_array_t", "(int2)(x,y)"),
    ("2D array", (5, 37, 61), True, "image2d_array_t", "(int4)(x,y,z,0)"),
]
# Channel order and type, numpy's type, channels, the type of a colour, the
# suffix of read_image and write_image.
FORMATS = [
    ("RGBA", "UNSIGNED_INT8", "uint8", 4, "uint32", "ui"),
    ("RGBA", "FLOAT", "float32", 4, "float32", "f"),
    ("R", "UNSIGNED_INT16", "uint16", 1, "uint32", "ui"),
    ("RG", "SIGNED_INT32", "int32", 2, "int32", "i"),
]
TWICE = """
#pragma OPENCL EXTENSION cl_khr_3d_image_writes : enable
constant sampler_t nearest = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP | CLK_FILTER_NEAREST;
kernel void twice(read_only TYPE from, write_only TYPE to)
{
   const int x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
   WRITE(to, AT, READ(from, nearest, AT) + READ(from, AT));
}
"""


class Images:
    """The tests of one kind and format of image."""

    def __init__(self, client, queue, kind, image_format):
        self.client, self.queue = client, queue
        name, self.shape, self.is_array, self.in_kernel, self.at = kind
        order, channel, self.dtype, channels, self.color, self.suffix = image_format
        self.label = f"{name} {order} {channel.lower()}"
        self.channels = (channels,) if channels > 1 else ()
        self.format = cl.ImageFormat(getattr(cl.channel_order, order),
                                     getattr(cl.channel_type, channel))
        self.random = np.random.default_rng(1)
        self.everything = {"origin": (0,) * len(self.shape), "region": self.shape[::-1]}

    def data(self, shape):
        return self.random.integers(0, 100, shape + self.channels).astype(self.dtype)

    def image(self):
        # Not create_image(), which makes arrays of 1D images with one layer.
        dimensions = len(self.shape) - self.is_array
        kind = f"IMAGE{dimensions}D" + "_ARRAY" * self.is_array
        description = cl.ImageDescriptor()
        description.image_type = getattr(cl.mem_object_type, kind)
        description.shape = self.shape[::-1][:dimensions] + (1,) * (3 - dimensions)
        description.array_size = self.shape[0] if self.is_array else 0
        description.pitches = (0, 0)
        description.num_mip_levels = description.num_samples = 0
        description.buffer = None
        return cl.Image(self.queue.context, cl.mem_flags.READ_WRITE, self.format,
                        desc=description)

    def read(self, image):
        back = np.zeros(self.shape + self.channels, self.dtype)
        cl.enqueue_copy(self.queue, back, image, **self.everything)
        return back

    def equal(self, got, expected, what):
        self.client.check(np.array_equal(got, expected), f"{self.label}: {what}",
                          "got", got, "expected", expected)

    def run(self):
        source = self.data(self.shape)
        image, other = self.image(), self.image()
        cl.enqueue_copy(self.queue, image, source, **self.everything)
        self.equal(self.read(image), source, "written, then read")
        expected = self.maps(image, source)
        self.equal(self.read(image), expected, "what was mapped, read")
        self.copies(image, other, expected)
        self.twice(image, other)
        self.equal(self.read(other), expected * 2, "doubled by a kernel")
        self.fill(other)

    def maps(self, image, source):
        """Maps a part for writing, then to read it; returns what the image holds."""
        start = tuple(size // 4 for size in self.shape)
        part = tuple(size // 2 for size in self.shape)
        inside = tuple(slice(s, s + p) for s, p in zip(start, part))
        expected = source.copy()
        for flag in ("WRITE", "WRITE_INVALIDATE_REGION"):
            patch = self.data(part)
            with self.map(image, getattr(cl.map_flags, flag), start, part) as mapped:
                mapped[...] = patch
            expected[inside] = patch
            with self.map(image, cl.map_flags.READ, start, part) as mapped:
                self.equal(mapped, patch, f"mapped for {flag}, then to read")
        return expected

    @contextlib.contextmanager
    def map(self, image, flags, start, part):
        """The part as an array. PyOpenCL wants to be told its pitches, so a map
        before asks for them."""
        array, pitches = self.map_with(image, cl.map_flags.READ, start, part, None)
        array.base.release(self.queue)
        array, again = self.map_with(image, flags, start, part, pitches)
        self.equal(again, pitches, "the pitches are the same each time")
        yield array
        array.base.release(self.queue)

    def map_with(self, image, flags, start, part, pitches):
        pixel = np.empty((1,) + self.channels, self.dtype).strides
        array, _event, row, layer = cl.enqueue_map_image(
            self.queue, image, flags, start[::-1], part[::-1], part + self.channels,
            self.dtype, strides=pitches + pixel if pitches is not None else None)
        outer = (layer,) if self.is_array and len(part) == 2 else (layer, row)
        return array, outer[len(outer) - len(part) + 1:]

    def copies(self, image, other, expected):
        cl.enqueue_copy(self.queue, other, image, src_origin=self.everything["origin"],
                        dest_origin=self.everything["origin"], region=self.everything["region"])
        self.equal(self.read(other), expected, "copied to an image")
        buffer = cl.Buffer(self.queue.context, cl.mem_flags.READ_WRITE, expected.nbytes)
        cl.enqueue_copy(self.queue, buffer, image, offset=0, **self.everything)
        back = np.empty_like(expected)
        cl.enqueue_copy(self.queue, back, buffer)
        self.equal(back, expected, "copied to a buffer")
        cl.enqueue_copy(self.queue, buffer, back[::-1].copy())
        cl.enqueue_copy(self.queue, other, buffer, offset=0, **self.everything)
        self.equal(self.read(other), expected[::-1], "copied from a buffer")

    def twice(self, source, target):
        program = cl.Program(self.queue.context, TWICE).build(
            [f"-DTYPE={self.in_kernel}", f"-DAT={self.at}", "-cl-std=CL1.2",
             f"-DREAD=read_image{self.suffix}", f"-DWRITE=write_image{self.suffix}"])
        program.twice(self.queue, self.shape[::-1], None, source, target)

    def fill(self, image):
        color = np.array([1, 2, 3, 4], self.color)
        cl.enqueue_fill_image(self.queue, image, color, **self.everything)
        expected = np.empty(self.shape + self.channels, self.dtype)
        expected[...] = color[:self.channels[0]] if self.channels else color[0]
        self.equal(self.read(image), expected, "filled")


def main(client):
    # enqueue_copy() does not know of these two kinds yet; what it calls does.
    cl._IMAGE_MEM_OBJ_TYPES.extend([cl.mem_object_type.IMAGE1D,
                                    cl.mem_object_type.IMAGE1D_ARRAY])
    queue = cl.CommandQueue(cl.create_some_context(interactive=False))
    for kind in KINDS:
        for image_format in FORMATS:
            Images(client, queue, kind, image_format).run()


with Client("images from 1D to 2D arrays: writes, reads, maps, copies, fills, "
            "samplers in kernels") as the_client:
    import numpy as np
    import pyopencl as cl
    main(the_client)
