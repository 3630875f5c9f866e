# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb `run` in a real Blender: what a script can do to the worker, and what it is told."""
import os
import time
import unittest

import client

HERE = os.path.dirname(os.path.abspath(__file__))

with open(os.path.join(HERE, "scripts", "stool.py"), encoding="utf-8") as stream:
    STOOL = stream.read()

HEAD = '''"""Test."""
import math
import bpy

PARAMS = {"size": 1.0, "count": 3}


def _box(name, place=(0, 0, 0), half=0.5):
    corners = [(x, y, z) for x in (-half, half) for y in (-half, half) for z in (0, 2 * half)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(corners, [], faces)
    mesh.materials.append(bpy.data.materials.new("Plain"))
    mesh.materials[0].diffuse_color = (0.5, 0.1, 0.1, 1)
    if mesh.materials[0].use_nodes:
        mesh.materials[0].node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.5, 0.1, 0.1, 1)
    item = bpy.data.objects.new(name, mesh)
    item.location = place
    bpy.context.scene.collection.objects.link(item)
    return item


'''


def scripted(body, parts="build_box(p)"):
    """A script whose one part has a body of statements; `made` is what it returns."""
    lines = ["    " + line for line in body.split("\n")]
    return HEAD + "def build_box(p):\n    made = [_box(\"Box\")]\n%s\n    return made\n\n\ndef build(p):\n    %s\n" % (
        "\n".join(lines), parts)


