# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles, formats of our own and provenance, in a real Blender; what is written is judged by readers of its own
(soundness.py)."""
import io
import json
import os
import struct
import subprocess
import tempfile
import unittest

import client
import soundness

HERE = os.path.dirname(os.path.abspath(__file__))
VALIDATOR = os.environ.get("LL3M_GLTF_VALIDATOR", "")
SAID = {"prompt": "a stool \"for two\" <now>", "version": "3", "program": "ll3m", "licence": "CC0-1.0"}

with open(os.path.join(HERE, "scripts", "stool.py"), encoding="utf-8") as stream:
    STOOL = stream.read()

MOVING = STOOL.replace("    return [seat]", "    seat.keyframe_insert('location', frame=1)\n    seat.location.z = 0.1\n"
                       "    seat.keyframe_insert('location', frame=20)\n    return [seat]")

ASSET = '''"""Asset: what one test needs."""
import bmesh
import bpy

PARAMS = {}


def ball(name, divisions=2, radius=0.2):
    """A ball as an object in the scene."""
    mesh, bm = bpy.data.meshes.new(name), bmesh.new()
    bmesh.ops.create_icosphere(bm, subdivisions=divisions, radius=radius)
    bm.to_mesh(mesh)
    bm.free()
    item = bpy.data.objects.new(name, mesh)
    item.location.z = radius
    bpy.context.scene.collection.objects.link(item)
    return item


def build_thing(p):
    """The thing."""
%s


def build(p):
    """Everything under one empty."""
    root = bpy.data.objects.new("Asset", None)
    bpy.context.scene.collection.objects.link(root)
    for item in build_thing(p):
        item.parent = root
    return root
'''


def asset(body):
    """Returns a script whose part is built by some lines."""
    return ASSET % "\n".join("    " + line for line in body.strip("\n").splitlines())


def glb_json(data):
    """Returns the JSON chunk of a binary glTF."""
    return json.loads(data[20:20 + struct.unpack("<I", data[12:16])[0]])


class DeliveryTest(client.WorkerTest):
    """One worker, and what the tests ask of it."""

    def export(self, script, formats, **args):
        """Returns (result, files), and holds every file's own check against nothing to complain of."""
        got, files = self.worker.result("export", script=script, formats=formats, name="a", **{"size": 512, **args})
        for row in got["files"]:
            for finding in (row["check"] or {"findings": []})["findings"]:
                self.fail("%s: %s" % (row["name"], finding))
        return got, files

    def assert_valid(self, data):
        """The Khronos validator has nothing to say."""
        if VALIDATOR:
            with tempfile.NamedTemporaryFile(suffix=".glb") as out:
                out.write(data)
                out.flush()
                told = subprocess.run(["node", VALIDATOR, out.name], capture_output=True, text=True, check=True).stdout
            found = json.loads(told)
            self.assertEqual((found["issues"]["numErrors"], found["issues"]["numWarnings"]), (0, 0), found["issues"])

    def assert_box(self, low, high, wanted_low, wanted_high):
        """Two boxes are the same, within 0.5 % of the diagonal."""
        reach = sum((b - a) ** 2 for a, b in zip(wanted_low, wanted_high)) ** 0.5
        for given, wanted in ((low, wanted_low), (high, wanted_high)):
            for one, other in zip(given, wanted):
                self.assertLess(abs(one - other), 0.005 * reach, (low, high))


class RequestTest(DeliveryTest):
    def test_what_a_profile_cannot_be(self):
        for args in ({"profile": "best"}, {"profile": "print", "formats": ["fbx"]},
                     {"profile": "web", "formats": ["blend", "ply"]}, {"profile": "game", "bake": False},
                     {"profile": "game", "triangles": 0}, {"profile": "print", "print_height_mm": 0},
                     {"profile": "web", "formats": []}, {"provenance": {"author": "me"}}, {"provenance": {"prompt": 1.5}}):
            answer, _ = self.worker.call("export", **{"script": STOOL, "formats": ["glb"], **args})
            self.assertEqual(answer["error"]["code"], "request.invalid", args)
        answer, _ = self.worker.call("export", script=STOOL, formats=["glb"], profile="best")
        self.assertEqual(answer["error"]["detail"]["valid"], ["", "web", "game", "print", "archive"])


