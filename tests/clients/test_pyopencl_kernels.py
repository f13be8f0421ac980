# SPDX-License-Identifier: MIT
"""PyOpenCL: kernels of one's own with printf, local memory, atomics, structs,
sub-buffers, maps, shared virtual memory, events and profiling."""

import os
import tempfile

from client import Client


class Kernels:
    def __init__(self, client):
        self.client = client
        self.context = cl.create_some_context(interactive=False)
        properties = cl.command_queue_properties
        self.queue = cl.CommandQueue(self.context, properties=properties.PROFILING_ENABLE)
        self.loose = cl.CommandQueue(
            self.context, properties=properties.OUT_OF_ORDER_EXEC_MODE_ENABLE)

    def build(self, source, options=()):
        return cl.Program(self.context, source).build(list(options))

    def buffer(self, array):
        flags = cl.mem_flags.READ_WRITE | cl.mem_flags.COPY_HOST_PTR
        return cl.Buffer(self.context, flags, hostbuf=array)

    def read(self, buffer, like):
        back = np.empty_like(like)
        cl.enqueue_copy(self.queue, back, buffer)
        return back

    def equal(self, got, expected, what):
        self.client.check(np.array_equal(got, expected), what, "got", got, "expected", expected)

    def printf(self):
        program = self.build(r"""
            kernel void hello(float4 v, global const char *unused)
            {
               if (get_global_id(0) == 2)
                  printf("id %d of %u: %s %.2f %v4hlf 0x%08x %c%%\n", (int)get_global_id(0),
                         (uint)get_global_size(0), "text", 1.5f, v, 0xbeefu, 'z');
            }""")
        with tempfile.TemporaryFile() as printed:
            stdout = os.dup(1)
            os.dup2(printed.fileno(), 1)
            try:
                program.hello(self.queue, (4,), None, cl.cltypes.make_float4(1, 2, 3, 4), None)
                self.queue.finish()
            finally:
                os.dup2(stdout, 1)
                os.close(stdout)
            printed.seek(0)
            text = printed.read().decode()
        expected = "id 2 of 4: text 1.50 1.000000,2.000000,3.000000,4.000000 0x0000beef z%\n"
        self.client.check(text == expected, "printf prints", text, expected)

    def histogram(self):
        """Atomics on local memory, then on global."""
        program = self.build("""
            kernel void histogram(global const uchar *data, global uint *bins, uint n)
            {
               local uint mine[256];
               for (uint i = get_local_id(0); i < 256; i += get_local_size(0)) mine[i] = 0;
               barrier(CLK_LOCAL_MEM_FENCE);
               for (uint i = get_global_id(0); i < n; i += get_global_size(0))
                  atomic_inc(&mine[data[i]]);
               barrier(CLK_LOCAL_MEM_FENCE);
               for (uint i = get_local_id(0); i < 256; i += get_local_size(0))
                  atomic_add(&bins[i], mine[i]);
            }""")
        data = np.random.default_rng(6).integers(0, 256, 1_000_003).astype(np.uint8)
        bins = self.buffer(np.zeros(256, np.uint32))
        program.histogram(self.queue, (4096,), (64,), self.buffer(data), bins,
                          np.uint32(len(data)))
        self.equal(self.read(bins, np.zeros(256, np.uint32)),
                   np.bincount(data, minlength=256), "a histogram by atomics")

    def matrices(self):
        """Tiles in local memory that the client gives as an argument."""
        program = self.build("""
            kernel void multiply(global const REAL *a, global const REAL *b, global REAL *c,
                                 local REAL *s, local REAL *t, int n)
            {
               const int x = get_local_id(0), y = get_local_id(1), size = get_local_size(0);
               const int row = get_global_id(1), column = get_global_id(0);
               REAL sum = 0;
               for (int k = 0; k < n; k += size) {
                  s[y * size + x] = a[row * n + k + x];
                  t[y * size + x] = b[(k + y) * n + column];
                  barrier(CLK_LOCAL_MEM_FENCE);
                  for (int i = 0; i < size; i++) sum += s[y * size + i] * t[i * size + x];
                  barrier(CLK_LOCAL_MEM_FENCE);
               }
               c[row * n + column] = sum;
            }""", ["-DREAL=float"])
        a, b = np.random.default_rng(7).integers(-4, 4, (2, 96, 96)).astype(np.float32)
        c = self.buffer(np.zeros_like(a))
        program.multiply(self.queue, a.shape, (16, 16), self.buffer(a), self.buffer(b), c,
                         cl.LocalMemory(1024), cl.LocalMemory(1024), np.int32(96))
        self.equal(self.read(c, a), a @ b, "a product of matrices by tiles")

    def structs(self):
        record = np.dtype([("id", np.int32), ("weight", np.float64), ("tag", np.int8, 3)],
                          align=True)
        program = self.build("""
            typedef struct { int id; double weight; char tag[3]; } record;
            kernel void work(global record *all)
            {
               global record *one = all + get_global_id(0);
               record copy = *one;
               copy.weight = copy.weight * copy.id + copy.tag[2];
               copy.tag[0] = 'x';
               *one = copy;
            }""")
        records = np.zeros(100, record)
        records["id"] = np.arange(100)
        records["weight"] = np.linspace(0, 1, 100)
        records["tag"] = np.arange(300).reshape(100, 3) % 100
        buffer = self.buffer(records)
        program.work(self.queue, (100,), None, buffer)
        expected = records.copy()
        expected["weight"] = records["weight"] * records["id"] + records["tag"][:, 2]
        expected["tag"][:, 0] = ord("x")
        got = self.read(buffer, records)
        # A fused product and sum may be rounded once.
        self.client.check(np.allclose(got["weight"], expected["weight"], rtol=1e-15) and
                          np.array_equal(got["tag"], expected["tag"]), "structs of doubles")

    def buffers(self):
        data = np.arange(4096, dtype=np.int32)
        buffer = self.buffer(data)
        part = buffer[1024:8192]
        self.equal(self.read(part, data[:1792]), data[256:2048], "a sub-buffer is read")
        mapped, _ = cl.enqueue_map_buffer(self.queue, part, cl.map_flags.WRITE, 0, (1792,),
                                          np.int32)
        mapped[:] = -1
        mapped.base.release(self.queue)
        expected = data.copy()
        expected[256:2048] = -1
        self.equal(self.read(buffer, data), expected, "a mapped sub-buffer is written")
        cl.enqueue_fill_buffer(self.queue, buffer, np.int16(7), 8192, 8192)
        expected.view(np.int16)[4096:] = 7
        self.equal(self.read(buffer, data), expected, "a buffer is filled")
        square = np.zeros((16, 16), np.int32)
        cl.enqueue_copy(self.queue, square, buffer, buffer_origin=(16, 2, 0),
                        host_origin=(0, 0, 0), region=(64, 16, 1), buffer_pitches=(256,),
                        host_pitches=(64,))
        self.equal(square, expected.reshape(64, 64)[2:18, 4:20], "a rectangle is read")
        host = np.arange(1024, dtype=np.float32)
        shared = cl.Buffer(self.context, cl.mem_flags.USE_HOST_PTR, hostbuf=host)
        self.build("kernel void twice(global float *x) { x[get_global_id(0)] *= 2; }").twice(
            self.queue, (1024,), None, shared)
        mapped, _ = cl.enqueue_map_buffer(self.queue, shared, cl.map_flags.READ, 0, (1024,),
                                          np.float32)
        self.equal(host, np.arange(1024) * 2, "the client's own memory is written")
        mapped.base.release(self.queue)

    def shared_virtual_memory(self):
        program = self.build("kernel void add(global int *x) { x[get_global_id(0)] += 5; }")
        data = np.arange(1000, dtype=np.int32)
        program.add(self.queue, (1000,), None, cl.SVM(data))
        self.queue.finish()
        self.equal(data, np.arange(1000) + 5, "numpy's own memory in a kernel")
        allocated = cl.SVMAllocation(self.context, 4000, 0, cl.svm_mem_flags.READ_WRITE)
        cl.enqueue_copy(self.queue, allocated, data)
        program.add(self.queue, (1000,), None, allocated)
        with allocated.map_ro(self.queue, is_blocking=True) if hasattr(allocated, "map_ro") \
                else cl.SVM(allocated).map_ro(self.queue) as _mapped:
            back = np.empty_like(data)
            cl.enqueue_copy(self.queue, back, allocated)
        self.equal(back, data + 5, "memory of clSVMAlloc in a kernel")

    def events(self):
        program = self.build("""
            kernel void add(global int *x, int n) { x[get_global_id(0)] += n; }
            kernel void scale(global int *x, int n) { x[get_global_id(0)] *= n; }""")
        buffer = self.buffer(np.ones(1000, np.int32))
        gate = cl.UserEvent(self.context)
        first = program.add(self.loose, (1000,), None, buffer, np.int32(2), wait_for=[gate])
        second = program.scale(self.loose, (1000,), None, buffer, np.int32(10),
                               wait_for=[first])
        called = []
        second.set_callback(cl.command_execution_status.COMPLETE, called.append)
        status = second.command_execution_status
        self.client.check(status > cl.command_execution_status.COMPLETE,
                          "a command waits for a user event", status)
        gate.set_status(cl.command_execution_status.COMPLETE)
        second.wait()
        self.loose.finish()
        self.equal(self.read(buffer, np.zeros(1000, np.int32)), np.full(1000, 30),
                   "an out-of-order queue keeps to the events")
        event = program.add(self.queue, (1000,), None, buffer, np.int32(1))
        event.wait()
        times = [getattr(event.profile, name) for name in ("queued", "submit", "start", "end")]
        self.client.check(times == sorted(times) and times[0] > 0,
                          "profiling times follow each other", times)

    def binaries(self):
        source = "kernel void three(global int *x) { x[get_global_id(0)] = 3; }"
        built = self.build(source)
        binaries = built.get_info(cl.program_info.BINARIES)
        again = cl.Program(self.context, self.context.devices, binaries).build()
        buffer = self.buffer(np.zeros(10, np.int32))
        again.three(self.queue, (10,), None, buffer)
        self.equal(self.read(buffer, np.zeros(10, np.int32)), np.full(10, 3),
                   "a program from its binary")
        try:
            self.build("kernel void broken(global int *x) { undeclared(x) }")
            self.client.check(False, "a faulty program is refused")
        except cl.RuntimeError as error:
            self.client.check("undeclared" in str(error), "the log names the fault", error)


def main(client):
    kernels = Kernels(client)
    kernels.printf()
    kernels.histogram()
    kernels.matrices()
    kernels.structs()
    kernels.buffers()
    kernels.shared_virtual_memory()
    kernels.events()
    kernels.binaries()


with Client("printf, local memory, atomics, fp64, structs, sub-buffers, buffer maps, SVM, "
            "events, profiling, binaries") as the_client:
    import numpy as np
    import pyopencl as cl
    import pyopencl.cltypes
    main(the_client)
