"""Bookshelf: a case with fluted stiles, a moulded cornice and a boarded back, filled with books.

Parts
    case        sides, bottom, top, fluted stiles, arched rail, base and cornice
    back        grooved boards behind the shelves
    shelves     boards across the case, one object each
    dividers    uprights that part the case into bays, one object each
    drawers     a row of drawers at the bottom, one object each
    doors       panelled doors before the lowest compartments, one object each
    books       bound books standing, leaning and lying, one object for each compartment
    ornaments   ceramics on top of the case, one object each
    lights      glowing strips under the boards
Parameters
    "shelves" counts the boards between bottom and top, "dividers" the uprights. "material" is what the case is made
    of, in "color". Books take hues round "book_color", the wider the larger "book_variety"; "book_density" fills the
    shelves and "book_disorder" lets books lean and lie.
"""
import colorsys
import math
import random

import bpy
import numpy as np

PARAMS = {
    "height": 1.75,              # m, 0.70..2.40: height of the bookshelf
    "width": 0.95,               # m, 0.45..1.80: width of the case
    "depth": 0.30,               # m, 0.22..0.50: depth of the case
    "thickness": 0.022,          # m, 0.015..0.040: thickness of the boards
    "shelves": 4,                # count, 1..8: boards between bottom and top
    "dividers": 0,               # count, 0..3: uprights inside the case
    "base": "plinth",            # one of plinth bun legs none: what the case stands on
    "cornice": True,             # switch: a moulded cornice
    "fluted": True,              # switch: flutes in the stiles
    "back": True,                # switch: boards behind the shelves
    "drawers": 0,                # count, 0..4: drawers in a row at the bottom
    "doors": 0,                  # count, 0..4: doors before the lowest compartments
    "books": True,               # switch: books on the shelves
    "book_density": 0.85,        # share, 0..1: how full the shelves are
    "book_disorder": 0.35,       # share, 0..1: how many books lean and lie about
    "book_color": "#8a2f2a",     # color: the hue round which the books are bound
    "book_variety": 0.55,        # share, 0..1: how far the books differ in hue
    "ornaments": 0,              # count, 0..4: ceramics on top
    "ornament_color": "#3f7f8c", # color: the ceramics
    "lights": False,             # switch: glowing strips under the boards
    "light_color": "#ffc982",    # color: the light
    "material": "wood",          # one of wood paint metal plastic: what the case is made of
    "color": "#a8743f",          # color: case, shelves and dividers
    "back_color": "#a8743f",     # color: the boards behind the shelves
    "front_color": "#a8743f",    # color: doors and drawers
    "handle_color": "#b98d3e",   # color: the metal of the knobs
    "wear": 0.3,                 # share, 0..1: worn edges and patina
}

EXEMPLAR = {
    "title": "Bookshelf",
    "names": ["bookshelf", "bookcase", "book shelf", "book case", "shelf", "shelving unit", "bookrack", "shelves", "library shelf"],
    "kin": ["cabinet", "wardrobe", "cupboard", "dresser", "sideboard", "display case", "wall shelf", "chest of drawers"],
    "tags": ["furniture", "wood", "indoor", "books", "library"],
    "parts": {
        "case": {"describe": "case with fluted stiles and cornice",
                 "bounds": [[-0.519, -0.194, 0.0], [0.519, 0.15, 1.75]]},
        "back": {"describe": "grooved boards", "when": "back", "touches": ["case"],
                 "bounds": [[-0.462, 0.137, 0.092], [0.462, 0.147, 1.687]]},
        "shelves": {"describe": "boards across the case", "count": "shelves", "touches": ["case"],
                    "bounds": [[-0.46, -0.129, 0.455], [0.46, 0.138, 1.419]]},
        "dividers": {"describe": "uprights between bays", "count": "dividers", "touches": ["case", "shelves"]},
        "drawers": {"describe": "drawers at the bottom", "count": "drawers", "touches": ["case"]},
        "doors": {"describe": "panelled doors", "count": "doors", "touches": ["case"]},
        "books": {"describe": "bound books", "count": None, "when": "books",
                  "bounds": [[-0.45, -0.12, 0.107], [0.45, 0.134, 1.611]]},
        "ornaments": {"describe": "ceramics on top", "count": "ornaments", "touches": ["case"]},
        "lights": {"describe": "glowing strips", "count": None, "when": "lights", "touches": ["shelves"]},
    },
    "things": {
        "": {
            "height": ["height"], "width": ["width"], "length": ["width"], "depth": ["depth"], "thickness": ["thickness"],
            "size": ["height", "width", "depth"], "color": ["color", "back_color", "front_color"],
            "materials": {
                "wood": {"material": "wood"},
                "metal": {"material": "metal", "color": "#7c8187", "back_color": "#6a6f75", "front_color": "#7c8187"},
                "plastic": {"material": "plastic", "color": "#f1efe9", "back_color": "#e6e3db", "front_color": "#f1efe9"},
                "paint": {"material": "paint", "color": "#e9e4d6", "back_color": "#e9e4d6", "front_color": "#e9e4d6"},
                "oak": {"material": "wood", "color": "#b98a52", "back_color": "#b98a52", "front_color": "#b98a52"},
                "walnut": {"material": "wood", "color": "#5b3a24", "back_color": "#5b3a24", "front_color": "#5b3a24"},
                "mahogany": {"material": "wood", "color": "#6a2c1c", "back_color": "#6a2c1c", "front_color": "#6a2c1c"},
                "pine": {"material": "wood", "color": "#dcb880", "back_color": "#dcb880", "front_color": "#dcb880"},
            },
            "qualities": [
                {"words": ["full", "crammed", "packed", "filled"], "set": {"books": True, "book_density": 1.0}},
                {"words": ["empty", "bare"], "set": {"books": False, "ornaments": 0}},
                {"words": ["tidy", "neat", "ordered", "orderly"], "set": {"book_disorder": 0.0}},
                {"words": ["messy", "untidy", "chaotic", "cluttered"], "set": {"book_disorder": 1.0, "book_density": 0.8}},
                {"words": ["worn", "old", "antique", "aged", "weathered", "shabby", "distressed"], "set": {"wear": 0.85}},
                {"words": ["new", "clean", "pristine"], "set": {"wear": 0.0}},
                {"words": ["ornate", "elegant", "fancy", "decorated"],
                 "set": {"cornice": True, "fluted": True, "base": "bun", "ornaments": 3, "doors": 2}},
                {"words": ["simple", "plain", "minimal"], "set": {"cornice": False, "fluted": False, "base": "none"}},
                {"words": ["open", "airy"], "set": {"back": False, "doors": 0}},
                {"words": ["closed"], "set": {"back": True, "doors": 2}},
                {"words": ["glowing", "lit", "illuminated"], "set": {"lights": True}},
                {"words": ["colorful", "colourful", "rainbow"], "set": {"books": True, "book_variety": 1.0}},
                {"words": ["sturdy", "heavy", "massive"], "set": {"thickness": 0.036}},
                {"words": ["light", "slender", "thin"], "set": {"thickness": 0.016}},
            ],
        },
        "case": {"words": ["frame", "carcass", "side", "body", "corpus"], "color": ["color"], "thickness": ["thickness"]},
        "back": {"words": ["back panel", "back wall", "backing"], "switch": "back", "color": ["back_color"]},
        "shelves": {"words": ["shelf board", "board", "level", "tier"], "count": "shelves", "color": ["color"],
                    "thickness": ["thickness"]},
        "dividers": {"words": ["divider", "partition", "upright", "bay"], "count": "dividers", "add": {"dividers": 1},
                     "color": ["color"]},
        "cornice": {"words": ["crown", "moulding", "molding", "crown moulding"], "switch": "cornice", "parts": ["case"],
                    "color": ["color"]},
        "flutes": {"words": ["flute", "groove", "stile", "pilaster"], "switch": "fluted", "parts": ["case"]},
        "base": {"words": ["plinth", "skirting", "bottom"], "parts": ["case"], "add": {"base": "plinth"},
                 "remove": {"base": "none"}, "color": ["color"]},
        "feet": {"words": ["foot", "bun foot", "bun feet"], "parts": ["case"], "add": {"base": "bun"}, "remove": {"base": "plinth"}},
        "legs": {"words": ["leg"], "parts": ["case"], "add": {"base": "legs"}, "remove": {"base": "plinth"}},
        "drawers": {"words": ["drawer"], "count": "drawers", "add": {"drawers": 2}, "color": ["front_color"]},
        "doors": {"words": ["door", "cabinet door"], "count": "doors", "add": {"doors": 2}, "color": ["front_color"]},
        "knobs": {"words": ["knob", "handle", "pull"], "color": ["handle_color"], "parts": ["doors", "drawers"]},
        "books": {"words": ["book", "volume", "tome"], "switch": "books", "add": {"books": True, "book_density": 0.9},
                  "color": ["book_color"],
                  "qualities": [{"words": ["colorful", "colourful", "rainbow", "mixed", "different"],
                                 "set": {"book_variety": 1.0}},
                                {"words": ["uniform", "matching", "same"], "set": {"book_variety": 0.0}},
                                {"words": ["many", "more", "full", "packed", "dense"], "set": {"book_density": 1.0}},
                                {"words": ["few", "fewer", "sparse"], "set": {"book_density": 0.35}},
                                {"words": ["messy", "leaning", "tilted", "untidy"], "set": {"book_disorder": 1.0}},
                                {"words": ["tidy", "upright", "neat", "straight"], "set": {"book_disorder": 0.0}}]},
        "ornaments": {"words": ["ornament", "vase", "decoration", "pot", "ceramic", "bowl"], "count": "ornaments",
                      "add": {"ornaments": 3}, "color": ["ornament_color"]},
        "lights": {"words": ["light", "led", "lamp", "light strip", "lighting"], "switch": "lights", "color": ["light_color"]},
    },
    "styles": {
        "rustic": {"material": "wood", "color": "#7a5230", "back_color": "#6b4628", "front_color": "#7a5230", "wear": 0.85,
                   "thickness": 0.036, "fluted": False},
        "modern": {"material": "paint", "color": "#f2f1ed", "back_color": "#d9d7d0", "front_color": "#f2f1ed", "cornice": False,
                   "fluted": False, "base": "legs", "wear": 0.0, "book_variety": 0.9},
        "scandinavian": {"material": "wood", "color": "#dcbd8e", "back_color": "#f0ede4", "front_color": "#dcbd8e",
                         "cornice": False, "fluted": False, "base": "legs", "wear": 0.0},
        "industrial": {"material": "metal", "color": "#3f4347", "back_color": "#3f4347", "front_color": "#3f4347",
                       "cornice": False, "fluted": False, "back": False, "base": "legs", "wear": 0.6},
        "baroque": {"material": "wood", "color": "#4a2416", "back_color": "#3c1d12", "front_color": "#4a2416", "base": "bun",
                    "doors": 2, "cornice": True, "ornaments": 3, "ornament_color": "#c0913a"},
        "victorian": {"material": "wood", "color": "#5a2a1a", "back_color": "#5a2a1a", "front_color": "#5a2a1a", "base": "bun",
                      "drawers": 2, "book_variety": 0.25},
        "farmhouse": {"material": "paint", "color": "#efe9dc", "back_color": "#b9c4bd", "front_color": "#efe9dc", "wear": 0.65},
        "cartoon": {"material": "plastic", "color": "#e8433a", "back_color": "#f6c52e", "front_color": "#3a7bd5",
                    "thickness": 0.040, "book_variety": 1.0, "book_disorder": 0.8, "wear": 0.0, "fluted": False, "base": "bun"},
    },
}

