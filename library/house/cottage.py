"""Cottage: a storybook house with modelled roof tiles, half-timbered walls, shuttered windows and stone steps.

Parts
    foundation    stone plinth
    walls         walls with real openings, and both gables
    timbers       half-timbering: posts, plates, crosses under the windows
    windows       frames, bars, glass, curtains and sills, one object a window
    shutters      louvred pairs beside the windows of the front and back
    door          panelled door in a moulded frame, with a lamp
    steps         stone steps, one object a step
    roof          tiles laid one by one, ridge caps, bargeboards, rafters, gutters
    dormers       tiled dormer windows on the front slope, one object a dormer
    chimneys      brick stacks with corbelled heads and clay pots
    smoke         puffs from the chimneys (off by default)
    porch         gabled porch on posts (off by default)
    garage        gabled garage on the right, with a panelled door (off by default)
    flower_boxes  planted boxes under the front windows (off by default)
    garden        lawn with a stone path and bushes (off by default)
    fence         picket fence around the garden (off by default)
Parameters
    "width", "depth", "storeys" and "storey_height" set the body; "roof_pitch", "roof_kind" and "roof_color" the roof.
    "wall_material" with "wall_color", "timbers", "shutters" and "door_color" dress it; "windows" counts those in a row.
    "lit" lights the windows, "snow" lies on everything that looks up; the switches add the other parts.
"""
import math
import random

import bmesh
import bpy
from mathutils import Matrix, Vector, noise

PARAMS = {
    "width": 7.6,                  # m, 5..13: house from side to side
    "depth": 6.2,                  # m, 4.5..9: house from front to back
    "storeys": 2,                  # count, 1..3: storeys under the roof
    "storey_height": 2.6,          # m, 2.4..3.3: one storey
    "wall_material": "plaster",    # one of plaster brick stone wood: the walls
    "wall_color": "#efe2c4",       # color: the walls
    "timbers": True,               # switch: half-timbering on the walls
    "timber_color": "#4a2f1d",     # color: timbers, rafters and posts
    "roof_kind": "rounded",        # one of rounded slate shingles: the form of a roof tile
    "roof_color": "#b04a30",       # color: the roof tiles
    "roof_pitch": 46.0,            # deg, 28..58: steepness of the roof
    "windows": 3,                  # count, 2..5: windows in a row on front and back
    "frame_color": "#f3eee2",      # color: window frames, bargeboards, garage door and fence
    "lit": 0.0,                    # share, 0..1: warm light in windows and lamp
    "shutters": True,              # switch: shutters beside the windows
    "shutter_color": "#3f7d74",    # color: the shutters
    "door_color": "#7a2f28",       # color: the front door
    "steps": 3,                    # count, 1..6: steps up to the door; they set the height of the plinth
    "dormers": 2,                  # count, 0..3: dormer windows on the front slope
    "chimneys": 1,                 # count, 0..3: chimneys
    "chimney_color": "#9c4f3a",    # color: the bricks of the chimneys
    "smoke": False,                # switch: smoke from the chimneys
    "porch": False,                # switch: a porch over the door
    "garage": False,               # switch: a garage on the right
    "flower_boxes": False,         # switch: flower boxes under the front windows
    "flower_color": "#e0346a",     # color: the flowers
    "garden": False,               # switch: lawn, path and bushes
    "fence": False,                # switch: a picket fence in front
    "snow": 0.0,                   # share, 0..1: snow on everything that looks up
}

EXEMPLAR = {
    "title": "Cottage",
    "names": ["house", "cottage", "home", "country house", "family house", "fairytale house", "villa"],
    "kin": ["castle", "barn", "tower", "cabin", "church", "shed", "skyscraper"],
    "tags": ["building", "architecture", "outdoor"],
    "parts": {
        "foundation": {"describe": "stone plinth", "touches": ["walls"],
                       "bounds": [[-3.95, -3.25, 0.0], [3.95, 3.25, 0.51]]},
        "walls": {"describe": "walls with openings, and gables", "touches": ["foundation", "roof"],
                  "bounds": [[-3.8, -3.1, 0.49], [3.8, 3.1, 8.92]]},
        "timbers": {"describe": "half-timbering on the walls", "when": "timbers", "touches": ["walls"],
                    "bounds": [[-3.87, -3.17, 0.5], [3.87, 3.17, 7.875]]},
        "windows": {"describe": "framed, barred windows with curtains", "count": None, "touches": ["walls"],
                    "bounds": [[-3.985, -3.18, 1.245], [3.985, 3.18, 7.158]]},
        "shutters": {"describe": "louvred shutters", "count": None, "when": "shutters", "touches": ["walls"],
                     "bounds": [[-3.521, -3.222, 1.33], [3.521, 3.222, 5.28]]},
        "door": {"describe": "panelled front door with frame and lamp", "touches": ["walls"],
                 "bounds": [[-0.907, -3.314, 0.51], [0.745, -2.97, 2.85]]},
        "steps": {"describe": "stone steps", "count": "steps", "touches": ["foundation"],
                  "bounds": [[-1.12, -4.285, 0.0], [1.12, -3.12, 0.505]]},
        "roof": {"describe": "tiled roof with ridge caps, bargeboards and gutters", "touches": ["walls"],
                 "bounds": [[-4.2, -3.65, 0.006], [4.21, 3.65, 9.16]]},
        "dormers": {"describe": "tiled dormer windows", "count": "dormers", "touches": ["roof"],
                    "bounds": [[-2.794, -2.854, 6.124], [2.796, -0.689, 8.357]]},
        "chimneys": {"describe": "brick chimneys with pots", "count": "chimneys", "touches": ["roof"],
                     "bounds": [[1.73, 0.562, 7.293], [2.83, 1.422, 10.146]]},
        "smoke": {"describe": "puffs of smoke", "count": "chimneys", "when": "smoke", "touches": [], "may_float": True},
        "porch": {"describe": "gabled porch on posts", "when": "porch", "touches": ["walls"]},
        "garage": {"describe": "gabled garage with panelled door", "when": "garage", "touches": ["walls"]},
        "flower_boxes": {"describe": "planted boxes under the front windows", "count": None, "when": "flower_boxes",
                         "touches": ["windows"]},
        "garden": {"describe": "lawn, path and bushes", "count": None, "when": "garden", "touches": ["foundation"]},
        "fence": {"describe": "picket fence", "when": "fence", "touches": []},
    },
    "things": {
        "": {
            "height": ["storey_height"], "width": ["width"], "depth": ["depth"], "length": ["width"],
            "size": ["width", "depth"], "color": ["wall_color"],
            "materials": {"brick": {"wall_material": "brick", "wall_color": "#a5543c", "timbers": False},
                          "stone": {"wall_material": "stone", "wall_color": "#a39a8a", "timbers": False},
                          "wood": {"wall_material": "wood", "wall_color": "#9a6a3f", "timbers": False},
                          "plaster": {"wall_material": "plaster"}},
            "qualities": [
                {"words": ["snowy", "snow-covered", "wintry", "winter"], "set": {"snow": 0.85}},
                {"words": ["lit", "glowing", "illuminated", "night"], "set": {"lit": 0.9}},
                {"words": ["cozy", "cosy", "inviting", "warm"], "set": {"lit": 0.7, "smoke": True, "flower_boxes": True}},
                {"words": ["charming", "cute", "pretty", "detailed"], "set": {"flower_boxes": True, "shutters": True}},
                {"words": ["tall", "high"], "set": {"storeys": 3}},
                {"words": ["small", "tiny", "little"], "set": {"storeys": 1, "width": 5.6, "depth": 5.0, "windows": 2}},
                {"words": ["big", "large", "grand"], "set": {"storeys": 3, "width": 11.0, "windows": 5, "chimneys": 2}},
                {"words": ["half-timbered", "timber-framed", "tudor"], "set": {"timbers": True}},
                {"words": ["inhabited", "lived-in"], "set": {"smoke": True, "lit": 0.6}},
            ],
        },
        "storeys": {"words": ["storey", "story", "floor", "level"], "count": "storeys", "height": ["storey_height"],
                    "parts": ["walls"]},
        "foundation": {"words": ["plinth", "basement"], "height": ["steps"]},
        "walls": {"words": ["wall", "facade", "plaster"], "color": ["wall_color"],
                  "materials": {"brick": {"wall_material": "brick", "wall_color": "#a5543c"},
                                "stone": {"wall_material": "stone", "wall_color": "#a39a8a"},
                                "wood": {"wall_material": "wood", "wall_color": "#9a6a3f"},
                                "plaster": {"wall_material": "plaster"}}},
        "timbers": {"words": ["timber", "beam", "half-timbering", "timber frame"], "switch": "timbers",
                    "color": ["timber_color"]},
        "roof": {"words": ["roof tile", "tile", "rooftop"], "color": ["roof_color"], "height": ["roof_pitch"],
                 "parts": ["roof", "dormers", "porch", "garage"],
                 "materials": {"slate": {"roof_kind": "slate", "roof_color": "#4c5560"},
                               "wood": {"roof_kind": "shingles", "roof_color": "#7a5a3c"},
                               "shingle": {"roof_kind": "shingles", "roof_color": "#7a5a3c"},
                               "clay": {"roof_kind": "rounded", "roof_color": "#b04a30"}},
                 "qualities": [{"words": ["steep", "pointed", "tall"], "set": {"roof_pitch": 56.0}},
                               {"words": ["flat", "shallow", "low"], "set": {"roof_pitch": 30.0}},
                               {"words": ["snowy", "snow-covered"], "set": {"snow": 0.85}}]},
        "windows": {"words": ["window", "glass", "pane", "window frame", "frame"], "count": "windows",
                    "color": ["frame_color"],
                    "qualities": [{"words": ["lit", "glowing", "illuminated", "bright"], "set": {"lit": 0.9}},
                                  {"words": ["dark", "unlit"], "set": {"lit": 0.0}}]},
        "lights": {"words": ["light", "lamp"], "add": {"lit": 0.9}, "remove": {"lit": 0.0}, "parts": ["windows", "door"]},
        "shutters": {"words": ["shutter", "window shutter"], "switch": "shutters", "color": ["shutter_color"]},
        "door": {"words": ["front door", "entrance"], "color": ["door_color"]},
        "steps": {"words": ["step", "stair", "staircase", "stairs"], "count": "steps"},
        "dormers": {"words": ["dormer", "dormer window", "attic window"], "count": "dormers"},
        "chimneys": {"words": ["chimney", "smokestack"], "count": "chimneys", "color": ["chimney_color"]},
        "smoke": {"words": ["chimney smoke"], "switch": "smoke", "add": {"smoke": True, "chimneys": 1}},
        "porch": {"words": ["veranda", "canopy"], "switch": "porch"},
        "garage": {"words": ["carport", "garage door"], "switch": "garage"},
        "flower_boxes": {"words": ["flower box", "window box", "flower", "flowers", "planter"], "switch": "flower_boxes",
                         "color": ["flower_color"]},
        "garden": {"words": ["lawn", "yard", "bush", "path", "grass"], "switch": "garden"},
        "fence": {"words": ["picket fence", "gate"], "switch": "fence", "color": ["frame_color"]},
        "snow": {"words": ["frost"], "add": {"snow": 0.85}, "remove": {"snow": 0.0},
                 "parts": ["roof", "steps", "chimneys"]},
    },
    "styles": {
        "rustic": {"wall_material": "stone", "wall_color": "#a39a8a", "roof_kind": "shingles", "roof_color": "#7a5a3c"},
        "modern": {"timbers": False, "shutters": False, "wall_color": "#f2f2ef", "roof_kind": "slate",
                   "roof_color": "#3e444b", "roof_pitch": 30.0, "dormers": 0, "frame_color": "#33373b"},
        "tudor": {"timbers": True, "wall_color": "#f2ead8", "timber_color": "#33241a"},
        "victorian": {"wall_material": "brick", "wall_color": "#8f4435", "timbers": False, "storeys": 3,
                      "roof_kind": "slate", "roof_color": "#4c5560", "chimneys": 2},
        "fairytale": {"roof_pitch": 56.0, "flower_boxes": True, "smoke": True, "shutter_color": "#5a86b8"},
        "scandinavian": {"wall_material": "wood", "wall_color": "#a52f27", "timbers": False, "shutters": False},
        "english": {"wall_material": "brick", "wall_color": "#a5543c", "timbers": False, "chimneys": 2},
    },
}

