#!/bin/sh
# The scripts of the published prompts, of each version a file, for the figures of blender/tests/bench_look.py and the like.
#   LL3M=… LL3M_TOOLS=… LL3M_SOURCE=… published.sh FOLDER
. "$LL3M_SOURCE/tests/lib/tap.sh"
: "${1:?the folder to write into}"
case $1 in /*) folder=$1 ;; *) folder=$OLDPWD/$1 ;; esac
mkdir -p "$folder"

make() {
	name=$(echo "$1" | cut -d ' ' -f 2-4 | tr ' ' '-' | tr -d ',')
	prompt="create a 3D object of $1"
	shift
	: >wishes
	while [ $# -gt 0 ]; do
		printf '%s\n' "$1" >>wishes
		shift 2
	done
	rm -rf ll3m-out
	# shellcheck disable=SC2086 # settings are words
	ll3m 400 --text "$prompt" $quick --set export.bake=false --set export.check=false <wishes
	same "$name: exit code" "$code" 0
	for version in "$(sed -n 's/^Folder   //p' out)"/versions/*; do
		cp "$version/draft.py" "$folder/$name-$(basename "$version").py"
	done
}

. "$LL3M_SOURCE/tests/lib/published.sh"
finish
