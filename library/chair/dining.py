"""Dining chair: a saddled seat on turned legs with a bowed, open back.

Parts
    seat        saddled board with a rounded rim
    legs        one object a leg, each on a nylon glide, with a metal cap if wanted
    stretchers  rails between the legs, in a ring or as an H
    back        two leaning posts, a bowed crest rail and, if wanted, a solid panel
    slats       spindles, slats or ladder rungs in the back, one object each
    armrests    swept arms on turned supports, one object each
    cushion     upholstered pad with piping and buttons
Parameters
    Turn "legs" between 3 and 6 and "slats" between 0 and 11; "armrests" 0 to 2 (1 is the sitter's right).
    "material" is the finish of seat, back and arms, "leg_material" that of legs and stretchers; each of
    them takes its tone from "seat_color", "back_color" and "leg_color", whatever the material is.
    "wear" rubs the finish off the edges.
"""
import math
import random

import bpy
import numpy as np

PARAMS = {
    "seat_height": 0.46,         # m, 0.30..0.80: height of the seat above the floor
    "seat_width": 0.45,          # m, 0.34..0.70: width of the seat
    "seat_depth": 0.43,          # m, 0.32..0.60: depth of the seat
    "seat_thickness": 0.036,     # m, 0.020..0.080: thickness of the seat board
    "seat_roundness": 0.45,      # share, 0..1: plan of the seat, 0 square to 1 round
    "legs": 4,                   # count, 3..6: number of legs
    "leg_style": "turned",       # one of turned tapered square cabriole: shape of the legs
    "leg_thickness": 0.044,      # m, 0.026..0.080: thickness of a leg
    "leg_splay": 8.0,            # deg, 0..18: how far the legs lean outwards
    "leg_caps": False,           # switch: brass caps on the feet
    "stretchers": "h",           # one of none box h: rails between the legs
    "back": True,                # switch: a back to lean on
    "back_height": 0.45,         # m, 0.25..0.80: height of the back above the seat
    "back_rake": 11.0,           # deg, 0..25: how far the back leans backwards
    "crest_arch": 0.4,           # share, 0..1: how much the top rail arches
    "slats": 6,                  # count, 0..11: bars in the back
    "slat_style": "spindles",    # one of spindles slats ladder: what the bars in the back are
    "back_panel": False,         # switch: a solid board in the back
    "armrests": 0,               # count, 0..2: number of armrests
    "arm_height": 0.21,          # m, 0.15..0.30: height of the armrests above the seat
    "cushion": False,            # switch: a cushion on the seat
    "cushion_thickness": 0.05,   # m, 0.025..0.100: thickness of the cushion
    "cushion_buttons": True,     # switch: buttons that quilt the cushion
    "material": "paint",         # one of paint wood metal plastic: finish of seat, back and armrests
    "leg_material": "wood",      # one of paint wood metal plastic: finish of legs and stretchers
    "seat_color": "#7fa8a4",     # color: the seat
    "back_color": "#7fa8a4",     # color: back, slats and armrests
    "leg_color": "#d0a876",      # color: legs and stretchers
    "cushion_color": "#c8553d",  # color: the cushion
    "wear": 0.35,                # share, 0..1: worn edges and patina
}

