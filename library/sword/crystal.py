"""Crystal sword: a translucent faceted blade with a silver, gem-set hilt, standing in a boulder.

Parts
    pedestal   broken boulder the blade is stuck in
    crystals   hexagonal crystals growing around the boulder, one object a crystal
    blade      faceted crystal blade with shards frozen inside
    guard      cross-guard with medallion, arms and finials; wings on request
    grip       leather grip under a spiral of twisted wire, between two ferrules
    pommel     fluted cup with claws
    gems       cut gemstones in beaded settings, one object a gem
    runes      glowing runes along both faces of the blade (off by default)
    lightning  branching bolts that leap around the blade (off by default)
Parameters
    "blade_shape", "blade_length" and "blade_width" cut the blade; "blade_color", "clarity", "glow" and "frost" make its crystal.
    "hilt_color" is the metal, "engraving" darkens its filigree, "guard_shape" and "guard_width" form the guard.
    "gems" counts the stones (medallion, pommel, arms, finials, collar); "gem_palette" makes each another colour and
    "gem_pulse" animates their light over "pulse_time". "lightning" and "bolts" set off the storm.
"""
import colorsys
import math
import random

import bmesh
import bpy
from mathutils import Matrix, Vector

PARAMS = {
    "blade_length": 0.88,          # m, 0.5..1.5: blade from guard to point, some of it inside the boulder
    "blade_width": 0.115,          # m, 0.05..0.2: blade at the guard
    "blade_shape": "leaf",         # one of straight leaf wavy jagged: outline of the blade
    "blade_color": "#2f86ff",      # color: the crystal
    "clarity": 0.6,                # share, 0..1: how much one sees through the blade
    "glow": 0.25,                  # share, 0..1: light from inside the blade
    "frost": 0.15,                 # share, 0..1: frost on the crystal
    "inner_shards": 9,             # count, 0..20: shards frozen inside the blade
    "runes": False,                # switch: glowing runes on the blade
    "rune_color": "#8ff6ff",       # color: the runes
    "hilt_color": "#ccd2da",       # color: the metal of guard, ferrules, pommel and settings
    "engraving": 0.5,              # share, 0..1: dark engraving on the metal
    "guard_shape": "swept",        # one of straight swept winged: form of the guard
    "guard_width": 0.34,           # m, 0.18..0.55: guard from tip to tip
    "grip_length": 0.19,           # m, 0.12..0.36: grip
    "grip_color": "#1c2c5a",       # color: leather of the grip
    "gems": 6,                     # count, 0..7: gemstones
    "gem_size": 1.0,               # factor, 0.6..1.4: size of the gemstones
    "gem_color": "#d3143f",        # color: the gemstones, or the first of a mixed palette
    "gem_palette": "single",       # one of single mixed: all alike, or each another colour
    "gem_pulse": False,            # switch: the gemstones pulse with light
    "pulse_time": 2.0,             # s, 0.5..6: one beat of the pulse
    "lightning": False,            # switch: lightning around the blade
    "bolts": 6,                    # count, 2..10: bolts of lightning
    "lightning_color": "#7ab8ff",  # color: the lightning
    "crystals": 7,                 # count, 0..14: crystals around the boulder
    "rock_color": "#9598a0",       # color: the boulder
    "rock_size": 1.0,              # factor, 0.75..1.5: size of the boulder
    "lean": 5.0,                   # deg, 0..14: how far the sword leans
}

