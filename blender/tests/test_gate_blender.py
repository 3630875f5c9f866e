# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report finds, in a real Blender: each fault by itself, what is no fault, and assets that are too much."""
import math
import os
import re
import time
import unittest

import client
from bench_gate import exemplars
from test_run_blender import HEAD

HERE = os.path.dirname(os.path.abspath(__file__))

SHAPES = '''
def _mesh(name, points, faces, place=(0, 0, 0), color=(0.5, 0.1, 0.1, 1)):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], faces)
    material = bpy.data.materials.new(name)
    material.diffuse_color = color
    if material.use_nodes:
        material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = color
    mesh.materials.append(material)
    item = bpy.data.objects.new(name, mesh)
    item.location = place
    bpy.context.scene.collection.objects.link(item)
    return item


def _brick(low, high):
    points = [(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
    return points, [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]


def _bricks(name, *boxes):
    points, faces = [], []
    for low, high in boxes:
        more, sides = _brick(low, high)
        faces += [tuple(len(points) + each for each in side) for side in sides]
        points += more
    return _mesh(name, points, faces)


'''


def parted(**parts):
    """A script of parts, each a body of statements that ends in a return."""
    text = HEAD + SHAPES
    for name, body in parts.items():
        text += "def build_%s(p):\n    %s\n\n\n" % (name, body.strip().replace("\n", "\n    "))
    return text + "def build(p):\n    root = bpy.data.objects.new('Asset', None)\n" \
                  "    bpy.context.scene.collection.objects.link(root)\n    for part in (%s,):\n" \
                  "        for item in part(p):\n            item.parent = root\n" % ", ".join("build_" + name for name in parts)


def bricks(name, *boxes):
    return "return [_bricks(%r, %s)]" % (name, ", ".join(map(repr, boxes)))


BASE = bricks("Base", ((-1, -1, 0), (1, 1, 0.2)))


