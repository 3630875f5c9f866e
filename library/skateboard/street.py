"""Street skateboard: a kicked and concave seven-ply deck, colourful grip tape, cast trucks and urethane wheels.

Parts
    deck        seven plies, rounded edge, print on the underside
    grip        grip tape with grit and a pattern of colours, and the graphic when there is one
    bolts       four countersunk bolts for each truck, with nuts below
    risers      a soft pad under each truck (off)
    trucks      base plate, king pin, bushings, hanger and axle, at nose and tail
    wheels      four urethane wheels
    bearings    two ball bearings in every wheel, open or shielded
    underglow   a strip of light under the deck (off)
Parameters
    "length", "width", "shape", "kick" and "concave" form the deck. "wheel_size" and "clearance" set how high it rides.
    "grip_pattern" lays out the three grip colours, "graphic" draws a picture over the tape and on the underside.
    "wheel_glow" makes the wheels shine in their own colours.
"""
import math
import bpy
import bmesh
from mathutils import Vector

PARAMS = {
    "length": 0.8,               # m, 0.55..1.15: length of the deck
    "width": 0.21,               # m, 0.16..0.27: width of the deck
    "thickness": 0.012,          # m, 0.008..0.018: thickness of the deck
    "shape": "popsicle",         # one of popsicle cruiser pintail: outline of the deck
    "kick": 21,                  # deg, 0..32: how steeply nose and tail rise
    "concave": 0.007,            # m, 0..0.014: how far the edges stand above the middle
    "clearance": 0.016,          # m, 0.010..0.035: gap between wheels and deck
    "deck_color": "#c98d52",     # color: the wood of the deck
    "ply_color": "#b8372f",      # color: the stained plies in the edge
    "grip_pattern": "splash",    # one of plain fade stripes splash: how the grip colours are laid out
    "grip_color": "#4a25b8",     # color: ground of the grip tape
    "grip_color_2": "#14d3e0",   # color: second colour of the grip tape
    "grip_color_3": "#ff4d7e",   # color: third colour of the grip tape
    "grit": 0.6,                 # share, 0..1: coarseness of the grip tape
    "graphic": "none",           # one of none flames lightning waves mosaic: picture on tape and underside
    "graphic_color": "#ff3b1f",  # color: the graphic
    "graphic_color_2": "#ffd02e",  # color: second colour of the graphic
    "truck_color": "#c3c7cc",    # color: metal of the trucks
    "polish": 0.6,               # share, 0..1: 0 raw casting, 1 mirror
    "bushing_color": "#f2a71b",  # color: bushings and risers
    "bolt_color": "#d8dadd",     # color: bolts
    "wheel_size": 0.061,         # m, 0.050..0.080: diameter of the wheels
    "wheel_width": 0.039,        # m, 0.028..0.052: width of the wheels
    "wheel_color": "#f4efe2",    # color: wheels on the one diagonal
    "wheel_color_2": "#f4efe2",  # color: wheels on the other diagonal
    "wheel_glow": 0.0,           # factor, 0..6: light from the wheels
    "bearing_color": "#e23b2e",  # color: cage of the bearings, or their shields
    "shields": False,            # switch: shields over the balls of the bearings
    "risers": False,             # switch: a soft pad under each truck
    "underglow": False,          # switch: a strip of light under the deck
    "underglow_color": "#29e0ff",  # color: the light under the deck
}

