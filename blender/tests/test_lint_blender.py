# SPDX-License-Identifier: GPL-3.0-or-later
"""The lint of the API against a real Blender: each finding is what that Blender raises at that line, and clean code is left alone.

The snippets are run one by one in the worker: what the lint calls an error has to fail, at the line it names.
"""
import json
import os
import unittest

import client
from ll3m_bridge import lint
from ll3m_bridge.api_view import Api

HEAD = """import bpy, bmesh
from mathutils import Vector, Matrix
PARAMS = {"size": 1.0}
def build_thing(p):
    mesh = bpy.data.meshes.new("Thing")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    thing = bpy.data.objects.new("Thing", mesh)
    bpy.context.scene.collection.objects.link(thing)
    material = bpy.data.materials.new("Stuff")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    principled = nodes["Principled BSDF"]
    mesh.materials.append(material)
    bm = bmesh.new()
"""
TAIL = """    bm.free()
    return [thing]
def build(p):
    build_thing(p)
"""
# rule, one line of code that fails in every Blender
BAD = [
    ("attribute.unknown", "mesh.vertexes"), ("attribute.unknown", "thing.data.vertexs"), ("attribute.unknown", "bpy.data.mesh"),
    ("attribute.unknown", "bpy.context.scene.objects.link(thing)"), ("attribute.unknown", "[v.coo for v in mesh.vertices]"),
    ("attribute.unknown", "bmesh.ops.make_cube(bm)"), ("attribute.unknown", "bm.verts.add((0, 0, 0))"),
    ("attribute.unknown", "Vector((1, 2, 3)).normalise()"), ("attribute.unknown", "thing.modifiers.new('a', 'BEVEL').segment = 3"),
    ("attribute.readonly", "thing.type = 'MESH'"), ("attribute.readonly", "mesh.vertices = []"),
    ("attribute.readonly", "thing.modifiers = None"),
    ("enum.unknown", "thing.rotation_mode = 'ZZZ'"), ("enum.unknown", "thing.modifiers.new('a', 'BEVELED')"),
    ("enum.unknown", "bpy.context.scene.render.engine = 'EEVEE'"), ("enum.unknown", "bpy.data.lights.new('a', 'LAMP')"),
    ("enum.unknown", "bpy.ops.mesh.primitive_circle_add(fill_type='ALL')"),
    ("argument.unknown", "bpy.ops.mesh.primitive_cube_add(length=1)"), ("argument.unknown", "bpy.data.meshes.new(title='a')"),
    ("argument.unknown", "bmesh.ops.create_cube(bm, length=1)"), ("argument.unknown", "bpy.data.meshes.new()"),
    ("argument.unknown", "bmesh.ops.create_cube(bm, 1.0)"), ("argument.unknown", "mesh.from_pydata(vertexs=[], edges=[], faces=[])"),
    ("argument.type", "thing.location = (1, 2)"), ("argument.type", "thing.scale = 2"), ("argument.type", "thing.name = 3"),
    ("argument.type", "thing.parent = 'Other'"), ("argument.type", "thing.modifiers.new('a', 'SUBSURF').levels = 1.5"),
    ("argument.type", "bpy.context.scene.collection.objects.link(mesh)"), ("argument.type", "mesh.materials.append(thing)"),
    ("argument.type", "principled.inputs['Base Color'].default_value = (1, 0, 0)"),
    ("argument.type", "principled.inputs['Roughness'].default_value = (1, 0, 0, 1)"),
    ("argument.type", "links.new(principled, nodes['Material Output'])"), ("argument.type", "material.diffuse_color = (1, 0, 0)"),
    ("node.unknown", "nodes.new('ShaderNodePrincipled')"), ("node.unknown", "nodes.new('GeometryNodeMeshCube')"),
    ("operator.unknown", "bpy.ops.mesh.primitive_box_add()"), ("operator.unknown", "bpy.ops.meshes.primitive_cube_add()"),
    ("socket.unknown", "principled.inputs['Gloss']"), ("socket.unknown", "nodes.new('ShaderNodeTexNoise').outputs['Value']"),
    ("socket.index", "principled.outputs[3]"), ("result.unknown", "bmesh.ops.create_cube(bm)['faces']"),
    ("operand.type", "Matrix() * Vector()"), ("import.unknown", "from bpy_extras.mesh_utils import edge_loop"),
]
# lines that are right in every Blender, or that the script asks about first
GOOD = [
    "mesh.vertices[0].co.x = 2", "thing.data.polygons[0].use_smooth = True", "principled.inputs['Base Color'].default_value = (1, 0, 0, 1)",
    "links.new(principled.outputs[0], nodes['Material Output'].inputs['Surface'])", "thing.rotation_mode = 'QUATERNION'",
    "bmesh.ops.create_cube(bm, size=1)['verts'][0].co.z += 1", "thing['anything'] = 3",
    "try: mesh.vertexes\n    except AttributeError: pass", "if hasattr(mesh, 'use_gizmo'): mesh.use_gizmo = True",
    "if 'Gloss' in principled.inputs: principled.inputs['Gloss']", "if bpy.app.version < (2, 80): mesh.vertexes",
    "for name in ('Gloss', 'Roughness'):\n        if name in principled.inputs: principled.inputs[name].default_value = 1",
    "getattr(mesh, 'ver' + 'texes', None)", "nodes.new('ShaderNodeMix').inputs['A']",
    "thing.modifiers.new('a', 'BEVEL').segments = 3", "material.node_tree.nodes.new('ShaderNodeTexImage').image = None",
    "[s for s in principled.inputs if s.type == 'RGBA'][0].default_value = (0, 0, 0, 1)", "thing.data = mesh",
]


def script_of(line):
    """Returns (script, number of the line)."""
    return HEAD + "    " + line + "\n" + TAIL, HEAD.count("\n") + 1


class LintTest(client.WorkerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = Api(json.loads(cls.worker.result("api")[1]["api.json"]))

    def lint(self, text):
        return self.worker.result("lint", script=text, rules=["api"])[0]["diagnostics"]

    def test_findings_are_what_blender_raises(self):
        for rule, line in BAD:
            text, where = script_of(line)
            found = self.lint(text)
            with self.subTest(line):
                self.assertEqual({(each["rule"], each["line"], each["severity"]) for each in found}, {(rule, where, "error")})
                answer, _ = self.worker.call("run", script=text)
                self.assertFalse(answer["ok"])
                self.assertEqual(answer["error"]["detail"]["line"], where)

    def test_clean_lines(self):
        for line in GOOD:
            text, _ = script_of(line)
            self.assertEqual(self.lint(text), [], line)
            self.worker.result("run", script=text)

    def test_dump_and_live_say_the_same(self):
        for line in [each for _, each in BAD] + GOOD:
            text, _ = script_of(line)
            self.assertEqual(lint.check(text, self.api, ("api",)), self.lint(text), line)

    def test_library_is_clean(self):
        library = os.path.join(client.HERE, "..", "..", "library")
        scripts = [os.path.join(folder, name) for folder, _, names in os.walk(library) for name in names if name.endswith(".py")]
        self.assertGreater(len(scripts), 10)
        for path in scripts:
            with open(path, encoding="utf-8") as stream:
                found = self.lint(stream.read())
            self.assertEqual([each for each in found if each["severity"] == "error"], [], path)

    def test_rules_are_checked(self):
        answer, _ = self.worker.call("lint", script="", rules=["nonsense"])
        self.assertEqual(answer["error"]["code"], "request.invalid")


if __name__ == "__main__":
    unittest.main()
