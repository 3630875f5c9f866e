# SPDX-License-Identifier: GPL-3.0-or-later
"""The reviewed table of drift: what has another name or shape in other Blenders, and how one is written as the other. bpy-free.

A row is one thing with its old and its new form: `since` is the version with which the new form came (old scripts fail from there on,
new ones before), `until` one from which the old form is right again. `lasts` names forms that run everywhere. `old` and `new` are names; where both are there the row reads in both directions, "" is: there is none. Which
direction holds is asked of the API at hand, not of its version: a name that is missing is looked up, the other one has to be there.
`show` are two short pieces of code, in the old form and the new; blender/tests/test_drift_blender.py runs them in every Blender there
is. Fixes (lint_fix.py) are made by the functions of drift_fix.py that the rows name.

What is not in the table but in drift_names.json (names that only some Blenders have, made by `drift.py --names`) is known to be from
elsewhere; a property of that kind that a statement sets gets a guard.
"""
import ast
import functools

from . import drift_fix
from .drift_names import NAMES

SETUP = """import bpy, bmesh
m = bpy.data.materials.new("M")
m.use_nodes = True
n, l = m.node_tree.nodes, m.node_tree.links
b = n["Principled BSDF"]
me = bpy.data.meshes.new("Me")
me.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
o = bpy.data.objects.new("O", me)
s = bpy.context.scene
s.collection.objects.link(o)
bpy.context.view_layer.objects.active = o
o.select_set(True)
g = bpy.data.node_groups.new("G", "GeometryNodeTree")
bm = bmesh.new()
a = bpy.data.armatures.new("A")
"""


class Row:
    """One thing under two names."""

    def __init__(self, kind, where, old, new, since, say="", fix=None, back=None, show=None, lasts="", until=None):
        self.kind = kind
        self.where = where
        self.old = old
        self.new = new
        self.since = since
        self.say = say
        self.fix = fix        # old form → new
        self.back = back      # new form → old
        self.show = show
        self.lasts = lasts    # "old", "new" or both: forms that run in every Blender
        self.until = until    # the version from which the old form is right again
        self.names = (old, new)

    def other(self, name):
        """Returns what a name is called on the other side."""
        return self.new if name == self.old else self.old

    def is_old(self, name):
        return name == self.old

    def hint(self, name):
        """What is right here, in one sentence."""
        other = self.other(name)
        version = ".".join(str(each) for each in self.since)
        when = "until Blender %s" % version if self.is_old(name) else "from Blender %s on" % version
        if self.say:
            return "\"%s\" is right %s: %s" % (name, when, self.say)
        return "\"%s\" is right %s; here it is \"%s\"." % (name, when, other) if other else "There is \"%s\" %s only." % (name, when)


class Found:
    """A row that a name was found in."""

    def __init__(self, row, name):
        self.row = row
        self.name = name
        self.hint = row.hint(name)

    def fix_of(self, flow, node, what):
        """Returns the edits that write this as it is right here, None when that is not certain."""
        maker = self.row.fix if self.row.is_old(self.name) else self.row.back
        return maker(flow, node, what, self.row.other(self.name)) if maker else None


def socket_rows(node, side, since, pairs, lasts=""):
    """Rows for sockets that are called something else; "" stands for none."""
    plain = drift_fix.key
    for old, new in pairs:
        yield Row(side, node, old, new, since, fix=plain if new else drift_fix.guard_key, back=plain if old else drift_fix.guard_key,
                  lasts=lasts)


PRINCIPLED = "ShaderNodeBsdfPrincipled"
FACTOR = {"inputs": ("HueSaturation", "Invert", "MixRGB", "MixShader", "RGBCurve"),
          "outputs": ("Attribute", "Fresnel", "TexBrick", "TexChecker", "TexGradient", "TexIES", "TexMagic", "TexNoise", "TexWave")}
