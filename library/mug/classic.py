"""Classic mug: a thrown and glazed stoneware mug with a pulled handle.

Parts
    body          glazed body: raw foot ring, dipped glaze, thin brown lip
    handles       pulled ear with a thumb rest; none, one or two
    drink         what is in the mug, with a rim of bubbles (off)
    marshmallows  marshmallows on the drink (off)
    spoon         spoon leaning on the rim (off)
    saucer        saucer under the mug (off); the mug then stands on it
    steam         wisps of steam (off)
Parameters
    "height", "width", "taper" and "roundness" form the body, "ribs" flutes it, "throwing" shows the potter's rings.
    "dip" is how far up the second glaze reaches; "pattern" is painted round the body. "drink" fills the mug to "fill".
"""
import math
import random
import bpy
import bmesh
from mathutils import Vector

PARAMS = {
    "height": 0.098,             # m, 0.06..0.16: height of the body
    "width": 0.086,              # m, 0.06..0.13: width at the rim
    "taper": 0.06,               # factor, -0.25..0.35: how much narrower the foot is than the rim
    "roundness": 0.25,           # share, 0..1: 0 straight sides, 1 a round belly
    "wall": 0.0042,              # m, 0.003..0.008: thickness of the wall
    "ribs": 0,                   # count, 0..48: flutes round the body
    "throwing": 0.35,            # share, 0..1: the potter's rings
    "handles": 1,                # count, 0..2: handles
    "handle_size": 1.0,          # factor, 0.6..1.3: size of the handle
    "handle_thickness": 0.012,   # m, 0.007..0.018: thickness of the handle
    "glaze_color": "#2c7d86",    # color: the glaze
    "inside_color": "#f1e7d3",   # color: the glaze inside
    "dip": 0.3,                  # share, 0..1: how far up the second glaze reaches
    "dip_color": "#efe3cb",      # color: the second glaze
    "clay_color": "#a8754b",     # color: raw foot and lip
    "speckles": 0.45,            # share, 0..1: iron specks in the glaze
    "gloss": 0.8,                # share, 0..1: 0 matt, 1 mirror glaze
    "metallic": 0.0,             # share, 0..1: 0 ceramic, 1 metal
    "pattern": "none",           # one of none bands dots hearts waves: painting round the body
    "pattern_color": "#e8b23a",  # color: the painting
    "drink": "none",             # one of none coffee tea milk cocoa: what is in the mug
    "fill": 0.84,                # share, 0.3..0.95: how full it is
    "marshmallows": 0,           # count, 0..7: marshmallows
    "spoon": False,              # switch: a spoon in the mug
    "spoon_color": "#c9ccd1",    # color: metal of the spoon
    "saucer": False,             # switch: a saucer under the mug
    "steam": 0,                  # count, 0..4: wisps of steam
}

