"""Cartoon fish: a streamlined, big-eyed fish with scales and flowing fins, carried by coral on a little sea floor.

Parts
    body          scaled body with gill covers, lips and a mouth
    eyes          two big eyes with iris, pupil, glints and lids
    tail          flowing two-lobed tail fin
    dorsal_fin    long fin on the back
    side_fins     a pectoral fin on either side
    belly_fins    two pelvic fins and the anal fin
    stand         sand with pebbles, a starfish and a coral that cradles the fish, or a pedestal with a brass rod
    seaweed       blades of seaweed on the stand (off)
    bubbles       bubbles rising round the fish (off)
Parameters
    "length", "height" and "width" are the body's; "streamline" goes from chubby to sleek; "swim" bends the body, "turn"
    turns the fish on its stand. "metallic" and "iridescence" are the two lustres of the scales, "fin_metallic" is that of fins and lids. "stripes", "seaweed" and
    "bubbles" are counts and may be 0.
"""
import math
import random
import bpy
import bmesh
from mathutils import Vector

PARAMS = {
    "length": 0.32,              # m, 0.18..0.50: nose to root of the tail
    "height": 0.185,             # m, 0.08..0.26: height of the body
    "width": 0.118,              # m, 0.06..0.18: width of the body
    "streamline": 0.55,          # share, 0..1: 0 chubby, 1 sleek
    "swim": 0.5,                 # factor, -1..1: how the body bends in swimming, to one side or the other
    "turn": -28,                 # deg, -90..90: how far the fish is turned on its stand
    "eye_size": 0.034,           # m, 0.016..0.046: radius of the eyes
    "eye_color": "#2f9e6b",      # color: iris
    "lids": 0.1,                 # share, 0..0.7: how far the eyelids are closed
    "smile": 0.65,               # share, 0..1: how far the corners of the mouth go up
    "tail_size": 1.0,            # factor, 0.5..1.3: tail fin
    "tail_flow": 0.65,           # share, 0..1: waves in the tail and the fins
    "fin_size": 1.0,             # factor, 0.5..1.5: back, side and belly fins
    "body_color": "#0f6ae6",     # color: the scales
    "belly_color": "#bfeaff",    # color: belly and cheeks
    "fin_color": "#2aa7f0",      # color: fins at their roots
    "fin_tip_color": "#8b5cf0",  # color: fins at their tips
    "scale_size": 1.0,           # factor, 0.6..2: size of the scales
    "scale_relief": 0.6,         # share, 0..1: how far the scales stand out
    "metallic": 0.25,            # share, 0..1: metal in the scales
    "fin_metallic": 0.25,        # share, 0..1: metal in fins, lips and lids
    "iridescence": 0.4,          # share, 0..1: rainbow lustre of scales and fins
    "stripes": 0,                # count, 0..5: stripes round the body
    "stripe_color": "#ffd23c",   # color: stripes
    "stand": "coral",            # one of coral pedestal: what carries the fish
    "coral_color": "#f2684f",    # color: coral and starfish
    "sand_color": "#dcc190",     # color: sand
    "seaweed": 0,                # count, 0..7: blades of seaweed
    "seaweed_color": "#3f9a3c",  # color: seaweed
    "bubbles": 0,                # count, 0..24: bubbles round the fish
    "bubble_size": 0.011,        # m, 0.005..0.025: radius of the bubbles
}