STILE = 0.018          # m, thickness of the stiles in front of the sides
STILE_WIDTH = 0.048    # m, width of the stiles
CROWN = 0.072          # m, height of the cornice
DRAWER = 0.16          # m, height of the row of drawers
BINDINGS = ("#6e1f24", "#1f3558", "#23482f", "#a9713b", "#d9cba6", "#b8892f", "#2b2a2c", "#2c6068", "#8d4a23", "#7d7f5a",
            "#c9b38c", "#44284a", "#b5502f", "#5d7890")        # leathers and cloths of an old library


# ---------------------------------------------------------------- nodes and materials

def _rgb(color, shade=1.0):
    """Linear RGBA of an "#rrggbb" colour, times a shade."""
    srgb = [int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb]
    return (*(min(1.0, c * shade) for c in linear), 1.0)


def _node(tree, kind, inputs=(), **settings):
    """Add a shader node: settings are its properties, inputs map sockets to values or to sockets to link from."""
    node = tree.nodes.new("ShaderNode" + kind)
    for key, value in settings.items():
        setattr(node, key, value)
    column = 0
    for key, value in dict(inputs).items():
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, node.inputs[key])
            column = max(column, round(value.node.location.x / 220) + 1)
        else:
            node.inputs[key].default_value = value
    row = sum(1 for other in tree.nodes if round(other.location.x / 220) == column)
    node.location = (column * 220, -row * 240)
    return node


def _math(tree, operation, a, b=0.0):
    """Output socket of a math node."""
    return _node(tree, "Math", {0: a, 1: b}, operation=operation).outputs[0]


def _mix(tree, fac, a, b, blend="MIX"):
    """Output socket of a colour mix."""
    return _node(tree, "MixRGB", {0: fac, 1: a, 2: b}, blend_type=blend).outputs[0]


def _span(tree, value, low, high, to_low=0.0, to_high=1.0):
    """Map a value from low..high to to_low..to_high, clamped."""
    return _node(tree, "MapRange", {"Value": value, "From Min": low, "From Max": high, "To Min": to_low,
                                    "To Max": to_high}).outputs[0]


def _noise(tree, vector, scale, detail=2.0, stretch=1.0):
    """Noise value along a coordinate; stretch < 1 draws it out along the grain (z)."""
    if stretch != 1.0:
        vector = _node(tree, "Mapping", {"Vector": vector, "Scale": (1.0, 1.0, stretch)}).outputs[0]
    return _node(tree, "TexNoise", {"Vector": vector, "Scale": scale, "Detail": detail}).outputs[0]


def _ramp(tree, fac, stops):
    """Colour ramp through (position, rgba) stops."""
    node = _node(tree, "ValToRGB", {0: fac})
    elements = node.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(1.0)
    for element, (position, rgba) in zip(elements, stops):
        element.position, element.color = position, rgba
    return node.outputs[0]


def _grain(tree):
    """The "grain" coordinate of a piece: x, y across its section and z along its length, in metres."""
    return _node(tree, "Attribute", attribute_name="grain").outputs[1]