EXEMPLAR = {
    "title": "Mug",
    "names": ["mug", "coffee mug", "cup", "tea cup", "coffee cup", "ceramic mug", "teacup"],
    "kin": ["glass", "bowl", "teapot", "jug", "vase", "tankard", "bottle"],
    "tags": ["kitchen", "tableware", "ceramic", "drink"],
    "parts": {
        "body": {"describe": "glazed body with raw foot and lip", "touches": ["handles"],
                 "bounds": [[-0.045, -0.045, 0.0], [0.045, 0.045, 0.098]]},
        "handles": {"describe": "pulled ears", "count": "handles", "when": "handles", "touches": ["body"],
                    "bounds": [[0.039, -0.012, 0.017], [0.08, 0.012, 0.097]]},
        "drink": {"describe": "the drink with a rim of bubbles", "when": "drink", "touches": ["body"]},
        "marshmallows": {"describe": "marshmallows", "count": "marshmallows", "when": "marshmallows", "touches": ["drink"]},
        "spoon": {"describe": "spoon leaning on the rim", "when": "spoon", "touches": ["body", "drink"]},
        "saucer": {"describe": "saucer", "when": "saucer", "touches": ["body"]},
        "steam": {"describe": "wisps of steam", "count": "steam", "when": "steam", "may_float": True},
    },
    "things": {
        "": {
            "height": ["height"], "width": ["width"], "size": ["height", "width"], "thickness": ["wall"],
            "color": ["glaze_color", "dip_color", "inside_color"],
            "materials": {
                "ceramic": {"metallic": 0.0, "gloss": 0.8}, "porcelain": {"metallic": 0.0, "gloss": 1.0, "speckles": 0.0, "throwing": 0.0,
                            "glaze_color": "#f6f4ef", "dip": 0.0, "clay_color": "#efeae0", "inside_color": "#f6f4ef", "wall": 0.0032},
                "clay": {"gloss": 0.05, "glaze_color": "#a8754b", "dip": 0.0, "inside_color": "#a8754b", "throwing": 0.8},
                "metal": {"metallic": 1.0, "glaze_color": "#b9bdc3", "inside_color": "#c4c8cd", "dip": 0.0, "speckles": 0.0,
                          "throwing": 0.0, "clay_color": "#9a9ea4", "wall": 0.003},
                "copper": {"metallic": 1.0, "glaze_color": "#c9724a", "inside_color": "#c4c8cd", "dip": 0.0, "speckles": 0.0,
                           "clay_color": "#a85c3a", "wall": 0.003},
                "gold": {"metallic": 1.0, "glaze_color": "#d9a94a", "inside_color": "#d9a94a", "dip": 0.0, "speckles": 0.0,
                         "clay_color": "#b5862f"},
            },
            "qualities": [
                {"words": ["shiny", "glossy", "glazed", "polished"], "set": {"gloss": 1.0}},
                {"words": ["matte", "matt", "dull"], "set": {"gloss": 0.1}},
                {"words": ["rustic", "handmade", "hand-made", "earthy"], "set": {"throwing": 0.9, "speckles": 0.9, "gloss": 0.35}},
                {"words": ["speckled", "spotted"], "set": {"speckles": 1.0}},
                {"words": ["plain", "simple"], "set": {"pattern": "none", "speckles": 0.0, "dip": 0.0, "ribs": 0}},
                {"words": ["round", "rounder", "curved", "bulbous", "chubby"], "set": {"roundness": 1.0}},
                {"words": ["straight", "cylindrical"], "set": {"roundness": 0.0, "taper": 0.0}},
                {"words": ["tapered", "conical"], "set": {"taper": 0.3, "roundness": 0.1}},
                {"words": ["ribbed", "fluted", "ridged"], "set": {"ribs": 28}},
                {"words": ["steaming", "hot"], "set": {"drink": "coffee", "steam": 3}},
                {"words": ["full"], "set": {"drink": "coffee", "fill": 0.93}},
                {"words": ["empty"], "set": {"drink": "none", "marshmallows": 0, "steam": 0}},
                {"words": ["thick", "sturdy", "heavy"], "set": {"wall": 0.007, "handle_thickness": 0.015}},
                {"words": ["thin", "delicate", "fine"], "set": {"wall": 0.003, "handle_thickness": 0.0078}},
                {"words": ["decorated", "painted", "patterned"], "set": {"pattern": "bands"}},
            ],
        },
        "body": {"words": ["wall", "side", "outside", "glaze"], "color": ["glaze_color", "dip_color"], "height": ["height"],
                 "width": ["width"], "thickness": ["wall"],
                 "qualities": [{"words": ["shiny", "glossy"], "set": {"gloss": 1.0}}, {"words": ["matte", "matt"], "set": {"gloss": 0.1}},
                               {"words": ["ribbed", "fluted"], "set": {"ribs": 28}},
                               {"words": ["speckled"], "set": {"speckles": 1.0}}]},
        "lip": {"words": ["rim", "edge", "foot", "foot ring"], "color": ["clay_color"], "parts": ["body"]},
        "inside": {"words": ["interior", "inner glaze"], "color": ["inside_color"], "parts": ["body"]},
        "dip": {"words": ["drip", "second glaze", "dipped glaze", "bottom"], "color": ["dip_color"], "height": ["dip"], "size": ["dip"],
                "add": {"dip": 0.45}, "remove": {"dip": 0.0}, "parts": ["body"]},
        "ribs": {"words": ["rib", "flute", "ridge", "groove"], "count": "ribs", "add": {"ribs": 28}, "parts": ["body"]},
        "speckles": {"words": ["speckle", "speck"], "add": {"speckles": 0.9}, "remove": {"speckles": 0.0}, "parts": ["body"]},
        "pattern": {"words": ["painting", "decoration", "design", "band", "ring"], "color": ["pattern_color"], "add": {"pattern": "bands"},
                    "remove": {"pattern": "none"}, "parts": ["body"],
                    "qualities": [{"words": ["dotted", "polka dot"], "set": {"pattern": "dots"}},
                                  {"words": ["wavy"], "set": {"pattern": "waves"}}, {"words": ["striped"], "set": {"pattern": "bands"}}]},
        "stripes": {"words": ["stripe"], "color": ["pattern_color"], "add": {"pattern": "bands"}, "remove": {"pattern": "none"}, "parts": ["body"]},
        "dots": {"words": ["dot", "polka dot", "spot"], "color": ["pattern_color"], "add": {"pattern": "dots"}, "remove": {"pattern": "none"},
                 "parts": ["body"]},
        "hearts": {"words": ["heart", "love"], "color": ["pattern_color"], "add": {"pattern": "hearts", "pattern_color": "#e0243a"},
                   "remove": {"pattern": "none"}, "parts": ["body"]},
        "waves": {"words": ["wave"], "color": ["pattern_color"], "add": {"pattern": "waves"}, "remove": {"pattern": "none"}, "parts": ["body"]},
        "handles": {"words": ["handle", "ear", "grip"], "count": "handles", "add": {"handles": 1}, "size": ["handle_size"],
                    "thickness": ["handle_thickness"], "height": ["handle_size"], "color": ["glaze_color"]},
        "drink": {"words": ["liquid", "beverage", "content"], "add": {"drink": "coffee"}, "remove": {"drink": "none"}, "height": ["fill"]},
        "coffee": {"words": ["espresso"], "add": {"drink": "coffee"}, "remove": {"drink": "none"}, "parts": ["drink"]},
        "tea": {"words": ["green tea"], "add": {"drink": "tea"}, "remove": {"drink": "none"}, "parts": ["drink"]},
        "milk": {"words": ["cream"], "add": {"drink": "milk"}, "remove": {"drink": "none"}, "parts": ["drink"]},
        "cocoa": {"words": ["hot chocolate", "chocolate"], "add": {"drink": "cocoa"}, "remove": {"drink": "none"}, "parts": ["drink"]},
        "marshmallows": {"words": ["marshmallow"], "count": "marshmallows", "add": {"marshmallows": 4, "drink": "cocoa"}},
        "spoon": {"words": ["teaspoon", "stirrer"], "switch": "spoon", "color": ["spoon_color"],
                  "materials": {"gold": {"spoon_color": "#d9a94a"}, "silver": {"spoon_color": "#c9ccd1"}, "copper": {"spoon_color": "#c9724a"}}},
        "saucer": {"words": ["plate", "coaster", "dish"], "switch": "saucer", "color": ["glaze_color"]},
        "steam": {"words": ["vapor", "vapour", "wisp", "smoke"], "count": "steam", "add": {"steam": 3, "drink": "coffee"}},
    },
    "styles": {
        "rustic": {"throwing": 0.9, "speckles": 0.9, "gloss": 0.35, "clay_color": "#8a5a38"},
        "modern": {"roundness": 0.0, "taper": 0.0, "throwing": 0.0, "speckles": 0.0, "gloss": 0.15, "dip": 0.0, "glaze_color": "#2a2c31"},
        "minimalist": {"throwing": 0.0, "speckles": 0.0, "dip": 0.0, "glaze_color": "#f2f0eb", "clay_color": "#e6e1d6"},
        "cute": {"roundness": 0.9, "height": 0.08, "width": 0.094, "pattern": "hearts", "pattern_color": "#e0486a",
                 "glaze_color": "#f6dfe2", "dip": 0.0, "speckles": 0.0},
        "retro": {"pattern": "bands", "glaze_color": "#e2d3ae", "pattern_color": "#c8622c", "dip": 0.0},
        "fluted": {"ribs": 32, "throwing": 0.0},
    },
}