STEP = 0.17                # m: rise of a step
EAVES = 0.42               # m: how far the roof stands out over the front
VERGE = 0.38               # m: how far it stands out over the gables
SILL = 0.82                # m: height of a window sill above its floor
DOOR = (1.05, 2.08)        # m: width and height of the door


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
def _object(name, pieces, materials, bevel=0.0, smooth=False):
    """Links a mesh object joined from pieces (verts, faces, material number); every piece gets a tone of its own."""
    verts, faces, slots, tones, rng = [], [], [], [], random.Random(name)
    for v, f, slot in pieces:
        faces += [[i + len(verts) for i in face] for face in f]
        slots += [slot] * len(f)
        tones += [rng.random()] * len(v)
        verts += [tuple(x) for x in v]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(faces))
    mesh.polygons.foreach_set("material_index", slots)
    mesh.attributes.new("tone", "FLOAT", "POINT").data.foreach_set("value", tones)
    mesh.update()
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    if bevel:
        edges = item.modifiers.new("Edges", "BEVEL")
        edges.width, edges.limit_method, edges.angle_limit = bevel, "ANGLE", 0.7
        edges.segments = 2 if bevel > 0.01 else 1
    return item


def _box(low, high, slot=0, place=None):
    """A box between two corners, moved by a matrix when one is given: a piece."""
    (a, b, c), (d, e, f) = low, high
    verts = [Vector(v) for v in ((a, b, c), (d, b, c), (d, e, c), (a, e, c), (a, b, f), (d, b, f), (d, e, f), (a, e, f))]
    if place:
        verts = [place @ v for v in verts]
    return verts, [(3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)], slot


def _prism(outline, low, high, slot=0, place=None):
    """An outline of (x, z) made solid between two depths y: a piece."""
    n = len(outline)
    verts = [Vector((x, y, z)) for y in (low, high) for x, z in outline]
    if place:
        verts = [place @ v for v in verts]
    return verts, [tuple(range(n)), tuple(range(2 * n - 1, n - 1, -1))] + \
        [((i + 1) % n, i, n + i, n + (i + 1) % n) for i in range(n)], slot


def _turned(profile, spot, sides=16, slot=0):
    """A turned piece with a profile of (radius, height) over a spot."""
    verts = [Vector(spot) + Vector((math.cos(a) * r, math.sin(a) * r, z))
             for r, z in profile for a in (2 * math.pi * k / sides for k in range(sides))]
    faces = [(r * sides + i, r * sides + (i + 1) % sides, (r + 1) * sides + (i + 1) % sides, (r + 1) * sides + i)
             for r in range(len(profile) - 1) for i in range(sides)]
    faces += [tuple(range(sides - 1, -1, -1)), tuple(range((len(profile) - 1) * sides, len(profile) * sides))]
    return verts, faces, slot


def _puff(rng, centre, size, fine, slot=0):
    """A lumpy ball: a piece."""
    ball = bmesh.new()
    bmesh.ops.create_icosphere(ball, subdivisions=fine, radius=1.0)
    shift = Vector((rng.uniform(0, 40), 0, 0))
    verts = [Vector(centre) + Vector([c * s for c, s in zip(v.co * (1 + 0.3 * noise.noise(v.co * 2.2 + shift)), size)])
             for v in ball.verts]
    faces = [[v.index for v in f.verts] for f in ball.faces]
    ball.free()
    return verts, faces, slot


def _tiles(rng, kind, long, up, place):
    """Tiles on a slope long by up (x along the eaves, y up the slope, z out of it), laid from the eaves: pieces."""
    wide, row = {"rounded": (0.25, 0.22), "slate": (0.34, 0.24), "shingles": (0.20, 0.26)}[kind]
    count, rows = max(2, round(long / wide)), max(2, round(up / row))
    wide, row = long / count, up / rows
    if kind == "rounded":
        shape = [(-0.48, 0.35), (-0.42, 0.17), (-0.25, 0.03), (0.0, -0.03), (0.25, 0.03), (0.42, 0.17), (0.48, 0.35)]
    else:
        shape = [(-0.48, 0.05), (-0.44, 0.0), (0.44, 0.0), (0.48, 0.05)]
    shape = shape + [(0.48, 1.3), (-0.48, 1.3)]
    n, pieces = len(shape), []
    for r in range(rows):
        for c in range(count + r % 2):
            middle = (c + 0.5 - 0.5 * (r % 2)) * wide
            slip, lift = rng.uniform(-0.012, 0.012), rng.uniform(0, 0.012)
            if kind == "shingles":
                slip, lift = slip * 3, lift * 2
            verts = []
            for thick in (0.0, 0.028):
                for u, v in shape:
                    x, y = min(long, max(0.0, middle + u * wide)), min(up + 0.02, (r + v) * row + slip)
                    verts.append(place @ Vector((x, y, 0.052 - 0.040 * v + lift - thick)))
            faces = [tuple(range(n))] + [(i + 1, i, n + i, n + i + 1) for i in range(n - 3)]
            faces += [(0, n - 1, 2 * n - 1, n), (n - 2, n - 3, 2 * n - 3, 2 * n - 2)]
            pieces.append((verts, faces, 0))
    return pieces


