#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# ./dev finds the archive that the host's apt uses, in both of apt's formats.
# apt.sh SCRIPTS, the folder that holds apt.sh.

set -euo pipefail

# shellcheck source=/dev/null
. "$1/apt.sh"

TREFOIL_APT_DIR=$(mktemp -d)
trap 'rm -rf "$TREFOIL_APT_DIR"' EXIT
status=0

# expect SUITE URI: what apt_archive makes of the files as they are now.
expect()
{
   local uri
   read -r uri _ <<<"$(apt_archive "$1" || echo none)"
   if [ "$uri" != "$2" ]; then
      echo "$1: expected $2, found $uri"
      status=1
   fi
   rm -rf "${TREFOIL_APT_DIR:?}"/*
   mkdir -p "$TREFOIL_APT_DIR/sources.list.d"
}

expect bookworm none

cat >"$TREFOIL_APT_DIR/sources.list" <<'END'
# deb file:///commented bookworm main
deb-src file:///source bookworm main
deb cdrom:[Debian]/ bookworm main
deb file:///security bookworm-security main
deb [arch=amd64 signed-by=/nowhere.gpg] file:///one-line/ bookworm contrib main # why
END
expect bookworm file:///one-line

cat >"$TREFOIL_APT_DIR/sources.list.d/debian.sources" <<'END'
Types: deb
URIs: file:///disabled
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: file:///source
Suites: bookworm
Components: main

# A comment
Types: deb deb-src
URIs: file:///deb822
Suites: bookworm-backports
 bookworm bookworm-updates
Components: contrib main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----
END
expect bookworm file:///deb822

echo 'deb mirror+file:'"$TREFOIL_APT_DIR/mirrors"' trixie main' \
   >"$TREFOIL_APT_DIR/sources.list"
printf '# mirrors\nfile:///first priority:1\nfile:///second\n' >"$TREFOIL_APT_DIR/mirrors"
expect trixie file:///first

printf 'deb file:///vendor tool main\ndeb file:///security stable-security main\ndeb file:///named stable main\n' \
   >"$TREFOIL_APT_DIR/sources.list.d/named.list"
expect trixie file:///named

exit $status