DRINKS = {"coffee": ("#2a130a", "#8a5326"), "tea": ("#8a3f10", "#c77a30"), "milk": ("#f4efe4", "#ffffff"), "cocoa": ("#4a2616", "#9c6a48")}
FOOT = 0.0035        # height of the foot ring
RISE = 0.0095        # how far a saucer lifts the mug


# ---------------------------------------------------------------- shapes: (vertices, faces) pairs, joined at the end
def _ngon(sides, turn=0.0):
    """Unit outline of a regular polygon, its first corner at the angle `turn`."""
    return [(math.cos(turn + 2 * math.pi * i / sides), math.sin(turn + 2 * math.pi * i / sides)) for i in range(sides)]


def _loft(rings, around=True, along=False):
    """Skin rings of equally many points; `around` closes each ring, `along` joins the last ring to the first."""
    n, m = len(rings[0]), len(rings)
    verts = [tuple(q) for ring in rings for q in ring]
    faces = [(i % m * n + j, i % m * n + (j + 1) % n, (i + 1) % m * n + (j + 1) % n, (i + 1) % m * n + j)
             for i in range(m if along else m - 1) for j in range(n if around else n - 1)]
    if around and not along:
        faces += [tuple(range(n - 1, -1, -1)), tuple(range((m - 1) * n, m * n))]
    return verts, faces


def _lathe(profile, at=(0, 0), sides=72):
    """Turn a profile of (radius, z) round an upright axis."""
    return _loft([[(x * r + at[0], y * r + at[1], z) for x, y in _ngon(sides)] for r, z in profile])


def _spline(points, steps):
    """Catmull-Rom curve through points."""
    pts = [Vector(q) for q in points]
    pts = [2 * pts[0] - pts[1]] + pts + [2 * pts[-1] - pts[-2]]
    out = []
    for a, b, c, d in zip(pts, pts[1:], pts[2:], pts[3:]):
        for k in range(steps):
            t = k / steps
            out.append((2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3) / 2)
    return out + [pts[-2]]


def _strap(path, across, sizes, sides=24):
    """Sweep an oval along a path that lies in a plane; `across` is the plane's normal, sizes are (half width, half thickness)."""
    across, rings = Vector(across), []
    for i, c in enumerate(path):
        ahead = path[min(i + 1, len(path) - 1)] - path[max(i - 1, 0)]
        out = ahead.cross(across).normalized()
        wide, thick = sizes[i]
        rings.append([c + across * (x * wide) + out * (y * thick) for x, y in _ngon(sides)])
    return _loft(rings)


def _object(name, pieces):
    """One mesh object from (shape, material) pairs; quads are smooth, caps (n-gons) flat."""
    verts, faces, slots, materials = [], [], [], []
    for (v, f), material in pieces:
        if material not in materials:
            materials.append(material)
        base = len(verts)
        verts += v
        faces += [tuple(base + i for i in face) for face in f]
        slots += [materials.index(material)] * len(f)
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    mesh.polygons.foreach_set("material_index", slots)
    mesh.polygons.foreach_set("use_smooth", [len(f) < 5 for f in faces])
    shell = bmesh.new()
    shell.from_mesh(mesh)
    bmesh.ops.recalc_face_normals(shell, faces=shell.faces)
    shell.to_mesh(mesh)
    shell.free()
    for material in materials:
        mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


# ---------------------------------------------------------------- materials
def _rgb(text, gain=1.0):
    """'#rrggbb' in sRGB as a linear RGBA tuple, times `gain`."""
    c = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(min(1.0, gain * (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4)) for x in c) + (1.0,)