EXEMPLAR = {
    "title": "Dining chair",
    "names": ["chair", "dining chair", "kitchen chair", "side chair", "wooden chair", "windsor chair", "spindle chair",
              "seat"],
    "variants": {"armchair": {"armrests": 2, "cushion": True}, "carver": {"armrests": 2}},
    "kin": ["stool", "bar stool", "bench", "sofa", "couch", "office chair", "rocking chair", "throne", "deck chair"],
    "tags": ["furniture", "wood", "indoor", "kitchen"],
    "parts": {
        "seat": {"describe": "saddled seat board", "touches": ["legs", "back"],
                 "bounds": [[-0.229, -0.215, 0.424], [0.229, 0.215, 0.46]]},
        "legs": {"describe": "legs on glides", "count": "legs", "touches": ["seat"],
                 "bounds": [[-0.196, -0.181, 0.0], [0.196, 0.182, 0.442]]},
        "stretchers": {"describe": "rails between the legs", "count": None, "when": "stretchers", "touches": ["legs"],
                       "bounds": [[-0.175, -0.151, 0.176], [0.175, 0.151, 0.211]]},
        "back": {"describe": "posts and bowed crest rail", "when": "back", "touches": ["seat"],
                 "bounds": [[-0.229, 0.137, 0.437], [0.229, 0.306, 0.951]]},
        "slats": {"describe": "bars in the back", "count": "slats", "when": "back", "touches": ["back"],
                  "bounds": [[-0.145, 0.167, 0.438], [0.145, 0.298, 0.905]]},
        "armrests": {"describe": "swept arms on turned supports", "count": "armrests", "touches": ["seat", "back"]},
        "cushion": {"describe": "upholstered pad with piping", "when": "cushion", "touches": ["seat"]},
    },
    "things": {
        "": {
            "height": ["seat_height", "back_height"], "width": ["seat_width"], "depth": ["seat_depth"],
            "thickness": ["leg_thickness", "seat_thickness"],
            "size": ["seat_height", "seat_width", "seat_depth", "back_height", "leg_thickness", "seat_thickness"],
            "color": ["seat_color", "back_color", "leg_color"],
            "materials": {
                "wood": {"material": "wood", "leg_material": "wood"},
                "metal": {"material": "metal", "leg_material": "metal"},
                "steel": {"material": "metal", "leg_material": "metal", "seat_color": "#b8bcc0", "back_color": "#b8bcc0",
                          "leg_color": "#b8bcc0"},
                "plastic": {"material": "plastic", "leg_material": "plastic"},
                "paint": {"material": "paint", "leg_material": "paint"},
                "oak": {"material": "wood", "leg_material": "wood", "seat_color": "#b98a52", "back_color": "#b98a52",
                        "leg_color": "#b98a52"},
                "walnut": {"material": "wood", "leg_material": "wood", "seat_color": "#5b3a24", "back_color": "#5b3a24",
                           "leg_color": "#5b3a24"},
                "mahogany": {"material": "wood", "leg_material": "wood", "seat_color": "#6a2c1c", "back_color": "#6a2c1c",
                             "leg_color": "#6a2c1c"},
                "pine": {"material": "wood", "leg_material": "wood", "seat_color": "#dcb880", "back_color": "#dcb880",
                         "leg_color": "#dcb880"},
            },
            "qualities": [
                {"words": ["worn", "weathered", "old", "aged", "distressed", "shabby", "antique"], "set": {"wear": 0.8}},
                {"words": ["new", "clean", "pristine", "fresh"], "set": {"wear": 0.0}},
                {"words": ["round", "rounder", "rounded", "curvy", "soft"], "set": {"seat_roundness": 1.0, "crest_arch": 0.9}},
                {"words": ["square", "angular", "boxy", "straight"],
                 "set": {"seat_roundness": 0.0, "crest_arch": 0.0, "leg_style": "square"}},
                {"words": ["ornate", "elegant", "fancy", "decorated"],
                 "set": {"leg_style": "cabriole", "crest_arch": 1.0, "leg_caps": True, "slats": 7, "slat_style": "slats"}},
                {"words": ["simple", "plain", "minimal"],
                 "set": {"leg_style": "tapered", "stretchers": "none", "slat_style": "slats", "slats": 3, "crest_arch": 0.0}},
                {"words": ["comfortable", "cosy", "cozy", "upholstered", "padded"],
                 "set": {"cushion": True, "cushion_thickness": 0.07, "armrests": 2}},
                {"words": ["sturdy", "heavy", "chunky", "robust"],
                 "set": {"leg_thickness": 0.062, "seat_thickness": 0.055, "stretchers": "box"}},
                {"words": ["delicate", "slender", "light", "slim"],
                 "set": {"leg_thickness": 0.030, "seat_thickness": 0.024}},
            ],
        },
        "seat": {"words": ["seat board", "sitting surface"], "color": ["seat_color"], "height": ["seat_height"],
                 "width": ["seat_width"], "depth": ["seat_depth"], "thickness": ["seat_thickness"],
                 "size": ["seat_width", "seat_depth"],
                 "qualities": [{"words": ["round", "rounder", "circular"], "set": {"seat_roundness": 1.0}},
                               {"words": ["square", "angular"], "set": {"seat_roundness": 0.0}}]},
        "legs": {"words": ["leg", "foot", "feet"], "count": "legs", "color": ["leg_color"], "height": ["seat_height"],
                 "length": ["seat_height"], "thickness": ["leg_thickness"],
                 "materials": {"wood": {"leg_material": "wood"}, "metal": {"leg_material": "metal"},
                               "steel": {"leg_material": "metal", "leg_color": "#b8bcc0"},
                               "plastic": {"leg_material": "plastic"}, "paint": {"leg_material": "paint"}},
                 "qualities": [{"words": ["turned"], "set": {"leg_style": "turned"}},
                               {"words": ["tapered", "simple", "plain"], "set": {"leg_style": "tapered"}},
                               {"words": ["square", "boxy"], "set": {"leg_style": "square"}},
                               {"words": ["curved", "ornate", "cabriole", "bent"], "set": {"leg_style": "cabriole"}},
                               {"words": ["splayed", "slanted", "tilted", "leaning"], "set": {"leg_splay": 16.0}},
                               {"words": ["straight", "upright", "vertical"], "set": {"leg_splay": 0.0}}]},
        "caps": {"words": ["cap", "ferrule", "brass feet", "foot cap"], "switch": "leg_caps", "parts": ["legs"]},
        "stretchers": {"words": ["stretcher", "rung", "crossbar", "cross bar", "leg rail", "footrest"],
                       "add": {"stretchers": "box"}, "remove": {"stretchers": "none"}, "color": ["leg_color"]},
        "back": {"words": ["backrest", "back rest"], "switch": "back", "color": ["back_color"], "height": ["back_height"],
                 "size": ["back_height"],
                 "qualities": [{"words": ["solid", "closed"], "set": {"back_panel": True, "slats": 0}},
                               {"words": ["open"], "set": {"back_panel": False, "slats": 6}},
                               {"words": ["tilted", "reclined", "leaning", "slanted"], "set": {"back_rake": 22.0}},
                               {"words": ["straight", "upright", "vertical"], "set": {"back_rake": 0.0}},
                               {"words": ["arched", "round", "rounder", "curved"], "set": {"crest_arch": 1.0}},
                               {"words": ["ladder"], "set": {"slat_style": "ladder", "slats": 4}}]},
        "panel": {"words": ["back panel", "board", "solid back"], "add": {"back": True, "back_panel": True, "slats": 0},
                  "remove": {"back_panel": False, "slats": 6}, "parts": ["back", "slats"]},
        "crest": {"words": ["crest rail", "top rail", "head rail"], "parts": ["back"], "color": ["back_color"],
                  "qualities": [{"words": ["arched", "curved", "round"], "set": {"crest_arch": 1.0}},
                                {"words": ["straight", "flat"], "set": {"crest_arch": 0.0}}]},
        "slats": {"words": ["slat", "bar", "back bar"], "count": "slats", "color": ["back_color"],
                  "add": {"back": True, "slats": 6, "slat_style": "slats"}, "remove": {"slats": 0}},
        "spindles": {"words": ["spindle", "spoke", "rod"], "count": "slats", "color": ["back_color"], "parts": ["slats"],
                     "add": {"back": True, "slats": 7, "slat_style": "spindles"}, "remove": {"slats": 0}},
        "rungs": {"words": ["ladder", "ladder back", "horizontal slat"], "count": "slats", "parts": ["slats"],
                  "add": {"back": True, "slats": 4, "slat_style": "ladder"}, "remove": {"slats": 0}},
        "armrests": {"words": ["armrest", "arm rest", "arm"], "count": "armrests", "add": {"armrests": 2},
                     "height": ["arm_height"], "color": ["back_color"]},
        "cushion": {"words": ["pad", "pillow", "upholstery", "seat cushion"], "switch": "cushion",
                    "color": ["cushion_color"], "thickness": ["cushion_thickness"], "height": ["cushion_thickness"],
                    "qualities": [{"words": ["thick", "fluffy", "soft"], "set": {"cushion_thickness": 0.085}},
                                  {"words": ["quilted", "tufted"], "set": {"cushion_buttons": True}},
                                  {"words": ["smooth", "plain"], "set": {"cushion_buttons": False}}]},
        "buttons": {"words": ["button", "tufting"], "parts": ["cushion"], "add": {"cushion": True, "cushion_buttons": True},
                    "remove": {"cushion_buttons": False}},
    },
    "styles": {
        "rustic": {"material": "wood", "leg_material": "wood", "seat_color": "#8a5f36", "back_color": "#8a5f36",
                   "leg_color": "#7a5230", "wear": 0.85, "leg_thickness": 0.056, "slat_style": "ladder", "slats": 4,
                   "seat_thickness": 0.05, "stretchers": "box"},
        "modern": {"leg_style": "tapered", "leg_material": "metal", "leg_color": "#2b2d30", "stretchers": "none",
                   "material": "plastic", "seat_color": "#f0efe9", "back_color": "#f0efe9", "back_panel": True, "slats": 0,
                   "wear": 0.0, "leg_thickness": 0.030},
        "scandinavian": {"material": "wood", "leg_material": "wood", "seat_color": "#dcbd8e", "back_color": "#dcbd8e",
                         "leg_color": "#dcbd8e", "leg_style": "tapered", "stretchers": "none", "wear": 0.0},
        "industrial": {"material": "metal", "leg_material": "metal", "seat_color": "#565a5e", "back_color": "#565a5e",
                       "leg_color": "#3c3f42", "leg_style": "square", "slat_style": "slats", "slats": 3, "wear": 0.7},
        "baroque": {"leg_style": "cabriole", "crest_arch": 1.0, "leg_caps": True, "material": "wood", "leg_material": "wood",
                    "seat_color": "#4a2416", "back_color": "#4a2416", "leg_color": "#4a2416", "cushion": True,
                    "cushion_color": "#7a1626", "armrests": 2, "back_height": 0.6},
        "farmhouse": {"material": "paint", "leg_material": "paint", "seat_color": "#efe9dc", "back_color": "#efe9dc",
                      "leg_color": "#efe9dc", "wear": 0.6, "slat_style": "slats", "slats": 5},
        "cartoon": {"leg_thickness": 0.075, "seat_thickness": 0.075, "seat_roundness": 0.9, "crest_arch": 1.0, "wear": 0.0,
                    "material": "plastic", "leg_material": "plastic", "seat_color": "#e8433a", "back_color": "#f6b52e",
                    "leg_color": "#3a7bd5", "leg_style": "tapered", "slats": 4},
    },
}

