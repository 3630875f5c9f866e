"""Chinese lantern: a silk palace lantern in a carved wooden frame, hung from a crook stand.

Parts
    stand           moulded base with a carved key fret, a crook with scrolls, a golden sleeve
    hanger          golden chain from the crook to the lantern
    roof            upswept wooden canopy with golden hips and finial
    frame           wooden rims, bowed ribs and carved fretwork over the silk
    silk            the silk panels between the ribs
    trim            golden beading on the rims, rosettes and studs on the ribs
    tassel          tassel with knot and beads under the lantern (off)
    corner_tassels  one small tassel under each corner of the roof (off)
Parameters
    "width", "height" and "roundness" shape the lantern, "sides" counts its panels, "fret_rows" its bands of fretwork.
    The stand grows with the lantern and always leaves room for the tassel. "glow" lights the silk from within,
    "translucency" lets light through, "motif" weaves a golden medallion into every panel.
"""
import math
import bpy
import bmesh
from mathutils import Vector

PARAMS = {
    "height": 0.28,              # m, 0.16..0.50: height of the silk body
    "width": 0.34,               # m, 0.18..0.45: width of the silk body
    "roundness": 0.62,           # share, 0..1: 0 a straight prism, 1 a globe
    "sides": 6,                  # count, 4..8: silk panels
    "fret_rows": 2,              # count, 0..3: bands of carved fretwork: top, bottom, middle
    "rib_thickness": 0.011,      # m, 0.006..0.018: wooden ribs
    "eaves": 0.045,              # m, 0.015..0.09: how far the roof reaches out
    "upturn": 0.6,               # share, 0..1: how far the corners of the roof sweep up
    "silk_color": "#b80c16",     # color: the silk
    "translucency": 0.35,        # share, 0..1: how much light passes through the silk
    "glow": 0.22,                # factor, 0..6: light from within
    "glow_color": "#ff5a1e",     # color: the light within
    "sheen": 0.5,                # share, 0..1: the lustre of the silk
    "motif": False,              # switch: a golden medallion woven into every panel
    "wood_color": "#6b2a14",     # color: frame and stand
    "lacquer": 0.6,              # share, 0..1: 0 raw wood, 1 high gloss lacquer
    "gold_color": "#e0a640",     # color: trim, chain and finial
    "polish": 0.75,              # share, 0..1: how bright the trim is
    "tassel": False,             # switch: a tassel under the lantern
    "tassel_length": 0.14,       # m, 0.08..0.17: length of the tassel
    "tassel_color": "#ffb824",   # color: threads of the tassel
    "corner_tassels": False,     # switch: a small tassel under each corner of the roof
    "corner_color": "#b80c16",   # color: threads of the corner tassels
}