def _material(name):
    """A new node material: (material, tree, its Principled node)."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    return material, tree, next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")


def _put(tree, node, values):
    """Set or link inputs of a node; a key may name alternatives: 'Sheen Weight|Sheen'."""
    for key, value in values.items():
        names = [key] if isinstance(key, int) else [k for k in key.split("|") if k in node.inputs]
        if not names:
            continue
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, node.inputs[names[0]])
        else:
            node.inputs[names[0]].default_value = value


def _node(tree, kind, values, out=0, **settings):
    """Add a node of type ShaderNode`kind`, fill its inputs, give back one output socket."""
    node = tree.nodes.new("ShaderNode" + kind)
    for key, value in settings.items():
        setattr(node, key, value)
    _put(tree, node, values)
    return node.outputs[out]


def _math(tree, operation, *values):
    """A Math node over sockets and numbers."""
    return _node(tree, "Math", dict(enumerate(values)), operation=operation)


def _mix(tree, share, a, b, blend="MIX"):
    """Mix two colours."""
    return _node(tree, "Mix", {0: share, 6: a, 7: b}, 2, data_type="RGBA", blend_type=blend)


def _ramp(tree, share, low, high):
    """Stretch a factor so that `low` becomes 0 and `high` 1."""
    return _node(tree, "MapRange", {0: share, 1: low, 2: high}, clamp=True)


def _painting(t, p, around, up):
    """Mask of the painted pattern; `around` and `up` are in metres on the wall."""
    if p["pattern"] == "bands":
        high = _math(t, "DIVIDE", up, p["height"])
        wide = _math(t, "COMPARE", high, 0.72, 0.055)
        for level, half in ((0.80, 0.011), (0.64, 0.011), (0.835, 0.006)):
            wide = _math(t, "MAXIMUM", wide, _math(t, "COMPARE", high, level, half))
        return wide
    if p["pattern"] == "waves":
        swing = _math(t, "MULTIPLY", _math(t, "SINE", _math(t, "MULTIPLY", around, 12.0)), 0.11)
        lane = _math(t, "FRACT", _math(t, "MULTIPLY", _math(t, "ADD", _math(t, "DIVIDE", up, p["height"]), swing), 6.0))
        return _math(t, "MULTIPLY", _ramp(t, _math(t, "ABSOLUTE", _math(t, "SUBTRACT", lane, 0.5)), 0.2, 0.17),
                     _math(t, "COMPARE", _math(t, "DIVIDE", up, p["height"]), 0.6, 0.3))
    rows = _math(t, "DIVIDE", up, 0.0225)
    cols = _math(t, "MULTIPLY_ADD", around, round(math.pi * p["width"] / 0.0225) / (2 * math.pi),
                 _math(t, "MULTIPLY", _math(t, "MODULO", _math(t, "FLOOR", rows), 2.0), 0.5))
    x = _math(t, "MULTIPLY", _math(t, "SUBTRACT", _math(t, "FRACT", cols), 0.5), 3.6)
    y = _math(t, "MULTIPLY", _math(t, "SUBTRACT", _math(t, "FRACT", rows), 0.5), 3.6)
    xx, yy = _math(t, "MULTIPLY", x, x), _math(t, "MULTIPLY", y, y)
    if p["pattern"] == "dots":
        return _ramp(t, _math(t, "ADD", xx, yy), 0.72, 0.66)
    lobes = _math(t, "MULTIPLY", _math(t, "POWER", _math(t, "ABSOLUTE", x), 0.6667), y)
    return _ramp(t, _math(t, "SUBTRACT", _math(t, "ADD", xx, yy), _math(t, "ADD", lobes, 1.0)), 0.03, -0.03)


def material_glaze(p):
    """The body's glaze, with the painting, the inside and the lip."""
    return _stoneware("Glaze", p, True)


def material_handle(p):
    """The same glaze for handles, without painting and inside."""
    return _stoneware("Handle glaze", p, False)


