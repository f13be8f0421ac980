# SPDX-License-Identifier: MIT
"""PyOpenCL: pyopencl.array, its generated kernels, reductions, scans, sorting
and random numbers, compared with numpy."""

from client import Client

SIZES = (1, 7, 1000, 100_003)


# The same for both kinds of array; complex ones PyOpenCL does not compare.
EXPRESSIONS = {
    "x + y": lambda x, y: x + y,
    "x * y - x": lambda x, y: x * y - x,
    "3 * x + y": lambda x, y: 3 * x + y,
    "-x": lambda x, y: -x,
    "abs(x - y)": lambda x, y: abs(x - y),
    "x == y": lambda x, y: x == y,
    "x < y": lambda x, y: x < y,
}


def arithmetic(client, queue):
    random = np.random.default_rng(2)
    for name in ("int32", "int16", "int64", "float32", "float64", "complex64", "complex128"):
        for size in SIZES:
            a = random.integers(1, 100, size).astype(name)
            b = random.integers(1, 100, size).astype(name)
            x, y = cla.to_device(queue, a), cla.to_device(queue, b)
            for label, expression in EXPRESSIONS.items():
                if name.startswith("complex") and label in ("x == y", "x < y"):
                    continue
                got, expected = expression(x, y).get(), expression(a, b)
                client.check(np.allclose(got, expected, rtol=1e-6),
                             f"{name}[{size}]: {label}", got, expected)
    x = cla.to_device(queue, np.linspace(-3, 3, 10007))
    for function in ("sin", "cos", "exp", "tanh", "fabs", "floor", "atan"):
        mine = getattr(pyopencl.clmath, function)(x).get()
        theirs = getattr(np, {"atan": "arctan"}.get(function, function))(x.get())
        client.check(np.allclose(mine, theirs, rtol=1e-12), f"double {function}()",
                     abs(mine - theirs).max())


def reductions(client, queue):
    random = np.random.default_rng(3)
    for name in ("int32", "float32", "float64"):
        for size in SIZES:
            a = random.integers(-1000, 1000, size).astype(name)
            b = random.integers(-8, 8, size).astype(name)
            x, y = cla.to_device(queue, a), cla.to_device(queue, b)
            label = f"{name}[{size}]"
            client.check(np.isclose(cla.sum(x).get(), a.sum(dtype=a.dtype)), f"{label}: sum")
            client.check(cla.max(x).get() == a.max(), f"{label}: max")
            client.check(cla.min(x).get() == a.min(), f"{label}: min")
            client.check(np.isclose(cla.dot(x, y).get(), np.dot(a, b)), f"{label}: dot")
    kernel = ReductionKernel(queue.context, np.float32, neutral="0", reduce_expr="a + b",
                             map_expr="x[i] * y[i]", arguments="__global float *x, __global float *y")
    a, b = random.random((2, 100_000), dtype=np.float32)
    got = kernel(cla.to_device(queue, a), cla.to_device(queue, b)).get()
    client.check(np.isclose(got, np.dot(a, b), rtol=1e-4), "a ReductionKernel", got)


def scans(client, queue):
    random = np.random.default_rng(4)
    for size in SIZES + (1_000_003,):
        a = random.integers(-100, 100, size).astype(np.int32)
        x = cla.to_device(queue, a)
        inclusive = InclusiveScanKernel(queue.context, np.int32, "a + b", neutral="0")
        exclusive = ExclusiveScanKernel(queue.context, np.int32, "a + b", neutral="0")
        sums = np.cumsum(a, dtype=np.int32)
        got = x.copy()
        inclusive(got)
        client.check(np.array_equal(got.get(), sums), f"inclusive scan of {size}")
        got = x.copy()
        exclusive(got)
        client.check(np.array_equal(got.get(), np.concatenate([[0], sums[:-1]])),
                     f"exclusive scan of {size}")
        evens, count, _ = algorithm.copy_if(x, "ary[i] % 2 == 0")
        client.check(np.array_equal(evens.get()[:count.get()], a[a % 2 == 0]),
                     f"copy_if of {size}")
    keys = random.integers(0, 1 << 32, 50_000, dtype=np.uint32)
    sorter = algorithm.RadixSort(queue.context, "__global uint *ary", key_expr="ary[i]",
                                 sort_arg_names=["ary"])
    (got,), _ = sorter(cla.to_device(queue, keys), queue=queue)
    client.check(np.array_equal(got.get(), np.sort(keys)), "a radix sort")


def elementwise(client, queue):
    kernel = ElementwiseKernel(queue.context, "float a, float *x, double *z",
                               "z[i] = a * x[i] + sqrt((double) i)")
    x = np.random.default_rng(5).random(4099, dtype=np.float32)
    z = cla.empty(queue, 4099, np.float64)
    kernel(2.5, cla.to_device(queue, x), z)
    expected = np.float32(2.5) * x + np.sqrt(np.arange(4099))
    client.check(np.allclose(z.get(), expected, rtol=1e-7), "an ElementwiseKernel")
    numbers = clrandom.PhiloxGenerator(queue.context).uniform(queue, 100_000, np.float32).get()
    client.check(0 <= numbers.min() and numbers.max() <= 1 and
                 abs(numbers.mean() - 0.5) < 0.01 and len(set(numbers.tolist())) > 90_000,
                 "random numbers are spread evenly")
    matrix = np.arange(12, dtype=np.float32).reshape(3, 4)
    rows = cla.to_device(queue, matrix)
    client.check(np.array_equal(rows[1:].get(), matrix[1:]), "rows of a matrix are read")
    client.check(np.array_equal(rows.T.get(), matrix.T), "a transposed matrix is read")


with Client("buffers, generated kernels, local memory, barriers, fp64, int64") as the_client:
    import numpy as np
    import pyopencl
    import pyopencl.array as cla
    import pyopencl.clmath
    from pyopencl import algorithm, clrandom
    from pyopencl.elementwise import ElementwiseKernel
    from pyopencl.reduction import ReductionKernel
    from pyopencl.scan import ExclusiveScanKernel, InclusiveScanKernel

    the_queue = pyopencl.CommandQueue(pyopencl.create_some_context(interactive=False))
    for part in (arithmetic, reductions, scans, elementwise):
        part(the_client, the_queue)