EXEMPLAR = {
    "title": "Cartoon fish",
    "names": ["fish", "cartoon fish", "blue fish", "tropical fish", "goldfish", "toy fish", "clownfish", "sea fish"],
    "kin": ["shark", "whale", "dolphin", "seahorse", "octopus", "turtle", "crab", "animal"],
    "tags": ["animal", "sea", "cartoon", "toy", "character", "water"],
    "parts": {
        "body": {"describe": "scaled body with gill covers and smiling lips", "touches": ["stand"],
                 "bounds": [[-0.1, -0.174, 0.125], [0.058, 0.137, 0.307]]},
        "eyes": {"describe": "large eyes with iris, pupil, glints and lids", "count": 2, "touches": ["body"],
                 "bounds": [[-0.109, -0.158, 0.214], [0.022, -0.051, 0.287]]},
        "tail": {"describe": "flowing two-lobed tail fin", "touches": ["body"],
                 "bounds": [[0.032, 0.116, 0.081], [0.091, 0.219, 0.349]]},
        "dorsal_fin": {"describe": "long fin on the back", "touches": ["body"],
                       "bounds": [[-0.03, -0.079, 0.253], [0.038, 0.089, 0.346]]},
        "side_fins": {"describe": "pectoral fins", "count": 2, "touches": ["body"],
                      "bounds": [[-0.089, -0.089, 0.154], [0.095, 0.042, 0.238]]},
        "belly_fins": {"describe": "pelvic fins and anal fin", "count": 3, "touches": ["body"],
                       "bounds": [[-0.036, -0.037, 0.104], [0.052, 0.106, 0.185]]},
        "stand": {"describe": "sand with coral, pebbles and a starfish, or a pedestal", "touches": ["body"],
                  "bounds": [[-0.114, -0.121, 0.0], [0.122, 0.113, 0.159]]},
        "seaweed": {"describe": "blades of seaweed", "count": "seaweed", "when": "seaweed", "touches": ["stand"]},
        "bubbles": {"describe": "small bubbles", "count": "bubbles", "when": "bubbles", "may_float": True},
    },
    "things": {
        "": {
            "length": ["length"], "height": ["height"], "width": ["width"], "size": ["length", "height", "width"],
            "thickness": ["width"], "color": ["body_color", "fin_tip_color", "belly_color"],
            "qualities": [
                {"words": ["streamlined", "sleek", "slim", "slender", "fast", "elegant"], "set": {"streamline": 0.8, "height": 0.165}},
                {"words": ["chubby", "round", "rounder", "fat", "plump", "cute"],
                 "set": {"streamline": 0.0, "height": 0.23, "width": 0.165}},
                {"words": ["shimmering", "iridescent", "rainbow", "pearly", "magical", "subtle iridescent"], "set": {"iridescence": 0.85}},
                {"words": ["metallic", "reflective", "shiny", "chrome", "glossy"], "set": {"metallic": 1.0, "fin_metallic": 1.0}},
                {"words": ["matte", "dull"], "set": {"metallic": 0.0, "fin_metallic": 0.0, "iridescence": 0.0}},
                {"words": ["happy", "smiling", "friendly", "cheerful"], "set": {"smile": 1.0, "lids": 0.08}},
                {"words": ["sad", "grumpy", "angry", "serious"], "set": {"smile": 0.0, "lids": 0.5}},
                {"words": ["sleepy", "tired", "bored"], "set": {"lids": 0.68, "smile": 0.35}},
                {"words": ["surprised", "expressive"], "set": {"lids": 0.0, "eye_size": 0.038}},
                {"words": ["swimming", "curved", "dynamic", "lively"], "set": {"swim": 1.0, "tail_flow": 0.9}},
                {"words": ["straight", "still"], "set": {"swim": 0.0}},
                {"words": ["striped"], "set": {"stripes": 3}},
                {"words": ["colorful", "colourful", "tropical", "vibrant"],
                 "set": {"stripes": 3, "fin_tip_color": "#ff6a3d", "iridescence": 0.6}},
            ],
        },
        "body": {
            "words": ["belly", "back", "skin", "shape"], "color": ["body_color", "belly_color"], "length": ["length"],
            "height": ["height"], "width": ["width"], "size": ["length", "height", "width"],
            "qualities": [
                {"words": ["streamlined", "sleek", "slim", "slender"], "set": {"streamline": 0.8, "height": 0.165}},
                {"words": ["chubby", "round", "rounder", "fat", "plump"], "set": {"streamline": 0.0, "height": 0.23}},
                {"words": ["curved", "bent"], "set": {"swim": 1.0}},
            ],
        },
        "scales": {
            "words": ["scale", "scaly skin"], "color": ["body_color"], "size": ["scale_size"], "parts": ["body"],
            "remove": {"scale_relief": 0.0},
            "qualities": [
                {"words": ["metallic", "reflective", "chrome", "shiny", "glossy", "polished"], "set": {"metallic": 1.0}},
                {"words": ["shimmering", "iridescent", "rainbow", "pearly", "sparkling"], "set": {"iridescence": 0.9}},
                {"words": ["deep", "pronounced", "raised", "detailed", "visible"], "set": {"scale_relief": 1.0}},
                {"words": ["smooth", "fine"], "set": {"scale_relief": 0.15}},
                {"words": ["matte", "dull"], "set": {"metallic": 0.0, "iridescence": 0.05}},
                {"words": ["large", "big"], "set": {"scale_size": 1.6}},
                {"words": ["small", "tiny"], "set": {"scale_size": 0.7}},
            ],
            "materials": {"metal": {"metallic": 1.0}, "gold": {"metallic": 1.0, "body_color": "#d99a2b"},
                          "silver": {"metallic": 1.0, "body_color": "#b9c4cf"}},
        },
        "highlights": {"words": ["highlight", "shimmer", "lustre", "sheen", "iridescence"], "parts": ["body"],
                       "add": {"iridescence": 0.85}, "remove": {"iridescence": 0.0},
                       "qualities": [{"words": ["subtle", "soft"], "set": {"iridescence": 0.3}},
                                     {"words": ["strong", "bright", "iridescent"], "set": {"iridescence": 1.0}}]},
        "eyes": {
            "words": ["eye", "iris", "pupil", "eyeball"], "color": ["eye_color"], "size": ["eye_size"],
            "qualities": [
                {"words": ["large", "big", "huge", "expressive", "cartoon"], "set": {"eye_size": 0.038, "lids": 0.06}},
                {"words": ["small", "tiny", "beady"], "set": {"eye_size": 0.022}},
                {"words": ["sleepy", "half-closed", "tired"], "set": {"lids": 0.68}},
                {"words": ["open", "wide", "surprised"], "set": {"lids": 0.0}},
            ],
        },
        "lids": {"words": ["eyelid", "lid"], "color": ["body_color"], "remove": {"lids": 0.0}, "add": {"lids": 0.4}, "parts": ["eyes"],
                 "qualities": [{"words": ["closed", "heavy", "sleepy"], "set": {"lids": 0.68}}]},
        "mouth": {"words": ["lip", "smile", "face", "expression"], "parts": ["body"], "color": ["belly_color"],
                  "add": {"smile": 1.0}, "remove": {"smile": 0.3},
                  "qualities": [{"words": ["happy", "smiling", "big", "wide", "friendly"], "set": {"smile": 1.0}},
                                {"words": ["sad", "serious", "grumpy"], "set": {"smile": 0.0}}]},
        "tail": {
            "words": ["tail fin", "caudal fin", "fluke"], "color": ["fin_color", "fin_tip_color"], "size": ["tail_size"],
            "length": ["tail_size"], "height": ["tail_size"],
            "qualities": [{"words": ["flowing", "wavy", "flowy", "silky", "graceful"], "set": {"tail_flow": 1.0, "tail_size": 1.25}},
                          {"words": ["stiff", "straight"], "set": {"tail_flow": 0.05}}],
        },
        "fins": {
            "words": ["fin"], "color": ["fin_color", "fin_tip_color"], "size": ["fin_size", "tail_size"],
            "length": ["fin_size", "tail_size"], "parts": ["tail", "dorsal_fin", "side_fins", "belly_fins"],
            "qualities": [{"words": ["flowing", "wavy", "flowy", "silky"], "set": {"tail_flow": 1.0}},
                          {"words": ["stiff", "straight"], "set": {"tail_flow": 0.05}}],
        },
        "dorsal_fin": {"words": ["dorsal fin", "back fin", "top fin"], "color": ["fin_color", "fin_tip_color"], "size": ["fin_size"],
                       "height": ["fin_size"]},
        "side_fins": {"words": ["pectoral fin", "side fin", "flipper"], "color": ["fin_color", "fin_tip_color"], "size": ["fin_size"],
                      "length": ["fin_size"]},
        "belly_fins": {"words": ["belly fin", "pelvic fin", "anal fin", "lower fin"], "color": ["fin_color", "fin_tip_color"],
                       "size": ["fin_size"]},
        "stripes": {"words": ["stripe", "band", "marking"], "count": "stripes", "color": ["stripe_color"], "add": {"stripes": 3},
                    "parts": ["body"]},
        "stand": {
            "words": ["base", "display", "support"], "color": ["sand_color", "coral_color"],
            "qualities": [{"words": ["plain", "simple", "wooden"], "set": {"stand": "pedestal"}}],
            "materials": {"wood": {"stand": "pedestal"}, "coral": {"stand": "coral"}},
        },
        "coral": {"words": ["coral branch", "reef", "starfish"], "color": ["coral_color"], "add": {"stand": "coral"},
                  "remove": {"stand": "pedestal"}, "parts": ["stand"]},
        "sand": {"words": ["sea floor", "ground", "pebble"], "color": ["sand_color"], "parts": ["stand"]},
        "pedestal": {"words": ["rod", "wooden base", "trophy base"], "add": {"stand": "pedestal"}, "remove": {"stand": "coral"},
                     "parts": ["stand"]},
        "seaweed": {"words": ["kelp", "plant", "weed", "algae", "sea grass"], "count": "seaweed", "color": ["seaweed_color"],
                    "add": {"seaweed": 5}},
        "bubbles": {
            "words": ["bubble", "air bubble"], "count": "bubbles", "size": ["bubble_size"], "add": {"bubbles": 12},
            "qualities": [{"words": ["small", "tiny", "little"], "set": {"bubble_size": 0.008}},
                          {"words": ["large", "big"], "set": {"bubble_size": 0.02}},
                          {"words": ["many", "lots of"], "set": {"bubbles": 22}}],
        },
    },
    "styles": {
        "cartoon": {"eye_size": 0.04, "smile": 0.9, "streamline": 0.4},
        "realistic": {"eye_size": 0.018, "smile": 0.2, "streamline": 0.85, "lids": 0.0, "height": 0.14, "width": 0.08, "scale_size": 0.7},
        "tropical": {"stripes": 3, "fin_tip_color": "#ff8a2a", "iridescence": 0.6},
        "fantasy": {"iridescence": 1.0, "tail_flow": 1.0, "tail_size": 1.3, "fin_size": 1.3, "fin_tip_color": "#ff7ad9"},
        "minimalist": {"stand": "pedestal", "stripes": 0, "scale_relief": 0.2},
    },
}