EXEMPLAR = {
    "title": "Crystal sword",
    "names": ["sword", "crystal sword", "magic sword", "fantasy sword", "longsword", "broadsword", "greatsword"],
    "kin": ["dagger", "knife", "axe", "spear", "katana", "shield", "staff"],
    "tags": ["weapon", "fantasy", "crystal", "magic"],
    "parts": {
        "pedestal": {"describe": "broken boulder that holds the blade", "touches": ["blade"],
                     "bounds": [[-0.238, -0.293, 0.0], [0.26, 0.243, 0.208]]},
        "crystals": {"describe": "crystals growing around the boulder", "count": "crystals", "touches": ["pedestal"],
                     "bounds": [[-0.278, -0.288, 0.0], [0.295, 0.279, 0.294]]},
        "blade": {"describe": "faceted translucent crystal blade", "touches": ["guard", "pedestal"],
                  "bounds": [[-0.054, -0.017, 0.096], [0.116, 0.016, 0.984]]},
        "guard": {"describe": "engraved cross-guard with medallion", "touches": ["blade", "grip"],
                  "bounds": [[-0.185, -0.027, 0.818], [0.287, 0.027, 1.012]]},
        "grip": {"describe": "leather grip with wire and ferrules", "touches": ["guard", "pommel"],
                 "bounds": [[0.041, -0.024, 0.976], [0.105, 0.024, 1.193]]},
        "pommel": {"describe": "fluted pommel cup with claws", "touches": ["grip"],
                   "bounds": [[0.046, -0.035, 1.181], [0.126, 0.035, 1.27]]},
        "gems": {"describe": "cut gemstones in beaded settings", "count": "gems", "touches": ["guard"],
                 "bounds": [[-0.13, -0.035, 0.868], [0.241, 0.035, 1.272]]},
        "runes": {"describe": "glowing runes on both faces", "count": None, "when": "runes", "touches": ["blade"]},
        "lightning": {"describe": "branching bolts around the blade", "count": "bolts", "when": "lightning",
                      "touches": [], "may_float": True},
    },
    "things": {
        "": {
            "height": ["blade_length"], "length": ["blade_length"], "width": ["blade_width", "guard_width"],
            "size": ["blade_length", "blade_width", "guard_width", "grip_length"], "color": ["blade_color"],
            "qualities": [
                {"words": ["glowing", "luminous", "shining", "magical", "magic", "enchanted"],
                 "set": {"glow": 0.85, "runes": True}},
                {"words": ["icy", "frozen", "frosty", "frosted", "ice"],
                 "set": {"frost": 0.7, "blade_color": "#9fd8ff"}},
                {"words": ["translucent", "transparent", "clear", "see-through"], "set": {"clarity": 0.9, "frost": 0.05}},
                {"words": ["ornate", "decorated", "elaborate", "royal"],
                 "set": {"engraving": 0.95, "guard_shape": "winged", "gems": 7}},
                {"words": ["simple", "plain"], "set": {"engraving": 0.1, "guard_shape": "straight", "gems": 1}},
                {"words": ["electric", "electrified", "stormy"], "set": {"lightning": True}},
                {"words": ["fiery", "burning"], "set": {"blade_color": "#ff5a1a", "glow": 0.8, "gem_color": "#ffb020"}},
                {"words": ["leaning", "tilted", "slanted"], "set": {"lean": 12.0}},
                {"words": ["upright", "vertical"], "set": {"lean": 0.0}},
            ],
        },
        "blade": {"words": ["edge", "crystal blade"], "length": ["blade_length"], "width": ["blade_width"],
                  "size": ["blade_length", "blade_width"], "color": ["blade_color"], "parts": ["blade", "crystals"],
                  "materials": {"crystal": {"clarity": 0.6}, "ice": {"frost": 0.75, "blade_color": "#a8dcff"},
                                "glass": {"clarity": 0.95, "frost": 0.0, "inner_shards": 0},
                                "emerald": {"blade_color": "#0fae5c"}, "ruby": {"blade_color": "#e0123c"},
                                "amethyst": {"blade_color": "#8a3ff0"}, "obsidian": {"blade_color": "#1a1622",
                                                                                     "clarity": 0.1, "glow": 0.0}},
                  "qualities": [
                      {"words": ["translucent", "transparent", "clear", "see-through"], "set": {"clarity": 0.9}},
                      {"words": ["opaque", "solid"], "set": {"clarity": 0.1}},
                      {"words": ["glowing", "luminous", "shining", "bright"], "set": {"glow": 0.85}},
                      {"words": ["dull", "dim"], "set": {"glow": 0.0}},
                      {"words": ["frosted", "frosty", "icy"], "set": {"frost": 0.75}},
                      {"words": ["wavy", "flamberge", "curved"], "set": {"blade_shape": "wavy"}},
                      {"words": ["jagged", "serrated", "spiky", "notched"], "set": {"blade_shape": "jagged"}},
                      {"words": ["straight"], "set": {"blade_shape": "straight"}},
                      {"words": ["leaf-shaped"], "set": {"blade_shape": "leaf"}},
                      {"words": ["faceted", "cracked"], "set": {"inner_shards": 18}}]},
        "shards": {"words": ["inner shard", "inner crystal", "splinter"], "count": "inner_shards", "parts": ["blade"]},
        "hilt": {"words": ["handle", "silver hilt"], "color": ["hilt_color"],
                 "length": ["grip_length"], "size": ["grip_length", "guard_width"],
                 "parts": ["guard", "grip", "pommel", "gems"],
                 "materials": {"silver": {"hilt_color": "#ccd2da"}, "gold": {"hilt_color": "#e8b04a"},
                               "bronze": {"hilt_color": "#b0713c"}, "copper": {"hilt_color": "#c8724a"},
                               "iron": {"hilt_color": "#55585e"}, "steel": {"hilt_color": "#9aa3ad"}},
                 "qualities": [{"words": ["ornate", "engraved", "decorated", "elaborate", "filigree"],
                                "set": {"engraving": 0.95, "guard_shape": "winged"}},
                               {"words": ["plain", "simple", "polished", "clean"], "set": {"engraving": 0.05}}]},
        "guard": {"words": ["crossguard", "cross-guard", "quillon", "hand guard"], "width": ["guard_width"],
                  "size": ["guard_width"], "length": ["guard_width"], "color": ["hilt_color"],
                  "qualities": [{"words": ["winged"], "set": {"guard_shape": "winged"}},
                                {"words": ["straight", "simple", "plain"], "set": {"guard_shape": "straight"}},
                                {"words": ["curved", "swept"], "set": {"guard_shape": "swept"}},
                                {"words": ["ornate"], "set": {"guard_shape": "winged", "engraving": 0.95}}]},
        "wings": {"words": ["feather"], "add": {"guard_shape": "winged"}, "remove": {"guard_shape": "swept"},
                  "parts": ["guard"]},
        "grip": {"words": ["leather", "wrap"], "length": ["grip_length"], "size": ["grip_length"],
                 "color": ["grip_color"]},
        "pommel": {"words": ["knob"], "color": ["hilt_color"]},
        "gems": {"words": ["gemstone", "jewel", "gemstone decoration", "precious stone", "ruby", "sapphire"],
                 "count": "gems", "size": ["gem_size"], "color": ["gem_color"],
                 "add": {"gems": 7}, "remove": {"gems": 0},
                 "materials": {"ruby": {"gem_color": "#d3143f"}, "sapphire": {"gem_color": "#1440d8"},
                               "emerald": {"gem_color": "#0c9a4e"}, "amethyst": {"gem_color": "#8a2be2"},
                               "topaz": {"gem_color": "#f0a010"}, "diamond": {"gem_color": "#e8f2ff"}},
                 "qualities": [
                     {"words": ["pulse", "pulsing", "pulsating", "blinking", "flashing", "pulse with different colors"],
                      "set": {"gem_pulse": True, "gem_palette": "mixed"}},
                     {"words": ["different colors", "different colours", "colorful", "colourful", "multicolored",
                                "rainbow", "different", "mixed"], "set": {"gem_palette": "mixed"}},
                     {"words": ["glowing", "luminous"], "set": {"gem_pulse": True}},
                     {"words": ["fast", "quick"], "set": {"gem_pulse": True, "pulse_time": 0.8}},
                     {"words": ["slow"], "set": {"gem_pulse": True, "pulse_time": 4.5}}]},
        "runes": {"words": ["rune", "inscription", "glyph", "symbol", "writing"], "switch": "runes",
                  "color": ["rune_color"]},
        "lightning": {"words": ["lightning effect", "lightning bolt", "bolt", "electricity", "spark", "electric arc"],
                      "switch": "lightning", "count": "bolts", "color": ["lightning_color"],
                      "qualities": [{"words": ["intense", "strong", "wild", "more"], "set": {"bolts": 10}},
                                    {"words": ["subtle", "weak", "less"], "set": {"bolts": 3}}]},
        "crystals": {"words": ["crystal", "crystal cluster", "base crystal"], "count": "crystals",
                     "color": ["blade_color"], "add": {"crystals": 12}, "remove": {"crystals": 0}},
        "pedestal": {"words": ["boulder", "rock", "base", "stand", "stone"], "size": ["rock_size"],
                     "color": ["rock_color"], "width": ["rock_size"]},
    },
    "styles": {
        "fantasy": {"guard_shape": "winged", "glow": 0.5, "runes": True},
        "gothic": {"hilt_color": "#55585e", "blade_shape": "jagged", "blade_color": "#6a1fd0", "engraving": 0.9},
        "royal": {"hilt_color": "#e8b04a", "gem_palette": "mixed", "gems": 7, "engraving": 0.9},
        "medieval": {"guard_shape": "straight", "blade_shape": "straight", "engraving": 0.3},
        "elven": {"blade_shape": "leaf", "guard_shape": "winged", "blade_color": "#5fe0b0", "runes": True},
        "dark": {"blade_color": "#3a1450", "hilt_color": "#55585e", "clarity": 0.3, "gem_color": "#a010ff"},
    },
}

BURIED = 0.11              # m: how much of the blade is inside the boulder
ROCK_TOP = 0.20            # m: height of the boulder where the blade goes in, at size 1
# Gemstones in the order they are set: place (named by what carries it) and size in metres.
SEATS = (("medallion", 0.027), ("pommel", 0.030), ("left arm", 0.0125), ("right arm", 0.0125), ("left finial", 0.0135),
         ("right finial", 0.0135), ("collar", 0.013))