SOCKETS = [
    Row("inputs", PRINCIPLED, "Emission", "Emission Color", (4, 0), fix=drift_fix.emission, back=drift_fix.emission),
    *socket_rows(PRINCIPLED, "inputs", (4, 0), [
        ("Specular", "Specular IOR Level"), ("Subsurface", "Subsurface Weight"), ("Transmission", "Transmission Weight"),
        ("Clearcoat", "Coat Weight"), ("Clearcoat Roughness", "Coat Roughness"), ("Clearcoat Normal", "Coat Normal"),
        ("Sheen", "Sheen Weight"), ("Subsurface Color", ""), ("Transmission Roughness", ""), ("", "Subsurface Scale"), ("", "Coat IOR"),
        ("", "Coat Tint"), ("", "Sheen Roughness")]),
    *socket_rows(PRINCIPLED, "inputs", (4, 2), [("", "Thin Film Thickness"), ("", "Thin Film IOR")]),
    *socket_rows(PRINCIPLED, "inputs", (4, 3), [("", "Diffuse Roughness")]),
    *socket_rows("ShaderNodeTexNoise", "inputs", (4, 0), [("", "Lacunarity")]),
    *[Row("inputs", "ShaderNodeTexNoise", "", name, (4, 1), back=drift_fix.guard_key,
          show=("", "x = n.new('ShaderNodeTexNoise'); x.noise_type = 'HYBRID_MULTIFRACTAL'; x.inputs['%s']" % name)) for name in ("Offset", "Gain")],
    *socket_rows("ShaderNodeTexVoronoi", "inputs", (4, 0), [("", "Detail"), ("", "Roughness"), ("", "Lacunarity")]),
    *socket_rows("GeometryNodeCollectionInfo", "outputs", (3, 5), [("Geometry", "Instances")]),
    *socket_rows("ShaderNodeSubsurfaceScattering", "inputs", (4, 2), [("", "Roughness")]),
    *[row for side, nodes in FACTOR.items() for node in nodes
      for row in socket_rows("ShaderNode" + node, side, (5, 0), [("Fac", "Factor")], "old")],
    *socket_rows("ShaderNodeValToRGB", "inputs", (5, 0), [("Fac", "Factor")], "old"),
]
# Sockets of a node that stands in for another (NODES): {stand-in: {name on the other: name here}}
STAND_INS = {"ShaderNodeBsdfAnisotropic": {"Base Color": "Color", "Edge Tint": "", "IOR": "", "Extinction": ""},
             "ShaderNodeBsdfVelvet": {"Roughness": "Sigma"}, "ShaderNodeBsdfSheen": {"Sigma": "Roughness"},
             "ShaderNodeSeparateColor": {"R": "Red", "G": "Green", "B": "Blue", "H": "Red", "S": "Green", "V": "Blue", "Image": "Color"},
             "ShaderNodeCombineColor": {"R": "Red", "G": "Green", "B": "Blue", "H": "Red", "S": "Green", "V": "Blue", "Image": "Color"},
             "ShaderNodeTexNoise": {"Dimension": "Roughness"}}
