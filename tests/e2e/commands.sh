#!/bin/sh
# Every command and option, by hand of a person without a terminal: words, JSON, exit codes.
. "$LL3M_SOURCE/tests/lib/tap.sh"
. "$LL3M_SOURCE/tests/lib/node.sh"
chair="create a 3D object of a chair"

# run NAME CODE ARG…: with an empty standard input.
run() {
	run_name=$1
	wanted=$2
	shift 2
	ll3m 120 "$@" </dev/null
	if [ "$code" = "$wanted" ]; then ok "$run_name: exit code $wanted"; else not_ok "$run_name: exit code $wanted" err && echo "# got exit code $code"; fi
}
holds() { # NAME PATTERN FILE
	if grep -Eq "$2" "$3"; then ok "$1"; else not_ok "$1" "$3"; fi
}
usage() { # NAME PATTERN ARG…: refused as misuse, in one line
	usage_name=$1
	pattern=$2
	shift 2
	ll3m 20 "$@" </dev/null
	told "$usage_name" 2 "$pattern"
}

# ---- help and mistakes ----
run "--help" 0 --help
for word in --text --image --session-id --prompt --list-sessions --config --out --json --login --logout --accept-terms; do
	holds "--help names $word" "^  $word( |$)" out
done
sed -n 's/^EXIT([A-Z_]*, \([0-9]*\), "\(.*\)")$/\1 \2/p' "$LL3M_SOURCE/src/cli/exits.def" >exits
while read -r number text; do
	holds "--help lists exit code $number" "^  $number +$text" out
done <exits
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' out)
for command in $commands; do
	run "$command --help" 0 "$command" --help
	holds "$command --help says how" "^Usage: ll3m $command" out
done
run "--version" 0 --version
holds "--version" "^ll3m [0-9]+\.[0-9]+\.[0-9]+$" out
run "-h" 0 -h
ll3m 20 </dev/null
same "no word at all" "$code" 2
usage "an unknown option" "unknown option --txt.*--text" --txt chair
usage "an unknown option of a command" "unknown option --formt.*--format" export x --formt obj
usage "an unknown command" 'no command "sesions".*sessions' sesions
usage "an unknown word of a command" 'no "lst".*list' sessions lst
usage "an unknown key" "render\.num_images" --set render.num_imags=3 sessions
usage "a key that is like none" "no option zzz .ll3m config" --set zzz=3 sessions
usage "--set without a value" "NAME=VALUE" --set render.num_images sessions
usage "an option without its value" "--text needs a value" --text
usage "an option given twice" "twice" --text a --text b
usage "a value for an option that takes none" "takes no value" --json=yes sessions
usage "--text with --image" "exclude" --text chair --image x.png
usage "--session-id without --prompt" "--prompt is missing" --session-id abc
usage "--prompt without --session-id" "--session-id is missing" --prompt abc
usage "--session-id with --text" "excludes" --session-id abc --prompt x --text y
usage "a prompt without --text" "--text" "$chair" chair
usage "set without a session" "id" set
usage "export without a session" "id" export
usage "run without a file" "file" run
run "--login" 0 --login
run "--logout" 0 --logout
run "--accept-terms" 0 --accept-terms
run "sessions, none yet" 0 sessions
holds "sessions, none yet: says how to begin" "no sessions yet" out
run "--list-sessions, none yet" 0 --list-sessions
same "--list-sessions, none yet" "$(cat out)" "[]"
run "sessions --json, none yet" 0 sessions --json
same "sessions --json, none yet" "$(json out 'v.length')" 0

# ---- configuration ----
run "config" 0 config
holds "config shows where a value comes from" "num_images: 5 +# default" out
run "config --json" 0 config --json
same "config --json" "$(json out 'typeof v')" object
run "config set" 0 config set render.num_images 2
holds "config set writes the file" "num_images: 2" config/config.yaml
run "config with a file" 0 config
holds "config with a file shows it" "num_images: 2 +# .*config/config.yaml" out
run "config set, out of range" 3 config set render.num_images 99
run "config set, unknown" 3 config set render.nothing 9
rm -r config
export LL3M_RENDER_NUM_IMAGES=3
run "config from the environment" 0 config
unset LL3M_RENDER_NUM_IMAGES
holds "config from the environment" "num_images: 3 +# environment" out
run "doctor" 0 doctor
holds "doctor" "^blender +[0-9]+\.[0-9]+" out
run "doctor --json" 0 doctor --json
same "doctor --json" "$(json out 'v.executor.isolated')" true

