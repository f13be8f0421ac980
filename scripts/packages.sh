# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Debian 13's packages. Sourced, never run.

# What Mesa and Trefoil are built from.
packages_build='
bison
build-essential
ccache
clang-19
flex
glslang-tools
libclang-19-dev
libclang-cpp19-dev
libclc-19
libclc-19-dev
libdrm-dev
libelf-dev
libexpat1-dev
libllvmspirvlib-19-dev
libsensors-dev
libudev-dev
libvulkan-dev
libzstd-dev
llvm-19-dev
meson
mold
ninja-build
ocl-icd-opencl-dev
opencl-c-headers
pkgconf
python3-mako
python3-ply
python3-setuptools
python3-yaml
spirv-headers
spirv-tools
zlib1g-dev
'

# What the tests, the examples and a developer use besides.
packages_test='
clang-format-19
clinfo
gdb
libcjson-dev
libcmocka-dev
libpng-dev
mesa-vulkan-drivers
ocl-icd-libopencl1
opencl-headers
shellcheck
valgrind
'

# The implementations that ./dev bench compares with.
packages_bench='
mesa-opencl-icd
pocl-opencl-icd
'

# Programs that use OpenCL, for tests/clients: those that every ./dev test runs,
# and the others. One implementation satisfies what they depend on; it is not
# used.
packages_clients='
ffmpeg
mesa-opencl-icd
python3-pyopencl
'
packages_long_clients='
clblast-tests
clpeak
darktable
hashcat
python3-opencv
python3-pyvkfft
'