NODES = [
    Row("node", "", "ShaderNodeBsdfGlossy", "ShaderNodeBsdfAnisotropic", (4, 0), fix=drift_fix.key, lasts="old new"),
    Row("node", "", "ShaderNodeBsdfVelvet", "ShaderNodeBsdfSheen", (4, 0), fix=drift_fix.key, back=drift_fix.key),
    Row("node", "", "", "ShaderNodeBsdfMetallic", (4, 3), "use ShaderNodeBsdfAnisotropic.", back=drift_fix.key_to("ShaderNodeBsdfAnisotropic")),
    Row("node", "", "ShaderNodeTexMusgrave", "", (4, 1), "use ShaderNodeTexNoise with noise_type 'FBM' and normalize False."),
    Row("node", "", "ShaderNodeSeparateRGB", "ShaderNodeSeparateColor", (5, 0), fix=drift_fix.key, lasts="new"),
    Row("node", "", "ShaderNodeCombineRGB", "ShaderNodeCombineColor", (5, 0), fix=drift_fix.key, lasts="new"),
    Row("node", "", "CompositorNodeComposite", "NodeGroupOutput", (5, 0), "the tree is a group now and ends in NodeGroupOutput.",
        lasts="new"),
]
OLD_SMOOTH = "me.use_auto_smooth = True"
ATTRIBUTES = [
    Row("attribute", "Mesh", "use_auto_smooth", "", (4, 1), "use mesh.set_sharp_from_angle(angle=...).", fix=drift_fix.auto_smooth,
        show=(OLD_SMOOTH, "me.set_sharp_from_angle(angle=0.5)")),
    Row("attribute", "Mesh", "auto_smooth_angle", "", (4, 1), "use mesh.set_sharp_from_angle(angle=...).", fix=drift_fix.auto_smooth,
        show=("me.auto_smooth_angle = 0.5", "me.set_sharp_from_angle(angle=0.5)")),
    Row("attribute", "Mesh", "", "set_sharp_from_angle", (4, 1), "set mesh.use_auto_smooth and mesh.auto_smooth_angle.",
        back=drift_fix.sharp_from_angle, show=(OLD_SMOOTH, "me.set_sharp_from_angle(angle=0.5)")),
    Row("attribute", "Mesh", "", "shade_smooth", (4, 1), "set use_smooth of the polygons.", back=drift_fix.polygons_smooth(True),
        show=("me.polygons.foreach_set('use_smooth', [True])", "me.shade_smooth()"), lasts="old"),
    Row("attribute", "Mesh", "", "shade_flat", (4, 1), "set use_smooth of the polygons.", back=drift_fix.polygons_smooth(False),
        show=("me.polygons.foreach_set('use_smooth', [False])", "me.shade_flat()"), lasts="old"),
    Row("attribute", "Mesh", "calc_normals", "", (4, 0), "normals are always there; mesh.update() is enough.",
        fix=drift_fix.call_to("update"), show=("me.calc_normals()", "me.update()"), lasts="new"),
    Row("attribute", "Mesh", "calc_normals_split", "", (4, 1), "mesh.corner_normals are always there.", fix=drift_fix.call_to("update"),
        show=("me.calc_normals_split()", "me.corner_normals")),
    Row("attribute", "Mesh", "create_normals_split", "", (4, 1), "mesh.corner_normals are always there.", fix=drift_fix.call_to("update")),
    Row("attribute", "Mesh", "free_normals_split", "", (4, 1), "mesh.corner_normals are always there.", fix=drift_fix.call_to("update")),
    Row("attribute", "MeshEdge", "crease", "", (4, 0), "use mesh.attributes[\"crease_edge\"]."),
    Row("attribute", "MeshEdge", "bevel_weight", "", (4, 0), "use mesh.attributes[\"bevel_weight_edge\"]."),
    Row("attribute", "MeshVertex", "bevel_weight", "", (4, 0), "use mesh.attributes[\"bevel_weight_vert\"]."),
    Row("attribute", "BMLayerAccessEdge", "crease", "", (4, 0), "use bm.edges.layers.float[\"crease_edge\"].",
        fix=drift_fix.layer("float", "crease_edge"),
        show=("bm.edges.layers.crease.verify()", "bm.edges.layers.float.new('crease_edge')"), lasts="new"),
    Row("attribute", "BMLayerAccessEdge", "bevel_weight", "", (4, 0), "use bm.edges.layers.float[\"bevel_weight_edge\"].",
        fix=drift_fix.layer("float", "bevel_weight_edge"),
        show=("bm.edges.layers.bevel_weight.verify()", "bm.edges.layers.float.new('bevel_weight_edge')"), lasts="new"),
    Row("attribute", "NodeTree", "inputs", "", (4, 0), "use tree.interface.new_socket(name, in_out='INPUT', socket_type=...).",
        fix=drift_fix.tree_sockets, show=("g.inputs.new('NodeSocketFloat', 'A')",
                                         "g.interface.new_socket('A', in_out='INPUT', socket_type='NodeSocketFloat')")),
    Row("attribute", "NodeTree", "outputs", "", (4, 0), "use tree.interface.new_socket(name, in_out='OUTPUT', socket_type=...).",
        fix=drift_fix.tree_sockets, show=("g.outputs.new('NodeSocketFloat', 'A')",
                                         "g.interface.new_socket('A', in_out='OUTPUT', socket_type='NodeSocketFloat')")),
    Row("attribute", "NodeTree", "", "interface", (4, 0), "use tree.inputs.new(type, name) and tree.outputs.new(type, name).",
        back=drift_fix.interface, show=("g.inputs", "g.interface")),
    Row("attribute", "Material", "", "surface_render_method", (4, 2), "use blend_method 'HASHED' or 'BLEND'.",
        back=drift_fix.store("blend_method", {"DITHERED": "HASHED", "BLENDED": "BLEND"}),
        show=("m.blend_method = 'HASHED'; m.shadow_method", "m.surface_render_method = 'DITHERED'")),
    Row("attribute", "Material", "shadow_method", "", (4, 2), "shadows follow surface_render_method.", fix=drift_fix.guard_store),
    Row("attribute", "Material", "", "use_raytrace_refraction", (4, 2), "use use_screen_refraction.",
        back=drift_fix.store("use_screen_refraction", {}),
        show=("m.use_screen_refraction = True; m.shadow_method", "m.use_raytrace_refraction = True")),
    Row("attribute", "Material", "", "displacement_method", (4, 1), "use material.cycles.displacement_method.",
        back=drift_fix.store("cycles.displacement_method", {}),
        show=("m.cycles.displacement_method", "m.displacement_method")),
    Row("attribute", "Armature", "layers", "", (4, 0), "bones are in armature.collections.", show=("a.layers", "a.collections")),
    Row("attribute", "Bone", "layers", "", (4, 0), "use armature.collections[...].assign(bone)."),
    Row("attribute", "EditBone", "layers", "", (4, 0), "use armature.collections[...].assign(bone)."),
    Row("attribute", "Armature", "", "collections", (4, 0), "bones have layers.", show=("a.layers", "a.collections")),
    Row("attribute", "Action", "fcurves", "", (5, 0), "curves are in action.layers[0].strips[0].channelbag(slot).fcurves.",
        show=("bpy.data.actions.new('A').fcurves", "bpy.data.actions.new('A').layers")),
    Row("attribute", "Action", "groups", "", (5, 0), "groups are in action.layers[0].strips[0].channelbag(slot).groups."),
    Row("attribute", "Action", "", "slots", (4, 4), "an action has fcurves of one object."),
    Row("attribute", "Scene", "node_tree", "compositing_node_group", (5, 0), "use scene.compositing_node_group, a group that is made with node_groups.new().",
        show=("s.use_nodes = True; s.node_tree.nodes", "s.compositing_node_group")),
    Row("attribute", "Object", "face_maps", "", (4, 0), "use an integer attribute of the mesh."),
    Row("attribute", "Light", "", "use_shadow_jitter", (4, 2), "shadows have none.", back=drift_fix.guard_store),
    *[Row("attribute", "SceneEEVEE", name, "", (4, 2), "EEVEE has it no more.", fix=drift_fix.guard_store)
      for name in ("use_bloom", "bloom_intensity", "bloom_threshold", "bloom_radius", "bloom_color", "bloom_knee", "bloom_clamp", "use_ssr",
                   "use_ssr_refraction", "use_ssr_halfres", "ssr_quality", "ssr_thickness", "use_soft_shadows", "shadow_cube_size",
                   "shadow_cascade_size", "gtao_factor", "use_gtao_bent_normals", "use_gtao_bounce", "sss_samples")],
    *[Row("attribute", "SceneEEVEE", "", name, (4, 2), "EEVEE has it not yet.", back=drift_fix.guard_store)
      for name in ("use_raytracing", "ray_tracing_method", "use_fast_gi", "use_shadows", "shadow_ray_count", "shadow_step_count")],
    *[Row("attribute", node, "", name, (4, 0), "", back=drift_fix.guard_store)
      for node, name in (("ShaderNodeTexNoise", "normalize"), ("ShaderNodeTexVoronoi", "normalize"))],
    Row("attribute", "ShaderNodeTexNoise", "", "noise_type", (4, 1), "", back=drift_fix.guard_store),
    Row("attribute", "Context", "active_sequence_strip", "active_strip", (5, 0), fix=drift_fix.attribute, back=drift_fix.attribute),
    Row("attribute", "Context", "selected_sequences", "selected_strips", (5, 0), fix=drift_fix.attribute, back=drift_fix.attribute),
]
OBJ = {"use_selection": "export_selected_objects", "use_mesh_modifiers": "apply_modifiers", "axis_forward": "", "axis_up": "",
       "use_materials": "export_materials", "use_normals": "export_normals", "use_uvs": "export_uv", "use_triangles": "export_triangulated_mesh",
       "use_colors": "", "use_ascii": "ascii_format", "ascii": "ascii_format"}
