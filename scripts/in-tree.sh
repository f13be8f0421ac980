# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Builds src/ as a part of Mesa: as src/gallium/frontends/trefoil and
# src/gallium/targets/trefoil of a copy of Mesa's tree. Sourced, never run.

# Mesa's part is copied once, ours each time.
place_in_mesa()
{
   local mesa tree=$build/mesa gallium=$build/mesa/src/gallium
   mesa=$here/subprojects/$(wrap_value directory)
   if [ ! -e "$build/placed" ]; then
      rm -rf "$tree"
      cp -a "$mesa" "$tree"
      printf "subdir('%s/trefoil')\n" frontends targets >>"$gallium/meson.build"
      touch "$build/placed"
   fi
   rm -rf "$gallium"/{frontends,targets}/trefoil
   cp -a "$here/src" "$gallium/frontends/trefoil"
   mv "$gallium/frontends/trefoil/target" "$gallium/targets/trefoil"
}

configure_mesa()
{
   [ ! -e "$build/build/build.ninja" ] || return 0
   tool meson setup --prefix=/usr -Dbuildtype=release -Dauto_features=disabled \
      -Dgallium-drivers=llvmpipe,softpipe -Dvulkan-drivers= -Dplatforms= \
      -Dvideo-codecs= -Dopengl=false -Dllvm=enabled -Dshared-llvm=enabled \
      -Dmesa-clc=enabled -Dzstd=enabled -Dbuild-tests=false \
      "$build_in/build" "$build_in/mesa"
}

command_in_tree()
{
   prepare_host
   use_variant in-tree
   with_lock "$builds/lock-$variant" "this build"
   step place "Copying Mesa's tree, with src/ in it" \
      "Is the disk full? It takes 0.5 GB." place_in_mesa
   step configure-in-tree "Configuring that tree (half a minute)" \
      "A name in src/meson.build that Mesa has not?" configure_mesa
   step compile-in-tree "Building the library there (about 5 minutes the first time)" \
      "The compiler's first error says where." \
      tool ninja -C "$build_in/build" src/gallium/targets/trefoil/libTrefoilOpenCL.so.1.0.0
   flock -u "$lock_fd"
   mkdir -p "$build/vendors"
   printf '%s\n' "$build_in/build/src/gallium/targets/trefoil/libTrefoilOpenCL.so.1.0.0" \
      >"$build/vendors/trefoil.icd"
   vendors=$build_in/vendors program clinfo -l
}