#            mouth                                                             tail   share of the length; half height up,
STATIONS = [(0.00, 0.10, 0.11, 0.42), (0.03, 0.28, 0.26, 0.54), (0.08, 0.48, 0.40, 0.62), (0.16, 0.72, 0.60, 0.84),
            (0.28, 0.93, 0.82, 0.99), (0.42, 1.00, 0.96, 1.00), (0.58, 0.88, 0.90, 0.84), (0.74, 0.62, 0.62, 0.55),
            (0.88, 0.38, 0.36, 0.29), (1.00, 0.27, 0.25, 0.16)]                   # half height down, half width


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


def _lathe(profile, outline, at=(0, 0)):
    """Turn a profile of (radius, z) round a unit outline."""
    return _loft([[(x * r + at[0], y * r + at[1], z) for x, y in outline] for r, z in profile])


def _dome(axis, at, radius, low, high, steps, sides=32, bulge=0.0):
    """Zone of a sphere between two polar angles from `axis`, in degrees; `bulge` lifts its pole like a cornea."""
    axis = axis.normalized()
    a = axis.orthogonal().normalized()
    b = axis.cross(a)
    rings = []
    for k in range(steps + 1):
        t = math.radians(min(max(low + (high - low) * k / steps, 2.0), 178.0))
        r = radius * (1 + bulge * max(0.0, math.cos(t)) ** 12)
        rings.append([at + axis * (r * math.cos(t)) + (a * x + b * y) * (r * math.sin(t)) for x, y in _ngon(sides)])
    return _loft(rings)


def _tube(path, radius, sizes=None, closed=False, sides=10):
    """Round tube along a path, its frame carried along without twist; `sizes` scale the radius."""
    pts, n, rings, side = [Vector(q) for q in path], len(path), [], None
    for i, c in enumerate(pts):
        ahead = (pts[(i + 1) % n] - pts[i - 1]) if closed or 0 < i < n - 1 else (pts[1] - pts[0] if i == 0 else pts[-1] - pts[-2])
        side = ahead.orthogonal() if side is None else side - ahead * (side.dot(ahead) / ahead.length_squared)
        side = side.normalized()
        up = ahead.cross(side).normalized()
        r = radius * (sizes[i] if sizes else 1.0)
        rings.append([c + side * (x * r) + up * (y * r) for x, y in _ngon(sides)])
    return _loft(rings, along=closed)


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


def _sheet(rays, thick):
    """A fin from its rays (lists of points from root to tip): two skins, ridged along every fourth ray, closed at the rim."""
    n, m = len(rays), len(rays[0])
    front, behind = [], []
    for i in range(n):
        for j in range(m):
            u = rays[min(i + 1, n - 1)][j] - rays[max(i - 1, 0)][j]
            v = rays[i][min(j + 1, m - 1)] - rays[i][max(j - 1, 0)]
            normal = u.cross(v).normalized()
            ridge = 0.4 + 0.6 * math.cos(math.pi * i / 4) ** 2
            half = thick * ridge * (1.0 - 0.85 * j / (m - 1)) * (0.35 if i in (0, n - 1) else 1.0)
            front.append(rays[i][j] + normal * half)
            behind.append(rays[i][j] - normal * half)
    quads = [(i * m + j, (i + 1) * m + j, (i + 1) * m + j + 1, i * m + j + 1) for i in range(n - 1) for j in range(m - 1)]
    rim = ([(i, 0) for i in range(n)] + [(n - 1, j) for j in range(1, m)] + [(i, m - 1) for i in range(n - 2, -1, -1)]
           + [(0, j) for j in range(m - 2, 0, -1)])
    rim = [i * m + j for i, j in rim]
    faces = quads + [tuple(k + n * m for k in reversed(q)) for q in quads]
    faces += [(b, a, a + n * m, b + n * m) for a, b in zip(rim, rim[1:] + rim[:1])]
    uv = [(i / (n - 1), j / (m - 1)) for i in range(n) for j in range(m)] * 2
    return ([tuple(q) for q in front + behind], faces), uv


def _object(name, pieces, uv=()):
    """One mesh object from (shape, material) pairs; quads are smooth, caps (n-gons) flat; `uv` begins with the first piece."""
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
    if uv:
        layer = shell.loops.layers.uv.new("UVMap")
        for face in shell.faces:
            spots = [uv[v.index] if v.index < len(uv) else (0, 0) for v in face.verts]
            wraps = max(s[1] for s in spots) - min(s[1] for s in spots) > 0.6
            for loop, (s, t) in zip(face.loops, spots):
                loop[layer].uv = (s, t + 1 if wraps and t < 0.5 else t)
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


def _rainbow(tree, shift):
    """A colour that turns with the angle of view, from turquoise over violet to rose."""
    facing = _node(tree, "LayerWeight", {"Blend": 0.45}, "Facing")
    hue = _math(tree, "FRACT", _math(tree, "ADD", _math(tree, "MULTIPLY_ADD", facing, 0.5, 0.44), shift))
    return facing, _node(tree, "CombineColor", {0: hue, 1: 0.85, 2: 1.0}, mode="HSV")