OPERATORS = [
    Row("operator", "", "export_mesh.stl", "wm.stl_export", (4, 2), fix=drift_fix.operator(OBJ), back=drift_fix.operator(OBJ)),
    Row("operator", "", "import_mesh.stl", "wm.stl_import", (4, 2), fix=drift_fix.operator(OBJ), lasts="new"),
    Row("operator", "", "export_scene.obj", "wm.obj_export", (4, 0), fix=drift_fix.operator(OBJ), lasts="new"),
    Row("operator", "", "import_scene.obj", "wm.obj_import", (4, 0), fix=drift_fix.operator(OBJ), lasts="new"),
    Row("operator", "", "export_mesh.ply", "wm.ply_export", (4, 0), fix=drift_fix.operator(OBJ), back=drift_fix.operator(OBJ)),
    Row("operator", "", "import_mesh.ply", "wm.ply_import", (4, 0), fix=drift_fix.operator(OBJ), back=drift_fix.operator(OBJ)),
    Row("operator", "", "", "object.shade_auto_smooth", (4, 1), "use shade_smooth(use_auto_smooth=True, auto_smooth_angle=...).",
        back=drift_fix.shade, show=("bpy.ops.object.shade_smooth(use_auto_smooth=True)", "bpy.ops.object.shade_auto_smooth.get_rna_type()")),
    Row("operator", "", "", "object.shade_smooth_by_angle", (4, 1), "use shade_smooth(use_auto_smooth=True, auto_smooth_angle=...).",
        back=drift_fix.shade, show=("bpy.ops.object.shade_smooth(use_auto_smooth=True)", "bpy.ops.object.shade_smooth_by_angle(angle=0.5)")),
    Row("operator", "", "object.gpencil_add", "object.grease_pencil_add", (4, 3), fix=drift_fix.operator({}), back=drift_fix.operator({})),
]
ARGUMENTS = [
    Row("argument", "object.shade_smooth", "use_auto_smooth", "", (4, 1), "use shade_smooth_by_angle(angle=...).", fix=drift_fix.shade_by_angle,
        show=("bpy.ops.object.shade_smooth(use_auto_smooth=True)", "bpy.ops.object.shade_smooth_by_angle(angle=0.5)")),
    Row("argument", "object.shade_smooth", "auto_smooth_angle", "", (4, 1), "use shade_smooth_by_angle(angle=...).", fix=drift_fix.shade_by_angle,
        show=("bpy.ops.object.shade_smooth(auto_smooth_angle=0.5)", "bpy.ops.object.shade_smooth_by_angle(angle=0.5)")),
    Row("argument", "object.shade_smooth", "", "keep_sharp_edges", (4, 1), "it always keeps them.", back=drift_fix.without_argument,
        show=("bpy.ops.object.shade_smooth(use_auto_smooth=True)", "bpy.ops.object.shade_smooth(keep_sharp_edges=True)")),
]
ENUMS = [
    Row("enum", "engine", "BLENDER_EEVEE", "BLENDER_EEVEE_NEXT", (4, 2), fix=drift_fix.key, back=drift_fix.key, until=(5, 0)),
    Row("enum", "view_transform", "Filmic", "AgX", (4, 0), back=drift_fix.key,
        show=("s.view_settings.view_transform = 'Filmic'", "s.view_settings.view_transform = 'AgX'"), lasts="old"),
    *[Row("enum", "look", name, "AgX - " + name, (4, 0), fix=drift_fix.key, back=drift_fix.key)
      for name in ("Very High Contrast", "High Contrast", "Medium High Contrast", "Medium Low Contrast", "Low Contrast", "Very Low Contrast")],
    Row("enum", "look", "None", "AgX - Base Contrast", (4, 0), back=drift_fix.key, lasts="old"),
    Row("enum", "look", "High Contrast", "AgX - Punchy", (4, 0), back=drift_fix.key),
    Row("enum", "solver", "FAST", "FLOAT", (5, 0), fix=drift_fix.key, back=drift_fix.key),
    Row("enum", "solver", "EXACT", "MANIFOLD", (4, 5), back=drift_fix.key, lasts="old"),
]
MODULES = [Row("module", "", "bgl", "", (5, 0), "draw with the module gpu.", show=("import bgl", "import gpu"), lasts="new")]
ROWS = [*SOCKETS, *NODES, *ATTRIBUTES, *OPERATORS, *ARGUMENTS, *ENUMS, *MODULES]