EXEMPLAR = {
    "title": "Chinese lantern",
    "names": ["lantern", "chinese lantern", "silk lantern", "palace lantern", "red lantern", "asian lantern",
              "hanging lantern", "oriental lantern"],
    "kin": ["lamp", "paper lantern", "table lamp", "floor lamp", "candle", "street lamp", "chandelier"],
    "tags": ["light", "chinese", "silk", "wood", "gold", "decor", "festival"],
    "parts": {
        "stand": {"describe": "carved wooden base and crook", "touches": ["hanger"],
                  "bounds": [[-0.15, -0.143, 0.0], [0.15, 0.221, 0.866]]},
        "hanger": {"describe": "golden chain", "touches": ["stand", "roof"],
                   "bounds": [[-0.018, -0.063, 0.696], [0.018, -0.027, 0.801]]},
        "roof": {"describe": "upswept wooden canopy with golden hips", "touches": ["hanger", "frame"],
                 "bounds": [[-0.183, -0.204, 0.585], [0.183, 0.114, 0.713]]},
        "frame": {"describe": "carved wooden ribs, rims and fretwork", "touches": ["roof", "silk"],
                  "bounds": [[-0.178, -0.202, 0.233], [0.178, 0.112, 0.595]]},
        "silk": {"describe": "bowed silk panels", "touches": ["frame"],
                 "bounds": [[-0.169, -0.201, 0.289], [0.169, 0.111, 0.569]]},
        "trim": {"describe": "golden beading, rosettes and studs", "touches": ["frame"],
                 "bounds": [[-0.184, -0.206, 0.217], [0.184, 0.116, 0.591]]},
        "tassel": {"describe": "tassel with knot and beads", "when": "tassel", "touches": ["frame"]},
        "corner_tassels": {"describe": "small tassels under the corners of the roof", "count": "sides",
                           "when": "corner_tassels", "touches": ["roof"]},
    },
    "things": {
        "": {
            "height": ["height"], "width": ["width"], "size": ["height", "width"], "thickness": ["rib_thickness"],
            "color": ["silk_color", "gold_color", "wood_color"],
            "qualities": [
                {"words": ["glowing", "lit", "bright", "luminous", "illuminated", "warm"], "set": {"glow": 2.2}},
                {"words": ["unlit", "dark", "off"], "set": {"glow": 0.0}},
                {"words": ["translucent", "transparent", "sheer", "see-through"], "set": {"translucency": 0.8}},
                {"words": ["opaque"], "set": {"translucency": 0.05}},
                {"words": ["round", "rounder", "spherical", "globe", "bulging"], "set": {"roundness": 1.0}},
                {"words": ["straight", "angular", "square", "boxy"], "set": {"roundness": 0.05}},
                {"words": ["stylish", "elegant", "graceful"], "set": {"upturn": 0.8, "polish": 0.9, "lacquer": 0.75}},
                {"words": ["ornate", "intricate", "decorated", "detailed", "elaborate", "rich"],
                 "set": {"fret_rows": 3, "motif": True}},
                {"words": ["plain", "simple"], "set": {"fret_rows": 0, "motif": False}},
                {"words": ["slender", "slim", "tall"], "set": {"height": 0.36, "width": 0.25}},
                {"words": ["shiny", "glossy", "polished"], "set": {"polish": 1.0, "lacquer": 1.0}},
                {"words": ["old", "antique", "aged", "matte"], "set": {"polish": 0.25, "lacquer": 0.1}},
            ],
        },
        "silk": {
            "words": ["silk material", "silk panel", "fabric", "shade", "cloth", "body", "paper"], "color": ["silk_color"],
            "height": ["height"], "width": ["width"], "size": ["height", "width"],
            "qualities": [
                {"words": ["translucent", "transparent", "sheer", "see-through", "thin"], "set": {"translucency": 0.8}},
                {"words": ["opaque", "thick"], "set": {"translucency": 0.05}},
                {"words": ["glowing", "lit", "bright", "luminous", "illuminated"], "set": {"glow": 2.2}},
                {"words": ["shiny", "lustrous", "satin", "glossy", "shimmering"], "set": {"sheen": 1.0}},
                {"words": ["matte", "dull"], "set": {"sheen": 0.0}},
                {"words": ["patterned", "embroidered", "brocade", "decorated"], "set": {"motif": True}},
                {"words": ["plain"], "set": {"motif": False}},
                {"words": ["round", "rounder", "bulging"], "set": {"roundness": 1.0}},
            ],
        },
        "panels": {"words": ["panel", "side"], "count": "sides", "parts": ["silk", "frame", "roof"]},
        "light": {
            "words": ["glow", "candle light", "illumination"], "color": ["glow_color"], "parts": ["silk"],
            "add": {"glow": 2.2}, "remove": {"glow": 0.0},
            "qualities": [{"words": ["bright", "strong", "glowing"], "set": {"glow": 4.0}},
                          {"words": ["dim", "soft", "subtle"], "set": {"glow": 0.2}}],
        },
        "motif": {
            "words": ["pattern", "medallion", "embroidery", "ornament", "symbol", "brocade"], "switch": "motif",
            "color": ["gold_color"], "parts": ["silk"],
        },
        "frame": {
            "words": ["wooden frame", "rib", "wood", "carved frame", "carved wooden frame"],
            "color": ["wood_color"], "thickness": ["rib_thickness"],
            "qualities": [
                {"words": ["intricate", "carved", "ornate", "detailed", "elaborate"], "set": {"fret_rows": 3}},
                {"words": ["plain", "simple"], "set": {"fret_rows": 0}},
                {"words": ["glossy", "shiny", "lacquered", "polished"], "set": {"lacquer": 1.0}},
                {"words": ["matte", "raw", "natural"], "set": {"lacquer": 0.05}},
                {"words": ["dark", "ebony"], "set": {"wood_color": "#24120c"}},
                {"words": ["light", "bamboo"], "set": {"wood_color": "#b58346"}},
                {"words": ["sturdy", "thick"], "set": {"rib_thickness": 0.017}},
                {"words": ["delicate", "thin", "fine"], "set": {"rib_thickness": 0.007}},
            ],
        },
        "fretwork": {
            "words": ["carving", "lattice", "fret", "fret row", "grille"], "count": "fret_rows", "color": ["wood_color"],
            "add": {"fret_rows": 3}, "remove": {"fret_rows": 0}, "parts": ["frame"],
        },
        "trim": {
            "words": ["golden trim", "gold", "trimming", "beading", "edge", "metal", "rosette", "stud", "finial"],
            "color": ["gold_color"], "parts": ["trim", "roof", "hanger", "stand"],
            "materials": {"gold": {"gold_color": "#e0a640"}, "brass": {"gold_color": "#b5954d"},
                          "copper": {"gold_color": "#c46a43"}, "bronze": {"gold_color": "#8a5a30"},
                          "silver": {"gold_color": "#cfd3d8"}},
            "qualities": [{"words": ["shiny", "polished", "bright", "gleaming"], "set": {"polish": 1.0}},
                          {"words": ["matte", "antique", "dull", "aged"], "set": {"polish": 0.15}}],
        },
        "roof": {
            "words": ["eave", "canopy", "top", "cap"], "width": ["eaves"], "length": ["eaves"], "size": ["eaves"],
            "color": ["wood_color"],
            "qualities": [{"words": ["upturned", "curved", "swept", "pagoda"], "set": {"upturn": 1.0}},
                          {"words": ["flat", "straight"], "set": {"upturn": 0.0}}],
        },
        "stand": {"words": ["base", "hook", "crook", "pole", "foot"], "color": ["wood_color"],
                  "qualities": [{"words": ["glossy", "lacquered", "polished"], "set": {"lacquer": 1.0}}]},
        "hanger": {"words": ["chain", "link"], "color": ["gold_color"]},
        "tassel": {
            "words": ["fringe", "pendant", "hanging tassel", "bottom tassel"], "switch": "tassel", "color": ["tassel_color"],
            "length": ["tassel_length"], "height": ["tassel_length"], "size": ["tassel_length"],
            "qualities": [{"words": ["small", "short", "little"], "set": {"tassel_length": 0.135}},
                          {"words": ["long", "large", "big"], "set": {"tassel_length": 0.17}},
                          {"words": ["golden"], "set": {"tassel_color": "#ffb824"}}],
        },
        "corner_tassels": {"words": ["corner tassel", "roof tassel", "eave tassel", "side tassel"],
                           "switch": "corner_tassels", "color": ["corner_color"]},
    },
    "styles": {
        "traditional": {"roundness": 0.62, "fret_rows": 2, "corner_tassels": True, "tassel": True},
        "festive": {"glow": 2.2, "motif": True, "tassel": True, "corner_tassels": True},
        "imperial": {"fret_rows": 3, "motif": True, "upturn": 0.9, "polish": 1.0, "tassel": True},
        "modern": {"fret_rows": 0, "upturn": 0.1, "eaves": 0.02, "lacquer": 0.9, "wood_color": "#1d1512", "roundness": 0.2},
        "minimalist": {"fret_rows": 0, "upturn": 0.1, "eaves": 0.02, "motif": False},
        "antique": {"polish": 0.25, "lacquer": 0.15, "silk_color": "#7d1712", "wood_color": "#3a1d12"},
    },
}

LIFT = 0.255         # the underside of the lantern: room for the longest tassel
BASE_TOP = 0.052     # upper face of the stand's base