EXEMPLAR = {
    "title": "Skateboard",
    "names": ["skateboard", "street skateboard", "skate board", "board", "longboard", "cruiser board", "penny board"],
    "kin": ["scooter", "roller skate", "surfboard", "snowboard", "bicycle", "kick scooter"],
    "tags": ["sport", "vehicle", "street", "wood", "toy"],
    "parts": {
        "deck": {"describe": "kicked and concave seven-ply deck", "touches": ["grip"],
                 "bounds": [[-0.4, -0.105, 0.077], [0.4, 0.105, 0.12]]},
        "grip": {"describe": "grip tape with grit and colours", "touches": ["deck"],
                 "bounds": [[-0.396, -0.101, 0.088], [0.396, 0.101, 0.121]]},
        "bolts": {"describe": "countersunk bolts with nuts", "count": 8, "touches": ["deck", "trucks"],
                  "bounds": [[-0.232, -0.026, 0.059], [0.232, 0.026, 0.092]]},
        "risers": {"describe": "soft riser pads", "count": 2, "when": "risers", "touches": ["deck", "trucks"]},
        "trucks": {"describe": "metal trucks with bushings and axle", "count": 2, "touches": ["bearings"],
                   "bounds": [[-0.245, -0.117, 0.013], [0.245, 0.117, 0.08]]},
        "wheels": {"describe": "smooth urethane wheels", "count": 4, "touches": ["bearings"],
                   "bounds": [[-0.231, -0.107, 0.0], [0.231, 0.107, 0.061]]},
        "bearings": {"describe": "ball bearings", "count": 8, "touches": ["wheels", "trucks"],
                     "bounds": [[-0.211, -0.099, 0.019], [0.211, 0.099, 0.042]]},
        "underglow": {"describe": "strip of light under the deck", "when": "underglow", "touches": ["deck"]},
    },
    "things": {
        "": {
            "length": ["length"], "width": ["width"], "height": ["clearance"], "size": ["length", "width"],
            "color": ["deck_color", "grip_color_2", "grip_color_3"],
            "qualities": [
                {"words": ["colorful", "colourful", "vibrant", "bright"],
                 "set": {"grip_pattern": "splash", "grip_color": "#4a25b8", "grip_color_2": "#14d3e0", "grip_color_3": "#ff4d7e",
                         "wheel_color": "#ff4f9a", "wheel_color_2": "#2fd6a3"}},
                {"words": ["cool", "decorated", "painted", "graphic"], "set": {"graphic": "flames"}},
                {"words": ["glowing", "neon", "lit"],
                 "set": {"wheel_glow": 4.5, "wheel_color": "#2bff3a", "wheel_color_2": "#ff2bd6", "underglow": True}},
                {"words": ["plain", "simple"], "set": {"graphic": "none", "grip_pattern": "plain"}},
                {"words": ["shiny", "polished"], "set": {"polish": 1.0}},
            ],
        },
        "deck": {
            "words": ["wooden deck", "plank", "wood", "edge", "ply"], "color": ["deck_color", "ply_color"], "length": ["length"],
            "width": ["width"], "thickness": ["thickness"], "size": ["length", "width"],
            "materials": {"wooden": {"deck_color": "#c98d52"}, "maple": {"deck_color": "#c98d52"}, "bamboo": {"deck_color": "#d9b56a", "ply_color": "#9c7a35"},
                          "walnut": {"deck_color": "#5a3a22", "ply_color": "#3a2416"}, "wood": {"deck_color": "#c98d52"}},
            "qualities": [
                {"words": ["cool", "decorated", "painted", "patterned", "graphic"], "set": {"graphic": "flames"}},
                {"words": ["curved", "concave", "deep"], "set": {"concave": 0.014, "kick": 27}},
                {"words": ["flat"], "set": {"concave": 0.0, "kick": 3}},
                {"words": ["plain"], "set": {"graphic": "none"}},
                {"words": ["pointed", "surf"], "set": {"shape": "pintail"}},
            ],
        },
        "nose and tail": {"words": ["nose", "tail", "kick", "kicktail"], "height": ["kick"], "size": ["kick"], "parts": ["deck", "grip"],
                          "remove": {"kick": 0},
                          "qualities": [{"words": ["steep", "high", "upturned"], "set": {"kick": 32}},
                                        {"words": ["flat"], "set": {"kick": 0}}]},
        "grip": {
            "words": ["grip tape", "griptape", "tape", "top"], "color": ["grip_color", "grip_color_2", "grip_color_3"],
            "qualities": [
                {"words": ["colorful", "colourful", "vibrant", "bright", "rainbow"],
                 "set": {"grip_pattern": "splash", "grip_color": "#4a25b8", "grip_color_2": "#14d3e0", "grip_color_3": "#ff4d7e"}},
                {"words": ["plain", "simple", "black"], "set": {"grip_pattern": "plain", "grip_color": "#16181d"}},
                {"words": ["striped"], "set": {"grip_pattern": "stripes"}},
                {"words": ["splashed", "paint", "graffiti", "camo", "camouflage"], "set": {"grip_pattern": "splash"}},
                {"words": ["gradient", "faded", "sunset"],
                 "set": {"grip_pattern": "fade", "grip_color": "#ff5a3c", "grip_color_2": "#ffd02e", "grip_color_3": "#1fb7ff"}},
                {"words": ["rough", "coarse", "gritty", "sandy"], "set": {"grit": 1.0}},
                {"words": ["smooth", "fine"], "set": {"grit": 0.1}},
            ],
        },
        "graphic": {
            "words": ["design", "pattern", "graphic design", "graphic design pattern", "design pattern", "artwork", "picture",
                      "print", "sticker", "decal", "logo", "art"],
            "color": ["graphic_color", "graphic_color_2"], "add": {"graphic": "flames"}, "remove": {"graphic": "none"},
            "parts": ["grip", "deck"],
            "qualities": [{"words": ["cool", "fiery", "flame", "fire", "hot rod"], "set": {"graphic": "flames"}},
                          {"words": ["electric", "lightning", "thunder", "zigzag"], "set": {"graphic": "lightning"}},
                          {"words": ["wavy", "wave", "ocean", "japanese", "surf"], "set": {"graphic": "waves"}},
                          {"words": ["geometric", "mosaic", "abstract", "triangular", "modern"], "set": {"graphic": "mosaic"}}],
        },
        "flames": {"words": ["flame", "fire"], "add": {"graphic": "flames"}, "remove": {"graphic": "none"}, "parts": ["grip", "deck"],
                   "color": ["graphic_color", "graphic_color_2"]},
        "lightning": {"words": ["lightning bolt", "thunderbolt", "bolt of lightning"], "add": {"graphic": "lightning"},
                      "remove": {"graphic": "none"}, "parts": ["grip", "deck"], "color": ["graphic_color", "graphic_color_2"]},
        "waves": {"words": ["wave"], "add": {"graphic": "waves"}, "remove": {"graphic": "none"}, "parts": ["grip", "deck"],
                  "color": ["graphic_color", "graphic_color_2"]},
        "trucks": {
            "words": ["truck", "metal truck", "axle", "hanger", "base plate"], "color": ["truck_color"],
            "materials": {"metal": {"truck_color": "#c3c7cc"}, "steel": {"truck_color": "#aab0b8"}, "gold": {"truck_color": "#e0b04a", "polish": 0.9},
                          "chrome": {"truck_color": "#e6e9ee", "polish": 1.0}, "copper": {"truck_color": "#c9724a"}},
            "qualities": [{"words": ["shiny", "polished", "chrome", "mirror"], "set": {"polish": 1.0, "truck_color": "#e6e9ee"}},
                          {"words": ["raw", "matte", "rough", "cast"], "set": {"polish": 0.05}}],
        },
        "bushings": {"words": ["bushing", "rubber"], "color": ["bushing_color"], "parts": ["trucks", "risers"]},
        "bolts": {"words": ["bolt", "screw", "hardware", "nut"], "color": ["bolt_color"]},
        "risers": {"words": ["riser", "riser pad", "shock pad"], "switch": "risers", "color": ["bushing_color"]},
        "wheels": {
            "words": ["wheel", "urethane"], "color": ["wheel_color", "wheel_color_2"], "size": ["wheel_size"], "height": ["wheel_size"],
            "width": ["wheel_width"], "thickness": ["wheel_width"],
            "qualities": [
                {"words": ["glowing", "glow", "luminous", "lit", "light up", "light-up", "neon"],
                 "set": {"wheel_glow": 4.5, "wheel_color": "#2bff3a", "wheel_color_2": "#ff2bd6"}},
                {"words": ["colorful", "colourful"], "set": {"wheel_color": "#ff4f9a", "wheel_color_2": "#2fd6a3"}},
                {"words": ["large", "big", "cruiser"], "set": {"wheel_size": 0.074, "wheel_width": 0.046}},
                {"words": ["small"], "set": {"wheel_size": 0.051}},
                {"words": ["wide", "fat"], "set": {"wheel_width": 0.05}},
            ],
        },
        "neon colors": {"words": ["neon", "neon color", "neon light", "glow"], "parts": ["wheels"], "remove": {"wheel_glow": 0.0},
                 "add": {"wheel_glow": 4.5, "wheel_color": "#2bff3a", "wheel_color_2": "#ff2bd6"},
                 "color": ["wheel_color", "wheel_color_2"]},
        "bearings": {"words": ["bearing", "ball bearing"], "color": ["bearing_color"],
                     "qualities": [{"words": ["detailed", "open", "visible", "intricate", "realistic"], "set": {"shields": False}},
                                   {"words": ["shielded", "sealed", "closed", "covered", "plain"], "set": {"shields": True}}]},
        "shields": {"words": ["shield", "bearing shield", "bearing cover"], "switch": "shields", "color": ["bearing_color"],
                    "parts": ["bearings"]},
        "underglow": {"words": ["led", "led strip", "light", "light strip", "under light", "neon strip"], "switch": "underglow",
                      "color": ["underglow_color"]},
    },
    "styles": {
        "street": {"shape": "popsicle", "kick": 21, "wheel_size": 0.053},
        "cruiser": {"shape": "cruiser", "length": 0.7, "width": 0.2, "wheel_size": 0.062, "wheel_width": 0.042, "kick": 16},
        "longboard": {"shape": "pintail", "length": 1.1, "width": 0.23, "kick": 2, "wheel_size": 0.072, "wheel_width": 0.048, "risers": True},
        "neon": {"wheel_glow": 4.5, "wheel_color": "#2bff3a", "wheel_color_2": "#ff2bd6", "underglow": True},
        "futuristic": {"grip_pattern": "plain", "graphic": "mosaic", "graphic_color": "#19e3ff", "graphic_color_2": "#7a3cff",
                       "underglow": True, "polish": 1.0, "wheel_glow": 3.5, "wheel_color": "#19e3ff", "wheel_color_2": "#7a3cff"},
        "retro": {"shape": "cruiser", "grip_pattern": "stripes", "grip_color": "#7a3b1d", "grip_color_2": "#e98a2b",
                  "grip_color_3": "#f3d9a0", "wheel_color": "#e9a23b", "wheel_color_2": "#e9a23b"},
        "minimalist": {"grip_pattern": "plain", "graphic": "none"},
    },
}