GLIDE = 0.006          # m, height of the nylon glide under a leg
POST_REACH = 0.80      # where the back posts stand, as a share of half the seat width


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
             "sheen": ["Sheen Weight", "Sheen"], "coat": ["Coat Weight", "Clearcoat"]}
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


def _fabric(tree, color, wear):
    """Woven cloth: threads crossing in two directions, slubs, fading."""
    grain = _grain(tree)
    threads = [_node(tree, "TexWave", {"Vector": grain, "Scale": 75.0, "Distortion": 1.2, "Detail": 1.0},
                     bands_direction=axis).outputs[1] for axis in "XY"]
    slub = _noise(tree, grain, 160.0, 3.0)
    weave = _math(tree, "MAXIMUM", *threads)
    tone = _math(tree, "ADD", _math(tree, "MULTIPLY", weave, 0.5), _math(tree, "MULTIPLY", slub, 0.6))
    body = _ramp(tree, tone, [(0.2, _rgb(color, 0.55)), (0.55, _rgb(color, 0.95)), (0.9, _rgb(color, 1.3))])
    faded = _span(tree, _noise(tree, grain, 6.0, 4.0), 0.4, 0.7, 0.0, 0.1 + 0.4 * wear)
    body = _mix(tree, faded, body, _mix(tree, 0.5, _rgb(color), (0.6, 0.57, 0.52, 1.0)))
    _surface(tree, body, 0.9, tone, 0.55, sheen=0.3)


