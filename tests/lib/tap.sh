# What the e2e scripts share: TAP, a scratch folder of their own, and the program under it. To be sourced.
#
# Set by meson: LL3M the program, LL3M_TOOLS the folder of the tests' own tools, LL3M_SOURCE the source tree.
# A script says `plan` never: it ends with `finish`, which tells how many points there were.

set -u
LC_ALL=C.UTF-8
export LC_ALL
: "${LL3M:?the program to test}" "${LL3M_TOOLS:?the folder of the tests tools}" "${LL3M_SOURCE:?the source tree}"

person_home=$HOME # npm reads its settings there
person_cache=${XDG_CACHE_HOME:-$HOME/.cache} # other Blenders stand there
scratch=$(mktemp -d "${TMPDIR:-/tmp}/ll3m-e2e-XXXXXX")
points=0
failures=0

# A person's folders, all of them here.
XDG_DATA_HOME=$scratch/data
XDG_STATE_HOME=$scratch/state
XDG_CONFIG_HOME=$scratch/config
XDG_CACHE_HOME=$scratch/cache
HOME=$scratch/home
TMPDIR=$scratch/tmp
export XDG_DATA_HOME XDG_STATE_HOME XDG_CONFIG_HOME XDG_CACHE_HOME HOME TMPDIR
mkdir -p "$HOME" "$TMPDIR"
cd "$scratch" || exit 1

clean_up() {
	cd /
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# ok NAME: a point that holds. not_ok NAME [FILE…]: one that does not, with the ends of the files that show why.
ok() {
	points=$((points + 1))
	echo "ok $points - $1"
}
not_ok() {
	points=$((points + 1))
	failures=$((failures + 1))
	echo "not ok $points - $1"
	shift
	for file in "$@"; do
		[ -f "$file" ] && tail -n 12 "$file" | cut -c 1-400 | sed "s|^|# ${file##*/}: |"
	done
	return 0
}
skip() { # NAME REASON
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}
finish() {
	echo "1..$points"
	[ "$failures" = 0 ]
	exit
}
# check NAME COMMAND…: a point that holds when the command does; what it says otherwise is shown.
check() {
	check_name=$1
	shift
	if "$@" >"$scratch/check.out" 2>&1; then ok "$check_name"; else not_ok "$check_name" "$scratch/check.out"; fi
}
# same NAME GOT WANTED
same() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" && echo "# got: $2" && echo "# wanted: $3"; fi
}

# ll3m SECONDS ARG…: runs the program; stdout in out, stderr in err, exit code in $code, processes left behind in
# orphans. The caller gives stdin. The code is 124 when it had to be ended, 125 when it left processes behind.
ll3m() {
	seconds=$1
	shift
	REAP_FD=9 "$LL3M_TOOLS/reap" "$seconds" "$LL3M" "$@" >out 2>err 9>orphans
	code=$?
}

# told NAME CODE PATTERN: the run before ended with that code, with one clear line on stderr that matches.
told() {
	lines=$(grep -c '^ll3m: ' err)
	if [ "$code" != "$2" ]; then
		not_ok "$1: exit code $2" err orphans && echo "# got exit code $code"
	elif [ "$lines" != 1 ]; then
		not_ok "$1: one line" err && echo "# got $lines lines"
	elif ! grep -Eq "^ll3m: .*($3)" err; then
		not_ok "$1: says $3" err
	else
		ok "$1"
	fi
}

# json FILE EXPRESSION: a value of a JSON file, by a JavaScript expression over v.
json() {
	node -e 'const v = JSON.parse(require("fs").readFileSync(process.argv[1])); const r = eval(process.argv[2]);
		console.log(typeof r === "object" ? JSON.stringify(r) : r)' "$1" "$2"
}

# The session's folder of the run before.
folder_of() {
	sed -n 's/^Folder   //p' out
}
session_of() {
	sed -n 's/^Session  //p' out
}

# Cheap settings: one small picture a look, no full-size ones.
quick="--no-pictures --set render.look_views=1 --set export.texture_size=512"

# LL3M_E2E_BLENDER names another Blender's version: the script runs with it, or is skipped where it is not set up.
other_blender=${LL3M_E2E_BLENDER:-}
if [ "$other_blender" ]; then
	program=$(HOME=$person_home XDG_CACHE_HOME=$person_cache "$LL3M_SOURCE/tools/blenders" --list "$other_blender")
	if [ ! "$program" ]; then
		skip "with Blender $other_blender" "it is not set up (tools/blenders $other_blender)"
		finish
	fi
	quick="$quick --set blender.path=$program"
fi