#             length and fullness of the rounded nose, then of the tail, as shares of the width
OUTLINES = {"popsicle": (0.62, 0.92, 0.58, 0.92), "cruiser": (1.5, 0.72, 0.3, 0.55), "pintail": (2.1, 0.85, 1.9, 0.95)}


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


def _lathe(profile, at, axis, sides=32, closed=False):
    """Turn a profile of (radius, height) about `axis` through `at`; `closed` joins its end to its beginning."""
    axis = Vector(axis).normalized()
    a = axis.orthogonal().normalized()
    b = axis.cross(a)
    return _loft([[at + axis * h + (a * x + b * y) * r for x, y in _ngon(sides)] for r, h in profile], along=closed)


def _tube(path, radii, sides=20):
    """Round tube along a path with a radius for every point."""
    pts, rings, side = [Vector(q) for q in path], [], None
    for i, c in enumerate(pts):
        ahead = pts[min(i + 1, len(pts) - 1)] - pts[max(i - 1, 0)]
        side = ahead.orthogonal() if side is None else side - ahead * (side.dot(ahead) / ahead.length_squared)
        side = side.normalized()
        up = ahead.cross(side).normalized()
        rings.append([c + side * (x * radii[i]) + up * (y * radii[i]) for x, y in _ngon(sides)])
    return _loft(rings)


def _block(size, at, radius, bevel):
    """Box with rounded upright edges and bevelled rims, `at` the middle of its underside."""
    x, y, z = size
    rings = []
    for inset, h in ((bevel, 0), (bevel * 0.3, bevel * 0.3), (0, bevel), (0, bevel * 1.4), (0, z - bevel * 1.4), (0, z - bevel),
                     (bevel * 0.3, z - bevel * 0.3), (bevel, z)):
        ring = []
        for cx, cy, start in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
            for k in range(7):
                a = math.radians(start + 15 * k)
                ring.append(at + Vector((cx * (x / 2 - radius) + math.cos(a) * (radius - inset),
                                         cy * (y / 2 - radius) + math.sin(a) * (radius - inset), h)))
        rings.append(ring)
    return _loft(rings)


def _object(name, pieces, uv=()):
    """One mesh object from (shape, material) pairs; quads are smooth, caps (n-gons) flat; `uv` is for the first piece."""
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
    if uv:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", [c for loop in mesh.loops
                                      for c in (uv[loop.vertex_index] if loop.vertex_index < len(uv) else (0, 0))])
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


