# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of our own, without Blender: small glTF, .3mf, .usdz, provenance. Plain Python with numpy; skipped without it."""
import copy
import os
import sys
import tempfile
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import soundness  # noqa: E402

try:
    import numpy as np
    from ll3m_bridge import gltf, quantise, threemf, usd
except ImportError:
    np = None
from ll3m_bridge import errors, provenance  # noqa: E402

POINTS = [(0.0, 0.0, 0.0), (2.0, 0.0, 0.0), (0.0, 3.0, 0.0), (0.0, 0.0, 5.0)]
FACES = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3)]


def document():
    """Returns (document, binary) of one mesh that three nodes show: plain, turned and mirrored, moving; and a picture."""
    arrays = [np.array(POINTS, "<f4"), np.array([(0, 0, 1)] * 4, "<f4"), np.array([(0, 0), (1, 0), (0, 1), (0.5, 0.5)], "<f4"),
              np.array(FACES, "<u4").reshape(-1, 1), np.array([[0.0], [1.0]], "<f4"), np.array([(0, 0, 0), (1, 0, 0)], "<f4")]
    types = ["VEC3", "VEC3", "VEC2", "SCALAR", "SCALAR", "VEC3"]
    views, binary = [], b""
    for each in [array.tobytes() for array in arrays] + [b"the picture"]:
        binary += bytes(-len(binary) % 4)
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(each)})
        binary += each
    accessors = [{"bufferView": index, "componentType": 5125 if index == 3 else 5126, "count": len(array), "type": kind}
                 for index, (array, kind) in enumerate(zip(arrays, types))]
    accessors[0].update(min=[0, 0, 0], max=[2, 3, 5])
    accessors[4].update(min=[0], max=[1])
    accessors.append(dict(accessors[1]))  # nobody reads it
    primitive = {"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}, "indices": 3, "material": 0}
    nodes = [{"mesh": 0, "name": "plain"}, {"mesh": 0, "name": "turned", "rotation": [0.0, 0.0, 0.6, 0.8], "scale": [-1, 2, 3],
                                            "translation": [7, 8, 9]}, {"mesh": 0, "name": "moving", "children": [0]}]
    return {"asset": {"version": "2.0"}, "scenes": [{"nodes": [1, 2]}], "nodes": nodes, "meshes": [{"primitives": [primitive]}],
            "materials": [{"normalTexture": {"index": 0}}], "textures": [{"source": 0}],
            "images": [{"name": "normal", "bufferView": 6, "mimeType": "image/png"}],
            "animations": [{"channels": [{"sampler": 0, "target": {"node": 2, "path": "translation"}}],
                            "samplers": [{"input": 4, "output": 5}]}],
            "accessors": accessors, "bufferViews": views, "buffers": [{"byteLength": len(binary)}]}, binary


def placed(told, binary):
    """Returns {name of the node that shows it: its points in the world} of a document."""
    found = {}

    def walk(index, above):
        node = told["nodes"][index]
        x, y, z, w = node.get("rotation", (0, 0, 0, 1))
        turn = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                         [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                         [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])
        matrix = np.eye(4)
        matrix[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)))
        matrix[:3, 3] = node.get("translation", (0, 0, 0))
        matrix = above @ matrix
        if "mesh" in node:
            number = told["meshes"][node["mesh"]]["primitives"][0]["attributes"]["POSITION"]
            values = gltf.numbers(told, binary, number).astype(float)
            if told["accessors"][number].get("normalized"):
                values /= 32767.0
            found[node["name"]] = values @ matrix[:3, :3].T + matrix[:3, 3]
        for child in node.get("children", ()):
            walk(child, matrix)

    for index in told["scenes"][0]["nodes"]:
        walk(index, np.eye(4))
    return found


