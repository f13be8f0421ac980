#!/bin/bash
# SPDX-License-Identifier: MIT
#
# into-mesa.sh ROOT MESA: what ./dev into-mesa does to a tree, and to what is
# no tree that it fits. Of MESA only the files are copied that it looks at.

set -eu
root=$1 mesa=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail()
{
   echo "into-mesa: $1" >&2
   exit 1
}

new_tree()
{
   mkdir -p "$1/src/gallium/frontends" "$1/src/gallium/targets"
   cp "$mesa/VERSION" "$mesa/meson.build" "$mesa/meson_options.txt" "$1"
   cp "$mesa/src/gallium/meson.build" "$1/src/gallium"
}

into() { "$root/dev" into-mesa "$1" >"$dir/said" 2>&1; }

# refused TREE WORDS: it fails, says so, and leaves every file as it was.
refused()
{
   local before after
   before=$(cd "$1" && find . -type f -exec sha256sum {} + | sort)
   if into "$1"; then fail "$2: it was taken"; fi
   grep -q "$2" "$dir/said" || fail "it does not say '$2': $(cat "$dir/said")"
   after=$(cd "$1" && find . -type f -exec sha256sum {} + | sort)
   [ "$before" = "$after" ] || fail "$2: the tree was changed"
}

# A fresh tree, and the same again.
new_tree "$dir/fresh"
into "$dir/fresh" || fail "a fresh tree was refused: $(cat "$dir/said")"
for file in frontends/trefoil/meson.build frontends/trefoil/api/icd.c targets/trefoil/target.c; do
   [ -e "$dir/fresh/src/gallium/$file" ] || fail "there is no $file"
done
grep -q "'gallium-trefoil'" "$dir/fresh/meson_options.txt" || fail "there is no option"
cp -a "$dir/fresh" "$dir/twice"
into "$dir/twice" || fail "the second time was refused: $(cat "$dir/said")"
diff -r "$dir/fresh" "$dir/twice" || fail "the second time changed something"
[ -z "$(find "$dir/twice" -name '*.orig' -o -name '*.rej')" ] || fail "patch left files behind"

# A file that went away here goes away there.
touch "$dir/twice/src/gallium/frontends/trefoil/gone.c"
into "$dir/twice"
diff -r "$dir/fresh" "$dir/twice" || fail "an old file stayed"

# Newer trees call the options' file otherwise.
new_tree "$dir/renamed"
mv "$dir/renamed/meson_options.txt" "$dir/renamed/meson.options"
into "$dir/renamed" || fail "meson.options was refused: $(cat "$dir/said")"
grep -q "'gallium-trefoil'" "$dir/renamed/meson.options" || fail "there is no option in it"

# What it does not fit, wholly or in one place.
mkdir "$dir/empty"
refused "$dir/empty" "no source tree of Mesa"
new_tree "$dir/other"
sed -i '/rusticl/d' "$dir/other/src/gallium/meson.build"
refused "$dir/other" "does not fit"
new_tree "$dir/half"
cp "$dir/fresh/meson_options.txt" "$dir/half"
refused "$dir/half" "does not fit"
new_tree "$dir/taken"
mkdir "$dir/taken/src/gallium/frontends/trefoil"
echo "# another" >"$dir/taken/src/gallium/frontends/trefoil/meson.build"
refused "$dir/taken" "is not Trefoil"
if into "$mesa"; then fail "the tree that is built here was taken"; fi
