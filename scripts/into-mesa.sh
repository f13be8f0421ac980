# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# src/ as a part of Mesa's own tree: as src/gallium/frontends/trefoil and
# src/gallium/targets/trefoil, with an option of Mesa's build. Sourced, never
# run. docs/in-tree.md is about it.

mesa_patch=$here/patches/mesa-25.0.patch

# Mesa's options changed their file's name since.
fitted_patch()
{
   if [ -e "$1/meson_options.txt" ]; then
      cat "$mesa_patch"
   else
      sed 's/meson_options\.txt/meson.options/' "$mesa_patch"
   fi
}

try_patch() { fitted_patch "$1" | patch -d "$1" -p1 -s -f -F0 --no-backup-if-mismatch "${@:2}" >/dev/null 2>&1; }

# into_mesa TREE: patches it unless it is, and puts our files there anew.
# Nothing is changed in a tree that is refused.
into_mesa()
{
   local tree=$1 gallium=$1/src/gallium part version
   if [ ! -r "$tree/VERSION" ] || [ ! -d "$gallium/frontends" ]; then
      die "$tree is no source tree of Mesa: it has no VERSION or no src/gallium."
   fi
   version=$(cat "$tree/VERSION")
   case $(cd -P "$tree" && pwd) in
   "$here"/subprojects/*) die "that is the tree that Trefoil itself is built from, and it stays as it is." \
      "Give a copy of it." ;;
   esac
   for part in frontends targets; do
      if [ -e "$gallium/$part/trefoil" ] &&
         ! grep -q trefoil "$gallium/$part/trefoil/meson.build" 2>/dev/null; then
         die "$gallium/$part/trefoil is there already, and is not Trefoil."
      fi
   done
   if ! try_patch "$tree" -R --dry-run; then
      try_patch "$tree" --dry-run ||
         die "patches/mesa-25.0.patch does not fit Mesa $version in $tree." \
            "Either an older one is in it, or its build files have changed: docs/in-tree.md" \
            "says what the patch has to do. Nothing was changed."
      try_patch "$tree"
   fi
   rm -rf "$gallium"/{frontends,targets}/trefoil
   cp -a "$here/src" "$gallium/frontends/trefoil"
   mv "$gallium/frontends/trefoil/target" "$gallium/targets/trefoil"
}

command_into_mesa()
{
   [ $# = 1 ] || die "which tree? ./dev into-mesa TREE"
   have patch || apt_ensure patch
   into_mesa "$1"
   say "Trefoil is in $1. Configure it with -Dgallium-trefoil=true."
}

# A fresh copy of Mesa's tree, if the patch has changed too.
place_in_mesa()
{
   local hash
   hash=$(hash_of "$mesa_patch")
   if [ "$(cat "$in_tree/placed" 2>/dev/null)" != "$hash" ]; then
      rm -rf "$in_tree"
      mkdir -p "$in_tree"
      cp -a "$here/subprojects/$(wrap_value directory)" "$in_tree/mesa"
      into_mesa "$in_tree/mesa"
      printf '%s' "$hash" >"$in_tree/placed"
   fi
   into_mesa "$in_tree/mesa"
}

configure_mesa()
{
   [ ! -e "$in_tree/build/build.ninja" ] || return 0
   tool meson setup --prefix=/usr -Dbuildtype=release -Dauto_features=disabled \
      -Dgallium-trefoil=true -Dgallium-drivers=llvmpipe,softpipe \
      -Dvulkan-drivers= -Dplatforms= -Dvideo-codecs= -Dopengl=false -Dllvm=enabled \
      -Dshared-llvm=enabled -Dzstd=enabled -Dbuild-tests=false \
      "$build_in/in-tree/build" "$build_in/in-tree/mesa"
}

# test_in_tree: builds the library in Mesa's tree, and runs the API tests of
# this build on it. Adds to the counts of command_test.
test_in_tree()
{
   local library=src/gallium/targets/trefoil/libTrefoilOpenCL.so.1.0.0 file names=()
   use_variant normal
   compile_if_needed
   in_tree=$build/in-tree
   have patch || apt_ensure patch
   with_lock "$builds/lock-in-tree" "Mesa's tree"
   step place-in-tree "Copying Mesa's tree, with src/ in it" \
      "Is the disk full? It takes 0.5 GB." place_in_mesa
   step configure-in-tree "Configuring that tree with -Dgallium-trefoil=true (half a minute)" \
      "A name in src/meson.build that Mesa has not?" configure_mesa
   step compile-in-tree "Building the library there (about 5 minutes the first time, on 2 cores)" \
      "The compiler's first error says where." \
      tool ninja -C "$build_in/in-tree/build" "$library"
   mkdir -p "$in_tree/vendors"
   printf '%s\n' "$build_in/in-tree/build/$library" >"$in_tree/vendors/trefoil.icd"
   for file in "$here"/tests/api/test_*.c; do
      file=${file##*/test_}
      # zink's alone, which is not built there.
      [ "$file" = no_code.c ] && continue
      names+=("api-${file%.c}")
   done
   # Meson calls the log after the wrapper too.
   run_tests in-tree in-tree-env --logbase in-tree \
      --wrapper "env OCL_ICD_VENDORS=$build_in/in-tree/vendors" "${names[@]}"
   flock -u "$lock_fd"
}