SHADERS = {"wood": _wood, "paint": _paint, "metal": _metal, "plastic": _plastic, "fabric": _fabric}


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


def material_seat(p):
    """Finish of the seat."""
    return _material("Seat finish", p["material"], p["seat_color"], p["wear"])


def material_back(p):
    """Finish of back, slats and armrests."""
    return _material("Back finish", p["material"], p["back_color"], p["wear"])


def material_legs(p):
    """Finish of legs and stretchers."""
    return _material("Leg finish", p["leg_material"], p["leg_color"], p["wear"])


def material_cushion(p):
    """Woven cloth of the cushion."""
    return _material("Cushion cloth", "fabric", p["cushion_color"], p["wear"])


def material_glides(_p):
    """Black nylon of the glides under the legs."""
    return _material("Nylon glides", "plastic", "#1c1c1e", 0.0)


def material_caps(_p):
    """Brass of the caps on the feet."""
    return _material("Brass caps", "metal", "#c8922e", 0.0)


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


# ---------------------------------------------------------------- where things are

def _seat_power(p):
    """Exponent of the superellipse that the seat's plan is."""
    return 2.0 + 5.0 * (1.0 - p["seat_roundness"]) ** 2


def _seat_edge(p, angle, share=1.0):
    """Points of the seat's plan at angles, drawn in to a share; a little narrower at the back."""
    power = _seat_power(p)
    c, s = np.cos(angle), np.sin(angle)
    radius = share / (np.abs(c) ** power + np.abs(s) ** power) ** (1 / power)
    y = radius * s
    return np.stack([radius * c * p["seat_width"] / 2 * (1 - 0.07 * y), y * p["seat_depth"] / 2], -1)


