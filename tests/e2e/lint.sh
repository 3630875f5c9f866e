#!/bin/sh
# `ll3m lint`: findings, exit codes, JSON, SARIF, porting by --fix, and files that are no scripts.
. "$LL3M_SOURCE/tests/lib/tap.sh"

lint() { # CODE ARG…
	lint_wanted=$1
	shift
	ll3m 60 lint "$@" </dev/null
	same "lint $*: exit code" "$code" "$lint_wanted"
}
holds() { # NAME PATTERN FILE
	if grep -Eq "$2" "$3"; then ok "$1"; else not_ok "$1" "$3"; fi
}

# Wrong in every Blender (line 3), and right on one side of Blender 4 only (lines 5 and 6).
cat >bad.py <<'END'
import bpy
mesh = bpy.data.meshes.new("Ünlike")
mesh.vertexes
material = bpy.data.materials.new("M"); material.use_nodes = True
material.node_tree.nodes["Principled BSDF"].inputs['Specular'].default_value = 0.5  # keep me
material.node_tree.nodes["Principled BSDF"].inputs['Specular IOR Level'].default_value = 0.5
END
cp bad.py kept.py

lint 7 bad.py --rules api
holds "a finding names file, line, column, rule" '^bad\.py:3:1: error: Mesh has no attribute "vertexes" \[attribute\.unknown\]$' out
holds "the hint names what is right" '"vertices"' out
holds "one of the two sockets is not here" "^bad\.py:[56]:1: error: .*\[socket\.unknown\]$" out
holds "the sum" "^bad\.py: 2 errors, 0 warnings \(Blender [0-9]" err
check "nothing is written without --fix" cmp bad.py kept.py

lint 7 bad.py --rules api --json
same "--json" "$(json out '[v.file, v.diagnostics.length, v.diagnostics[0].line, v.diagnostics[0].certainty].join()')" "bad.py,2,3,certain"
lint 7 bad.py --rules api --sarif
same "--sarif" "$(json out '[v.version, v.runs[0].tool.driver.name, v.runs[0].results[0].ruleId, v.runs[0].results[0].level,
	v.runs[0].results[0].locations[0].physicalLocation.region.startLine].join()')" "2.1.0,ll3m,attribute.unknown,error,3"
lint 7 bad.py
holds "without --rules the contract counts, too" "\[contract\." out

lint 7 bad.py --rules api --fix
holds "--fix says how many" "^bad\.py: 1 fixed$" err
same "--fix leaves what is not certain, and no other line" "$(diff kept.py bad.py | grep -c '^>')" 1
holds "--fix keeps quotes and comments" "inputs\['Specular.*# keep me$" bad.py
sed -i 3d bad.py
lint 0 bad.py --rules api

# ---- bad input ----
printf 'def f(:\n' >broken.py
lint 7 broken.py
holds "a syntax error has its place" '^broken\.py:1:[0-9]+: error: .*\[script\.syntax\]$' out
printf 'x = "a\000b"\n' >nul.py
lint 7 nul.py
holds "a NUL byte" "NUL byte" err
printf 'x = "\377"\n' >latin.py
lint 7 latin.py
holds "no UTF-8" "UTF-8" err
lint 11 nowhere.py
lint 2 bad.py --rules nonsense
holds "unknown rules" "contract policy api" err
lint 8 bad.py --blender /nowhere/blender
holds "no such Blender" "/nowhere/blender" err
lint 2
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "a%d=[%d]*2;", i, i; print "" }' >line.py
lint 0 line.py --rules api
awk 'BEGIN { printf "x = 1"; for (i = 0; i < 20000; i++) printf "+1"; print "" }' >deep.py
ll3m 60 lint deep.py --rules api </dev/null
case $code in 0 | 7) ok "a deep expression ends" ;; *) not_ok "a deep expression ends" err ;; esac
finish