def _graphic(t, p, where):
    """The graphic as (colour, mask) over the deck; None when there is none. `where` is in metres along and across."""
    if p["graphic"] == "none":
        return None
    x = _math(t, "DIVIDE", _node(t, "SeparateXYZ", {0: where}, 0), p["length"])
    y = _math(t, "DIVIDE", _node(t, "SeparateXYZ", {0: where}, 1), p["width"])
    one, two, ink = _rgb(p["graphic_color"]), _rgb(p["graphic_color_2"]), (0.004, 0.004, 0.006, 1)
    if p["graphic"] == "flames":
        sway = _math(t, "MULTIPLY", _math(t, "SINE", _math(t, "MULTIPLY", x, 19.0)), 0.055)
        lane = _math(t, "MULTIPLY", _math(t, "ADD", y, sway), 5.0)
        tongue = _math(t, "ABSOLUTE", _math(t, "SUBTRACT", _math(t, "FRACT", lane), 0.5))                # 0.5 between, 0 at a tip
        reach = _node(t, "TexWhiteNoise", {"Vector": _node(t, "CombineXYZ", {0: _math(t, "FLOOR", lane)})}, "Value")
        tip = _math(t, "MULTIPLY_ADD", reach, 0.34, 0.02)
        edge = _math(t, "SUBTRACT", tip, _math(t, "MULTIPLY", _math(t, "POWER", _math(t, "MULTIPLY", tongue, 2.0), 0.75), 0.42))
        fire = _math(t, "SUBTRACT", edge, x)
        heat = _math(t, "ADD", _math(t, "MULTIPLY", fire, 0.3), _math(t, "MULTIPLY", x, -0.8))
        color = _mix(t, _ramp(t, heat, -0.1, 0.38), two, one)
        color = _mix(t, _ramp(t, fire, 0.016, 0.012), color, ink)
        return color, _ramp(t, fire, 0.0, 0.003)
    if p["graphic"] == "lightning":
        saw = _math(t, "PINGPONG", _math(t, "MULTIPLY_ADD", x, 4.0, 4.12), 0.5)
        jag = _math(t, "MULTIPLY_ADD", _math(t, "PINGPONG", _math(t, "MULTIPLY_ADD", x, 13.0, 9.0), 0.5), 0.22, saw)
        far = _math(t, "ABSOLUTE", _math(t, "SUBTRACT", _math(t, "MULTIPLY_ADD", jag, 0.95, -0.29), y))
        wide = _math(t, "MULTIPLY_ADD", _math(t, "ABSOLUTE", x), -0.26, 0.17)
        inner = _math(t, "SUBTRACT", wide, far)
        color = _mix(t, _ramp(t, inner, 0.035, 0.06), one, two)
        color = _mix(t, _ramp(t, inner, 0.014, 0.01), color, ink)
        return color, _ramp(t, inner, -0.002, 0.002)
    if p["graphic"] == "waves":
        rows = _math(t, "MULTIPLY", y, 6.0)
        row = _math(t, "FLOOR", rows)
        cols = _math(t, "MULTIPLY_ADD", x, 3.0 * p["length"] / p["width"], _math(t, "MULTIPLY", _math(t, "MODULO", row, 2.0), 0.5))
        dx = _math(t, "SUBTRACT", _math(t, "FRACT", cols), 0.5)
        dy = _math(t, "MULTIPLY", _math(t, "FRACT", rows), 0.5)
        far = _math(t, "SQRT", _math(t, "ADD", _math(t, "MULTIPLY", dx, dx), _math(t, "MULTIPLY", dy, dy)))
        band = _math(t, "FRACT", _math(t, "MULTIPLY", far, 5.6))
        color = _mix(t, _ramp(t, far, 0.12, 0.5), two, one)
        return _mix(t, _ramp(t, band, 0.62, 0.66), color, ink), _ramp(t, _math(t, "ABSOLUTE", y), 0.47, 0.46)
    cells = _node(t, "Mapping", {"Vector": where, "Rotation": (0, 0, 0.5), "Scale": (15, 15, 0)})
    shards = _node(t, "TexVoronoi", {"Vector": cells, "Scale": 1.0, "Randomness": 0.75}, "Color")
    pick = _node(t, "SeparateXYZ", {0: shards}, 0)
    color = _mix(t, pick, one, two)
    color = _mix(t, _math(t, "MULTIPLY", _node(t, "SeparateXYZ", {0: shards}, 1), 0.6), color, (1, 1, 1, 1), "SOFT_LIGHT")
    rim = _node(t, "TexVoronoi", {"Vector": cells, "Scale": 1.0, "Randomness": 0.75}, "Distance", feature="DISTANCE_TO_EDGE")
    color = _mix(t, _ramp(t, rim, 0.03, 0.024), color, ink)
    return color, _ramp(t, _math(t, "ADD", _math(t, "ABSOLUTE", x), _math(t, "MULTIPLY", pick, 0.25)), 0.5, 0.495)


def material_deck(p):
    """Maple: long grain, stained plies in the edge, and the print on the underside."""
    old = bpy.data.materials.get("Deck wood")
    if old:
        return old
    mat, t, bsdf = _material("Deck wood")
    where = _node(t, "TexCoord", {}, "Object")
    warp = _node(t, "TexNoise", {"Vector": where, "Scale": 3.0, "Detail": 2.0}, "Color")
    along = _node(t, "Mapping", {"Vector": _mix(t, 0.06, where, warp, "ADD"), "Scale": (5, 80, 80)})
    grain = _node(t, "TexNoise", {"Vector": along, "Scale": 1.6, "Detail": 6.0, "Roughness": 0.62})
    wood = _mix(t, _ramp(t, grain, 0.34, 0.68), _rgb(p["deck_color"], 0.62), _rgb(p["deck_color"], 1.12))
    ply = _math(t, "MULTIPLY", _node(t, "SeparateXYZ", {0: _node(t, "TexCoord", {}, "UV")}, 1), 7.0)
    layer = _math(t, "MODULO", _math(t, "FLOOR", ply), 2.0)
    seam = _math(t, "ABSOLUTE", _math(t, "SUBTRACT", _math(t, "FRACT", ply), 0.5))
    up = _node(t, "SeparateXYZ", {0: _node(t, "NewGeometry", {}, "Normal")}, 2)
    rim = _ramp(t, _math(t, "ABSOLUTE", up), 0.94, 0.88)
    edge = _mix(t, layer, wood, _mix(t, _ramp(t, grain, 0.3, 0.7), _rgb(p["ply_color"], 0.7), _rgb(p["ply_color"], 1.1)))
    edge = _mix(t, _math(t, "MULTIPLY", _ramp(t, seam, 0.44, 0.48), 0.7), edge, _rgb(p["deck_color"], 0.15))
    color = _mix(t, rim, wood, edge)
    rough = 0.42
    art = _graphic(t, p, where)
    if art:
        below = _math(t, "MULTIPLY", _ramp(t, up, -0.88, -0.9), art[1])
        color = _mix(t, below, color, art[0])
        rough = _math(t, "MULTIPLY_ADD", below, -0.22, 0.42)
    bump = _node(t, "Bump", {"Strength": 0.12, "Distance": 0.001, "Height": grain})
    _put(t, bsdf, {"Base Color": color, "Roughness": rough, "Normal": bump, "Coat Weight|Clearcoat": 0.35,
                   "Coat Roughness|Clearcoat Roughness": 0.1})
    return mat