# Strokes of the runes on a grid two wide and four high.
RUNES = (((0, 0, 0, 4), (0, 4, 2, 3), (0, 2.6, 2, 1.6)), ((0, 0, 0, 4), (0, 4, 2, 2.6), (2, 2.6, 2, 0)),
         ((1, 0, 1, 4), (1, 4, 0, 3), (1, 4, 2, 3)), ((0, 0, 0, 4), (2, 0, 2, 4), (0, 2.6, 2, 1.4)),
         ((1, 0, 1, 4), (0, 1.4, 2, 2.6)), ((0, 0, 0, 4), (0, 4, 2, 3), (2, 3, 0, 2), (0, 2, 2, 0)))


# ---------------------------------------------------------------------------------------------- helpers: materials
def _rgb(text):
    """Linear RGBA of an sRGB "#rrggbb"."""
    parts = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts) + (1.0,)


def _tint(text, factor):
    """Linear RGBA of an sRGB colour, made darker (factor < 1) or lighter."""
    return tuple(min(1.0, c * factor) for c in _rgb(text)[:3]) + (1.0,)


def _wire(tree, node, inputs):
    """Sets or links inputs of a node, named by "Name", "Old name|New name" or number, to values or sockets."""
    for key, value in inputs.items():
        name = key if isinstance(key, int) else next(n for n in key.split("|") if n in node.inputs)
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, node.inputs[name])
        else:
            node.inputs[name].default_value = value


def _node(tree, kind, inputs=None, **settings):
    """Adds a shader node with settings and, as for _wire, inputs."""
    node = tree.nodes.new("ShaderNode" + kind)
    for key, value in settings.items():
        setattr(node, key, value)
    _wire(tree, node, inputs or {})
    return node


def _mix(tree, share, first, second, blend="MIX"):
    """Socket of two colours mixed by share."""
    node = _node(tree, "Mix", data_type="RGBA", blend_type=blend)
    for socket in node.inputs:
        value = {"Factor_Float": share, "A_Color": first, "B_Color": second}.get(socket.identifier)
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, socket)
        elif value is not None:
            socket.default_value = value
    return next(s for s in node.outputs if s.identifier == "Result_Color")


def _ramp(tree, value, low, high):
    """Socket that rises from 0 at low to 1 at high."""
    return _node(tree, "MapRange", {"Value": value, "From Min": low, "From Max": high}).outputs[0]


def _noise(tree, where, scale, detail=5.0, roughness=0.6):
    """Socket of a noise texture."""
    return _node(tree, "TexNoise", {"Vector": where, "Scale": scale, "Detail": detail,
                                    "Roughness": roughness}).outputs[0]


def _bump(tree, height, strength, distance):
    """Socket of a normal bumped by a height."""
    return _node(tree, "Bump", {"Height": height, "Strength": strength, "Distance": distance}).outputs[0]


def _material(name):
    """A new material with its tree, its principled shader and object coordinates."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    return material, tree, tree.nodes["Principled BSDF"], _node(tree, "TexCoord").outputs["Object"]


# ---------------------------------------------------------------------------------------------- helpers: geometry
def _object(name, pieces, materials, smooth=True):
    """Links a mesh object joined from pieces (verts, faces, material number)."""
    verts, faces, slots = [], [], []
    for v, f, slot in pieces:
        faces += [tuple(i + len(verts) for i in face) for face in f]
        slots += [slot] * len(f)
        verts += [tuple(x) for x in v]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(faces))
    mesh.polygons.foreach_set("material_index", slots)
    mesh.update()
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def _bevel(item, width, angle=0.6, segments=2):
    """Live bevel on the sharp edges of an object."""
    bevel = item.modifiers.new("Edges", "BEVEL")
    bevel.width, bevel.segments, bevel.limit_method, bevel.angle_limit = width, segments, "ANGLE", angle
    return bevel


def _faceted(item, seed):
    """Gives every facet of a crystal a tone of its own and a bright bevelled edge (its second material)."""
    rng, mesh = random.Random(seed), item.data
    tones = mesh.attributes.new("facet", "FLOAT", "FACE")
    tones.data.foreach_set("value", [rng.random() ** 1.6 for _ in mesh.polygons])
    _bevel(item, 0.0013, 0.12, 1).material = 1
    return item


def _outward(verts, faces):
    """Faces of a closed skin, turned round when they look inwards."""
    volume = sum(Vector(verts[face[0]]).dot(Vector(verts[a]).cross(Vector(verts[b])))
                 for face in faces for a, b in zip(face[1:], face[2:]))
    return [face[::-1] for face in faces] if volume < 0 else faces


def _rings(rings, closed=True, slot=0):
    """A skin over rings of equally many points, capped at both ends: a piece."""
    n, verts = len(rings[0]), [tuple(v) for ring in rings for v in ring]
    faces = [(r * n + i, r * n + (i + 1) % n, (r + 1) * n + (i + 1) % n, (r + 1) * n + i)
             for r in range(len(rings) - 1) for i in range(n)]
    if closed:
        faces += [tuple(range(n - 1, -1, -1)), tuple(range((len(rings) - 1) * n, len(rings) * n))]
        faces = _outward(verts, faces)
    return verts, faces, slot


def _lathe(profile, place, sides=32, slot=0, flutes=0.0):
    """A turned piece: profile of (radius, height) about Z, put in place by a matrix; flutes scallop it."""
    rings = []
    for radius, height in profile:
        ring = []
        for k in range(sides):
            a = 2 * math.pi * k / sides
            r = radius * (1 - flutes * (0.5 + 0.5 * math.cos(8 * a)))
            ring.append(place @ Vector((math.cos(a) * r, math.sin(a) * r, height)))
        rings.append(ring)
    return _rings(rings, slot=slot)


def _tube(path, radii, sides=8, slot=0):
    """A round tube along a path of points."""
    rings, side = [], None
    for i, point in enumerate(path):
        ahead = (Vector(path[min(i + 1, len(path) - 1)]) - Vector(path[max(i - 1, 0)])).normalized()
        side = ahead.orthogonal() if side is None else side - ahead * side.dot(ahead)
        side.normalize()
        other = ahead.cross(side)
        rings.append([Vector(point) + (side * math.cos(a) + other * math.sin(a)) * radii[i]
                      for a in (2 * math.pi * k / sides for k in range(sides))])
    return _rings(rings, slot=slot)


def _bar(path, slot=0):
    """A bar with a rounded diamond section along a path of (x, z, half height, half depth) in the plane of the sword."""
    rings = []
    for i, (x, z, high, deep) in enumerate(path):
        a, b = path[max(i - 1, 0)], path[min(i + 1, len(path) - 1)]
        ahead = Vector((b[0] - a[0], 0, b[1] - a[1])).normalized()
        across = Vector((-ahead.z, 0, ahead.x))
        ring = []
        for k in range(16):
            c, s = math.cos(k * math.pi / 8), math.sin(k * math.pi / 8)
            u, v = math.copysign(abs(c) ** 1.3, c), math.copysign(abs(s) ** 1.3, s)
            ring.append(Vector((x, 0, z)) + across * u * high + Vector((0, v * deep, 0)))
        rings.append(ring)
    return _rings(rings, slot=slot)


def _placed(p, pieces):
    """Pieces modelled on the upright sword (guard at z = 0, blade below) put where the sword stands, leaning."""
    lift = p["blade_length"] - BURIED
    entry = ROCK_TOP * p["rock_size"]
    stand = Matrix.Translation((-0.06 * math.sin(math.radians(p["lean"])), 0, entry)) \
        @ Matrix.Rotation(math.radians(p["lean"]), 4, "Y") @ Matrix.Translation((0, 0, lift))
    return [([stand @ Vector(v) for v in verts], faces, slot) for verts, faces, slot in pieces]


def _half_width(p, t):
    """Half width of the blade at t, 0 at the guard and 1 at the point."""
    half = p["blade_width"] / 2
    if p["blade_shape"] == "leaf":
        body = 0.80 + 0.32 * math.sin(math.pi * min(1.0, t / 0.92) ** 1.5) - 0.18 * math.exp(-((t - 0.18) / 0.14) ** 2)
    else:
        body = 1.0 - 0.22 * t
    if p["blade_shape"] == "jagged" and 0.06 < t < 0.86:
        body *= 0.56 + 0.62 * ((t * 7.3) % 1.0)
    return half * body * min(1.0, max(0.0, (1 - t) / 0.26)) ** 0.8


def _sway(p, t):
    """Sideways waves of the blade's middle line."""
    return 0.16 * p["blade_width"] * math.sin(t * 15) * min(1, t * 5) if p["blade_shape"] == "wavy" else 0.0


