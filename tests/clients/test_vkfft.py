# SPDX-License-Identifier: MIT
"""VkFFT by its Python module: transforms of many sizes, against numpy's."""

from client import Client

# 17, 101 and 1009 are primes: VkFFT has other algorithms for those.
SHAPES = [(8,), (64,), (1000,), (4096,), (1009,), (3, 101), (16, 16), (60, 84), (17, 32),
          (8, 12, 20)]


def main(client):
    queue = cl.CommandQueue(cl.create_some_context(interactive=False))
    random = np.random.default_rng(9)
    for dtype, most in ((np.complex64, 2e-5), (np.complex128, 1e-11)):
        for shape in SHAPES:
            data = (random.standard_normal(shape) + 1j * random.standard_normal(shape)).astype(dtype)
            expected = np.fft.fftn(data)
            got = fft.fftn(cla.to_device(queue, data), ndim=len(shape))
            error = abs(got.get() - expected).max() / abs(expected).max()
            client.check(error < most, f"{dtype.__name__} {shape}: forwards", error)
            back = fft.ifftn(got, ndim=len(shape)).get()
            error = abs(back - data).max() / abs(data).max()
            client.check(error < most, f"{dtype.__name__} {shape}: and back", error)
    data = random.standard_normal((32, 64)).astype(np.float32)
    got = fft.rfftn(cla.to_device(queue, data), ndim=2).get()
    expected = np.fft.rfftn(data)
    client.check(abs(got - expected).max() / abs(expected).max() < 2e-5, "of real numbers")


with Client("buffers, local memory, barriers, fp64, generated programs") as the_client:
    import numpy as np
    import pyopencl as cl
    import pyopencl.array as cla
    from pyvkfft import fft
    main(the_client)
