# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A host older than Debian 13 builds in a Debian 13 root: a folder, made once
# by debootstrap and entered with bubblewrap. Sourced, never run.

root_suite=trixie

# Where the checkout, the build folder and the compiler cache are seen inside.
# The same for every checkout, so that the compiler cache serves them all; under
# /var, so that no folder of the host can be in the way.
inside_source=/var/trefoil/src
inside_build=/var/trefoil/build
inside_ccache=/var/trefoil/ccache

# enter WRITABLE BUILD COMMAND...: runs COMMAND in the root, with the folder BUILD
# as the build folder. Mounts and processes end with it. The root itself can
# only be read, unless WRITABLE is --bind.
enter()
{
   local writable=$1 build=$2 path
   shift 2
   local args=(
      "$writable" "$root" /
      --dev-bind /dev /dev
      --proc /proc
      --ro-bind /sys /sys
      --bind /tmp /tmp
      --bind "$here" "$inside_source"
      --bind "$build" "$inside_build"
      --bind "$cache/ccache" "$inside_ccache"
      --unshare-pid
      --die-with-parent
   )
   for path in /etc/resolv.conf /etc/hosts; do
      if [ -r "$path" ]; then args+=(--ro-bind "$path" "$path"); fi
   done
   for path in "${host_dirs[@]}"; do
      args+=(--bind "$path" "$path")
   done
   ${enter_as:-} bwrap "${args[@]}" --chdir "${inside_dir:-/}" "$@"
}
host_dirs=()

# The host's folders that a program run with ./dev run may want: all that is
# not the system's own, and the one it is called from.
find_host_dirs()
{
   local dir
   host_dirs=()
   for dir in /*; do
      case $dir in
      /bin | /boot | /dev | /etc | /lib* | /lost+found | /proc | /run | /sbin) ;;
      /sys | /tmp | /usr | /var) ;;
      *) if [ -d "$dir" ] && [ ! -L "$dir" ]; then host_dirs+=("$dir"); fi ;;
      esac
   done
   case $PWD in
   /usr/local/* | /usr/src/* | /run/* | /var/*) host_dirs+=("$PWD") ;;
   esac
   make_mount_points "${host_dirs[@]}"
}

make_mount_points()
{
   local dir
   for dir in "$@"; do
      [ -d "$root$dir" ] || (umask 022; as_root mkdir -p "$root$dir")
   done
}

write_in_root() { as_root tee "$root.part$1" >/dev/null; }

# The root asks the same archive as the host, through the same proxy and with
# the same certificates.
write_apt_configuration()
{
   local uri=$1 keyring=$2
   local copy=/usr/share/keyrings/host-archive.${keyring##*.}
   write_in_root "$copy" <"$keyring"
   write_in_root /etc/apt/sources.list.d/host.sources <<-END
	Types: deb
	URIs: $uri
	Suites: $root_suite
	Components: main
	Signed-By: $copy
	END
   as_root rm -f "$root.part/etc/apt/sources.list"
   { apt-config dump |
      grep -E '^Acquire::(http|https|Check-|Retries|ForceIP)' || true; } |
      write_in_root /etc/apt/apt.conf.d/80host
   if [ -r /etc/ssl/certs/ca-certificates.crt ]; then
      write_in_root /etc/ssl/certs/ca-certificates.crt \
         </etc/ssl/certs/ca-certificates.crt
   fi
   # Nothing that a package brings is started.
   printf '#!/bin/sh\nexit 101\n' | write_in_root /usr/sbin/policy-rc.d
   as_root chmod 755 "$root.part/usr/sbin/policy-rc.d"
}

bootstrap_root()
{
   local uri=$1 keyring=$2
   # debootstrap mounts /proc while it works: in a mount namespace of its own,
   # which ends with it however it ends. Its script for sid is the one that
   # knows every later release.
   as_root unshare --mount --propagation private \
      debootstrap --variant=minbase --include=ca-certificates \
      --keyring="$keyring" "$root_suite" "$root.part" "$uri" sid
   write_apt_configuration "$uri" "$keyring"
   as_root mv "$root.part" "$root"
}

apt_in_root()
{
   enter_as=as_root enter --bind "$logs" env DEBIAN_FRONTEND=noninteractive \
      LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin apt-get -y "$@"
}

install_in_root()
{
   local stamp=$1
   shift
   apt_in_root update
   apt_in_root install --no-install-recommends "$@"
   apt_in_root clean
   printf '%s\n' "$@" | as_root tee "$root/$stamp" >/dev/null
}

# ensure_in_root STAMP PACKAGE...: the stamp is the list that was installed, so
# a changed list is noticed.
ensure_in_root()
{
   local stamp=$1
   shift
   if [ "$(cat "$root/$stamp" 2>/dev/null)" = "$(printf '%s\n' "$@")" ]; then return 0; fi
   step packages "Installing Debian 13's packages in the root (1-3 minutes; 0.3 GB to fetch)" \
      "apt-get inside the root failed: is the archive reachable?" \
      install_in_root "$stamp" "$@"
}

ensure_root()
{
   local uri keyring
   root=$cache/root-$root_suite
   apt_ensure bubblewrap debootstrap debian-archive-keyring
   bwrap --ro-bind / / --dev-bind /dev /dev --proc /proc --unshare-pid true 2>/dev/null ||
      die "bubblewrap cannot start a program here: this machine allows no namespaces." \
         "In a container, allow them; or use Debian 13, where none is needed."
   mkdir -p "$cache/ccache"
   if [ ! -d "$root" ]; then
      read -r uri keyring <<<"$(apt_archive "$(os_release VERSION_CODENAME)")" ||
         die "apt's sources name no Debian archive." \
            "./dev looks in /etc/apt/sources.list and sources.list.d/."
      [ ! -d "$root.part" ] || as_root rm -rf --one-file-system "$root.part"
      step root "Making a Debian 13 root in $root (about a minute; 2.6 GB with what follows)" \
         "debootstrap asks $uri for '$root_suite': is it reachable, and does it have it?" \
         bootstrap_root "$uri" "$keyring"
   fi
   make_mount_points "$inside_source" "$inside_build" "$inside_ccache"
   # shellcheck disable=SC2086
   ensure_in_root .trefoil-packages $packages_build $packages_test
}