class GateTest(client.WorkerTest):
    def report(self, **parts):
        return self.worker.result("run", script=parted(**parts))[0]["report"]

    def found(self, code, **parts):
        """Returns the one finding of a code."""
        rows = [each for each in self.report(**parts)["findings"] if each["code"] == code]
        self.assertEqual(len(rows), 1, rows)
        self.assertTrue(rows[0]["hint"])
        return rows[0]

    def clean(self, **parts):
        self.assertEqual(self.report(**parts)["findings"], [])

    def way_of(self, row):
        return [float(each) for each in re.search(r"by \(([^)]*)\) m", row["hint"]).group(1).split(", ")]

    def test_a_part_above_another_is_told_the_way_down(self):
        row = self.found("part.floating", base=BASE, lid=bricks("Lid", ((-1, -1, 0.35), (1, 1, 0.45))))
        self.assertEqual((row["severity"], row["parts"], row["unit"]), ("hard", ["lid"], "m"))
        self.assertAlmostEqual(row["value"], 0.15, 5)
        way = self.way_of(row)
        self.assertLess(abs(way[0]) + abs(way[1]), 1e-6)
        self.assertAlmostEqual(way[2], -0.15 - self.report(base=BASE)["tolerance"] / 2, 2)

    def test_a_chain_that_hangs_on_nothing_is_told_whole(self):
        report = self.report(base=BASE, lower=bricks("Lower", ((-0.1, -0.1, 0.5), (0.1, 0.1, 1.0))),
                             middle=bricks("Middle", ((-0.1, -0.1, 1.0), (0.1, 0.1, 1.5))),
                             upper=bricks("Upper", ((-0.1, -0.1, 1.5), (0.1, 0.1, 2.0))))
        rows = {each["parts"][0]: each for each in report["findings"] if each["code"] == "part.floating"}
        self.assertEqual(set(rows), {"lower", "middle", "upper"})
        self.assertIn("lower, middle", rows["upper"]["hint"])
        self.assertAlmostEqual(rows["lower"]["value"], 0.3, 5)

    def test_edges_that_pass_in_the_air(self):
        gap = 0.06
        bars = {"one": bricks("One", ((-2, -0.05, 0), (2, 0.05, 0.1))),
                "two": "item = _bricks('Two', ((-2, -0.05, -0.05), (2, 0.05, 0.05)))\n"
                       "item.rotation_euler = (math.pi / 4, 0, math.pi / 2)\n"
                       "item.location.z = %r\nreturn [item]" % (0.1 + gap + 0.05 * math.sqrt(2))}
        contact, = self.report(**bars)["contacts"]
        self.assertAlmostEqual(contact["gap"], gap, 5)
        self.assertAlmostEqual(abs(contact["way"][2]), gap, 5)

    def test_depth_and_volume(self):
        row = self.found("part.penetrates", base=bricks("Base", ((-1, -1, 0), (1, 1, 1))),
                         post=bricks("Post", ((-0.2, -0.2, 0.6), (0.2, 0.2, 1.5))))
        self.assertAlmostEqual(row["value"], 0.4, 2)
        self.assertEqual(set(row["parts"]), {"base", "post"})
        self.assertAlmostEqual(self.way_of(row)[2], 0.4, 2)
        contact, = self.report(base=bricks("Base", ((-1, -1, 0), (1, 1, 1))),
                               post=bricks("Post", ((-0.2, -0.2, 0.6), (0.2, 0.2, 1.5))))["contacts"]
        self.assertAlmostEqual(contact["volume"], 0.4 * 0.4 * 0.4, 3)

    def test_islands_that_overlap_are_one_solid(self):
        report = self.report(base=bricks("Base", ((-1, -1, 0), (1, 1, 0.6)), ((-1, -1, 0.4), (1, 1, 1))),
                             post=bricks("Post", ((-0.2, -0.2, 0.45), (0.2, 0.2, 1.5))))
        self.assertGreater(report["contacts"][0]["depth"], 0.0)

    def test_an_island_beside_its_part(self):
        row = self.found("part.island", base=BASE, door=bricks("Door", ((-0.5, -0.1, 0.2), (0.5, 0.1, 1.2)),
                                                                 ((0.3, -0.3, 0.6), (0.4, -0.22, 0.7))))
        self.assertEqual((row["severity"], row["parts"]), ("soft", ["door"]))
        self.assertAlmostEqual(row["value"], 0.12, 4)
        self.assertAlmostEqual(self.way_of(row)[1], 0.12, 1)

    def test_an_island_on_another_part(self):
        self.clean(base=BASE, feet=bricks("Feet", ((-0.9, -0.9, 0.2), (-0.8, -0.8, 0.3)), ((0.8, 0.8, 0.2), (0.9, 0.9, 0.3))))

    def test_the_same_thing_twice(self):
        row = self.found("part.duplicate", base=BASE, one=bricks("One", ((-0.2, -0.2, 0.2), (0.2, 0.2, 1))),
                         two=bricks("Two", ((-0.2, -0.2, 0.2), (0.2, 0.2, 1))))
        self.assertEqual((row["severity"], row["parts"]), ("hard", ["one", "two"]))

    def test_faces_in_one_plane(self):
        row = self.found("part.z_fighting", base=BASE, inlay=bricks("Inlay", ((-0.5, -0.5, 0.1), (0.5, 0.5, 0.2))))
        self.assertEqual(row["parts"], ["base", "inlay"])
        self.clean(base=BASE, stone=bricks("Stone", ((-0.5, -0.5, 0.2), (0.5, 0.5, 0.3))))

    def test_faces_that_look_inwards(self):
        turned = "points, faces = _brick((-0.2, -0.2, 0.2), (0.2, 0.2, 1))\n" \
                 "return [_mesh('Post', points, [tuple(reversed(face)) for face in faces%s])]"
        self.assertEqual(self.found("part.inverted", base=BASE, post=turned % "")["severity"], "hard")
        one = "points, faces = _brick((-0.2, -0.2, 0.2), (0.2, 0.2, 1))\nfaces[5] = tuple(reversed(faces[5]))\n" \
              "return [_mesh('Post', points, faces)]"
        row = self.found("part.inverted", base=BASE, post=one)
        self.assertEqual((row["severity"], row["unit"], row["value"]), ("soft", "edges", 4))
        hollow = "points, faces = _brick((-0.2, -0.2, 0.2), (0.2, 0.2, 1))\n" \
                 "inner, sides = _brick((-0.1, -0.1, 0.3), (0.1, 0.1, 0.9))\n" \
                 "return [_mesh('Box', points + inner, faces + [tuple(8 + i for i in reversed(side)) for side in sides])]"
        self.assertNotIn("part.inverted", [each["code"] for each in self.report(base=BASE, box=hollow)["findings"]])

    def test_a_surface_through_itself(self):
        knot = "line = [(math.sin(t) + 2 * math.sin(2 * t), math.cos(t) - 2 * math.cos(2 * t), 0.2) for t in\n" \
               "        (k * math.tau / 60 for k in range(61))]\n" \
               "points = [(x * r, y * r, z + h) for x, y, z in line\n" \
               "          for r, h in ((0.3, 0), (0.33, 0), (0.33, 0.1), (0.3, 0.1))]\n" \
               "return [_mesh('Knot', points, [(i + a, i + (a + 1) % 4, i + 4 + (a + 1) % 4, i + 4 + a)\n" \
               "                               for i in range(0, 240, 4) for a in range(4)])]"
        row = self.found("part.self_intersects", base=BASE, knot=knot)
        self.assertEqual(row["parts"], ["knot"])

    def test_slivers_and_loose_vertices(self):
        fan = "rim = [(math.cos(t / 400) * 0.9, math.sin(t / 400) * 0.9, 0.2) for t in range(600)]\n" \
              "return [_mesh('Fan', [(0, 0, 0.2)] + rim, [(0, i, i + 1) for i in range(1, 600)])]"
        self.found("part.slivers", base=BASE, fan=fan)
        self.assertEqual(self.found("part.loose", base=BASE, post="points, faces = _brick((-0.2, -0.2, 0.2), (0.2, 0.2, 1))\n"
                                    "return [_mesh('Post', points + [(0, 0, 0.5)], faces)]")["value"], 1)

    def test_materials(self):
        body = "item = _bricks('Post', ((-0.2, -0.2, 0.2), (0.2, 0.2, 1)))\nmaterial = item.data.materials[0]\n" \
               "material.use_nodes = True\nnodes, links = material.node_tree.nodes, material.node_tree.links\n%s\nreturn [item]"
        self.found("material.unlinked", base=BASE, post=body % "links.clear()")
        self.found("material.unlinked", base=BASE, post=body % (
            "node = nodes.new('ShaderNodeTexImage')\n"
            "links.new(node.outputs[0], nodes['Principled BSDF'].inputs['Base Color'])"))
        grey = "nodes['Principled BSDF'].inputs['Base Color'].default_value = (0.8, 0.8, 0.8, 1)"
        self.assertEqual(self.found("material.default", base=BASE, post=body % grey)["parts"], ["post"])
        self.clean(base=BASE, post=body % (grey + "\nnodes['Principled BSDF'].inputs['Metallic'].default_value = 1"))
        row = self.found("material.missing", base=BASE, post=body % "item.data.materials.clear()")
        self.assertEqual(row["severity"], "hard")

    def test_modifiers(self):
        body = "item = _bricks('Post', ((-0.2, -0.2, 0.2), (0.2, 0.2, 1)))\n%s\nreturn [item]"
        for made in ("item.modifiers.new('Cut', 'BOOLEAN')", "item.modifiers.new('Wrap', 'SHRINKWRAP')",
                     "item.modifiers.new('Grow', 'NODES')", "item.modifiers.new('Soft', 'BEVEL').show_viewport = False",
                     "item.modifiers.new('Mask', 'MASK').vertex_group = item.vertex_groups.new(name='none').name"):
            row = self.found("modifier.failed", base=BASE, post=body % made)
            self.assertEqual((row["parts"], row["objects"]), (["post"], ["Post"]), made)
        cut = "cutter = _bricks('Cutter', ((-0.1, -0.1, 0.9), (0.1, 0.1, 1.1)))\n" \
              "cutter.hide_render = True\ncutter.parent = item\n" \
              "change = item.modifiers.new('Cut', 'BOOLEAN')\nchange.object = cutter"
        self.clean(base=BASE, post=body % cut)

    def test_what_is_left_behind(self):
        hidden = "item = _bricks('Post', ((-0.2, -0.2, 0.2), (0.2, 0.2, 1)))\n" \
                 "other = _bricks('Draft', ((0, 0, 0), (1, 1, 1)))\n" \
                 "other.hide_render = True\nreturn [item, other]"
        self.assertEqual(self.found("object.hidden", base=BASE, post=hidden)["parts"], ["post"])
        text = parted(base=BASE).replace("    for part in", "    bpy.ops.mesh.primitive_cube_add()\n    for part in")
        report = self.worker.result("run", script=text)[0]["report"]
        self.assertIn("object.leftover", [each["code"] for each in report["findings"]])

    def test_off_the_ground_names_the_part(self):
        row = self.found("asset.off_ground", base=BASE, leg=bricks("Leg", ((-0.1, -0.1, -0.3), (0.1, 0.1, 0.1))))
        self.assertEqual(row["parts"], ["leg"])

    def test_mirror(self):
        report = self.report(base=BASE, post=bricks("Post", ((0.1, -0.2, 0.2), (0.3, 0.2, 1))))
        rows = {each["part"]: each["mirror"] for each in report["parts"]}
        self.assertEqual(rows["base"], [0.0, 0.0])
        self.assertAlmostEqual(rows["post"][0], 0.4, 2)
        self.assertAlmostEqual(rows["post"][1], 0.0, 5)

    def test_every_code_is_described(self):
        with open(os.path.join(HERE, "..", "..", "doc", "findings.md"), encoding="utf-8") as stream:
            told = set(re.findall(r"`([a-z]+\.[a-z_]+)`", stream.read()))
        said = set()
        for name in [os.path.join(HERE, "..", "ll3m_bridge", "findings.py")] + [
                os.path.join(HERE, "..", "..", "src", "gate", each) for each in (
                    "gate_asset.c", "gate_part.c", "gate_contact.c", "gate_measured.c")]:
            with open(name, encoding="utf-8") as stream:
                said |= set(re.findall(r'(?:finding\(|\(|findings, )"((?:asset|part|object|material|modifier|scale)\.[a-z_]+)"',
                                       stream.read()))
        self.assertGreater(len(said), 25)
        self.assertEqual(said - told, set())


