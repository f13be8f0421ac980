# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What is asked of the host's apt. No archive is named here: the one that the
# host is set up to use is used. Sourced, never run.

os_release()
{
   (
      # shellcheck disable=SC1091
      [ -r /etc/os-release ] && . /etc/os-release
      eval "printf '%s\n' \"\${$1:-}\""
   )
}

# Prints "SUITE URI KEYRING" for each enabled binary entry with component main,
# one-line files first; KEYRING is - if the entry names none.
apt_entries()
{
   local dir=${TREFOIL_APT_DIR:-/etc/apt} file
   for file in "$dir/sources.list" "$dir"/sources.list.d/*.list; do
      [ -r "$file" ] && awk '
         $1 != "deb" { next }
         {
            sub(/#.*/, ""); keyring = "-"
            if (match($0, /\[[^]]*\]/)) {
               options = substr($0, RSTART + 1, RLENGTH - 2)
               $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
               n = split(options, option, " ")
               for (i = 1; i <= n; i++)
                  if (option[i] ~ /^signed-by=\//)
                     keyring = substr(option[i], 11)
            }
            for (i = 4; i <= NF; i++)
               if ($i == "main") print $3, $2, keyring
         }' "$file"
   done
   for file in "$dir"/sources.list.d/*.sources; do
      [ -r "$file" ] && awk '
         function stanza(   i, j, u, s, k) {
            k = field["signed-by"] ~ /^ *\// ? field["signed-by"] : "-"
            gsub(/ /, "", k)
            if (tolower(field["enabled"]) !~ /no|false/ &&
                (" " field["types"] " ") ~ / deb / &&
                (" " field["components"] " ") ~ / main /)
               for (i = split(field["suites"], s, " "); i > 0; i--)
                  for (j = 1; j <= split(field["uris"], u, " "); j++)
                     print s[i], u[j], k
            split("", field); key = ""
         }
         /^#/ { next }
         /^[ \t]*$/ { stanza(); next }
         /^[ \t]/ { field[key] = field[key] " " $0; next }
         {
            key = tolower(substr($0, 1, index($0, ":") - 1))
            field[key] = substr($0, index($0, ":") + 1)
         }
         END { stanza() }' "$file"
   done
   return 0
}

# Prints "URI KEYRING": the archive that the host's own release comes from.
apt_archive()
{
   local suite=$1 uri keyring
   # Some hosts follow "stable" or the like by that name.
   read -r uri keyring <<<"$(apt_entries | awk -v suite="$suite" '
      $2 ~ /^cdrom:/ { next }
      $1 == suite { print $2, $3; found = 1; exit }
      $1 ~ /^((old)?stable|testing|unstable|sid)$/ && !other { other = $2 " " $3 }
      END { if (!found) print other }')"
   # A list of mirrors is apt's own notion; debootstrap wants one of them.
   case $uri in
   mirror+file:*) uri=$(awk '!/^#/ && NF { print $1; exit }' "${uri#mirror+file:}") ;;
   esac
   [ -n "$uri" ] || return 1
   [ -r "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.gpg
   printf '%s %s\n' "${uri%/}" "$keyring"
}

missing_packages()
{
   local package
   for package in "$@"; do
      case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
      installed) ;;
      *) printf '%s ' "$package" ;;
      esac
   done
}

# A fresh machine has no package lists yet, and old lists name versions that
# are gone: so a failure is answered by one update and one more try.
apt_install()
{
   local get="env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends"
   as_root $get install "$@" || {
      as_root $get update
      as_root $get install "$@"
   }
}

apt_ensure()
{
   local missing
   missing=$(missing_packages "$@")
   [ -n "$missing" ] || return 0
   # shellcheck disable=SC2086
   step apt "Installing with apt: $missing(1-2 minutes)" \
      "apt-get has to work on this machine: try 'apt-get update'." \
      apt_install $missing
}