@unittest.skipUnless(np, "no numpy here")
class QuantiseTest(unittest.TestCase):
    def setUp(self):
        self.before = document()
        self.after = quantise.quantised(*copy.deepcopy(self.before), {"normal": ("image/jpeg", b"small")})

    def test_every_mesh_stands_where_it_stood(self):
        before, after = placed(*self.before), placed(*self.after)
        self.assertEqual(sorted(before), sorted(after))
        for name, points in before.items():
            self.assertLess(np.abs(points - after[name]).max(), 15.0 / 65535, name)

    def test_what_moves_keeps_its_place(self):
        moving = self.after[0]["nodes"][2]
        self.assertEqual((moving.get("mesh"), moving.get("scale")), (None, None))
        self.assertEqual(self.after[0]["nodes"][moving["children"][-1]]["mesh"], 0)

    def test_kinds_and_bounds(self):
        told = self.after[0]
        attributes = told["meshes"][0]["primitives"][0]["attributes"]
        kinds = {name: told["accessors"][index]["componentType"] for name, index in attributes.items()}
        self.assertEqual(kinds, {"POSITION": 5122, "NORMAL": 5120, "TEXCOORD_0": 5123})
        self.assertEqual(told["accessors"][attributes["POSITION"]]["max"], [13107, 19660, 32767])
        self.assertEqual(told["extensionsRequired"], ["KHR_mesh_quantization"])
        for view in told["bufferViews"]:
            self.assertEqual((view["byteOffset"] % 4, view.get("byteStride", 4) % 4), (0, 0))

    def test_nothing_unused_is_kept(self):
        told, binary = self.after
        self.assertEqual(len(told["accessors"]), 6)
        self.assertEqual(told["buffers"][0]["byteLength"], len(binary))
        image = told["images"][0]
        view = told["bufferViews"][image["bufferView"]]
        data = binary[view["byteOffset"]:view["byteOffset"] + view["byteLength"]]
        self.assertEqual((image["mimeType"], data), ("image/jpeg", b"small"))

    def test_what_bends_stays(self):
        told, binary = document()
        told["meshes"][0]["primitives"][0]["targets"] = [{"POSITION": 1}]
        after, _ = quantise.quantised(told, binary, {})
        self.assertNotIn("extensionsRequired", after)
        number = after["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
        self.assertEqual(after["accessors"][number]["componentType"], 5126)

    def test_without_a_picture_no_coordinates(self):
        told, binary = document()
        told["materials"] = [{}]
        after, _ = quantise.quantised(told, binary, {})
        self.assertEqual(sorted(after["meshes"][0]["primitives"][0]["attributes"]), ["NORMAL", "POSITION"])

    def test_an_accessor_without_numbers_is_refused(self):
        told, binary = document()
        del told["accessors"][0]["bufferView"]
        self.assertRaises(errors.Failure, quantise.quantised, told, binary, {})


@unittest.skipUnless(np, "no numpy here")
class PackagesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "a")

    def test_3mf_comes_back(self):
        colors = np.zeros((4, 3, 3), np.uint8)
        colors[1] = (255, 128, 0)
        apart = [POINTS[each] for face in FACES for each in face]
        solid = threemf.Solid("A \"part\" & <more>", np.array(apart), np.arange(12).reshape(4, 3), colors)
        flat = threemf.Solid("flat", np.zeros((3, 3)), np.array([(0, 1, 2)]))
        threemf.write(self.path, "T", [solid, flat], {"prompt": "a & b"})
        found, told = threemf.read(self.path)
        self.assertEqual([(name, len(points), len(faces)) for name, points, faces in found], [("A \"part\" & <more>", 4, 4)])
        self.assertEqual(told, {"Title": "T", "Description": "a & b"})
        with open(self.path, "rb") as stream:
            text = soundness.model_of(stream)
        (triangles,) = soundness.model_solids(text).values()
        self.assertEqual((soundness.judged(triangles)[0], round(soundness.judged(triangles)[1], 3)), (0, 5.0))
        self.assertEqual(text.count("<m:color "), 2)

    def test_the_same_asset_makes_the_same_file(self):
        both = []
        for _ in range(2):
            threemf.write(self.path, "T", [threemf.Solid("A", np.array(POINTS), np.array(FACES))], {})
            with open(self.path, "rb") as stream:
                both.append(stream.read())
        self.assertEqual(*both)

    def test_usdz_names_and_alignment(self):
        pictures = {"n": ("base.jpg", b"x" * 99), "m": ("more.png", b"y")}
        usd.write(self.path, "1 name", [], pictures, {"prompt": "say \"hi\"\n\\"})
        with open(self.path, "rb") as stream:
            places, text = soundness.usd_layer(stream)
        self.assertEqual([name for name, _ in places], ["asset.usda", "textures/base.jpg", "textures/more.png"])
        self.assertTrue(all(place % 64 == 0 for _, place in places))
        self.assertIn('defaultPrim = "_1_name"', text)
        self.assertIn('string prompt = "say \\"hi\\"\\n\\\\"', text)
        with zipfile.ZipFile(self.path) as archive:
            self.assertIsNone(archive.testzip())

    def test_prims_have_names_of_their_own(self):
        names = usd.Names()
        made = [names.of(each) for each in ("Leg 1", "Leg_1", "1", "Tür", "")]
        self.assertEqual(made, ["Leg_1", "Leg_1_1", "_1", "T_r", "_"])


class ProvenanceTest(unittest.TestCase):
    def test_what_is_taken(self):
        said = provenance.checked({"licence": "CC0", "prompt": "a", "program": " "})
        self.assertEqual(said, {"prompt": "a", "licence": "CC0"})
        for wrong in ({"author": "a"}, {"prompt": ["a"]}, {"version": True}):
            self.assertRaises(errors.Failure, provenance.checked, wrong)

    def test_stl_head_is_never_longer(self):
        with tempfile.NamedTemporaryFile() as out:
            out.write(bytes(84))
            out.flush()
            provenance.amend("stl", out.name, {"prompt": "ü" * 500, "program": "ll3m"})
            out.seek(0)
            data = out.read()
        self.assertEqual((len(data), data[:15]), (84, b"program: ll3m; "))
        self.assertEqual(data[80:], bytes(4))


if __name__ == "__main__":
    unittest.main()
