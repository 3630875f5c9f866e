"""Potted bonsai: an informal upright tree with a winding trunk, leaf pads, mossy rocks and a ceramic pot.

Parts
    pot        ceramic bowl with a rolled lip and cloud feet
    pattern    raised traditional ornament on the wall and lip of the pot (off by default)
    soil       domed earth under moss, with fine blades of moss standing up
    rocks      chiselled rocks under cushions of moss, one object a rock
    trunk      fluted, spiralling trunk with surface roots
    branches   one object a branch, with the twigs that carry its pad
    foliage    leaf pads, one object a pad: one on each branch and one at the crown
    blossoms   five-petalled cherry blossoms on the pads, and some fallen petals (off by default)
    lantern    small stone lantern on the moss (off by default)
Parameters
    "height", "spread" and "trunk_thickness" shape the tree, "twist" winds it; "branches" sets how many pads there are.
    "leaf_shape", "leaf_size", "leaf_density" and "leaf_color" make it an elm, a maple or a pine.
    "pot_shape", "pot_width", "pot_height", "pot_color" and "pot_glaze" make the pot, "pot_pattern" decorates it.
    "moss" covers rocks and soil, "snow" powders everything; "seed" grows another tree of the same kind.
"""
import math
import random

import bmesh
import bpy
import numpy as np
from mathutils import Vector, noise

PARAMS = {
    "height": 0.42,              # m, 0.2..1.0: height of the tree above the soil
    "spread": 1.0,               # factor, 0.6..1.6: reach of the branches
    "trunk_thickness": 1.0,      # factor, 0.6..1.8: girth of the trunk
    "twist": 1.0,                # factor, 0..2: how far the trunk winds and its flutes spiral
    "branches": 6,               # count, 2..9: branches, each with a pad of leaves
    "bark_color": "#6b4a33",     # color: the bark
    "leaf_shape": "oval",        # one of oval maple needle: the kind of leaf
    "leaf_size": 1.0,            # factor, 0.6..1.8: length of a leaf
    "leaf_density": 1.0,         # factor, 0.3..1.5: how full the pads are
    "leaf_color": "#4f8f2a",     # color: the leaves
    "blossoms": False,           # switch: cherry blossoms on the branches
    "blossom_density": 1.0,      # factor, 0.3..2.5: how many blossoms
    "blossom_size": 1.0,         # factor, 0.6..1.8: size of a blossom
    "blossom_color": "#fbc4d6",  # color: the petals
    "rocks": 5,                  # count, 0..8: rocks on the soil
    "rock_size": 1.0,            # factor, 0.5..1.5: size of the rocks
    "rock_color": "#94918a",     # color: the bare stone of rocks and lantern
    "moss": 0.65,                # share, 0..1: how much of rocks and soil is under moss
    "moss_color": "#6f9a26",     # color: the moss
    "pot_shape": "oval",         # one of oval rectangular round: outline of the pot
    "pot_width": 0.42,           # m, 0.25..0.9: width of the pot at its lip
    "pot_height": 0.1,           # m, 0.05..0.22: height of the pot
    "pot_color": "#1f5f78",      # color: the glaze of the pot
    "pot_glaze": "glazed",       # one of glazed crackle matte: finish of the ceramic
    "pot_pattern": "none",       # one of none waves meander traditional: raised ornament on the pot
    "pattern_color": "#e0bd62",  # color: the ornament
    "lantern": False,            # switch: a stone lantern beside the tree
    "snow": 0.0,                 # share, 0..1: snow lying on everything that looks up
    "seed": 4,                   # count, 1..99: which tree of this kind
}