# ---- a session, its lines, the slash commands ----
printf '%s\n' "add 2 armrests on the chair" /versions /undo /redo "/set legs=3" "/diff 1 2" /diff /params "/export obj" /help "" TERMINATE "never read" >wishes
# shellcheck disable=SC2086 # settings are words
ll3m 300 --text "$chair" --set render.look_views=1 --set render.num_images=2 --set render.resolution_scale=0.1 --set blender.samples_final=1 <wishes
same "a session: exit code" "$code" 0
holds "the frame's head" "^===== Executing Blender code from server =====$" err
holds "the frame's end" "^===== End snippet =====$" err
holds "the script stands in it whole" '^if __name__ == "__main__":$' err
holds "the OK line" "^\[Client\] \[OK\] Blender code executed successfully! " err
holds "the first phase" "^\[Initial Creation Phase: [0-9]:[0-9][0-9]:[0-9][0-9]\]$" err
holds "the second phase" "^\[Auto Refinement Phase: [0-9]:[0-9][0-9]:[0-9][0-9]\]$" err
holds "the third phase" "^\[User Guided Refinement Phase: [0-9]:[0-9][0-9]:[0-9][0-9]\]$" err
holds "the third phase begins" "^\[Phase\] user_guided_refinement$" err
holds "the prompt" "^Enter the instruction: \(Type 'TERMINATE' to exit\)$" err
holds "the resolution" "^\[Client\] Render resolution: 192 x 108 \(base 1920x1080 @ 10%\)$" err
holds "the method" "^\[Client\] Rendering method: CPU rendering" err
holds "/undo" "^\[Version 1\] is current again" err
holds "/redo" "^\[Version 2\] is current again" err
holds "/set" "^\[Version 3\] set legs=3" err
holds "/versions" "^\* +2 +from 1 .*add 2 armrests" out
holds "/diff 1 2" "^  armrests +(added|new|came)" out
holds "/diff" "legs: 4 → 3" out
holds "/params" "^legs +3 .*3\.\.6" out
holds "/help" "^  /export" err
same "nothing after TERMINATE" "$(grep -c 'never read' err)" 0
same "no failure told" "$(grep -c '^ll3m: ' err)" 0
session=$(session_of)
folder=$(folder_of)
short=$(echo "$session" | cut -c 1-8)
for file in draft.py asset.blend asset.glb report.json versions/2/renders/view-1.png asset.obj; do
	check "the folder has $file" test -s "$folder/$file"
done
check "full-size pictures show something" node "$LL3M_SOURCE/tests/lib/asset.mjs" picture "$folder/versions/2/renders"/view-*.png
same "as many as were asked" "$(ls "$folder/versions/2/renders" | grep -c '^view-')" 2
holds "the result goes to stdout" "^Version  3: set legs=3$" out

# ---- commands on it ----
run "sessions" 0 sessions
holds "sessions" "^$short .* version 3 +completed +$chair" out
run "sessions --json" 0 sessions --json
same "sessions --json" "$(json out '[v[0].id, v[0].head, v[0].run.state].join()')" "$session,3,completed"
run "--list-sessions" 0 --list-sessions
same "--list-sessions" "$(cat out)" "['$session']"
run "sessions show" 0 sessions show "$short"
same "sessions show" "$(json out 'v.id')" "$session"
run "sessions record" 0 sessions record "$short"
same "sessions record is JSON" "$(json out 'typeof v')" object
run "sessions continue, nothing to" 11 sessions continue "$short"
run "versions" 0 versions "$short"
same "versions" "$(grep -c '^[* ] ' out)" 3
run "versions --json" 0 versions "$short" --json
same "versions --json" "$(json out 'v.map((x) => x.n + ":" + x.parent).join()')" "1:0,2:1,3:2"
run "versions --diff" 0 versions "$short" --diff 1..2
holds "versions --diff" "armrests: 0 → 2" out
run "versions --diff --json" 0 versions "$short" --diff 1..2 --json
same "versions --diff --json" "$(json out 'v.unchanged.includes("legs")')" true
run "versions --diff, no such" 11 versions "$short" --diff 1..9
usage "versions --diff, nonsense" "1\.\.3" versions "$short" --diff x
run "undo" 0 undo "$short"
same "undo" "$(cat out)" "version 2 is current"
check "undo puts the files back" cmp "$folder/draft.py" "$folder/versions/2/draft.py"
run "undo again" 0 undo "$short"
run "undo, nothing before" 11 undo "$short"
check "what was exported of another version is with that alone" test -s "$folder/versions/3/asset.obj" -a ! -e "$folder/asset.obj"
run "redo --json" 0 redo "$short" --json
same "redo --json" "$(json out 'v.head')" 2
run "versions --go" 0 versions "$short" --go 1
run "versions --go, no such" 11 versions "$short" --go 9
usage "versions --go, nonsense" "number" versions "$short" --go x
run "set, without values" 0 set "$short"
holds "set, without values" "^legs +4 +3\.\.6" out
run "set, without values --json" 0 set "$short" --json
same "set, without values --json" "$(json out 'v.find((x) => x.name === "legs").value')" 4
# shellcheck disable=SC2086
run "set" 0 set "$short" legs=5 seat_color=#224466 $quick
same "set branches" "$(sed -n 's/^Version  //p' out)" "4: set legs=5 seat_color=\"#224466\""
usage "set, no pair" "name=value" set "$short" legs
usage "set, unknown" "legz.*legs" set "$short" legz=3
usage "set, out of range" "legs.*3.*6" set "$short" legs=40
mkdir exports
# shellcheck disable=SC2086
run "export" 0 export "$short" --format blend --format glb --format gltf --format obj --format stl --format ply --format fbx --to exports $quick
for format in blend glb gltf obj stl ply fbx; do
	check "export: .$format" test -s exports/asset.$format
