# SPDX-License-Identifier: GPL-3.0-or-later
"""Baking in a real Blender: what leaves looks as it did inside, and nothing inside is changed by it."""
import os
import tempfile

import client
from test_files_blender import STOOL, glb_json

HERE = os.path.dirname(os.path.abspath(__file__))

with open(os.path.join(HERE, "scripts", "samples.py"), encoding="utf-8") as stream:
    SAMPLES = stream.read()


class BakeTest(client.WorkerTest):
    def export(self, script=SAMPLES, formats=("glb",), **args):
        args.setdefault("size", 512)
        got, files = self.worker.result("export", script=script, formats=list(formats), **args)
        return got, files

    def test_every_way_of_making_a_material_looks_the_same_outside(self):
        got, files = self.export(check=True, size=1024)
        ways = {row["material"]: row["as"] for row in got["bake"]["materials"]}
        self.assertEqual(ways, {"Constant": "constant", "Noise": "texture", "Generated": "texture", "Random": "vertex",
                                "Painted": "vertex", "Mixed": "texture"})
        self.assertEqual(got["bake"]["notes"], [])
        check = got["files"][0]["check"]
        self.assertLess(check["look"]["difference"], 6.0)
        self.assertGreater(check["look"]["similarity"], 0.92)
        self.assertEqual((check["findings"], check["missing"], check["bounds_off"]), ([], [], 0.0))
        document = glb_json(files["asset.glb"])
        self.assertEqual({each["name"] for each in document["materials"]}, set(ways))
        constant = next(each for each in document["materials"] if each["name"] == "Constant")
        self.assertNotIn("baseColorTexture", constant["pbrMetallicRoughness"])
        self.assertAlmostEqual(constant["pbrMetallicRoughness"]["baseColorFactor"][0], 0.7, places=5)

    def test_without_a_bake_it_does_not(self):
        """The check can fail: plain colours are not what was seen."""
        got, _ = self.export(bake=True, bake_seconds=0.001)
        self.assertEqual(got["bake"]["textures"], [])
        self.assertIn("vertex colours instead of textures", got["bake"]["notes"][-1])
        self.assertIn("delivery.look", {each["code"] for each in got["files"][0]["check"]["findings"]})

    def test_little_memory_gives_smaller_textures(self):
        got, _ = self.export(size=2048, bake_memory=400, check=False)
        self.assertEqual(got["bake"]["size"], 1024)
        self.assertIn("1024 instead of 2048", got["bake"]["notes"][0])

    def test_a_bake_serves_all_formats(self):
        first, _ = self.export(check=False)
        second, files = self.export(formats=["gltf"], check=False)
        self.assertEqual(first["bake"], second["bake"])
        self.assertIn("asset.bin", files)
        self.assertTrue(any(name.startswith("textures/") for name in files))

    def test_copies_stay_instanced(self):
        text = STOOL.replace("    return [seat]", "    twin = seat.copy()\n    bpy.context.scene.collection.objects.link(twin)\n"
                             "    twin.location.z += 0.05\n    twin.name = 'Twin'\n    return [seat, twin]")
        _, files = self.export(script=text, check=False)
        document = glb_json(files["asset.glb"])
        meshes = {node["name"]: node["mesh"] for node in document["nodes"] if "mesh" in node}
        self.assertEqual(meshes["Seat"], meshes["Twin"])

    def inside(self, script):
        """Returns what Blender finds in the .blend of the scene as it stands in the worker (any render leaves a "Render Result")."""
        _, files = self.export(script=script, formats=["blend"])
        code = ("import bpy, hashlib; print('GOT', [sorted(each.name for each in kind if each.name != 'Render Result') for kind in (bpy.data.objects, bpy.data.meshes, "
                "bpy.data.materials, bpy.data.images, bpy.data.scenes)], [(o.name, o.data.name, [s.material.name for s in o.material_slots], "
                "sorted(o.data.attributes.keys()), len(o.data.vertices)) for o in sorted(bpy.data.objects, key=lambda o: o.name) "
                "if o.type == 'MESH'], [(m.name, len(m.node_tree.nodes)) for m in bpy.data.materials if m.use_nodes])")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "scene.blend")
            with open(path, "wb") as out:
                out.write(files["asset.blend"])
            said = client.said_in(path, code, folder)
        return next(line for line in said.splitlines() if line.startswith("GOT"))

    def test_nothing_inside_is_changed(self):
        keyed = STOOL.replace("    return [seat]", "    seat.shape_key_add(name='Basis')\n"
                              "    seat.shape_key_add(name='High').data[0].co.z += 0.01\n    return [seat]")
        for script in (SAMPLES, keyed):
            before = self.inside(script)
            self.export(script=script, formats=["glb", "obj", "ply"], check=True)
            self.assertEqual(self.inside(script), before)

    def test_provenance_is_said(self):
        _, files = self.export(check=False, provenance={"prompt": "balls", "version": 3, "program": "ll3m", "licence": "CC0"})
        about = glb_json(files["asset.glb"])["asset"]
        self.assertEqual((about["copyright"], about["extras"]["prompt"], about["extras"]["version"]), ("CC0", "balls", 3))

    def test_bad_wishes(self):
        for args in ({"size": 100}, {"bake_seconds": 0}, {"bake_memory": 1}, {"provenance": 3}):
            answer, _ = self.worker.call("export", script=STOOL, formats=["glb"], **args)
            self.assertEqual(answer["error"]["code"], "request.invalid", args)