def _thickness(p, t):
    """Half thickness of the blade at its ridge."""
    return 0.135 * p["blade_width"] * (1 - 0.45 * t) * min(1.0, (1 - t) / 0.12 + 0.02)


def _arm(p, share):
    """Point and half height of a guard arm at a share of its length, on the right side."""
    x = p["guard_width"] / 2 * share
    bend = {"straight": 0.0, "swept": -0.20, "winged": 0.13}[p["guard_shape"]] * p["guard_width"]
    z = bend * share ** 2.2 + (0.05 * p["guard_width"] * math.sin(share * math.pi) if bend < 0 else 0.0)
    return x, z, 0.020 - 0.008 * share + 0.004 * math.cos(share * 9) ** 2


def _grip_end(p):
    """Height of the pommel's foot above the guard."""
    return 0.030 + p["grip_length"]


def _seat(p, n):
    """Place of gem n as a matrix (its table looks along Z) and its radius."""
    name, size = SEATS[n]
    size *= p["gem_size"]
    front = Matrix.Rotation(math.pi / 2, 4, "X")
    if name == "pommel":
        return Matrix.Translation((0, 0, _grip_end(p) + 0.062)), size
    if name == "medallion":
        return front, size
    if name == "collar":
        return Matrix.Translation((0, 0, -0.073)) @ front, size
    side = -1 if "left" in name else 1
    x, z, _ = _arm(p, 0.52 if "arm" in name else 1.0)
    return Matrix.Translation((side * x, 0, z)) @ front, size


def _gem_hue(p, n):
    """Linear RGB of gem n: the gem colour, or its place in the mixed palette."""
    r, g, b = (c for c in _rgb(p["gem_color"])[:3])
    if p["gem_palette"] == "single":
        return r, g, b
    h, s, v = colorsys.rgb_to_hsv(r, g, b)
    return colorsys.hsv_to_rgb((h + (0, 0.62, 0.14, 0.42, 0.80, 0.30, 0.52)[n % 7]) % 1.0, max(s, 0.9), max(v, 0.75))


