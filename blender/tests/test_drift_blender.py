# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the reviewed table of drift, in the Blender at hand: the form that is right here runs, the other one fails, the lint
says so in the line, and where the row has a fix, the fixed code runs. Run it in every Blender that the rows speak of."""
import json
import subprocess
import unittest

import client
from ll3m_bridge import drift_rows, lint, lint_fix
from ll3m_bridge.api_view import Api

RUN = """
import sys, json, traceback
jobs = json.load(open(sys.argv[-1]))
import bpy
out = []
for setup, line in jobs:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    space = {"__name__": "row"}
    try:
        exec(setup, space)
    except Exception as error:
        out.append("setup: %r" % error)
        continue
    try:
        exec(line, space)
        out.append("")
    except Exception as error:
        out.append("%s: %s" % (type(error).__name__, error))
json.dump(out, open(sys.argv[-1] + ".out", "w"))
"""
VARIABLE = {"Mesh": "me", "Material": "m", "SceneEEVEE": "s.eevee", "Object": "o", "Armature": "a", "NodeTree": "g", "Scene": "s",
            "MeshEdge": "me.edges[0]", "MeshVertex": "me.vertices[0]", "Light": "bpy.data.lights.new('L', 'SUN')", "Action": "bpy.data.actions.new('A')",
            "BMLayerAccessEdge": "bm.edges.layers", "Context": "bpy.context"}
SKELETON = "bpy.ops.object.add(type='ARMATURE'); bpy.ops.object.mode_set(mode='EDIT'); eb = bpy.context.object.data.edit_bones.new('B'); eb.tail = (0, 0, 1); "


def forms(row):
    """Returns (old form, new form) of a row as code; "" where it has none."""
    if row.show:
        return row.show
    if row.kind in ("inputs", "outputs"):
        nodes = "g.nodes" if row.where.startswith("Geometry") else "n"
        return tuple(name and "%s.new('%s').%s['%s']" % (nodes, row.where, row.kind, name) for name in row.names)
    if row.kind == "node":
        return tuple(name and "%s.nodes.new('%s')" % ("m.node_tree" if name.startswith("Shader") else
                     "bpy.data.node_groups.new('C', 'CompositorNodeTree')", name) for name in row.names)
    if row.kind == "operator":
        return tuple(name and "bpy.ops.%s.get_rna_type()" % name for name in row.names)
    if row.kind == "enum":
        return tuple(name and ENUMS[row.where] % name for name in row.names)
    if row.where in ("Bone", "EditBone"):
        end = "eb" if row.where == "EditBone" else "bpy.ops.object.mode_set(mode='OBJECT'); bpy.context.object.data.bones[0]"
        return tuple(name and SKELETON + end + "." + name for name in row.names)
    if row.where.startswith("ShaderNode"):
        return tuple(name and "n.new('%s').%s" % (row.where, name) for name in row.names)
    return tuple(name and "%s.%s" % (VARIABLE[row.where], name) for name in row.names)


ENUMS = {"engine": "s.render.engine = '%s'", "look": "LOOK; s.view_settings.look = '%s'", "solver": "x = o.modifiers.new('B', 'BOOLEAN'); x.solver = '%s'",
         "view_transform": "s.view_settings.view_transform = '%s'"}
LOOK = "s.view_settings.view_transform = 'AgX' if bpy.app.version >= (4, 0) else 'Filmic'"


class DriftTest(client.WorkerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = Api(json.loads(cls.worker.result("api")[1]["api.json"]))
        cls.jobs, cls.told = [], {}
        for row in drift_rows.ROWS:
            for line in forms(row):
                if line:
                    cls.jobs.append(line.replace("LOOK", LOOK))
        cls.ran(cls.jobs)

    @classmethod
    def ran(cls, lines):
        """Runs lines of code in Blender, each after SETUP; notes what went wrong in `told`."""
        fresh = [line for line in dict.fromkeys(lines) if line not in cls.told]
        path = cls.worker.work.name + "/rows.json"
        with open(path, "w", encoding="utf-8") as stream:
            json.dump([[drift_rows.SETUP, line] for line in fresh], stream)
        subprocess.run([client.BLENDER, "-b", "--factory-startup", "--python-expr", RUN, "--", path], check=False, capture_output=True,
                       env=client.environment(cls.worker.work.name), timeout=300)
        with open(path + ".out", encoding="utf-8") as stream:
            cls.told.update(zip(fresh, json.load(stream)))

    def test_rows(self):
        version, ported = self.api.version[:2], {}
        for row in drift_rows.ROWS:
            old, new = [line.replace("LOOK", LOOK) for line in forms(row)]
            is_new = version >= row.since and not (row.until and version >= row.until)
            right, wrong = (new, old) if is_new else (old, new)
            with self.subTest(row=(row.kind, row.where, row.old, row.new)):
                if right:
                    self.assertEqual(self.told[right], "", "the right form fails: " + right)
                if not wrong:
                    continue
                if ("old" if is_new else "new") in row.lasts:
                    self.assertEqual(self.told[wrong], "", "this form does not last: " + wrong)
                    self.assertEqual(lint.check(drift_rows.SETUP + wrong + "\n", self.api, ("api",)), [], wrong)
                    continue
                self.assertNotEqual(self.told[wrong], "", "the wrong form runs: " + wrong)
                self.assertNotIn("setup", self.told[wrong])
                text = drift_rows.SETUP + wrong + "\n"
                where = drift_rows.SETUP.count("\n") + 1
                if row.kind != "operator":
                    found = [each for each in lint.check(text, self.api, ("api",)) if each["line"] == where]
                    self.assertTrue(found, "the lint is silent: " + wrong)
                    maker = row.fix if wrong == old else row.back
                    if maker and any(each.get("fix") for each in found):
                        changed = lint_fix.fix(text, self.api, ("api",))[0]
                        ported[changed[len(drift_rows.SETUP):]] = wrong
        self.ran(ported)
        for line, wrong in ported.items():
            with self.subTest(fix=wrong):
                self.assertEqual(self.told[line], "", "the fix fails: " + line)
        self.assertGreater(len(ported), 10)


if __name__ == "__main__":
    unittest.main()