ELSEWHERE = NAMES["attributes"] | NAMES["sockets"]


@functools.lru_cache(maxsize=None)
def index(kind):
    """Returns {(where, name): row} of the rows of a kind."""
    found = {}
    for row in ROWS:
        if row.kind == kind:
            for name in row.names:
                if name:
                    found.setdefault((row.where, name), row)
    return found


def attribute(flow, lines, name):
    """Returns the Found of an attribute that is missing of a value whose types are `lines`, None when it is new to us."""
    for where in lines:
        row = index("attribute").get((where, name))
        if row is not None:
            return Found(row, name)
    rows = [row for (where, each), row in index("attribute").items() if each == name and lines and flow.api.is_a(where, lines[0])]
    if rows:
        return Found(rows[0], name)
    known = any(name in NAMES["types"].get(each, ()) for each in lines)
    return Elsewhere(name) if known or name in NAMES["attributes"] else None


class Elsewhere:
    """A name that the table says nothing of, but some Blenders have."""

    def __init__(self, name):
        self.name = name
        self.hint = "Other versions of Blender have \"%s\"." % name

    def fix_of(self, flow, node, what):
        return drift_fix.guard_store(flow, node, what, "")


def anywhere(flow, name):
    """As attribute(), of a value that nobody knows."""
    rows = [row for (where, each), row in index("attribute").items() if each == name]
    return Found(rows[0], name) if len({id(row.fix) for row in rows}) == 1 else None