def material_skin(p):
    """Overlapping scales, each of its own shade, a dark back and a light belly, stripes and a rainbow lustre."""
    old = bpy.data.materials.get("Fish skin")
    if old:
        return old
    mat, t, bsdf = _material("Fish skin")
    uv = _node(t, "TexCoord", {}, "UV")
    along, around = _node(t, "SeparateXYZ", {0: uv}, 0), _node(t, "SeparateXYZ", {0: uv}, 1)
    high = _math(t, "SUBTRACT", 1.0, _math(t, "ABSOLUTE", _math(t, "MULTIPLY_ADD", around, 2.0, -1.0)))      # 0 belly, 1 back
    rows = _math(t, "MULTIPLY", along, round(34 / p["scale_size"]))
    row = _math(t, "FLOOR", rows)
    cols = _math(t, "ADD", _math(t, "MULTIPLY", around, round(30 / p["scale_size"])), _math(t, "MULTIPLY", _math(t, "MODULO", row, 2.0), 0.5))
    x = _math(t, "FRACT", rows)
    y = _math(t, "SUBTRACT", _math(t, "FRACT", cols), 0.5)
    far = _math(t, "SQRT", _math(t, "ADD", _math(t, "MULTIPLY", x, x), _math(t, "MULTIPLY", _math(t, "MULTIPLY", y, y), 2.6)))
    inside = _ramp(t, far, 0.95, 0.85)
    edge = _math(t, "MULTIPLY", _ramp(t, far, 0.55, 0.86), inside)
    cell = _node(t, "CombineXYZ", {0: _math(t, "SUBTRACT", row, _math(t, "SUBTRACT", 1.0, inside)), 1: _math(t, "FLOOR", cols)})
    shade = _node(t, "TexWhiteNoise", {"Vector": cell}, "Value")
    cheek = _math(t, "MULTIPLY_ADD", _math(t, "ABSOLUTE", _math(t, "SUBTRACT", high, 0.5)), -0.12, along)
    scaly = _math(t, "MULTIPLY", _ramp(t, cheek, 0.245, 0.26), _ramp(t, p["scale_relief"], -0.15, 0.3))
    body = _mix(t, _ramp(t, high, 0.55, 0.98), _rgb(p["body_color"], 1.25), _rgb(p["body_color"], 0.45))
    pale = _math(t, "ADD", high, _math(t, "MULTIPLY", _math(t, "SUBTRACT", _node(t, "TexNoise", {"Vector": uv, "Scale": 9.0}), 0.5), 0.1))
    color = _mix(t, _ramp(t, pale, 0.2, 0.62), _rgb(p["belly_color"]), body)
    if p["stripes"]:
        wave = _math(t, "FRACT", _math(t, "MULTIPLY", _math(t, "SUBTRACT", along, 0.27), p["stripes"] / 0.66))
        wide = _math(t, "ABSOLUTE", _math(t, "SUBTRACT", wave, 0.5))
        band = _math(t, "MULTIPLY", _ramp(t, wide, 0.25, 0.22), _math(t, "MULTIPLY", _ramp(t, along, 0.27, 0.272), _ramp(t, along, 0.932, 0.93)))
        color = _mix(t, band, color, _rgb(p["stripe_color"]))
        rim = _math(t, "MULTIPLY", _math(t, "COMPARE", wide, 0.235, 0.03), _ramp(t, along, 0.27, 0.272))
        color = _mix(t, _math(t, "MULTIPLY", rim, 0.65), color, _rgb(p["body_color"], 0.15))
    color = _mix(t, _math(t, "MULTIPLY", scaly, _math(t, "MULTIPLY", shade, 0.55)), color, _mix(t, 0.5, color, (1, 1, 1, 1), "SOFT_LIGHT"))
    color = _mix(t, _math(t, "MULTIPLY", scaly, 0.55), color, _mix(t, edge, _mix(t, 1.0, color, (0.5, 0.5, 0.55, 1), "MULTIPLY"),
                                                                  _mix(t, 0.35, color, (0.8, 0.95, 1, 1))))
    facing, rainbow = _rainbow(t, _math(t, "MULTIPLY", shade, 0.22))
    lustre = _math(t, "MULTIPLY", _math(t, "MULTIPLY_ADD", facing, 0.6, 0.03), p["iridescence"])
    color = _mix(t, _math(t, "MULTIPLY", lustre, _math(t, "MULTIPLY_ADD", scaly, 0.75, 0.25)), color, rainbow)
    polished = _math(t, "MULTIPLY", scaly, _math(t, "MULTIPLY_ADD", _math(t, "POWER", shade, 2.5), 0.42 * p["metallic"], 0.05 * p["metallic"]))
    color = _mix(t, _math(t, "MULTIPLY", polished, _ramp(t, p["metallic"], 0.3, 1.0)), color, (0.62, 0.82, 1, 1))    # bright plates
    relief = _math(t, "MULTIPLY", scaly, _math(t, "MULTIPLY", inside, _math(t, "MULTIPLY_ADD", x, 0.8, 0.4)))
    tilt = _math(t, "MULTIPLY", _math(t, "MULTIPLY", scaly, shade), _math(t, "MULTIPLY", y, 0.5 + 0.9 * p["metallic"]))
    bump = _node(t, "Bump", {"Strength": 0.25 + 0.55 * p["scale_relief"], "Distance": 0.004, "Height": _math(t, "ADD", relief, tilt)})
    gloss = _math(t, "MULTIPLY_ADD", shade, 0.12, 0.34 - 0.24 * p["metallic"])
    _put(t, bsdf, {"Base Color": color, "Metallic": _math(t, "MULTIPLY", _math(t, "MULTIPLY_ADD", scaly, 0.7, 0.3), p["metallic"]),
                   "Roughness": gloss, "Normal": bump, "Coat Weight|Clearcoat": 0.5, "Coat Roughness|Clearcoat Roughness": 0.08,
                   "Specular IOR Level|Specular": 0.5})
    return mat


def material_fin(p):
    """Thin fin skin: darker rays, a gradient to the tips, light shining through."""
    old = bpy.data.materials.get("Fin")
    if old:
        return old
    mat, t, bsdf = _material("Fin")
    uv = _node(t, "TexCoord", {}, "UV")
    across, out = _node(t, "SeparateXYZ", {0: uv}, 0), _node(t, "SeparateXYZ", {0: uv}, 1)
    streak = _node(t, "TexNoise", {"Vector": _node(t, "Mapping", {"Vector": uv, "Scale": (46, 1.6, 1)}), "Scale": 1.0, "Detail": 4.0})
    color = _mix(t, _ramp(t, out, 0.25, 0.95), _rgb(p["fin_color"]), _rgb(p["fin_tip_color"]))
    color = _mix(t, _ramp(t, out, 0.28, 0.0), color, _rgb(p["body_color"], 0.75))
    color = _mix(t, _math(t, "MULTIPLY", _ramp(t, streak, 0.42, 0.7), 0.6), color, _mix(t, 1.0, color, (0.35, 0.35, 0.45, 1), "MULTIPLY"))
    facing, rainbow = _rainbow(t, _math(t, "MULTIPLY", across, 0.35))
    color = _mix(t, _math(t, "MULTIPLY", _math(t, "MULTIPLY_ADD", facing, 0.6, 0.15), p["iridescence"]), color, rainbow)
    bump = _node(t, "Bump", {"Strength": 0.35, "Distance": 0.002, "Height": streak})
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.33, "Normal": bump, "Metallic": 0.25 * p["fin_metallic"],
                   "Coat Weight|Clearcoat": 0.3})
    through = _node(t, "BsdfTranslucent", {"Color": color})
    both = _node(t, "MixShader", {0: 0.38, 1: bsdf.outputs[0], 2: through})
    t.links.new(both, next(n for n in t.nodes if n.type == "OUTPUT_MATERIAL").inputs["Surface"])
    return mat


def _glossy(name, color, rough, spots=0.0, metallic=0.0):
    """A smooth, coated material with a faint cloudiness."""
    old = bpy.data.materials.get(name)
    if old:
        return old
    mat, t, bsdf = _material(name)
    cloud = _node(t, "TexNoise", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": 60.0, "Detail": 3.0})
    _put(t, bsdf, {"Base Color": _mix(t, _math(t, "MULTIPLY", cloud, spots), _rgb(color), _rgb(color, 0.35)), "Roughness": rough,
                   "Metallic": metallic, "Coat Weight|Clearcoat": 0.6, "Coat Roughness|Clearcoat Roughness": 0.05})
    return mat


def material_lip(p):
    """Lips and eye rims: the body's colour, lighter and smooth."""
    old = bpy.data.materials.get("Lip")
    if old:
        return old
    mat, t, bsdf = _material("Lip")
    facing, rainbow = _rainbow(t, 0.1)
    color = _mix(t, 0.45, _rgb(p["body_color"]), _rgb(p["belly_color"]))
    color = _mix(t, _math(t, "MULTIPLY", facing, 0.5 * p["iridescence"]), color, rainbow)
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.3, "Coat Weight|Clearcoat": 0.5, "Metallic": 0.5 * p["fin_metallic"]})
    return mat