def material_grip(p):
    """Grip tape: grit that catches the light, three colours in a pattern, the graphic on top, worn a little where feet stand."""
    old = bpy.data.materials.get("Grip tape")
    if old:
        return old
    mat, t, bsdf = _material("Grip tape")
    where = _node(t, "TexCoord", {}, "Object")
    one, two, three = _rgb(p["grip_color"]), _rgb(p["grip_color_2"]), _rgb(p["grip_color_3"])
    x = _math(t, "DIVIDE", _node(t, "SeparateXYZ", {0: where}, 0), p["length"])
    y = _math(t, "DIVIDE", _node(t, "SeparateXYZ", {0: where}, 1), p["width"])
    blot = _node(t, "TexNoise", {"Vector": where, "Scale": 7.0, "Detail": 5.0, "Roughness": 0.5})
    color = one
    if p["grip_pattern"] == "fade":
        run = _math(t, "ADD", _math(t, "MULTIPLY_ADD", y, 0.12, x), _math(t, "MULTIPLY", _math(t, "SUBTRACT", blot, 0.5), 0.25))
        color = _mix(t, _ramp(t, run, 0.0, 0.38), _mix(t, _ramp(t, run, -0.38, 0.0), one, two), three)
    elif p["grip_pattern"] == "stripes":
        lane = _math(t, "ABSOLUTE", y)
        color = _mix(t, _math(t, "COMPARE", lane, 0.0, 0.07), _mix(t, _math(t, "COMPARE", lane, 0.17, 0.065), one, two), three)
    elif p["grip_pattern"] == "splash":
        drops = _node(t, "TexVoronoi", {"Vector": where, "Scale": 34.0}, "Distance")
        spray = _math(t, "MULTIPLY_ADD", _ramp(t, drops, 0.3, 0.0), 0.11, blot)
        slant = _math(t, "MULTIPLY_ADD", y, 0.35, x)
        first = _math(t, "MULTIPLY_ADD", _math(t, "ABSOLUTE", _math(t, "ADD", slant, 0.2)), -0.62, spray)
        second = _math(t, "MULTIPLY_ADD", _math(t, "ABSOLUTE", _math(t, "SUBTRACT", slant, 0.2)), -0.62, spray)
        color = _mix(t, _ramp(t, first, 0.425, 0.43), one, two)
        color = _mix(t, _ramp(t, second, 0.425, 0.43), color, three)
        fleck = _math(t, "MULTIPLY", _ramp(t, drops, 0.14, 0.12), _ramp(t, blot, 0.5, 0.56))
        color = _mix(t, fleck, color, (0.95, 0.72, 0.1, 1))
    art = _graphic(t, p, where)
    if art:
        color = _mix(t, art[1], _mix(t, 0.78, color, (0.008, 0.008, 0.012, 1)), art[0])
    grain = _node(t, "TexVoronoi", {"Vector": where, "Scale": 1150.0 - 550.0 * p["grit"]}, "Distance")
    cell = _node(t, "TexWhiteNoise", {"Vector": _node(t, "TexVoronoi", {"Vector": where, "Scale": 1150.0 - 550.0 * p["grit"]}, "Color")}, "Value")
    color = _mix(t, _math(t, "MULTIPLY", _ramp(t, grain, 0.3, 0.75), 0.35 + 0.35 * p["grit"]), color, (0.006, 0.006, 0.007, 1))
    color = _mix(t, _math(t, "MULTIPLY", _ramp(t, cell, 0.95, 0.97), 0.45), color, (1, 1, 1, 1))
    worn = _math(t, "MULTIPLY", _ramp(t, blot, 0.5, 0.72), 0.12)
    color = _mix(t, worn, color, (0.35, 0.33, 0.3, 1))
    _put(t, bsdf, {"Base Color": color, "Roughness": _math(t, "MULTIPLY_ADD", cell, -0.45, 0.95), "Specular IOR Level|Specular": 0.4,
                   "Normal": _node(t, "Bump", {"Strength": 0.35 + 0.6 * p["grit"], "Distance": 0.0015, "Height": _math(t, "SUBTRACT", 1.0, grain)})})
    return mat


def material_truck(p):
    """Cast and brushed metal: fine casting grain, cloudy roughness, brushed streaks when polished."""
    old = bpy.data.materials.get("Truck metal")
    if old:
        return old
    mat, t, bsdf = _material("Truck metal")
    where = _node(t, "TexCoord", {}, "Object")
    cast = _node(t, "TexNoise", {"Vector": where, "Scale": 900.0, "Detail": 2.0})
    brush = _node(t, "TexNoise", {"Vector": _node(t, "Mapping", {"Vector": where, "Scale": (1500, 25, 1500)}), "Scale": 1.0, "Detail": 2.0})
    cloud = _node(t, "TexNoise", {"Vector": where, "Scale": 45.0, "Detail": 4.0})
    color = _mix(t, _ramp(t, cloud, 0.3, 0.7), _rgb(p["truck_color"], 0.72), _rgb(p["truck_color"], 1.05))
    rough = _math(t, "MULTIPLY_ADD", _math(t, "ADD", cloud, brush), 0.13, 0.44 - 0.4 * p["polish"])
    _put(t, bsdf, {"Base Color": color, "Metallic": 1.0, "Roughness": rough,
                   "Normal": _node(t, "Bump", {"Strength": 0.3 - 0.24 * p["polish"], "Distance": 0.0008, "Height": cast})})
    return mat