def _gable_roof(p, seed, half, rise, long, place, verge, eaves):
    """A tiled gable roof along X over walls 2 half wide and long, from its wall top at z = 0: pieces.

    Materials: 0 tiles, 1 timber, 2 paint.
    """
    rng, pieces = random.Random(seed), []
    pitch = math.atan2(rise, half)
    up, span, stout = (half + eaves) / math.cos(pitch), long + 2 * verge, min(1.0, 0.35 + 0.3 * half)
    for side in (1, -1):
        turn = place if side > 0 else place @ Matrix.Rotation(math.pi, 4, "Z")
        slope = turn @ Matrix.Translation((-span / 2, -half - eaves, -eaves * math.tan(pitch) + 0.02)) \
            @ Matrix.Rotation(pitch, 4, "X")
        pieces += _tiles(rng, p["roof_kind"], span, up, slope @ Matrix.Translation((0, 0, 0.05)))
        pieces.append(_box((0.03, 0.02, -0.10 * stout), (span - 0.03, up, 0.05), 1, slope))
        for x in (0.0, span - 0.05):
            pieces.append(_box((x, -0.02, -0.19 * stout), (x + 0.05, up - 0.01, 0.065), 2, slope))
        pieces.append(_box((0.01, -0.03, -0.12), (span - 0.01, 0.015, 0.045), 2, slope))
        for k in range(max(2, round(span / 0.62))):
            x = 0.10 + (span - 0.28) * k / (max(2, round(span / 0.62)) - 1)
            pieces.append(_box((x, 0.03, -0.06 - 0.13 * stout), (x + 0.08 * stout, 0.75 * up, -0.08), 1, slope))
    for x in (-span / 2, span / 2 - 0.05):
        peak = place @ Matrix.Translation((x, 0, rise + 0.02)) @ Matrix.Rotation(math.pi / 4, 4, "X")
        pieces.append(_box((-0.004, -0.10, -0.10), (0.054, 0.10, 0.10), 2, peak))
    caps = max(2, round(span / 0.36))
    top = rise + 0.10 / math.cos(pitch)
    for k in range(caps):
        low, high = -span / 2 + span * k / caps - 0.02, -span / 2 + span * (k + 1) / caps + 0.03
        arc = [(math.radians(a), 0.0) for a in range(-20, 201, 20)]
        verts = [place @ Vector((x, math.cos(a) * r, top - 0.045 + math.sin(a) * r * 0.9 + flare))
                 for x, r, flare in ((low, 0.125, 0.0), (high, 0.145, 0.012), (high, 0.115, 0.0)) for a, _ in arc]
        n = len(arc)
        pieces.append((verts, [(s * n + i, s * n + i + 1, (s + 1) * n + i + 1, (s + 1) * n + i)
                               for s in (0, 1) for i in range(n - 1)], 0))
    return pieces


def _floor(p):
    """Height of the ground floor."""
    return p["steps"] * STEP


def _top(p):
    """Height of the wall plate, where the roof begins."""
    return _floor(p) + p["storeys"] * p["storey_height"]


def _rise(p):
    """Height of the ridge over the wall plate."""
    return p["depth"] / 2 * math.tan(math.radians(p["roof_pitch"]))


def _sides(p):
    """The four walls: name, matrix (x along the wall from its middle, -y outwards) and half length."""
    w, d = p["width"] / 2, p["depth"] / 2
    return {"front": (Matrix.Translation((0, -d, 0)), w),
            "right": (Matrix.Translation((w, 0, 0)) @ Matrix.Rotation(math.pi / 2, 4, "Z"), d),
            "back": (Matrix.Translation((0, d, 0)) @ Matrix.Rotation(math.pi, 4, "Z"), w),
            "left": (Matrix.Translation((-w, 0, 0)) @ Matrix.Rotation(-math.pi / 2, 4, "Z"), d)}


def _openings(p):
    """Every window as (side, middle, sill height, width, height), from front to left, bottom to top."""
    found, tall = [], min(1.35, p["storey_height"] - SILL - 0.42)
    for side, (_, half) in _sides(p).items():
        row = p["windows"] if side in ("front", "back") else (2 if p["depth"] > 5.5 else 1)
        slot = 2 * half / row
        wide = min(0.98, slot * 0.37)
        for storey in range(p["storeys"]):
            for k in range(row):
                x = -half + slot * (k + 0.5)
                at_door = side == "front" and storey == 0 and abs(x) < DOOR[0] / 2 + wide + 0.16
                in_garage = side == "right" and p["garage"] and storey < 2
                if not at_door and not in_garage:
                    found.append((side, x, _floor(p) + storey * p["storey_height"] + SILL, wide, tall))
    attic = min(0.8, 0.28 * _rise(p))
    found += [(side, 0.0, _top(p) + 0.30 * _rise(p) - attic / 2, attic, attic) for side in ("right", "left")]
    return found


def _window(place, wide, high, pieces, blind):
    """Frame, bars, glass, curtains and sill of one window, its middle foot at the origin of place.

    A blind window has a dark board behind the glass, for a wall without an opening.
    Materials: 0 paint, 1 glass, 2 curtain, 3 stone, 4 iron.
    """
    w, frame = wide / 2, min(0.07, wide * 0.12)
    for low, high_ in (((-w - 0.02, -0.045, -0.02), (-w + frame, 0.10, high + 0.02)),
                       ((w - frame, -0.045, -0.02), (w + 0.02, 0.10, high + 0.02)),
                       ((-w, -0.040, -0.015), (w, 0.095, frame)), ((-w, -0.040, high - frame), (w, 0.095, high + 0.015)),
                       ((-frame * 0.4, -0.02, 0.0), (frame * 0.4, 0.07, high))):
        pieces.append(_box(low, high_, 0, place))
    for k in range(1, 3 if high > 0.9 else 2):
        z = high * k / (3 if high > 0.9 else 2)
        pieces.append(_box((-w, -0.005, z - 0.016), (w, 0.06, z + 0.016), 0, place))
    pieces.append(_box((-w, 0.022, 0.0), (w, 0.042, high), 1, place))
    if blind:
        pieces.append(_box((-w, 0.042, 0.0), (w, 0.062, high), 4, place))
    for side in () if blind else (-1, 1):
        fold = [(side * (w - 0.01 - 0.36 * w * k / 12), 0.085 + 0.018 * math.sin(k * 1.9)) for k in range(13)]
        verts = [place @ Vector((x * (1 if z else 1.02) - side * (0.12 * w if z == 0.35 * high and k > 6 else 0), y, z))
                 for z in (0.02, 0.35 * high, high - 0.02) for k, (x, y) in enumerate(fold)]
        pieces.append((verts, [(r * 13 + i, r * 13 + i + 1, r * 13 + i + 14, r * 13 + i + 13)
                               for r in range(2) for i in range(12)], 2))
    pieces.append(_box((-w - 0.09, -0.13, -0.085), (w + 0.09, 0.06, -0.01), 3, place))
    pieces.append(_box((-w - 0.05, -0.075, high + 0.015), (w + 0.05, 0.02, high + 0.085), 0, place))


# ---------------------------------------------------------------------------------------------- materials
def _snowed(tree, color, where, snow):
    """Socket of a colour under snow: white where the surface looks up."""
    if not snow:
        return color
    up = _node(tree, "SeparateXYZ", {0: _node(tree, "NewGeometry").outputs["Normal"]}).outputs["Z"]
    lay = _node(tree, "Math", {0: up, 1: _noise(tree, where, 2.5)}, operation="ADD").outputs[0]
    return _mix(tree, _ramp(tree, lay, 1.62 - snow, 1.72 - snow), color, (0.9, 0.93, 0.97, 1))