EXEMPLAR = {
    "title": "Potted bonsai",
    "names": ["bonsai", "bonsai tree", "potted tree", "miniature tree", "potted bonsai"],
    "kin": ["tree", "plant", "pot plant", "houseplant", "flower pot"],
    "tags": ["plant", "nature", "indoor", "japanese"],
    "parts": {
        "pot": {"describe": "ceramic bowl with rolled lip and cloud feet", "touches": ["soil"],
                "bounds": [[-0.21, -0.156, 0.0], [0.21, 0.156, 0.1]]},
        "pattern": {"describe": "raised traditional ornament around the pot", "when": "pot_pattern", "touches": ["pot"]},
        "soil": {"describe": "domed, moss-grown soil filling the pot", "touches": ["pot", "trunk"],
                 "bounds": [[-0.194, -0.139, 0.072], [0.194, 0.143, 0.119]]},
        "rocks": {"describe": "chiselled rocks covered with moss", "count": "rocks", "touches": ["soil"],
                  "bounds": [[-0.158, -0.109, 0.074], [0.171, 0.042, 0.185]]},
        "trunk": {"describe": "winding fluted trunk with surface roots", "touches": ["soil", "branches"],
                  "bounds": [[-0.161, -0.082, 0.059], [0.07, 0.105, 0.501]]},
        "branches": {"describe": "branches with twigs", "count": "branches", "touches": ["trunk", "foliage"],
                     "bounds": [[-0.289, -0.066, 0.232], [0.201, 0.12, 0.478]]},
        "foliage": {"describe": "pads of small leaves", "count": None, "touches": ["branches"],
                    "bounds": [[-0.332, -0.102, 0.253], [0.243, 0.156, 0.539]]},
        "blossoms": {"describe": "cherry blossoms and fallen petals", "count": None, "when": "blossoms",
                     "touches": ["foliage"]},
        "lantern": {"describe": "stone lantern with lit windows", "when": "lantern", "touches": ["soil"]},
    },
    "things": {
        "": {
            "height": ["height"], "width": ["pot_width", "spread"],
            "size": ["height", "pot_width", "pot_height"],
            "color": ["leaf_color"],
            "qualities": [
                {"words": ["snowy", "snow-covered", "wintry", "winter", "frosty"], "set": {"snow": 0.75}},
                {"words": ["mossy", "moss-covered", "overgrown"], "set": {"moss": 0.95}},
                {"words": ["blooming", "flowering", "blossoming", "in bloom", "spring"],
                 "set": {"blossoms": True, "blossom_density": 1.7}},
                {"words": ["autumn", "autumnal", "fall"], "set": {"leaf_color": "#c8531c", "moss_color": "#7d7a24"}},
                {"words": ["lush", "full", "dense", "bushy"], "set": {"leaf_density": 1.5, "spread": 1.15}},
                {"words": ["sparse", "airy", "thin"], "set": {"leaf_density": 0.45}},
                {"words": ["old", "ancient", "aged", "gnarled"],
                 "set": {"trunk_thickness": 1.6, "twist": 1.6, "moss": 0.9}},
                {"words": ["young"], "set": {"trunk_thickness": 0.65, "twist": 0.5}},
                {"words": ["twisted", "winding", "curved"], "set": {"twist": 1.5}},
                {"words": ["straight", "upright"], "set": {"twist": 0.1}},
                {"words": ["different", "another"], "set": {"seed": 11}},
            ],
        },
        "tree": {"words": ["bonsai tree"], "height": ["height"], "width": ["spread"], "size": ["height", "spread"],
                 "color": ["leaf_color"], "parts": ["trunk", "branches", "foliage"],
                 "materials": {"maple": {"leaf_shape": "maple", "leaf_color": "#b8401f", "leaf_size": 1.3},
                               "pine": {"leaf_shape": "needle", "leaf_color": "#2f6130"},
                               "juniper": {"leaf_shape": "needle", "leaf_color": "#4a7550"},
                               "elm": {"leaf_shape": "oval", "leaf_color": "#4f8f2a"}}},
        "trunk": {"words": ["stem", "bark", "wood"], "thickness": ["trunk_thickness"], "height": ["height"],
                  "size": ["trunk_thickness"], "color": ["bark_color"], "parts": ["trunk", "branches"],
                  "qualities": [
                      {"words": ["twisted", "winding", "curved", "gnarled", "crooked", "bent", "spiral"],
                       "set": {"twist": 1.6}},
                      {"words": ["straight", "upright", "plain"], "set": {"twist": 0.1}},
                      {"words": ["thick", "massive", "stout"], "set": {"trunk_thickness": 1.6}},
                      {"words": ["thin", "slender"], "set": {"trunk_thickness": 0.7}}]},
        "branches": {"words": ["branch", "bough", "twig", "limb"], "count": "branches", "length": ["spread"],
                     "size": ["spread"], "color": ["bark_color"], "parts": ["branches", "foliage"]},
        "leaves": {"words": ["leaf", "foliage", "leaf pad", "pad", "canopy", "crown", "needle"],
                   "size": ["leaf_size"], "length": ["leaf_size"], "color": ["leaf_color"], "parts": ["foliage"],
                   "materials": {"maple": {"leaf_shape": "maple"}, "pine": {"leaf_shape": "needle"},
                                 "needle": {"leaf_shape": "needle"}},
                   "qualities": [
                       {"words": ["small", "tiny", "little"], "set": {"leaf_size": 0.8}},
                       {"words": ["big", "large"], "set": {"leaf_size": 1.6}},
                       {"words": ["dense", "lush", "full", "thick", "more"], "set": {"leaf_density": 1.5}},
                       {"words": ["sparse", "fewer", "less"], "set": {"leaf_density": 0.5}},
                       {"words": ["autumn", "autumnal"], "set": {"leaf_color": "#c8531c"}},
                       {"words": ["snowy"], "set": {"snow": 0.75}}]},
        "blossoms": {"words": ["blossom", "cherry blossom", "flower", "sakura", "bloom", "petal"], "switch": "blossoms",
                     "color": ["blossom_color"], "size": ["blossom_size"],
                     "qualities": [{"words": ["many", "dense", "lush", "abundant", "more"],
                                    "set": {"blossom_density": 2.0}},
                                   {"words": ["few", "sparse", "fewer"], "set": {"blossom_density": 0.5}}]},
        "rocks": {"words": ["rock", "stone", "boulder", "pebble"], "count": "rocks", "size": ["rock_size"],
                  "color": ["rock_color"],
                  "qualities": [{"words": ["moss-covered", "mossy", "overgrown"], "set": {"moss": 0.9}},
                                {"words": ["bare", "clean"], "set": {"moss": 0.1}}]},
        "moss": {"words": ["grass"], "add": {"moss": 0.85}, "remove": {"moss": 0.0}, "color": ["moss_color"],
                 "qualities": [{"words": ["thick", "lush", "dense", "more"], "set": {"moss": 0.95}},
                               {"words": ["thin", "sparse", "less"], "set": {"moss": 0.3}}],
                 "parts": ["soil", "rocks"]},
        "soil": {"words": ["earth", "ground", "dirt"], "parts": ["soil"]},
        "pot": {"words": ["ceramic pot", "bowl", "planter", "tray", "container", "ceramic"],
                "width": ["pot_width"], "height": ["pot_height"], "depth": ["pot_height"],
                "size": ["pot_width", "pot_height"], "color": ["pot_color"], "parts": ["pot", "pattern"],
                "materials": {"ceramic": {"pot_glaze": "glazed"}, "porcelain": {"pot_glaze": "glazed",
                                                                                "pot_color": "#e9ece8"},
                              "terracotta": {"pot_glaze": "matte", "pot_color": "#b0603a"},
                              "clay": {"pot_glaze": "matte", "pot_color": "#8a5740"}},
                "qualities": [
                    {"words": ["ornate", "decorated", "decorative", "patterned", "traditional", "fancy", "elaborate",
                               "traditional pattern", "carved"], "set": {"pot_pattern": "traditional"}},
                    {"words": ["plain", "simple", "undecorated"], "set": {"pot_pattern": "none"}},
                    {"words": ["glazed", "glossy", "shiny"], "set": {"pot_glaze": "glazed"}},
                    {"words": ["crackled", "crackle", "cracked", "antique", "old"], "set": {"pot_glaze": "crackle"}},
                    {"words": ["matte", "unglazed", "rough"], "set": {"pot_glaze": "matte"}},
                    {"words": ["oval"], "set": {"pot_shape": "oval"}},
                    {"words": ["round", "circular"], "set": {"pot_shape": "round"}},
                    {"words": ["rectangular", "square"], "set": {"pot_shape": "rectangular"}},
                    {"words": ["deep", "tall"], "set": {"pot_height": 0.17}},
                    {"words": ["shallow", "flat"], "set": {"pot_height": 0.06}}]},
        "pattern": {"words": ["traditional pattern", "ornament", "decoration", "motif", "relief"],
                    "add": {"pot_pattern": "traditional"}, "remove": {"pot_pattern": "none"},
                    "color": ["pattern_color"],
                    "materials": {"gold": {"pattern_color": "#e0bd62"}, "silver": {"pattern_color": "#ccd2d6"}},
                    "qualities": [{"words": ["wave", "seigaiha", "scale"], "set": {"pot_pattern": "waves"}},
                                  {"words": ["meander", "fret", "key", "geometric"],
                                   "set": {"pot_pattern": "meander"}}]},
        "lantern": {"words": ["stone lantern", "pagoda", "lamp"], "switch": "lantern", "color": ["rock_color"]},
        "snow": {"words": ["frost"], "add": {"snow": 0.75}, "remove": {"snow": 0.0},
                 "parts": ["foliage", "rocks", "soil", "trunk", "lantern"]},
    },
    "styles": {
        "japanese": {"pot_pattern": "waves", "lantern": True, "moss": 0.85},
        "chinese": {"pot_pattern": "traditional", "pot_shape": "rectangular", "pot_color": "#8e1f1a"},
        "traditional": {"pot_pattern": "traditional"},
        "minimalist": {"pot_pattern": "none", "pot_glaze": "matte", "rocks": 1, "pot_color": "#3c3f42"},
        "modern": {"pot_pattern": "none", "pot_shape": "rectangular", "pot_color": "#e6e6e2", "rocks": 2},
        "autumn": {"leaf_shape": "maple", "leaf_color": "#c8531c", "leaf_size": 1.3},
        "winter": {"snow": 0.8},
        "spring": {"blossoms": True, "blossom_density": 1.7},
    },
}

# Line of the trunk: height, then sideways and forward offsets, all as shares of the tree's height.
TRUNK_LINE = ((-0.03, 0.0, 0.0), (0.0, 0.0, 0.0), (0.14, 0.125, -0.05), (0.30, 0.045, 0.07), (0.44, -0.115, 0.02),
              (0.58, -0.06, -0.07), (0.70, 0.075, -0.01), (0.82, 0.04, 0.03), (0.93, -0.03, 0.0))
# Outer side of the pot from foot to lip: offset from the outline and height, both as shares of the pot's height.
POT_WALL = ((-0.34, 0.10), (-0.30, 0.10), (-0.27, 0.12), (-0.20, 0.19), (-0.13, 0.31), (-0.085, 0.45), (-0.07, 0.58),
            (-0.08, 0.68), (-0.105, 0.745), (-0.11, 0.76), (-0.03, 0.772), (0.0, 0.79), (0.004, 0.82), (0.0, 0.93),
            (-0.008, 0.965), (-0.03, 0.992), (-0.06, 1.0), (-0.12, 1.0), (-0.15, 0.985), (-0.17, 0.95), (-0.18, 0.7))