# ---------------------------------------------------------------- shapes: (vertices, faces) pairs, joined at the end
def _fillet(points, radius, steps=3, closed=True):
    """Round the corners of a 2-D outline; a support point beside each arc keeps the flats flat in shading."""
    pts, out = [Vector(q) for q in points], []
    for i, c in enumerate(pts):
        if not closed and i in (0, len(pts) - 1):
            out.append(tuple(c))
            continue
        a, b = pts[i - 1] - c, pts[(i + 1) % len(pts)] - c
        half = a.angle(b) / 2
        cut = min(radius / math.tan(half), 0.4 * a.length, 0.4 * b.length) if half < 1.5 else 0
        if not cut:
            out.append(tuple(c))
            continue
        a, b, r = a.normalized(), b.normalized(), cut * math.tan(half)
        mid = c + (a + b).normalized() * (r / math.sin(half))
        out.append(tuple(c + a * cut * 1.12))
        for k in range(steps + 1):
            out.append(tuple(mid + (c + a * cut - mid).lerp(c + b * cut - mid, k / steps).normalized() * r))
        out.append(tuple(c + b * cut * 1.12))
    return out


def _ngon(sides, turn=0.0):
    """Unit outline of a regular polygon, its first corner at the angle `turn`."""
    return [(math.cos(turn + 2 * math.pi * i / sides), math.sin(turn + 2 * math.pi * i / sides)) for i in range(sides)]


def _rect(width, depth, bevel):
    """Outline of a rectangle with chamfered corners: the section of a carved bar."""
    x, y, b = width / 2, depth / 2, bevel
    return [(x - b, y), (b - x, y), (-x, y - b), (-x, b - y), (b - x, -y), (x - b, -y), (x, b - y), (x, y - b)]


def _loft(rings, around=True, along=False):
    """Skin rings of equally many points; `around` closes each ring, `along` joins the last ring to the first."""
    n, m = len(rings[0]), len(rings)
    verts = [tuple(q) for ring in rings for q in ring]
    faces = [(i % m * n + j, i % m * n + (j + 1) % n, (i + 1) % m * n + (j + 1) % n, (i + 1) % m * n + j)
             for i in range(m if along else m - 1) for j in range(n if around else n - 1)]
    if around and not along:
        faces += [tuple(range(n - 1, -1, -1)), tuple(range((m - 1) * n, m * n))]
    return verts, faces


def _lathe(profile, outline, at=(0, 0)):
    """Turn a profile of (radius, z) round a unit outline: a circle, a polygon, an oval."""
    return _loft([[(x * r + at[0], y * r + at[1], z) for x, y in outline] for r, z in profile])


def _sweep(path, section, up, sizes=None, closed=False):
    """Carry a 2-D section along a path, mitred at its corners; `up` is one direction or one for each point."""
    pts = [Vector(q) for q in path]
    ups = [Vector(u).normalized() for u in up] if isinstance(up, list) else [Vector(up).normalized()] * len(pts)
    rings, n = [], len(pts)
    for i, c in enumerate(pts):
        back = (c - pts[i - 1]).normalized() if i or closed else None
        ahead = (pts[(i + 1) % n] - c).normalized() if i < n - 1 or closed else back
        back = back or ahead
        side = (back + ahead).cross(ups[i]).normalized()
        wide = 1 / max(0.4, side.dot(ahead.cross(ups[i]).normalized()))
        k = sizes[i] if sizes else 1.0
        rings.append([c + side * (x * k * wide) + ups[i] * (y * k) for x, y in section])
    return _loft(rings, along=closed)


def _spline(points, steps):
    """Catmull-Rom curve through 2-D or 3-D points."""
    pts = [Vector(q) for q in points]
    pts = [2 * pts[0] - pts[1]] + pts + [2 * pts[-1] - pts[-2]]
    out = []
    for a, b, c, d in zip(pts, pts[1:], pts[2:], pts[3:]):
        for k in range(steps):
            t = k / steps
            out.append((2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3) / 2)
    return out + [pts[-2]]


def _ball(radius, at, flat=1.0):
    """A bead of the given radius, flattened along Z by `flat`."""
    arc = [(math.sin(math.pi * k / 10) or 0.06, -math.cos(math.pi * k / 10)) for k in range(1, 10)]
    return _lathe([(radius * r, at[2] + radius * z * flat) for r, z in arc], _ngon(16), at)


def _ring(radius, wire, at, axis):
    """A round wire ring about `axis`."""
    axis = Vector(axis).normalized()
    a = axis.orthogonal().normalized()
    b = axis.cross(a)
    path = [Vector(at) + a * (math.cos(t) * radius) + b * (math.sin(t) * radius)
            for t in (2 * math.pi * i / 20 for i in range(20))]
    return _sweep(path, [(wire * x, wire * y) for x, y in _ngon(8)], axis, closed=True)


def _object(name, pieces, uv=None):
    """One mesh object from (shape, material) pairs; quads are smooth, caps (n-gons) are flat."""
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
    if uv:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", [c for loop in mesh.loops for c in uv[loop.vertex_index]])
    else:
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


