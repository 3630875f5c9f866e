#!/bin/sh
# What a person at a terminal has: a live progress line, line editing with history, Ctrl-C once to cancel and keep, twice to end.
. "$LL3M_SOURCE/tests/lib/tap.sh"
command -v tmux >/dev/null 2>&1 || {
	skip "a terminal" "tmux is not there (tools/setup test)"
	finish
}
terminals=0 # each begin() has a server of its own
mux() { tmux -S "$scratch/tmux-$terminals" -f /dev/null "$@"; }
trap 'mux kill-server 2>/dev/null; clean_up' EXIT

begin() { # ARG…: the program in a terminal; its exit code ends in the file code
	rm -f code
	{
		echo '#!/bin/sh'
		printf 'trap : INT\n"%s"' "$LL3M"
		for word in "$@"; do printf " '%s'" "$word"; done
		printf '\necho $? >code.new\nmv code.new code\nsleep 60\n'
	} >program
	chmod +x program
	[ $terminals = 0 ] || mux kill-server 2>/dev/null
	terminals=$((terminals + 1))
	mux new-session -d -x 100 -y 50 "$scratch/program" \; set-option -g history-limit 5000
}
screen() { mux capture-pane -p -S - >shown 2>/dev/null; }
# sees SECONDS PATTERN: whether the screen shows it in time.
sees() {
	tries=$(($1 * 10))
	while [ $tries -gt 0 ]; do
		screen
		grep -Eq "$2" shown && return 0
		sleep 0.1
		tries=$((tries - 1))
	done
	return 1
}
shows() { # NAME SECONDS PATTERN
	if sees "$2" "$3"; then ok "$1"; else not_ok "$1" shown; fi
}
ends() { # NAME CODE
	tries=200
	while [ ! -f code ] && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	same "$1" "$(cat code 2>/dev/null)" "$2"
}
prompts() { grep -c 'Enter the instruction' shown; }
awaits() { # N: the Nth prompt
	tries=1200
	while screen && [ "$(prompts)" -lt "$1" ] && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
}

# shellcheck disable=SC2086 # settings are words
begin --text "create a 3D object of a chair" $quick
shows "a live line with phase, agent or verb, and time" 60 '^(initial_creation|auto_refinement) · [a-z]+ · 0:[0-9][0-9]$'
shows "the script is shortened" 60 '^… [0-9]+ lines; --verbose shows them …$'
awaits 1
shows "the prompt" 60 "Enter the instruction: \(Type 'TERMINATE' to exit\)"
same "the live line leaves nothing behind" "$(grep -c ' · .* · [0-9]:[0-9][0-9]$' shown)" 0
mux send-keys -l "/versoins"
mux send-keys BSpace BSpace BSpace BSpace BSpace
mux send-keys -l "sions"
mux send-keys Enter
shows "a line is edited" 20 '^\* +1 +first'
awaits 2
mux send-keys Up
shows "history brings the line back" 20 '> /versions$'
mux send-keys Enter
awaits 3
mux send-keys -l "add 2 armrests on the chair"
mux send-keys Enter
sees 30 'user_guided_refinement · '
mux send-keys C-c
shows "Ctrl-C once: cancels the step in hand" 20 'cancelling the step in hand; all that is finished is kept'
awaits 4
shows "Ctrl-C once: says that nothing is lost" 20 'nothing is lost'
same "Ctrl-C once: asks for the next instruction" "$(prompts)" 4
mux send-keys -l "TERMINATE"
mux send-keys Enter
ends "TERMINATE after a cancelled wish: exit code" 0
ll3m 20 sessions --json </dev/null
same "Ctrl-C once: the asset is kept" "$(json out 'v[0].head + " " + v[0].run.state')" "1 cancelled"
# shellcheck disable=SC2086
ll3m 120 sessions continue "$(json out 'v[0].id')" $quick </dev/null
same "Ctrl-C once: the wish can be gone on with" "$code $(sed -n 's/^Version  //p' out)" "0 2: add 2 armrests on the chair"

# shellcheck disable=SC2086
begin --text "create a 3D object of a table" $quick
sees 60 '^initial_creation · [a-z]+ · '
sees 60 '^auto_refinement · render · '
mux send-keys C-c
sees 10 'cancelling the step'
mux send-keys C-c
ends "Ctrl-C twice: exit code" 130
same "Ctrl-C twice: nothing is left in the folder for temporary files" "$(ls -A "$TMPDIR")" ""
ll3m 20 sessions --json </dev/null
session=$(json out 'v[0].id')
same "Ctrl-C twice: the session is there" "$(json out 'v[0].run.state === "completed" ? "completed" : "open"')" open
# shellcheck disable=SC2086
ll3m 120 sessions continue "$session" $quick </dev/null
same "Ctrl-C twice: nothing is lost" "$code $(sed -n 's/^Version  //p' out)" "0 1: create a 3D object of a table"

# At the prompt there is no step to cancel.
# shellcheck disable=SC2086
begin sessions open "$session" $quick
awaits 1
mux send-keys C-c
ends "Ctrl-C at the prompt ends" 0
finish