MUCH = {
    "a million loose vertices": (
        "item = _mesh('Dust', [(i % 1000 * 1e-3, i // 1000 * 1e-3, 0) for i in range(1000000)], [])\nreturn [item]",
        "asset.empty"),
    "coordinates that are not finite": (
        "points, faces = _brick((0, 0, 0), (1, 1, 1))\npoints = [(math.inf, math.nan, 0) for _ in points]\n"
        "return [_mesh('Box', points, faces)]", "part.non_finite"),
    "zero objects": ("return []", "asset.empty"),
    "ten thousand objects": (
        "mesh = _bricks('N', ((0, 0, 0), (0.9, 0.9, 0.9))).data\nmade = [bpy.data.objects['N']]\nfor i in range(1, 10000):\n"
        "    item = bpy.data.objects.new('N', mesh)\n    item.location = (i % 100, i // 100, 0)\n"
        "    bpy.context.scene.collection.objects.link(item)\n    made.append(item)\nreturn made", "asset.off_center"),
    "ten thousand objects in a heap": (
        "mesh = _bricks('N', ((0, 0, 0), (0.9, 0.9, 0.9))).data\nmade = [bpy.data.objects['N']]\nfor i in range(1, 10000):\n"
        "    item = bpy.data.objects.new('N', mesh)\n    item.location = (i % 7 * 0.1, i % 11 * 0.1, i * 1e-4)\n"
        "    bpy.context.scene.collection.objects.link(item)\n    made.append(item)\nreturn made", None),
    "drivers in a circle": (
        "one, two = _bricks('One', ((0, 0, 0), (1, 1, 1))), _bricks('Two', ((1, 0, 0), (2, 1, 1)))\n"
        "for item, other in ((one, two), (two, one)):\n    variable = item.driver_add('location', 0).driver.variables.new()\n"
        "    variable.type = 'TRANSFORMS'\n    variable.targets[0].id = other\n"
        "    item.animation_data.drivers[0].driver.expression = variable.name\nreturn [one, two]", None),
    "a mesh of no size": (
        "points, faces = _brick((0, 0, 0), (0, 0, 0))\nreturn [_mesh('Dot', points, faces)]", "part.degenerate"),
    "two million triangles": (
        "import numpy\nside = 1001\ny, x = numpy.mgrid[0:side, 0:side] / side\n"
        "points = numpy.column_stack([x.ravel(), y.ravel(), 0.1 * numpy.sin(9 * x.ravel())])\n"
        "row = numpy.arange(side * (side - 1)).reshape(side - 1, side)[:, :-1].ravel()\n"
        "faces = numpy.concatenate([numpy.column_stack([row, row + 1, row + side]), "
        "numpy.column_stack([row + 1, row + side + 1, row + side])])\n"
        "return [_mesh('Sea', points.tolist(), faces.tolist())]", "asset.triangles"),
    "fifty thousand islands": (
        "spots = [(i % 250 * 0.01, i // 250 * 0.01) for i in range(50000)]\n"
        "points = [(x + a, y + b, 0) for x, y in spots for a, b in ((0, 0), (0.003, 0), (0, 0.003))]\n"
        "return [_mesh('Grass', points, [(3 * i, 3 * i + 1, 3 * i + 2) for i in range(50000)])]", None),
}
MEMORY = 4096