def material_silk(p):
    """Woven silk: slubs, weave bump, sheen, light through the cloth and a warm glow strongest at the middle."""
    old = bpy.data.materials.get("Silk")
    if old:
        return old
    mat, t, bsdf = _material("Silk")
    uv = _node(t, "TexCoord", {}, "UV")
    slub = _node(t, "TexNoise", {"Vector": _node(t, "Mapping", {"Vector": uv, "Scale": (3, 90, 1)}), "Scale": 4.0, "Detail": 3.0})
    threads = [_node(t, "TexWave", {"Vector": uv, "Scale": s}, "Color", bands_direction=d) for s, d in ((26, "X"), (30, "Y"))]
    weave = _math(t, "ADD", *threads)
    color = _mix(t, _ramp(t, slub, 0.3, 0.75), _rgb(p["silk_color"], 0.62), _rgb(p["silk_color"], 1.15))
    x = _math(t, "SUBTRACT", _math(t, "FRACT", _node(t, "SeparateXYZ", {0: uv}, 0)), 0.5)
    y = _math(t, "SUBTRACT", _node(t, "SeparateXYZ", {0: uv}, 1), 0.5)
    figure = _math(t, "MULTIPLY", _math(t, "SINE", _math(t, "MULTIPLY", x, 25.13)), _math(t, "SINE", _math(t, "MULTIPLY", y, 31.4)))
    damask = _ramp(t, _math(t, "ABSOLUTE", figure), 0.3, 0.4)
    color = _mix(t, _math(t, "MULTIPLY", damask, 0.35), color, _rgb(p["silk_color"], 0.45))
    metal = 0.0
    if p["motif"]:
        tall = p["height"] / (p["width"] * math.sin(math.pi / p["sides"]))
        small = 1 / min(1.0, 0.8 * tall)
        over, up = _math(t, "MULTIPLY", x, small), _math(t, "MULTIPLY", y, tall * small)
        far = _math(t, "SQRT", _math(t, "ADD", _math(t, "MULTIPLY", over, over), _math(t, "MULTIPLY", up, up)))
        turn = _math(t, "ARCTAN2", up, over)
        petals = _math(t, "MULTIPLY_ADD", _math(t, "COSINE", _math(t, "MULTIPLY", turn, 8.0)), 0.022, far)
        rings = [_math(t, "COMPARE", f, r, w) for f, r, w in
                 ((far, 0.255, 0.006), (far, 0.232, 0.003), (petals, 0.185, 0.007), (petals, 0.115, 0.006), (far, 0.0, 0.045))]
        curl = _math(t, "SINE", _math(t, "MULTIPLY_ADD", far, 150.0, _math(t, "MULTIPLY", turn, 8.0)))
        inner = _math(t, "MULTIPLY", _math(t, "LESS_THAN", far, 0.165), _math(t, "GREATER_THAN", curl, 0.6))
        metal = inner
        for ring in rings:
            metal = _math(t, "MAXIMUM", metal, ring)
        color = _mix(t, metal, color, _rgb(p["gold_color"]))
    bump = _node(t, "Bump", {"Strength": 0.22, "Distance": 0.002, "Height": _math(t, "ADD", weave, slub)})
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.62 - 0.3 * p["sheen"], "Sheen Weight|Sheen": p["sheen"], "Normal": bump,
                   "Metallic": metal, "Specular IOR Level|Specular": 0.35})
    through = _node(t, "BsdfTranslucent", {"Color": _mix(t, 0.5, color, _rgb(p["silk_color"], 1.6)), "Normal": bump})
    clear = _node(t, "BsdfTransparent", {"Color": _rgb(p["silk_color"], 1.3)})
    sheer = _node(t, "MixShader", {0: 0.55 * p["translucency"], 1: through, 2: clear})
    cloth = _node(t, "MixShader", {0: 0.8 * p["translucency"], 1: bsdf.outputs[0], 2: sheer})
    heart = _math(t, "SUBTRACT", 1.0, _math(t, "ADD", _math(t, "MULTIPLY", _math(t, "MULTIPLY", y, y), 3.4),
                                            _math(t, "MULTIPLY", _math(t, "MULTIPLY", x, x), 1.6)))
    heat = _mix(t, _math(t, "MULTIPLY", _math(t, "POWER", heart, 3.0), 0.75), _rgb(p["silk_color"]), _rgb(p["glow_color"]))
    light = _math(t, "MULTIPLY", _math(t, "MULTIPLY", heart, p["glow"]), _math(t, "MULTIPLY_ADD", slub, 0.5, _math(t, "MULTIPLY_ADD", damask, -0.16, 0.78)))
    lit = _node(t, "Emission", {"Color": _mix(t, _math(t, "MULTIPLY", metal, 0.8), heat, (0.1, 0.02, 0.0, 1)), "Strength": light})
    both = _node(t, "AddShader", {0: cloth, 1: lit})
    out = next(n for n in t.nodes if n.type == "OUTPUT_MATERIAL")
    t.links.new(both, out.inputs["Surface"])
    return mat


def material_wood(p):
    """Lacquered hardwood: long grain, darker pores, worn highlights under a clear coat."""
    old = bpy.data.materials.get("Carved wood")
    if old:
        return old
    mat, t, bsdf = _material("Carved wood")
    where = _node(t, "TexCoord", {}, "Object")
    warp = _node(t, "TexNoise", {"Vector": where, "Scale": 9.0, "Detail": 2.0}, "Color")
    along = _node(t, "Mapping", {"Vector": _mix(t, 0.03, where, warp, "ADD"), "Scale": (60, 60, 9)})
    grain = _node(t, "TexNoise", {"Vector": along, "Scale": 2.2, "Detail": 6.0, "Roughness": 0.6})
    pores = _node(t, "TexNoise", {"Vector": along, "Scale": 9.0, "Detail": 2.0})
    color = _mix(t, _ramp(t, grain, 0.32, 0.7), _rgb(p["wood_color"], 0.4), _rgb(p["wood_color"], 1.35))
    color = _mix(t, _math(t, "MULTIPLY", _ramp(t, pores, 0.58, 0.72), 0.6), color, _rgb(p["wood_color"], 0.18))
    bump = _node(t, "Bump", {"Strength": 0.3 - 0.2 * p["lacquer"], "Distance": 0.002, "Height": _math(t, "SUBTRACT", grain, pores)})
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.62 - 0.34 * p["lacquer"], "Normal": bump,
                   "Specular IOR Level|Specular": 0.35,
                   "Coat Weight|Clearcoat": 0.45 * p["lacquer"], "Coat Roughness|Clearcoat Roughness": 0.06})
    return mat


def material_gold(p):
    """Gilded metal: cloudy roughness, fine hammering, a darker patina in patches."""
    old = bpy.data.materials.get("Gold")
    if old:
        return old
    mat, t, bsdf = _material("Gold")
    where = _node(t, "TexCoord", {}, "Object")
    cloud = _node(t, "TexNoise", {"Vector": where, "Scale": 38.0, "Detail": 4.0})
    dents = _node(t, "TexVoronoi", {"Vector": where, "Scale": 260.0}, "Distance")
    color = _mix(t, _ramp(t, cloud, 0.35, 0.65), _rgb(p["gold_color"], 0.62), _rgb(p["gold_color"], 1.1))
    _put(t, bsdf, {"Base Color": color, "Metallic": 1.0,
                   "Roughness": _math(t, "MULTIPLY_ADD", cloud, 0.2, 0.42 - 0.36 * p["polish"]),
                   "Normal": _node(t, "Bump", {"Strength": 0.14, "Distance": 0.001, "Height": dents})})
    return mat


