# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What every part of ./dev uses: how it speaks, how it fails, where it keeps
# things. Sourced, never run.

say() { printf '%s\n' "$*"; }

# die WHAT [WHAT-TO-DO...]: one line a thought, on stderr.
die()
{
   printf 'dev: %s\n' "$1" >&2
   shift
   if [ $# -gt 0 ]; then printf '     %s\n' "$@" >&2; fi
   exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

as_root()
{
   if [ "$(id -u)" = 0 ]; then
      "$@"
   elif have sudo; then
      # -E: the caller's proxy settings count for apt too.
      sudo -E "$@"
   else
      die "this step needs root: $*" \
         "Run ./dev as root, or install sudo."
   fi
}

# Everything that takes long to make lives here, shared by all checkouts.
set_cache()
{
   local base=${XDG_CACHE_HOME:-}
   if [ -z "$base" ]; then
      [ -n "${HOME:-}" ] || die "neither HOME nor XDG_CACHE_HOME is set." \
         "Set XDG_CACHE_HOME to a folder with 6 GB to spare."
      base=$HOME/.cache
   fi
   case $base in
   /*) ;;
   *) base=$PWD/$base ;;
   esac
   cache=$base/trefoil
   logs=$cache/log
   mkdir -p "$logs" 2>/dev/null && [ -w "$logs" ] ||
      die "cannot write to $cache." \
         "Set XDG_CACHE_HOME to a folder that you can write to."
}

# Writes every line to the log and shows one in ten of ninja's, so that a long
# build can be seen to move. (Not awk: mawk waits for a full buffer.)
show_progress()
{
   local line part shown=0
   while IFS= read -r line || [ -n "$line" ]; do
      printf '%s\n' "$line" >&4
      [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
      part=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      if [ "${BASH_REMATCH[2]}" -gt 50 ] && [ $part -gt $shown ]; then
         shown=$part
         say "    ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
      fi
   done 4>"$1"
}

# The log's first error, if it can be told, else its end; without the
# compiler's mile-long commands.
show_log()
{
   local lines
   lines=$(sed -n '/^FAILED: \|: error: \|^E: /,$p' "$1" | head -n 40 || true)
   if [ -z "$lines" ]; then lines=$(tail -n 30 "$1"); fi
   printf '%s\n' "$lines" | grep -v '^\[[0-9]*/[0-9]*\]' | cut -c 1-200 |
      sed 's/^/    /' || true
}

# step NAME WHAT HINT COMMAND...: runs COMMAND with its output in a log file;
# says WHAT beforehand, and on failure shows what the log says of it and the
# hint. It must not be called where bash ignores `set -e` (in a condition): the
# command's own errors would pass unseen there too.
step()
{
   local what=$2 hint=$3 log="$logs/$1.log" status
   shift 3
   say "==> $what"
   current_step=$what
   : >"$log"
   set +e
   (
      set -e
      "$@"
   ) 2>&1 </dev/null | show_progress "$log"
   status=${PIPESTATUS[0]}
   set -e
   current_step=
   if [ "$status" != 0 ]; then
      show_log "$log" >&2
      die "this step failed (status $status): $what" "$hint" \
         "The whole log: $log"
   fi
}

# with_lock FILE WHAT: holds FILE until this script ends. Two of them in one
# place would spoil each other's work.
with_lock()
{
   exec {lock_fd}>"$1" || die "cannot open the lock file $1."
   flock -n "$lock_fd" && return
   say "==> Another ./dev is at work on $2; waiting for it"
   flock "$lock_fd"
}