DEPTH = {"oval": 0.74, "rectangular": 0.68, "round": 1.0}      # depth of the pot by its shape, as a share of its width
SOIL_LEVEL = 0.86          # height of the soil at the wall, as a share of the pot's height


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


def _attribute(tree, name):
    """Sockets of a mesh attribute, as a number and as a vector."""
    node = _node(tree, "Attribute", attribute_name=name)
    return node.outputs[2], node.outputs[1]


def _material(name):
    """A new material with its tree, its principled shader and object coordinates."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    return material, tree, tree.nodes["Principled BSDF"], _node(tree, "TexCoord").outputs["Object"]


def _snowed(tree, color, where, snow):
    """Socket of a colour under snow: white where the surface looks up."""
    if not snow:
        return color
    up = _node(tree, "SeparateXYZ", {0: _node(tree, "NewGeometry").outputs["Normal"]}).outputs["Z"]
    lay = _node(tree, "Math", {0: up, 1: _noise(tree, where, 55)}, operation="ADD").outputs[0]
    return _mix(tree, _ramp(tree, lay, 1.35 - snow, 1.5 - snow), color, (0.9, 0.93, 0.97, 1))


# ---------------------------------------------------------------------------------------------- helpers: geometry
def _object(name, verts, faces, materials, slots=None, attributes=None, smooth=True):
    """Links a mesh object made from data; attributes are values a vertex, slots material numbers a face."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(np.asarray(verts).tolist(), [], [tuple(f) for f in faces])
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(mesh.polygons))
    if slots is not None:
        mesh.polygons.foreach_set("material_index", np.asarray(slots, dtype=np.int32))
    for key, values in (attributes or {}).items():
        values = np.asarray(values, dtype=np.float32)
        vector = values.ndim == 2
        layer = mesh.attributes.new(key, "FLOAT_VECTOR" if vector else "FLOAT", "POINT")
        layer.data.foreach_set("vector" if vector else "value", values.ravel())
    mesh.update()
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def _joined(pieces):
    """Verts, faces and grain of several tubes as one mesh."""
    verts, faces, grain, base = [], [], [], 0
    for v, f, g in pieces:
        verts.append(v)
        faces += [tuple(i + base for i in face) for face in f]
        grain.append(g)
        base += len(v)
    return np.concatenate(verts), faces, np.concatenate(grain)


def _dice(rng, *shape):
    """Array of random numbers in 0..1."""
    return np.array([rng.random() for _ in range(math.prod(shape))]).reshape(shape)