def _stoneware(name, p, body):
    """Stoneware: two glazes with a flowing border, iron specks, throwing rings, raw foot and a lip where the glaze runs thin."""
    old = bpy.data.materials.get(name)
    if old:
        return old
    mat, t, bsdf = _material(name)
    where = _node(t, "TexCoord", {}, "Object")
    x, y, z = (_node(t, "SeparateXYZ", {0: where}, k) for k in range(3))
    up = _math(t, "SUBTRACT", z, RISE) if p["saucer"] else z
    around = _math(t, "ARCTAN2", y, x)
    cloud = _node(t, "TexNoise", {"Vector": where, "Scale": 55.0, "Detail": 5.0})
    drift = _node(t, "TexNoise", {"Vector": _node(t, "Mapping", {"Vector": where, "Scale": (1, 1, 0.15)}), "Scale": 85.0, "Detail": 2.0})
    color = _mix(t, _ramp(t, cloud, 0.32, 0.7), _rgb(p["glaze_color"], 0.72), _rgb(p["glaze_color"], 1.12))
    if body and p["pattern"] != "none":
        color = _mix(t, _painting(t, p, around, up), color, _mix(t, cloud, _rgb(p["pattern_color"], 0.8), _rgb(p["pattern_color"])))
    if p["dip"] > 0:
        line = _math(t, "MULTIPLY_ADD", drift, 0.016, p["dip"] * p["height"] * 1.04 - 0.008)
        over = _math(t, "SUBTRACT", line, up)
        second = _mix(t, _ramp(t, cloud, 0.3, 0.7), _rgb(p["dip_color"], 0.8), _rgb(p["dip_color"], 1.08))
        rim = _math(t, "SUBTRACT", 1.0, _ramp(t, _math(t, "ABSOLUTE", over), 0.0003, 0.0016))
        color = _mix(t, _ramp(t, over, -0.0004, 0.0004), color, second)
        color = _mix(t, _math(t, "MULTIPLY", rim, 0.75), color, _rgb(p["clay_color"], 0.55))
    if body:
        normal = _node(t, "NewGeometry", {}, "Normal")
        out = _node(t, "VectorMath", {0: normal, 1: _node(t, "VectorMath", {0: _node(t, "CombineXYZ", {0: x, 1: y})}, operation="NORMALIZE")},
                    "Value", operation="DOT_PRODUCT")
        radius = _math(t, "SQRT", _math(t, "ADD", _math(t, "MULTIPLY", x, x), _math(t, "MULTIPLY", y, y)))
        floor = _math(t, "MULTIPLY", _ramp(t, _node(t, "SeparateXYZ", {0: normal}, 2), 0.5, 0.6),
                      _math(t, "MULTIPLY", _math(t, "LESS_THAN", radius, p["width"] * 0.5), _math(t, "LESS_THAN", up, 0.7 * p["height"])))
        inner = _math(t, "MAXIMUM", _ramp(t, out, -0.05, -0.2), floor)
        color = _mix(t, inner, color, _mix(t, _ramp(t, cloud, 0.3, 0.7), _rgb(p["inside_color"], 0.85), _rgb(p["inside_color"])))
    specks = _node(t, "TexVoronoi", {"Vector": where, "Scale": 420.0, "Randomness": 1.0}, "Distance")
    some = _node(t, "TexNoise", {"Vector": where, "Scale": 230.0})
    iron = _math(t, "MULTIPLY", _ramp(t, specks, 0.3, 0.2), _ramp(t, some, 0.74 - 0.22 * p["speckles"], 0.78 - 0.22 * p["speckles"]))
    iron = _math(t, "MULTIPLY", iron, min(1.0, 3 * p["speckles"]))
    color = _mix(t, _math(t, "MULTIPLY", iron, 0.85), color, (0.03, 0.014, 0.006, 1))
    top = p["height"] if body else 9.0
    lip = _math(t, "MULTIPLY", _ramp(t, _math(t, "MULTIPLY_ADD", drift, 0.003, up), top - 0.0022, top + 0.0005), 0.8)
    color = _mix(t, lip, color, _rgb(p["clay_color"], 0.75))
    raw = _ramp(t, up, FOOT + 0.0009, FOOT + 0.0003)
    sandy = _node(t, "TexNoise", {"Vector": where, "Scale": 600.0, "Detail": 3.0})
    color = _mix(t, raw, color, _mix(t, sandy, _rgb(p["clay_color"], 0.7), _rgb(p["clay_color"], 1.1)))
    rings = _math(t, "SINE", _math(t, "MULTIPLY_ADD", up, 1150.0, _math(t, "MULTIPLY", drift, 5.0)))
    height = _math(t, "ADD", _math(t, "MULTIPLY", rings, 0.5 * p["throwing"]), _math(t, "MULTIPLY_ADD", cloud, 0.25, _math(t, "MULTIPLY", iron, 0.12)))
    rough = _math(t, "MULTIPLY_ADD", cloud, 0.1, 0.58 - 0.54 * p["gloss"])
    rough = _math(t, "MAXIMUM", rough, _math(t, "MULTIPLY", raw, 0.85))
    _put(t, bsdf, {"Base Color": color, "Roughness": rough, "Metallic": p["metallic"], "Specular IOR Level|Specular": 0.5,
                   "Coat Weight|Clearcoat": 0.6 * p["gloss"] * (1 - p["metallic"]), "Coat Roughness|Clearcoat Roughness": 0.04,
                   "Normal": _node(t, "Bump", {"Strength": 0.3, "Distance": 0.0009, "Height": height})})
    return mat


def material_drink(p):
    """The drink: glossy, darker at the middle, a froth of lighter swirls."""
    old = bpy.data.materials.get("Drink")
    if old:
        return old
    mat, t, bsdf = _material("Drink")
    deep, froth = DRINKS[p["drink"]]
    where = _node(t, "TexCoord", {}, "Object")
    warp = _node(t, "TexNoise", {"Vector": where, "Scale": 30.0, "Detail": 3.0}, "Color")
    swirl = _node(t, "TexNoise", {"Vector": _mix(t, 0.05, where, warp, "ADD"), "Scale": 60.0, "Detail": 4.0})
    _put(t, bsdf, {"Base Color": _mix(t, _ramp(t, swirl, 0.5, 0.72), _rgb(deep), _rgb(froth)), "Roughness": 0.08,
                   "Coat Weight|Clearcoat": 0.5})
    return mat