class WebTest(DeliveryTest):
    def test_geometry_is_quantised(self):
        _, files = self.export(STOOL, ["glb"], profile="web", params={"lamp": True})
        told = glb_json(files["a.glb"])
        self.assertEqual(told["extensionsRequired"], ["KHR_mesh_quantization"])
        kinds = {(name, told["accessors"][index]["componentType"]) for mesh in told["meshes"]
                 for primitive in mesh["primitives"] for name, index in primitive["attributes"].items()}
        self.assertEqual(kinds, {("POSITION", 5122), ("NORMAL", 5120), ("TEXCOORD_0", 5123)})
        self.assertTrue(all("TEXCOORD_0" in primitive["attributes"] or primitive["material"] is not None
                            for mesh in told["meshes"] for primitive in mesh["primitives"]))
        self.assertLess(len(files["a.glb"]), 120000)
        self.assert_valid(files["a.glb"])

    def test_what_moves_gets_a_node_for_its_size(self):
        _, files = self.export(MOVING, ["glb"], profile="web")
        told = glb_json(files["a.glb"])
        target = told["nodes"][told["animations"][0]["channels"][0]["target"]["node"]]
        self.assertNotIn("mesh", target)
        self.assertIn("mesh", told["nodes"][target["children"][-1]])
        self.assert_valid(files["a.glb"])

    def test_shared_meshes_stay_shared(self):
        text = asset("""
first, second = ball("One"), ball("Two")
second.data = first.data
second.location.x, second.scale = 1.0, (-2.0, 1.0, 0.5)
return [first, second]""")
        _, files = self.export(text, ["glb"], profile="web")
        self.assertEqual(len(glb_json(files["a.glb"])["meshes"]), 1)
        self.assert_valid(files["a.glb"])

    def test_triangles_go_when_nothing_else_helps(self):
        got, files = self.export(asset("return [ball(\"Ball\", 9)]"), ["glb"], profile="web")
        self.assertLessEqual(len(files["a.glb"]), 3000000)
        self.assertIn("triangles are left, to fit into 3 MB", " ".join(got["files"][0]["notes"]))

    def test_normal_maps_have_tangents(self):
        text = asset("""
item = ball("Ball", 4)
material = bpy.data.materials.new("Rough")
material.use_nodes = True
nodes, links = material.node_tree.nodes, material.node_tree.links
noise, bump = nodes.new('ShaderNodeTexNoise'), nodes.new('ShaderNodeBump')
links.new(noise.outputs["Fac"], bump.inputs["Height"])
links.new(bump.outputs["Normal"], nodes["Principled BSDF"].inputs["Normal"])
item.data.materials.append(material)
return [item]""")
        for profile in ("", "web"):
            _, files = self.export(text, ["glb"], profile=profile)
            told = glb_json(files["a.glb"])
            self.assertIn("TANGENT", told["meshes"][0]["primitives"][0]["attributes"])
            self.assertEqual([each["mimeType"] for each in told["images"]], ["image/jpeg" if profile else "image/png"])
            self.assert_valid(files["a.glb"])


class GameTest(DeliveryTest):
    def test_levels_and_colliders(self):
        got, files = self.export(STOOL, ["glb", "fbx"], profile="game", triangles=800)
        self.assertEqual([each["format"] for each in got["files"]], ["glb", "fbx"])
        counts = got["profile"]["lods"]
        self.assertEqual(len(counts), 4)
        self.assertLessEqual(counts[0], 800)
        for above, below in zip(counts, counts[1:]):
            self.assertLessEqual(below, above / 2)
        told = glb_json(files["a.glb"])
        root = told["nodes"][told["scenes"][0]["nodes"][0]]
        self.assertEqual(len(told["scenes"][0]["nodes"]), 1)
        names = ["Seat", "Leg_1", "Leg_2", "Leg_3", "Leg_4"]
        wanted = ["%s_LOD%d" % (name, level) for name in names for level in range(4)] + ["UCX_%s_01" % name for name in names]
        self.assertEqual(sorted(told["nodes"][each]["name"] for each in root["children"]), sorted(wanted))
        for node in told["nodes"]:
            if node["name"].startswith("UCX_"):
                primitive, = told["meshes"][node["mesh"]]["primitives"]
                self.assertNotIn("material", primitive)
                # Vertices are split where the hull has edges.
                self.assertLessEqual(told["accessors"][primitive["indices"]]["count"], 3 * (2 * 64 - 4))
        self.assert_valid(files["a.glb"])

    def test_origin_is_at_the_base(self):
        text = STOOL.replace("    return root\n", """    root.location, root.scale = (3.0, -2.0, 1.0), (2.0, 2.0, 2.0)
    return root
""")
        got, files = self.export(text, ["obj"], profile="game")
        lines = files["a.obj"].decode().splitlines()
        points = [tuple(map(float, line.split()[1:4])) for line in lines if line.startswith("v ")]
        self.assert_box(*soundness.box(points), [-0.36, 0.0, -0.36], [0.36, 0.92, 0.36])
        self.assertEqual(got["files"][0]["check"]["bounds_off"], 0.0)

    def test_many_objects_become_one_a_part(self):
        text = asset("""
made, mesh = [], ball("First").data
for index in range(3000):
    item = bpy.data.objects.new("Piece %d" % index, mesh)
    item.location = (index % 50 * 0.5, index // 50 * 0.5, 0.2)
    bpy.context.scene.collection.objects.link(item)
    made.append(item)
return made""")
        got, files = self.export(text, ["glb"], profile="game", check=False)
        self.assertIn("objects are joined, one a part", " ".join(got["profile"]["notes"]))
        self.assertLess(len(glb_json(files["a.glb"])["nodes"]), 20)
        self.assertLessEqual(got["profile"]["lods"][0], 20000 * 1.05)