def _leg_line(p, number):
    """Middle line of a leg as points from floor to seat, and the direction it faces outwards."""
    corners = {3: [(-1, -1), (1, -1), (0, 1)], 4: [(-1, -1), (1, -1), (1, 1), (-1, 1)],
               5: [(-1, -1), (1, -1), (1, 0.45), (0, 1), (-1, 0.45)],
               6: [(-1, -1), (1, -1), (1, 0), (1, 1), (-1, 1), (-1, 0)]}[p["legs"]]
    cx, cy = corners[number]
    x, y = _seat_edge(p, math.atan2(cy, cx), 0.80)
    inset = 0.5 * p["leg_thickness"] / math.hypot(x, y)
    x, y = x * (1 - inset), y * (1 - inset)
    out = np.array([x, y, 0.0]) / math.hypot(x, y)
    top = p["seat_height"] - 0.5 * p["seat_thickness"]
    share = np.linspace(0, 1, 33)[:, None]
    line = np.array([x, y, 0]) + share * [0, 0, top - GLIDE] + [0, 0, GLIDE]
    line = line + out * (1 - share) * math.tan(math.radians(p["leg_splay"])) * top
    if p["leg_style"] == "cabriole":
        bend = _profile([(0, 0.55), (0.07, 0.35), (0.22, -0.42), (0.5, 0.0), (0.78, 0.62), (0.92, 0.3), (1, 0)], 8)
        line = line + out * np.interp(share, bend[:, 0], bend[:, 1]) * p["leg_thickness"]
    return line, out


def _on_leg(p, number, height):
    """Point of a leg's middle line at a height."""
    line = _leg_line(p, number)[0]
    return np.array([np.interp(height, line[:, 2], line[:, axis]) for axis in range(3)])


def _back_point(p, across, up):
    """Point in the bowed back: across -1..1 between the posts, up 0..1 from the seat to the crest rail."""
    x = across * POST_REACH
    power = _seat_power(p)
    foot_y = 0.84 * p["seat_depth"] / 2 * (1 - np.abs(x) ** power) ** (1 / power)
    foot_x = x * p["seat_width"] / 2 * 0.94
    lean = math.tan(math.radians(p["back_rake"])) * p["back_height"]
    corner_y = 0.84 * p["seat_depth"] / 2 * (1 - POST_REACH ** power) ** (1 / power)
    head_x = x * p["seat_width"] / 2 * 1.08
    head_y = corner_y + lean + 0.12 * p["seat_width"] * (1 - across ** 2)
    arch = 0.16 * p["crest_arch"] * p["back_height"] * (1 - across ** 2)
    z = p["seat_height"] - 0.6 * p["seat_thickness"]
    rise = p["seat_height"] + p["back_height"] - 0.035 + arch - z
    y = foot_y + (head_y - foot_y) * up ** 1.45
    return np.stack(np.broadcast_arrays(foot_x + (head_x - foot_x) * up, y, z + rise * up), -1)


# ---------------------------------------------------------------- parts

def build_seat(p):
    """Saddled board: hollowed for the thighs, a ridge at the front middle, a groove
    before the back, a rounded rim, an undercut below."""
    angle = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    thick, hollow = p["seat_thickness"], 0.18 * p["seat_thickness"]
    rim = min(0.32 * thick, 0.038 * p["seat_depth"])
    arc = np.radians(np.linspace(90, 0, 5))
    rings = []
    for share in (0.02, 0.15, 0.3, 0.45, 0.58, 0.68, 0.755, 0.765, 0.775, 0.785, 0.795, 0.87):
        xy = _seat_edge(p, angle, share)
        across, back = xy[:, 0] / p["seat_width"] * 2, xy[:, 1] / p["seat_depth"] * 2
        reach = np.hypot(across, back * 0.9 - 0.08)
        dish = np.clip(1 - reach ** 2 / 0.68, 0, 1) ** 0.7 * hollow
        ridge = 0.7 * np.exp(-(across / 0.16) ** 2) * np.clip(-back - 0.05, 0, 1) * hollow
        groove = {0.765: 0.0012, 0.775: 0.0022, 0.785: 0.0012}.get(share, 0.0) * np.clip(1.2 + 2 * back, 0, 1)
        rings.append(np.column_stack([xy, p["seat_height"] - dish + np.minimum(ridge, dish) - groove]))
    steps = [(rim * 1.6, 0.0)] + [(rim * (1 - math.cos(a)), rim * (1 - math.sin(a))) for a in arc]
    steps += [(0.001, 0.55 * thick), (0.12 * thick, 0.68 * thick), (0.75 * thick, 0.96 * thick), (0.95 * thick, thick),
              (0.8 * p["seat_depth"] / 2, thick)]
    for inset, drop in steps:
        xy = _seat_edge(p, angle)
        xy = xy * (1 - inset / np.linalg.norm(xy, axis=1))[:, None]
        rings.append(np.column_stack([xy, np.full(len(xy), p["seat_height"] - drop)]))
    rings = rings[::-1]
    rings = np.array(rings)
    return [_object("Seat", [(_loft(rings, rings[:, :, [1, 2, 0]]), material_seat(p))])]