def _rubbed(tree, wear):
    """Mask of worn places: convex edges first, then blotches, as wear grows."""
    edge = _node(tree, "Attribute", attribute_name="edge").outputs[2]
    total = _math(tree, "MULTIPLY_ADD", edge, 3.4)
    tree.links.new(_math(tree, "MULTIPLY", _noise(tree, _grain(tree), 42.0, 6.0), 0.95), total.node.inputs[2])
    start = 1.46 - 0.70 * wear
    return _span(tree, total, start, start + 0.10)


def _surface(tree, color, roughness, height=None, bump=0.3, depth=0.001, **extras):
    """Principled shader with bump; extras name sockets that are called differently in different Blenders."""
    names = {"metallic": ["Metallic"], "specular": ["Specular IOR Level", "Specular"],
             "coat": ["Coat Weight", "Clearcoat"],
             "emission": ["Emission Color", "Emission"], "power": ["Emission Strength"]}
    inputs = {"Base Color": color, "Roughness": roughness}
    if height is not None:
        inputs["Normal"] = _node(tree, "Bump", {"Strength": bump, "Distance": depth, "Height": height}).outputs[0]
    shader = _node(tree, "BsdfPrincipled", inputs)
    for key, value in extras.items():
        name = next(n for n in names[key] if n in shader.inputs)
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, shader.inputs[name])
        else:
            shader.inputs[name].default_value = value
    _node(tree, "OutputMaterial", {"Surface": shader.outputs[0]})


def _wood(tree, color, wear):
    """Oiled wood: growth rings round an axis beside the piece, fibres, pores, rubbed edges."""
    grain = _grain(tree)
    wander = _node(tree, "TexNoise", {"Vector": grain, "Scale": 5.0, "Detail": 2.0}).outputs[1]
    bent = _node(tree, "VectorMath", {0: wander, 1: (0.035, 0.035, 0.0), 2: grain}, operation="MULTIPLY_ADD").outputs[0]
    flat = _node(tree, "Mapping", {"Vector": bent, "Scale": (1.0, 1.0, 0.05)}).outputs[0]
    rings = _node(tree, "TexWave", {"Vector": flat, "Scale": 24.0, "Distortion": 1.8, "Detail": 2.0, "Detail Scale": 1.2},
                  wave_type="RINGS", rings_direction="Z", wave_profile="SAW").outputs[1]
    fibre = _noise(tree, bent, 420.0, 3.0, 0.03)
    mottle = _noise(tree, grain, 16.0, 3.0, 0.3)
    tone = _math(tree, "ADD", _math(tree, "MULTIPLY", rings, 0.30), _math(tree, "MULTIPLY", fibre, 0.42))
    tone = _math(tree, "ADD", tone, _math(tree, "MULTIPLY", mottle, 0.30))
    light = max(_rgb(color)[:3])               # pale woods show less contrast than dark ones
    body = _ramp(tree, tone, [(0.28, _rgb(color, 0.36 + 0.3 * light)), (0.46, _rgb(color, 0.74 + 0.12 * light)),
                              (0.60, _rgb(color, 1.06)), (0.80, _rgb(color, 1.6 - 0.3 * light))])
    pores = _span(tree, _noise(tree, bent, 800.0, 2.0, 0.02), 0.36, 0.44, 0.55, 1.0)
    body = _mix(tree, 1.0, body, pores, "MULTIPLY")
    rubbed = _rubbed(tree, wear)
    body = _mix(tree, _math(tree, "MULTIPLY", rubbed, 0.55), body,
                _mix(tree, 0.45, _rgb(color, 1.5), _rgb("#9a8a76")))
    roughness = _math(tree, "ADD", _span(tree, tone, 0.3, 0.8, 0.48, 0.34), _math(tree, "MULTIPLY", rubbed, 0.25))
    _surface(tree, body, roughness, _math(tree, "ADD", fibre, _math(tree, "MULTIPLY", pores, 0.7)), 0.22)


def _paint(tree, color, wear):
    """Brushed satin paint over wood: brush streaks, mottling, bare timber where it is rubbed through."""
    grain = _grain(tree)
    streaks = _noise(tree, grain, 300.0, 2.0, 0.05)
    mottle = _noise(tree, grain, 9.0, 4.0)
    tint = _span(tree, _math(tree, "ADD", _math(tree, "MULTIPLY", streaks, 0.35), mottle), 0.4, 1.0)
    coat = _mix(tree, tint, _rgb(color, 0.76), _rgb(color, 1.18))
    bare = _ramp(tree, _noise(tree, grain, 350.0, 3.0, 0.03),
                 [(0.3, _rgb("#6e4a2c")), (0.5, _rgb("#a07748")), (0.75, _rgb("#c69d6a"))])
    rubbed = _rubbed(tree, wear)
    color = _mix(tree, rubbed, coat, bare)
    roughness = _math(tree, "ADD", _span(tree, mottle, 0.3, 0.7, 0.30, 0.42), _math(tree, "MULTIPLY", rubbed, 0.3))
    height = _math(tree, "SUBTRACT", _math(tree, "MULTIPLY", streaks, 0.4), rubbed)
    _surface(tree, color, roughness, height, 0.30, coat=0.15)


def _metal(tree, color, wear):
    """Metal in the given tone: smudged, finely scratched, rust where it is worn."""
    grain = _grain(tree)
    smudge = _noise(tree, grain, 22.0, 5.0)
    scratch = _span(tree, _noise(tree, grain, 700.0, 2.0, 0.02), 0.62, 0.70)
    steel = _mix(tree, 0.35, _rgb(color), (0.62, 0.63, 0.65, 1.0))
    steel = _mix(tree, _span(tree, smudge, 0.35, 0.7, 0.0, 0.25), steel, _rgb(color, 0.6))
    rust = _ramp(tree, _noise(tree, grain, 90.0, 5.0),
                 [(0.3, _rgb("#2e140a")), (0.5, _rgb("#6e3113")), (0.7, _rgb("#a5562a"))])
    rubbed = _rubbed(tree, wear * 0.9)
    roughness = _math(tree, "ADD", _span(tree, smudge, 0.3, 0.75, 0.22, 0.42), _math(tree, "MULTIPLY", rubbed, 0.4))
    height = _math(tree, "SUBTRACT", _math(tree, "MULTIPLY", rubbed, 0.8), _math(tree, "MULTIPLY", scratch, 0.5))
    _surface(tree, _mix(tree, rubbed, steel, rust), roughness, height, 0.15,
             metallic=_math(tree, "SUBTRACT", 1.0, rubbed))


def _plastic(tree, color, wear):
    """Moulded plastic: fine pebbling, faint clouding, scuffed edges."""
    grain = _grain(tree)
    pebble = _noise(tree, grain, 900.0, 1.0)
    cloud = _noise(tree, grain, 7.0, 3.0)
    body = _mix(tree, _span(tree, cloud, 0.3, 0.7), _rgb(color, 0.93), _rgb(color, 1.06))
    rubbed = _rubbed(tree, wear * 0.8)
    body = _mix(tree, _math(tree, "MULTIPLY", rubbed, 0.35), body, (0.8, 0.8, 0.78, 1.0))
    roughness = _math(tree, "ADD", _span(tree, cloud, 0.3, 0.7, 0.26, 0.36), _math(tree, "MULTIPLY", rubbed, 0.3))
    _surface(tree, body, roughness, pebble, 0.06, specular=0.5)