class LibraryTest(client.WorkerTest):
    def test_exemplars_are_sound_and_stand_where_they_say(self):
        for name, text, _, exemplar in exemplars(()):
            with self.subTest(name):
                report = self.worker.result("run", script=text)[0]["report"]
                self.assertEqual([each for each in report["findings"] if each["severity"] == "hard"], [])
                self.assertNotIn("part.inverted", [each["code"] for each in report["findings"]])
                for part in report["parts"]:
                    low, high = exemplar["parts"][part["part"]]["bounds"]
                    off = [abs(a - b) for a, b in zip(low + high, part["bounds"]["min"] + part["bounds"]["max"])]
                    self.assertLess(max(off), report["tolerance"], part["part"])


class TooMuchTest(unittest.TestCase):
    def setUp(self):
        self.worker = client.Worker()

    def tearDown(self):
        self.assertEqual(self.worker.close(), 0)

    def test_each_is_measured(self):
        for what, (body, code) in MUCH.items():
            with self.subTest(what):
                started = time.monotonic()
                answer, _ = self.worker.call("run", script=parted(box=body))
                self.assertTrue(answer["ok"], answer)
                codes = [each["code"] for each in answer["result"]["report"]["findings"]]
                print("%s: %.1f s, of that %.1f s to build; %s; peak %d MiB" % (
                    what, time.monotonic() - started, answer["result"]["seconds"], sorted(set(codes)), self.peak()), flush=True)
                self.assertLess(len(codes), 40)
                if code:
                    self.assertIn(code, codes)
                self.assertLess(self.peak(), MEMORY)

    def peak(self):
        """Returns the most memory in MiB that the worker has had, or the largest process that it stands in front of."""
        most, waiting = 0, [self.worker.process.pid]
        while waiting:
            pid = waiting.pop()
            with open("/proc/%d/status" % pid, encoding="ascii") as stream:
                most = max(most, int(next(line for line in stream if line.startswith("VmHWM")).split()[1]) // 1024)
            with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as stream:
                waiting += [int(each) for each in stream.read().split()]
        return most


if __name__ == "__main__":
    unittest.main()