def _leg_radius(style):
    """Radius of a leg over its height, as (share of the height, share of the full radius)."""
    if style == "turned":
        return _profile([(0, 0.56), (0.03, 0.60), (0.09, 0.50), (0.13, 0.52), (0.22, 0.72), (0.34, 0.93), (0.42, 0.98),
                        (0.52, 0.86), (0.58, 0.66), (0.60, 0.64), (0.612, 0.80), (0.63, 0.92), (0.648, 0.80),
                        (0.66, 0.62), (0.675, 0.60), (0.70, 0.70), (0.80, 0.97), (0.88, 1.0), (1.0, 0.82)], 4)
    if style == "cabriole":
        return _profile([(0, 0.72), (0.025, 0.86), (0.06, 0.80), (0.10, 0.56), (0.2, 0.50), (0.4, 0.60), (0.6, 0.82),
                        (0.76, 1.12), (0.88, 1.15), (1, 0.9)], 5)
    return _profile([(0, 0.56), (0.02, 0.60), (0.5, 0.86), (0.85, 1.0), (1, 0.95)], 6)


def build_legs(p):
    """Legs: turned, tapered, square or cabriole, mortised into the seat, standing on glides."""
    material, legs = material_legs(p), []
    for number in range(p["legs"]):
        line, out = _leg_line(p, number)
        profile = _leg_radius(p["leg_style"])
        share = np.linspace(0, 1, len(line))
        path = np.stack([np.interp(profile[:, 0], share, line[:, axis]) for axis in range(3)], 1)
        radii = profile[:, 1] * p["leg_thickness"] / 2
        if p["leg_style"] == "square":
            sections = [_rect(r, r, 0.006 + 0.1 * r) for r in radii]
        else:
            sections = [_ellipse(r, r) for r in radii]
        foot = line[0] * (1, 1, 0)
        glide = _turned(foot, foot + [0, 0, GLIDE + 0.002],
                        [(0, radii[0] * 0.72), (0.2, radii[0] * 0.84), (0.8, radii[0] * 0.84), (1, radii[0] * 0.7)], per=2)
        pieces = [(_sweep(path, sections), material), (glide, material_glides(p))]
        if p["leg_caps"]:
            low = np.linspace(0, 0.14, 9)
            at = np.stack([np.interp(low, share, line[:, axis]) for axis in range(3)], 1)
            around = np.interp(low, profile[:, 0], radii) + [0.0002, .002, .002, .002, .002, .002, .0034, .0034, 0.0002]
            cap = [_rect(r, r, 0.006 + 0.1 * r) if p["leg_style"] == "square" else _ellipse(r, r) for r in around]
            pieces.append((_sweep(at, cap), material_caps(p)))
        legs.append(_object("Leg", pieces))
    return legs


def build_stretchers(p):
    """Rails between the legs: a ring of them, or two side rails and a cross rail (H, four legs only)."""
    if p["stretchers"] == "none":
        return []
    low, high = 0.34 * p["seat_height"], 0.42 * p["seat_height"]
    if p["stretchers"] == "h" and p["legs"] == 4:
        sides = [(_on_leg(p, a, high), _on_leg(p, b, high)) for a, b in ((0, 3), (1, 2))]
        pairs = sides + [((sides[0][0] + sides[0][1]) / 2, (sides[1][0] + sides[1][1]) / 2)]
    else:
        heights = [(low, high)[i % 2] for i in range(p["legs"])]
        pairs = [(_on_leg(p, i, z), _on_leg(p, (i + 1) % p["legs"], z)) for i, z in enumerate(heights)]
    thin = 0.20 * p["leg_thickness"]
    profile = [(0, thin), (0.12, thin * 1.05), (0.4, thin * 1.55), (0.455, thin * 1.6), (0.47, thin * 1.9),
               (0.5, thin * 2.0), (0.53, thin * 1.9), (0.545, thin * 1.6), (0.6, thin * 1.55), (0.88, thin * 1.05), (1, thin)]
    rails = [_turned(a, b, profile, (0, 0, 1), 16) for a, b in pairs]
    return [_object("Stretcher", [(rail, material_legs(p))]) for rail in rails]