def _steel(name, color, rough):
    """Turned steel."""
    old = bpy.data.materials.get(name)
    if old:
        return old
    mat, t, bsdf = _material(name)
    cloud = _node(t, "TexNoise", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": 250.0, "Detail": 3.0})
    _put(t, bsdf, {"Base Color": _mix(t, cloud, _rgb(color, 0.75), _rgb(color)), "Metallic": 1.0,
                   "Roughness": _math(t, "MULTIPLY_ADD", cloud, 0.16, rough)})
    return mat


def _urethane(name, color, glow, core=None):
    """Poured urethane: satin, a little waxy, with faint clouds; `glow` makes it shine in its own colour.

    `core` is (distance of the axles from the middle, radius) of wheels: they shine from the hub and keep a darker rim.
    """
    old = bpy.data.materials.get(name)
    if old:
        return old
    mat, t, bsdf = _material(name)
    cloud = _node(t, "TexNoise", {"Vector": _node(t, "TexCoord", {}, "Object"), "Scale": 70.0, "Detail": 3.0})
    shade = _mix(t, _ramp(t, cloud, 0.35, 0.7), _rgb(color), _rgb(color, 0.86))
    facing = _node(t, "LayerWeight", {"Blend": 0.35}, "Facing")
    light = _math(t, "MULTIPLY", _math(t, "MULTIPLY_ADD", facing, -0.45, 1.0), glow)
    if core and glow:
        shade = _mix(t, min(1.0, 0.3 * glow), shade, _rgb(color, 0.4))
        place = _node(t, "TexCoord", {}, "Object")
        along = _math(t, "SUBTRACT", _math(t, "ABSOLUTE", _node(t, "SeparateXYZ", {0: place}, 0)), core[0])
        above = _math(t, "SUBTRACT", _node(t, "SeparateXYZ", {0: place}, 2), core[1])
        far = _math(t, "SQRT", _math(t, "ADD", _math(t, "MULTIPLY", along, along), _math(t, "MULTIPLY", above, above)))
        heart = _ramp(t, far, core[1] * 0.72, core[1] * 0.36)
        groove = _math(t, "COMPARE", far, core[1] * 0.8, core[1] * 0.05)
        spokes = _math(t, "COSINE", _math(t, "MULTIPLY", _math(t, "ARCTAN2", above, along), 6.0))
        heart = _math(t, "MULTIPLY", heart, _math(t, "MULTIPLY_ADD", _ramp(t, spokes, -0.5, 0.5), 0.22, 0.02))
        light = _math(t, "MULTIPLY", light, _math(t, "SUBTRACT", _math(t, "ADD", heart, 0.14), _math(t, "MULTIPLY", groove, 0.12)))
    _put(t, bsdf, {"Base Color": shade, "Roughness": _math(t, "MULTIPLY_ADD", cloud, 0.15, 0.24), "Coat Weight|Clearcoat": 0.25,
                   "Emission Color|Emission": _rgb(color), "Emission Strength": light})
    return mat


def material_wheel(p):
    """Urethane of the wheels on the one diagonal."""
    return _urethane("Wheel one", p["wheel_color"], p["wheel_glow"], (_truck_at(p), p["wheel_size"] / 2))


def material_wheel_2(p):
    """Urethane of the wheels on the other diagonal."""
    return _urethane("Wheel two", p["wheel_color_2"], p["wheel_glow"], (_truck_at(p), p["wheel_size"] / 2))


def material_bushing(p):
    """Urethane of bushings and risers."""
    return _urethane("Bushing", p["bushing_color"], 0.0)


# ---------------------------------------------------------------- measures of the board
def _deck_bottom(p):
    """Height of the underside of the deck between the trucks."""
    return p["wheel_size"] + p["clearance"]


def _truck_at(p):
    """Distance of the trucks from the middle."""
    return 0.25 * p["length"]


def _rise(p, x, y):
    """How far the deck stands above its middle at (x, y): concave across, kicked at the ends."""
    over = max(0.0, abs(x) - _truck_at(p) - 0.062)
    soft = 0.07
    return p["concave"] * (2 * y / p["width"]) ** 2 + math.tan(math.radians(p["kick"])) * (math.sqrt(over * over + soft * soft) - soft)


def _outline(p):
    """Outline of the deck as (point, point of the middle line) pairs, from the nose round by the left; k and -k are mirrored."""
    nose, full, tail, blunt = OUTLINES[p["shape"]]
    half, wide = p["length"] / 2, p["width"] / 2
    nose, tail = min(nose * p["width"], half * 0.95), min(tail * p["width"], half * 0.95)
    left = []
    for k in range(33):
        a = math.pi / 2 * k / 32
        left.append((half - nose + nose * max(math.cos(a), 0.0) ** full, wide * math.sin(a) ** full))
    steps = 30
    left += [(half - nose - (2 * half - nose - tail) * k / steps, wide) for k in range(1, steps)]
    for k in range(32, -1, -1):
        a = math.pi / 2 * k / 32
        left.append((-half + tail - tail * max(math.cos(a), 0.0) ** blunt, wide * math.sin(a) ** blunt))
    right = [(x, -y) for x, y in left[-2:0:-1]]
    core = min(nose, tail, wide)
    return [(Vector(q), Vector((min(max(q[0], -half + core), half - core), 0))) for q in left + right]


def _shell(p, rims):
    """Closed shell over the deck's outline; `rims` are (share of the way from the middle line, height in the deck)."""
    outline, rings = _outline(p), []
    bottom = _deck_bottom(p)
    for share, height in rims:
        flat = [core + (q - core) * share for q, core in outline]
        rings.append([(q.x, q.y, bottom + height + _rise(p, q.x, q.y)) for q in flat])
    verts, faces = _loft(rings)
    n = len(outline)
    faces = faces[:-2]
    for base in (0, (len(rings) - 1) * n):
        for k in range(n // 2):
            a, b, c, d = k, k + 1, (n - k - 1) % n, (n - k) % n
            face = [base + i for i in dict.fromkeys((a, b, c, d))]
            faces.append(tuple(face))
    return verts, faces


def _bolt_spots(p):
    """The eight bolts as (x, y)."""
    return [(s * _truck_at(p) + dx, dy) for s in (1, -1) for dx in (-0.027, 0.027) for dy in (-0.0205, 0.0205)]


def _wheel_spots(p):
    """The four wheels as (x, sign of the side)."""
    return [(s * _truck_at(p), side) for s in (1, -1) for side in (1, -1)]


def _wheel_middle(p):
    """Distance of the wheels' middle planes from the long axis."""
    return max(p["width"] / 2 - p["wheel_width"] / 2 + 0.002, 0.048 + p["wheel_width"] / 2)


# ---------------------------------------------------------------- parts
def build_deck(p):
    """The deck: rounded edge, concave and kicks."""
    t, r = p["thickness"], p["thickness"] * 0.36
    inner = (0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88, 0.95)
    half = p["width"] / 2
    rims = [(s, 0.0) for s in inner]
    for k in range(6):
        a = math.pi / 2 * k / 5
        rims.append((1 - r * (1 - math.sin(a)) / half, r * (1 - math.cos(a))))
    rims += [(1, t * (0.36 + 0.28 * k / 5)) for k in range(1, 5)]
    for k in range(6):
        a = math.pi / 2 * k / 5
        rims.append((1 - r * (1 - math.cos(a)) / half, t - r * (1 - math.sin(a))))
    rims += [(s, t) for s in reversed(inner)]
    shape = _shell(p, rims)
    n = len(shape[0]) // len(rims)
    uv = [(k / n, h / t) for _, h in rims for k in range(n)]
    return [_object("Deck", [(shape, material_deck(p))], uv)]


def build_grip(p):
    """The tape: a thin sheet a little smaller than the deck."""
    t, edge = p["thickness"], 1 - 0.0042 / (p["width"] / 2)
    inner = (0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88)
    rims = [(s, t - 0.0008) for s in inner] + [(edge, t - 0.0008), (edge, t + 0.0005), (edge - 0.004, t + 0.0009), (edge - 0.012, t + 0.0009)]
    rims += [(s, t + 0.0009) for s in reversed(inner)]
    return [_object("Grip tape", [(_shell(p, rims), material_grip(p))])]


def build_bolts(p):
    """Countersunk bolts with a cross slot above and a nut below."""
    steel, dark, objects = _steel("Bolt steel", p["bolt_color"], 0.2), _steel("Slot", "#17181a", 0.5), []
    for k, (x, y) in enumerate(_bolt_spots(p)):
        top = _deck_bottom(p) + p["thickness"] + 0.0009 + _rise(p, x, y)
        low = _deck_bottom(p) - 0.0175
        at = Vector((x, y, 0))
        head = [(0.0022, low), (0.0024, low + 0.001), (0.0024, top - 0.003), (0.0048, top - 0.0004), (0.0051, top + 0.0001),
                (0.0049, top + 0.0008), (0.0042, top + 0.0012), (0.001, top + 0.0014)]
        pieces = [(_lathe(head, at, (0, 0, 1), 24), steel)]
        for size in ((0.0056, 0.0011, 0.0006), (0.0011, 0.0056, 0.0006)):
            pieces.append((_block(size, at + Vector((0, 0, top + 0.00095)), 0.0004, 0.0001), dark))
        nut = [(0.0046, low + 0.003), (0.0052, low + 0.0037), (0.0052, low + 0.0086), (0.0046, low + 0.0093)]
        pieces.append((_lathe(nut, at, (0, 0, 1), 6), steel))
        objects.append(_object("Bolt %d" % (k + 1), pieces))
    return objects


def build_risers(p):
    """Soft pads between trucks and deck, their rim standing a little proud of the plates."""
    if not p["risers"]:
        return []
    objects = []
    for name, s in (("nose", 1), ("tail", -1)):
        pad = _block((0.094, 0.064, 0.0065), Vector((s * _truck_at(p), 0, _deck_bottom(p) - 0.0055)), 0.009, 0.0012)
        objects.append(_object("Riser " + name, [(pad, material_bushing(p))]))
    return objects


def build_trucks(p):
    """Two trucks, king pins towards the middle: plate, pivot, bushings, hanger and axle with nuts."""
    metal, steel, soft, objects = material_truck(p), _steel("Axle steel", "#c9ccd0", 0.22), material_bushing(p), []
    axle, plate = p["wheel_size"] / 2, _deck_bottom(p) - 0.0085
    tall = plate - axle
    reach = _wheel_middle(p) + p["wheel_width"] / 2
    hub = _wheel_middle(p) - p["wheel_width"] / 2 - 0.001
    for name, s in (("nose", 1), ("tail", -1)):
        zero = Vector((s * _truck_at(p), 0, axle))

        def at(x, y, z):
            return zero + Vector((-s * x, y, z))

        pieces = [(_block((0.084, 0.056, 0.009), at(0, 0, tall), 0.008, 0.0016), metal)]
        pin = Vector((-s * math.sin(0.42), 0, -math.cos(0.42)))
        seat = at(0.012, 0, 0.006)
        up = (tall - 0.006) / math.cos(0.42)
        block = [(0.0185, -up - 0.004), (0.0185, -up + 0.002), (0.016, -up + 0.004), (0.0145, -0.019), (0.0135, -0.0175)]
        pieces.append((_lathe(block, seat, pin, 28), metal))
        for low, high, wide in ((-0.0175, -0.005, 0.0118), (0.005, 0.0155, 0.0108)):
            mid, bulge = (low + high) / 2, wide * 1.07
            body = [(wide * 0.86, low), (wide * 0.97, low + 0.0009), (wide, low + 0.0022), (bulge, mid), (wide, high - 0.0022),
                    (wide * 0.97, high - 0.0009), (wide * 0.86, high)]
            pieces.append((_lathe(body, seat, pin, 32), soft))
        for h, wide in ((-0.0182, 0.0128), (0.0152, 0.0118)):
            cup = [(wide * 0.8, h - 0.0003), (wide, h), (wide * 1.03, h + 0.0008), (wide, h + 0.0016), (wide * 0.8, h + 0.0019)]
            pieces.append((_lathe(cup, seat, pin, 32), steel))
        pieces.append((_lathe([(0.0042, -0.02), (0.0042, 0.0228), (0.0036, 0.0236), (0.0022, 0.0238)], seat, pin, 20), steel))
        nut = [(0.0072, 0.0166), (0.0082, 0.0174), (0.0082, 0.0212), (0.0074, 0.0222), (0.005, 0.0224)]
        pieces.append((_lathe(nut, seat, pin, 6), steel))
        ring = [(0.0135, -0.0052), (0.0165, -0.0042), (0.0172, 0.0), (0.0165, 0.0042), (0.0135, 0.0052)]
        pieces.append((_lathe(ring, seat, pin, 32), metal))
        rings = []
        for k in range(41):
            v = -1 + 2 * k / 40
            full = math.exp(-(v / 0.33) ** 2)
            flare = 0.0018 * math.exp(-((abs(v) - 1) / 0.06) ** 2)
            ring = []
            for x, z in _ngon(28):
                grow = 0.0072 + flare + 0.0062 * full * (1 + 0.7 * max(0, z)) + 0.002 * math.exp(-((abs(v) - 0.45) / 0.2) ** 2) * max(0, z)
                ring.append(at(x * grow + 0.004 * full, v * hub, z * grow + 0.004 * full))
            rings.append(ring)
        pieces.append((_loft(rings), metal))
        pivot = at(-0.031, 0, tall - 0.012)
        arm = [at(0.002, 0, 0.006), at(-0.01, 0, 0.01 + tall * 0.08), at(-0.022, 0, tall * 0.5), pivot + Vector((0, 0, -0.001)), pivot + Vector((0, 0, 0.005))]
        pieces.append((_tube(arm, [0.0135, 0.0115, 0.0085, 0.0068, 0.005]), metal))
        cup = [(0.0085, 0.0), (0.0105, 0.0008), (0.0112, 0.0028), (0.0122, 0.0095), (0.0138, 0.0125), (0.0138, 0.0145)]
        pieces.append((_lathe(cup, pivot, (0, 0, 1), 28), metal))
        pieces.append((_lathe([(0.0072, -0.0015), (0.0088, -0.001), (0.009, 0.0006), (0.0086, 0.0015)], pivot, (0, 0, 1), 28), soft))
        for rib in (1, -1):
            pieces.append((_tube([at(-0.03, rib * 0.009, tall + 0.001), at(0.0, rib * 0.0125, tall - 0.004), at(0.024, rib * 0.013, tall + 0.001)],
                                 [0.0035, 0.0042, 0.0035], 12), metal))
        rod = [(0.0032, -reach - 0.0105), (0.0039, -reach - 0.0098), (0.0039, reach + 0.0098), (0.0032, reach + 0.0105)]
        pieces.append((_lathe(rod, zero, (0, 1, 0), 20), steel))
        for side in (1, -1):
            end = zero + Vector((0, side * (reach - p["wheel_width"] * 0.5 + 0.0118), 0))
            way = (0, side, 0)
            shift = reach - (reach - p["wheel_width"] * 0.5 + 0.0118)
            pieces.append((_lathe([(0.0058, -0.0014), (0.0066, -0.001), (0.0066, 0.0002), (0.0058, 0.0006)], end, way, 24), steel))
            nut = [(0.0055, 0.0004), (0.0068, 0.0012), (0.0068, 0.0056), (0.006, 0.0064), (0.0056, 0.0078), (0.0048, 0.0082)]
            pieces.append((_lathe(nut, end, way, 6), steel))
            inner = zero + Vector((0, side * (hub + 0.0006), 0))
            pieces.append((_lathe([(0.0058, -0.003), (0.0064, -0.0024), (0.0064, p["wheel_width"] * 0.5 - 0.0105), (0.0058, p["wheel_width"] * 0.5 - 0.0098)],
                                  inner, way, 24), steel))
        objects.append(_object("Truck " + name, pieces))
    return objects


def build_wheels(p):
    """Wheels with rounded lips, a moulded groove, a printed line and a recessed hub."""
    r, w, objects = p["wheel_size"] / 2, p["wheel_width"] / 2, []
    line = _steel("Print", "#22252b", 0.4)
    for x, side in _wheel_spots(p):
        at = Vector((x, side * _wheel_middle(p), r))
        own = material_wheel(p) if (x > 0) == (side > 0) else material_wheel_2(p)
        lip, seat = min(0.007, 0.24 * r), 0.0112
        outer = [(seat, 0.0), (seat, 0.0106), (seat + 0.0004, 0.0112), (seat + 0.0022, 0.0116), (seat + 0.0028, 0.0122),
                 (seat + 0.0033, w - 0.0045), (seat + 0.004, w - 0.0032), (seat + 0.0052, w - 0.0026), (r - lip - 0.0034, w - 0.0006),
                 (r - lip - 0.0026, w - 0.0004), (r - lip - 0.0021, w - 0.0009), (r - lip - 0.0014, w - 0.0009), (r - lip - 0.0009, w - 0.0002)]
        for k in range(8):
            a = math.pi / 2 * k / 7
            outer.append((r - lip + lip * math.sin(a), w - lip + lip * math.cos(a)))
        outer.append((r, w - lip - 0.001))
        profile = outer + [(q, -h) for q, h in outer[:0:-1]]
        pieces = [(_lathe(profile, at, (0, side, 0), 64, closed=True), own)]
        mid = (seat + 0.0052 + r - lip - 0.0034) / 2
        for k in range(12):
            a = 2 * math.pi * k / 12
            if k % 4 < 3:
                arc = [at + Vector((math.cos(b) * mid, side * (w - 0.0015), math.sin(b) * mid)) for b in (a + 0.09 * j for j in range(6))]
                pieces.append((_tube(arc, [0.0003, 0.0009, 0.0009, 0.0009, 0.0009, 0.0003], 8), line))
        objects.append(_object("Wheel %d" % (len(objects) + 1), pieces))
    return objects


def build_bearings(p):
    """Ball bearings, one on each face of every wheel: two races, and a coloured cage with seven balls or a shield."""
    race, cage = _steel("Race", "#d6d9dd", 0.12), _urethane("Cage", p["bearing_color"], 0.0)
    objects = []
    for x, side in _wheel_spots(p):
        for face in (1, -1):
            way = Vector((0, side * face, 0))
            at = Vector((x, side * _wheel_middle(p), p["wheel_size"] / 2)) + way * 0.0072
            ring = [(0.0092, -0.0034), (0.0109, -0.0034), (0.0114, -0.0029), (0.0114, 0.0029), (0.0109, 0.0034), (0.0096, 0.0034),
                    (0.0091, 0.0029), (0.0094, 0.0)]
            hub = [(0.0037, -0.0038), (0.0057, -0.0036), (0.0061, -0.003), (0.0059, 0.0), (0.0061, 0.003), (0.0057, 0.0036), (0.0043, 0.0038),
                   (0.0038, 0.0034)]
            belt = [(0.0067, -0.0012), (0.0085, -0.0012), (0.0087, 0.0), (0.0085, 0.0018), (0.0067, 0.0018), (0.0065, 0.0)]
            lid = [(0.0055, 0.0018), (0.0095, 0.0018), (0.0097, 0.0022), (0.0094, 0.0026), (0.0057, 0.0026), (0.0054, 0.0022)]
            pieces = [(_lathe(ring, at, way, 40, closed=True), race), (_lathe(hub, at, way, 32, closed=True), race),
                      (_lathe(lid if p["shields"] else belt, at, way, 36, closed=True), cage)]
            for k in range(0 if p["shields"] else 7):
                a = 2 * math.pi * k / 7
                spot = at + Vector((math.cos(a) * 0.0076, 0, math.sin(a) * 0.0076)) + way * 0.0008
                ball = [(0.0019 * max(math.sin(math.pi * j / 8), 0.06), -0.0019 * math.cos(math.pi * j / 8)) for j in range(9)]
                pieces.append((_lathe(ball, spot, way, 14), race))
            objects.append(_object("Bearing %d" % (len(objects) + 1), pieces))
    return objects


def build_underglow(p):
    """A diffuse strip of light in clips along both edges under the deck."""
    if not p["underglow"]:
        return []
    glow, clip, pieces = _urethane("Underglow", p["underglow_color"], 5.0), _steel("Clip", "#3a3d42", 0.35), []
    reach, bottom = _truck_at(p) - 0.055, _deck_bottom(p)
    for side in (1, -1):
        y = side * p["width"] * 0.36
        path = [Vector((-reach + 2 * reach * k / 24, y, 0)) for k in range(25)]
        for q in path:
            q.z = bottom + _rise(p, q.x, q.y) - 0.0028
        pieces.append((_tube(path, [0.003] + [0.0045] * 23 + [0.003], 16), glow))
        for k in (2, 12, 22):
            pieces.append((_block((0.009, 0.0125, 0.0075), path[k] - Vector((0, 0, 0.0036)), 0.002, 0.0008), clip))
    return [_object("Underglow", pieces)]


def build(p):
    """Build every part and gather the parts under one empty."""
    root = bpy.data.objects.new("Skateboard", None)
    bpy.context.scene.collection.objects.link(root)
    parts = (build_deck(p) + build_grip(p) + build_bolts(p) + build_risers(p) + build_trucks(p) + build_wheels(p)
             + build_bearings(p) + build_underglow(p))
    for obj in parts:
        obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