def _ceramic(tree, color, wear):
    """Glaze with pools of tone and speckles."""
    place = _grain(tree)
    pool = _noise(tree, place, 16.0, 4.0)
    body = _ramp(tree, pool, [(0.32, _rgb(color, 0.5)), (0.5, _rgb(color)), (0.7, _rgb(color, 1.5))])
    specks = _span(tree, _noise(tree, place, 420.0, 1.0), 0.69, 0.73)
    body = _mix(tree, _math(tree, "MULTIPLY", specks, 0.7), body, _rgb("#2c2019"))
    _surface(tree, body, _span(tree, pool, 0.3, 0.7, 0.12, 0.25 + 0.2 * wear), pool, 0.05, coat=0.6)


def _binding(tree, _color, wear):
    """Book cloth and leather in each book's own tint: fine weave, mottling, rubbed and sunned places."""
    place = _grain(tree)
    tint = _node(tree, "Attribute", attribute_name="tint").outputs[0]
    weave = _noise(tree, place, 900.0, 2.0)
    mottle = _noise(tree, place, 45.0, 4.0)
    tone = _math(tree, "ADD", _math(tree, "MULTIPLY", weave, 0.35), _math(tree, "MULTIPLY", mottle, 0.65))
    body = _mix(tree, 1.0, tint, _span(tree, tone, 0.3, 0.7, 0.66, 1.22), "MULTIPLY")
    rubbed = _rubbed(tree, 0.15 + 0.6 * wear)
    body = _mix(tree, _math(tree, "MULTIPLY", rubbed, 0.45), body, _rgb("#b79c78"))
    _surface(tree, body, _span(tree, mottle, 0.3, 0.7, 0.42, 0.68), tone, 0.25)


def _paper(tree, color, wear):
    """Block of pages: fine leaves, yellowing with age."""
    place = _grain(tree)
    leaves = _noise(tree, _node(tree, "Mapping", {"Vector": place, "Scale": (1.0, 0.03, 0.03)}).outputs[0], 1600.0, 2.0)
    body = _mix(tree, _span(tree, leaves, 0.3, 0.7), _rgb(color, 0.62), _rgb(color, 1.05))
    aged = _span(tree, _noise(tree, place, 25.0, 3.0), 0.4, 0.7, 0.05, 0.2 + 0.5 * wear)
    _surface(tree, _mix(tree, aged, body, _rgb("#a98555")), 0.9, leaves, 0.3)


def _glow(tree, color, _wear):
    """Milky strip that shines."""
    milk = _noise(tree, _grain(tree), 60.0, 2.0)
    _surface(tree, _mix(tree, milk, _rgb(color, 0.9), _rgb(color, 1.1)), 0.4, emission=_rgb(color), power=6.0)


SHADERS = {"wood": _wood, "paint": _paint, "metal": _metal, "plastic": _plastic, "ceramic": _ceramic, "binding": _binding,
           "paper": _paper, "glow": _glow}


def _material(name, shader, color, wear):
    """Material of a shader kind and colour: the one made before if there is one."""
    stamp = f"{shader} {color} {wear:.4f}"
    for made in bpy.data.materials:
        if made.get("recipe") == stamp and made.name.split(".")[0] == name:
            return made
    made = bpy.data.materials.new(name)
    made["recipe"] = stamp
    made.use_nodes = True
    made.diffuse_color = _rgb(color)
    made.node_tree.nodes.clear()
    SHADERS[shader](made.node_tree, color, wear)
    return made


def material_case(p):
    """Finish of case, shelves and dividers."""
    return _material("Case finish", p["material"], p["color"], p["wear"])


def material_back(p):
    """Finish of the boards behind the shelves."""
    return _material("Back finish", p["material"], p["back_color"], p["wear"])


def material_fronts(p):
    """Finish of doors and drawers."""
    return _material("Front finish", p["material"], p["front_color"], p["wear"])


def material_handles(p):
    """Metal of the knobs."""
    return _material("Knob metal", "metal", p["handle_color"], 0.4 * p["wear"])


def material_binding(p):
    """Bindings of the books, tinted book by book."""
    return _material("Book binding", "binding", p["book_color"], p["wear"])


def material_paper(p):
    """Pages of the books."""
    return _material("Book pages", "paper", "#e8dcc0", p["wear"])


def material_gilt(_p):
    """Gilt of bands and titles on the spines."""
    return _material("Gilt", "metal", "#c8a04a", 0.0)


def material_ornaments(p):
    """Glaze of the ceramics."""
    return _material("Glaze", "ceramic", p["ornament_color"], p["wear"])


def material_lights(p):
    """Glowing strips."""
    return _material("Light strip", "glow", p["light_color"], 0.0)


# ---------------------------------------------------------------- geometry

def _spline(points, per=6):
    """Catmull-Rom curve through the points, `per` steps between neighbours."""
    pts = np.asarray(points, float)
    ext = np.vstack([2 * pts[0] - pts[1], pts, 2 * pts[-1] - pts[-2]])
    t = np.arange(per)[:, None] / per
    spans = [0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2 + (3 * b - a - 3 * c + d) * t ** 3)
             for a, b, c, d in zip(ext, ext[1:], ext[2:], ext[3:])]
    return np.vstack(spans + [pts[-1:]])


def _profile(points, per=4):
    """Smooth curve through (share, radius) points that never overshoots them, `per` steps between neighbours."""
    t, r = np.asarray(points, float).T
    rise = np.diff(r) / np.diff(t)
    slope = np.concatenate([rise[:1], np.zeros(len(r) - 2), rise[-1:]])
    same = rise[1:] * rise[:-1] > 0
    slope[1:-1][same] = 2 / (1 / rise[1:][same] + 1 / rise[:-1][same])
    u = np.arange(per)[:, None] / per
    h = np.diff(t)
    radius = (1 + 2 * u) * (1 - u) ** 2 * r[:-1] + u * (1 - u) ** 2 * h * slope[:-1]
    radius += u ** 2 * (3 - 2 * u) * r[1:] - u ** 2 * (1 - u) * h * slope[1:]
    curve = np.stack([t[:-1] + u * h, radius], 2).transpose(1, 0, 2).reshape(-1, 2)
    return np.vstack([curve, (t[-1], r[-1])])


def _ellipse(half_x, half_y, count=20):
    """Section: an ellipse."""
    angle = np.arange(count) * 2 * math.pi / count
    return np.stack([half_x * np.cos(angle), half_y * np.sin(angle)], 1)


def _rect(half_x, half_y, radius):
    """Section: a rectangle with rounded corners and a holding point on each side of a corner."""
    radius = min(radius, 0.92 * half_x, 0.92 * half_y)
    hold_x, hold_y = min(0.7 * radius, 0.5 * (half_x - radius)), min(0.7 * radius, 0.5 * (half_y - radius))
    arc = np.radians([0, 30, 60, 90])
    corner = np.stack([half_x - radius + radius * np.cos(arc), half_y - radius + radius * np.sin(arc)], 1)
    corner = np.vstack([[half_x, half_y - radius - hold_y], corner, [half_x - radius - hold_x, half_y]])
    return np.vstack([corner, corner[::-1] * (-1, 1), -corner, corner[::-1] * (1, -1)])


def _loft(rings, grain):
    """Skin of rings with equally many points, closed by a cap at either end: (verts, faces, grain)."""
    count, n = len(rings), len(rings[0])
    i, r = np.arange(n), np.arange(count - 1)[:, None] * n
    j = (i + 1) % n
    quads = np.stack([r + i, r + j, r + n + j, r + n + i], 2).reshape(-1, 4)
    caps = [i[::-1].tolist(), (i + (count - 1) * n).tolist()]
    return np.reshape(rings, (-1, 3)), quads.tolist() + caps, np.reshape(grain, (-1, 3))


