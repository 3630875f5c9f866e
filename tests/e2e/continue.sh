#!/bin/sh
# A run ended by SIGKILL at any moment goes on from its last finished step, to the same script as one that nobody
# disturbed; and nothing is left running. A moment is a text that the program says on the way, followed by seconds of work.
. "$LL3M_SOURCE/tests/lib/tap.sh"
chair="create a 3D object of a chair"
pictures="--set render.num_images=2 --set render.resolution_scale=0.2 --set render.look_views=1"

# shellcheck disable=SC2086 # settings are words
ll3m 200 --text "$chair" $quick </dev/null
same "undisturbed: exit code" "$code" 0
wanted=$(folder_of)
rm -rf "$XDG_DATA_HOME"

# killed NAME WAY TEXT ARG…: the program, killed when it says the text, with all that was below it gone.
killed() {
	killed_name=$1
	way=$2
	text=$3
	shift 3
	REAP_FD=9 "$LL3M_TOOLS/reap" "$way" "$text" 60 "$LL3M" "$@" >out 2>err 9>orphans </dev/null
	code=$?
	if [ "$code" = 137 ] && [ ! -s orphans ]; then ok "$killed_name: killed, nothing left running"; else not_ok "$killed_name: killed, nothing left running" err orphans && echo "# got exit code $code"; fi
	ll3m 20 sessions --json </dev/null
	session=$(json out 'v.length === 1 && v[0].run.state !== "completed" ? v[0].id.slice(0, 8) : "none"')
}

# measures REPORT: what was measured of the asset, without its delivery (which says how long the bake took, and follows settings).
measures() {
	json "$1" 'delete v.delivery; v'
}

# goes_on NAME ARG…: the session, continued with these settings, comes to the undisturbed end.
goes_on() {
	name=$1
	shift
	ll3m 200 sessions continue "$session" "$@" </dev/null
	same "$name: continued: exit code" "$code" 0
	echo "# $name: $(sed -n 's/^\[Continue\] \([0-9]*\) finished steps.*/\1/p' err) steps were finished"
	folder=$(folder_of)
	check "$name: the same script" cmp "$wanted/draft.py" "$folder/draft.py"
	same "$name: the same measures" "$(measures "$folder/report.json")" "$(measures "$wanted/report.json")"
	same "$name: delivered, and read back" "$(json "$folder/report.json" 'v.delivery["asset.glb"].check.read')" true
	check "$name: files whole" node "$LL3M_SOURCE/tests/lib/asset.mjs" files "$folder/versions/1"
	ll3m 20 versions "$session" --json </dev/null
	same "$name: one version" "$(json out v.length)" 1
	ll3m 20 sessions record "$session" </dev/null
	same "$name: no step recorded twice" "$(json out 'const all = v.calls.map((call) => call.key); all.length - new Set(all).size')" 0
	ll3m 20 sessions continue "$session" </dev/null
	same "$name: nothing to continue any more" "$code" 11
}

moment() { # WAY TEXT SETTINGS…
	way=$1
	text=$2
	shift 2
	killed "$way \"$text\"" "$way" "$text" --text "$chair" "$@"
	ll3m 60 --text "create a 3D object of a helicopter" $quick </dev/null
	if grep -q "^\[Interrupted\] session $session .*ll3m sessions continue $session" err; then ok "$way \"$text\": the next start mentions it"; else not_ok "$way \"$text\": the next start mentions it" err; fi
	goes_on "$way \"$text\"" "$@"
	rm -rf "$XDG_DATA_HOME"
}

# shellcheck disable=SC2086
{
	moment --group-kill '[Plan] parts' $quick
	moment --group-kill '===== End snippet' $quick
	moment --group-kill '[Gate] ' $quick
	moment --group-kill '[Version 1] ' $pictures
	same "the pictures that were missing are made" "$(find "$folder/renders" -name 'view-*.png' | wc -l)" 2
	# The program alone: its workers have to notice.
	moment --kill '===== End snippet' $quick

	# Twice in the same run.
	killed "twice, first" --group-kill '===== End snippet' --text "$chair" $quick
	killed "twice, again" --group-kill '[Gate] ' sessions continue "$session" $quick
	goes_on "twice" $quick
}
finish