def material_lid(p):
    """Eyelids: the body's colour, with a soft lustre."""
    old = bpy.data.materials.get("Lid")
    if old:
        return old
    mat, t, bsdf = _material("Lid")
    facing, rainbow = _rainbow(t, 0.0)
    color = _mix(t, _math(t, "MULTIPLY", facing, 0.6 * p["iridescence"]), _rgb(p["body_color"], 0.8), rainbow)
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.3, "Coat Weight|Clearcoat": 0.5, "Metallic": 0.6 * p["fin_metallic"]})
    return mat


def material_iris(p):
    """Iris: fibres running out from the pupil, a dark rim."""
    old = bpy.data.materials.get("Iris")
    if old:
        return old
    mat, t, bsdf = _material("Iris")
    uv = _node(t, "TexCoord", {}, "UV")
    fibre = _node(t, "TexNoise", {"Vector": _node(t, "Mapping", {"Vector": uv, "Scale": (70, 2, 1)}), "Scale": 1.0, "Detail": 3.0})
    out = _node(t, "SeparateXYZ", {0: uv}, 1)
    color = _mix(t, _ramp(t, fibre, 0.35, 0.65), _rgb(p["eye_color"], 0.5), _rgb(p["eye_color"], 1.7))
    color = _mix(t, _ramp(t, out, 0.72, 0.98), color, _rgb(p["eye_color"], 0.1))
    _put(t, bsdf, {"Base Color": color, "Roughness": 0.12, "Coat Weight|Clearcoat": 1.0, "Coat Roughness|Clearcoat Roughness": 0.02})
    return mat


def material_bubble(p):
    """Soap-thin bubble: clear in the middle, a bright rainbow rim."""
    old = bpy.data.materials.get("Bubble")
    if old:
        return old
    mat, t, bsdf = _material("Bubble")
    facing, rainbow = _rainbow(t, 0.05)
    _put(t, bsdf, {"Base Color": _mix(t, 0.45, (0.85, 0.95, 1, 1), rainbow), "Roughness": 0.03, "Coat Weight|Clearcoat": 1.0})
    clear = _node(t, "BsdfTransparent", {"Color": (0.96, 0.99, 1, 1)})
    both = _node(t, "MixShader", {0: _math(t, "MULTIPLY_ADD", _math(t, "POWER", facing, 2.2), 0.85, 0.15), 1: clear, 2: bsdf.outputs[0]})
    t.links.new(both, next(n for n in t.nodes if n.type == "OUTPUT_MATERIAL").inputs["Surface"])
    if hasattr(mat, "blend_method"):      # EEVEE of 3.4 asks for it
        mat.blend_method = "BLEND"
    return mat


def _grainy(name, color, scale, relief, other):
    """A rough, grainy material: sand, coral or weed; `other` is the gain of its second shade."""
    old = bpy.data.materials.get(name)
    if old:
        return old
    mat, t, bsdf = _material(name)
    where = _node(t, "TexCoord", {}, "Object")
    cloud = _node(t, "TexNoise", {"Vector": where, "Scale": scale * 0.12, "Detail": 4.0})
    pits = _node(t, "TexVoronoi", {"Vector": where, "Scale": scale}, "Distance")
    color_out = _mix(t, _ramp(t, cloud, 0.35, 0.65), _rgb(color), _rgb(color, other))
    color_out = _mix(t, _ramp(t, pits, 0.55, 0.1), color_out, _mix(t, 0.7, color_out, _rgb(color, 0.4)))
    _put(t, bsdf, {"Base Color": color_out, "Roughness": 0.8, "Specular IOR Level|Specular": 0.25,
                   "Normal": _node(t, "Bump", {"Strength": relief, "Distance": 0.003, "Height": pits})})
    return mat


def material_sand(p):
    """Sand with dark grains."""
    return _grainy("Sand", p["sand_color"], 420.0, 0.5, 0.72)


def material_coral(p):
    """Coral: pitted, paler in patches."""
    return _grainy("Coral", p["coral_color"], 260.0, 0.7, 1.5)


def material_seaweed(p):
    """Seaweed."""
    return _grainy("Seaweed", p["seaweed_color"], 120.0, 0.25, 0.5)


def material_wood(p):
    """Dark turned wood of the pedestal."""
    return _glossy("Pedestal wood", "#4a2a18", 0.35, 0.8)


# ---------------------------------------------------------------- measures of the fish
def _middle(p):
    """Height of the fish's axis: room for the coral and for the largest tail."""
    return 0.5 * p["height"] + 0.38 * p["length"]


def _frame(p, s):
    """The spine at the share `s` of the length: (point, direction to the tail, direction to the side)."""
    k = 0.42 if s > 0.3 else 0.2
    x, dx = p["swim"] * (0.07 - k * (s - 0.3) ** 2), -2 * p["swim"] * k * (s - 0.3)
    a = math.radians(p["turn"])
    cos, sin = math.cos(a), math.sin(a)
    y = s - 0.56
    back = Vector((dx, 1, 0)).normalized()
    back = Vector((back.x * cos - back.y * sin, back.x * sin + back.y * cos, 0))
    point = Vector(((x * cos - y * sin) * p["length"], (x * sin + y * cos) * p["length"], _middle(p)))
    return point, back, Vector((back.y, -back.x, 0))


def _girth(p, s):
    """Half height up, half height down and half width of the body at the share `s`."""
    s = min(max(s, 0.0), 1.0)
    i = max(k for k in range(len(STATIONS) - 1) if STATIONS[k][0] <= s)
    q = [STATIONS[min(max(k, 0), len(STATIONS) - 1)] for k in (i - 1, i, i + 1, i + 2)]
    t = (s - q[1][0]) / (q[2][0] - q[1][0])
    span = q[2][0] - q[1][0]
    out = []
    for c, full in ((1, p["height"] / 2), (2, p["height"] / 2), (3, p["width"] / 2)):
        m0 = (q[2][c] - q[0][c]) / max(q[2][0] - q[0][0], 1e-6) * span
        m1 = (q[3][c] - q[1][c]) / max(q[3][0] - q[1][0], 1e-6) * span
        value = ((2 * t ** 3 - 3 * t * t + 1) * q[1][c] + (t ** 3 - 2 * t * t + t) * m0
                 + (3 * t * t - 2 * t ** 3) * q[2][c] + (t ** 3 - t * t) * m1)
        out.append(full * max(value, 0.02) ** (0.62 + 0.5 * p["streamline"]))
    return out


def _section(p, s, angles):
    """Points round the body at the share `s`; angle 0 is the left side, 90 degrees the back, -90 the belly."""
    point, _, side = _frame(p, s)
    up, down, wide = _girth(p, s)
    turns = [(math.cos(math.radians(a)), math.sin(math.radians(a))) for a in angles]
    return [point + side * (wide * c) + Vector((0, 0, (up if z > 0 else down) * z)) for c, z in turns]


def _skin(p, s, angle):
    """One point of that section."""
    return _section(p, s, [angle])[0]


def _outward(p, s, angle):
    """Normal of the body there."""
    du = _skin(p, s + 0.01, angle) - _skin(p, s - 0.01, angle)
    dv = _skin(p, s, angle + 2) - _skin(p, s, angle - 2)
    n = dv.cross(du).normalized()
    return n if n.dot(_skin(p, s, angle) - _frame(p, s)[0]) > 0 else -n