def build_back(p):
    """Back frame: two leaning posts tenoned into seat and crest rail, with a solid panel if wanted."""
    if not p["back"]:
        return []
    material, up = material_back(p), np.linspace(0, 1, 19)
    pieces = []
    for side in (-1, 1):
        radii = _profile([(0, 0.0145), (0.1, 0.0150), (0.3, 0.0185), (0.65, 0.0165), (1, 0.0115)], 6)
        around = np.interp(up, radii[:, 0], radii[:, 1])
        pieces.append((_sweep(_back_point(p, side, up), [_ellipse(r, r) for r in around], (0, 1, 0)), material))
    across = np.linspace(-1.16, 1.16, 33)
    line = _back_point(p, np.clip(across, -1, 1), 1.0)
    line[:, 0] = np.interp(np.abs(across), [0, 1, 1.16], [0, 1, 1.16]) * np.sign(across) * abs(line[0, 0])
    line[:, 1] -= 0.24 * p["seat_width"] * np.clip(np.abs(across) - 1, 0, 1)
    line[:, 2] += 0.012 * np.cos(across * math.pi / 1.16)
    tall = 0.030 + 0.012 * p["crest_arch"] * (1 - across ** 2 / 1.35) - 0.010 * np.clip(np.abs(across) - 0.8, 0, 1) / 0.36
    pieces.append((_sweep(line, [_rect(0.0125, h, 0.008) for h in tall], (0, 0, 1), 0.008), material))
    for place in (2, 30):                    # a peg through each joint of post and rail
        x, y, z = line[place + (2 if place < 16 else -2)]
        peg = _turned((x, y, z), (x, y - 0.0155, z), [(0, 0.005), (0.8, 0.005), (0.93, 0.004), (1, 0.001)], (0, 0, 1), 14, 3)
        pieces.append((peg, material))
    if p["back_panel"]:
        rows = np.linspace(0.16, 0.985, 15)
        across = np.linspace(-0.99, 0.99, 25)
        front = np.array([_back_point(p, across, v) for v in rows]) + [0, 0.002, 0]
        behind = front + [0, 0.011, 0]
        front[0, :, 1] += 0.003
        behind[0, :, 1] -= 0.003
        rings = np.concatenate([front, behind[:, ::-1]], 1)
        pieces.append((_loft(rings, rings), material))
    return [_object("Back", pieces)]


def build_slats(p):
    """Bars in the back: turned spindles, shaped upright slats, or ladder rungs between the posts."""
    if not p["back"]:
        return []
    bars, count = [], p["slats"]
    for number in range(count):
        if p["slat_style"] == "ladder":
            along = np.linspace(-1, 1, 21)
            line = _back_point(p, along, (number + 1) / (count + 1) * 0.98 + 0.04)
            tall = min(0.024, 0.30 * p["back_height"] / (count + 1)) * (0.72 + 0.28 * (1 - along ** 2))
            bar = _sweep(line, [_rect(0.006, h, 0.004) for h in tall], (0, 0, 1))
        else:
            up = np.linspace(0, 1, 17)
            line = _back_point(p, (2 * number + 1 - count) / (count + 1), up)
            room = POST_REACH * p["seat_width"] / (count + 1)
            if p["slat_style"] == "slats":
                wide = min(0.026, 0.36 * room) * (0.62 + 0.38 * np.sin(math.pi * up) ** 1.2)
                bar = _sweep(line, [_rect(w, 0.0058, 0.004) for w in wide], (0, 1, 0))
            else:
                swell = min(0.0105, 0.33 * room) * (0.55 + 0.45 * np.sin(math.pi * up ** 0.75) ** 2)
                bar = _sweep(line, [_ellipse(r, r, 18) for r in swell], (0, 1, 0))
        bars.append(_object("Slat", [(bar, material_back(p))]))
    return bars