class PrintTest(DeliveryTest):
    def assert_printable(self, triangles, height):
        wrong, volume = soundness.judged(triangles)
        self.assertEqual(wrong, 0)
        self.assertGreater(volume, 0.0)
        low, high = soundness.box([point for each in triangles for point in each])
        self.assertEqual(low[2], 0.0)
        self.assertLess(abs(high[2] - height), 0.01 * height)
        self.assertGreater(sum(1 for each in triangles if all(point[2] == 0.0 for point in each)), 0)

    def test_one_closed_solid_in_millimetres(self):
        got, files = self.export(STOOL, ["stl", "3mf", "obj", "ply", "glb"], profile="print", print_height_mm=60)
        self.assertEqual(got["profile"]["notes"], ["united from 5 solids"])
        self.assertTrue(got["profile"]["closed"])
        self.assert_printable(soundness.stl_triangles(files["a.stl"]), 60.0)
        solids = soundness.model_solids(soundness.model_of(io.BytesIO(files["a.3mf"])))
        self.assertEqual(list(solids), ["Stool"])
        self.assert_printable(solids["Stool"], 60.0)
        high = max(each["max"][1] for each in glb_json(files["a.glb"])["accessors"] if "max" in each)
        self.assertAlmostEqual(high * max(each.get("scale", [1])[0] for each in glb_json(files["a.glb"])["nodes"]), 0.06, 4)

    def test_overhangs_are_told_by_place(self):
        got, _ = self.export(STOOL, ["stl"], profile="print")
        row, = got["profile"]["findings"]
        self.assertEqual((row["code"], row["parts"], row["severity"]), ("print.overhang", ["seat"], "soft"))
        self.assertAlmostEqual(row["point"][2], 91.3, 1)

    def test_thin_walls_are_told_by_place(self):
        got, _ = self.export(asset("""
item = ball("Ball", 3)
plate = ball("Plate", 1, 0.1)
plate.location, plate.scale = (0.3, 0.0, 0.2), (2.0, 2.0, 0.01)
return [item, plate]"""), ["stl"], profile="print")
        self.assertIn("print.thin", [each["code"] for each in got["profile"]["findings"]])

    def test_open_surfaces_get_a_thickness(self):
        got, files = self.export(asset("""
item = ball("Bowl", 3)
bm = bmesh.new()
bm.from_mesh(item.data)
bmesh.ops.delete(bm, geom=[each for each in bm.verts if each.co.z > 0.05], context='VERTS')
bm.to_mesh(item.data)
bm.free()
return [item]"""), ["stl"], profile="print")
        self.assertIn("1 open surfaces are 0.8 mm thick now", got["profile"]["notes"][0])
        self.assert_printable(soundness.stl_triangles(files["a.stl"]), 100.0)


class ArchiveTest(DeliveryTest):
    def test_it_has_everything(self):
        got, files = self.export(STOOL, [], profile="archive")
        self.assertEqual({each["format"] for each in got["files"]} - {"usdc"},
                         {"blend", "glb", "gltf", "bin", "texture", "obj", "mtl", "stl", "ply", "fbx", "3mf", "usdz", "script"})
        self.assertEqual(files["draft.py"].decode(), STOOL)
        self.assertEqual(len(files), len(got["files"]))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "baked.blend")
            with open(path, "wb") as out:
                out.write(files["a-baked.blend"])
            code = "import bpy; print('GOT', sorted(o.name for o in bpy.context.scene.objects))"
            out = client.said_in(path, code, folder)
        self.assertIn("GOT ['Leg 1', 'Leg 2', 'Leg 3', 'Leg 4', 'Seat', 'Stool']", out)