def _sweep(path, sections, up=None, ends=0.0):
    """Sweep sections along a path; up points along a section's y (None keeps sections level); ends rounds the ends."""
    path, sections = np.asarray(path, float), [np.asarray(s) for s in sections]
    if ends:
        for _ in range(2):                  # round one end, turn the path round, round the other
            way = path[1] - path[0]
            way = way / np.linalg.norm(way)
            half = np.abs(sections[0]).max(0)
            turn = np.radians([90, 60, 30, 0])
            tip = [path[0] + way * ends * (1 - math.sin(a)) for a in turn] + [path[0] + way * 1.7 * ends]
            cut = [sections[0] * (1 - ends * (1 - math.cos(a)) / half) for a in turn] + [sections[0]]
            path, sections = np.vstack([tip, path[1:]])[::-1], (cut + sections[1:])[::-1]
    step = np.gradient(path, axis=0)
    tangent = step / np.linalg.norm(step, axis=1)[:, None]
    if up is None:
        y, x = np.array([[0.0, 1.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    else:
        y = np.array([up], float) - tangent * (tangent @ np.array(up, float))[:, None]
        y = y / np.linalg.norm(y, axis=1)[:, None]
        x = np.cross(y, tangent)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    shape = np.array(sections)
    rings = path[:, None] + shape[:, :, :1] * x[:, None] + shape[:, :, 1:] * y[:, None]
    along = np.repeat(length[:, None, None], shape.shape[1], 1)
    return _loft(rings, np.concatenate([shape, along], 2))


def _turned(start, end, profile, up=(0.0, 1.0, 0.0), count=20, per=4):
    """Lathe-turned piece between two points; the profile is a list of (share of the length, radius)."""
    curve = _profile(profile, per)
    start, end = np.asarray(start, float), np.asarray(end, float)
    return _sweep(start + curve[:, :1] * (end - start), [_ellipse(r, r, count) for r in curve[:, 1]], up)


def _object(name, pieces):
    """Object made of (mesh, material) pieces; stores "grain" (wood direction) and "edge" (convexity) on its points."""
    verts = np.vstack([mesh[0] for mesh, _ in pieces])
    faces, slots, grain, materials = [], [], [], []
    for (v, f, g), material in pieces:
        start = sum(len(part) for part in grain)
        if material not in materials:
            materials.append(material)
        faces += [[start + k for k in face] for face in f] if start else f
        slots += [materials.index(material)] * len(f)
        shift = random.Random(f"{name} {len(grain)}")
        grain.append(g + [shift.uniform(0.03, 0.11), shift.uniform(0.03, 0.11), shift.uniform(0, 4)])
    middle = (verts.min(0) + verts.max(0)) / 2
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata((verts - middle).tolist(), [], faces)
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("material_index", slots)
    mesh.polygons.foreach_set("use_smooth", [len(face) == 4 for face in faces])
    mesh.attributes.new("grain", 'FLOAT_VECTOR', 'POINT').data.foreach_set("vector", np.vstack(grain).astype(np.float32).ravel())
    normals, pairs = np.empty(verts.size, np.float32), np.empty(2 * len(mesh.edges), np.int32)
    mesh.vertices.foreach_get("normal", normals)
    mesh.edges.foreach_get("vertices", pairs)
    a, b = pairs.reshape(-1, 2).T
    way = verts[a] - verts[b]
    way /= np.linalg.norm(way, axis=1)[:, None] + 1e-9
    normals = normals.reshape(-1, 3)
    bulge = np.bincount(a, (normals[a] * way).sum(1), len(verts)) - np.bincount(b, (normals[b] * way).sum(1), len(verts))
    bulge /= np.maximum(1, np.bincount(pairs, minlength=len(verts)))
    edge = np.clip(1.8 * bulge, 0, 0.22).astype(np.float32)
    mesh.attributes.new("edge", 'FLOAT', 'POINT').data.foreach_set("value", edge)
    obj = bpy.data.objects.new(name, mesh)
    obj.location = middle
    bpy.context.scene.collection.objects.link(obj)
    return obj


def _board(low, high, axis, ease=0.0025):
    """Board between two corners, its grain along an axis (0, 1, 2), all edges eased."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    middle, half = (low + high) / 2, (high - low) / 2
    path = np.repeat(middle[None], 4, 0)
    path[:, axis] = low[axis] + (high[axis] - low[axis]) * np.array([0, 0.25, 0.75, 1])
    across = [half[1], half[2]] if axis == 0 else [half[0], half[2]] if axis == 1 else [half[0], half[1]]
    ease = min(ease, 0.4 * min(across))
    return _sweep(path, [_rect(*across, ease)] * 4, (0, 1, 0) if axis == 2 else (0, 0, 1), ease)


def _panel(x, z, half_x, half_z, face, steps):
    """Moulded front facing -Y: rings of a rectangle by (inset, depth) steps from its edge to its middle."""
    fine = min(1.0, 0.8 * min(half_x, half_z) / steps[-1][0])
    rings = []
    for inset, depth in steps:
        flat = _rect(half_x - inset * fine, half_z - inset * fine, 0.003)
        rings.append(np.column_stack([x + flat[:, 0], np.full(len(flat), face + depth), z + flat[:, 1]]))
    rings = np.array(rings)
    return _loft(rings, rings[:, :, [1, 0, 2]] * (1.0, 0.3, 1.0))


def _knob(at, size=1.0):
    """Turned knob standing out towards -Y."""
    shape = [(0, 0.0095), (0.08, 0.0105), (0.15, 0.0070), (0.32, 0.0052), (0.45, 0.0062), (0.58, 0.0115), (0.72, 0.0138),
             (0.86, 0.0122), (0.95, 0.007), (1, 0.001)]
    at = np.asarray(at, float)
    return _turned(at, at - [0, 0.028 * size, 0], [(t, r * size) for t, r in shape], (0, 0, 1), 20)


# ---------------------------------------------------------------- where things are

def _base_height(p):
    """Height of what the case stands on."""
    return {"plinth": 0.085, "bun": 0.075, "legs": 0.15, "none": 0.0}[p["base"]]


def _inside(p):
    """Heights of the upper face of the bottom and the lower face of the top board."""
    low = _base_height(p) + p["thickness"] + (DRAWER + p["thickness"] if p["drawers"] else 0.0)
    return low, p["height"] - (CROWN - 0.02 if p["cornice"] else 0.0) - p["thickness"]


def _levels(p):
    """Heights of the middles of the shelves: compartments grow a little towards the floor."""
    low, top = _inside(p)
    weight = np.linspace(1.18, 0.88, p["shelves"] + 1)
    return low + (top - low) * np.cumsum(weight)[:-1] / weight.sum()


def _bays(p):
    """Left and right inner face of every bay."""
    half, count = p["width"] / 2 - p["thickness"], p["dividers"] + 1
    room = (2 * half - p["dividers"] * p["thickness"]) / count
    return [(-half + i * (room + p["thickness"]), -half + i * (room + p["thickness"]) + room) for i in range(count)]


# ---------------------------------------------------------------- parts

def _stile(p, x, low, top):
    """Upright in front of a side, with three flutes if wanted, on a plain block at either end."""
    half, deep = STILE_WIDTH / 2, STILE / 2
    front = [(-half, -deep + 0.003), (-half + 0.003, -deep)]
    for middle in (-0.0125, 0.0, 0.0125):
        front += [(middle + 0.0046 * math.sin(a), -deep + 0.0044 * math.cos(a)) for a in np.radians([-90, -55, -20, 20, 55, 90])]
    front += [(half - 0.003, -deep), (half, -deep + 0.003), (half, deep), (-half, deep)]
    carved = np.array(front)
    plain = carved.copy()
    plain[2:20, 1] = -deep
    z = np.array([low, low + 0.10, low + 0.106, low + 0.114, low + 0.125, top - 0.105, top - 0.094, top - 0.086, top - 0.08, top])
    depth = np.array([0, 0, 0.4, 0.8, 1, 1, 0.8, 0.4, 0, 0]) * (1.0 if p["fluted"] else 0.0)
    path = np.column_stack([np.full(10, x), np.full(10, -p["depth"] / 2 + deep), z])
    return _sweep(path, [plain + (carved - plain) * d for d in depth])


def _moulding(p, profile, low):
    """Moulding round front and sides, mitred: profile as (outwards, up) points, closed along the case."""
    half, front, rear = p["width"] / 2, -p["depth"] / 2, p["depth"] / 2
    out, up = np.asarray(profile, float).T
    if out @ np.roll(up, -1) > up @ np.roll(out, -1):        # so that its faces look outwards
        out, up = out[::-1], up[::-1]
    strips = []
    for a, b, way_a, way_b in (((-half, rear), (-half, front), (-1, 0), (-1, -1)),
                               ((-half, front), (half, front), (-1, -1), (1, -1)),
                               ((half, front), (half, rear), (1, -1), (1, 0))):
        ends = [np.column_stack([x + out * wx, y + out * wy, low + up]) for (x, y), (wx, wy) in ((a, way_a), (b, way_b))]
        rings = np.array([ends[0] + (ends[1] - ends[0]) * t for t in (0.0, 0.02, 0.5, 0.98, 1.0)])
        along = np.repeat(np.array([0.0, 0.02, 0.5, 0.98, 1.0])[:, None] * math.dist(a, b), len(out), 1)
        grain = np.stack([np.broadcast_to(out, along.shape), np.broadcast_to(up, along.shape), along], 2)
        strips.append(_loft(rings, grain))
    return strips


def build_case(p):
    """Case: sides, bottom and top, fluted stiles, an arched rail, base and cornice."""
    t, half, front, rear = p["thickness"], p["width"] / 2, -p["depth"] / 2, p["depth"] / 2
    base, (_, ceiling) = _base_height(p), _inside(p)
    top = ceiling + t
    floor = 0.0 if p["base"] == "plinth" else base
    boards = [_board((x - t / 2, front + STILE - 0.001, floor), (x + t / 2, rear, top), 2)
              for x in (-half + t / 2, half - t / 2)]
    boards += [_board((-half + t * 0.5, front + 0.004, z), (half - t * 0.5, rear, z + t), 0) for z in (base, ceiling)]
    if p["drawers"]:
        z = base + t + DRAWER
        boards.append(_board((-half + t * 0.5, front + 0.003, z), (half - t * 0.5, rear, z + t), 0))
    boards += [_stile(p, x, floor, top) for x in (-half + STILE_WIDTH / 2, half - STILE_WIDTH / 2)]
    across = np.linspace(-1, 1, 25)
    span = half - STILE_WIDTH + 0.004
    deep = 0.030 + 0.018 * across ** 2
    rail = [np.column_stack([np.full(len(s), x * span), front + STILE / 2 + s[:, 0], ceiling + 0.004 - d / 2 + s[:, 1]])
            for x, d in zip(across, deep) for s in [_rect(STILE / 2 - 0.002, d / 2, 0.0025)]]
    rail = np.array(rail)
    boards.append(_loft(rail, rail[:, :, [1, 2, 0]]))
    if p["base"] == "plinth":
        reach = half - STILE_WIDTH + 0.003
        skirt = []
        for x in np.linspace(-1, 1, 33):
            rise = 0.034 * np.clip((0.80 - abs(x)) / 0.12, 0, 1) ** 0.6
            s = _rect(STILE / 2 - 0.002, (base + 0.002 - rise - 0.001) / 2, 0.0025)
            skirt.append(np.column_stack([np.full(len(s), x * reach), front + STILE / 2 + s[:, 0],
                                          (base + 0.002 + rise + 0.001) / 2 + s[:, 1]]))
        skirt = np.array(skirt)
        boards.append(_loft(skirt, skirt[:, :, [1, 2, 0]]))
        bead = [(-0.002, 0), (0.007, 0), (0.009, 0.002), (0.009, 0.005), (0.007, 0.007), (0.004, 0.0085), (0.0025, 0.013),
                (0.001, 0.017), (-0.002, 0.018)]
        boards += _moulding(p, bead, base - 0.004)
    elif p["base"] != "none":
        feet = {"bun": [(0, .020), (.03, .026), (.18, .038), (.38, .043), (.58, .039), (.72, .028), (.78, .024), (.82, .028),
                        (.9, .034), (.97, .034), (1, .030)],
                "legs": [(0, .011), (.02, .013), (.06, .0135), (.5, .019), (.86, .025), (.9, .029), (.97, .030), (1, .028)]}[p["base"]]
        inset, lean = 0.05, 0.03 if p["base"] == "legs" else 0.0
        for sx in (-1, 1):
            for sy in (-1, 1):
                head = np.array([sx * (half - inset), sy * (rear - inset), base + 0.002])
                shape = _profile(feet, 5)
                foot = head + [sx * lean, sy * min(lean, 0.01), -base - 0.002]
                path = foot + shape[:, :1] * (head - foot)
                boards.append(_sweep(path, [_ellipse(r, r, 24) for r in shape[:, 1]]))
    if p["cornice"]:
        crown = [(-0.004, 0), (0.003, 0), (0.006, 0.002), (0.007, 0.006), (0.007, 0.009), (0.004, 0.011), (0.004, 0.014),
                 (0.007, 0.022), (0.013, 0.031), (0.022, 0.038), (0.029, 0.041), (0.031, 0.043), (0.031, 0.047),
                 (0.034, 0.050), (0.038, 0.052), (0.039, 0.055), (-0.004, 0.057)]
        boards += _moulding(p, crown, p["height"] - CROWN)
        boards.append(_board((-half - 0.044, front - 0.044, p["height"] - 0.017), (half + 0.044, rear, p["height"]), 0, 0.006))
    return [_object("Case", [(board, material_case(p)) for board in boards])]


def build_back(p):
    """Back: upright boards with eased seams, let into the case."""
    if not p["back"]:
        return []
    t, low, top = p["thickness"], _base_height(p), _inside(p)[1] + p["thickness"] / 2
    half, rear = p["width"] / 2 - 0.6 * t, p["depth"] / 2
    count = max(4, round(2 * half / 0.095))
    edges = np.linspace(-half, half, count + 1)
    return [_object("Back", [(_board((a + 0.0003, rear - 0.013, low + 0.3 * t), (b - 0.0003, rear - 0.003, top), 2, 0.003), material_back(p))
                             for a, b in zip(edges, edges[1:])])]


def build_shelves(p):
    """Shelves: boards housed in the sides, their front edge eased."""
    half, t = p["width"] / 2 - 0.7 * p["thickness"], p["thickness"]
    return [_object("Shelf", [(_board((-half, -p["depth"] / 2 + STILE + 0.003, z - t / 2), (half, p["depth"] / 2 - 0.012, z + t / 2),
                                      0, 0.004), material_case(p))]) for z in _levels(p)]


def build_dividers(p):
    """Dividers: uprights halved into the shelves."""
    low, top = _inside(p)
    return [_object("Divider", [(_board((right, -p["depth"] / 2 + STILE + 0.006, low - 0.004),
                                        (right + p["thickness"], p["depth"] / 2 - 0.012, top + 0.004), 2), material_case(p))])
            for _, right in _bays(p)[:-1]]


def build_drawers(p):
    """Drawers: raised fronts with a moulded field, one or two knobs, and the box behind."""
    drawers, count = [], p["drawers"]
    span = p["width"] - 2 * STILE_WIDTH
    low, front = _base_height(p) + p["thickness"], -p["depth"] / 2
    steps = [(0.0, 0.020), (0.0, 0.002), (0.001, -0.001), (0.004, -0.0025), (0.016, -0.0025), (0.018, -0.0015), (0.020, 0.003),
             (0.023, 0.004), (0.036, -0.0005), (0.038, -0.001), (0.044, -0.001)]
    for number in range(count):
        room = span / count
        x, z = -span / 2 + room * (number + 0.5), low + DRAWER / 2
        half = room / 2 - 0.003
        pieces = [(_panel(x, z, half, DRAWER / 2 - 0.003, front, steps), material_fronts(p)),
                  (_board((x - half + 0.01, front + 0.015, low - 0.001), (x + half - 0.01, p["depth"] / 2 - 0.02, low + DRAWER - 0.02), 1),
                   material_fronts(p))]
        for at in ([-0.25, 0.25] if room > 0.45 else [0.0]):
            pieces.append((_knob((x + at * room, front + 0.001, z)), material_handles(p)))
        drawers.append(_object("Drawer", pieces))
    return drawers


def build_doors(p):
    """Doors: frame and fielded panel, a knob on the free side, two hinge barrels on the other."""
    doors, count = [], p["doors"]
    low, front = _inside(p)[0], -p["depth"] / 2
    high = _levels(p)[0] + p["thickness"] / 2
    span = p["width"] - 2 * STILE_WIDTH
    z, tall = (low + high) / 2 - 0.002, (high - low) / 2 + 0.001
    steps = [(0.0, 0.024), (0.0, 0.002), (0.001, -0.001), (0.004, -0.0025), (0.042, -0.0025), (0.045, -0.001), (0.047, 0.005),
             (0.051, 0.007), (0.074, 0.001), (0.077, 0.0003), (0.085, 0.0003)]
    for number in range(count):
        room = span / count
        x, half = -span / 2 + room * (number + 0.5), room / 2 - 0.002
        pieces = [(_panel(x, z, half, tall, front, steps), material_fronts(p))]
        free = 1 if number % 2 == 0 else -1
        size = min(1.0, tall / 0.03)
        pieces.append((_knob((x + free * (half - min(0.022, 0.3 * half)), front, z + 0.2 * tall), size), material_handles(p)))
        for share in (-0.72, 0.72):
            at = np.array([x - free * (half - 0.001), front - 0.002, z + share * tall])
            long = min(0.025, 0.2 * tall)
            barrel = [(0, 0.002), (0.06, 0.0045), (0.32, 0.0045), (0.34, 0.0038), (0.36, 0.0045), (0.94, 0.0045), (1, 0.002)]
            pieces.append((_turned(at - [0, 0, long], at + [0, 0, long], barrel, (0, 1, 0), 12, 2), material_handles(p)))
        doors.append(_object("Door", pieces))
    return doors


def _book_pattern():
    """A book as shares of its width, depth and height plus fixed offsets: (shares, offsets, faces, material slots).

    It stands on z = 0, its spine towards -Y: a bound cover with a rounded spine, pages within, gilt bands on the spine.
    """
    wall, shares, offsets, faces, slots = 0.0022, [], [], [], []

    def skin(section, levels, slot):
        """Loft a section of (x share, x offset, y share, y offset) over levels of (z share, z offset)."""
        start, n = sum(len(s) for s in shares), len(section)
        for z_share, z_offset in levels:
            shares.append(np.column_stack([section[:, 0], section[:, 2], np.full(n, z_share)]))
            offsets.append(np.column_stack([section[:, 1], section[:, 3], np.full(n, z_offset)]))
        i = np.arange(n)
        for r in range(len(levels) - 1):
            low = start + r * n
            faces.extend(np.stack([low + i, low + (i + 1) % n, low + n + (i + 1) % n, low + n + i], 1).tolist())
        faces.extend([(start + i[::-1]).tolist(), (start + (len(levels) - 1) * n + i).tolist()])
        slots.extend([slot] * ((len(levels) - 1) * n + 2))

    arc = np.radians(np.linspace(-75, 75, 7))
    spine = [(0.5 * math.sin(a), 0, -0.5, 0.007 - 0.007 * math.cos(a)) for a in arc]        # from left to right
    outer = [(-0.5, 0, 0.5, 0), (-0.5, 0, -0.5, 0.016), (-0.5, 0.0012, -0.5, 0.011)] + spine
    outer += [(0.5, -0.0012, -0.5, 0.011), (0.5, 0, -0.5, 0.016), (0.5, 0, 0.5, 0)]
    inner = [(0.5, -wall, 0.5, 0), (0.5, -wall, -0.5, 0.012), (-0.5, wall, -0.5, 0.012), (-0.5, wall, 0.5, 0)]
    skin(np.array(outer + inner), [(0, 0), (0, 0.012), (1, -0.012), (1, 0)], 0)
    pages = np.array([(-0.5, wall * 0.9, 0.5, -0.004), (-0.5, wall * 0.9, -0.5, 0.010), (0.5, -wall * 0.9, -0.5, 0.010),
                      (0.5, -wall * 0.9, 0.5, -0.004), (0.0, 0, 0.5, -0.0065)])
    skin(pages, [(0, 0.003), (1, -0.004)], 1)
    band = np.array([(x, 0, y, oy - 0.0007) for x, _, y, oy in spine] + [(x, 0, y, oy + 0.0015) for x, _, y, oy in spine[::-6]])
    for at, thick in ((0.12, 0.0010), (0.16, 0.0018), (0.62, 0.0014), (0.80, 0.0014), (0.90, 0.0010)):
        skin(band, [(at, -thick), (at, thick)], 2)
    return np.vstack(shares), np.vstack(offsets), faces, slots


def _row_of_books(p, rng, room, tall, deep, swell):
    """Places of the books in a compartment: (width, depth, height, x, z, lean, lying) from its left face."""
    books, x, end = [], 0.003, room * (0.12 + 0.88 * p["book_density"]) - 0.004
    usual, before = rng.uniform(0.72, 0.90), 0.0
    while True:
        wide = rng.choice((0.016, 0.022, 0.026, 0.032, 0.040)) * swell * rng.uniform(0.9, 1.15)
        high = min(0.94, max(0.55, rng.gauss(usual, 0.06))) * min(tall, 0.36)
        long = min(deep, high * rng.uniform(0.62, 0.78) + 0.03)
        dice = rng.random()
        if dice < 0.07 * p["book_disorder"] and high < 0.8 * deep + 0.14 and x + high < end:
            z = 0.0                                            # a few lie in a pile
            for _ in range(rng.randint(2, 4)):
                thick = rng.uniform(0.02, 0.036) * swell
                if z + thick > 0.8 * tall:
                    break
                books.append((thick, long * rng.uniform(0.85, 1.0), high * rng.uniform(0.86, 1.0), x, z, 0.0, True))
                z += thick - 0.0003
            x, before = x + high + 0.002, 0.0
            continue
        lean = 0.0
        if before and dice > 1 - 0.16 * p["book_disorder"]:
            lean = math.radians(rng.uniform(6, 15))
        step = math.tan(lean) * min(high, before) + wide * math.cos(lean)
        if x + step > end:
            return books
        books.append((wide, long, high, x + step - wide * math.cos(lean), 0.0, lean, False))
        x, before = x + step + rng.uniform(0.0002, 0.0012), high * math.cos(lean)


def _tint(p, rng):
    """Linear colour of a binding: a shade of the book colour, or, with variety, a tone from an old library."""
    if rng.random() < p["book_variety"] ** 1.4:
        return _rgb(rng.choice(BINDINGS), rng.uniform(0.7, 1.2))
    r, g, b = (int(p["book_color"][i:i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, strong = colorsys.rgb_to_hls(r, g, b)
    rgb = colorsys.hls_to_rgb((hue + rng.uniform(-0.025, 0.025)) % 1.0, min(0.85, max(0.05, light * rng.uniform(0.6, 1.25))),
                              strong * rng.uniform(0.7, 1.0))
    return _rgb("#" + "".join(f"{round(255 * c):02x}" for c in rgb))


def build_books(p):
    """Books: every compartment filled from the left or from the right; bindings, gilt and pages."""
    if not p["books"]:
        return []
    shares, offsets, faces, slots = _book_pattern()
    low, top = _inside(p)
    t = p["thickness"]
    floors = [low] + [z + t / 2 for z in _levels(p)]
    ceilings = [z - t / 2 for z in _levels(p)] + [top - 0.045]
    deep = p["depth"] - STILE - 0.012 - 0.030
    swell = max(1.0, len(floors) * p["width"] / 0.029 / 300)                  # thicker books in a large case
    cells, groups = [(z, c, a, b) for z, c in zip(floors, ceilings) for a, b in _bays(p)], []
    is_quad = [len(f) == 4 for f in faces]
    quads = np.array([f for f, q in zip(faces, is_quad) if q])
    caps = [np.array(f) for f, q in zip(faces, is_quad) if not q]
    for number, (floor, ceiling, left, right) in enumerate(cells):
        rng = random.Random(f"books {number}")
        verts, tints, places = [], [], []
        mirrored = rng.random() < 0.4
        for wide, long, high, x, z, lean, lying in _row_of_books(p, rng, right - left, ceiling - floor, deep, swell):
            local = shares * (wide, long, high) + offsets
            local[:, 0] += wide / 2
            if lying:
                local = np.column_stack([local[:, 2], local[:, 1], wide - local[:, 0]])
            elif lean:
                c, s = math.cos(lean), math.sin(lean)
                local[:, [0, 2]] = np.column_stack([local[:, 0] * c - local[:, 2] * s, local[:, 0] * s + local[:, 2] * c])
            back = -p["depth"] / 2 + STILE + 0.012 + long / 2 + rng.uniform(0, 0.02)
            back = min(back, p["depth"] / 2 - 0.016 - long / 2)
            local = local + (x, back, z)
            places.append(local + (rng.uniform(0, 9), 0, 0))
            if mirrored:
                local[:, 0] = right - left - local[:, 0]
            verts.append(local + (left, 0, floor - 0.0004))
            tints.append(np.repeat([_tint(p, rng)], len(local), 0))
        if not verts:
            continue
        starts, way = np.arange(len(verts)) * len(shares), -1 if mirrored else 1
        every = (quads[:, ::way] + starts[:, None, None]).reshape(-1, 4).tolist()
        every += [row for cap in caps for row in (cap[::way] + starts[:, None]).tolist()]
        order = [s for s, q in zip(slots, is_quad) if q] * len(verts)
        order += [s for s, q in zip(slots, is_quad) if not q for _ in verts]
        mesh = (np.vstack(verts), every, np.vstack(places))
        group = _object("Books", [(mesh, material_binding(p))])
        for material in (material_paper(p), material_gilt(p)):
            group.data.materials.append(material)
        group.data.polygons.foreach_set("material_index", order)
        group.data.attributes.new("tint", 'FLOAT_COLOR', 'POINT').data.foreach_set(
            "color", np.vstack(tints).astype(np.float32).ravel())
        groups.append(group)
    return groups


def build_ornaments(p):
    """Ceramics on top: a vase, a bowl, a bottle and a lidded jar."""
    shapes = [[(0, .30), (.02, .34), (.05, .33), (.25, .60), (.45, .72), (.62, .62), (.78, .36), (.86, .28), (.95, .34), (1, .38),
               (.99, .34), (.9, .24)],
              [(0, .42), (.03, .46), (.08, .44), (.10, .40), (.3, .78), (.6, 1.0), (.95, 1.12), (1, 1.14), (.97, 1.08), (.6, .94), (.3, .70)],
              [(0, .34), (.02, .38), (.2, .52), (.36, .55), (.5, .44), (.62, .22), (.7, .16), (.9, .15), (.96, .2), (1, .2), (.98, .15)],
              [(0, .36), (.02, .40), (.06, .40), (.2, .58), (.4, .68), (.6, .60), (.7, .48), (.72, .54), (.745, .54), (.80, .46),
               (.88, .24), (.91, .12), (.95, .15), (.985, .12), (1, .02)]]
    heights, ornaments = (0.24, 0.11, 0.27, 0.22), []
    small = min(1.0, (p["depth"] - 0.04) / 0.24)
    for number in range(p["ornaments"]):
        x = ((number + 0.5) / p["ornaments"] - 0.5) * 0.82 * p["width"]
        tall = heights[number] * small * min(1.0, p["width"] / (0.26 * p["ornaments"]))
        angle = np.arange(40) * math.pi / 20
        t, r = np.array(shapes[number]).T
        place = _spline(np.column_stack([t, r]), 5)
        rings = np.stack([x + place[:, 1:] * 0.5 * tall * np.cos(angle), 0.01 + place[:, 1:] * 0.5 * tall * np.sin(angle),
                          np.repeat(p["height"] - 0.001 + place[:, :1] * tall, 40, 1)], 2)
        ornaments.append(_object("Ornament", [(_loft(rings, rings), material_ornaments(p))]))
    return ornaments


def build_lights(p):
    """Lights: a glowing strip in a channel under every shelf and under the top."""
    if not p["lights"]:
        return []
    half, strips = p["width"] / 2 - p["thickness"] - 0.004, []
    y = -p["depth"] / 2 + STILE + 0.016
    for z in [*(_levels(p) - p["thickness"] / 2), _inside(p)[1]]:
        strips.append(_object("Light", [(_board((-half, y - 0.006, z - 0.005), (half, y + 0.006, z + 0.001), 0), material_lights(p))]))
    return strips


def build(p):
    """Build the bookshelf: every part, under one empty."""
    root = bpy.data.objects.new("Bookshelf", None)
    bpy.context.scene.collection.objects.link(root)
    for part in (build_case, build_back, build_shelves, build_dividers, build_drawers, build_doors, build_books, build_ornaments,
                 build_lights):
        for obj in part(p):
            obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
