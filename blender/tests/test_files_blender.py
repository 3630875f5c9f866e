# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs `render` and `export` in a real Blender."""
import json
import os
import struct
import subprocess
import tempfile
import unittest
import zlib

import client

HERE = os.path.dirname(os.path.abspath(__file__))
VALIDATOR = os.environ.get("LL3M_GLTF_VALIDATOR", "")

with open(os.path.join(HERE, "scripts", "stool.py"), encoding="utf-8") as stream:
    STOOL = stream.read()


def png_rows(data):
    """Returns (width, height, decoded bytes) of an 8-bit PNG; filters are left in, which is enough to tell it is not flat."""
    width, height = struct.unpack(">II", data[16:24])
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place:place + 8])
        if kind == b"IDAT":
            packed += data[place + 8:place + 8 + size]
        place += 12 + size
    return width, height, zlib.decompress(packed)


def glb_json(data):
    """Returns the JSON chunk of a binary glTF."""
    magic, version, total, size, kind = struct.unpack("<4sIII4s", data[:20])
    assert (magic, version, total, kind) == (b"glTF", 2, len(data), b"JSON")
    return json.loads(data[20:20 + size])


class FilesTest(client.WorkerTest):
    def test_views_are_not_blank(self):
        before = self.worker.result("run", script=STOOL)[0]
        got, files = self.worker.result("render", script=STOOL, views=2, width=160, height=120, samples=2)
        self.assertEqual([each["name"] for each in got["views"]], ["three-quarter front", "front"])
        self.assertEqual(sorted(files), ["view-1.png", "view-2.png"])
        for view, data in zip(got["views"], files.values()):
            self.assertGreater(view["coverage"], 0.05)
            self.assertLess(view["clipped"], 0.1)
            width, height, raw = png_rows(data)
            self.assertEqual((width, height), (160, 120))
            self.assertGreater(len(set(raw)), 50)
        self.assertEqual(len(self.worker.progress), 2)
        self.assertEqual(self.worker.result("run", script=STOOL)[0], before)

    def test_first_makes_one_view_alone(self):
        got, files = self.worker.result("render", script=STOOL, views=1, first=3, width=64, height=48, samples=1)
        self.assertEqual(([each["name"] for each in got["views"]], list(files)), (["side"], ["view-3.png"]))

    def test_gpu_is_used_or_refused_in_words(self):
        got = self.worker.result("render", script=STOOL, width=64, height=48, samples=1, gpu=True)[0]
        self.assertIn(got["device"], ("CPU", "OPTIX", "CUDA", "HIP", "ONEAPI", "METAL"))
        got = self.worker.result("render", script=STOOL, width=64, height=48, samples=1)[0]
        self.assertEqual(got["device"], "CPU")
        answer, _ = self.worker.call("render", script=STOOL, gpu=1)
        self.assertEqual(answer["error"]["code"], "request.invalid")

    def test_bad_views(self):
        for args in ({"views": 0}, {"views": 11}, {"first": 10, "views": 2}, {"width": 4}, {"quality": "best"}, {"samples": 0}):
            answer, _ = self.worker.call("render", script=STOOL, **args)
            self.assertEqual(answer["error"]["code"], "request.invalid", args)

    def test_nothing_to_render(self):
        text = STOOL.replace("    for item in build_seat(p) + build_legs(p) + build_lamp(p):\n", "    for item in build_lamp(p):\n")
        answer, _ = self.worker.call("render", script=text)
        self.assertEqual(answer["error"]["code"], "render.failed")

    def test_render_leaves_no_trace(self):
        got = self.worker.result("run", script=STOOL)[0]
        self.worker.result("render", script=STOOL, width=64, height=48, samples=1)
        _, files = self.worker.result("export", script=STOOL, formats=["glb"], name="a")
        names = [each["name"] for each in glb_json(files["a.glb"])["nodes"]]
        self.assertEqual(sorted(names), ["Leg 1", "Leg 2", "Leg 3", "Leg 4", "Seat", "Stool"])
        again, _ = self.worker.result("run", script=STOOL + "\n")
        self.assertEqual(again["report"], got["report"])

    def test_glb(self):
        _, files = self.worker.result("export", script=STOOL, params={"lamp": True}, formats=["glb"], name="stool")
        told = glb_json(files["stool.glb"])
        self.assertEqual(len(told["meshes"]), 7)
        self.assertFalse(told.get("cameras"))
        if VALIDATOR:
            with tempfile.NamedTemporaryFile(suffix=".glb") as out:
                out.write(files["stool.glb"])
                out.flush()
                found = subprocess.run(["node", VALIDATOR, out.name], capture_output=True, text=True, check=True)
            self.assertEqual(json.loads(found.stdout)["issues"]["numErrors"], 0, found.stdout)

    def test_animation_is_exported(self):
        text = STOOL.replace("    return [seat]", "    seat.keyframe_insert('location', frame=1)\n    seat.location.z = 0.1\n"
                             "    seat.keyframe_insert('location', frame=20)\n    return [seat]")
        _, files = self.worker.result("export", script=text, formats=["glb"], name="a")
        self.assertEqual(len(glb_json(files["a.glb"])["animations"]), 1)

    def test_other_formats(self):
        formats = ["blend", "obj", "stl", "ply", "fbx"]
        got, files = self.worker.result("export", script=STOOL, formats=formats, name="stool")
        self.assertEqual(sorted(files), ["stool.blend", "stool.fbx", "stool.mtl", "stool.obj", "stool.ply", "stool.stl",
                                         "textures/base_color.jpg"])
        self.assertTrue(all(len(data) > 1000 or name.endswith(".mtl") for name, data in files.items()))
        self.assertIn(b"o Leg 1", files["stool.obj"].replace(b"_", b" "))
        self.assertTrue(all(each["size"] == len(files[each["name"]]) for each in got["files"]))

    def test_blend_opens_as_the_asset(self):
        _, files = self.worker.result("export", script=STOOL, params={"legs": 3}, formats=["blend"], name="stool")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "stool.blend")
            with open(path, "wb") as out:
                out.write(files["stool.blend"])
            code = ("import bpy; print('GOT', sorted(o.name for o in bpy.data.objects), len(bpy.data.scenes), "
                    "[a.spaces.active.shading.type for s in bpy.data.screens for a in s.areas if a.type == 'VIEW_3D'][0], "
                    "'\"legs\": 3' in bpy.data.texts['draft.py'].as_string())")
            out = client.said_in(path, code, folder)
        self.assertIn("GOT ['Camera', 'Leg 1', 'Leg 2', 'Leg 3', 'Seat', 'Stool', 'Sun'] 1 MATERIAL True", out)

    def test_bad_exports(self):
        for args in ({"formats": []}, {"formats": ["xyz"]}, {"formats": ["glb"], "name": "../x"}, {"formats": [1]}):
            answer, _ = self.worker.call("export", script=STOOL, **args)
            self.assertEqual(answer["error"]["code"], "request.invalid", args)


class TextVerbsTest(unittest.TestCase):
    def test_they_answer(self):
        worker = client.Worker()
        self.assertEqual(len(worker.result("describe", script=STOOL)[0]["params"]), 6)
        self.assertEqual(worker.result("lint", script="import os")[0]["diagnostics"][0]["rule"], "contract.build")
        self.assertEqual(worker.result("set", script=STOOL, values={"legs": 5})[0]["changed"], ["legs"])
        self.assertEqual(worker.result("splice", script=STOOL, functions="def build_x(p):\n    return []\n")[0]["added"], ["build_x"])
        self.assertEqual(worker.close(), 0)


if __name__ == "__main__":
    unittest.main()
