# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Mesa's source, unmodified: subprojects/mesa.wrap says which, by its hash.
# Sourced, never run.

wrap_value() { sed -n "s/^$1 = //p" "$here/subprojects/mesa.wrap"; }

hash_of() { sha256sum "$1" | cut -d' ' -f1; }

# Debian's "orig" archive of the same version is the same file. It is asked
# for by name and hash, so no package lists are needed.
fetch_mesa_from_debian()
{
   local target=$1 hash=$2 uri keyring version
   version=${mesa_file#mesa-}
   version=${version%.tar.xz}
   read -r uri keyring <<<"$(apt_archive "$(os_release VERSION_CODENAME)")"
   rm -f "$target.part"
   [ -n "$uri" ] && /usr/lib/apt/apt-helper download-file \
      "$uri/pool/main/m/mesa/mesa_$version.orig.tar.xz" "$target.part" \
      "SHA256:$hash" &&
      mv "$target.part" "$target"
}

# The archive in the cache, from whoever has it: the user, Debian, or (at last)
# Mesa's own site, which Meson asks by itself.
find_mesa_archive()
{
   local archive=$1 expected=$2 given=${TREFOIL_MESA_TARBALL:-} found
   if [ -n "$given" ]; then
      [ -r "$given" ] || die "TREFOIL_MESA_TARBALL: cannot read $given."
      found=$(hash_of "$given")
      [ "$found" = "$expected" ] ||
         die "$given is not the Mesa that Trefoil is built with." \
            "SHA-256 expected: $expected" \
            "SHA-256 found:    $found" \
            "Give the archive $mesa_file as Mesa released it."
      [ "$given" -ef "$archive" ] || cp "$given" "$archive"
   fi
   if [ -e "$archive" ]; then
      found=$(hash_of "$archive")
      [ "$found" != "$expected" ] || return 0
      say "==> $archive is damaged (SHA-256 $found, expected $expected): fetching it again"
      rm -f "$archive"
   fi
   if [ -x /usr/lib/apt/apt-helper ]; then
      say "==> Fetching Mesa's source from Debian's archive (47 MB)"
      fetch_mesa_from_debian "$archive" "$expected" >"$logs/mesa.log" 2>&1 ||
         say "    Debian's archive does not have it (see $logs/mesa.log); Meson will ask Mesa's own site"
   fi
}

# Unpacked here rather than by Meson, so that an interrupted run leaves nothing
# that looks whole.
ensure_mesa()
{
   local expected archive source packages=$here/subprojects/packagecache
   mesa_file=$(wrap_value source_filename)
   source=$here/subprojects/$(wrap_value directory)
   [ ! -e "$source" ] || [ -n "${TREFOIL_MESA_TARBALL:-}" ] || return 0
   expected=$(wrap_value source_hash)
   archive=$cache/$mesa_file
   find_mesa_archive "$archive" "$expected"
   if [ ! -e "$archive" ] || [ -e "$source" ]; then return 0; fi
   mkdir -p "$packages"
   cp "$archive" "$packages/$mesa_file"
   rm -rf "$source.part"
   mkdir "$source.part"
   step unpack "Unpacking Mesa's source (10 seconds)" \
      "Is the disk full? It takes 0.4 GB." \
      tar -C "$source.part" --strip-components=1 --no-same-owner -xf "$archive"
   mv "$source.part" "$source"
}