def _along_wall(tree, where):
    """Vector (along the wall, up, 0), whichever way the wall looks."""
    split = _node(tree, "SeparateXYZ", {0: where}).outputs
    flat = _node(tree, "Math", {0: split[0], 1: split[1]}, operation="ADD").outputs[0]
    return _node(tree, "CombineXYZ", {0: flat, 1: split[2]}).outputs[0]


def _bricks(tree, where, color, mortar):
    """Sockets of colour and height of a brick wall."""
    wall = _along_wall(tree, where)
    brick = _node(tree, "TexBrick", {"Vector": wall, 1: _tint(color, 0.7), 2: _tint(color, 1.25),
                                     "Mortar": mortar, "Scale": 1.0, "Mortar Size": 0.009, "Mortar Smooth": 0.3,
                                     "Brick Width": 0.24, "Row Height": 0.078, "Bias": 0.0})
    blotch = _ramp(tree, _noise(tree, where, 3), 0.4, 0.75)
    color = _mix(tree, 0.35, brick.outputs[0], _mix(tree, blotch, _tint(color, 0.4), _tint(color, 1.1)))
    flush = _node(tree, "Math", {0: 1.0, 1: brick.outputs[1]}, operation="SUBTRACT").outputs[0]
    return color, _mix(tree, 0.25, flush, _noise(tree, where, 60))


def _stones(tree, where, color):
    """Sockets of colour and height of rubble stone."""
    bent = _mix(tree, 0.10, where, _node(tree, "TexNoise", {"Vector": where, "Scale": 3.0}).outputs[1], "ADD")
    flat = _node(tree, "Mapping", {"Vector": bent, "Scale": (1, 1, 1.7)}).outputs[0]
    joint = _ramp(tree, _node(tree, "TexVoronoi", {"Vector": flat, "Scale": 2.9},
                              feature="DISTANCE_TO_EDGE").outputs[0], 0.02, 0.085)
    cells = _node(tree, "TexVoronoi", {"Vector": flat, "Scale": 2.9}).outputs["Color"]
    tone = _node(tree, "SeparateXYZ", {0: cells}).outputs[0]
    grain = _noise(tree, where, 22, 8, 0.7)
    face = _mix(tree, tone, _tint(color, 0.55), _tint(color, 1.25))
    face = _mix(tree, _ramp(tree, grain, 0.35, 0.8), face, _tint(color, 0.5))
    return _mix(tree, joint, _tint(color, 0.28), face), _mix(tree, 0.3, joint, grain)


def _planks(tree, where, color):
    """Sockets of colour and height of lapped boards."""
    up = _node(tree, "SeparateXYZ", {0: where}).outputs["Z"]
    lap = _node(tree, "Math", {0: _node(tree, "Math", {0: up, 1: 5.5}, operation="MULTIPLY").outputs[0]},
                operation="FRACT").outputs[0]
    grain = _noise(tree, _node(tree, "Mapping", {"Vector": where, "Scale": (1, 1, 14)}).outputs[0], 4, 8, 0.7)
    face = _mix(tree, _ramp(tree, grain, 0.3, 0.7), _tint(color, 0.65), _tint(color, 1.2))
    return _mix(tree, _ramp(tree, lap, 0.90, 0.97), face, _tint(color, 0.2)), \
        _mix(tree, 0.15, _node(tree, "Math", {0: 1.0, 1: lap}, operation="SUBTRACT").outputs[0], grain)


def _finish(name, p_snow, make, roughness=0.85, bump=0.5, distance=0.03):
    """A rough material whose colour and height sockets come from make(tree, where)."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    material, tree, shader, where = _material(name)
    color, height = make(tree, where)
    _wire(tree, shader, {"Base Color": _snowed(tree, color, where, p_snow), "Roughness": roughness,
                         "Specular|Specular IOR Level": 0.25, "Normal": _bump(tree, height, bump, distance)})
    return material


def _paint(name, color, snow):
    """Painted wood: brush strokes, a tone for each board, dirt in the corners."""
    def make(tree, where):
        stroke = _noise(tree, _node(tree, "Mapping", {"Vector": where, "Scale": (1, 1, 0.1)}).outputs[0], 60, 6)
        tone = _node(tree, "Attribute", attribute_name="tone").outputs[2]
        coat = _mix(tree, tone, _tint(color, 0.82), _tint(color, 1.1))
        coat = _mix(tree, _ramp(tree, stroke, 0.45, 0.8), coat, _tint(color, 0.7))
        worn = _ramp(tree, _noise(tree, where, 7, 8, 0.75), 0.64, 0.70)
        return _mix(tree, worn, coat, _tint(color, 0.55)), stroke
    return _finish(name, snow, make, 0.5, 0.25, 0.008)


def material_wall(p):
    """Trowelled plaster with stains under the eaves, bricks, rubble or lapped boards."""
    kind, color = p["wall_material"], p["wall_color"]

    def plaster(tree, where):
        trowel = _noise(tree, where, 6, 8, 0.7)
        stain = _ramp(tree, _noise(tree, _node(tree, "Mapping", {"Vector": where, "Scale": (1, 1, 0.22)}).outputs[0],
                                   1.6, 6, 0.7), 0.48, 0.78)
        low = _ramp(tree, _node(tree, "SeparateXYZ", {0: where}).outputs["Z"], 1.5, 0.2)
        dirt = _node(tree, "Math", {0: low, 1: _noise(tree, where, 3)}, operation="MULTIPLY").outputs[0]
        face = _mix(tree, stain, _rgb(color), _tint(color, 0.72))
        return _mix(tree, dirt, face, _tint(color, 0.42)), trowel

    make = {"plaster": plaster, "brick": lambda tree, where: _bricks(tree, where, color, (0.55, 0.52, 0.47, 1)),
            "stone": lambda tree, where: _stones(tree, where, color),
            "wood": lambda tree, where: _planks(tree, where, color)}[kind]
    return _finish("House wall", 0.0, make)


def material_timber(p):
    """Old oak: long grain with cracks, each beam another tone."""
    def make(tree, where):
        tone = _node(tree, "Attribute", attribute_name="tone").outputs[2]
        grain = _noise(tree, _node(tree, "Mapping", {"Vector": where, "Scale": (3, 3, 0.8)}).outputs[0], 9, 9, 0.75)
        face = _mix(tree, tone, _tint(p["timber_color"], 0.7), _tint(p["timber_color"], 1.6))
        return _mix(tree, _ramp(tree, grain, 0.45, 0.62), _tint(p["timber_color"], 0.35), face), grain
    return _finish("House timber", p["snow"], make)


def material_roof(p):
    """Fired clay, slate or wood, each tile another tone, with weathering in patches and moss in the laps."""
    def make(tree, where):
        tone = _node(tree, "Attribute", attribute_name="tone").outputs[2]
        face = _mix(tree, tone, _tint(p["roof_color"], 0.55), _tint(p["roof_color"], 1.4))
        age = _ramp(tree, _noise(tree, where, 1.3, 6), 0.5, 0.75)
        face = _mix(tree, age, face, _tint(p["roof_color"], 0.5))
        moss = _ramp(tree, _noise(tree, where, 4.5, 8, 0.7), 0.62, 0.72)
        face = _mix(tree, _node(tree, "Math", {0: moss, 1: 0.45}, operation="MULTIPLY").outputs[0], face,
                    (0.09, 0.11, 0.035, 1))
        return face, _noise(tree, where, 30, 6)
    return _finish("House roof", p["snow"], make, 0.78, 0.4, 0.02)


def material_stone(p):
    """Rubble stone of plinth, steps, sills and path."""
    return _finish("House stone", p["snow"], lambda tree, where: _stones(tree, where, "#9a9486"))


def material_brick(p):
    """Sooty bricks of the chimneys."""
    return _finish("House brick", p["snow"], lambda tree, where: _bricks(tree, where, p["chimney_color"],
                                                                         (0.42, 0.39, 0.35, 1)))


def material_frame(p):
    """Paint of window frames, bargeboards, garage door and fence."""
    return _paint("House frame", p["frame_color"], p["snow"])


def material_shutter(p):
    """Paint of the shutters."""
    return _paint("House shutter", p["shutter_color"], 0.0)


def material_door(p):
    """Paint of the front door."""
    return _paint("House door", p["door_color"], 0.0)


def _plain(name, inputs):
    """A material of constant inputs."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    material, tree, shader, _ = _material(name)
    _wire(tree, shader, inputs)
    return material