# ---------------------------------------------------------------------------------------------- materials
def material_crystal(p):
    """Crystal: deep colour in the body and pale rims, facets and veils inside, partly clear, glowing faintly, frosted."""
    found = bpy.data.materials.get("Sword crystal")
    if found:
        return found
    material, tree, shader, where = _material("Sword crystal")
    long = _node(tree, "Mapping", {"Vector": where, "Scale": (1, 1, 0.35)}).outputs[0]
    cells = _node(tree, "TexVoronoi", {"Vector": long, "Scale": 26.0})
    inner = _node(tree, "SeparateXYZ", {0: cells.outputs["Color"]}).outputs[0]
    facet = _node(tree, "Attribute", attribute_name="facet").outputs[2]
    veil = _ramp(tree, _noise(tree, long, 14, 6, 0.65), 0.42, 0.75)
    rim = _node(tree, "LayerWeight", {"Blend": 0.42}).outputs["Facing"]
    r, g, b, _ = _rgb(p["blade_color"])
    pale = (r * 0.25 + 0.68, g * 0.25 + 0.70, b * 0.25 + 0.72, 1)
    color = _mix(tree, inner, _tint(p["blade_color"], 0.3), _tint(p["blade_color"], 1.35))
    color = _mix(tree, _ramp(tree, veil, 0.0, 1.6), color, pale)
    color = _mix(tree, facet, color, _mix(tree, 0.55, _rgb(p["blade_color"]), pale))
    color = _mix(tree, _ramp(tree, rim, 0.45, 1.25), color, pale)
    core = _mix(tree, _ramp(tree, rim, 0.1, 0.9), _rgb(p["blade_color"]), pale)
    core = _mix(tree, 0.85, core, _mix(tree, facet, (0.08, 0.08, 0.08, 1), (1.6, 1.6, 1.6, 1)), "MULTIPLY")
    frost = _ramp(tree, _noise(tree, where, 38, 8, 0.75), 0.80 - 0.55 * p["frost"], 1.0 - 0.45 * p["frost"])
    color = _mix(tree, frost, color, (0.88, 0.94, 1, 1))
    _wire(tree, shader, {"Base Color": color, "Roughness": _ramp(tree, frost, -0.06, 1.4), "IOR": 1.5,
                         "Specular|Specular IOR Level": 0.8, "Transmission|Transmission Weight": 0.35 * p["clarity"],
                         "Emission|Emission Color": core, "Emission Strength": 0.08 + 1.3 * p["glow"] ** 1.5,
                         "Normal": _bump(tree, inner, 0.22, 0.02)})
    clear = _node(tree, "BsdfTransparent", {"Color": _mix(tree, 0.45, _rgb(p["blade_color"]), (1, 1, 1, 1))})
    solid = _node(tree, "Math", {0: rim, 1: frost}, operation="MAXIMUM").outputs[0]
    see = _node(tree, "MapRange", {"Value": solid, "From Min": 0.0, "From Max": 0.8, "To Min": 0.78 * p["clarity"],
                                   "To Max": 0.0}).outputs[0]
    both = _node(tree, "MixShader", {0: see, 1: shader.outputs[0], 2: clear.outputs[0]})
    tree.links.new(both.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    return material


def material_shard(p):
    """Bright splinters inside the blade."""
    found = bpy.data.materials.get("Sword shard")
    if found:
        return found
    material, tree, shader, _ = _material("Sword shard")
    r, g, b, _ = _rgb(p["blade_color"])
    pale = (r * 0.4 + 0.55, g * 0.4 + 0.55, b * 0.4 + 0.58, 1)
    _wire(tree, shader, {"Base Color": pale, "Roughness": 0.1, "Emission|Emission Color": pale,
                         "Emission Strength": 0.25 + p["glow"]})
    return material


def material_metal(p):
    """Metal worn bright on the ridges, with an engraved filigree that has gone dark."""
    found = bpy.data.materials.get("Sword metal")
    if found:
        return found
    material, tree, shader, where = _material("Sword metal")
    bent = _mix(tree, 0.02, where, _node(tree, "TexNoise", {"Vector": where, "Scale": 30.0}).outputs[1], "ADD")
    wave = _node(tree, "Math", {0: _noise(tree, bent, 32, 0), 1: 60.0}, operation="MULTIPLY").outputs[0]
    scroll = _ramp(tree, _node(tree, "Math", {0: wave}, operation="SINE").outputs[0], 0.72, 0.95)
    hollow = _node(tree, "AmbientOcclusion", {"Distance": 0.012}, samples=4).outputs["AO"]
    cut = _node(tree, "Math", {0: scroll, 1: _ramp(tree, hollow, 0.75, 0.35)}, operation="MAXIMUM").outputs[0]
    cut = _node(tree, "Math", {0: cut, 1: p["engraving"]}, operation="MULTIPLY").outputs[0]
    tarnish = _ramp(tree, _noise(tree, where, 16, 6), 0.45, 0.75)
    color = _mix(tree, tarnish, _rgb(p["hilt_color"]), _tint(p["hilt_color"], 0.62))
    color = _mix(tree, cut, color, _tint(p["hilt_color"], 0.05))
    rough = _node(tree, "MapRange", {"Value": cut, "To Min": 0.2, "To Max": 0.65}).outputs[0]
    _wire(tree, shader, {"Base Color": color, "Metallic": 0.92, "Roughness": rough,
                         "Normal": _bump(tree, _node(tree, "Math", {0: 1.0, 1: cut}, operation="SUBTRACT").outputs[0],
                                         0.55, 0.0015)})
    return material


def material_leather(p):
    """Leather, grained and rubbed pale where the hand holds it."""
    found = bpy.data.materials.get("Sword leather")
    if found:
        return found
    material, tree, shader, where = _material("Sword leather")
    grain = _node(tree, "TexVoronoi", {"Vector": where, "Scale": 420.0}).outputs[0]
    rubbed = _ramp(tree, _noise(tree, where, 25), 0.4, 0.75)
    color = _mix(tree, rubbed, _tint(p["grip_color"], 0.6), _tint(p["grip_color"], 2.0))
    _wire(tree, shader, {"Base Color": color, "Roughness": 0.55, "Normal": _bump(tree, grain, 0.4, 0.001)})
    return material


def material_gem(p, n=0):
    """Gem n: saturated, coated, brighter towards its middle; keyed to pulse, each gem in its own phase."""
    name = f"Sword gem {n + 1}"
    found = bpy.data.materials.get(name)
    if found:
        return found
    material, tree, shader, _ = _material(name)
    r, g, b = _gem_hue(p, n)
    facing = _node(tree, "LayerWeight", {"Blend": 0.35}).outputs["Facing"]
    color = _mix(tree, facing, (r, g, b, 1), (r * 0.12, g * 0.12, b * 0.12, 1))
    _wire(tree, shader, {"Base Color": color, "Roughness": 0.04, "IOR": 1.9, "Clearcoat|Coat Weight": 1.0,
                         "Specular|Specular IOR Level": 0.9, "Emission|Emission Color": (r, g, b, 1),
                         "Emission Strength": 0.06})
    if p["gem_pulse"]:
        half = 12 * p["pulse_time"]
        light = shader.inputs["Emission Strength"]
        glow = next(shader.inputs[k] for k in ("Emission Color", "Emission") if k in shader.inputs)
        for beat in range(9):
            frame = 1 + (beat - 2 * n / 7) * half
            light.default_value = (0.35, 1.5)[(beat + 1) % 2]
            light.keyframe_insert("default_value", frame=frame)
            glow.default_value = (*_gem_hue(p, n + beat // 2), 1)
            glow.keyframe_insert("default_value", frame=frame)
    return material


def material_light(p, name, color, strength, veil=1.0):
    """Light of one colour, seen through when veil is below one."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    material, tree, shader, _ = _material(name)
    glow = _node(tree, "Emission", {"Color": color, "Strength": strength}).outputs[0]
    if veil < 1:
        clear = _node(tree, "BsdfTransparent").outputs[0]
        glow = _node(tree, "MixShader", {0: veil, 1: clear, 2: glow}).outputs[0]
    tree.links.new(glow, tree.nodes["Material Output"].inputs["Surface"])
    return material


def material_rock(p):
    """Slate in broken layers: banded tones, sparkle of mica, pale dust on what looks up."""
    found = bpy.data.materials.get("Sword rock")
    if found:
        return found
    material, tree, shader, where = _material("Sword rock")
    flat = _node(tree, "Mapping", {"Vector": where, "Scale": (1, 1, 4.5), "Rotation": (0.3, 0.2, 0)}).outputs[0]
    bands = _noise(tree, flat, 7, 10, 0.68)
    cracks = _node(tree, "TexVoronoi", {"Vector": flat, "Scale": 7.0}, feature="DISTANCE_TO_EDGE").outputs[0]
    cracks = _ramp(tree, cracks, 0.0, 0.035)
    color = _mix(tree, _ramp(tree, bands, 0.3, 0.7), _tint(p["rock_color"], 0.4), _tint(p["rock_color"], 1.35))
    color = _mix(tree, cracks, _tint(p["rock_color"], 0.18), color)
    up = _node(tree, "SeparateXYZ", {0: _node(tree, "NewGeometry").outputs["Normal"]}).outputs["Z"]
    dust = _node(tree, "Math", {0: _ramp(tree, up, 0.55, 1.0), 1: _ramp(tree, _noise(tree, where, 30), 0.4, 0.7)},
                 operation="MULTIPLY").outputs[0]
    color = _mix(tree, dust, color, _tint(p["rock_color"], 2.1))
    height = _mix(tree, 0.45, _mix(tree, 0.4, bands, cracks), _noise(tree, where, 90, 6, 0.7))
    _wire(tree, shader, {"Base Color": color, "Roughness": 0.88, "Specular|Specular IOR Level": 0.3,
                         "Normal": _bump(tree, height, 0.75, 0.02)})
    return material


# ---------------------------------------------------------------------------------------------- parts
def _boulder(rng, centre, size, slot=0):
    """A block broken by random planes, flat below z = 0: a piece."""
    mesh = bmesh.new()
    bmesh.ops.create_icosphere(mesh, subdivisions=3, radius=1.0)
    for vert in mesh.verts:
        vert.co = Vector(centre) + Vector([c * s for c, s in zip(vert.co, size)]) * 1.25
    planes = [Vector((rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(-0.25, 0.8))).normalized() for _ in range(13)]
    cuts = [(Vector(centre) + Vector([n * s for n, s in zip(plane, size)]) * rng.uniform(0.72, 0.95),
             Vector([n / s for n, s in zip(plane, size)]).normalized()) for plane in planes]
    cuts.append((Vector(centre) + Vector((0, 0, size[2])), Vector((0.04, -0.08, 1)).normalized()))
    cuts.append((Vector((0, 0, 0)), Vector((0, 0, -1))))
    for spot, normal in cuts:
        cut = bmesh.ops.bisect_plane(mesh, geom=mesh.verts[:] + mesh.edges[:] + mesh.faces[:], plane_co=spot,
                                     plane_no=normal, clear_outer=True)
        edges = [e for e in cut["geom_cut"] if isinstance(e, bmesh.types.BMEdge)]
        if edges:
            bmesh.ops.contextual_create(mesh, geom=edges)
    bmesh.ops.dissolve_limit(mesh, angle_limit=0.22, verts=mesh.verts[:], edges=mesh.edges[:])
    mesh.verts.index_update()
    piece = [v.co.copy() for v in mesh.verts], [[v.index for v in f.verts] for f in mesh.faces], slot
    mesh.free()
    return piece


def build_pedestal(p):
    """The boulder that holds the blade, with broken blocks leaning against it."""
    rng, size, top = random.Random(12), p["rock_size"], ROCK_TOP * p["rock_size"]
    pieces = [_boulder(rng, (0, 0, top * 0.30), (0.20 * size, 0.17 * size, top * 0.72))]
    for n in range(7):
        angle = n * 0.9 + rng.uniform(-0.2, 0.2)
        far, share = rng.uniform(0.16, 0.22) * size, rng.uniform(0.36, 0.72)
        pieces.append(_boulder(rng, (math.cos(angle) * far, math.sin(angle) * far * 0.86, top * share * 0.30),
                               (0.095 * size * (share + 0.35), 0.085 * size * (share + 0.4), top * share * 0.72)))
    item = _object("Pedestal", pieces, [material_rock(p)], smooth=False)
    _bevel(item, 0.006 * size)
    return [item]


def build_crystals(p):
    """Hexagonal crystals leaning out of the foot of the boulder, big and small ones in turn."""
    crystals = []
    for n in range(p["crystals"]):
        rng = random.Random(900 + n)
        angle = -0.62 + n * 2.0 + rng.uniform(-0.2, 0.2)
        far = rng.uniform(0.20, 0.235) * p["rock_size"]
        high = (0.27, 0.15, 0.20, 0.12)[n % 4] * rng.uniform(0.85, 1.2) * p["rock_size"]
        pieces = []
        for k in range(3):
            turn, share = angle + (0, 0.17, -0.15)[k], (1.0, 0.58, 0.42)[k]
            foot = Vector((math.cos(turn) * far, math.sin(turn) * far * 0.88, 0.0))
            tall, wide = high * share, high * share * 0.17 + 0.004
            lean = Matrix.Rotation(0.30 + 0.25 * k * rng.random(), 3, Vector((-math.sin(turn), math.cos(turn), 0)))
            rings = []
            for z, r in ((-0.02, 0.86), (tall * 0.7, 1.0), (tall * rng.uniform(0.95, 1.05), 0.06)):
                ring = []
                for i in range(6):
                    a = i * math.pi / 3 + turn
                    uneven = 1 + 0.22 * math.sin(i * 2.4 + n)
                    spot = foot + lean @ Vector((math.cos(a) * wide * r * uneven, math.sin(a) * wide * r, z))
                    ring.append(Vector((spot.x, spot.y, max(0.0, spot.z))))
                rings.append(ring)
            pieces.append(_rings(rings))
        crystals.append(_faceted(_object(f"Crystal {n + 1}", pieces, [material_crystal(p), material_shard(p)], smooth=False), n))
    return crystals


def build_blade(p):
    """The blade: facets between a wandering ridge, bevels and edges, spurs at its root and splinters inside."""
    rng, rings = random.Random(5), []
    marks = [0.0, 0.05, 0.13, 0.205, 0.285, 0.345, 0.42, 0.485, 0.555, 0.62, 0.69, 0.74, 0.80, 0.86, 0.92, 1.0]
    if p["blade_shape"] == "jagged":
        marks = sorted(marks[:2] + marks[-3:] + [(k + e) / 7.3 for k in range(1, 6) for e in (0.0, 0.97)] + [0.07, 0.13])
    for t in marks:
        half, thick = max(_half_width(p, t), 0.0012), max(_thickness(p, t), 0.0012)
        x, z = _sway(p, t), 0.006 - t * p["blade_length"]
        ring = [(x + half, 0, z)]
        for face in (1, -1):
            sides = (1, -1) if face > 0 else (-1, 1)
            jog, deep = rng.uniform(-0.16, 0.16), rng.uniform(0.86, 1.12)
            first, second = rng.uniform(0.46, 0.66), rng.uniform(0.46, 0.66)
            ring += [(x + sides[0] * half * first, face * thick * 0.66, z + rng.uniform(-0.3, 0.3) * half),
                     (x + half * jog, face * thick * deep, z + rng.uniform(-0.3, 0.3) * half),
                     (x + sides[1] * half * second, face * thick * 0.66, z + rng.uniform(-0.3, 0.3) * half)]
            if face > 0:
                ring.append((x - half, 0, z))
        rings.append(ring)
    verts, faces, _ = _rings(rings)
    split = []
    for k, face in enumerate(faces[:-2]):
        a, b, c, d = face
        split += [(a, b, c), (a, c, d)] if k % 2 else [(a, b, d), (b, c, d)]
    pieces = [(verts, split + faces[-2:], 0)]
    for side in (-1, 1):
        for drop, long in ((0.030, 0.75), (0.072, 0.45)):
            root = Vector((side * _half_width(p, drop / p["blade_length"]) * 0.72, 0, -drop))
            tip = root + Vector((side * 0.36, 0, -0.62)) * p["blade_width"] * long
            ring = [root + Vector((side * u, v, w)) * p["blade_width"]
                    for u, v, w in ((0.04, 0, 0.20), (0.12, 0.06, 0.0), (-0.03, 0, -0.22), (0.12, -0.06, 0.0))]
            faces = [(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4), (3, 2, 1, 0)]
            pieces.append((ring + [tip], _outward(ring + [tip], faces), 0))
    for n in range(p["inner_shards"]):
        t = 0.06 + 0.80 * (n + 0.5) / p["inner_shards"]
        half, thick = _half_width(p, t) * 0.16, _thickness(p, t) * 0.42
        x, z = _sway(p, t) + _half_width(p, t) * rng.uniform(-0.34, 0.34), -t * p["blade_length"]
        long, tilt = p["blade_length"] * rng.uniform(0.03, 0.055), rng.uniform(-0.5, 0.5)
        ring = [(x + half, 0, z), (x, thick, z), (x - half, 0, z), (x, -thick, z)]
        ends = [(x + tilt * half * 2, 0, z + long), (x - tilt * half * 2, 0, z - long)]
        pieces.append((ring + ends, [(i, (i + 1) % 4, 4) for i in range(4)] + [((i + 1) % 4, i, 5) for i in range(4)], 1))
    return [_faceted(_object("Blade", _placed(p, pieces), [material_crystal(p), material_shard(p)], smooth=False), 3)]


def build_guard(p):
    """Medallion with beads, collar and langets over the blade, arms with rings and finials, wings when asked for."""
    front = Matrix.Rotation(math.pi / 2, 4, "X")
    disc = ((0.006, -0.026), (0.031, -0.026), (0.034, -0.023), (0.036, -0.018), (0.042, -0.016), (0.045, -0.012),
            (0.045, 0.012), (0.042, 0.016), (0.036, 0.018), (0.034, 0.023), (0.031, 0.026), (0.006, 0.026))
    pieces = [_lathe(disc, front, 48)]
    for face in (-1, 1):
        for k in range(20):
            a = k * math.pi / 10
            spot = Matrix.Translation((math.cos(a) * 0.0395, face * 0.0165, math.sin(a) * 0.0395))
            pieces.append(_lathe(((0.0012, -0.0034), (0.0034, -0.001), (0.0034, 0.001), (0.0012, 0.0034)), spot, 8))
        wide, thick = p["blade_width"] * 0.24, _thickness(p, 0.0) * 1.12
        outline = ((wide, -0.02), (wide, -0.06), (wide * 0.55, -0.085), (0, -0.150), (-wide * 0.55, -0.085), (-wide, -0.06),
                   (-wide, -0.02))
        rings = [[(x * s, face * (thick * 0.55 + lift), z * (0.5 + 0.5 * s)) for x, z in outline]
                 for s, lift in ((1.0, -0.008), (1.0, 0.006), (0.9, 0.0095), (0.3, 0.013))]
        pieces.append(_rings(rings))
    root = p["blade_width"] / 2
    collar = [(u * (root * 0.86 + 0.005), v * (_thickness(p, 0) + 0.009)) for u, v in
              ((1, 0), (0.94, 0.45), (0.62, 0.88), (0, 1), (-0.62, 0.88), (-0.94, 0.45), (-1, 0), (-0.94, -0.45),
               (-0.62, -0.88), (0, -1), (0.62, -0.88), (0.94, -0.45))]
    pieces.append(_rings([[(x * s, y * s, z) for x, y in collar] for s, z in (
        (0.90, -0.036), (1.02, -0.033), (1.06, -0.027), (1.0, -0.021), (1.0, 0.012), (0.92, 0.018), (0.5, 0.022))]))
    for side in (-1, 1):
        path = [_arm(p, k / 18) for k in range(19)]
        pieces.append(_bar([(side * x, z, high, high * 0.78) for x, z, high in path]))
        for share in (0.30, 0.74):
            x, z, high = _arm(p, share)
            nx, nz, _ = _arm(p, share + 0.02)
            tilt = Matrix.Rotation(math.atan2(side * (nx - x), nz - z), 4, "Y")
            ring = ((high * 0.9, -0.007), (high * 1.2, -0.005), (high * 1.3, 0), (high * 1.2, 0.005), (high * 0.9, 0.007))
            pieces.append(_lathe(ring, Matrix.Translation((side * x, 0, z)) @ tilt, 20))
        x, z, high = _arm(p, 1.0)
        ball = ((0.002, -0.0165), (0.012, -0.0135), (0.0185, -0.008), (0.0205, 0), (0.0185, 0.008), (0.012, 0.0135),
                (0.002, 0.0165))
        pieces.append(_lathe(ball, Matrix.Translation((side * x, 0, z)) @ front, 24))
        curl = -1 if p["guard_shape"] != "winged" else 1
        spike = [(side * (x + 0.016 + 0.05 * k), z + curl * 0.055 * k * k + 0.004 * curl, 0.012 * (1 - k) + 0.0008,
                  0.010 * (1 - k) + 0.0008) for k in (0, 0.2, 0.4, 0.6, 0.8, 1.0)]
        pieces.append(_bar(spike))
        if p["guard_shape"] == "winged":
            for n in range(4):
                x, z, _ = _arm(p, 0.30 + 0.17 * n)
                long = p["guard_width"] * (0.26 + 0.05 * n)
                pieces.append(_bar([(side * (x + long * (0.34 + 0.10 * n) * k ** 1.2), z - 0.004 + long * k * (0.95 - 0.08 * n),
                                     0.013 * math.sin(math.pi * (0.25 + 0.74 * k)) + 0.001, 0.006 * (1.05 - k) + 0.0015)
                                    for k in (i / 9 for i in range(10))]))
    return [_object("Guard", _placed(p, pieces), [material_metal(p)])]


def build_grip(p):
    """Waisted oval grip wrapped in leather, twisted wire in a spiral, a ferrule at either end."""
    low, top = 0.012, _grip_end(p)
    long, turns = top - low, round((top - low) / 0.019)

    def skin(t, a, lift=0.0):
        r = 0.0172 + 0.0035 * math.sin(math.pi * t) + lift
        return math.cos(a) * r, math.sin(a) * r * 0.86, low + t * long

    rings = []
    for k in range(97):
        t = k / 96
        rings.append([skin(t, a, 0.0014 * abs(math.sin(t * turns * math.pi - a / 2)) ** 0.6)
                      for a in (i * math.pi / 14 for i in range(28))])
    pieces = [_rings(rings, slot=1)]
    steps = turns * 18
    for strand in (0, math.pi):
        path = [skin(k / steps, 2 * math.pi * turns * k / steps, 0.0009 + 0.0007 * math.sin(k * 1.1 + strand))
                for k in range(steps + 1)]
        pieces.append(_tube(path, [0.0011] * len(path), 5))
    ferrule = ((0.017, -0.011), (0.0215, -0.010), (0.0235, -0.007), (0.0215, -0.004), (0.0215, 0.004), (0.0235, 0.007),
               (0.0215, 0.010), (0.017, 0.011))
    for z in (0.034, top - 0.006):
        pieces.append(_lathe(ferrule, Matrix.Translation((0, 0, z)), 32))
    pieces.append(_lathe(((0.0205, -0.004), (0.0235, -0.002), (0.0235, 0.002), (0.0205, 0.004)),
                         Matrix.Translation((0, 0, low + long * 0.55)), 32))
    return [_object("Grip", _placed(p, pieces), [material_metal(p), material_leather(p)])]


def build_pommel(p):
    """Fluted cup on a neck, with claws that curve up to hold a stone."""
    place = Matrix.Translation((0, 0, _grip_end(p)))
    cup = ((0.010, -0.004), (0.021, -0.002), (0.023, 0.003), (0.017, 0.009), (0.018, 0.014), (0.028, 0.022),
           (0.0335, 0.031), (0.0345, 0.039), (0.032, 0.045), (0.030, 0.047), (0.024, 0.046), (0.010, 0.042))
    pieces = [_lathe(cup, place, 64, flutes=0.09)]
    for n in range(6):
        a = n * math.pi / 3
        path = [place @ Vector((math.cos(a) * r, math.sin(a) * r, z))
                for r, z in ((0.030, 0.034), (0.035, 0.047), (0.036, 0.060), (0.032, 0.073), (0.026, 0.081))]
        pieces.append(_tube(path, (0.005, 0.0046, 0.004, 0.0032, 0.0016), 10))
    return [_object("Pommel", _placed(p, pieces), [material_metal(p)])]


def build_gems(p):
    """Brilliant-cut stones, seen from both sides of the hilt, in beaded bezels; the pommel's is a large crystal."""
    gems = []
    cut = ((0.50, 0.40, 0.5), (0.80, 0.28, 0.0), (0.97, 0.10, 0.5), (1.0, 0.0, 0.0))
    for n in range(p["gems"]):
        place, r = _seat(p, n)
        name, own = SEATS[n]
        tall = 1.9 if name == "pommel" else 1.0
        lift = {"medallion": 0.024, "collar": 0.026, "pommel": 0.0}.get(name, 0.0145)
        pieces = []
        for face in ((0,) if name == "pommel" else (0, math.pi)):
            turned = place @ Matrix.Rotation(face, 4, "X") @ Matrix.Translation((0, 0, lift))
            steps = [(s, z * tall, k) for s, z, k in cut]
            if name == "pommel":
                steps += [(0.85, -0.40, 0.5), (0.45, -0.95, 0.0)]
            rings = [[turned @ Vector((math.cos((i + k) * math.pi / 5) * s * r, math.sin((i + k) * math.pi / 5) * s * r,
                                       z * r)) for i in range(10)] for s, z, k in steps]
            if name != "pommel":
                rings.append([turned @ Vector((math.cos(i * math.pi / 5) * r, math.sin(i * math.pi / 5) * r, -0.008))
                              for i in range(10)])
            verts, faces, _ = _rings(rings)
            pieces.append((verts, [t for a, b, c, d in faces[:-2] for t in ((a, b, c), (a, c, d))] + faces[-2:], 0))
            if name != "pommel":
                bezel = ((0.92, -0.40), (1.16, -0.40), (1.20, -0.05), (1.14, 0.08), (1.04, 0.12), (0.97, 0.05))
                pieces.append(_lathe([(s * r, z * own) for s, z in bezel], turned, 32, 1))
        gems.append(_object(f"Gem {name}", _placed(p, pieces), [material_gem(p, n), material_metal(p)], smooth=False))
    return gems


def build_runes(p):
    """Runes of light sunk into both faces of the blade."""
    if not p["runes"]:
        return []
    pieces = []
    for n, rune in enumerate(RUNES):
        t = 0.235 + 0.085 * n
        size, thick = _half_width(p, t) * 0.24, _thickness(p, t)
        middle, top = _sway(p, t), -t * p["blade_length"]
        for face in (-1, 1):
            for ax, az, bx, bz in rune:
                a, b = Vector((face * (ax - 1) * size, 0, (az - 2) * size)), Vector((face * (bx - 1) * size, 0, (bz - 2) * size))
                ahead = (b - a).normalized() * size * 0.22
                side = Vector((-ahead.z, 0, ahead.x))
                ring = [a - ahead * 0.6, a + side, b + side, b + ahead * 0.6, b - side, a - side]
                pieces.append(_rings([[(v.x + middle, face * y, v.z + top) for v in ring]
                                      for y in (thick * 0.3, thick * 1.16)]))
    return [_object("Runes", _placed(p, pieces), [material_light(p, "Sword rune", _rgb(p["rune_color"]), 1.6)],
                    smooth=False)]


def _jagged(rng, start, end, rough, depth):
    """Jagged path between two points, by displacing midpoints."""
    path = [Vector(start), Vector(end)]
    for _ in range(depth):
        finer = [path[0]]
        for a, b in zip(path, path[1:]):
            away = Vector((rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, 1))) * (b - a).length * rough
            finer += [(a + b) / 2 + away, b]
        path = finer
    return path


def build_lightning(p):
    """Bolts that leap from the blade, run around it and strike it again, with forks; a bright core in a halo."""
    if not p["lightning"]:
        return []
    bolts = []
    reach, long = 0.10 + 0.5 * p["blade_width"], p["blade_length"] - BURIED
    halo = material_light(p, "Sword lightning halo", _rgb(p["lightning_color"]), 2.2, 0.22)
    core = material_light(p, "Sword lightning core", _mixed_white(p["lightning_color"]), 3.0)
    for n in range(p["bolts"]):
        rng = random.Random(70 + n)
        turn, way = n * 2.4, rng.choice((-1, 1))
        z, drop = -long * (0.03 + 0.55 * n / p["bolts"]), long * rng.uniform(0.34, 0.42)
        knots = []
        for k in range(6):
            a, r = turn + way * k * 0.75, reach * (0.0, 0.85, 1.25, 1.1, 0.8, 0.0)[k] * rng.uniform(0.85, 1.25)
            knots.append(Vector((math.cos(a) * r, math.sin(a) * r * 0.9, z - drop * k / 5)))
        path = [knots[0]]
        for a, b in zip(knots, knots[1:]):
            path += _jagged(rng, a, b, 0.13, 3)[1:]
        strands = [(path, 0.0036)]
        for k in range(4):
            at = 8 + k * 8 + rng.randrange(-3, 4)
            out = Vector((path[at].x, path[at].y, 0)).normalized() * rng.uniform(0.05, 0.12)
            end = path[at] + out + Vector((0, 0, rng.uniform(-0.12, 0.03)))
            fork = _jagged(rng, path[at], end, 0.17, 3)
            strands.append((fork, 0.0022))
            twig = fork[4] + out * 0.4 + Vector((0, 0, rng.uniform(-0.05, 0.05)))
            strands.append((_jagged(rng, fork[4], twig, 0.2, 2), 0.0014))
        pieces = []
        for line, thick in strands:
            taper = [thick * (1 - 0.85 * abs(2 * i / (len(line) - 1) - (1 if thick > 0.003 else 0)) ** 2 / (1 if thick > 0.003 else 4))
                     for i in range(len(line))]
            pieces.append(_tube(line, taper, 6))
            pieces.append(_tube(line, [t * 3.0 for t in taper], 8, 1))
        bolts.append(_object(f"Bolt {n + 1}", _placed(p, pieces), [core, halo]))
    return bolts


def _mixed_white(text):
    """Linear RGBA of a colour, most of the way to white."""
    return tuple(0.35 * c + 0.65 for c in _rgb(text)[:3]) + (1.0,)


def build(p):
    """Builds all parts and hangs them on one empty."""
    objects = (build_pedestal(p) + build_crystals(p) + build_blade(p) + build_guard(p) + build_grip(p) + build_pommel(p)
               + build_gems(p) + build_runes(p) + build_lightning(p))
    root = bpy.data.objects.new("Crystal sword", None)
    bpy.context.scene.collection.objects.link(root)
    for item in objects:
        item.parent = root


if __name__ == "__main__":
    build(PARAMS)