def _mouth(p, share, deep):
    """Ring of the mouth: a smiling oval at the nose, `share` of its full size, `deep` behind the lips."""
    point, back, side = _frame(p, 0)
    up, down, wide = _girth(p, 0)
    ring = []
    for k in range(64):
        a = 2 * math.pi * k / 64
        x, z = math.cos(a), math.sin(a)
        lift = (p["smile"] - 0.35) * 0.3 * p["height"] * (x * x - 0.4)
        ring.append(point + side * (wide * x * share) + Vector((0, 0, (up if z > 0 else down) * z * share + lift))
                    + back * (deep + 0.028 * p["length"] * x * x))
    return ring


def _fan(p, root, ahead, up, spread, length, count, wave):
    """Rays of a fan-shaped fin: roots along `root`, spread to both sides of `ahead`, each scalloped and waving."""
    side, rays = ahead.cross(up).normalized(), []
    for i in range(count):
        u = -1 + 2 * i / (count - 1)
        ray, long = [], length(u) * (1 - 0.07 * math.sin(math.pi * i / 4) ** 2)
        spot = root(u)
        for j in range(17):
            v = j / 16
            turn = math.radians(spread) * u * (0.45 + 1.0 * v ** 0.7 - 0.55 * p["tail_flow"] * v ** 2.2)
            ray.append(spot + side * (wave * p["tail_flow"] * v * math.sin(4.2 * v + 2.3 * u)))
            spot = spot + (ahead * math.cos(turn) + up * math.sin(turn)) * (long / 16)
        rays.append(ray)
    return rays


def _ridge_fin(p, low, high, angle, tall, lean):
    """Rays of a fin along the body from `low` to `high` at `angle` (90 back, -90 belly), leaning back."""
    rays, way = [], Vector((0, 0, 1 if angle > 0 else -1))
    for i in range(49):
        u = i / 48
        s = low + (high - low) * u
        _, back, side = _frame(p, s)
        up, down, _ = _girth(p, s)
        spot = _skin(p, s, angle) - way * min(0.018 * p["length"], 0.5 * up, 0.5 * down)
        full = tall * (u + 0.02) ** 0.45 * (1.04 - u) ** 0.75 * 1.6 * (1 - 0.06 * math.sin(math.pi * i / 4) ** 2)
        ray = []
        for j in range(13):
            v = j / 12
            sway = 0.16 * p["tail_flow"] * tall * v * math.sin(7 * u + 2.5 * v)
            ray.append(spot + way * (full * v + 0.018 * p["length"] * v) + back * (full * lean * v ** 1.5) + side * sway)
        rays.append(ray)
    return rays


# ---------------------------------------------------------------- parts
def build_body(p):
    """Scaled body from the lips to the root of the tail, with gill covers and nostrils."""
    skin, lip = material_skin(p), material_lip(p)
    shares = [0.006 + 0.024 * k / 5 for k in range(6)] + [0.04 + 0.96 * k / 68 for k in range(69)]
    angles = [-90 + 360 * k / 64 for k in range(64)]
    mouth = [_mouth(p, 1.0, 0.0)[(k - 16) % 64] for k in range(64)]
    rings = [[_mouth(p, share, deep * p["length"])[(k - 16) % 64] for k in range(64)] for share, deep in ((0.5, 0.05), (0.95, 0.03))]
    rings.append(mouth)
    uv = [(0.0, k / 64) for k in range(64)] * 3
    pull = [m - q for m, q in zip(mouth, _section(p, 0, angles))]
    for s in shares:
        ease = max(0.0, 1 - s / 0.16) ** 2
        rings.append([q + d * ease for q, d in zip(_section(p, s, angles), pull)])
        uv += [(s, k / 64) for k in range(64)]
    pieces = [(_loft(rings), skin)]
    radius = 0.018 * p["length"]
    pieces.append((_tube(_mouth(p, 1.02, 0.2 * radius), radius, [0.85 + 0.3 * abs(math.sin(2 * math.pi * k / 64)) for k in range(64)],
                         closed=True, sides=14), lip))
    gape = _loft([_mouth(p, share, deep * p["length"]) for share, deep in ((1.0, 0.0), (0.9, 0.012), (0.6, 0.03), (0.3, 0.04))])
    pieces.append((gape, _glossy("Mouth", "#5c1420", 0.35)))
    for hand in (1, -1):
        line = []
        for k in range(25):
            a = -62 + 118 * k / 24
            line.append(_skin(p, 0.262 + 0.055 * math.cos(math.radians(a * 1.25)), a if hand > 0 else 180 - a))
        sizes = [0.25 + 0.75 * math.sin(math.pi * k / 24) ** 0.6 for k in range(25)]
        pieces.append((_tube(line, 0.0125 * p["length"], sizes), lip))
        spot = _skin(p, 0.075, 90 - hand * 28)
        pieces.append((_dome(_outward(p, 0.075, 90 - hand * 28), spot, 0.009 * p["length"], 0, 180, 8, 14), lip))
    return [_object("Body", pieces, uv)]


def build_eyes(p):
    """Big eyes: white ball, iris, pupil, two glints, a rim where it meets the head and a lid."""
    objects = []
    white, iris, pupil = _glossy("Eye white", "#f6f4ee", 0.08), material_iris(p), _glossy("Pupil", "#050507", 0.04)
    glint, lid, rim = _glossy("Glint", "#ffffff", 0.1), material_lid(p), material_lip(p)
    for hand in (1, -1):
        angle = 90 - hand * 58
        out, r = _outward(p, 0.19, angle), p["eye_size"]
        _, back, side = _frame(p, 0.19)
        at = _skin(p, 0.19, angle) - out * (r * 0.42)
        look = (side * hand * 1.0 - back * 0.62 + Vector((0, 0, 0.22))).normalized()
        up = (Vector((0, 0, 1)) - look * look.z).normalized()
        across = look.cross(up)
        shape = _dome(look, at, r, 25, 50, 6, 48, 0.09)
        uv = [(k / 48, j / 6) for j in range(7) for k in range(48)]
        pieces = [(shape, iris), (_dome(look, at, r, 50, 180, 18, 48, 0.09), white), (_dome(look, at, r, 0, 25, 5, 48, 0.09), pupil)]
        for a, b, size in ((0.30, 0.26, 0.17), (-0.26, -0.22, 0.085)):
            spot = (look + up * a - across * b * hand).normalized()
            reach = r * (1 + 0.09 * max(0.0, spot.dot(look)) ** 12)
            pieces.append((_dome(spot, at + spot * (reach - size * r * 0.82), r * size, 0, 180, 10, 20), glint))
        hinge = []
        tilt = -(0.34 * p["smile"] - 0.1) * hand
        top = (up * math.cos(tilt) + across * math.sin(tilt)).normalized()
        wing = look.cross(top)
        brow = math.radians(68 - 90 * p["lids"])
        for shell, shut in ((1.11, 0.0), (1.11, 1.0), (1.02, 1.0), (1.02, 0.0)):
            steps = 12 if shell == 1.11 and shut == 0.0 else 0
            for k in range(max(1, steps)):
                a = math.radians(150) + (brow - math.radians(150)) * (k / 12 if steps else shut)
                hinge.append([at + (wing * math.cos(b) + (look * math.cos(a) + top * math.sin(a)) * math.sin(b)) * (r * shell)
                              for b in (math.radians(4 + 172 * j / 32) for j in range(33))])
        verts, faces = _loft([[ring[j] for ring in hinge] for j in range(33)])
        pieces.append(((verts, faces), lid))
        line = [at + (wing * math.cos(b) + (look * math.cos(brow) + top * math.sin(brow)) * math.sin(b)) * (r * 1.07)
                for b in (math.radians(4 + 172 * j / 32) for j in range(33))]
        pieces.append((_tube(line, r * 0.07, [0.7 + 0.5 * math.sin(math.pi * j / 32) for j in range(33)], sides=8), lid))
        a = out.orthogonal().normalized()
        b = out.cross(a)
        collar = [at + out * (r * 0.36) + (a * x + b * y) * (r * 0.95) for x, y in _ngon(48)]
        pieces.append((_tube(collar, r * 0.14, closed=True), rim))
        objects.append(_object("Eye " + ("left" if hand > 0 else "right"), pieces, uv))
    return objects