def socket(flow, node, side, name):
    """Returns the Found of a socket that a node does not have."""
    row = index(side).get((node, name))
    if row is not None:
        return Found(row, name)
    if name in STAND_INS.get(node, ()):
        here = STAND_INS[node][name]
        return Found(Row(side, node, name, here, flow.api.version[:2], fix=drift_fix.key if here else drift_fix.guard_key), name)
    return Found(Row(side, node, "", name, flow.api.version[:2], "other versions of Blender have it.", back=drift_fix.guard_key), name) \
        if name in NAMES["sockets"] else None


def socket_anywhere(flow, name):
    """As socket(), of a node that nobody knows: only what no node here has."""
    if name in all_sockets(flow.api):
        return None
    row = index("inputs").get((PRINCIPLED, name))
    return Found(row, name) if row else Found(Row("inputs", "", "", name, flow.api.version[:2], "other versions of Blender have it."), name)


def all_sockets(api):
    """Returns the names of the sockets of the nodes that rows speak of."""
    if "sockets" not in api.nearest:
        names = set()
        for node in {row.where for row in SOCKETS if row.where in api.nodes}:
            for side in ("inputs", "outputs"):
                names.update(api.socket_table(node, side)[0])
        api.nearest["sockets"] = names
    return api.nearest["sockets"]


def enum(flow, where, name, items):
    """Returns the Found of an item that an enum does not have, when the other one is there."""
    tail = where.rpartition(".")[2].split(" ")[-1]
    rows = [row for row in ENUMS if row.where == tail and name in row.names and row.other(name) in items]
    return Found(rows[0], name) if rows else None


RETYPED = {"Specular Tint": (4, 0), "Sheen Tint": (4, 0)}    # one number before, then a colour


def retyped(flow, node):
    """Returns the edits for a socket that takes a number in some Blenders and a colour in others: it is set where it takes what is given."""
    socket = node.value if node.__class__ is ast.Attribute else None
    if socket.__class__ is ast.Subscript and getattr(socket.slice, "value", None) in RETYPED and drift_fix.is_plain(socket):
        wanted = "" if flow.api.version < RETYPED[socket.slice.value] else "not "
        return drift_fix.guard(flow, "%shasattr(%s, \"__len__\")" % (wanted, flow.segment(node)))
    return None


def argument(flow, where, name):
    row = index("argument").get((where, name))
    return Found(row, name) if row else None


def operator(flow, name):
    row = index("operator").get(("", name))
    return Found(row, name) if row else None


def node(flow, name):
    row = index("node").get(("", name))
    return Found(row, name) if row else None


def module(flow, name):
    row = index("module").get(("", name))
    return Found(row, name) if row else None


def readonly_hint(name):
    return "It follows from other values." if name else ""
