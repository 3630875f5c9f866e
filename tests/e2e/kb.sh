#!/bin/sh
# The knowledge base by hand of a person: built at first use, kept, searched, built anew when it is damaged.
. "$LL3M_SOURCE/tests/lib/tap.sh"

ll3m 20 kb </dev/null
check "status of none says missing" grep -q "^missing" out
check "and starts no Blender" test ! -d "$XDG_CACHE_HOME/ll3m"

ll3m 120 kb search round the edges --json --limit 5 </dev/null
same "first search: exit code" "$code" 0
same "first search finds the bevel modifier" "$(json out 'v.hits.some(h => h.title === "bpy.types.BevelModifier")')" true
same "a hit has title, kind, source and text" "$(json out 'Object.keys(v.hits[0]).sort().join()')" kind,source,text,title
same "--limit is kept" "$(json out 'v.hits.length <= 5')" true

ll3m 20 kb status --json </dev/null
same "status is ready" "$(json out v.state)" ready
same "it has the whole API" "$(json out 'v.chunks > 4000 && v.members > 20000')" true
index=$(json out v.path)
built=$(json out v.built)
check "its file is in the cache" test -f "$index"

ll3m 60 kb search bpy.ops.mesh.bevel --limit 1 </dev/null
same "search for people: exit code" "$code" 0
check "an identifier finds itself" grep -q "^bpy.ops.mesh.bevel  \[operator, Blender" out
ll3m 60 kb search zzyzx </dev/null
check "what nobody knows" grep -q "nothing is known" out

head -c 30000 /dev/urandom | dd of="$index" bs=1 seek=8192 conv=notrunc 2>/dev/null
ll3m 120 kb search bevel --limit 1 </dev/null
same "with a damaged file: exit code" "$code" 0
same "with a damaged file: one line says so" "$(grep -c "damaged and is built anew" err)" 1
check "with a damaged file it answers" grep -q bevel out
ll3m 60 kb search bevel --limit 1 </dev/null
check "the time after, nothing is said" test ! -s err

printf x >"$index"
ll3m 20 kb </dev/null
check "status says damaged" grep -q "^damaged" out
ll3m 120 kb build --json </dev/null
same "build: exit code" "$code" 0
same "build makes a new one" "$(json out "v.state === 'ready' && v.bytes > 1e6 && v.built >= $built")" true

ll3m 20 kb serch x </dev/null
told "an unknown word" 2 'no "serch".*search'
ll3m 20 kb search </dev/null
told "a search for nothing" 2 "the words to search for"
ll3m 20 kb build now </dev/null
told "a word too many" 2 "nothing more"
ll3m 20 kb search x --limit 0 </dev/null
told "a limit of 0" 2 "1 to 100"
ll3m 20 kb status --limit 3 </dev/null
told "a limit where there is none" 2 "belongs to"
ll3m 60 --set blender.path=/nonexistent kb search bevel </dev/null
told "without Blender" 8 "nonexistent"
finish