def build_tail(p):
    """Two flowing lobes on the root of the tail."""
    point, back, _ = _frame(p, 0.95)
    up, down, _ = _girth(p, 0.95)
    full = 0.47 * p["length"] * p["tail_size"]
    rays = _fan(p, lambda u: point + Vector((0, 0, (up if u > 0 else down) * 0.8 * u)), back, Vector((0, 0, 1)), 52,
                lambda u: full * (0.42 + 0.58 * abs(u) ** 1.25), 65, 0.13 * p["length"] * p["tail_size"])
    shape, uv = _sheet(rays, 0.014 * p["length"])
    return [_object("Tail", [(shape, material_fin(p))], uv)]


def build_dorsal_fin(p):
    """Long fin on the back, high in front."""
    shape, uv = _sheet(_ridge_fin(p, 0.3, 0.84, 90, 0.165 * p["length"] * p["fin_size"], 0.75), 0.009 * p["length"])
    return [_object("Dorsal fin", [(shape, material_fin(p))], uv)]


def build_side_fins(p):
    """A pectoral fin on either side, spread like a hand."""
    objects = []
    for hand in (1, -1):
        angle = -14 if hand > 0 else 194
        _, back, side = _frame(p, 0.36)
        out = _outward(p, 0.36, angle)
        ahead = (back * 0.95 + side * hand * 0.7 - Vector((0, 0, 0.12))).normalized()
        up = (Vector((0, 0, 1)) + back * 0.35)
        up = (up - ahead * up.dot(ahead)).normalized()
        full = 0.25 * p["length"] * p["fin_size"]
        spot = _skin(p, 0.36, angle) - out * (0.014 * p["length"])
        rays = _fan(p, lambda u: spot + up * (0.028 * p["length"] * u), ahead, up, 42, lambda u: full * (1 - 0.3 * u * u + 0.15 * u),
                    33, 0.04 * p["length"] * p["fin_size"])
        shape, uv = _sheet(rays, 0.008 * p["length"])
        objects.append(_object("Side fin " + ("left" if hand > 0 else "right"), [(shape, material_fin(p))], uv))
    return objects


def build_belly_fins(p):
    """A pair of pelvic fins and the anal fin."""
    objects = []
    full = 0.15 * p["length"] * p["fin_size"]
    for hand in (1, -1):
        angle = -90 + hand * 34
        _, back, side = _frame(p, 0.5)
        ahead = (back * 0.8 + side * hand * 0.45 - Vector((0, 0, 0.75))).normalized()
        up = (back * 0.8 + Vector((0, 0, 0.6)))
        up = (up - ahead * up.dot(ahead)).normalized()
        spot = _skin(p, 0.5, angle) - _outward(p, 0.5, angle) * (0.012 * p["length"])
        rays = _fan(p, lambda u: spot + up * (0.02 * p["length"] * u), ahead, up, 30, lambda u: full * (1 - 0.25 * u * u), 25,
                    0.02 * p["length"] * p["fin_size"])
        shape, uv = _sheet(rays, 0.007 * p["length"])
        objects.append(_object("Pelvic fin " + ("left" if hand > 0 else "right"), [(shape, material_fin(p))], uv))
    shape, uv = _sheet(_ridge_fin(p, 0.64, 0.9, -90, 0.1 * p["length"] * p["fin_size"], 0.9), 0.008 * p["length"])
    objects.append(_object("Anal fin", [(shape, material_fin(p))], uv))
    return objects


def _mound(p):
    """Radius and height of the sand."""
    return 0.36 * p["length"], 0.05 * p["length"]


