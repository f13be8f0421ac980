# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A host new enough builds with its own packages. Sourced, never run.

# Debian 13 and later (no VERSION_ID: testing or unstable).
is_new_debian()
{
   local version
   [ "$(os_release ID)" = debian ] || return 1
   version=$(os_release VERSION_ID)
   [ -z "$version" ] || [ "${version%%.*}" -ge 13 ]
}

lacking_tools()
{
   local tool
   for tool in bison flex glslangValidator llvm-config ninja; do
      have "$tool" || printf '   %s\n' "the program $tool"
   done
   if ! have meson; then
      printf '   %s\n' "the program meson"
   elif [ "$(printf '%s\n' 1.4 "$(meson --version)" | sort -V | head -n 1)" != 1.4 ]; then
      printf '   %s\n' "Meson 1.4 or later (here: $(meson --version))"
   fi
   if have llvm-config && [ "$(llvm-config --version | cut -d. -f1)" -lt 15 ]; then
      printf '   %s\n' "LLVM 15 or later (here: $(llvm-config --version))"
   fi
   for tool in mako yaml; do
      python3 -c "import $tool" 2>/dev/null || printf '   %s\n' "Python's module $tool"
   done
}

lacking_modules()
{
   local module
   if ! have pkg-config; then
      printf '   %s\n' "the program pkg-config"
      return
   fi
   for module in LLVMSPIRVLib OpenCL SPIRV-Tools cmocka expat libclc libdrm \
      libelf libpng libzstd zlib; do
      pkg-config --exists "$module" ||
         printf '   %s\n' "the development files of $module (as pkg-config finds them)"
   done
}

ensure_native()
{
   local lacking
   if is_new_debian; then
      # shellcheck disable=SC2086
      apt_ensure $packages_build $packages_test
      return
   fi
   lacking=$(lacking_tools; lacking_modules)
   [ -z "$lacking" ] || die "$(os_release PRETTY_NAME) lacks what Mesa is built with:" \
      "$lacking" "Install these and try again, or use Debian 12 or later." \
      "scripts/packages.sh lists Debian 13's packages."
}