def material_glass(p):
    """Window glass: dark and glossy by day, warm when lit."""
    found = bpy.data.materials.get("House glass")
    if found:
        return found
    material, tree, shader, where = _material("House glass")
    room = _ramp(tree, _noise(tree, where, 1.2), 0.3, 0.7)
    glow = _mix(tree, room, (1.0, 0.42, 0.10, 1), (1.0, 0.66, 0.28, 1))
    _wire(tree, shader, {"Base Color": (0.02, 0.035, 0.05, 1), "Roughness": 0.04, "Specular|Specular IOR Level": 1.0,
                         "Emission|Emission Color": glow, "Emission Strength": 1.4 * p["lit"]})
    clear = _node(tree, "BsdfTransparent").outputs[0]
    both = _node(tree, "MixShader", {0: 0.45 * (1 - p["lit"]) + 0.2, 1: shader.outputs[0], 2: clear})
    tree.links.new(both.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    return material


def material_curtain(p):
    """Linen, lit from behind in the evening."""
    return _plain("House curtain", {"Base Color": (0.8, 0.74, 0.62, 1), "Roughness": 0.9,
                                    "Emission|Emission Color": (1.0, 0.6, 0.25, 1), "Emission Strength": 0.9 * p["lit"]})


def material_lamp(p):
    """Glass of the door lamp."""
    return _plain("House lamp", {"Base Color": (0.9, 0.75, 0.45, 1), "Emission|Emission Color": (1.0, 0.6, 0.2, 1),
                                 "Emission Strength": 0.3 + 4 * p["lit"]})


def material_iron():
    """Dark wrought iron of hinges, knob and lamp."""
    return _plain("House iron", {"Base Color": (0.03, 0.03, 0.035, 1), "Metallic": 0.8, "Roughness": 0.45})


def material_clay():
    """Clay of the chimney pots."""
    return _finish("House clay", 0.0, lambda tree, where: (
        _mix(tree, _ramp(tree, _noise(tree, where, 6), 0.35, 0.7), (0.42, 0.13, 0.06, 1), (0.13, 0.05, 0.03, 1)),
        _noise(tree, where, 40)))


def material_leaf(p):
    """Greenery of bushes and boxes."""
    def make(tree, where):
        tone = _node(tree, "Attribute", attribute_name="tone").outputs[2]
        return _mix(tree, tone, (0.03, 0.09, 0.015, 1), (0.14, 0.28, 0.04, 1)), _noise(tree, where, 20)
    return _finish("House leaf", p["snow"], make)


def material_grass(p):
    """Lawn in many greens."""
    def make(tree, where):
        blades = _noise(tree, where, 60, 4, 0.8)
        patch = _ramp(tree, _noise(tree, where, 0.8), 0.35, 0.7)
        face = _mix(tree, patch, (0.07, 0.17, 0.025, 1), (0.16, 0.27, 0.05, 1))
        return _mix(tree, _ramp(tree, blades, 0.3, 0.65), (0.025, 0.06, 0.01, 1), face), blades
    return _finish("House grass", p["snow"], make, 0.95, 0.9, 0.05)


def material_flower(p):
    """Petals of the flower boxes."""
    return _plain("House flower", {"Base Color": _rgb(p["flower_color"]), "Roughness": 0.6})


def material_smoke():
    """Thin smoke: whiter in the middle, gone at the rim."""
    found = bpy.data.materials.get("House smoke")
    if found:
        return found
    material, tree, shader, where = _material("House smoke")
    _wire(tree, shader, {"Base Color": (0.8, 0.8, 0.82, 1), "Roughness": 1.0, "Emission|Emission Color": (1, 1, 1, 1),
                         "Emission Strength": 0.25})
    rim = _node(tree, "LayerWeight", {"Blend": 0.3}).outputs["Facing"]
    thin = _node(tree, "Math", {0: rim, 1: _noise(tree, where, 3)}, operation="ADD").outputs[0]
    clear = _node(tree, "BsdfTransparent").outputs[0]
    both = _node(tree, "MixShader", {0: _ramp(tree, thin, -0.3, 1.2), 1: shader.outputs[0], 2: clear})
    tree.links.new(both.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    return material


# ---------------------------------------------------------------------------------------------- parts
def build_foundation(p):
    """A plinth of rubble with a sloping stone course on top."""
    w, d, top = p["width"] / 2 + 0.10, p["depth"] / 2 + 0.10, _floor(p)
    pieces = [_box((-w, -d, 0), (w, d, top - 0.05)), _box((-w - 0.05, -d - 0.05, top - 0.08), (w + 0.05, d + 0.05, top))]
    return [_object("Foundation", pieces, [material_stone(p)], 0.025)]


def build_walls(p):
    """Four walls cut around their openings, with deep reveals, and the two gables."""
    pieces, low, top = [], _floor(p) - 0.02, _top(p)
    for side, (place, half) in _sides(p).items():
        holes = [(x - w / 2, x + w / 2, z, z + h) for s, x, z, w, h in _openings(p) if s == side and z + h < top]
        if side == "front":
            holes.append((-DOOR[0] / 2, DOOR[0] / 2, low, _floor(p) + DOOR[1]))
        xs = sorted({-half, half, *(v for hole in holes for v in hole[:2])})
        zs = sorted({low, top, *(v for hole in holes for v in hole[2:])})
        verts, faces = [place @ Vector((x, 0, z)) for z in zs for x in xs], []
        for j in range(len(zs) - 1):
            for i in range(len(xs) - 1):
                x, z = (xs[i] + xs[i + 1]) / 2, (zs[j] + zs[j + 1]) / 2
                if not any(a < x < b and c < z < d for a, b, c, d in holes):
                    faces.append((j * len(xs) + i, j * len(xs) + i + 1, (j + 1) * len(xs) + i + 1, (j + 1) * len(xs) + i))
        pieces.append((verts, faces, 0))
        for a, b, c, d in holes:
            rim = [(a, c), (b, c), (b, d), (a, d)]
            verts = [place @ Vector((x, y, z)) for y in (0, 0.26) for x, z in rim]
            pieces.append((verts, [(i, (i + 1) % 4, 4 + (i + 1) % 4, 4 + i) for i in range(4)], 0))
        if side in ("left", "right"):
            pieces.append(_prism([(-half, top - 0.01), (half, top - 0.01), (0, top + _rise(p))], 0.0, 0.2, 0, place))
    return [_object("Walls", pieces, [material_wall(p)])]


def build_timbers(p):
    """Plates at every floor, posts between the windows, braces at the corners, crosses under the sills."""
    if not p["timbers"]:
        return []
    pieces, low, top = [], _floor(p), _top(p)

    def beam(place, a, b, wide, out=0.045):
        (ax, az), (bx, bz) = a, b
        long, turn = math.hypot(bx - ax, bz - az), math.atan2(bz - az, bx - ax)
        if long < 0.1:  # no room for one, and the bevel of all is as wide as the shortest allows
            return
        lay = place @ Matrix.Translation((ax, 0, az)) @ Matrix.Rotation(-turn, 4, "Y")
        pieces.append(_box((0, -out, -wide / 2), (long, 0.04, wide / 2), 0, lay))

    for side, (place, half) in _sides(p).items():
        windows = [o for o in _openings(p) if o[0] == side]
        row = p["windows"] if side in ("front", "back") else (2 if p["depth"] > 5.5 else 1)
        for storey in range(p["storeys"] + 1):
            z = low + storey * p["storey_height"] + (0.09 if storey == 0 else -0.17 if storey == p["storeys"] else -0.02)
            door = side == "front" and storey == 0
            for a, b in (((-half - 0.05, -DOOR[0] / 2 - 0.1), (DOOR[0] / 2 + 0.1, half + 0.05)) if door
                         else ((-half - 0.05, half + 0.05),)):
                beam(place, (a, z), (b, z), 0.2, 0.07)
        for k in range(row + 1):
            x = -half + 2 * half * k / row
            x = max(-half + 0.06, min(half - 0.06, x))
            blocked = side == "front" and abs(x) < DOOR[0] / 2 + 0.2
            beam(place, (x, low + (p["storey_height"] if blocked else 0.1)), (x, top), 0.17, 0.058)
        for _, x, z, wide, high in windows:
            if z + high < top:
                foot = z - SILL + 0.16
                beam(place, (x - wide * 0.62, foot), (x + wide * 0.62, z - 0.10), 0.10)
                beam(place, (x - wide * 0.62, z - 0.10), (x + wide * 0.62, foot), 0.10, 0.035)
                for edge in (-1, 1):
                    beam(place, (x + edge * (wide / 2 + 0.06), foot), (x + edge * (wide / 2 + 0.06), z + high + 0.02), 0.09)
        if side in ("left", "right"):
            rise = _rise(p)
            for share in (-0.62, -0.31, 0.31, 0.62):
                beam(place, (half * share, top), (half * share, top + rise * (1 - abs(share)) - 0.05), 0.15)
            beam(place, (-half * 0.5, top + rise * 0.52), (half * 0.5, top + rise * 0.52), 0.16, 0.05)
    return [_object("Timbers", pieces, [material_timber(p)], 0.012)]


def build_windows(p):
    """One object a window of the walls and gables."""
    windows, sides = [], _sides(p)
    for n, (side, x, z, wide, high) in enumerate(_openings(p)):
        pieces = []
        blind = z + high > _top(p)
        _window(sides[side][0] @ Matrix.Translation((x, -0.055 if blind else 0.05, z)), wide, high, pieces, blind)
        windows.append(_object(f"Window {n + 1}", pieces, [material_frame(p), material_glass(p), material_curtain(p),
                                                           material_stone(p), material_iron()], 0.004))
    return windows


def build_shutters(p):
    """Pairs of louvred shutters with strap hinges, beside the windows of front and back."""
    if not p["shutters"]:
        return []
    shutters = []
    for side, x, z, wide, high in _openings(p):
        if side not in ("front", "back"):
            continue
        place = _sides(p)[side][0]
        for edge in (-1, 1):
            leaf = wide * 0.5
            mid = place @ Matrix.Translation((x + edge * (wide / 2 + 0.03 + leaf / 2), -0.092, z))
            pieces = [_box((-leaf / 2, -0.02, 0), (-leaf / 2 + 0.06, 0.025, high), 0, mid),
                      _box((leaf / 2 - 0.06, -0.02, 0), (leaf / 2, 0.025, high), 0, mid)]
            pieces += [_box((0.004 - leaf / 2, -0.016, h - 0.035 + 0.004), (leaf / 2 - 0.004, 0.021, h + 0.035 - 0.004), 0, mid)
                       for h in (0.035, high / 2, high - 0.035)]
            pieces.append(_box((0.008 - leaf / 2, 0.008, 0.008), (leaf / 2 - 0.008, 0.055, high - 0.008), 0, mid))
            slats = int(high / 0.085)
            for k in range(slats):
                tilt = mid @ Matrix.Translation((0, 0.0, high * (k + 0.5) / slats)) @ Matrix.Rotation(0.6, 4, "X")
                pieces.append(_box((-leaf / 2 + 0.05, -0.022, -0.006), (leaf / 2 - 0.05, 0.022, 0.006), 0, tilt))
            for h in (high * 0.16, high * 0.84):
                pieces.append(_box((-leaf / 2 - 0.02, -0.03, h - 0.016), (leaf / 2 - 0.04, -0.012, h + 0.016), 1, mid))
            shutters.append(_object(f"Shutter {len(shutters) + 1}", pieces, [material_shutter(p), material_iron()]))
    return shutters


def build_door(p):
    """Panelled leaf with glazed top, moulded frame and lintel, iron knob, and a lamp beside it."""
    wide, high = DOOR[0] / 2, DOOR[1]
    place = Matrix.Translation((0, -p["depth"] / 2, _floor(p)))
    pieces = [_box((-wide, 0.08, 0), (wide, 0.13, high), 0, place)]
    for side in (-1, 1):
        x = side * wide * 0.46
        for low, top in ((0.18, 0.62), (0.74, 1.18)):
            pieces.append(_box((x - wide * 0.34, 0.05, low), (x + wide * 0.34, 0.09, top), 0, place))
            pieces.append(_box((x - wide * 0.24, 0.035, low + 0.06), (x + wide * 0.24, 0.06, top - 0.06), 0, place))
        pieces.append(_box((x - wide * 0.34, 0.06, 1.32), (x + wide * 0.34, 0.085, 1.92), 2, place))
        pieces.append(_box((x - 0.014, 0.045, 1.30), (x + 0.014, 0.09, 1.94), 0, place))
        pieces.append(_box((x - wide * 0.36, 0.045, 1.60), (x + wide * 0.36, 0.09, 1.63), 0, place))
        for low, top in ((1.28, 1.33), (1.91, 1.96)):
            pieces.append(_box((x - wide * 0.40, 0.045, low), (x + wide * 0.40, 0.09, top), 0, place))
        for start, end, out in ((-0.02, 0.09, -0.05), (0.04, 0.145, -0.075)):
            near, far = sorted((side * (wide + start), side * (wide + end)))
            pieces.append(_box((near, out, 0), (far, 0.12, high + 0.02), 1, place))
    for k, (out, z) in enumerate(((-0.09, 0.0), (-0.12, 0.09), (-0.16, 0.16))):
        pieces.append(_box((-wide - 0.16 - 0.03 * k, out, high + z), (wide + 0.16 + 0.03 * k, 0.1, high + z + 0.10), 1, place))
    knob = place @ Vector((wide * 0.82, 0.045, 1.02))
    pieces.append(_puff(random.Random(1), knob, (0.034, 0.034, 0.034), 2, 3))
    pieces.append(_box((wide * 0.82 - 0.03, 0.06, 0.90), (wide * 0.82 + 0.03, 0.085, 1.14), 3, place))
    lamp = place @ Vector((-wide - 0.30, -0.14, 1.78))
    pieces.append(_turned(((0.02, -0.16), (0.05, -0.13), (0.06, -0.11), (0.055, -0.10)), lamp, 6, 3))
    pieces.append(_turned(((0.045, -0.11), (0.062, 0.05)), lamp, 6, 4))
    pieces.append(_turned(((0.085, 0.04), (0.085, 0.055), (0.03, 0.11), (0.012, 0.13), (0.012, 0.16)), lamp, 6, 3))
    pieces.append(_box((-wide - 0.312, -0.15, 1.90), (-wide - 0.288, 0.02, 1.93), 3, place))
    pieces.append(_box((-wide - 0.35, -0.012, 1.80), (-wide - 0.25, 0.02, 1.99), 3, place))
    return [_object("Door", pieces, [material_door(p), material_frame(p), material_glass(p), material_iron(),
                                     material_lamp(p)], 0.008)]


def build_steps(p):
    """Stone steps that grow wider towards the ground."""
    steps, count = [], p["steps"]
    landing = -p["depth"] / 2 - (1.45 if p["porch"] else 0.55)
    for n in range(count):
        down = count - 1 - n
        half = 0.85 + 0.12 * down
        low, top = n * STEP, (n + 1) * STEP - (0.005 if n == count - 1 else 0)
        steps.append(_object(f"Step {n + 1}", [
            _box((-half, landing - 0.30 * down, max(0.0, low - 0.02)), (half, -p["depth"] / 2 - 0.02, top - 0.045)),
            _box((-half - 0.03, landing - 0.30 * down - 0.035, top - 0.055), (half + 0.03, -p["depth"] / 2 - 0.02, top))],
            [material_stone(p)], 0.018))
    return steps


def build_roof(p):
    """The main roof with its gutters and downpipes."""
    w, d, top = p["width"], p["depth"] / 2, _top(p)
    pieces = _gable_roof(p, 1, d, _rise(p), w, Matrix.Translation((0, 0, top)), VERGE, EAVES)
    drop = EAVES * math.tan(math.radians(p["roof_pitch"]))
    for side in (-1, 1):
        y, z = side * (d + EAVES + 0.055), top - drop + 0.0
        arc = [math.pi + math.pi * k / 8 for k in range(9)]
        ring = [(math.cos(a) * 0.075, math.sin(a) * 0.075) for a in arc] + \
            [(math.cos(a) * 0.062, math.sin(a) * 0.062) for a in reversed(arc)]
        verts = [Vector((x, y + u, z + v)) for x in (-w / 2 - VERGE, w / 2 + VERGE) for u, v in ring]
        n = len(ring)
        pieces.append((verts, [(i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n)], 3))
        for x in (-w / 2 + 0.10, w / 2 - 0.10):
            wall = side * (d + 0.085)
            path = [(y, z - 0.05), (y, z - 0.14), (wall, z - 0.14 - EAVES * 0.6), (wall, 0.12), (wall + side * 0.10, 0.05)]
            for (ya, za), (yb, zb) in zip(path, path[1:]):
                ahead = Vector((0, yb - ya, zb - za)).normalized()
                turn = Matrix.Translation((x, ya, za)) @ ahead.to_track_quat("Z", "Y").to_matrix().to_4x4()
                long = math.hypot(yb - ya, zb - za)
                tube, faces, _ = _turned(((0.042, -0.02), (0.042, long + 0.02)), (0, 0, 0), 10)
                pieces.append(([turn @ v for v in tube], faces, 3))
    return [_object("Roof", pieces, [material_roof(p), material_timber(p), material_frame(p), material_iron()])]


def build_dormers(p):
    """Small gabled houses standing on the front slope, each with a window of its own."""
    dormers, pitch = [], math.tan(math.radians(p["roof_pitch"]))
    half_depth = p["depth"] / 2
    inset = 0.16 * half_depth
    tall = min(1.9, 0.80 * (half_depth - inset) * pitch)
    wide = min(0.80, 0.44 * tall, 0.36 * p["width"] / max(1, p["dormers"]))
    wall, rise = tall - wide * 0.95, wide * 0.95
    y = -half_depth + inset
    z = _top(p) + inset * pitch
    back = tall / pitch
    for n in range(p["dormers"]):
        x = p["width"] * ((n + 0.5) / p["dormers"] - 0.5) * 0.92
        place = Matrix.Translation((x, y, z))
        face = [(-wide, -0.05), (wide, -0.05), (wide, wall), (0, wall + rise), (-wide, wall)]
        pieces = [_prism(face, 0.0, 0.16, 3, place)]
        for side in (-1, 1):
            cheek = [(side * (wide - 0.012), y, z) for y, z in ((0.05, -0.05), (wall / pitch, wall), (0.05, wall))]
            inner = [(v[0] - side * 0.12, v[1], v[2]) for v in cheek]
            faces = [(0, 1, 2), (5, 4, 3), (0, 3, 4, 1), (1, 4, 5, 2), (2, 5, 3, 0)]
            pieces.append(([place @ Vector(v) for v in cheek + inner], [face[::side] for face in faces], 3))
        roof = place @ Matrix.Translation((0, back / 2, wall)) @ Matrix.Rotation(-math.pi / 2, 4, "Z") \
            @ Matrix.Translation((0.08, 0, 0))
        pieces += _gable_roof(p, 20 + n, wide, rise, back - 0.16, roof, 0.22, 0.16)
        window = []
        _window(place @ Matrix.Translation((0, -0.055, wall * 0.14)), wide * 1.15, wall * 0.76, window, True)
        slots = {0: 2, 1: 4, 3: 2, 4: 5}
        pieces += [(v, f, slots[s]) for v, f, s in window]
        pieces.append(_box((-wide - 0.03, -0.05, -0.10), (wide + 0.03, 0.05, 0.0), 1, place))
        dormers.append(_object(f"Dormer {n + 1}", pieces, [material_roof(p), material_timber(p), material_frame(p),
                                                           material_wall(p), material_glass(p), material_iron()]))
    return dormers


def _flues(p):
    """Foot of each chimney on the roof and its top."""
    spots = ((0.30, 0.16), (-0.32, 0.10), (0.02, 0.22))
    ridge = _top(p) + _rise(p)
    return [(x * p["width"], y * p["depth"], ridge - 2 * y * _rise(p), ridge + 0.75) for x, y in spots[:p["chimneys"]]]


def build_chimneys(p):
    """Brick stacks with a stepped head, a stone cap and two clay pots."""
    chimneys = []
    for n, (x, y, foot, top) in enumerate(_flues(p)):
        def course(grow, low, high, slot=0):
            return _box((x - 0.42 - grow, y - 0.30 - grow, low), (x + 0.42 + grow, y + 0.30 + grow, high), slot)
        pieces = [course(0, foot - 0.6, top - 0.2), course(0.05, top - 0.28, top - 0.2), course(0.10, top - 0.2, top - 0.05),
                  course(0.05, top - 0.07, top + 0.02), course(0.13, top, top + 0.08, 1)]
        lead = 0.6 / p["depth"] * _rise(p) + 0.06
        pieces.append(course(0.03, foot - lead - 0.2, foot + lead + 0.10, 1))
        for side in (-0.19, 0.19):
            pieces.append(_turned(((0.15, 0.04), (0.155, 0.12), (0.13, 0.15), (0.115, 0.34), (0.12, 0.40), (0.145, 0.42),
                                   (0.145, 0.47), (0.115, 0.48), (0.10, 0.44), (0.10, 0.15)), (x + side, y, top), 18, 2))
        chimneys.append(_object(f"Chimney {n + 1}", pieces, [material_brick(p), material_stone(p), material_clay()], 0.012))
    return chimneys


def build_smoke(p):
    """A plume of puffs over each chimney, drifting and growing."""
    if not p["smoke"]:
        return []
    plumes = []
    for n, (x, y, _, top) in enumerate(_flues(p)):
        rng = random.Random(n)
        pieces = []
        for k in range(9):
            size = 0.14 + 0.075 * k
            spot = (x - 0.19 + 0.045 * k * k + rng.uniform(-0.1, 0.1), y + rng.uniform(-0.1, 0.1) * k * 0.5,
                    top + 0.55 + 0.27 * k)
            pieces.append(_puff(rng, spot, (size * 1.1, size, size * 0.9), 3))
        plumes.append(_object(f"Smoke {n + 1}", pieces, [material_smoke()], smooth=True))
    return plumes


def build_porch(p):
    """Two braced posts and a tiled gable over the door, on the landing of the steps."""
    if not p["porch"]:
        return []
    front, floor = -p["depth"] / 2, _floor(p)
    plate = floor + 2.30
    rise = min(0.80, p["storey_height"] + 0.52 - 2.30)
    place = Matrix.Translation((0, front - 0.55, plate)) @ Matrix.Rotation(math.pi / 2, 4, "Z")
    pieces = _gable_roof(p, 50, 0.95, rise, 1.3, place, 0.12, 0.22)
    for side in (-1, 1):
        x, y = side * 0.78, front - 1.22
        pieces.append(_box((x - 0.07, y - 0.07, floor - 0.03), (x + 0.07, y + 0.07, plate), 1))
        pieces.append(_box((x - 0.10, y - 0.10, floor - 0.03), (x + 0.10, y + 0.10, floor + 0.14), 1))
        pieces.append(_box((x - 0.10, y - 0.10, plate - 0.16), (x + 0.10, y + 0.10, plate - 0.04), 1))
        pieces.append(_box((side * 0.95 - 0.08, front - 1.30, plate - 0.10), (side * 0.95 + 0.08, front + 0.05, plate + 0.04), 1))
        pieces.append(_box((x, y - 0.06, plate - 0.10), (side * 0.95, y + 0.06, plate + 0.0), 1))
        brace = Matrix.Translation((x - side * 0.04, y, plate - 0.55)) @ Matrix.Rotation(-side * 0.78, 4, "Y")
        pieces.append(_box((-0.045, -0.045, 0), (0.045, 0.045, 0.72), 1, brace))
    pieces.append(_box((-1.0, front - 1.29, plate - 0.09), (1.0, front - 1.15, plate + 0.05), 1))
    pieces.append(_prism([(-0.86, plate + 0.04), (0.86, plate + 0.04), (0, plate + rise - 0.06)], front - 1.22, front - 1.14, 2))
    return [_object("Porch", pieces, [material_roof(p), material_timber(p), material_frame(p)])]


def build_garage(p):
    """A lower wing with a gabled roof, sectional door, lintel and a small gable vent."""
    if not p["garage"]:
        return []
    half, deep, tall = 1.75, min(5.4, p["depth"] - 0.3), 2.45
    x, front = p["width"] / 2 + half + 0.02, -p["depth"] / 2 + 0.25
    rise = half * math.tan(math.radians(min(p["roof_pitch"], 40)))
    pieces = [_prism([(x - half, 0.0), (x + half, 0.0), (x + half, tall), (x, tall + rise), (x - half, tall)], front,
                     front + deep, 3)]
    place = Matrix.Translation((x, front + deep / 2, tall)) @ Matrix.Rotation(math.pi / 2, 4, "Z")
    pieces += _gable_roof(p, 60, half, rise, deep, place, 0.25, 0.0)
    pieces.append(_box((x - half - 0.0, front - 0.06, 0.0), (x + half + 0.06, front + deep + 0.06, 0.22), 4))
    wide = 1.3
    for k in range(4):
        for c in range(4):
            left, low = x - wide + wide / 2 * c, 0.04 + 0.52 * k
            pieces.append(_box((left + 0.01, front - 0.085, low), (left + wide / 2 - 0.01, front + 0.02, low + 0.505), 2))
            pieces.append(_box((left + 0.09, front - 0.11, low + 0.09), (left + wide / 2 - 0.09, front + 0.02, low + 0.415), 2))
    for side in (-1, 1):
        pieces.append(_box((x + side * wide, front - 0.14, 0.0), (x + side * (wide + 0.14), front + 0.02, 2.14), 1))
    pieces.append(_box((x - wide - 0.24, front - 0.17, 2.12), (x + wide + 0.24, front + 0.02, 2.36), 1))
    pieces.append(_turned(((0.28, 0.0), (0.28, 0.05), (0.22, 0.05), (0.20, 0.03)), (0, 0, 0), 20, 2))
    vent = Matrix.Translation((x, front + 0.01, tall + rise * 0.36)) @ Matrix.Rotation(math.pi / 2, 4, "X")
    pieces[-1] = ([vent @ v for v in pieces[-1][0]], pieces[-1][1], 2)
    pieces.append(_box((x - 0.12, front - 0.12, 0.30), (x + 0.12, front - 0.10, 0.34), 5))
    return [_object("Garage", pieces, [material_roof(p), material_timber(p), material_frame(p), material_wall(p),
                                       material_stone(p), material_iron()])]


def build_flower_boxes(p):
    """Timber boxes on brackets, full of leaves and flowers, under every front window."""
    if not p["flower_boxes"]:
        return []
    boxes, place = [], _sides(p)["front"][0]
    for _, x, z, wide, _ in (o for o in _openings(p) if o[0] == "front"):
        rng, half = random.Random(x + z), wide / 2 + 0.06
        lay = place @ Matrix.Translation((x, 0, z - 0.02))
        pieces = [_box((-half, -0.32, -0.20), (half, -0.125, 0.0), 0, lay),
                  _box((-half - 0.02, -0.34, -0.05), (half + 0.02, -0.10, 0.0), 0, lay)]
        pieces += [_box((s * half * 0.7 - 0.03, -0.26, -0.28), (s * half * 0.7 + 0.03, 0.02, -0.18), 0, lay) for s in (-1, 1)]
        for k in range(60):
            spot = lay @ Vector((rng.uniform(-half, half), rng.uniform(-0.36, -0.14), rng.uniform(-0.04, 0.15)))
            flower = k % 3 == 0
            size = rng.uniform(0.035, 0.055) if flower else rng.uniform(0.05, 0.08)
            if flower:
                spot += Vector((0, -0.02, 0.04))
            pieces.append(_puff(rng, spot, (size, size, size * 0.8), 1, 2 if flower else 1))
        boxes.append(_object(f"Flower box {len(boxes) + 1}", pieces, [material_timber(p), material_leaf(p),
                                                                     material_flower(p)]))
    return boxes


def _plot(p):
    """Half width, front and back of the garden."""
    return p["width"] / 2 + 1.7, -p["depth"] / 2 - 3.2 - 0.3 * p["steps"], p["depth"] / 2 + 1.2


def build_garden(p):
    """A lawn with rounded edges, stepping stones to the door and bushes along the wall."""
    if not p["garden"]:
        return []
    wide, front, back = _plot(p)
    right = wide + (3.6 if p["garage"] else 0)
    lawn = [_box((-wide - 0.15, front - 0.15, 0.0), (right + 0.15, back + 0.15, 0.06))]
    items = [_object("Lawn", lawn, [material_grass(p)], 0.05)]
    rng, stones = random.Random(8), []
    start = -p["depth"] / 2 - (1.45 if p["porch"] else 0.55) - 0.3 * p["steps"] - 0.10
    for k in range(int((start - front) / 0.5)):
        spot = (rng.uniform(-0.10, 0.10), start - 0.25 - 0.5 * k, 0.06)
        verts, faces, _ = _puff(rng, (0, 0, 0), (rng.uniform(0.42, 0.55), 0.22, 1.0), 2)
        stones.append(([Vector((v.x + spot[0], v.y + spot[1], spot[2] + max(-0.03, min(0.03, v.z)))) for v in verts], faces, 0))
    items.append(_object("Path", stones, [material_stone(p)], 0.01))
    spots = [side * (p["width"] / 2 - 0.5 - 0.95 * k) for side in (-1, 1) for k in range(int((p["width"] / 2 - 1.6) / 0.95) + 1)]
    for n, x in enumerate(s for s in spots if abs(s) > 1.5):
        size, pieces = rng.uniform(0.36, 0.52), []
        centre = Vector((x, -p["depth"] / 2 - 0.72, size * 0.75))
        pieces.append(_puff(rng, centre, (size, size * 0.8, size * 0.85), 3))
        for _ in range(420):
            out = Vector((rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0.3, 1))).normalized()
            spot = centre + Vector((out.x * size, out.y * size * 0.8, out.z * size * 0.85)) * rng.uniform(0.9, 1.12)
            side = out.orthogonal().normalized() * 0.05
            other = out.cross(side)
            pieces.append(([spot - side, spot + other * 0.5 + out * 0.03, spot + side + out * 0.04, spot - other * 0.5 + out * 0.02],
                           [(0, 1, 2, 3)], 0))
        pieces = [([Vector((v.x, v.y, max(0.02, v.z))) for v in verts], faces, 0) for verts, faces, _ in pieces]
        items.append(_object(f"Bush {n + 1}", pieces, [material_leaf(p)]))
    return items


def build_fence(p):
    """Pickets on two rails between posts, round three sides of the front garden, open before the door."""
    if not p["fence"]:
        return []
    wide, front, _ = _plot(p)
    right = wide + (3.6 if p["garage"] else 0)
    pieces = []

    def run(a, b):
        ahead = Vector((b[0] - a[0], b[1] - a[1], 0))
        place = Matrix.Translation((*a, 0)) @ Matrix.Rotation(math.atan2(ahead.y, ahead.x), 4, "Z")
        long = ahead.length
        for z in (0.28, 0.66):
            pieces.append(_box((0, 0.0, z), (long, 0.04, z + 0.08), 0, place))
        count = max(2, round(long / 0.17))
        for k in range(count):
            x = long * (k + 0.5) / count
            pieces.append(_prism([(x - 0.05, 0.09), (x + 0.05, 0.09), (x + 0.05, 0.80), (x, 0.90), (x - 0.05, 0.80)],
                                 -0.025, 0.005, 0, place))
        posts = max(1, round(long / 1.9))
        for k in range(posts + 1):
            x = long * k / posts
            pieces.append(_box((x - 0.06, -0.05, 0.0), (x + 0.06, 0.07, 0.98), 0, place))
            pieces.append(_box((x - 0.085, -0.075, 0.97), (x + 0.085, 0.095, 1.02), 0, place))

    side = -p["depth"] / 2
    run((-wide, side), (-wide, front))
    run((-wide, front), (-0.75, front))
    run((0.75, front), (1.6 if p["garage"] else right, front))
    if not p["garage"]:
        run((right, front), (right, side))
    return [_object("Fence", pieces, [material_frame(p)], 0.008)]


def build(p):
    """Builds all parts and hangs them on one empty."""
    objects = (build_foundation(p) + build_walls(p) + build_timbers(p) + build_windows(p) + build_shutters(p)
               + build_door(p) + build_steps(p) + build_roof(p) + build_dormers(p) + build_chimneys(p) + build_smoke(p)
               + build_porch(p) + build_garage(p) + build_flower_boxes(p) + build_garden(p) + build_fence(p))
    root = bpy.data.objects.new("Cottage", None)
    bpy.context.scene.collection.objects.link(root)
    for item in objects:
        item.parent = root


if __name__ == "__main__":
    build(PARAMS)
