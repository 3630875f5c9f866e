#!/bin/sh
# draft.py needs no ll3m: run in plain Blender it builds the same asset; and the .glb, read in again, has the same bounds.
. "$LL3M_SOURCE/tests/lib/tap.sh"
asset=$LL3M_SOURCE/tests/lib/asset.mjs
cat >measure.py <<'END'
"""Writes bounds and number of mesh objects of what is in the scene: blender … -P measure.py -- OUT [GLB]."""
import json
import sys
import bpy
import numpy

# Debian 12's importer asks for a name that its numpy no longer has.
if "bool" not in numpy.__dict__:
    numpy.bool = bool
out, *glb = sys.argv[sys.argv.index("--") + 1:]
if glb:
    for each in list(bpy.data.objects):
        bpy.data.objects.remove(each)
    bpy.ops.import_scene.gltf(filepath=glb[0])
graph = bpy.context.evaluated_depsgraph_get()
low, high, names = [1e9] * 3, [-1e9] * 3, set()
for instance in graph.object_instances:
    obj = instance.object
    if obj.type not in {'MESH', 'CURVE', 'FONT', 'SURFACE', 'META'} or (not instance.is_instance and obj.original.hide_render):
        continue
    mesh = obj.to_mesh()
    if mesh is None or not mesh.vertices:
        continue
    names.add(obj.original.name)
    for vertex in mesh.vertices:
        at = instance.matrix_world @ vertex.co
        low = [min(a, b) for a, b in zip(low, at)]
        high = [max(a, b) for a, b in zip(high, at)]
    obj.to_mesh_clear()
with open(out, "w", encoding="utf-8") as file:
    json.dump({"bounds": {"min": low, "max": high}, "objects": len(names)}, file)
END
cat >empty.py <<'END'
import bpy
for each in list(bpy.data.objects):
    bpy.data.objects.remove(each)
END
plain_blender() {
	# PATH: where another python3 comes first, Blender takes that one's library.
	env -i HOME="$HOME" TMPDIR="$TMPDIR" PATH=/usr/bin:/bin "$LL3M_TOOLS/reap" 120 "$blender" -b --factory-startup -noaudio --python-exit-code 3 "$@" >blender.log 2>&1
}
blender=$(command -v blender)
for family in "${1:-chair}" "table lamp" "bonsai tree" "cartoon blue fish"; do
	# shellcheck disable=SC2086 # settings are words
	ll3m 200 --text "create a 3D object of a $family" $quick </dev/null
	same "$family: made" "$code" 0
	folder=$(folder_of)
	[ -d "$folder" ] || continue
	check "$family: draft.py runs in plain Blender" plain_blender -P empty.py -P "$folder/draft.py" -P measure.py -- plain.json
	check "$family: draft.py builds the same there" node "$asset" bounds "$folder/report.json" plain.json
	check "$family: asset.blend opens in plain Blender" plain_blender "$folder/asset.blend" -P measure.py -- blend.json
	check "$family: asset.blend holds the same" node "$asset" bounds "$folder/report.json" blend.json
	check "$family: asset.glb can be imported" plain_blender -P measure.py -- glb.json "$folder/asset.glb"
	check "$family: asset.glb has the same bounds" node "$asset" bounds-alone "$folder/report.json" glb.json
	grep -l ll3m_bridge "$folder/draft.py" >/dev/null && not_ok "$family: draft.py mentions the bridge"
done
finish
