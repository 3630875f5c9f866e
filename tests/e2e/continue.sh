#!/bin/sh
# A run ended by SIGKILL at several moments goes on from its last finished step, to the same script as one that nobody disturbed; and nothing
# is left running.
. "$LL3M_SOURCE/tests/lib/tap.sh"
chair="create a 3D object of a chair"
moments=${1:-"300 1200 2500 4000 6000 9000"} # milliseconds after the start

# shellcheck disable=SC2086 # settings are words
ll3m 200 --text "$chair" $quick </dev/null
same "undisturbed: exit code" "$code" 0
wanted=$(folder_of)
rm -rf "$XDG_DATA_HOME"

# The unfinished session's id, of which there is one.
interrupted() {
	ll3m 20 sessions --json </dev/null
	json out 'const s = v.find((x) => x.run.state !== "completed"); s ? s.id : v.length ? "finished " + v[0].id : "none"'
}

continue_after() { # WAY MS
	REAP_FD=9 "$LL3M_TOOLS/reap" "$1" "$2" 60 "$LL3M" --text "$chair" $quick >out 2>err 9>orphans </dev/null
	if [ $? = 137 ] || [ ! -s orphans ]; then ok "$1 $2: nothing left running"; else not_ok "$1 $2: nothing left running" orphans; fi
	session=$(interrupted)
	case $session in
	none)
		ok "$1 $2: it was before there was a session"
		return
		;;
	finished*)
		ok "$1 $2: it was after the end"
		rm -rf "$XDG_DATA_HOME"
		return
		;;
	esac
	short=$(echo "$session" | cut -c 1-8)
	ll3m 60 --text "create a 3D object of a helicopter" $quick </dev/null
	if grep -q "^\[Interrupted\] session $short .*ll3m sessions continue $short" err; then ok "$1 $2: the next start mentions it"; else not_ok "$1 $2: the next start mentions it" err; fi
	# shellcheck disable=SC2086
	ll3m 200 sessions continue "$short" $quick </dev/null
	same "$1 $2: continued: exit code" "$code" 0
	steps=$(sed -n 's/^\[Continue\] \([0-9]*\) finished steps.*/\1/p' err)
	echo "# $1 $2: $steps steps were finished"
	folder=$(folder_of)
	check "$1 $2: the same script" cmp "$wanted/draft.py" "$folder/draft.py"
	check "$1 $2: the same measures" cmp "$wanted/report.json" "$folder/report.json"
	check "$1 $2: files whole" node "$LL3M_SOURCE/tests/lib/asset.mjs" files "$folder/versions/1"
	ll3m 20 versions "$short" --json </dev/null
	same "$1 $2: one version" "$(json out v.length)" 1
	ll3m 20 sessions record "$short" </dev/null
	same "$1 $2: no step recorded twice" "$(json out 'const all = v.calls.map((call) => call.key); all.length - new Set(all).size')" 0
	ll3m 20 sessions continue "$short" </dev/null
	same "$1 $2: nothing to continue any more" "$code" 11
	rm -rf "$XDG_DATA_HOME"
}

for moment in $moments; do
	continue_after --group-kill "$moment"
done
# The program alone: its workers have to notice.
continue_after --kill 2000

# Twice in the same run.
REAP_FD=9 "$LL3M_TOOLS/reap" --group-kill 3000 60 "$LL3M" --text "$chair" $quick >out 2>err 9>orphans </dev/null
session=$(interrupted)
case $session in
none | finished*) skip "killed twice" "the run was not caught in the middle" ;;
*)
	# shellcheck disable=SC2086
	REAP_FD=9 "$LL3M_TOOLS/reap" --group-kill 3000 60 "$LL3M" sessions continue "$session" $quick >out 2>err 9>orphans </dev/null
	ll3m 200 sessions continue "$session" $quick </dev/null
	case $code in
	0) check "killed twice: the same script" cmp "$wanted/draft.py" "$(folder_of)/draft.py" ;;
	11) ok "killed twice: it had ended before" ;;
	*) not_ok "killed twice: continued" err ;;
	esac
	;;
esac
finish