def _thread_material(name, color):
    """Silk thread: streaks along the strands and a soft sheen."""
    old = bpy.data.materials.get(name)
    if old:
        return old
    mat, t, bsdf = _material(name)
    where = _node(t, "Mapping", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": (500, 500, 20)})
    streak = _node(t, "TexNoise", {"Vector": where, "Scale": 1.0, "Detail": 3.0})
    _put(t, bsdf, {"Base Color": _mix(t, _ramp(t, streak, 0.3, 0.7), _rgb(color, 0.68), _rgb(color, 1.25)), "Roughness": 0.38,
                   "Sheen Weight|Sheen": 0.6, "Normal": _node(t, "Bump", {"Strength": 0.5, "Distance": 0.001, "Height": streak})})
    return mat


def material_tassel(p):
    """Threads of the tassel."""
    return _thread_material("Tassel thread", p["tassel_color"])


def material_corner(p):
    """Threads of the corner tassels."""
    return _thread_material("Corner thread", p["corner_color"])


# ---------------------------------------------------------------- measures of the lantern
def _radius(p, t):
    """Radius of the body to its corners at the share `t` of its height."""
    return p["width"] / 2 * (1 - 0.5 * p["roundness"] * abs(2 * t - 1) ** 2.3)


def _level(p, t):
    """Height above the ground of the share `t` of the body; 0 is the lower rim, 1 the upper."""
    return LIFT + 0.034 + t * p["height"]


def _corner(p, i):
    """Angle of corner `i`; a panel, not a corner, looks to the front."""
    return -math.pi / 2 + (i - 0.5) * 2 * math.pi / p["sides"]


def _panel(p, i, u, t, out=0.0):
    """Point on panel `i`, u from -1 at one rib to 1 at the next, t of the height, `out` before the silk."""
    a, b, r = _corner(p, i), _corner(p, i + 1), _radius(p, t)
    mid, angle = (a + b) / 2, a + (b - a) * (u + 1) / 2
    flat = Vector((math.cos(a), math.sin(a))).lerp(Vector((math.cos(b), math.sin(b))), (u + 1) / 2)
    bow = Vector((math.cos(angle), math.sin(angle)))
    xy = flat.lerp(bow, 0.75 * p["roundness"]) * r + Vector((math.cos(mid), math.sin(mid))) * out
    return Vector((xy.x, xy.y, _level(p, t)))


def _rim_outline(p):
    """Unit outline of rims and roof: the polygon of the panels with softened corners."""
    return _fillet(_ngon(p["sides"], _corner(p, 0)), 0.07, 3)


def _reach(p):
    """Distance from the axis to the tips of the roof."""
    return _radius(p, 1) + 0.012 + p["eaves"]


def _roof_point(p, angle, s):
    """Point of the roof on the ray `angle`, s from 0 at the neck to 1 at the eaves; the corners sweep up."""
    step = 2 * math.pi / p["sides"]
    off = abs((angle - _corner(p, 0) + step / 2) % step - step / 2) / (step / 2)
    reach = 0.03 + (_reach(p) - 0.03) * s
    side = reach * math.cos(step / 2) / math.cos(step / 2 * (1 - off))
    lift = p["upturn"] * (0.2 + p["eaves"]) * 0.22 * s ** 4 * (1 - off) ** 2.5
    z = _level(p, 1) + 0.026 + 0.075 * (1 - s) ** 1.7 + lift
    return Vector((math.cos(angle) * side, math.sin(angle) * side, z))


def _arm_height(p):
    """Height of the crook's arm over the lantern."""
    return _level(p, 1) + 0.026 + 0.075 + 0.115


def _knot_path(radius, lobes, wave):
    """Closed path of a rosette in the XZ plane."""
    return [(math.cos(a) * radius * (1 + wave * math.cos(lobes * a)), 0, math.sin(a) * radius * (1 + wave * math.cos(lobes * a)))
            for a in (2 * math.pi * k / 48 for k in range(48))]


def _keys(length, height, count):
    """Strokes of a key fret (2-D polylines) that fills `length` by `height` with `count` keys."""
    pitch, unit = length / count, height / 4
    scale = pitch / 5.4
    key = [(0.7, 0), (0.7, 4), (4.7, 4), (4.7, 1.1), (2.1, 1.1), (2.1, 2.6), (3.4, 2.6)]
    return [[(i * pitch + x * scale, y * unit) for x, y in key] for i in range(count)]


# ---------------------------------------------------------------- parts
def build_stand(p):
    """Oval moulded base on scrolled feet, a crook rising behind the lantern and a golden sleeve for the chain."""
    wood, gold = material_wood(p), material_gold(p)
    back = max(p["width"] / 2, _reach(p)) + 0.04
    top, half = _arm_height(p), 0.55 * back + 0.055
    oval = [(x * 0.86, y) for x, y in _ngon(72)]
    base = [(half - 0.03, 0.012), (half - 0.012, 0.012), (half - 0.004, 0.015), (half - 0.002, 0.021), (half - 0.013, 0.024),
            (half - 0.014, 0.026), (half - 0.014, 0.040), (half - 0.013, 0.042), (half, 0.044), (half + 0.002, 0.047),
            (half, 0.050), (half - 0.006, BASE_TOP), (half - 0.014, BASE_TOP), (half - 0.03, BASE_TOP - 0.003),
            (half - 0.034, BASE_TOP - 0.004), (half - 0.05, BASE_TOP - 0.004)]
    centre = (0, back - half + 0.035)
    pieces = [(_lathe(base, oval, centre), wood)]
    wall = [Vector((x * (half - 0.013), y * (half - 0.013) + centre[1])) for x, y in oval]
    around = sum((wall[i] - wall[i - 1]).length for i in range(72))
    for stroke in _keys(72.0, 0.0125, round(around / 0.021)):
        path, ups = [], []
        for x, z in stroke:
            a = math.pi * 2 * x / 72
            path.append((math.cos(a) * 0.86 * (half - 0.013), math.sin(a) * (half - 0.013) + centre[1], 0.0268 + z))
            ups.append((math.cos(a), math.sin(a), 0))
        pieces.append((_sweep(path, _rect(0.0022, 0.006, 0.0006), ups), wood))
    line = [(x * (half - 0.0345), y * (half - 0.0345) + centre[1], BASE_TOP - 0.003) for x, y in oval]
    pieces.append((_sweep(line, _rect(0.0035, 0.004, 0.001), (0, 0, 1), closed=True), gold))
    for a in (0.25, 0.75, 1.25, 1.75):
        at = (math.cos(a * math.pi) * 0.8 * (half - 0.03), math.sin(a * math.pi) * 0.93 * (half - 0.03) + centre[1])
        foot = [(0.010, 0), (0.015, 0.0015), (0.017, 0.006), (0.014, 0.011), (0.018, 0.016), (0.018, 0.02)]
        pieces.append((_lathe(foot, _ngon(20), at), wood))
    post = back - 0.012
    knee = [(0, post, 0.03), (0, post, 0.13), (0, post + 0.028, 0.28), (0, post + 0.03, top - 0.16), (0, post - 0.005, top - 0.05),
            (0, post * 0.6, top + 0.01), (0, post * 0.2, top + 0.008), (0, -0.035, top + 0.012)]
    curl = [(0, -0.05 - 0.042 * math.exp(-0.3 * a) * math.cos(a - 1.57) * 1.0,
             top + 0.055 - 0.043 * math.exp(-0.3 * a) * math.sin(a + 1.57 - 0.0) * 1.0) for a in (k * 0.4 for k in range(1, 19))]
    path = _spline(knee, 9) + [Vector(c) for c in curl]
    sizes = [1.25 - 0.5 * i / len(path) for i in range(len(path))]
    section = _fillet(_ngon(8, math.pi / 8), 0.35, 2)
    pieces.append((_sweep(path, [(0.0115 * x, 0.0115 * y) for x, y in section], (1, 0, 0), sizes), wood))
    collar = [(0.018, 0.045), (0.026, 0.048), (0.027, 0.053), (0.023, 0.058), (0.019, 0.060), (0.0205, 0.066), (0.0195, 0.07),
              (0.016, 0.072), (0.012, 0.073)]
    pieces.append((_lathe(collar, _ngon(24), (0, post)), gold))
    for y0, z0, size, way in ((post - 0.008, 0.075, 0.045, -1), (post + 0.012, 0.085, 0.032, 1), (post + 0.02, top - 0.12, 0.042, -1)):
        scroll = []
        for k in range(34):
            a = k * 0.22
            r = size * math.exp(-0.25 * a)
            scroll.append((0, y0 + way * (size * 1.05 - r * math.cos(a)), z0 + r * math.sin(a) * 1.15 + 0.2 * size))
        shrink = [1.0 - 0.55 * k / 33 for k in range(34)]
        pieces.append((_sweep(scroll, _fillet(_rect(0.0085, 0.012, 0.002), 0.0015, 1), (1, 0, 0), shrink), wood))
        bead = Vector(scroll[-1])
        pieces.append((_ball(0.0055, bead), gold))
    sleeve = [(0, y, top + 0.009) for y in (-0.011, -0.009, -0.006, 0.006, 0.009, 0.011)]
    pieces.append((_sweep(sleeve, [(0.0135 * x, 0.0135 * y) for x, y in _ngon(24)], (1, 0, 0), [0.86, 0.97, 1.0, 1.0, 0.97, 0.86]), gold))
    return [_object("Stand", pieces)]


def build_hanger(p):
    """Golden chain: an eye under the sleeve, alternating links, the ring on the lantern."""
    top, low = _arm_height(p), _level(p, 1) + 0.026 + 0.075 + 0.044
    gold, pieces = material_gold(p), []
    count = 4
    step = (top - 0.002 - low) / (count - 1)
    for k in range(count):
        wide = (0.0, 1.0)[k % 2]
        pieces.append((_ring(step * 0.5 + 0.0038, 0.0024, (0, 0, low + k * step), (wide, 1 - wide, 0)), gold))
    return [_object("Hanger", pieces)]


def build_roof(p):
    """Canopy with concave slopes and upswept corners, ribbed by golden hips that end in curls, under a turned finial."""
    wood, gold = material_wood(p), material_gold(p)
    n = p["sides"]
    angles = [_corner(p, 0) + 2 * math.pi * k / (16 * n) for k in range(16 * n)]
    shares = [0, 0.06, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.74, 0.82, 0.89, 0.95, 0.985, 1]
    rings = [[_roof_point(p, a, s) for a in angles] for s in shares]
    edge = rings[-1]
    rings.append([Vector((q.x * 1.004, q.y * 1.004, q.z - 0.002)) for q in edge])
    rings.append([Vector((q.x * 1.0, q.y * 1.0, q.z - 0.006)) for q in edge])
    rings.append([Vector((q.x * 0.985, q.y * 0.985, q.z - 0.007)) for q in edge])
    rings.append([Vector((q.x * 0.8, q.y * 0.8, q.z * 0.3 + 0.7 * (_level(p, 1) + 0.024) - 0.004)) for q in edge])
    rings.append([Vector((q.x * 0.4, q.y * 0.4, _level(p, 1) + 0.016)) for q in edge])
    pieces = [(_loft(rings), wood)]
    for i in range(n):
        a = _corner(p, i)
        across = (-math.sin(a), math.cos(a), 0)
        hip = [_roof_point(p, a, s) + Vector((0, 0, 0.0012)) for s in (k / 14 for k in range(15))]
        out, tip = Vector((math.cos(a), math.sin(a), 0)), hip[-1]
        rise = (hip[-1] - hip[-2]).normalized()
        tilt = math.atan2(rise.z, rise.dot(out))
        for k in range(1, 15):
            turn = tilt + k * 0.33
            hip.append(hip[-1] + (out * math.cos(turn) + Vector((0, 0, math.sin(turn)))) * (0.0062 - 0.00022 * k))
        sizes = [1.0] * 15 + [1.0 - 0.04 * k for k in range(14)]
        pieces.append((_sweep(hip, [(0.0038 * x, 0.0034 * y) for x, y in _ngon(10)], across, sizes), gold))
        pieces.append((_ball(0.0042, tip + Vector((0, 0, -0.003))), gold))
        for j in range(1, 6):
            rib = [_roof_point(p, a + 2 * math.pi / n * j / 6, s) for s in (0.12 + 0.87 * k / 12 for k in range(13))]
            b = a + 2 * math.pi / n * j / 6
            pieces.append((_sweep(rib, [(0.0026 * x, 0.0022 * y) for x, y in _ngon(6)], (-math.sin(b), math.cos(b), 0)), wood))
        ahead = [_roof_point(p, a + 2 * math.pi / n * k / 16, 1) * 1.0 - Vector((0, 0, 0.004)) for k in range(17)]
        pieces.append((_sweep(ahead, _rect(0.0045, 0.0032, 0.001), (0, 0, 1)), gold))
    z = _level(p, 1) + 0.026 + 0.075
    finial = [(0.034, z - 0.010), (0.038, z - 0.006), (0.037, z - 0.002), (0.029, z + 0.002), (0.021, z + 0.004), (0.015, z + 0.009),
              (0.0125, z + 0.014), (0.014, z + 0.017), (0.0185, z + 0.020), (0.0195, z + 0.024), (0.0175, z + 0.029),
              (0.011, z + 0.033), (0.0065, z + 0.036), (0.004, z + 0.041), (0.001, z + 0.0425)]
    pieces.append((_lathe(finial, _ngon(28)), gold))
    return [_object("Roof", pieces)]


def build_frame(p):
    """Moulded rims, bowed ribs with carved swellings, key fretwork in bands and a fretted apron below."""
    wood, pieces, n = material_wood(p), [], p["sides"]
    outline = _rim_outline(p)
    for t, way in ((0.0, -1), (1.0, 1)):
        r, z = _radius(p, t) + p["rib_thickness"] * 0.5, _level(p, t)
        mould = [(r - 0.02, -0.006), (r - 0.002, -0.006), (r + 0.001, -0.005), (r + 0.002, -0.002), (r + 0.002, 0.003),
                 (r - 0.001, 0.0055), (r - 0.0015, 0.008), (r + 0.003, 0.011), (r + 0.007, 0.014), (r + 0.009, 0.017),
                 (r + 0.009, 0.022), (r + 0.007, 0.025), (r + 0.003, 0.026), (r - 0.02, 0.026)]
        pieces.append((_lathe([(a, z + way * b) for a, b in mould], outline), wood))
    drop = [(0.36, -0.004), (0.34, -0.012), (0.25, -0.016), (0.2, -0.022), (0.12, -0.026), (0.1, -0.033), (0.05, -0.036)]
    pieces.append((_lathe([(_radius(p, 0) * a * 2.2, LIFT + 0.014 + b) for a, b in drop], outline), wood))
    thick = p["rib_thickness"]
    section = _fillet(_rect(thick, thick * 1.15, thick * 0.22), thick * 0.08, 1)
    for i in range(n):
        path = [_panel(p, i, -1, k / 36) for k in range(37)]
        a = _corner(p, i)
        swell = [1 + 0.45 * math.exp(-((k / 36 - c) / 0.018) ** 2) for k in range(37) for c in [min((0.24, 0.5, 0.76), key=lambda c: abs(c - k / 36))]]
        pieces.append((_sweep(path, section, (-math.sin(a), math.cos(a), 0), swell), wood))
        pieces += [(shape, wood) for shape in _fret(p, i)]
    return [_object("Frame", pieces)]


def _fret(p, i):
    """Carved bars over panel `i`: bands of keys between rails at top and bottom, a moon window in the middle."""
    shapes, bar = [], p["rib_thickness"] * 0.5
    section = _rect(bar, bar * 1.5, bar * 0.25)
    bands = [(0.815, 0.955), (0.045, 0.185)][:p["fret_rows"]]

    def stroke(points, closed=False):
        dense = []
        for (u0, t0), (u1, t1) in zip(points, points[1:] + points[:1] if closed else points[1:]):
            steps = max(1, round(abs(u1 - u0) * 5))
            dense += [(u0 + (u1 - u0) * k / steps, t0 + (t1 - t0) * k / steps) for k in range(steps)]
        dense += [] if closed else [points[-1]]
        mid = (_corner(p, i) + _corner(p, i + 1)) / 2
        shapes.append(_sweep([_panel(p, i, u, t, bar * 0.5) for u, t in dense], section,
                             (math.cos(mid), math.sin(mid), 0), closed=closed))

    for low, high in bands:
        half = _radius(p, (low + high) / 2) * math.sin(math.pi / p["sides"])
        count = max(2, round(1.84 * half / ((high - low) * p["height"] * 1.25)))
        flip = low > 0.5
        for key in _keys(1.0, 1.0, count):
            stroke([(-0.92 + 1.84 * x, high - (high - low) * y if flip else low + (high - low) * y) for x, y in key])
        for t in (low, high):
            stroke([(-1, t), (1, t)])
    if p["fret_rows"] > 2:
        half = _radius(p, 0.5) * math.sin(math.pi / p["sides"])
        size = min(0.62 * half, 0.2 * p["height"])
        moon = [(math.cos(a) * size / half, 0.5 + math.sin(a) * size / p["height"]) for a in (math.pi * k / 12 for k in range(24))]
        stroke(moon, closed=True)
        for k in range(4):
            edge = moon[k * 6]
            stroke([edge, ((-1, 0.5), (1, 0.5))[k == 0] if k % 2 == 0 else (0, (0.815 if k == 1 else 0.185))])
            x, y = moon[k * 6 + 3]
            sx, sy = (1 if x > 0 else -1), (1 if y > 0.5 else -1)
            stroke([(x, y), (sx * 0.78, 0.5 + sy * 0.21), (sx * 0.78, 0.5 + sy * 0.315 )])
            stroke([(sx * 0.78, 0.5 + sy * 0.21), (sx, 0.5 + sy * 0.21)])
    return shapes


def build_silk(p):
    """The silk: one bowed sheet between every two ribs, drawn slightly hollow along the ribs."""
    verts, faces, uv = [], [], []
    for i in range(p["sides"]):
        grid = [[_panel(p, i, u / 8, t / 24, -0.0015) for u in range(-8, 9)] for t in range(25)]
        v, f = _loft(grid, around=False)
        faces += [tuple(len(verts) + k for k in face) for face in f]
        verts += v
        uv += [(i + (u + 8) / 16, t / 24) for t in range(25) for u in range(-8, 9)]
    return [_object("Silk", [((verts, faces), material_silk(p))], uv)]


def build_trim(p):
    """Golden beading along both rims, rosettes on the ribs and a boss under the lantern."""
    gold, pieces, n = material_gold(p), [], p["sides"]
    outline = _rim_outline(p)
    for t, way in ((0.0, -1), (1.0, 1)):
        r, z = _radius(p, t) + p["rib_thickness"] * 0.5, _level(p, t)
        for out, up, wide in ((0.0085, 0.0195, 0.004), (0.0015, 0.0005, 0.003)):
            line = [(x * (r + out), y * (r + out), z + way * up) for x, y in outline]
            pieces.append((_sweep(line, [(wide * 0.5 * a, wide * 0.6 * b) for a, b in _ngon(8)], (0, 0, 1), closed=True), gold))
        for i in range(n):
            a, b = (Vector((math.cos(c), math.sin(c))) * (r - 0.0005) for c in (_corner(p, i), _corner(p, i + 1)))
            count = max(4, int((b - a).length / 0.0085))
            for k in range(count):
                q = a.lerp(b, (k + 0.5) / count)
                pieces.append((_bead(0.003, (q.x, q.y, z + way * 0.0075)), gold))
    for i in range(n):
        a = _corner(p, i)
        out = Vector((math.cos(a), math.sin(a), 0))
        for t, size in ((0.24, 0.8), (0.5, 1.25), (0.76, 0.8)):
            at = _panel(p, i, -1, t) + out * p["rib_thickness"] * 0.72
            across = Vector((-out.y, out.x, 0))
            rim = [at + across * x * size + Vector((0, 0, z * size)) for x, _, z in _knot_path(0.0062, 6, 0.16)]
            pieces.append((_sweep(rim, [(0.0016 * x, 0.0016 * y) for x, y in _ngon(6)], out, closed=True), gold))
            pieces.append((_ball(0.0052 * size, at), gold))
    z = LIFT - 0.022
    boss = [(0.012, z + 0.012), (0.017, z + 0.006), (0.016, z + 0.001), (0.011, z - 0.002), (0.009, z - 0.006), (0.010, z - 0.009),
            (0.0075, z - 0.013), (0.004, z - 0.015), (0.001, z - 0.0155)]
    pieces.append((_lathe(boss, _ngon(24)), gold))
    return [_object("Trim", pieces)]


def _bead(radius, at):
    """A small bead of few faces, for long rows of them."""
    arc = [(0.5, -0.86), (1.0, 0.0), (0.5, 0.86)]
    return _lathe([(radius * r, at[2] + radius * z) for r, z in arc], _ngon(8), at)


def _tassel(at, length, strands, thread, gold):
    """Pieces of one tassel hanging from `at`: cord, beads, bound head and a skirt of `strands` threads."""
    x, y, z = at
    k, fat = length, 1.5
    pieces = [(_lathe([(0.012 * k, z + 0.004), (0.016 * k, z - 0.02 * k), (0.016 * k, z - 0.2 * k), (0.012 * k, z - 0.22 * k)], _ngon(10), at), thread)]
    pieces.append((_ball(0.068 * k, (x, y, z - 0.06 * k), 0.85), gold))
    pieces.append((_ball(0.045 * k, (x, y, z - 0.14 * k), 0.85), thread))
    head = [(0.015, -0.16), (0.05, -0.175), (0.078, -0.205), (0.085, -0.245), (0.078, -0.29), (0.066, -0.315), (0.07, -0.34),
            (0.085, -0.4), (0.095, -0.55), (0.1, -0.8), (0.1, -0.96), (0.05, -0.965)]
    pieces.append((_lathe([(r * k * fat, z + h * k) for r, h in head], _ngon(24), at), thread))
    for h in (0.302, 0.315, 0.328):
        pieces.append((_ring(0.07 * k * fat, 0.0115 * k, (x, y, z - h * k), (0, 0, 1)), gold))
    for i in range(strands):
        a, short = i * 2.39996, 0.03 * math.sin(i * 7.3)
        row = 0.9 + 0.1 * (i % 3)
        out = Vector((math.cos(a), math.sin(a), 0))
        path = [Vector(at) + out * (r * row * k * fat) + Vector((0, 0, h * k))
                for r, h in ((0.066, -0.315), (0.084, -0.37), (0.1, -0.52), (0.112, -0.75), (0.116, -0.97 + short))]
        pieces.append((_sweep(path, [(0.0115 * k * c, 0.0115 * k * s) for c, s in _ngon(5)], (-out.y, out.x, 0)), thread))
    return pieces


def build_tassel(p):
    """The tassel under the lantern, with a looped knot on its cord."""
    if not p["tassel"]:
        return []
    thread, gold, z = material_tassel(p), material_gold(p), LIFT - 0.034
    knot = [(x, y, h + z - 0.012) for x, y, h in _knot_path(0.0135, 4, 0.35)]
    pieces = _tassel((0, 0, z), p["tassel_length"], 54, thread, gold)
    pieces.append((_sweep(knot, [(0.0026 * x, 0.0026 * y) for x, y in _ngon(8)], (0, 1, 0), closed=True), thread))
    return [_object("Tassel", pieces)]


def build_corner_tassels(p):
    """A small tassel under every corner of the roof."""
    if not p["corner_tassels"]:
        return []
    objects = []
    for i in range(p["sides"]):
        at = _roof_point(p, _corner(p, i), 0.97) - Vector((0, 0, 0.004))
        objects.append(_object("Corner tassel %d" % (i + 1), _tassel(at, 0.085, 24, material_corner(p), material_gold(p))))
    return objects


def build(p):
    """Build every part and gather the parts under one empty."""
    root = bpy.data.objects.new("Chinese lantern", None)
    bpy.context.scene.collection.objects.link(root)
    root.location.y = -0.045      # the crook stands behind: bring the middle over the origin
    parts = (build_stand(p) + build_hanger(p) + build_roof(p) + build_frame(p) + build_silk(p) + build_trim(p)
             + build_tassel(p) + build_corner_tassels(p))
    for obj in parts:
        obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