def build_armrests(p):
    """Arms: swept from the back post to a rounded hand over a turned support; a second support without a back."""
    material, arms = material_back(p), []
    for side in (1, -1)[:p["armrests"]]:
        rise = min(p["arm_height"], 0.75 * p["back_height"]) if p["back"] else p["arm_height"]
        top = p["seat_height"] + rise
        half, deep = p["seat_width"] / 2, p["seat_depth"] / 2
        foot = _seat_edge(p, math.atan2(-0.42, side), 0.87)
        prop = [(0, 0.009), (0.12, 0.010), (0.34, 0.0155), (0.48, 0.011), (0.52, 0.011), (0.545, 0.0145), (0.575, 0.0145),
                (0.6, 0.011), (0.8, 0.014), (1, 0.010)]
        seat_in = p["seat_height"] - 0.6 * p["seat_thickness"]
        head = np.array([side * (half + 0.018), -0.50 * deep, top])
        pieces = [(_turned((*foot, seat_in), head, prop, per=5), material)]
        if p["back"]:
            post = _back_point(p, side, np.linspace(0, 1, 40))
            rear = np.array([np.interp(top, post[:, 2], post[:, axis]) for axis in range(3)])
        else:
            base = _seat_edge(p, math.atan2(0.62, side), 0.85)
            rear = np.array([side * (half - 0.012), 0.62 * deep, top])
            pieces.append((_turned((*base, seat_in), rear, prop, per=5), material))
        start = rear + (0, 0.0 if p["back"] else 0.045, 0)
        line = _spline([start, rear * 0.6 + head * 0.4 + [side * 0.014, 0, 0.004], head + [0, 0, 0.002],
                        head + [-side * 0.002, -0.050, -0.006], head + [-side * 0.006, -0.085, -0.016]], 8)
        share = np.linspace(0, 1, len(line))
        wide = np.interp(share, [0, 0.25, 0.6, 0.84, 0.95, 1], [0.0115, 0.018, 0.026, 0.031, 0.027, 0.017])
        pieces.append((_sweep(line, [_rect(w, 0.0115, 0.0095) for w in wide], (0, 0, 1), 0.0108), material))
        arms.append(_object("Armrest", pieces))
    return arms


def build_cushion(p):
    """Pad: a plump top drawn in at the buttons, piping along both seams, a straight border between."""
    if not p["cushion"]:
        return []
    material, thick = material_cushion(p), p["cushion_thickness"]
    angle = np.linspace(0, 2 * math.pi, 96, endpoint=False)
    low = p["seat_height"] - 0.0035
    buttons = [(x * 0.34, y * 0.34) for x in (-1, 1) for y in (-1, 1)] + [(0, 0)] if p["cushion_buttons"] else []
    steps = [(0.03, 0.0), (0.5, 0.0), (0.93, 0.0), (0.985, 0.10), (1.0, 0.24), (1.0, 0.66)]
    steps += [(share, None) for share in (0.985, 0.95, 0.9, 0.83, 0.75, 0.66, 0.57, 0.48, 0.40, 0.32, 0.24, 0.16, 0.09, 0.03)]
    shift = np.array([0.0, -0.085 * p["seat_depth"] / 2])

    def crown(unit):
        """Height of the pad's top over points in the unit plan."""
        reach = np.linalg.norm(unit, axis=-1)
        z = 0.74 + 0.26 * np.clip(1 - reach ** 2.6, 0, 1) ** 0.6
        for button in buttons:
            away = np.linalg.norm(unit - button, axis=-1)
            z = z - 0.20 * np.exp(-(away / 0.10) ** 2) - 0.10 * np.exp(-(away / 0.24) ** 2)
        return z

    unit = np.stack([np.cos(angle), np.sin(angle)], 1)
    rings = []
    for share, rise in steps:
        z = crown(unit * share) if rise is None else np.full(len(angle), rise)
        rings.append(np.column_stack([_seat_edge(p, angle, 0.77 * share) + shift, low + z * thick]))
    rings = np.array(rings)
    pieces = [(_loft(rings, rings), material)]
    cord = np.vstack([angle[:, None], angle[:1] + 2 * math.pi])
    for rise in (0.14, 0.75):
        seam = np.column_stack([_seat_edge(p, cord[:, 0], 0.77) + shift, np.full(len(cord), low + rise * thick)])
        pieces.append((_sweep(seam, [_ellipse(0.0036, 0.0036, 8)] * len(seam), (0, 0, 1)), material))
    for button in buttons:
        at = np.array(button)
        x, y = _seat_edge(p, math.atan2(at[1], at[0]), 0.77 * np.hypot(*at)) + shift
        z = low + crown(at) * thick
        pieces.append((_turned((x, y, z - 0.006), (x, y, z + 0.0055),
                               [(0, 0.009), (0.5, 0.0112), (0.75, 0.0095), (0.95, 0.005), (1, 0.001)], count=14, per=2), material))
    return [_object("Cushion", pieces)]


def build(p):
    """Build the chair: every part, under one empty."""
    root = bpy.data.objects.new("Dining chair", None)
    bpy.context.scene.collection.objects.link(root)
    for part in (build_seat, build_legs, build_stretchers, build_back, build_slats, build_armrests, build_cushion):
        for obj in part(p):
            obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
