# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets that exporters trip over, in a real Blender: each comes out as a sound file or a clear failure, in time, and
untouched."""
import io
import time
import unittest

import client
import soundness
from test_delivery_blender import asset, glb_json

IN_TIME = 60.0
ASKED = {"": ["glb", "3mf", "usdz", "fbx"], "web": ["glb"], "game": ["glb"], "print": ["stl"]}

MATERIAL = """
item = ball("Ball", 3)
material = bpy.data.materials.new("Odd")
material.use_nodes = True
nodes, links = material.node_tree.nodes, material.node_tree.links
output = nodes["Material Output"]
item.data.materials.append(material)
%s
return [item]"""

ODD = {
    "a mesh without area": """
mesh = bpy.data.meshes.new("Line")
mesh.from_pydata([(0, 0, 0), (0, 0, 1), (0, 0, 2)], [], [(0, 1, 2)])
item = bpy.data.objects.new("Line", mesh)
bpy.context.scene.collection.objects.link(item)
return [item, ball("Ball")]""",
    "negative scale": """
item = ball("Ball")
item.scale = (-1.0, 2.0, -0.5)
other = ball("Other")
other.scale, other.location.x = (-1.0, 1.0, 1.0), 0.3
return [item, other]""",
    "instances of geometry nodes": """
item = ball("Ball", 1)
leaf = ball("Leaf", 1, 0.02)
leaf.hide_render = True
modifier = item.modifiers.new("Nodes", 'NODES')
group = bpy.data.node_groups.new("Scatter", 'GeometryNodeTree')
if hasattr(group, "interface"):
    group.interface.new_socket("Geometry", in_out='INPUT', socket_type='NodeSocketGeometry')
    group.interface.new_socket("Geometry", in_out='OUTPUT', socket_type='NodeSocketGeometry')
else:
    group.inputs.new('NodeSocketGeometry', "Geometry")
    group.outputs.new('NodeSocketGeometry', "Geometry")
given, gone = group.nodes.new('NodeGroupInput'), group.nodes.new('NodeGroupOutput')
scatter, info, join = (group.nodes.new(each) for each in
                       ('GeometryNodeInstanceOnPoints', 'GeometryNodeObjectInfo', 'GeometryNodeJoinGeometry'))
info.inputs["Object"].default_value = leaf
group.links.new(given.outputs[0], scatter.inputs["Points"])
group.links.new(info.outputs["Geometry"], scatter.inputs["Instance"])
group.links.new(given.outputs[0], join.inputs[0])
group.links.new(scatter.outputs[0], join.inputs[0])
group.links.new(join.outputs[0], gone.inputs[0])
modifier.node_group = group
return [item, leaf]""",
    "text": """
curve = bpy.data.curves.new("Sign", 'FONT')
curve.body, curve.extrude = "OK", 0.1
item = bpy.data.objects.new("Sign", curve)
item.rotation_euler.x = 1.5708
bpy.context.scene.collection.objects.link(item)
return [item]""",
    "hair of particles": """
item = ball("Head", 3)
bpy.context.view_layer.objects.active = item
modifier = item.modifiers.new("Hair", 'PARTICLE_SYSTEM')
settings = modifier.particle_system.settings
settings.type, settings.count, settings.hair_length = 'HAIR', 200, 0.2
return [item]""",
    "hair of curves": """
item = ball("Head", 3)
curves = bpy.data.hair_curves.new("Hair")
if hasattr(curves, "add_curves"):
    curves.add_curves([4] * 50)
hair = bpy.data.objects.new("Hair", curves)
bpy.context.scene.collection.objects.link(hair)
hair.parent = item
return [item, hair]""",
    "a picture from nowhere": MATERIAL % """
node = nodes.new('ShaderNodeTexImage')
node.image = bpy.data.images.new("gone", 4, 4)
node.image.source = 'FILE'
node.image.filepath = "/nowhere/at/all.png"
links.new(node.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])""",
    "a group of shaders": MATERIAL % """
group = bpy.data.node_groups.new("Paint", 'ShaderNodeTree')
if hasattr(group, "interface"):
    group.interface.new_socket("Shader", in_out='OUTPUT', socket_type='NodeSocketShader')
else:
    group.outputs.new('NodeSocketShader', "Shader")
inside, gone = group.nodes.new('ShaderNodeBsdfDiffuse'), group.nodes.new('NodeGroupOutput')
noise = group.nodes.new('ShaderNodeTexNoise')
group.links.new(noise.outputs["Color"], inside.inputs["Color"])
group.links.new(inside.outputs[0], gone.inputs[0])
node = nodes.new('ShaderNodeGroup')
node.node_tree = group
links.new(node.outputs[0], output.inputs["Surface"])""",
    "a mix of two surfaces": MATERIAL % """