def build_stand(p):
    """The sea floor with the coral that cradles the belly, or a turned pedestal with a brass rod."""
    radius, tall = _mound(p)
    pieces, unit = [], p["length"]
    belly = _skin(p, 0.42, -90)
    if p["stand"] == "pedestal":
        wood, brass = material_wood(p), _glossy("Brass", "#c9a24a", 0.22, 0.3, 1.0)
        r = radius * 0.9
        turned = [(r - 0.06 * unit, 0.0), (r - 0.006 * unit, 0.0), (r, 0.004 * unit), (r, 0.022 * unit), (r - 0.005 * unit, 0.027 * unit),
                  (r - 0.018 * unit, 0.03 * unit), (r - 0.03 * unit, 0.042 * unit), (r - 0.052 * unit, 0.052 * unit),
                  (r - 0.06 * unit, 0.058 * unit), (r - 0.062 * unit, 0.066 * unit), (r - 0.07 * unit, 0.07 * unit), (0.02 * unit, 0.072 * unit)]
        pieces.append((_lathe(turned, _ngon(64), belly), wood))
        collar = [(0.045, 0.06), (0.05, 0.075), (0.046, 0.084), (0.03, 0.09), (0.025, 0.1), (0.028, 0.106), (0.02, 0.112), (0.012, 0.114)]
        pieces.append((_lathe([(a * unit, b * unit) for a, b in collar], _ngon(32), belly), brass))
        rod = [(belly.x, belly.y, z) for z in (0.08 * unit, belly.z * 0.5, belly.z - 0.02 * unit, belly.z + 0.02 * unit)]
        pieces.append((_tube(rod, 0.0145 * unit, [1, 1, 1, 1], sides=16), brass))
        cup = [(0.014, -0.035), (0.03, -0.022), (0.042, -0.008), (0.048, 0.006)]
        pieces.append((_lathe([(a * unit, belly.z + b * unit) for a, b in cup], _ngon(32), belly), brass))
        return [_object("Pedestal", pieces)]
    sand, coral, rock = material_sand(p), material_coral(p), _grainy("Pebble", "#8d8f92", 90.0, 0.2, 0.6)
    dice, rings = random.Random(4), []
    for r, z in ((0.4, 0.0), (0.97, 0.0), (1.0, 0.1), (0.985, 0.28), (0.93, 0.5), (0.84, 0.7), (0.7, 0.86), (0.5, 0.98), (0.28, 1.04), (0.02, 1.06)):
        rings.append([(x * radius * r * (1 + 0.045 * math.sin(3 * k / 72 * 2 * math.pi + 1) + 0.03 * math.sin(7 * k / 72 * 2 * math.pi)),
                       y * radius * r * (1 + 0.045 * math.sin(3 * k / 72 * 2 * math.pi + 1) + 0.03 * math.sin(7 * k / 72 * 2 * math.pi)),
                       tall * z * (1 + 0.1 * math.sin(5 * k / 72 * 2 * math.pi + 4 * r) * r)) for k, (x, y) in enumerate(_ngon(72))])
    pieces.append((_loft(rings), sand))
    foot = Vector((0.01 * unit, 0.0, tall * 0.95))
    fork = Vector((belly.x * 0.6, belly.y * 0.6, tall + (belly.z - tall) * 0.42))
    holds = [(0.30, -62), (0.34, -118), (0.55, -60), (0.52, -122), (0.43, -90)]
    for k, (s, a) in enumerate(holds):
        end = _skin(p, s, a)
        out = _outward(p, s, a)
        knee = fork.lerp(end, 0.5) + Vector(((end - fork).x, (end - fork).y, 0)) * 0.35
        path = _spline([foot, foot.lerp(fork, 0.55) + Vector((0.012, -0.008, 0)) * unit * (1 if k % 2 else -1), fork, knee, end + out * 0.004 * unit,
                        end + (Vector((0, 0, 0.05 * unit)) if k < 4 else -out * 0.01 * unit) + out * 0.012 * unit], 6)
        sizes = [max(0.5, 1.15 - 0.62 * i / (len(path) - 1)) * (1 + 0.09 * math.sin(i * 1.9 + k)) for i in range(len(path))]
        pieces.append((_tube(path + [path[-1] + (path[-1] - path[-2]).normalized() * 0.008 * unit], 0.037 * unit, sizes + [0.12], sides=12), coral))
    for k in range(11):
        a = k * 2.39996 + 0.6
        r = radius * (0.3 + 0.32 * dice.random())
        base = Vector((math.cos(a) * r * 0.75, math.sin(a) * r * 0.75, tall * 0.6))
        high = (0.1 + 0.1 * dice.random()) * unit
        lean = Vector((math.cos(a), math.sin(a), 0)) * 0.05 * unit
        tip = base + lean + Vector((0, 0, high))
        for fork_k in range(3):
            twist = a + (fork_k - 1) * 0.9
            end = tip + Vector((math.cos(twist) * 0.045, math.sin(twist) * 0.045, 0.035 + 0.012 * (fork_k == 1))) * unit
            path = _spline([base, base.lerp(tip, 0.6) + lean * 0.1, tip, end], 4)
            n = len(path)
            sizes = [1.2 - 0.55 * i / (n - 1) + 0.1 * math.sin(2.1 * i + k) for i in range(n)]
            pieces.append((_tube(path + [end + (end - path[-2]).normalized() * 0.006 * unit], 0.019 * unit, sizes + [0.1], sides=9), coral))
    for k in range(16):
        a, r = dice.uniform(0, 6.28), radius * dice.uniform(0.55, 0.9)
        size = unit * dice.uniform(0.012, 0.034)
        z = tall * (1.05 - 0.5 * (r / radius) ** 3)
        arc = [(max(math.sin(math.pi * j / 8), 0.05), -math.cos(math.pi * j / 8)) for j in range(9)]
        oval = [(x * (1 + 0.15 * math.sin(2 * i + k)), y * 0.8) for i, (x, y) in enumerate(_ngon(14, k))]
        pieces.append((_lathe([(size * q, z * 0.97 + size * 0.6 * h) for q, h in arc], oval, (math.cos(a) * r, math.sin(a) * r)), rock))
    star_at, rings = Vector((-0.5 * radius, -0.5 * radius, tall * 0.82)), []
    slope = Vector((-0.22, -0.22, 1)).normalized()
    one = slope.orthogonal().normalized()
    two = slope.cross(one)
    for share, lift in ((0.85, -0.5), (1.0, 0.0), (0.93, 0.45), (0.7, 0.8), (0.4, 1.0), (0.05, 1.1)):
        rings.append([star_at + (one * x + two * y) * (0.1 * unit * share * (0.3 + 0.7 * abs(math.cos(2.5 * 2 * math.pi * k / 60)) ** 1.7 if share > 0.3 else 0.3))
                      + slope * (0.018 * unit * lift * (0.6 + 0.4 * (1 - share))) for k, (x, y) in enumerate(_ngon(60))])
    pieces.append((_loft(rings), coral))
    return [_object("Stand", pieces)]


def build_seaweed(p):
    """Wavy blades round the edge of the stand."""
    radius, _ = _mound(p)
    objects = []
    for k in range(p["seaweed"]):
        dice = random.Random(100 + k)
        a = 0.5 + k * 2.39996
        at = Vector((math.cos(a), math.sin(a), 0)) * (radius * 0.72)
        if p["stand"] == "pedestal":
            belly = _skin(p, 0.42, -90)
            at += Vector((belly.x, belly.y, 0))
        tall, phase = p["length"] * dice.uniform(0.38, 0.62), dice.uniform(0, 6.28)
        out, along, rings = Vector((math.cos(a), math.sin(a), 0)), Vector((-math.sin(a), math.cos(a), 0)), []
        for i in range(29):
            v = i / 28
            spot = at + Vector((0, 0, 0.01 * p["length"] + tall * v)) + along * (0.05 * p["length"] * v * math.sin(5 * v + phase)) + out * (0.1 * p["length"] * v * v)
            wide = p["length"] * 0.03 * (0.55 + 0.45 * math.sin(math.pi * v ** 0.7)) * (1 - v ** 5 * 0.93) * (1 + 0.16 * math.sin(26 * v))
            twist = 0.9 * math.sin(3 * v + phase)
            flat = along * math.cos(twist) + out * math.sin(twist)
            thin = flat.cross(Vector((0, 0, 1)))
            rings.append([spot + flat * (wide * x) + thin * (wide * 0.16 * y) for x, y in _ngon(12)])
        objects.append(_object("Seaweed %d" % (k + 1), [(_loft(rings), material_seaweed(p))]))
    return objects


def build_bubbles(p):
    """Bubbles that rise from the mouth and round the fish."""
    objects = []
    for k in range(p["bubbles"]):
        dice = random.Random(700 + k)
        size = p["bubble_size"] * dice.uniform(0.5, 1.35)
        if k % 3 == 0:
            point, back, side = _frame(p, 0.0)
            at = point - back * (0.1 + 0.004 * k) * p["length"] + side * dice.uniform(-0.07, 0.07) * p["length"]
            at.z += p["length"] * (0.02 + 0.03 * k)
        else:
            point, back, side = _frame(p, dice.uniform(0.0, 1.15))
            hand = 1 if k % 2 else -1
            at = point + side * (hand * (p["width"] * 0.5 + p["length"] * dice.uniform(0.12, 0.28)))
            at.z += dice.uniform(-0.15, 0.95) * 0.5 * p["length"] + 0.08 * p["height"]
        objects.append(_object("Bubble %d" % (k + 1), [(_dome(Vector((0, 0, 1)), at, size, 0, 180, 16, 28), material_bubble(p))]))
    return objects


def build(p):
    """Build every part and gather the parts under one empty."""
    root = bpy.data.objects.new("Cartoon fish", None)
    bpy.context.scene.collection.objects.link(root)
    parts = (build_body(p) + build_eyes(p) + build_tail(p) + build_dorsal_fin(p) + build_side_fins(p) + build_belly_fins(p)
             + build_stand(p) + build_seaweed(p) + build_bubbles(p))
    for obj in parts:
        obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
