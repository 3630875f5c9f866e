# SPDX-License-Identifier: GPL-3.0-or-later
"""The API dump in a real Blender: what it has to know, that it is stable, and that it leaves nothing behind."""
import json
import os
import subprocess
import unittest

import client

COUNT = """
import sys
sys.path.insert(0, sys.argv[-1])
import bpy
from ll3m_bridge import api_dump
def count():
    return {each: len(getattr(bpy.data, each)) for each, prop in bpy.data.bl_rna.properties.items() if prop.type == 'COLLECTION'}
before, scene = count(), bpy.context.scene
api_dump.document()
after = count()
sys.exit(0 if before == after and bpy.context.scene == scene else 'left behind: %s' % {
    each: (before[each], after[each]) for each in before if before[each] != after[each]})
"""


# Who owns what the context gives, after its scene is gone: something that is still there.
OWNER = """
import sys
sys.path.insert(0, sys.argv[-1])
import bpy
from ll3m_bridge import api_dump, scene, stage
bpy.context.tool_settings
scene.empty()
api_dump.context()
with stage.visitors():
    made = bpy.data.scenes.new("Visitor")
    bpy.context.window_manager.windows[0].scene = made
    bpy.context.tool_settings
there = [each.as_pointer() for kind in (bpy.data.scenes, bpy.data.window_managers, bpy.data.screens) for each in kind]
owner = bpy.context.window.id_data
sys.exit(0 if owner is None or owner.as_pointer() in there else "owned by nothing that is there")
"""


class ApiTest(client.WorkerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        result, files = cls.worker.result("api")
        cls.key, cls.bytes = result["key"], files["api.json"]
        cls.dump = json.loads(cls.bytes)

    def test_key_spares_the_work(self):
        result, files = self.worker.result("api", key=self.key)
        self.assertEqual((result["key"], files), (self.dump["key"], {}))

    def test_same_bytes_again(self):
        self.assertEqual(self.worker.result("api")[1]["api.json"], self.bytes)

    def test_nothing_left_behind(self):
        done = subprocess.run([client.BLENDER, "-b", "--factory-startup", "--python-expr", COUNT, "--", os.path.dirname(client.HERE)],
                              env=client.environment(self.worker.work.name), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_context_is_owned_by_what_is_there(self):
        done = subprocess.run([client.BLENDER, "-b", "--factory-startup", "--python-expr", OWNER, "--", os.path.dirname(client.HERE)],
                              env=client.environment(self.worker.work.name), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_types(self):
        types = self.dump["types"]
        self.assertEqual(types["Mesh"]["base"], "ID")
        self.assertEqual(types["Object"]["props"]["location"]["size"], 3)
        vertices = types["Mesh"]["props"]["vertices"]
        self.assertEqual((vertices["struct"], vertices["list"], vertices["ro"]), ("MeshVertex", "MeshVertices", True))
        self.assertIn("EEVEE", " ".join(types["RenderSettings"]["props"]["engine"]["items"]))
        self.assertIn("CYCLES", types["RenderSettings"]["props"]["engine"]["items"])
        self.assertEqual(types["Mesh"]["python"]["from_pydata"]["kind"], "function")
        new = types["BlendDataMeshes"]["funcs"]["new"]
        self.assertEqual((new["params"][0]["id"], new["returns"][0]["struct"]), ("name", "Mesh"))

    def test_nodes_and_what_depends_on_modes(self):
        principled = self.dump["nodes"]["ShaderNodeBsdfPrincipled"]
        self.assertIn("Base Color", [each["name"] for each in principled["inputs"]])
        self.assertEqual(principled["trees"], ["ShaderNodeTree"])
        mix = self.dump["nodes"]["ShaderNodeMix"]
        self.assertEqual(set(mix["modes"]["data_type"]) & {"RGBA", "VECTOR"}, {"RGBA", "VECTOR"})
        self.assertTrue(self.dump["nodes"]["ShaderNodeGroup"]["grows"])

    def test_operators_and_their_states(self):
        bevel = self.dump["operators"]["mesh.bevel"]
        self.assertEqual(bevel["modes"], ["mesh edit"])
        self.assertEqual(bevel["props"]["segments"]["type"], "INT")
        self.assertNotIn("modes", self.dump["operators"]["view3d.view_all"])

    def test_the_rest(self):
        self.assertEqual(self.dump["bmesh"]["bevel"]["params"]["offset_type"], "'OFFSET'")
        self.assertEqual(self.dump["refined"]["modifiers"]["BEVEL"]["struct"], "BevelModifier")
        self.assertEqual(self.dump["refined"]["lights"]["SUN"], "SunLight")
        self.assertEqual(self.dump["classes"]["BMVert"]["members"]["co"]["type"], "Vector")
        self.assertIn("world_to_camera_view", self.dump["modules"]["bpy_extras.object_utils"])
        self.assertEqual(self.dump["context"]["active_object"], "Object")


if __name__ == "__main__":
    unittest.main()
