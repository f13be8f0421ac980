# SPDX-License-Identifier: MIT
"""FFmpeg's OpenCL filters, with hwupload, hwdownload and hwmap: against its
filters for the CPU, and against numpy where those compute something else."""

from client import Client

SIZE = (180, 322)
SOURCE = "testsrc2=size=322x180:rate=5:duration=0.6"
FRAMES = 3
BYTES = {"gray": 1, "rgba": 4, "bgra": 4, "yuv444p": 3}

# Filter, the CPU's filter, format of pixels, how far a value may be off: where
# it is 1, both round, but not from the same intermediate value.
SAME = [
    ("transpose_opencl=clock", "transpose=clock", "rgba", 0),
    ("transpose_opencl=cclock_flip", "transpose=cclock_flip", "yuv420p", 0),
    ("pad_opencl=400:300:40:20:red", "pad=400:300:40:20:red", "rgba", 0),
    ("dilation_opencl", "dilation", "yuv420p", 0),
    ("erosion_opencl=threshold0=30", "erosion=threshold0=30", "yuv420p", 0),
    ("convolution_opencl=0m='0 -1 0 -1 5 -1 0 -1 0'", "convolution=0m='0 -1 0 -1 5 -1 0 -1 0'",
     "gray", 0),
    ("sobel_opencl", "sobel", "gray", 1),
    ("prewitt_opencl", "prewitt", "gray", 1),
    ("roberts_opencl", "roberts", "gray", 1),
]
BOX = "drawbox=10:10:50:50:red:fill"