def _unit(vectors):
    """Vectors made one long."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _curve(points, count):
    """Smooth curve of count points through the given ones (Catmull-Rom)."""
    points = np.asarray(points, dtype=float)
    padded = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    at = np.linspace(0, len(points) - 1 - 1e-6, count)
    i, f = at.astype(int), (at % 1)[:, None]
    a, b, c, d = (padded[i + k] for k in range(4))
    return b + f / 2 * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)))


def _tube(points, radii, sides, spiral=0.0, flutes=0.0):
    """Tapering tube along points, with flutes that spiral around it: verts, faces and the grain for the bark."""
    points, radii = np.asarray(points), np.asarray(radii)
    along = _unit(np.gradient(points, axis=0))
    normal = np.zeros_like(points)
    normal[0] = _unit(np.cross(along[0], (0.31, 0.94, 0.12)))
    for i in range(1, len(points)):
        normal[i] = _unit(normal[i - 1] - along[i] * np.dot(normal[i - 1], along[i]))
    side = np.cross(along, normal)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    angle = np.linspace(0, 2 * math.pi, sides, endpoint=False)[None, :]
    turn = angle + spiral * (length / max(length[-1], 1e-6))[:, None]
    swell = 1 + flutes * (np.cos(3 * turn) * 0.6 + np.cos(5 * turn + 1.3) * 0.5 + np.cos(8 * turn + 0.4) * 0.22)
    reach = radii[:, None] * swell
    ring = points[:, None] + normal[:, None] * (np.cos(angle) * reach)[..., None] \
        + side[:, None] * (np.sin(angle) * reach)[..., None]
    grain = np.stack([np.cos(turn) * radii[:, None], np.sin(turn) * radii[:, None],
                      np.repeat(length[:, None], sides, 1)], axis=-1)
    faces = [(r * sides + s, r * sides + (s + 1) % sides, (r + 1) * sides + (s + 1) % sides, (r + 1) * sides + s)
             for r in range(len(points) - 1) for s in range(sides)]
    faces.append(tuple(range((len(points) - 1) * sides, len(points) * sides)))
    return ring.reshape(-1, 3), faces, grain.reshape(-1, 3)


def _scatter(rng, shape, points, normals, sizes):
    """Copies of a small shape (verts, faces) standing on points along normals, each turned at random."""
    verts, faces = np.asarray(shape[0], dtype=float), shape[1]
    up = _unit(normals)
    across = _unit(np.cross(up, _unit(_dice(rng, len(points), 3) - 0.5) + 1e-6))
    ahead = np.cross(up, across)
    local = verts[None] * np.asarray(sizes)[:, None, None]
    out = points[:, None] + local[..., :1] * across[:, None] + local[..., 1:2] * ahead[:, None] \
        + local[..., 2:] * up[:, None]
    step = len(verts)
    return out.reshape(-1, 3), [tuple(i * step + k for k in face) for i in range(len(points)) for face in faces]


def _outline(p, count=128):
    """Outline of the pot at its lip, evenly spaced: points and outward normals in the plane, and its length."""
    half = p["pot_width"] / 2
    deep = half * DEPTH[p["pot_shape"]]
    power = 2 / (9.0 if p["pot_shape"] == "rectangular" else 2.0)
    angle = np.linspace(0, 2 * math.pi, 3001)
    c, s = np.cos(angle), np.sin(angle)
    dense = np.stack([half * np.sign(c) * np.abs(c) ** power, deep * np.sign(s) * np.abs(s) ** power], axis=1)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    at = np.linspace(0, length[-1], count, endpoint=False)
    points = np.stack([np.interp(at, length, dense[:, k]) for k in (0, 1)], axis=1)
    edge = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    return points, _unit(np.stack([edge[:, 1], -edge[:, 0]], axis=1)), length[-1]


def _ground(p, x, y):
    """Height of the soil: a mound with soft hummocks, level with the wall at the edge."""
    reach = p["pot_width"] / 2
    far = min(1.0, math.hypot(x / reach, y / (reach * 0.72)))
    mound = (1 - far * far) * 0.10 * reach
    bumps = noise.noise(Vector((x, y, 3.0)) * (5.5 / reach)) * 0.022 * reach * (1 - far ** 4)
    return p["pot_height"] * SOIL_LEVEL + mound + bumps


def _foot(p):
    """Where the trunk leaves the soil, left of the middle."""
    x, y = -0.10 * p["pot_width"], 0.02 * p["pot_width"]
    return np.array((x, y, _ground(p, x, y)))


def _girth(p):
    """Radius of the trunk above its foot, never more than the pot can hold."""
    return min(0.064 * p["height"] * p["trunk_thickness"], 0.13 * p["pot_width"] * DEPTH[p["pot_shape"]])


def _spine(p, count=84):
    """Points along the middle of the trunk, from below the soil to the crown."""
    wind = 0.15 + 0.95 * p["twist"]
    line = [(x * wind, y * wind, z) for z, x, y in TRUNK_LINE]
    return _foot(p) + _curve(line, count) * p["height"]


def _limbs(p):
    """Each branch as (curve of points, radius at its root, half width of its pad), the lowest first."""
    rng = random.Random(p["seed"] * 31 + 5)
    spine, limbs = _spine(p), []
    for i in range(p["branches"]):
        rise = i / max(1, p["branches"] - 1)
        root = spine[int((0.40 + 0.46 * rise) * len(spine))]
        heading = math.radians((-8, 188, 78, 12, 160, -62)[i % 6] + rng.uniform(-16, 16) + 25 * (i // 6))
        reach = p["height"] * p["spread"] * (0.44 - 0.23 * rise) * rng.uniform(0.88, 1.1)
        out = np.array((math.cos(heading), math.sin(heading) * 0.85, 0.0))
        across = np.array((-out[1], out[0], 0.0))
        bend = reach * 0.10 * (0.4 + p["twist"]) * rng.choice((-1, 1))
        up = np.array((0, 0, reach))
        knots = [root, root + out * reach * 0.28 + across * bend + up * 0.13,
                 root + out * reach * 0.55 - across * bend * 0.8 + up * 0.05,
                 root + out * reach * 0.80 + across * bend * 0.5 + up * 0.13, root + out * reach + up * 0.15]
        limbs.append((_curve(knots, 22), 0.33 * _girth(p) * (1.1 - 0.45 * rise),
                      reach * 0.50 + 0.03 * p["height"]))
    return limbs


def _pads(p):
    """Each leaf pad as a list of (centre, radius) of its clumps: one pad a branch and the crown."""
    rng = random.Random(p["seed"] * 17 + 2)
    seats = [(curve[16], width) for curve, _, width in _limbs(p)]
    seats.append((_spine(p)[-1], p["height"] * (0.13 + 0.05 * p["spread"])))
    pads = []
    for seat, width in seats:
        clumps = []
        for k in range(9):
            far, angle = math.sqrt(k / 9) * 0.74, k * 2.39996 + rng.uniform(-0.3, 0.3)
            size = width * (0.43 - 0.20 * far) * rng.uniform(0.9, 1.12)
            rise = width * (0.20 - 0.30 * far * far) + rng.uniform(-0.03, 0.05) * width
            clumps.append((seat + (math.cos(angle) * far * width, math.sin(angle) * far * width * 0.86, rise), size))
        pads.append(clumps)
    return pads


def _clump_surface(rng, clumps, count, lowest):
    """Points and outward directions on the clumps of a pad, leaving out what lies inside another clump."""
    centres, sizes = np.array([c for c, _ in clumps]), np.array([s for _, s in clumps])
    pick = np.array(rng.choices(range(len(clumps)), weights=list(sizes ** 2), k=count))
    z = lowest + (1 - lowest) * _dice(rng, count)
    turn = _dice(rng, count) * 2 * math.pi
    flat = np.sqrt(np.maximum(0, 1 - z * z))
    away = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)
    points = centres[pick] + away * (sizes[pick] * (0.80 + 0.22 * _dice(rng, count)))[:, None] * (1, 1, 0.72)
    gap = np.linalg.norm((points[:, None] - centres[None]) / (1, 1, 0.72), axis=2) / sizes[None]
    free = gap.min(axis=1) > 0.78
    return points[free], away[free]


# ---------------------------------------------------------------------------------------------- materials
def material_ceramic(p):
    """Glaze that pools darker in hollows and breaks brown on edges, speckled; crackled or matte on request."""
    found = bpy.data.materials.get("Bonsai ceramic")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai ceramic")
    cloud = _ramp(tree, _noise(tree, where, 9), 0.3, 0.7)
    color = _mix(tree, cloud, _tint(p["pot_color"], 0.62), _tint(p["pot_color"], 1.25))
    edge = _ramp(tree, _node(tree, "NewGeometry").outputs["Pointiness"], 0.51, 0.56)
    color = _mix(tree, edge, color, _mix(tree, 0.55, _tint(p["pot_color"], 1.2), (0.26, 0.12, 0.05, 1)))
    specks = _ramp(tree, _noise(tree, where, 420, 2), 0.69, 0.72)
    color = _mix(tree, specks, color, _tint(p["pot_color"], 0.25))
    height = _noise(tree, where, 45, 3)
    matte = p["pot_glaze"] == "matte"
    if p["pot_glaze"] == "crackle":
        cells = _node(tree, "TexVoronoi", {"Vector": where, "Scale": 75.0}, feature="DISTANCE_TO_EDGE").outputs[0]
        color = _mix(tree, _ramp(tree, cells, 0.045, 0.015), color, (0.02, 0.012, 0.008, 1))
    if matte:
        height = _noise(tree, where, 380, 4)
    _wire(tree, shader, {"Base Color": color, "Roughness": 0.72 if matte else 0.16,
                         "Clearcoat|Coat Weight": 0.0 if matte else 0.7,
                         "Clearcoat Roughness|Coat Roughness": 0.06,
                         "Normal": _bump(tree, height, 0.35 if matte else 0.10, 0.002)})
    return material


def material_ornament(p):
    """Gilded enamel, darker where it was rubbed."""
    found = bpy.data.materials.get("Bonsai ornament")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai ornament")
    rubbed = _ramp(tree, _noise(tree, where, 60), 0.42, 0.62)
    _wire(tree, shader, {"Base Color": _mix(tree, rubbed, _tint(p["pattern_color"], 0.7), _rgb(p["pattern_color"])),
                         "Metallic": 0.55, "Roughness": 0.3, "Normal": _bump(tree, rubbed, 0.2, 0.001)})
    return material


def material_bark(p):
    """Bark in long fissured plates that follow the grain of the tube, paler on the ridges."""
    found = bpy.data.materials.get("Bonsai bark")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai bark")
    grain = _attribute(tree, "grain")[1]
    long = _node(tree, "Mapping", {"Vector": grain, "Scale": (1, 1, 0.2)}).outputs[0]
    wavy = _mix(tree, 0.012, long, _node(tree, "TexNoise", {"Vector": grain, "Scale": 60.0}).outputs[1], "ADD")
    plates = _node(tree, "TexVoronoi", {"Vector": wavy, "Scale": 150.0}, feature="DISTANCE_TO_EDGE").outputs[0]
    plates = _ramp(tree, plates, 0.0, 0.22)
    fibre = _noise(tree, long, 420, 6, 0.7)
    height = _mix(tree, 0.35, plates, fibre)
    color = _mix(tree, plates, _tint(p["bark_color"], 0.22), _rgb(p["bark_color"]))
    color = _mix(tree, _ramp(tree, fibre, 0.45, 0.75), color, _tint(p["bark_color"], 1.9))
    color = _mix(tree, _ramp(tree, _noise(tree, where, 18), 0.56, 0.72), color, (0.16, 0.17, 0.12, 1))
    _wire(tree, shader, {"Base Color": _snowed(tree, color, where, p["snow"]), "Roughness": 0.85,
                         "Specular|Specular IOR Level": 0.2, "Normal": _bump(tree, height, 0.9, 0.004)})
    return material


def material_leaf(p):
    """Leaf with a tone of its own, lighter and yellower when young, that lets some light through."""
    found = bpy.data.materials.get("Bonsai leaf")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai leaf")
    tone = _attribute(tree, "tone")[0]
    r, g, b, _ = _rgb(p["leaf_color"])
    young = (min(1, r * 2.3 + 0.06), min(1, g * 1.8 + 0.06), b * 1.3, 1)
    color = _mix(tree, tone, _tint(p["leaf_color"], 0.6), young)
    color = _snowed(tree, color, where, p["snow"])
    _wire(tree, shader, {"Base Color": color, "Roughness": 0.42, "Specular|Specular IOR Level": 0.35})
    through = _node(tree, "BsdfTranslucent", {"Color": color})
    both = _node(tree, "MixShader", {0: 0.25, 1: shader.outputs[0], 2: through.outputs[0]})
    tree.links.new(both.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    return material


def material_petal(p):
    """Petal, white at the rim and deeper at the heart."""
    found = bpy.data.materials.get("Bonsai petal")
    if found:
        return found
    material, tree, shader, _ = _material("Bonsai petal")
    tone = _attribute(tree, "tone")[0]
    r, g, b, _ = _rgb(p["blossom_color"])
    pale = (r * 0.5 + 0.5, g * 0.5 + 0.5, b * 0.5 + 0.5, 1)
    color = _mix(tree, tone, (r * 0.85, g * 0.45, b * 0.55, 1), _mix(tree, 0.35, _rgb(p["blossom_color"]), pale))
    _wire(tree, shader, {"Base Color": color, "Roughness": 0.5, "Emission|Emission Color": color,
                         "Emission Strength": 0.12})
    return material


def material_stamen(p):
    """Golden heart of a blossom."""
    found = bpy.data.materials.get("Bonsai stamen")
    if found:
        return found
    material, tree, shader, _ = _material("Bonsai stamen")
    _wire(tree, shader, {"Base Color": (0.75, 0.36, 0.06, 1), "Roughness": 0.6})
    return material


def material_stone(p):
    """Weathered stone: banded tones, pale lichen, pits; moss where the mesh says so."""
    found = bpy.data.materials.get("Bonsai stone")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai stone")
    bands = _noise(tree, _node(tree, "Mapping", {"Vector": where, "Scale": (1, 1, 3)}).outputs[0], 24, 8, 0.65)
    color = _mix(tree, _ramp(tree, bands, 0.32, 0.68), _tint(p["rock_color"], 0.35), _tint(p["rock_color"], 1.3))
    color = _mix(tree, _ramp(tree, _noise(tree, where, 60), 0.62, 0.68), color, (0.52, 0.53, 0.44, 1))
    pits = _node(tree, "TexVoronoi", {"Vector": where, "Scale": 160.0}).outputs[0]
    fuzz = _noise(tree, where, 300, 3)
    green = _mix(tree, fuzz, _tint(p["moss_color"], 0.25), _tint(p["moss_color"], 1.25))
    moss = _attribute(tree, "moss")[0]
    _wire(tree, shader, {"Base Color": _snowed(tree, _mix(tree, moss, color, green), where, p["snow"]),
                         "Roughness": 0.9, "Specular|Specular IOR Level": 0.25,
                         "Normal": _bump(tree, _mix(tree, moss, _mix(tree, 0.4, bands, pits), fuzz), 0.7, 0.003)})
    return material


def material_soil(p):
    """Dark grit where the moss is thin, velvety moss in many greens where it is thick."""
    found = bpy.data.materials.get("Bonsai soil")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai soil")
    grit = _node(tree, "TexVoronoi", {"Vector": where, "Scale": 210.0})
    earth = _mix(tree, _ramp(tree, grit.outputs[0], 0.1, 0.7), (0.16, 0.11, 0.075, 1), (0.012, 0.008, 0.006, 1))
    fuzz = _noise(tree, where, 320, 3)
    patch = _ramp(tree, _noise(tree, where, 22), 0.35, 0.7)
    green = _mix(tree, patch, _tint(p["moss_color"], 0.55), _tint(p["moss_color"], 1.15))
    green = _mix(tree, _ramp(tree, fuzz, 0.35, 0.65), _tint(p["moss_color"], 0.16), green)
    moss = _attribute(tree, "moss")[0]
    _wire(tree, shader, {"Base Color": _snowed(tree, _mix(tree, moss, earth, green), where, p["snow"]),
                         "Roughness": 0.95, "Specular|Specular IOR Level": 0.15,
                         "Normal": _bump(tree, _mix(tree, moss, grit.outputs[0], fuzz), 0.9, 0.003)})
    return material


def material_moss(p):
    """Single blades of moss, each with a tone of its own."""
    found = bpy.data.materials.get("Bonsai moss")
    if found:
        return found
    material, tree, shader, where = _material("Bonsai moss")
    tone = _attribute(tree, "tone")[0]
    color = _mix(tree, tone, _tint(p["moss_color"], 0.4), _tint(p["moss_color"], 1.7))
    _wire(tree, shader, {"Base Color": _snowed(tree, color, where, p["snow"]), "Roughness": 0.8})
    return material


def material_glow(p):
    """Candle light behind the paper of the lantern."""
    found = bpy.data.materials.get("Bonsai glow")
    if found:
        return found
    material, tree, shader, _ = _material("Bonsai glow")
    _wire(tree, shader, {"Base Color": (1, 0.6, 0.2, 1), "Emission|Emission Color": (1, 0.5, 0.14, 1),
                         "Emission Strength": 2.5})
    return material


# ---------------------------------------------------------------------------------------------- parts
def build_pot(p):
    """The bowl: the outline lofted through the wall's profile, a closed bottom and four cloud feet."""
    points, normals, _ = _outline(p)
    high, count = p["pot_height"], len(points)
    verts = [(*(points[i] + normals[i] * off * high), z * high) for off, z in POT_WALL for i in range(count)]
    faces = [(r * count + i, r * count + (i + 1) % count, (r + 1) * count + (i + 1) % count, (r + 1) * count + i)
             for r in range(len(POT_WALL) - 1) for i in range(count)]
    faces.append(tuple(range(count - 1, -1, -1)))
    feet = ((-0.36, 0.13), (-0.29, 0.13), (-0.285, 0.06), (-0.26, 0.0), (-0.40, 0.0), (-0.44, 0.06), (-0.44, 0.13))
    for corner in (0.125, 0.375, 0.625, 0.875):
        at, half, base = int(corner * count), max(3, count // 22), len(verts)
        for k in range(-half, half + 1):
            lift = (abs(k) / half) ** 4 * 0.07 * high
            i = (at + k) % count
            verts += [(*(points[i] + normals[i] * off * high), max(z * high, lift)) for off, z in feet]
        n = len(feet)
        faces += [(base + r * n + i, base + r * n + (i + 1) % n, base + (r + 1) * n + (i + 1) % n, base + (r + 1) * n + i)
                  for r in range(2 * half) for i in range(n)]
        faces += [tuple(base + i for i in range(n - 1, -1, -1)), tuple(base + 2 * half * n + i for i in range(n))]
    return [_object("Pot", verts, faces, [material_ceramic(p)])]


def _waves(unit, low, high):
    """Paths of seigaiha, rows of overlapping wave scales, in one unit of the wall."""
    radius, paths = unit / 2, []
    rows = int((high - low) / (radius / 2)) + 1
    centres = [(k, (0.5 * (k % 2) + n) * unit, low - radius * 0.5 + k * radius / 2)
               for k in range(rows) for n in (-1, 0, 1, 2)]
    for row, x, z in (c for c in centres if 0 <= c[1] < unit):
        for size in (0.94, 0.66, 0.38):
            run = []
            for a in np.linspace(0, math.pi, 13):
                s, t = x + math.cos(a) * radius * size, z + math.sin(a) * radius * size
                hidden = any(k < row and math.hypot(s - cx, t - cz) < radius * 1.02 for k, cx, cz in centres)
                if low <= t <= high and not hidden:
                    run.append((s, t))
                else:
                    paths.append(run)
                    run = []
            paths.append(run)
    return [path for path in paths if len(path) > 1]


def build_pattern(p):
    """Raised ribbons: wave scales on the wall, a meander on the lip, or both with rows of beads between."""
    if p["pot_pattern"] == "none":
        return []
    points, normals, length = _outline(p, 720)
    high = p["pot_height"]
    heights, offsets = [z for _, z in POT_WALL[:16]], [off for off, _ in POT_WALL[:16]]
    verts, faces = [], []

    def wall(s, z, lift):
        """Point of the pot's outer side at arc length s and height z, lifted off it."""
        at = s / length * len(points)
        i, f = int(at) % len(points), at % 1
        j = (i + 1) % len(points)
        spot, out = points[i] * (1 - f) + points[j] * f, normals[i] * (1 - f) + normals[j] * f
        return (*(spot + out * (np.interp(z / high, heights, offsets) * high + lift)), z)

    def ribbon(path, wide, lift):
        """A strip with sloping sides along a path of (s, z)."""
        base, last = len(verts), len(path) - 1
        for k, (s, z) in enumerate(path):
            legs = [_unit(np.subtract(path[b], path[a])) for a, b in ((k - 1, k), (k, k + 1)) if a >= 0 and b <= last]
            ahead = _unit(sum(legs))
            reach = wide / 2 / max(0.5, float(np.dot(ahead, legs[0])))
            for side, up in ((-1.0, -0.6), (-0.62, 1.0), (0.62, 1.0), (1.0, -0.6)):
                verts.append(wall(s - ahead[1] * reach * side, z + ahead[0] * reach * side, lift * up))
        for k in range(last):
            faces.extend((base + k * 4 + i, base + k * 4 + 4 + i, base + k * 4 + 5 + i, base + k * 4 + 1 + i)
                         for i in range(3))
        faces.extend([(base, base + 1, base + 2, base + 3), tuple(base + last * 4 + i for i in (3, 2, 1, 0))])

    def around(unit, paths, wide, lift):
        """Repeats the paths of one unit around the pot."""
        for n in range(round(length / unit)):
            for path in paths:
                ribbon([(s + n * unit, z) for s, z in path], wide, lift)

    if p["pot_pattern"] in ("waves", "traditional"):
        unit = length / round(min(44, length / (0.36 * high)))
        around(unit, _waves(unit, 0.24 * high, 0.69 * high), 0.026 * high, 0.016 * high)
    if p["pot_pattern"] in ("meander", "traditional"):
        bands = [(0.825, 0.925)] if p["pot_pattern"] == "traditional" else [(0.825, 0.925), (0.33, 0.62)]
        for low, top in bands:
            step = (top - low) * high / 4
            unit = length / round(min(100, length / (step * 5.4)))
            wide = unit / 5.4
            hook = [(0, 0), (0, 4), (3.9, 4), (3.9, 1.3), (1.6, 1.3), (1.6, 2.6), (2.6, 2.6)]
            around(unit, [[(s * wide, low * high + z * step) for s, z in hook],
                          [(k * unit / 4, low * high) for k in range(5)]], step * 0.62, 0.014 * high)
    if p["pot_pattern"] == "traditional":
        unit = length / round(min(220, length / (0.07 * high)))
        for n in range(round(length / unit)):
            base, r = len(verts), 0.027 * high
            verts.append(wall(n * unit, 0.735 * high, r * 1.1))
            ring = [(math.cos(a) * r, math.sin(a) * r) for a in np.linspace(0, 2 * math.pi, 6, endpoint=False)]
            for share, up in ((0.7, 0.75), (1.0, -0.4)):
                verts += [wall(n * unit + c * share, 0.735 * high + s * share, r * up) for c, s in ring]
            for i in range(6):
                j = (i + 1) % 6
                faces += [(base, base + 1 + i, base + 1 + j), (base + 1 + i, base + 7 + i, base + 7 + j, base + 1 + j)]
    return [_object("Pattern", verts, faces, [material_ornament(p)], smooth=False)]


BLADE = ([(-0.16, 0, -0.2), (0.16, 0, -0.2), (0.05, 0.25, 1.0)], [(0, 1, 2)])


def build_soil(p):
    """The mound of soil, mossy in patches, and the blades that stand on the moss."""
    rng = random.Random(p["seed"] * 7 + 1)
    points, normals, _ = _outline(p)
    rim = points - normals * 0.165 * p["pot_height"]
    verts, moss = [(0, 0, _ground(p, 0, 0))], [1.0]
    shares = [1 - (1 - k / 34) ** 1.2 for k in range(1, 35)]
    for share in shares:
        for x, y in rim * share:
            thick = noise.noise(Vector((x, y, 9.0)) * 26) * 0.8 + (p["moss"] - 0.42) * 2.2 - (share ** 8) * 0.5
            moss.append(min(1.0, max(0.0, thick * 2.0)))
            verts.append((x, y, _ground(p, x, y) + 0.0035 * moss[-1]
                          + 0.0016 * noise.noise(Vector((x, y, 1.0)) * 170)))
    count, last = len(rim), 1 + (len(shares) - 1) * len(rim)
    verts += [(x, y, p["pot_height"] * 0.72) for x, y in rim]
    moss += [0.0] * count
    faces = [(0, 1 + i, 1 + (i + 1) % count) for i in range(count)]
    faces += [(1 + r * count + i, 1 + (r + 1) * count + i, 1 + (r + 1) * count + (i + 1) % count,
               1 + r * count + (i + 1) % count) for r in range(len(shares)) for i in range(count)]
    faces.append(tuple(range(last + 2 * count - 1, last + count - 1, -1)))
    verts = np.array(verts)
    green = np.nonzero(np.array(moss) > 0.55)[0]
    blades, slots, tone = np.zeros((0, 3)), [0] * len(faces), [0.0] * len(verts)
    if len(green):
        pick = green[(_dice(rng, 7000) * len(green)).astype(int)]
        spots = verts[pick] + (_dice(rng, 7000, 3) - 0.5) * (0.012, 0.012, 0.001)
        inside = np.abs(spots[:, 0]) < p["pot_width"] * 0.46
        spots = spots[inside]
        lean = (_dice(rng, len(spots), 3) - 0.5) * 1.5 + (0, 0, 1)
        blades, more = _scatter(rng, BLADE, spots, lean, 0.0030 + 0.0035 * _dice(rng, len(spots)))
        faces += [tuple(i + len(verts) for i in face) for face in more]
        slots += [1] * len(more)
        tone += np.repeat(_dice(rng, len(spots)), 3).tolist()
    return [_object("Soil", np.concatenate([verts, blades]), faces, [material_soil(p), material_moss(p)], slots,
                    {"moss": moss + [1.0] * len(blades), "tone": tone})]


def _rock(rng, size, fine):
    """A boulder: a ball cut flat by random planes, roughened: points around the origin and faces."""
    ball = bmesh.new()
    bmesh.ops.create_icosphere(ball, subdivisions=5 if fine else 4, radius=1.0)
    verts = np.array([v.co for v in ball.verts])
    faces = [[v.index for v in f.verts] for f in ball.faces]
    ball.free()
    for _ in range(15):
        out = _unit(_dice(rng, 3) - (0.5, 0.5, 0.42))
        over = np.maximum(0, verts @ out - rng.uniform(0.62, 0.86))
        verts -= over[:, None] * 0.93 * out
    shift = Vector((rng.uniform(0, 50), 0, 0))
    rough = np.array([noise.noise(Vector(v) * 2.6 + shift) * 0.10 + noise.noise(Vector(v) * 9 + shift) * 0.03
                      for v in verts])
    verts = verts * (1 + rough[:, None]) * (rng.uniform(0.9, 1.3), rng.uniform(0.75, 1.0), rng.uniform(0.7, 1.05))
    turn = rng.uniform(0, 6.28)
    c, s = math.cos(turn), math.sin(turn)
    return verts @ np.array(((c, s, 0), (-s, c, 0), (0, 0, 1))) * size, faces


def build_rocks(p):
    """Boulders sunk into the soil, their tops swollen and furred with moss."""
    rocks = []
    half = p["pot_width"] / 2
    deep = half * DEPTH[p["pot_shape"]]
    spots = ((0.42, -0.30, 1.0), (0.02, -0.52, 0.55), (-0.66, -0.20, 0.62), (0.72, 0.14, 0.55), (-0.40, -0.46, 0.40),
             (0.14, 0.46, 0.70), (-0.62, 0.26, 0.52), (0.74, -0.2, 0.34))
    for n in range(p["rocks"]):
        rng = random.Random(p["seed"] * 101 + n)
        x, y, share = spots[n]
        size = min(half * 0.25 * share * p["rock_size"], 0.34 * deep)
        x, y = x * half, y * deep
        while ((abs(x) + size) / half) ** 2 + ((abs(y) + size) / deep) ** 2 > 0.8 and abs(x) + abs(y) > 0.01 * half:
            x, y = x * 0.95, y * 0.95
        verts, faces = _rock(rng, size, n == 0)
        normals = _unit(verts / (1, 1, 0.9))
        patch = np.array([noise.noise(Vector(v) * (2.6 / size) + Vector((n, 0, 0))) for v in verts])
        moss = np.clip((normals[:, 2] * 0.9 + patch * 0.9 + (p["moss"] - 0.85) * 2.4) * 2.6, 0, 1)
        if p["moss"] == 0:
            moss *= 0
        verts = verts + normals * (moss * (0.055 + 0.03 * patch))[:, None] * size
        verts += (x, y, _ground(p, x, y) + size * 0.42)
        mossy = np.nonzero((moss > 0.7) & (normals[:, 2] > -0.1))[0]
        blades, slots, tone = np.zeros((0, 3)), [0] * len(faces), [0.0] * len(verts)
        if len(mossy):
            pick = mossy[(_dice(rng, 1500) * len(mossy)).astype(int)]
            lean = normals[pick] + (_dice(rng, len(pick), 3) - 0.5) * 1.3
            jitter = (_dice(rng, len(pick), 3) - 0.5) * size * 0.06
            blades, more = _scatter(rng, BLADE, verts[pick] + jitter, lean, 0.0022 + 0.003 * _dice(rng, len(pick)))
            faces = faces + [tuple(i + len(verts) for i in face) for face in more]
            slots += [1] * len(more)
            tone += np.repeat(_dice(rng, len(pick)), 3).tolist()
        rocks.append(_object(f"Rock {n + 1}", np.concatenate([verts, blades]), faces,
                             [material_stone(p), material_moss(p)], slots,
                             {"moss": np.concatenate([moss, np.ones(len(blades))]), "tone": tone}))
    return rocks


def build_trunk(p):
    """The fluted trunk with a flared foot, burrs, and roots that crawl over the soil and dive into it."""
    rng = random.Random(p["seed"] * 13 + 3)
    spine = _spine(p)
    half = p["pot_width"] / 2
    deep = half * DEPTH[p["pot_shape"]]
    thick = _girth(p)
    t = np.linspace(0, 1, len(spine))
    radii = thick * (0.16 + 0.84 * (1 - t) ** 1.15 + 0.65 * np.exp(-t * 16))
    radii = radii * np.array([1 + 0.16 * noise.noise(Vector((0, p["seed"], k * 9))) for k in t])
    verts, faces, grain = _tube(spine, radii, 40, 2.2 + 5.0 * p["twist"], 0.13 + 0.07 * min(1.0, p["twist"]))
    knots = np.array([noise.noise(Vector(g) * (0.75 / thick)) for g in grain])
    verts = verts + _unit(verts - np.repeat(spine, 40, 0)) * (np.maximum(0, knots - 0.1) * thick * 0.5)[:, None]
    pieces, foot = [(verts, faces, grain)], _foot(p)
    for n in range(8):
        angle, reach = n * 0.785 + rng.uniform(-0.25, 0.25), thick * rng.uniform(2.2, 3.9)
        line = []
        for k in range(14):
            far = thick * 0.5 + reach * k / 13
            a = angle + math.sin(k * 0.45 + n) * 0.22
            x, y = foot[0] + math.cos(a) * far, foot[1] + math.sin(a) * far
            inside = min(1.0, 0.76 / math.hypot(x / half, y / deep))
            x, y = x * inside, y * inside
            line.append((x, y, _ground(p, x, y) + thick * (0.75 * (1 - k / 13) ** 2.2 - 0.32 * (k / 13) ** 2)))
        pieces.append(_tube(line, thick * np.linspace(0.46, 0.10, 14), 10, 1.5, 0.14))
    verts, faces, grain = _joined(pieces)
    return [_object("Trunk", verts, faces, [material_bark(p)], attributes={"grain": grain})]


def build_branches(p):
    """Winding branches, each with twigs that reach up into the clumps of its pad."""
    branches = []
    for n, ((curve, radius, width), pad) in enumerate(zip(_limbs(p), _pads(p))):
        pieces = [_tube(curve, radius * np.linspace(1.25, 0.42, len(curve)), 12, 2.5, 0.12)]
        for k, (centre, size) in enumerate(pad):
            start = curve[min(20, 9 + k)]
            middle = start * 0.5 + centre * 0.5 - (0, 0, width * 0.12)
            twig = _curve([start, middle, centre + (0, 0, size * 0.35)], 8)
            pieces.append(_tube(twig, radius * np.linspace(0.40, 0.14, 8), 6, 1.0, 0.1))
        verts, faces, grain = _joined(pieces)
        branches.append(_object(f"Branch {n + 1}", verts, faces, [material_bark(p)], attributes={"grain": grain}))
    return branches


def _leaf(shape):
    """Verts and faces of one leaf, one long, growing along +Y."""
    if shape == "oval":
        return ([(0, 0, 0), (0.24, 0.28, 0.07), (0.20, 0.68, 0.05), (0, 1, -0.10), (-0.20, 0.68, 0.05), (-0.24, 0.28, 0.07)],
                [(0, 1, 2, 3), (0, 3, 4, 5)])
    if shape == "maple":
        verts = [(0, 0.15, 0.06)]
        for n in range(5):
            angle, long = math.radians(-125 + 62.5 * n), (0.5, 0.72, 0.9, 0.72, 0.5)[n]
            for turn, far, z in ((-31, 0.27, 0.03), (0, long, -0.09)):
                a = angle + math.radians(turn)
                verts.append((math.sin(a) * far, 0.15 + math.cos(a) * far, z))
        return verts, [(0, i + 1, i) for i in range(1, 10)] + [(0, 1, 10)]
    verts, faces = [], []
    for n in range(7):
        angle = n * 0.9
        c, s = math.cos(angle), math.sin(angle)
        verts += [(-0.03 * s, 0.03 * c, 0), (0.03 * s, -0.03 * c, 0), (c * 0.55, s * 0.55, 0.95 - 0.1 * (n % 3))]
        faces.append((3 * n, 3 * n + 1, 3 * n + 2))
    return verts, faces


def build_foliage(p):
    """Leaves on the clumps of each pad, more on top than below, each with a tone of its own."""
    pads, shape = [], _leaf(p["leaf_shape"])
    size = 0.030 * p["height"] * p["leaf_size"]
    room, cost = {"oval": (0.21, 4), "maple": (0.42, 10), "needle": (0.42, 7)}[p["leaf_shape"]]
    clumps = _pads(p)
    counts = [int(3.0 * p["leaf_density"] * sum(2.2 * math.pi * s * s for _, s in pad) / (size * size * room) * 0.36)
              for pad in clumps]
    fit = min(1.0, 60000 / cost / sum(counts) / 1.45)
    for n, pad in enumerate(clumps):
        rng = random.Random(p["seed"] * 211 + n)
        points, away = _clump_surface(rng, pad, int(counts[n] * fit) * 2, -0.45)
        lean = away + (_dice(rng, len(points), 3) - 0.5) * 1.5 + (0, 0, 0.45)
        grow = size * (0.75 + 0.5 * _dice(rng, len(points))) * (1 + 0.4 * (1 - fit))
        verts, faces = _scatter(rng, shape, points, lean, grow)
        tone = np.clip(0.25 + 0.32 * away[:, 2] + 0.5 * (_dice(rng, len(points)) - 0.35), 0, 1)
        pads.append(_object(f"Pad {n + 1}", verts, faces, [material_leaf(p)],
                            attributes={"tone": np.repeat(tone, len(shape[0]))}))
    return pads


def build_blossoms(p):
    """Five-petalled blossoms sitting on the outside of the pads, one object a pad, and petals fallen on the moss."""
    if not p["blossoms"]:
        return []
    verts, faces, tone = [], [], []
    for n in range(5):
        base = len(verts)
        for turn, far, z, t in ((0, 0.04, 0.0, 0.0), (0.40, 0.55, 0.14, 0.8), (0.30, 0.92, 0.22, 1.0),
                                (0.0, 0.84, 0.16, 0.9), (-0.30, 0.92, 0.22, 1.0), (-0.40, 0.55, 0.14, 0.8)):
            a = n * 1.2566 + turn * 1.15
            verts.append((math.cos(a) * far, math.sin(a) * far, z))
            tone.append(t)
        faces += [(base, base + 1, base + 2, base + 3), (base, base + 3, base + 4, base + 5)]
    petal = verts[:6], faces[:2]
    base = len(verts)
    verts += [(0, 0, 0.22)] + [(math.cos(a) * 0.2, math.sin(a) * 0.2, 0.06) for a in np.linspace(0, 5.236, 6)]
    faces += [(base, base + 1 + i, base + 1 + (i + 1) % 6) for i in range(6)]
    tone += [1.0] * 7
    slots, size = [0] * 10 + [1] * 6, 0.0165 * p["height"] * p["blossom_size"]
    materials, groups, clumps = [material_petal(p), material_stamen(p)], [], _pads(p)
    for n, pad in enumerate(clumps):
        rng = random.Random(p["seed"] * 307 + n)
        points, away = _clump_surface(rng, pad, int(960 / len(clumps) * p["blossom_density"]), -0.1)
        lean = away + (_dice(rng, len(points), 3) - 0.5) * 0.7
        where = points + away * size * 0.5
        v, f = _scatter(rng, (verts, faces), where, lean, size * (0.75 + 0.5 * _dice(rng, len(points))))
        groups.append(_object(f"Blossoms {n + 1}", v, f, materials, slots * len(points),
                              {"tone": tone * len(points)}, smooth=False))
    rng = random.Random(p["seed"] * 401)
    turn, far = _dice(rng, 36) * 6.283, np.sqrt(_dice(rng, 36)) * 0.8
    spots = np.array([(x, y, _ground(p, x, y) + 0.005) for x, y in zip(
        np.cos(turn) * far * p["pot_width"] * 0.42, np.sin(turn) * far * p["pot_width"] * 0.29)])
    v, f = _scatter(rng, petal, spots, (_dice(rng, 36, 3) - 0.5) * 0.6 + (0, 0, 1), [size] * 36)
    groups.append(_object("Fallen petals", v, f, materials, attributes={"tone": tone[:6] * 36}, smooth=False))
    return groups


def build_lantern(p):
    """A six-sided stone lantern: foot, post, tray, lit fire box, swept roof and finial."""
    if not p["lantern"]:
        return []
    x, y = 0.23 * p["pot_width"], 0.13 * p["pot_width"]
    size, ground = 0.085 * p["pot_width"], _ground(p, x, y)
    profile = ((1.0, -0.3), (1.0, 0.25), (0.92, 0.33), (0.55, 0.42), (0.40, 0.55), (0.36, 1.5), (0.46, 1.62),
               (0.86, 1.78), (0.92, 1.84), (0.92, 2.0), (0.86, 2.05), (0.56, 2.05), (0.56, 2.75), (0.62, 2.8),
               (1.30, 2.86), (1.36, 2.92), (1.30, 3.0), (0.78, 3.22), (0.36, 3.56), (0.22, 3.66), (0.24, 3.74),
               (0.34, 3.86), (0.30, 4.02), (0.15, 4.2))
    verts, faces, slots = [], [], []
    for r, z in profile:
        for n in range(12):
            a, corner = n * math.pi / 6, n % 2 == 0
            swept = 0.2 * max(0, r - 0.7) if corner and 2.8 < z < 3.3 else 0.0
            far = r * (1.0 if corner else 0.885)
            verts.append((x + math.cos(a) * far * size, y + math.sin(a) * far * size, ground + (z + swept) * size))
    for k in range(len(profile) - 1):
        for n in range(12):
            m = (n + 1) % 12
            faces.append((k * 12 + n, k * 12 + m, (k + 1) * 12 + m, (k + 1) * 12 + n))
            slots.append(0)
    top = 12 * (len(profile) - 1)
    faces += [tuple(range(11, -1, -1)), tuple(range(top, top + 12))]
    slots += [0, 0]
    for side in range(6):
        a = (side + 0.5) * math.pi / 3
        out, across = np.array((math.cos(a), math.sin(a), 0)), np.array((-math.sin(a), math.cos(a), 0))
        base = len(verts)
        for u, z in ((-0.17, 2.14), (0.17, 2.14), (0.17, 2.52), (0.0, 2.66), (-0.17, 2.52)):
            verts.append((x, y, ground) + (out * 0.505 + across * u + np.array((0, 0, z))) * size)
        faces.append(tuple(range(base, base + 5)))
        slots.append(1)
    moss = [0.8 * p["moss"] if noise.noise(Vector(v) * 60) > 0.25 - 0.5 * p["moss"] * (v[2] - ground) / (4 * size) else 0.0
            for v in verts]
    item = _object("Lantern", verts, faces, [material_stone(p), material_glow(p)], slots, {"moss": moss}, smooth=False)
    bevel = item.modifiers.new("Edges", "BEVEL")
    bevel.width, bevel.segments, bevel.limit_method = 0.018 * size, 2, "ANGLE"
    return [item]


def build(p):
    """Builds all parts and hangs them on one empty."""
    objects = (build_pot(p) + build_pattern(p) + build_soil(p) + build_rocks(p) + build_trunk(p) + build_branches(p)
               + build_foliage(p) + build_blossoms(p) + build_lantern(p))
    root = bpy.data.objects.new("Bonsai", None)
    bpy.context.scene.collection.objects.link(root)
    for item in objects:
        item.parent = root


if __name__ == "__main__":
    build(PARAMS)