mix, other, noise = nodes.new('ShaderNodeMixShader'), nodes.new('ShaderNodeBsdfGlossy'), nodes.new('ShaderNodeTexNoise')
links.new(noise.outputs["Fac"], mix.inputs[0])
links.new(nodes["Principled BSDF"].outputs[0], mix.inputs[1])
links.new(other.outputs[0], mix.inputs[2])
links.new(mix.outputs[0], output.inputs["Surface"])""",
    "displacement alone": MATERIAL % """
links.remove(output.inputs["Surface"].links[0])
noise, bumps = nodes.new('ShaderNodeTexNoise'), nodes.new('ShaderNodeDisplacement')
links.new(noise.outputs["Fac"], bumps.inputs["Height"])
links.new(bumps.outputs[0], output.inputs["Displacement"])""",
    "a glow that pulses": MATERIAL % """
glow = nodes["Principled BSDF"].inputs["Emission Strength"]
for frame, glow.default_value in ((1, 0.5), (12, 2.0), (24, 0.5)):
    glow.keyframe_insert("default_value", frame=frame)""",
    "a volume": MATERIAL % """
links.remove(output.inputs["Surface"].links[0])
fog = nodes.new('ShaderNodeVolumePrincipled')
links.new(fog.outputs[0], output.inputs["Volume"])""",
}

# What of odd things is left out is said: a word of what they are called above, and of the note.
TOLD = {"hair": "hair", "pulses": "changes with time", "volume": "volume"}

MANY = """
made, meshes = [], [ball("First %d" % each, 1, 0.05).data for each in range(3)]
for index in range(3000):
    item = bpy.data.objects.new("Piece %d" % index, meshes[index % 3])
    item.location = (index % 50 * 0.11, index // 50 * 0.11, 0.05)
    bpy.context.scene.collection.objects.link(item)
    made.append(item)
return made"""

NOTHING = """
mesh = bpy.data.meshes.new("Line")
mesh.from_pydata([(0, 0, 0), (0, 0, 1)], [(0, 1)], [])
item = bpy.data.objects.new("Line", mesh)
bpy.context.scene.collection.objects.link(item)
return [item]"""


class OddAssetsTest(client.WorkerTest):
    def exported(self, script, formats, profile, **args):
        """Returns (result, files); the asset is the same afterwards."""
        before = self.worker.result("run", script=script)[0]["report"]
        started = time.monotonic()
        answer, files = self.worker.call("export", script=script, formats=formats, name="a", profile=profile,
                                         **{"size": 512, "check": False, **args})
        self.assertLess(time.monotonic() - started, IN_TIME)
        self.assertEqual(self.worker.result("run", script=script)[0]["report"], before)
        self.assertTrue(answer["ok"], answer)
        return answer["result"], files

    def test_each_comes_out(self):
        for what, body in ODD.items():
            for profile, formats in ASKED.items():
                with self.subTest(what, profile=profile):
                    got, files = self.exported(asset(body), formats, profile)
                    self.assertTrue(all(each["size"] > 100 for each in got["files"]))
                    for word, note in TOLD.items():
                        if word in what:
                            self.assertIn(note, " ".join(got["bake"]["notes"]))
                    for name, data in files.items():
                        if name.endswith(".glb"):
                            self.assertGreater(len(glb_json(data)["meshes"]), 0)
                        if name.endswith(".usdz"):
                            self.assertGreater(len(soundness.usd_meshes(soundness.usd_layer(io.BytesIO(data))[1])), 0)
                        if name.endswith(".stl"):
                            wrong, volume = soundness.judged(soundness.stl_triangles(data))
                            self.assertEqual(wrong, 0)
                            self.assertGreater(volume, 0.0)

    def test_triangles_that_are_lines_are_not_missed(self):
        body = ODD["a mesh without area"].replace("(0, 0, 2)", "(0, 0, 0)")
        got, _ = self.exported(asset(body), ["glb", "stl", "3mf"], "", check=True)
        codes = {each["format"]: [row["code"] for row in each["check"]["findings"]] for each in got["files"]}
        self.assertNotIn("delivery.triangles", codes["stl"] + codes["3mf"])

    def test_three_thousand_objects(self):
        for profile, formats in (("", ["glb", "3mf"]), ("web", ["glb"]), ("game", ["glb"]), ("print", ["stl"])):
            with self.subTest(profile=profile):
                _, files = self.exported(asset(MANY), formats, profile)
                if not profile:
                    told = glb_json(files["a.glb"])
                    self.assertEqual((len(told["meshes"]), len(told["nodes"])), (3, 3004))

    def test_what_has_no_surface_is_refused(self):
        for profile in ("", "web", "game", "print", "archive"):
            answer, _ = self.worker.call("export", script=asset(NOTHING), formats=["glb"], profile=profile)
            self.assertEqual((answer["ok"], answer.get("error", {}).get("code")), (False, "export.failed"), profile)


if __name__ == "__main__":
    unittest.main()