done
check "export: .glb has the bounds of the report" node "$LL3M_SOURCE/tests/lib/asset.mjs" glb exports/asset.glb "$folder/versions/4/report.json"
check "export: the textures stand beside" test -s exports/textures/base_color.jpg
holds "export: how the .glb compares is told" "^\\[Delivery\\] asset.glb: read back: [0-9.]+ of 255 off" err
check "export: the report has it, too" node "$LL3M_SOURCE/tests/lib/asset.mjs" delivery "$folder/versions/4/report.json"
if command -v assimp >/dev/null 2>&1; then
	for format in glb obj stl ply; do
		same "export: assimp finds the size of the .$format" "$(json "$folder/versions/4/report.json" "v.delivery['asset.$format'].check.apart?.size_off < 0.005")" true
	done
else
	skip "export: assimp finds the size" "assimp is not there (tools/setup test)"
fi
# shellcheck disable=SC2086
run "export: .usdz" 0 export "$short" --format usdz --to exports $quick
if node_packages; then
	check "export: three.js finds the bounds of the report in the .usdz" node "$LL3M_SOURCE/tests/lib/asset.mjs" usdz exports/asset.usdz "$folder/versions/4/report.json"
else
	skip "export: three.js finds the bounds of the report in the .usdz" "$node_reason"
fi
# shellcheck disable=SC2086
ll3m 60 export "$short" --format usdc --to exports --json $quick </dev/null
if [ "$code" = 0 ]; then
	check "export: .usdc" test -s exports/asset.usdc
else
	holds "export: .usdc: said that this Blender has none" "^ll3m: .*[Uu][Ss][Dd]" err
fi
usage "export, unknown profile" "web, game, print, archive" export "$short" --format glb --profile wbe
usage "export, no format" "format" export "$short"
usage "export, a size that there is not" "512, 1024" export "$short" --format glb --texture-size 7
usage "export, a budget of nothing" "1 to" export "$short" --profile game --triangles 0
usage "export, no height" "a number" export "$short" --profile print --print-height tall
# shellcheck disable=SC2086
run "export for a game" 0 export "$short" --profile game --triangles 1500 --json $quick
same "export for a game: within its triangles" "$(json out 'v.delivery[0].profile.lods[0] <= 1500')" true
usage "export, unknown format" "obj" export "$short" --format step
run "export of a version that is not there" 11 export "$short" --format obj --version-number 9
printf 'make the legs red\n' >wishes
# shellcheck disable=SC2086
ll3m 120 sessions open "$short" $quick <wishes
same "sessions open" "$code" 0
# shellcheck disable=SC2086
run "--session-id with --prompt" 0 --session-id "$short" --prompt "add a cushion" $quick --json
same "--session-id with --prompt: a new session, JSON" "$(json out '[v.state, v.version.n, v.version.label, v.error].join()')" "completed,2,add a cushion,"
same "--session-id with --prompt: the asset's name stays" "$(json out 'v.folder.split("/").pop().slice(0, -9)')" chair
same "--session-id with --prompt: another id" "$([ "$(json out v.session)" != "$session" ] && echo new)" new
same "--json: nothing else on stdout, no lines on stderr" "$(wc -l <err)" 0
# shellcheck disable=SC2086
run "--json of what cannot be made" 4 --text "create a 3D object of a helicopter" --json $quick
same "--json of what cannot be made" "$(json out '[v.state, v.version, v.error.code].join()')" "failed,,llm.no_match"

# ---- run FILE ----
# shellcheck disable=SC2086
run "run FILE" 0 run "$folder/draft.py" $quick
copy=$(folder_of)
check "run FILE builds the same" node "$LL3M_SOURCE/tests/lib/asset.mjs" bounds "$folder/report.json" "$copy/report.json"
check "run FILE keeps the script" cmp "$folder/draft.py" "$copy/draft.py"
# shellcheck disable=SC2086
run "--out" 0 run "$folder/draft.py" $quick --out elsewhere --json
same "--out" "$(json out 'v.folder.startsWith(process.cwd() + "/elsewhere/")')" true

# ---- pictures of a version that has some ----
small="--set render.look_views=1 --set render.num_images=1 --set render.resolution_scale=0.1 --set blender.samples_final=1"
printf '/render\n/render\n' >wishes
# shellcheck disable=SC2086
ll3m 120 sessions open "$short" $small <wishes
same "/render" "$code" 0
holds "/render: another picture beside the one that was there" "^\[Client\] renders/view-1-192x108\.png made$" err
holds "/render again: it is there" "^\[Warning\] renders/view-1-192x108\.png is there already" err

# ---- wishes that fail ----
for line in / /nothing "/undo 5" "/diff a b" "/diff 1..2..3" "/set legs" "$(printf '/\377')"; do
	printf '%s\n' "$line" >wishes
	# shellcheck disable=SC2086
	ll3m 60 sessions open "$short" $quick <wishes
	told "the line $line" 2 "."
done
finish