class RunTest(client.WorkerTest):
    def failed(self, text, code, **args):
        answer, _ = self.worker.call("run", script=text, **args)
        self.assertFalse(answer["ok"], answer)
        self.assertEqual(answer["error"]["code"], code, answer)
        return answer["error"]

    def report(self, text, **args):
        return self.worker.result("run", script=text, **args)[0]["report"]

    def codes(self, report):
        return {(each["code"], each["severity"]) for each in report["findings"]}

    def test_stool_is_clean(self):
        got, _ = self.worker.result("run", script=STOOL)
        self.assertEqual(got["report"]["findings"], [])
        self.assertEqual(got["report"]["asset"]["name"], "Stool")
        self.assertEqual([(each["part"], each["pieces"]) for each in got["report"]["parts"]], [("seat", 1), ("legs", 4)])
        self.assertTrue(all(piece["supported"] for part in got["report"]["parts"] for piece in part["pieces_detail"]))

    def test_exception_has_its_line(self):
        text = scripted("made[0].location.z = 1 / (p['count'] - 3)")
        detail = self.failed(text, "script.exception")["detail"]
        line = text[:text.index("made[0].loc")].count("\n") + 1
        self.assertEqual((detail["type"], detail["line"], detail["function"]), ("ZeroDivisionError", line, "build_box"))
        self.assertIn("-> %4d |     made[0]" % line, detail["code"])
        self.assertIn("draft.py", detail["traceback"])
        self.assertNotIn("ll3m_bridge", detail["traceback"])

    def test_endless_recursion(self):
        detail = self.failed(scripted("build_box(p)"), "script.exception")["detail"]
        self.assertEqual(detail["type"], "RecursionError")
        self.assertLess(len(detail["traceback"]), 10000)

    def test_syntax_error(self):
        detail = self.failed(HEAD + "def build(p:\n", "script.syntax")["detail"]
        self.assertEqual(detail["line"], HEAD.count("\n") + 1)

    def test_exits(self):
        for way in ("import sys; sys.exit(3)", "raise SystemExit('done')"):
            self.assertIn("exit", self.failed(scripted(way), "script.exit")["message"])
        self.failed(scripted("raise KeyboardInterrupt"), "script.exception")
        self.failed(scripted("raise MemoryError"), "script.memory")

    def test_contract(self):
        self.failed("x = 1\n", "script.contract")
        self.failed(scripted("return None"), "script.contract")
        self.failed(STOOL + "\nbuild(PARAMS)\n", "script.contract")

    def test_gigabyte_of_print(self):
        text = scripted("print('first')\nline = 'x' * 10000000\nfor _ in range(100):\n    print(line)\nprint('last')")
        started = time.time()
        got, _ = self.worker.result("run", script=text)
        self.assertLess(time.time() - started, 20)
        self.assertTrue(got["output"].startswith("first\nxxx") and got["output"].endswith("xxx\nlast\n"))
        self.assertIn("characters left out", got["output"])
        self.assertLess(len(got["output"]), 70000)

    def test_writes_to_the_process_s_own_streams(self):
        text = scripted("import os, sys\nos.write(1, b'garbage')\nsys.__stdout__.write('garbage')\nsys.__stdout__.flush()\n"
                        "print('a\\x00b\\ud800')\nprint('err', file=sys.stderr)")
        self.assertEqual(self.worker.result("run", script=text)[0]["output"], "a\ufffdb\ufffd\nerr\n")

    def test_timeout(self):
        for body in ("while True: pass", "while True:\n    try:\n        x = 1\n    except Exception:\n        pass"):
            started = time.time()
            self.failed(scripted(body), "script.timeout", seconds=1.0)
            self.assertLess(time.time() - started, 3.0)
        self.assertGreaterEqual(self.worker.beats, 1)

    def test_cancel(self):
        self.worker.ask("run", script=scripted("while True: pass"))
        time.sleep(0.7)
        self.worker.cancel()
        answer, _ = self.worker.answer()
        self.assertEqual(answer["error"]["code"], "cancelled")
        self.assertEqual(self.codes(self.report(scripted("pass"))), set())

    def test_swallowed_once_is_still_a_timeout(self):
        body = "try:\n    while True: pass\nexcept BaseException:\n    pass"
        self.failed(scripted(body), "script.timeout", seconds=0.5)

    def test_params(self):
        got = self.report(STOOL, params={"legs": 6})
        self.assertEqual(got["parts"][1]["pieces"], 6)
        for params in ({"leg": 5}, {"legs": "5"}, {"legs": 2.5}, {"material": "stone"}):
            detail = self.failed(STOOL, "request.invalid", params=params)["detail"]
            self.assertIn("legs", detail["valid"])
        self.assertEqual(self.failed(STOOL, "request.invalid", params={"leg": 5})["detail"]["nearest"], "legs")

    def test_bad_requests(self):
        for args in ({}, {"script": 1}, {"script": STOOL, "second": 1}, {"script": STOOL, "seconds": 0}):
            answer, _ = self.worker.call("run", **args)
            self.assertEqual(answer["error"]["code"], "request.invalid", args)
        answer, _ = self.worker.call("walk")
        self.assertEqual(answer["error"]["code"], "verb.unknown")

    def test_only_the_touched_part_changes(self):
        before = self.report(STOOL)
        for params, part, aspect in (({"seat_color": "#00ff00"}, "seat", "material"), ({"material": "metal"}, "legs", "material"),
                                     ({"legs": 5}, "legs", "mesh")):
            after = self.report(STOOL, params=params)
            rows, _ = self.worker.result("diff", before=before, after=after)
            self.assertEqual(rows["changed"], [part])
            self.assertTrue(next(row for row in rows["parts"] if row["part"] == part)[aspect])

    def test_hashes_survive_a_restart(self):
        before = self.report(STOOL, params={"lamp": True})
        other = client.Worker()
        after = other.result("run", script=STOOL, params={"lamp": True})[0]["report"]
        self.assertEqual(other.close(), 0)
        self.assertEqual(before, after)

    def test_animated_emission_changes_the_material(self):
        body = ("material = made[0].data.materials[0]\nmaterial.use_nodes = True\n"
                "socket = material.node_tree.nodes['Principled BSDF'].inputs['Roughness']\n%s")
        plain = self.report(scripted(body % "pass"))
        moving = self.report(scripted(body % "socket.keyframe_insert('default_value', frame=1)"))
        self.assertEqual((plain["asset"]["animated"], moving["asset"]["animated"]), (False, True))
        self.assertNotEqual(plain["parts"][0]["hash"]["material"], moving["parts"][0]["hash"]["material"])
        self.assertEqual(plain["parts"][0]["hash"]["mesh"], moving["parts"][0]["hash"]["mesh"])

    def test_color_ramp_and_curve_change_the_material(self):
        body = ("material = made[0].data.materials[0]\nmaterial.use_nodes = True\n"
                "ramp = material.node_tree.nodes.new('ShaderNodeValToRGB').color_ramp\n"
                "curve = material.node_tree.nodes.new('ShaderNodeRGBCurve').mapping.curves[0]\n%s")
        hashes = [self.report(scripted(body % change))["parts"][0]["hash"]["material"] for change in
                  ("pass", "ramp.elements[0].position = 0.2", "ramp.elements[1].color = (1, 0, 0, 1)",
                   "curve.points[0].location = (0.1, 0.3)")]
        self.assertEqual(len(set(hashes)), 4)

    def test_findings(self):
        cases = [
            ("made.append(_box('Up', (0, 0, 3)))", ("part.floating", "hard")),
            ("made.append(_box('Beside', (1.5, 0, 0.5)))", ("part.floating", "hard")),
            ("made[0].data.vertices[0].co.x = math.nan", ("part.non_finite", "hard")),
            ("bpy.context.scene.collection.objects.link(bpy.data.objects.new('E', bpy.data.meshes.new('E')))",
             ("part.empty", "soft")),
            ("made[0].location.z = 1", ("asset.off_ground", "hard")),
            ("made[0].location.z = -0.5", ("asset.off_ground", "hard")),
            ("made[0].location.x = 9", ("asset.off_center", "soft")),
            ("made[0].data.materials.clear()", ("material.missing", "hard")),
            ("made[0].scale = (1e-4, 1e-4, 1e-4)", ("scale.implausible", "hard")),
            ("for v in made[0].data.vertices:\n    v.co.z = 0; v.co.y = 0", ("part.degenerate", "hard")),
            ("made.append(bpy.data.objects.new('Loose', made[0].data))", ("object.unlinked", "soft")),
        ]
        for body, expected in cases:
            self.assertIn(expected, self.codes(self.report(scripted(body))), body)
        self.assertEqual(self.codes(self.report(scripted("bpy.data.objects.remove(made.pop())"))), {("asset.empty", "hard")})

    def test_penetration_and_gap(self):
        two = HEAD + ("def build_a(p):\n    return [_box('A')]\n\n\ndef build_b(p):\n    return [_box('B', %s)]\n\n\n"
                      "def build(p):\n    build_a(p)\n    build_b(p)\n    _box('Stray', (0.0, 1.0, 0.0))\n")
        deep = self.report(two % "(0.3, 0.1, 0.0)")
        self.assertIn(("part.penetrates", "soft"), self.codes(deep))
        self.assertEqual(deep["untagged"], ["Stray"])
        self.assertIn(("part.untagged", "soft"), self.codes(deep))
        slit = self.report(two % "(1.04, 0.0, 0.0)")
        self.assertIn(("part.gap", "soft"), self.codes(slit))
        self.assertAlmostEqual(slit["contacts"][0]["gap"], 0.04, 5)

    def test_crossing_bars_touch(self):
        body = ("made[0].scale = (4, 0.1, 0.1)\nmade.append(_box('Bar', (0, 0, 0.1)))\nmade[1].scale = (0.1, 4, 0.1)")
        self.assertEqual(self.codes(self.report(scripted(body))), set())
        self.assertIn(("part.floating", "hard"), self.codes(self.report(scripted(body.replace("0, 0, 0.1)", "0, 0, 0.2)")))))

    def test_children_are_no_pieces(self):
        body = "screw = _box('Screw', (0, 0, 0.9), 0.1)\nscrew.parent = made[0]"
        self.assertEqual(self.report(scripted(body))["parts"][0]["pieces"], 1)

    def test_aliases_and_tables_are_watched(self):
        text = scripted("pass", "[part(p) for part in PARTS]").replace("def build(p)", "PARTS = [build_box]\n\n\ndef build(p)")
        self.assertEqual(self.report(text)["untagged"], [])

    def test_hostile_scripts_leave_nothing(self):
        bodies = [
            "bpy.app.handlers.render_pre.clear()\nbpy.app.handlers.depsgraph_update_post.append(lambda *a: 1 / 0)",
            "bpy.app.timers.register(lambda: 1 / 0, persistent=True)",
            "bpy.context.view_layer.objects.active = made[0]\nbpy.ops.object.mode_set(mode='EDIT')",
            "bpy.context.scene.render.resolution_x = 4\nbpy.context.scene.view_settings.exposure = -9",
            "bpy.context.scene.frame_set(99)\nbpy.data.scenes.new('Other')",
            "class Trick(bpy.types.Operator):\n    bl_idname = 'export_scene.gltf'\n    bl_label = 'x'\nbpy.utils.register_class(Trick)",
            "bpy.data.objects.new('Fake', None).use_fake_user = True",
            "import sys\nsys.stdout = None\nsys.stderr = None",
        ]
        clean = self.report(scripted("pass"))
        for body in bodies:
            answer, _ = self.worker.call("run", script=scripted(body))
            self.assertTrue(answer["ok"], answer)
            self.assertEqual(self.report(scripted("pass")), clean, body)

    def test_drivers_run_no_python(self):
        body = ("curve = made[0].driver_add('location', 0)\n"
                "curve.driver.expression = '__import__(\"bpy\").data.objects.new(\"Pwned\", None) and 1.0'\n")
        self.assertEqual(self.report(scripted(body))["asset"]["objects"], 1)

    def test_thousands_of_objects(self):
        text = scripted("mesh = made[0].data\nfor i in range(3000):\n    item = bpy.data.objects.new('N', mesh)\n"
                        "    item.location = (i % 50 * 1.0, i // 50 * 1.0, 0)\n"
                        "    bpy.context.scene.collection.objects.link(item)\n    made.append(item)")
        started = time.time()
        self.assertEqual(self.report(text)["parts"][0]["pieces"], 3001)
        self.assertLess(time.time() - started, 40)

    def test_instances_and_curves_are_measured(self):
        body = ("curve = bpy.data.curves.new('Wire', 'CURVE')\ncurve.dimensions = '3D'\ncurve.bevel_depth = 0.1\n"
                "spline = curve.splines.new('POLY')\nspline.points.add(1)\nspline.points[1].co = (0, 0, 2, 1)\n"
                "wire = bpy.data.objects.new('Wire', curve)\nbpy.context.scene.collection.objects.link(wire)\nmade.append(wire)\n"
                "group = bpy.data.collections.new('G')\ngroup.objects.link(_box('Source', (0, 0, 1)))\n"
                "maker = bpy.data.objects.new('Maker', None)\nmaker.instance_type = 'COLLECTION'\n"
                "maker.instance_collection = group\nmaker.location.z = 1\nbpy.context.scene.collection.objects.link(maker)")
        report = self.report(scripted(body))
        self.assertAlmostEqual(report["asset"]["bounds"]["max"][2], 3.0, 4)
        self.assertEqual(report["parts"][0]["pieces"], 4)

    def test_cached_scene_is_not_built_again(self):
        text = scripted("print('built')\nfor _ in range(2000000): pass")
        first, _ = self.worker.result("run", script=text)
        started = time.time()
        second, _ = self.worker.result("run", script=text)
        self.assertLess(time.time() - started, 0.1)
        self.assertEqual(first, second)


class RefusalTest(unittest.TestCase):
    def test_script_that_swallows_everything(self):
        worker = client.Worker()
        text = scripted("def hold():\n    while True:\n        try:\n            while True:\n                pass\n"
                        "        except BaseException:\n            continue\nimport sys\n"
                        "def again(kind, value, trace): pass\n"
                        "while True:\n    try:\n        hold()\n    except BaseException:\n        pass")
        answer, _ = worker.call("run", script=text, seconds=0.5)
        self.assertEqual(answer["error"]["code"], "script.timeout")
        if answer["error"]["detail"].get("refused"):
            self.assertEqual(worker.process.wait(5), 4)
        else:
            worker.close()

    def test_bad_frames_end_the_worker(self):
        worker = client.Worker()
        worker.sink.write(b"\0\0\0\1x")
        worker.sink.flush()
        self.assertEqual(worker.process.wait(10), 5)
        worker.close()

    def test_end_of_input_ends_a_running_script(self):
        worker = client.Worker()
        worker.ask("run", script=scripted("while True: pass"))
        time.sleep(0.5)
        started = time.time()
        self.assertEqual(worker.close(), 0)
        self.assertLess(time.time() - started, 5)


if __name__ == "__main__":
    unittest.main()