class Filters:
    def __init__(self, client):
        self.client = client

    def run(self, graph, pixels, source=SOURCE):
        """The frames that come out of a graph of filters, as one array."""
        done = self.client.run(
            "ffmpeg", "-hide_banner", "-v", "error", "-init_hw_device", "opencl=cl",
            "-filter_hw_device", "cl", "-f", "lavfi", "-i", source, "-filter_complex", graph,
            "-f", "rawvideo", "-pix_fmt", pixels, "-")
        if done.returncode:
            self.client.note(graph)
        return np.frombuffer(done.stdout, np.uint8).astype(int)

    def on_device(self, filters, pixels, source=SOURCE):
        return self.run(f"format={pixels},hwupload,{filters},hwdownload,format={pixels}",
                        pixels, source)

    def close(self, what, got, expected, most=0):
        if self.client.check(len(expected) and got.shape == expected.shape,
                             f"{what}: size of the output", got.shape, expected.shape):
            off = abs(got - expected)
            self.client.check(off.max() <= most, f"{what}: at most {most} off",
                              f"most {off.max()}, mean {off.mean()}, "
                              f"of {(off > most).mean():.2%} of the values")

    def transfers(self):
        for pixels in ("rgba", "bgra", "yuv420p", "nv12", "gray", "yuv444p", "gray16le", "p010"):
            plain = self.run(f"format={pixels}", pixels)
            self.close(f"hwupload, hwdownload of {pixels}", self.on_device("null", pixels), plain)
            self.close(f"hwupload, hwmap of {pixels}",
                       self.run(f"format={pixels},hwupload,hwmap=mode=read,format={pixels}",
                                pixels), plain)
        for pixels in ("rgba", "yuv420p", "yuv444p"):
            self.close(f"drawn into the map of {pixels}", self.run(
                f"format={pixels},hwupload,hwmap=mode=read+write,format={pixels},{BOX},hwmap,"
                f"format=opencl,transpose_opencl=clock,hwdownload,format={pixels}", pixels),
                self.run(f"format={pixels},{BOX},transpose=clock", pixels))

    def same_as_cpu(self):
        for device, cpu, pixels, most in SAME:
            self.close(device.split("=", maxsplit=1)[0], self.on_device(device, pixels),
                       self.run(f"format={pixels},{cpu}", pixels), most)
        # The CPU's colorkey divides the distance of colours by sqrt(3).
        self.close("colorkey_opencl", self.on_device("colorkey_opencl=red:0.6:0.3", "rgba"),
                   self.run(f"format=rgba,colorkey=red:{0.6 / 3 ** .5}:{0.3 / 3 ** .5}", "rgba"),
                   2)

    def two_inputs(self):
        upload = "format=yuv420p,split[a][b];[a]hwupload[a];[b]{},hwupload[b];[a][b]"
        cpu = "format=yuv420p,split[a][b];[b]{}[b];[a][b]"
        small = "scale=100:60:flags=neighbor"
        self.close("overlay_opencl", self.run(
            upload.format(small) + "overlay_opencl=20:10,hwdownload,format=yuv420p", "yuv420p"),
            self.run(cpu.format(small) + "overlay=20:10", "yuv420p"))
        a, b = (self.run(f"format=yuv420p,{after}", "yuv420p").reshape(FRAMES, -1)
                for after in ("null", "negate"))
        # In a second, and the frames come at 0, 0.2 and 0.4.
        share = np.array([[0], [0.2], [0.4]])
        self.close("xfade_opencl", self.run(
            upload.format("negate") + "xfade_opencl=fade,hwdownload,format=yuv420p", "yuv420p"), (a + share * (b - a)).ravel(), 1)

    def gray_frames(self):
        return self.run("format=gray", "gray").reshape((FRAMES,) + SIZE)

    def blurs(self):
        """These average what is inside the picture, the CPU's beyond its edge too;
        unsharp_opencl has a bell of its own."""
        def average(frames, radius, axis):
            total, count = np.zeros(frames.shape), np.zeros(frames.shape)
            size = frames.shape[axis]
            for step in range(-radius, radius + 1):
                to = [slice(None)] * 3
                of = [slice(None)] * 3
                to[axis] = slice(max(0, -step), size - max(0, step))
                of[axis] = slice(max(0, step), size - max(0, -step))
                total[tuple(to)] += frames[tuple(of)]
                count[tuple(to)] += 1
            return np.rint(total / count)
        frames = self.gray_frames()
        for device, radius in (("avgblur_opencl=3", 3), ("boxblur_opencl=2:1", 2)):
            self.close(device, self.on_device(device, "gray"),
                       average(average(frames, radius, 2), radius, 1).ravel(), 1)
        bell = np.exp(-(np.arange(-2, 3) / 1.25) ** 2)
        kernel = np.outer(bell, bell) / bell.sum() ** 2
        padded = np.pad(frames, ((0, 0), (2, 2), (2, 2)), "edge")
        blurred = sum(kernel[y, x] * padded[:, y:y + SIZE[0], x:x + SIZE[1]]
                      for y in range(5) for x in range(5))
        self.close("unsharp_opencl", self.on_device("unsharp_opencl=5:5:1.5", "gray"),
                   np.clip(np.rint(frames + 1.5 * (frames - blurred)), 0, 255).ravel(), 1)

    def denoise(self):
        """Not the CPU's algorithm to the letter, but the same picture."""
        noisy = SOURCE + ",noise=alls=20:allf=t"
        clean, noise = self.run("format=yuv420p", "yuv420p"), self.run("format=yuv420p", "yuv420p",
                                                                     noisy)
        got = self.on_device("nlmeans_opencl=s=6:p=7:r=9", "yuv420p", noisy)
        expected = self.run("format=yuv420p,nlmeans=s=6:p=7:r=9", "yuv420p", noisy)
        errors = [abs(frames - clean).mean() for frames in (noise, expected, got)]
        self.client.check(errors[2] < errors[0] / 2 and errors[2] < errors[1] * 1.1,
                          "nlmeans_opencl denoises like nlmeans", errors)

    def programs(self):
        (self.client.folder / "own.cl").write_text("""
            kernel void mirror(write_only image2d_t to, uint frame, read_only image2d_t from)
            {
               const sampler_t s = CLK_NORMALIZED_COORDS_FALSE | CLK_FILTER_NEAREST;
               const int2 at = (int2)(get_global_id(0), get_global_id(1));
               const int2 size = get_image_dim(to);
               write_imagef(to, at, read_imagef(from, s, (int2)(size.x - 1 - at.x, at.y)));
            }
            kernel void ramp(write_only image2d_t to, uint frame)
            {
               const int2 at = (int2)(get_global_id(0), get_global_id(1));
               write_imagef(to, at, (float4)(at.x, at.y, frame + 7, 255) / 255);
            }""")
        self.close("program_opencl", self.on_device("program_opencl=own.cl:mirror", "rgba"),
                   self.run("format=rgba,hflip", "rgba"))
        done = self.client.run(
            "ffmpeg", "-hide_banner", "-v", "error", "-init_hw_device", "opencl=cl",
            "-filter_hw_device", "cl", "-filter_complex",
            "openclsrc=own.cl:ramp:s=200x100:r=5:format=rgba,hwdownload,format=rgba",
            "-frames:v", "4", "-f", "rawvideo", "-pix_fmt", "rgba", "-")
        # FFmpeg 7 gives openclsrc's kernel the number 0 for every frame.
        _frame, y, x = np.indices((4, 100, 200))
        self.close("openclsrc", np.frombuffer(done.stdout, np.uint8).astype(int),
                   np.stack([x, y, np.full(x.shape, 7), np.full(x.shape, 255)], -1).ravel())

    def tonemap(self):
        ramp = ("nullsrc=256x64:r=1:d=1,format=yuv420p10,geq=lum='64+X*3.4':cb=512:cr=512,"
                "setparams=range=limited:color_primaries=bt2020:"
                "color_trc=smpte2084:colorspace=bt2020nc")
        got = self.run("format=p010,hwupload,tonemap_opencl=hable:format=nv12:desat=0,"
                       "hwdownload,format=nv12", "nv12", ramp)
        if self.client.check(len(got) == 256 * 64 * 3 // 2, "tonemap_opencl: size", len(got)):
            luma = got[:256 * 64].reshape(64, 256)
            self.client.check((np.diff(luma, axis=1) >= -1).all() and luma[0, 0] < 24 and
                              luma[0, -1] > 100 and (luma == luma[0]).all(),
                              "tonemap_opencl keeps a ramp a ramp", luma[0])
            self.client.check((abs(got[256 * 64:] - 128) <= 2).all(), "and gray gray")


def main(client):
    filters = Filters(client)
    filters.transfers()
    filters.same_as_cpu()
    filters.two_inputs()
    filters.blurs()
    filters.denoise()
    filters.programs()
    filters.tonemap()


with Client("2D images of 8 and 16 bits, image maps kept over kernels, samplers, local memory, "
            "out of order with events") as the_client:
    import numpy as np
    main(the_client)