def material_foam(p):
    """Bubbles at the edge of the drink."""
    old = bpy.data.materials.get("Foam")
    if old:
        return old
    mat, t, bsdf = _material("Foam")
    cloud = _node(t, "TexNoise", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": 400.0})
    froth = DRINKS[p["drink"]][1]
    _put(t, bsdf, {"Base Color": _mix(t, cloud, _rgb(froth), _rgb(froth, 1.5)), "Roughness": 0.15, "Coat Weight|Clearcoat": 0.6})
    return mat


def material_spoon(p):
    """Polished metal with fine scratches along the handle."""
    old = bpy.data.materials.get("Spoon metal")
    if old:
        return old
    mat, t, bsdf = _material("Spoon metal")
    scratch = _node(t, "TexNoise", {"Vector": _node(t, "Mapping", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": (900, 900, 60)}),
                                    "Scale": 1.0, "Detail": 3.0})
    _put(t, bsdf, {"Base Color": _mix(t, scratch, _rgb(p["spoon_color"], 0.85), _rgb(p["spoon_color"])), "Metallic": 1.0,
                   "Roughness": _math(t, "MULTIPLY_ADD", scratch, 0.14, 0.08)})
    return mat


def _marshmallow_material():
    """Soft, dusty sugar."""
    old = bpy.data.materials.get("Marshmallow")
    if old:
        return old
    mat, t, bsdf = _material("Marshmallow")
    dust = _node(t, "TexNoise", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": 420.0, "Detail": 3.0})
    _put(t, bsdf, {"Base Color": _mix(t, dust, (0.9, 0.8, 0.78, 1), (1, 0.97, 0.94, 1)), "Roughness": 0.9,
                   "Normal": _node(t, "Bump", {"Strength": 0.3, "Distance": 0.001, "Height": dust})})
    return mat


def _steam_material():
    """Steam: clear seen head on, a soft white at the edges of a wisp."""
    old = bpy.data.materials.get("Steam")
    if old:
        return old
    mat, t, bsdf = _material("Steam")
    cloud = _node(t, "TexNoise", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": 45.0, "Detail": 3.0})
    facing = _node(t, "LayerWeight", {"Blend": 0.4}, "Facing")
    _put(t, bsdf, {"Base Color": (0.95, 0.97, 1, 1), "Roughness": 1.0})
    haze = _math(t, "MULTIPLY", _math(t, "SUBTRACT", 1.0, facing), _math(t, "MULTIPLY", cloud, 0.75))
    both = _node(t, "MixShader", {0: haze, 1: _node(t, "BsdfTransparent", {}), 2: bsdf.outputs[0]})
    t.links.new(both, next(n for n in t.nodes if n.type == "OUTPUT_MATERIAL").inputs["Surface"])
    if hasattr(mat, "blend_method"):      # EEVEE of 3.4 asks for it
        mat.blend_method = "BLEND"
    return mat


# ---------------------------------------------------------------- measures of the mug
def _stand(p):
    """Height of the mug's foot above the ground."""
    return RISE if p["saucer"] else 0.0


def _radius(p, t):
    """Outer radius at the share `t` of the height."""
    return p["width"] / 2 * (1 - p["taper"] * (1 - t) ** 1.3) * (1 + 0.24 * p["roundness"] * math.sin(math.pi * min(max(t, 0), 1) ** 0.9)
                                                              - 0.22 * p["roundness"] * (1 - t) ** 5)


def _inside(p, z):
    """Inner radius at the height `z` above the foot."""
    floor = _floor(p)
    ease = min(max((z - floor) / (0.16 * p["height"]), 0.0), 1.0)
    return max(0.001, (_radius(p, z / p["height"]) - p["wall"]) * (1 - 0.32 * (1 - math.sqrt(1 - (1 - ease) ** 2))))


def _floor(p):
    """Height of the inner floor above the foot."""
    return FOOT + p["wall"] * 1.1


def _level(p):
    """Height of the drink, or of the empty floor, above the foot."""
    return _floor(p) if p["drink"] == "none" else _floor(p) + p["fill"] * (p["height"] - _floor(p) - 0.004)


# ---------------------------------------------------------------- parts
def build_body(p):
    """Body in one skin: foot ring, outer wall with flutes, rounded lip, inner wall and floor."""
    base, h, w = _stand(p), p["height"], p["wall"]
    r0, flat = _radius(p, 0), []
    foot = min(0.006, 0.3 * r0)
    flat += [(0.002, FOOT * 0.8), (r0 - foot - 0.006, FOOT * 0.8), (r0 - foot - 0.0035, FOOT * 0.7), (r0 - foot - 0.0028, 0.0006),
             (r0 - foot - 0.0022, 0.0), (r0 - 0.0042, 0.0), (r0 - 0.0034, 0.0005), (r0 - 0.003, FOOT * 0.75), (r0 - 0.0024, FOOT)]
    profile = [(r, z, 0.0) for r, z in flat]
    for k in range(49):
        t = (FOOT + 0.0012) / h + (1 - w * 0.5 / h - (FOOT + 0.0012) / h) * (k / 48)
        soft = 0.0024 * max(0.0, 1 - k / 5) ** 2
        swell = math.sin(math.pi * min(1, max(0, (t - 0.07) / 0.78))) if 0.07 < t < 0.85 else 0.0
        profile.append((_radius(p, t) - soft, t * h, min(1.0, swell * 2.5)))
    rim = _radius(p, 1) - w / 2
    for k in range(1, 8):
        a = math.pi * k / 8
        profile.append((rim + w / 2 * math.cos(a), h - w / 2 + w / 2 * math.sin(a), 0.0))
    floor = _floor(p)
    for k in range(41):
        z = floor + (h - w * 0.5 - floor) * (1 - k / 40) ** 1.3
        profile.append((_inside(p, z), z, 0.0))
    profile += [(_inside(p, floor) * s, floor, 0.0) for s in (0.85, 0.5, 0.04)]
    sides, rings = 144, []
    for r, z, flute in profile:
        depth = min(0.003, 0.6 * w) * flute
        rings.append([(math.cos(a) * (r - depth * (0.5 - 0.5 * math.cos(p["ribs"] * a))), math.sin(a) * (r - depth * (0.5 - 0.5 * math.cos(p["ribs"] * a))),
                       base + z) for a in (2 * math.pi * k / sides for k in range(sides))])
    return [_object("Body", [(_loft(rings), material_glaze(p))])]


def build_handles(p):
    """Pulled ears: broad where they join the wall, slender below, with a thumb rest on top."""
    objects, h, thick = [], p["height"], p["handle_thickness"] / 2
    for k in range(p["handles"]):
        s = 1 - 2 * k
        span = min(0.66 * h, 0.062 * p["handle_size"] + 0.1 * h)
        t1 = min(0.9, 0.57 + 0.5 * span / h)
        t0 = t1 - span / h
        reach = 0.031 * p["handle_size"]
        r1, r0 = _radius(p, t1), _radius(p, t0)
        out = max(r1, r0, _radius(p, (t0 + t1) / 2) - 0.002)
        dive = p["wall"] * 0.55
        points = [(r1 - dive, t1 * h), (r1 + 0.006, t1 * h + 0.001), (out + reach * 0.62, t1 * h - 0.001), (out + reach, t1 * h - 0.22 * span),
                  (out + reach * 0.92, t0 * h + 0.48 * span), (out + reach * 0.55, t0 * h + 0.18 * span), (r0 + 0.006, t0 * h + 0.015 * span),
                  (r0 - dive, t0 * h - 0.01 * span)]
        path = [Vector((s * x, 0, _stand(p) + z)) for x, z in (q[:2] for q in _spline([(x, z, 0) for x, z in points], 9))]
        n, sizes = len(path), []
        for i in range(n):
            v = i / (n - 1)
            flare = math.exp(-(v / 0.1) ** 2) * 0.62 + math.exp(-((1 - v) / 0.1) ** 2) * 0.45
            sizes.append((thick * (1.42 - 0.36 * v) * (1 + 0.75 * flare), thick * (0.86 - 0.12 * v) * (1 + flare)))
        thumb = path[round(0.2 * (n - 1))]
        rest = [Vector((thumb.x + s * d, 0, thumb.z + thick * lift)) for d, lift in ((-0.012, 0.45), (-0.007, 0.72), (-0.001, 0.72), (0.005, 0.3), (0.009, -0.5))]
        pad = _strap(_spline(rest, 4), (0, 1, 0), [(thick * 1.05 * math.sin(math.pi * (0.08 + 0.84 * j / 16)) ** 0.6,
                                                    thick * 0.5 * math.sin(math.pi * (0.08 + 0.84 * j / 16)) ** 0.6) for j in range(17)])
        objects.append(_object("Handle %d" % (k + 1), [(_strap(path, (0, 1, 0), sizes), material_handle(p)), (pad, material_handle(p))]))
    return objects


def build_drink(p):
    """The drink with its meniscus and bubbles along the wall."""
    if p["drink"] == "none":
        return []
    base, level, dice = _stand(p), _level(p), random.Random(8)
    low = _floor(p) + 0.0004
    profile = [(0.001, low)] + [(max(0.002, _inside(p, z) - 0.0002), z) for z in (low + (level - low) * k / 16 for k in range(17))]
    r = _inside(p, level)
    profile += [(r + 0.0003, level + 0.0009), (r - 0.0008, level + 0.0003), (r - 0.0025, level), (r * 0.6, level), (0.001, level)]
    pieces = [(_lathe([(q, base + z) for q, z in profile]), material_drink(p))]
    for _ in range(46):
        a, size = dice.uniform(0, 6.283), dice.uniform(0.0005, 0.0017)
        far = r - size - abs(dice.gauss(0, 0.0016))
        ball = [(size * max(0.08, math.sin(math.pi * j / 6)), base + level - size * 0.75 * math.cos(math.pi * j / 6)) for j in range(7)]
        pieces.append((_lathe(ball, (math.cos(a) * far, math.sin(a) * far), 12), material_foam(p)))
    return [_object("Drink", pieces)]


def build_marshmallows(p):
    """Marshmallows bobbing on the drink, or lying on the empty floor."""
    objects, level = [], _stand(p) + _level(p)
    room = _inside(p, _level(p)) * (1.0 if p["drink"] != "none" else 0.86)
    size = min(0.0105, room * 0.31)
    for k in range(p["marshmallows"]):
        dice = random.Random(30 + k)
        a = k * 2.0944 + 0.5 + (0.5 if k > 3 else 0.0)
        far = 0.0 if k == 6 else room * 0.62
        turn = k * math.pi / 3 + 0.4
        at = (math.cos(turn) * far, math.sin(turn) * far)
        tall = size * dice.uniform(1.25, 1.6)
        low = level - (tall * 0.42 if p["drink"] != "none" else 0.0003)
        profile = [(0.04, 0.0), (0.72, 0.0), (0.9, 0.05), (1.0, 0.2), (1.03, 0.5), (1.0, 0.8), (0.9, 0.95), (0.72, 1.0), (0.3, 1.02), (0.04, 1.02)]
        lean = Vector((dice.uniform(-0.12, 0.12), dice.uniform(-0.12, 0.12)))
        verts, faces = _lathe([(size * 0.92 * q, low + tall * z) for q, z in profile], at, 32)
        verts = [(x, y, z + ((x - at[0]) * lean.x + (y - at[1]) * lean.y) * (p["drink"] != "none")) for x, y, z in verts]
        objects.append(_object("Marshmallow %d" % (k + 1), [((verts, faces), _marshmallow_material())]))
    return objects


def build_spoon(p):
    """Spoon standing in the mug and leaning on the rim."""
    if not p["spoon"]:
        return []
    base, floor, h = _stand(p), _floor(p), p["height"]
    foot = Vector((-0.35 * _inside(p, floor), 0, base + floor + 0.0022))
    rim = Vector((_radius(p, 1) - p["wall"] / 2, 0, base + h + 0.0012))
    way = (rim - foot).normalized()
    turn = 2.2
    side = Vector((-math.sin(turn), math.cos(turn), 0))

    def swing(q):
        return Vector((q.x * math.cos(turn) - q.y * math.sin(turn), q.x * math.sin(turn) + q.y * math.cos(turn), q.z))

    long = (rim - foot).length + 0.05
    path, sizes = [], []
    for k in range(49):
        v = k / 48
        along = long * v
        dip = 0.0022 * math.sin(math.pi * min(1, along / 0.034)) if along < 0.034 else 0.0
        path.append(swing(foot + way * along + Vector((-way.z, 0, way.x)) * -dip))
        if along < 0.036:
            wide = 0.0125 * math.sqrt(max(0.02, 1 - ((along - 0.017) / 0.0175) ** 2)) if along < 0.03 else 0.0065
            sizes.append((max(0.0024, wide), 0.0011))
        else:
            sizes.append((0.0022 + 0.0032 * max(0.0, (v - 0.55) / 0.45) ** 1.4 * (1 - max(0, (v - 0.96) / 0.04) ** 2 * 0.6), 0.0011 + 0.0003 * (1 - v)))
    return [_object("Spoon", [(_strap(path, side, sizes), material_spoon(p))])]


def build_saucer(p):
    """Saucer with a well for the foot and a raised rim."""
    if not p["saucer"]:
        return []
    r0, wide = _radius(p, 0), _radius(p, 0.6) + 0.034
    profile = [(0.002, 0.003), (r0 * 0.62, 0.003), (r0 * 0.64, 0.0006), (r0 * 0.66, 0.0), (r0 * 0.76, 0.0), (r0 * 0.78, 0.0006), (r0 * 0.8, 0.003)]
    for k in range(13):
        v = k / 12
        profile.append((r0 * 0.84 + (wide - r0 * 0.84) * v, 0.0035 + 0.013 * v ** 1.7))
    profile += [(wide + 0.0012, 0.0176), (wide + 0.001, 0.019), (wide, 0.0197), (wide - 0.0012, 0.0198), (wide - 0.0024, 0.0191)]
    for k in range(1, 13):
        v = 1 - k / 12
        profile.append((r0 + 0.006 + (wide - 0.0024 - r0 - 0.006) * v, RISE + 0.0012 + 0.0084 * v ** 1.6))
    profile += [(r0 + 0.0035, RISE + 0.001), (r0 + 0.0022, RISE + 0.0002), (r0 + 0.0014, RISE - 0.0004), (r0 * 0.5, RISE - 0.0004), (0.002, RISE - 0.0004)]
    return [_object("Saucer", [(_lathe(profile, sides=96), _saucer_material(p))])]


def _saucer_material(p):
    """The saucer's glaze: the mug's colour, clouded, thin at the rim."""
    old = bpy.data.materials.get("Saucer glaze")
    if old:
        return old
    mat, t, bsdf = _material("Saucer glaze")
    where = _node(t, "TexCoord", {}, "Object")
    cloud = _node(t, "TexNoise", {"Vector": where, "Scale": 55.0, "Detail": 5.0})
    color = _mix(t, _ramp(t, cloud, 0.32, 0.7), _rgb(p["glaze_color"], 0.72), _rgb(p["glaze_color"], 1.12))
    up = _node(t, "SeparateXYZ", {0: where}, 2)
    color = _mix(t, _math(t, "MULTIPLY", _ramp(t, up, 0.0178, 0.0196), 0.8), color, _rgb(p["clay_color"], 0.75))
    color = _mix(t, _ramp(t, up, 0.0016, 0.001), color, _rgb(p["clay_color"]))
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.58 - 0.5 * p["gloss"], "Metallic": p["metallic"],
                   "Coat Weight|Clearcoat": 0.6 * p["gloss"] * (1 - p["metallic"]), "Coat Roughness|Clearcoat Roughness": 0.04,
                   "Normal": _node(t, "Bump", {"Strength": 0.2, "Distance": 0.0009, "Height": cloud})})
    return mat


def build_steam(p):
    """Curling wisps above the mug."""
    objects = []
    for k in range(p["steam"]):
        dice = random.Random(60 + k)
        a, phase = k * 2.1 + 0.4, dice.uniform(0, 6.28)
        far, tall = 0.3 * p["width"] / 2 * (k > 0), p["height"] * dice.uniform(0.7, 1.0)
        path, sizes = [], []
        for i in range(33):
            v = i / 32
            sway = 0.012 * v ** 0.8 * math.sin(7 * v + phase)
            path.append(Vector((math.cos(a) * far + sway, math.sin(a) * far, _stand(p) + _level(p) + 0.002 + tall * v)))
            thick = 0.0068 * math.sin(math.pi * (0.04 + 0.93 * v)) ** 0.8
            sizes.append((thick, thick * 0.8))
        objects.append(_object("Steam %d" % (k + 1), [(_strap(path, (0, 1, 0), sizes), _steam_material())]))
    return objects


def build(p):
    """Build every part and gather the parts under one empty."""
    root = bpy.data.objects.new("Mug", None)
    bpy.context.scene.collection.objects.link(root)
    parts = (build_body(p) + build_handles(p) + build_drink(p) + build_marshmallows(p) + build_spoon(p) + build_saucer(p)
             + build_steam(p))
    for obj in parts:
        obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
