#!/bin/sh
# Bad input and bad weather: each ends with one clear line, its exit code, nothing left running and nothing hanging.
. "$LL3M_SOURCE/tests/lib/tap.sh"
chair="create a 3D object of a chair"

# ---- Blender and the sandbox ----
mkdir bwrap-alone blender-alone no-namespaces old
ln -s "$(command -v bwrap)" bwrap-alone/
ln -s "$(command -v blender)" blender-alone/
ln -s "$(command -v blender)" no-namespaces/
ln -s "$(command -v bwrap)" old/
printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n' >no-namespaces/bwrap
# A Blender that says of itself that it is 2.93, in the words of the exec protocol.
cat >old/blender <<'END'
#!/bin/sh
hello='{"hello": {"protocol": 1, "blender": "2.93.0", "build": "x", "python": "3.9.2", "pid": 1, "verbs": ["run"]}}'
while [ $# -gt 1 ] && [ "$1" != --in-fd ]; do shift; done
eval "printf '\\000\\000\\000\\LENGTH%s' \"\$hello\" >&$4"
eval "read -r _ <&$2"
END
# It may not start processes in the cage, so the frame's length is worked out here.
hello=$(sed -n "s/^hello='\(.*\)'\$/\1/p" old/blender)
sed -i "s|LENGTH|$(printf %o ${#hello})|" old/blender
chmod +x no-namespaces/bwrap old/blender
path=$PATH
with_path() { # PATH ARG…
	PATH_INSIDE=$1
	shift
	REAP_FD=9 "$LL3M_TOOLS/reap" 60 env "PATH=$PATH_INSIDE" "$LL3M" "$@" >out 2>err 9>orphans </dev/null
	code=$?
}
for words in doctor "--text $chair --no-pictures"; do
	# shellcheck disable=SC2086 # words
	set -- ${words%%" $chair"*}
	[ "$1" = doctor ] || set -- --text "$chair" --no-pictures
	with_path "$scratch/bwrap-alone" "$@"
	told "$1: no Blender" 8 "no Blender.*install it"
	with_path "$scratch/old" "$@"
	told "$1: Blender too old" 8 "2\.93.* too old.*install"
	with_path "$scratch/blender-alone" "$@"
	told "$1: no bubblewrap" 8 "bwrap.* not there.*install it.*--no-sandbox"
	with_path "$scratch/no-namespaces" "$@"
	told "$1: no user namespaces" 8 "No permissions to create new namespace.*--no-sandbox"
done
PATH=$path
ll3m 20 doctor --set blender.path="$scratch/nowhere/blender" </dev/null
told "a Blender that is not where it was said to be" 8 "nowhere/blender.*install it"

# ---- the output folder ----
echo >file
ll3m 60 --text "$chair" $quick --out "$scratch/file/below" </dev/null
told "an output folder below a file" 10 "file/below.*Not a directory"
if unshare -rm mount -t tmpfs -o size=64k none "$HOME" 2>/dev/null; then
	mkdir small
	ro='mount -t tmpfs -o size=200k none small && mount -o remount,ro small && shift && exec "$@"'
	# shellcheck disable=SC2086 # settings are words
	REAP_FD=9 "$LL3M_TOOLS/reap" 60 unshare -rm sh -c "$ro" sh - "$LL3M" --text "$chair" $quick --out small/x >out 2>err 9>orphans </dev/null
	code=$?
	told "a read-only output folder" 10 "small/x.*Read-only"
	full='mount -t tmpfs -o size=200k none small && shift && "$@"; code=$?; find small -type f >left; exit $code'
	# shellcheck disable=SC2086
	REAP_FD=9 "$LL3M_TOOLS/reap" 120 unshare -rm sh -c "$full" sh - "$LL3M" --text "$chair" $quick --out small/x >out 2>err 9>orphans </dev/null
	code=$?
	told "a full output folder" 10 "No space left.*sessions continue"
	session=$(session_of)
	same "a full output folder: no half file" "$(grep -vcE '/(draft\.py|asset\.blend|asset\.glb|report\.json|view-1\.png)$' left)" 0
	ll3m 60 sessions continue "$session" $quick </dev/null
	same "a full output folder, with room again: continued" "$code" 0
	# The store on a full disk.
	fullstore='mount -t tmpfs -o size=300k none small && shift && exec "$@"'
	# shellcheck disable=SC2086
	REAP_FD=9 "$LL3M_TOOLS/reap" 120 unshare -rm sh -c "$fullstore" sh - "$LL3M" --text "$chair" $quick --set store.path=small >out 2>err 9>orphans </dev/null
	code=$?
	told "a full disk below the store" 9 "full|No space|no room"
	rm -rf small
else
	skip "a read-only and a full output folder, a full store" "mounts in a user namespace are not allowed here"
fi

# ---- the configuration ----
config() { # NAME PATTERN; the file on stdin
	cat >config.yaml
	ll3m 20 sessions --config config.yaml </dev/null
	if [ "$code" = 3 ] && [ "$(wc -l <err)" = 1 ] && grep -Eq "^$2" err; then ok "configuration: $1"; else not_ok "configuration: $1" err; fi
}
config "out of range" 'config\.yaml:2:15: .*render\.num_images.*1 to 10' <<'END'
render:
  num_images: 50
END
config "unknown key, nearest" 'config\.yaml:2:3: .*num_imges.*render\.num_images' <<'END'
render:
  num_imges: 5
END
config "wrong type, allowed values" 'config\.yaml:2:9: .*render\.full.*true or false' <<'END'
render:
  full: 3
END
config "a choice" 'config\.yaml:2:9: .*store\.kind.*sqlite' <<'END'
store:
  kind: oracle
END
config "a section that is none" 'config\.yaml:1:9: .*render' <<'END'
render: 3
END
config "a tab" 'config\.yaml:2:1: ' <<'END'
render:
	num_images: 5
END
printf 'render: \200\377\300\n' >noise
config "not text" 'config\.yaml:1:[0-9]+: .*UTF-8' <noise
ll3m 20 sessions --config nowhere.yaml </dev/null
told "configuration: no such file" 3 "no configuration file nowhere.yaml"
ll3m 20 sessions --set render.num_images=11 </dev/null
told "a setting on the command line out of range" 2 "render\.num_images.*1 to 10"
ll3m 20 sessions --set render.numimages=1 </dev/null
told "a setting on the command line that is unknown" 2 "render\.num_images"

# ---- ids ----
for words in "versions" "undo" "redo" "set" "sessions continue" "sessions show" "sessions open" "sessions record"; do
	# shellcheck disable=SC2086 # a command's words
	ll3m 20 $words deadbeef </dev/null
	told "unknown session: $words" 11 "no session deadbeef.*ll3m sessions"
done
ll3m 20 export deadbeef --format obj </dev/null
told "unknown session: export" 11 "no session deadbeef"
ll3m 20 --session-id deadbeef --prompt "add armrests" $quick </dev/null
told "unknown session: --session-id" 11 "no session deadbeef"
ll3m 20 sessions show '../../etc' </dev/null
told "a session id that is a path" 11 "no session.*digits"

# ---- prompts ----
prompt() { # NAME CODE PATTERN PROMPT
	ll3m 30 --text "$4" $quick </dev/null
	told "prompt: $1" "$2" "$3"
}
prompt "empty" 2 "empty.*create a 3D object" ""
prompt "blank" 2 "empty" "  	 "
prompt "not UTF-8" 2 "UTF-8: byte 7" "$(printf 'chair \377')"
prompt "100,000 bytes" 2 "100000 bytes.*65536" "$(head -c 100000 /dev/zero | tr '\0' x)"
prompt "a control character" 2 "control character" "$(printf 'a chair\033[2J')"
prompt "German" 4 "English" "erstelle einen schönen Stuhl mit Armlehnen"
prompt "Chinese" 4 "English" "做一把椅子"
prompt "nothing that the library has" 4 "helicopter.*language model" "create a 3D object of a helicopter"
# ---- pictures ----
echo "a chair" >named.png
corpus=$LL3M_SOURCE/src/image/testdata/image-corpus
picture() { # NAME CODE PATTERN FILE
	ll3m 20 --image "$4" $quick </dev/null
	told "a picture: $1" "$2" "$3"
}
picture "without a vision model" 4 "vision model" "$corpus/a.png"
picture "that is not there" 10 "cannot read nowhere.png" nowhere.png
picture "text named .png" 2 "named.png: .*it is text" named.png
picture "an SVG" 2 "an SVG" "$corpus/h"
picture "cut off" 2 "PNG cannot be read" "$corpus/g.png"

# ---- wishes: a good chair first ----
{
	head -c 1500000 /dev/zero | tr '\0' x
	printf '\n\377\376\nfüge zwei Armlehnen hinzu\nadd a propeller\n/nothing\n/set legs=99\n/set legz=3\n'
} >wishes
ll3m 120 --text "$chair" $quick <wishes
same "wishes: the first failure is the exit code" "$code" 2
grep '^ll3m: ' err >lines
wish() { # NAME LINE PATTERN
	if sed -n "$2p" lines | grep -Eq "$3"; then ok "wish: $1"; else not_ok "wish: $1" lines; fi
}
wish "1.5 MB" 1 "bytes.*65536"
wish "not UTF-8" 2 "not UTF-8"
wish "German" 3 "Armlehnen|English"
wish "a part that nobody knows" 4 "propeller"
wish "an unknown slash command" 5 "no /nothing"
wish "a value out of range" 6 "legs.*3.*6"
wish "an unknown parameter" 7 "legz.*legs"
same "wishes: a line each, and no more" "$(wc -l <lines)" 7
same "wishes: the asset stays" "$(sed -n 's/^Version  //p' out)" "1: $chair"
session=$(session_of)
ll3m 20 --session-id "$session" --prompt "" $quick </dev/null
told "an empty --prompt" 2 "empty"
ll3m 20 undo "$session" </dev/null
told "undo of the first version" 11 "."
ll3m 20 set "$session" legs=many </dev/null
told "set: a word for a number" 2 "legs"
ll3m 60 export "$session" --format step </dev/null
told "export: an unknown format" 2 "step.*(obj|glb)"

# ---- the database ----
mkfifo wishes.fifo
: >open.err
"$LL3M_TOOLS/reap" 60 "$LL3M" sessions open "$session" <wishes.fifo >/dev/null 2>open.err &
exec 7>wishes.fifo
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	grep -q 'Enter the instruction' open.err && break
	sleep 0.2
done
ll3m 20 sessions </dev/null
told "two processes on one database" 9 "in use by process [0-9]+.*store.path"
exec 7>&-
wait
ll3m 20 sessions </dev/null
same "the database after the other has ended" "$code" 0
cp -r "$XDG_DATA_HOME" good
damage() { # NAME PATTERN COMMAND…
	damage_name=$1
	pattern=$2
	shift 2
	rm -rf "$XDG_DATA_HOME"
	cp -r good "$XDG_DATA_HOME"
	"$@" "$XDG_DATA_HOME/ll3m/store.db"
	cp "$XDG_DATA_HOME/ll3m/store.db" damaged.db
	ll3m 20 sessions </dev/null
	told "a damaged database: $damage_name" 9 "store\.db is damaged: .*$pattern.*copy"
	check "a damaged database: $damage_name: kept as it is" cmp damaged.db "$XDG_DATA_HOME/ll3m/store.db"
	check "a damaged database: $damage_name: a copy" cmp damaged.db "$XDG_DATA_HOME/ll3m/damaged-1/store.db"
}
scribble() { dd if=/dev/urandom of="$1" bs=1k seek=8 count=60 conv=notrunc 2>/dev/null; }
head_gone() { printf garbage | dd of="$1" bs=1 conv=notrunc 2>/dev/null; }
damage "its head" "begin" head_gone
damage "its end" "40000" truncate -s 40000
damage "its middle" "" scribble
rm -rf "$XDG_DATA_HOME"
cp -r good "$XDG_DATA_HOME"

# ---- scripts ----
script() { # NAME CODE PATTERN; the lines of build_cube on stdin
	{
		cat <<'END'
"""A cube."""
import bpy
import numpy as np

PARAMS = {
    "size": 1.0,  # m, 0.1..2: edge
}


def build_cube(p):
    """The cube."""
END
		sed 's/^/    /'
		cat <<'END'
    s = p["size"] / 2
    corners = [(x * s, y * s, (z + 1) * s) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    mesh = bpy.data.meshes.new("cube")
    mesh.from_pydata(corners, [], [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
    mesh.materials.append(bpy.data.materials.new("paint"))
    cube = bpy.data.objects.new("Cube", mesh)
    bpy.context.scene.collection.objects.link(cube)
    return [cube]


def build(p):
    """Build the cube."""
    root = bpy.data.objects.new("Cube asset", None)
    bpy.context.scene.collection.objects.link(root)
    for each in build_cube(p):
        each.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
END
	} >script.py
	ll3m 60 run script.py $quick --set exec.script_seconds=4 </dev/null
	if [ "$2" = 0 ]; then same "script: $1" "$code" 0; else told "script: $1" "$2" "$3"; fi
}
script "a good one" 0 . <<'END'
pass
END
script "never ends" 7 "used up" <<'END'
while True:
    pass
END
script "never ends, out of Python's reach" 7 "." <<'END'
np.linalg.svd(np.ones((6000, 6000)))
END
script "swallows every exception" 7 "." <<'END'
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
END
script "prints more than a gigabyte" 0 . <<'END'
for _ in range(17000):
    print("x" * 65536)
END
script "calls for an exit" 7 "exit" <<'END'
raise SystemExit(0)
END
script "imports sys" 7 "sys" <<'END'
import sys
sys.exit(3)
END
script "quits Blender" 7 "quit" <<'END'
bpy.ops.wm.quit_blender()
END
script "forks" 7 "_os|fork" <<'END'
import random
random._os.fork()
END
script "crashes Blender" 7 "died.*signal" <<'END'
bad = bpy.data.meshes.new("bad")
bad.from_pydata([(0, 0, 0)], [], [(0, 2000000000, 1900000000)])
print(bad.polygons[0].normal, bad.polygons[0].area)
END
script "eats all memory" 7 "memory" <<'END'
np.ones(10 ** 11)
END
script "raises" 7 "ValueError: no legs \(line 12" <<'END'
raise ValueError("no legs")
END
script "makes nothing" 6 "hard finding" <<'END'
return []
END
printf 'def build(p:\n' >script.py
ll3m 30 run script.py </dev/null
told "script: broken syntax" 7 "line 1"
printf '\377\376' >script.py
ll3m 30 run script.py </dev/null
told "script: not text" 7 "UTF-8"
ll3m 30 run nowhere.py </dev/null
told "script: not there" 11 "nowhere.py.*give the path of a script"
ll3m 30 run /dev/zero </dev/null
told "script: no file" 11 "regular file"
ll3m 30 doctor </dev/null
same "all is well after all that" "$code" 0
finish