class FormatsTest(DeliveryTest):
    def test_3mf_has_parts_and_colors(self):
        _, files = self.export(STOOL, ["3mf"])
        text = soundness.model_of(io.BytesIO(files["a.3mf"]))
        solids = soundness.model_solids(text)
        self.assertEqual(sorted(solids), ["Leg 1", "Leg 2", "Leg 3", "Leg 4", "Seat"])
        self.assertTrue(all(soundness.judged(each)[0] == 0 for each in solids.values()))
        self.assertIn('<m:color color="#A33B2A"/>', text)
        low, high = soundness.box([point for each in solids.values() for row in each for point in row])
        self.assert_box(low, high, [-180, -180, 0], [180, 180, 460])

    def test_usdz_is_laid_out_as_it_has_to_be(self):
        _, files = self.export(STOOL, ["usdz"], params={"lamp": True})
        places, text = soundness.usd_layer(io.BytesIO(files["a.usdz"]))
        self.assertEqual([name for name, _ in places], ["asset.usda", "textures/base_color.jpg"])
        self.assertTrue(all(place % 64 == 0 for _, place in places), places)
        meshes = soundness.usd_meshes(text)
        self.assertEqual(len(meshes), 7)
        low, high = soundness.box([point for points, _ in meshes for point in points])
        self.assert_box(low, high, [-0.18, -0.18, 0], [0.18, 0.18, 0.638])
        self.assertIn("asset inputs:file = @textures/base_color.jpg@", text)
        self.assertIn("color3f inputs:emissiveColor = (", text)

    def test_assimp_reads_the_same(self):
        if not soundness.ASSIMP:
            self.skipTest("no assimp here")
        formats = {"obj": (1.0, True), "stl": (1.0, False), "ply": (1.0, False), "fbx": (1.0, True), "3mf": (1000.0, True)}
        got, files = self.export(STOOL, list(formats), provenance=SAID)
        for kind, (unit, named) in formats.items():
            low, high, meshes, faces = soundness.seen_by_assimp("a." + kind, files)
            upright = kind in {"obj", "fbx"}
            size = sorted(b - a for a, b in zip(low, high))
            self.assert_box([0, 0, 0], size, [0, 0, 0], [0.36 * unit, 0.36 * unit, 0.46 * unit])
            self.assertAlmostEqual(low[1 if upright else 2], 0.0, 4, kind)
            self.assertEqual((meshes, faces), (5 if named else 1, 1516), kind)


class ProvenanceTest(DeliveryTest):
    FORMATS = ["glb", "obj", "ply", "stl", "fbx", "usdz", "3mf"]

    def test_each_file_says_where_it_is_from(self):
        _, files = self.export(STOOL, self.FORMATS, provenance=SAID, check=False)
        told = glb_json(files["a.glb"])["asset"]
        self.assertEqual((told["copyright"], told["extras"]), ("CC0-1.0", SAID))
        head = ["prompt: a stool \"for two\" <now>", "version: 3", "program: ll3m", "licence: CC0-1.0"]
        for name in ("a.obj", "a.mtl"):
            self.assertEqual(files[name].decode().splitlines()[:4], ["# " + each for each in head])
        lines = files["a.ply"].split(b"\n")[:6]
        self.assertEqual(lines[:1] + lines[2:6], [b"ply"] + [b"comment " + each.encode() for each in head])
        self.assertEqual(files["a.stl"][:80].rstrip(),
                         b"program: ll3m; version: 3; licence: CC0-1.0; prompt: a stool \"for two\" <now>"[:80])
        self.assertEqual(len(soundness.stl_triangles(files["a.stl"])), 1516)
        self.assertIn(b"ll3m_licence", files["a.fbx"])
        self.assertIn("string prompt = \"a stool \\\"for two\\\" <now>\"", soundness.usd_layer(io.BytesIO(files["a.usdz"]))[1])
        model = soundness.model_of(io.BytesIO(files["a.3mf"]))
        for line in ('<metadata name="Title">Stool', '<metadata name="Application">ll3m 3',
                     '<metadata name="LicenseTerms">CC0-1.0', '<metadata name="Description">a stool "for two" &lt;now&gt;'):
            self.assertIn(line, model)

    def test_nothing_is_said_of_nothing(self):
        for said in (None, {}, {"prompt": " ", "licence": ""}):
            _, files = self.export(STOOL, self.FORMATS, provenance=said, check=False)
            self.assertNotIn("extras", glb_json(files["a.glb"])["asset"])
            for name in ("a.obj", "a.mtl", "a.ply", "a.stl", "a.fbx"):
                self.assertNotIn(b"ll3m_", files[name])
                self.assertNotIn(b"prompt", files[name])
            self.assertNotIn("customLayerData", soundness.usd_layer(io.BytesIO(files["a.usdz"]))[1])
            self.assertNotIn("Description", soundness.model_of(io.BytesIO(files["a.3mf"])))


if __name__ == "__main__":
    unittest.main()
