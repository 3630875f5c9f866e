#!/bin/sh
# The exported .glb in a real web viewer: model-viewer in headless Chromium loads it without a complaint, and each part has Blender's colours.
#   viewer.sh [all]   every family of the library
. "$LL3M_SOURCE/tests/lib/tap.sh"
. "$LL3M_SOURCE/tests/lib/node.sh"

# As large as files usually are: of thin things, small textures mix the colours.
quick="$quick --set export.texture_size=2048 --set export.check=false"

# show NAME PROMPT [WISH]: makes it, and shows the last version.
show() {
	printf '%s\n' "${3-}" | grep . >wishes
	rm -rf ll3m-out
	# shellcheck disable=SC2086 # settings are words
	ll3m 400 --text "$2" $quick <wishes
	same "$1: exit code" "$code" 0
	folder=$(folder_of)
	if [ "$viewer" ]; then
		check "$1: shown without a complaint, in its colours" node "$LL3M_SOURCE/tests/lib/viewer.mjs" "$folder/asset.glb" "$folder/renders/view-1.png"
		sed 's/^/# /' "$scratch/check.out"
	else
		skip "$1: shown without a complaint, in its colours" "$reason"
	fi
}

viewer=
if ! command -v chromium >/dev/null 2>&1; then
	reason="chromium is not there (tools/setup test)"
elif ! node_packages; then
	reason=$node_reason
else
	viewer=yes
	VIEWER_MODULES=$node_folder/node_modules
	export VIEWER_MODULES
fi
if [ "${1-}" = all ]; then
	for family in "$LL3M_SOURCE"/library/*/; do
		name=$(basename "$family" | tr _ ' ')
		show "$name" "create a 3D object of a $name"
	done
	finish
fi
show "chair" "create a 3D object of a chair"
show "bonsai" "create a 3D object of a bonsai tree" "add small cherry blossoms on the branches"
show "rocket" "create a 3D object of a rocket"
finish
