"""Dining table: a top of glued boards on turned legs with square blocks and a beaded apron.

Parts
    top         boards side by side with a moulded edge, or one slab of marble, glass, metal or plastic
    legs        3 to 6 legs, one object each; 2 make a trestle, 1 a turned pedestal with four feet
    apron       beaded boards under the top
    drawers     drawer fronts with brass knobs in the front of the apron, one object each
    stretchers  rails between the legs, in a ring or as an H
    shelf       a board low between the legs
    tablecloth  hanging cloth with folds and a hem, plain, checked or striped
Parameters
    "length" runs left to right, "width" front to back; "top_roundness" 1 makes the top an ellipse (a circle if both
    are equal). "top_material" is the top, "leg_material" all that carries it; their tones are "top_color" and
    "leg_color" whatever the material is. "planks" shows in wooden and painted tops.
"""
import math
import random

import bpy
import numpy as np

PARAMS = {
    "height": 0.75,              # m, 0.35..1.10: height of the table
    "length": 1.40,              # m, 0.50..2.60: length of the top, left to right
    "width": 0.82,               # m, 0.40..1.40: width of the top, front to back
    "top_roundness": 0.06,       # share, 0..1: plan of the top, 0 square corners to 1 an ellipse
    "top_thickness": 0.036,      # m, 0.020..0.090: thickness of the top
    "edge_style": "ogee",        # one of square rounded ogee: moulding of the top's edge
    "planks": 5,                 # count, 1..9: boards in the top
    "legs": 4,                   # count, 1..6: number of legs; 1 is a pedestal, 2 a trestle
    "leg_style": "turned",       # one of turned tapered square fluted: shape of the legs
    "leg_thickness": 0.078,      # m, 0.040..0.140: thickness of a leg
    "leg_splay": 0.0,            # deg, 0..14: how far the legs lean outwards
    "leg_caps": False,           # switch: brass caps on the feet
    "apron": True,               # switch: boards under the top
    "apron_height": 0.10,        # m, 0.060..0.160: height of apron and drawers
    "drawers": 0,                # count, 0..4: drawers in the front
    "stretchers": "none",        # one of none box h: rails between the legs
    "shelf": False,              # switch: a board low between the legs
    "tablecloth": False,         # switch: a cloth over the table
    "cloth_pattern": "check",    # one of plain check stripes: pattern of the cloth
    "cloth_color": "#c23b34",    # color: the cloth
    "top_material": "wood",      # one of wood paint metal plastic marble glass: what the top is made of
    "leg_material": "paint",     # one of wood paint metal plastic: finish of legs, apron, stretchers and shelf
    "top_color": "#b98552",      # color: the top
    "leg_color": "#e6e0d0",      # color: legs, apron, stretchers and shelf
    "drawer_color": "#e6e0d0",   # color: the drawer fronts
    "handle_color": "#b8862f",   # color: the metal of knobs and caps
    "wear": 0.35,                # share, 0..1: worn edges and patina
}

EXEMPLAR = {
    "title": "Dining table",
    "names": ["table", "dining table", "kitchen table", "farmhouse table", "tea table"],
    "variants": {"coffee table": {"height": 0.45, "length": 1.1, "width": 0.6}, "side table": {"height": 0.6, "length": 0.55, "width": 0.45},
                 "end table": {"height": 0.6, "length": 0.5, "width": 0.5}, "pedestal table": {"legs": 1, "top_roundness": 1.0, "length": 1.0, "width": 1.0},
                 "console table": {"height": 0.85, "length": 1.2, "width": 0.4}},
    "kin": ["desk", "workbench", "counter", "sideboard", "nightstand", "picnic table", "pool table", "bench"],
    "tags": ["furniture", "wood", "indoor", "kitchen"],
    "parts": {
        "top": {"describe": "board top with moulded edge", "touches": ["legs", "apron", "drawers"],
                "bounds": [[-0.7, -0.41, 0.714], [0.7, 0.41, 0.75]]},
        "legs": {"describe": "legs, trestle or pedestal", "count": "legs", "touches": ["top"],
                 "bounds": [[-0.643, -0.358, 0.0], [0.643, 0.358, 0.718]]},
        "apron": {"describe": "beaded boards under the top", "when": "apron", "touches": ["top"],
                  "bounds": [[-0.618, -0.333, 0.617], [0.618, 0.333, 0.717]]},
        "drawers": {"describe": "drawer fronts with knobs", "count": "drawers", "touches": ["top"]},
        "stretchers": {"describe": "rails between the legs", "count": None, "when": "stretchers", "touches": ["legs"]},
        "shelf": {"describe": "low board between the legs", "when": "shelf", "touches": ["legs"]},
        "tablecloth": {"describe": "hanging cloth with a hem", "when": "tablecloth", "touches": ["top"]},
    },
    "things": {
        "": {
            "height": ["height"], "width": ["length"], "length": ["length"], "depth": ["width"],
            "thickness": ["top_thickness", "leg_thickness"],
            "size": ["length", "width", "height", "top_thickness", "leg_thickness"],
            "color": ["top_color", "leg_color", "drawer_color"],
            "materials": {
                "wood": {"top_material": "wood", "leg_material": "wood", "leg_color": "#a87444", "drawer_color": "#a87444"},
                "metal": {"top_material": "metal", "leg_material": "metal", "top_color": "#8d9196", "leg_color": "#8d9196",
                          "drawer_color": "#8d9196"},
                "plastic": {"top_material": "plastic", "leg_material": "plastic", "top_color": "#f2f0ea"},
                "paint": {"top_material": "paint", "leg_material": "paint"},
                "glass": {"top_material": "glass", "leg_material": "metal", "top_color": "#cfe5dc", "leg_color": "#8d9196"},
                "marble": {"top_material": "marble", "top_color": "#ece9e4"},
                "stone": {"top_material": "marble", "top_color": "#b9b4ab"},
                "oak": {"top_material": "wood", "leg_material": "wood", "top_color": "#b98a52", "leg_color": "#b98a52",
                        "drawer_color": "#b98a52"},
                "walnut": {"top_material": "wood", "leg_material": "wood", "top_color": "#5b3a24", "leg_color": "#5b3a24",
                           "drawer_color": "#5b3a24"},
                "mahogany": {"top_material": "wood", "leg_material": "wood", "top_color": "#6a2c1c",
                             "leg_color": "#6a2c1c", "drawer_color": "#6a2c1c"},
            },
            "qualities": [
                {"words": ["worn", "weathered", "old", "aged", "distressed", "shabby", "antique"], "set": {"wear": 0.85}},
                {"words": ["new", "clean", "pristine", "polished"], "set": {"wear": 0.0}},
                {"words": ["round", "rounder", "circular"], "set": {"top_roundness": 1.0, "length": 1.1, "width": 1.1}},
                {"words": ["oval", "elliptical"], "set": {"top_roundness": 1.0, "length": 1.6, "width": 0.95}},
                {"words": ["square"], "set": {"length": 0.95, "width": 0.95, "top_roundness": 0.0}},
                {"words": ["rectangular", "angular"], "set": {"top_roundness": 0.0, "edge_style": "square"}},
                {"words": ["low", "coffee"], "set": {"height": 0.42, "length": 1.1, "width": 0.6}},
                {"words": ["ornate", "elegant", "fancy", "decorated"],
                 "set": {"leg_style": "fluted", "edge_style": "ogee", "leg_caps": True, "top_roundness": 0.35}},
                {"words": ["simple", "plain", "minimal"],
                 "set": {"leg_style": "tapered", "edge_style": "square", "apron": False, "stretchers": "none", "drawers": 0}},
                {"words": ["sturdy", "heavy", "chunky", "massive"],
                 "set": {"leg_thickness": 0.12, "top_thickness": 0.07, "stretchers": "box"}},
                {"words": ["delicate", "slender", "slim", "light"], "set": {"leg_thickness": 0.045, "top_thickness": 0.022}},
            ],
        },
        "top": {"words": ["tabletop", "table top", "surface", "slab"], "color": ["top_color"], "length": ["length"],
                "width": ["length"], "depth": ["width"], "thickness": ["top_thickness"], "size": ["length", "width"],
                "materials": {"wood": {"top_material": "wood"}, "metal": {"top_material": "metal", "top_color": "#8d9196"},
                              "plastic": {"top_material": "plastic"}, "paint": {"top_material": "paint"},
                              "glass": {"top_material": "glass", "top_color": "#cfe5dc"},
                              "marble": {"top_material": "marble", "top_color": "#ece9e4"}},
                "qualities": [{"words": ["round", "circular"], "set": {"top_roundness": 1.0, "length": 1.1, "width": 1.1}},
                              {"words": ["oval"], "set": {"top_roundness": 1.0}},
                              {"words": ["square", "rectangular"], "set": {"top_roundness": 0.0}}]},
        "planks": {"words": ["plank", "board"], "count": "planks", "parts": ["top"], "color": ["top_color"]},
        "edge": {"words": ["rim", "border", "moulding", "molding"], "parts": ["top"],
                 "qualities": [{"words": ["round", "rounded", "soft"], "set": {"edge_style": "rounded"}},
                               {"words": ["ornate", "moulded", "ogee"], "set": {"edge_style": "ogee"}},
                               {"words": ["square", "sharp", "straight"], "set": {"edge_style": "square"}}]},
        "corners": {"words": ["corner"], "parts": ["top"],
                    "qualities": [{"words": ["round", "rounded", "soft"], "set": {"top_roundness": 0.35}},
                                  {"words": ["square", "sharp"], "set": {"top_roundness": 0.0}}]},
        "legs": {"words": ["leg", "foot", "feet", "base"], "count": "legs", "color": ["leg_color"], "height": ["height"],
                 "length": ["height"], "thickness": ["leg_thickness"],
                 "materials": {"wood": {"leg_material": "wood", "leg_color": "#a87444"},
                               "metal": {"leg_material": "metal", "leg_color": "#5e6165"},
                               "plastic": {"leg_material": "plastic"}, "paint": {"leg_material": "paint"}},
                 "qualities": [{"words": ["turned"], "set": {"leg_style": "turned"}},
                               {"words": ["tapered", "simple", "plain"], "set": {"leg_style": "tapered"}},
                               {"words": ["square", "boxy", "straight"], "set": {"leg_style": "square"}},
                               {"words": ["fluted", "ornate", "carved"], "set": {"leg_style": "fluted"}},
                               {"words": ["splayed", "slanted", "tilted", "leaning"], "set": {"leg_splay": 12.0}}]},
        "pedestal": {"words": ["column", "central leg", "single leg"], "add": {"legs": 1}, "remove": {"legs": 4},
                     "parts": ["legs"], "color": ["leg_color"], "thickness": ["leg_thickness"]},
        "trestle": {"words": ["trestle legs"], "add": {"legs": 2, "stretchers": "h"}, "remove": {"legs": 4},
                    "parts": ["legs", "stretchers"]},
        "caps": {"words": ["cap", "ferrule", "foot cap", "brass feet"], "switch": "leg_caps", "color": ["handle_color"],
                 "parts": ["legs"]},
        "apron": {"words": ["skirt", "frieze", "frame"], "switch": "apron", "color": ["leg_color"], "height": ["apron_height"]},
        "drawers": {"words": ["drawer"], "count": "drawers", "add": {"drawers": 2}, "color": ["drawer_color"],
                    "height": ["apron_height"]},
        "knobs": {"words": ["knob", "handle", "pull"], "color": ["handle_color"], "parts": ["drawers"]},
        "stretchers": {"words": ["stretcher", "crossbar", "rung", "rail", "brace"], "add": {"stretchers": "box"},
                       "remove": {"stretchers": "none"}, "color": ["leg_color"]},
        "shelf": {"words": ["lower shelf", "rack"], "switch": "shelf", "color": ["leg_color"]},
        "tablecloth": {"words": ["cloth", "table cloth", "linen"], "switch": "tablecloth", "color": ["cloth_color"],
                       "qualities": [{"words": ["checked", "checkered", "gingham", "checker"],
                                      "set": {"tablecloth": True, "cloth_pattern": "check"}},
                                     {"words": ["striped", "stripy"], "set": {"tablecloth": True, "cloth_pattern": "stripes"}},
                                     {"words": ["plain", "simple"], "set": {"cloth_pattern": "plain"}}]},
    },
    "styles": {
        "rustic": {"top_material": "wood", "leg_material": "wood", "top_color": "#8a5f36", "leg_color": "#7a5230",
                   "drawer_color": "#7a5230", "wear": 0.9, "leg_style": "square", "leg_thickness": 0.11, "planks": 4,
                   "top_thickness": 0.06, "stretchers": "h", "edge_style": "rounded"},
        "modern": {"top_material": "glass", "top_color": "#cfe5dc", "leg_material": "metal", "leg_color": "#3a3d41",
                   "leg_style": "tapered", "apron": False, "edge_style": "square", "leg_splay": 6.0, "wear": 0.0,
                   "leg_thickness": 0.05, "top_thickness": 0.022},
        "scandinavian": {"leg_style": "tapered", "leg_splay": 9.0, "top_color": "#dcbd8e", "leg_material": "wood",
                         "leg_color": "#dcbd8e", "drawer_color": "#dcbd8e", "edge_style": "rounded", "top_roundness": 0.25,
                         "wear": 0.0, "leg_thickness": 0.06},
        "industrial": {"leg_style": "square", "leg_material": "metal", "leg_color": "#3b3d40", "drawer_color": "#3b3d40",
                       "top_color": "#74502f", "planks": 4, "top_thickness": 0.055, "edge_style": "square", "wear": 0.7,
                       "stretchers": "box", "leg_thickness": 0.055},
        "baroque": {"leg_style": "fluted", "top_material": "marble", "top_color": "#e6ddd2", "leg_material": "metal",
                    "leg_color": "#c79a3c", "drawer_color": "#c79a3c", "leg_caps": True, "edge_style": "ogee",
                    "top_roundness": 0.3},
        "farmhouse": {"leg_style": "turned", "leg_thickness": 0.10, "leg_material": "paint", "leg_color": "#efe9dc",
                      "drawer_color": "#efe9dc", "top_color": "#9c6a3b", "wear": 0.6, "planks": 5, "drawers": 1},
        "cartoon": {"leg_thickness": 0.13, "top_thickness": 0.085, "top_roundness": 0.5, "edge_style": "rounded",
                    "top_material": "plastic", "leg_material": "plastic", "top_color": "#f6b52e", "leg_color": "#3a7bd5",
                    "leg_style": "tapered", "wear": 0.0},
    },
}

BOARD = 0.022          # m, thickness of apron boards
GLIDE = 0.005          # m, height of the nylon glide under a leg


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
             "sheen": ["Sheen Weight", "Sheen"], "coat": ["Coat Weight", "Clearcoat"],
             "alpha": ["Alpha"]}
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


def _marble(tree, color, wear):
    """Polished marble: clouds, broad soft veins and thin dark ones, dulled by wear."""
    place = _grain(tree)
    warp = _node(tree, "TexNoise", {"Vector": place, "Scale": 3.0, "Detail": 5.0}).outputs[1]
    bent = _node(tree, "VectorMath", {0: warp, 1: (0.35, 0.35, 0.35), 2: place}, operation="MULTIPLY_ADD").outputs[0]
    cloud = _noise(tree, bent, 5.0, 5.0)
    veins = []
    for scale, width in ((2.6, 0.055), (7.0, 0.022)):
        away = _math(tree, "ABSOLUTE", _math(tree, "SUBTRACT", _noise(tree, bent, scale, 3.0), 0.5))
        veins.append(_span(tree, away, 0.0, width, 1.0, 0.0))
    body = _ramp(tree, cloud, [(0.3, _rgb(color, 0.80)), (0.55, _rgb(color)), (0.75, _rgb(color, 1.08))])
    body = _mix(tree, _math(tree, "MULTIPLY", veins[0], 0.40), body, _rgb(color, 0.38))
    body = _mix(tree, _math(tree, "MULTIPLY", veins[1], 0.65), body, _rgb(color, 0.20))
    roughness = _span(tree, cloud, 0.3, 0.7, 0.10 + 0.25 * wear, 0.20 + 0.35 * wear)
    _surface(tree, body, roughness, veins[1], 0.05, coat=0.3)


def _glass(tree, color, wear):
    """Tinted plate glass with faint smears: see-through from above, a mirror at a slant."""
    smear = _noise(tree, _grain(tree), 11.0, 4.0)
    slant = _node(tree, "LayerWeight", {"Blend": 0.5}).outputs[1]
    tint = _mix(tree, slant, _rgb(color), _rgb(color, 0.45))
    _surface(tree, tint, _span(tree, smear, 0.4, 0.75, 0.02, 0.06 + 0.2 * wear), alpha=_span(tree, slant, 0.1, 0.9, 0.22, 0.9))


def _cloth(tree, color, wear, pattern):
    """Linen: woven threads and slubs, with crossing or single bands of the colour on white."""
    place = _grain(tree)
    axes = _node(tree, "SeparateXYZ", {0: place})
    threads = [_node(tree, "TexWave", {"Vector": place, "Scale": 160.0, "Distortion": 1.5, "Detail": 1.0},
                     bands_direction=axis).outputs[1] for axis in "XY"]
    weave = _math(tree, "MAXIMUM", *threads)
    slub = _noise(tree, place, 220.0, 3.0)
    bands = [_math(tree, "LESS_THAN", _math(tree, "FRACT", _math(tree, "MULTIPLY", axes.outputs[i], 14.0)), 0.5)
             for i in range(2)]
    if pattern == "plain":
        body = _mix(tree, slub, _rgb(color, 0.85), _rgb(color, 1.12))
    else:
        ink = bands[1] if pattern == "stripes" else _math(tree, "MULTIPLY", _math(tree, "ADD", *bands), 0.5)
        body = _mix(tree, ink, (0.86, 0.84, 0.79, 1.0), _mix(tree, slub, _rgb(color, 0.8), _rgb(color, 1.15)))
    tone = _math(tree, "ADD", _math(tree, "MULTIPLY", weave, 0.5), _math(tree, "MULTIPLY", slub, 0.5))
    body = _mix(tree, 0.5, body, _span(tree, tone, 0.2, 0.9, 0.55, 1.25), "MULTIPLY")
    stained = _span(tree, _noise(tree, place, 4.0, 5.0), 0.52, 0.75, 0.0, 0.5 * wear)
    body = _mix(tree, stained, body, (0.35, 0.26, 0.15, 1.0))
    _surface(tree, body, 0.9, tone, 0.35, sheen=0.25)


SHADERS = {"wood": _wood, "paint": _paint, "metal": _metal, "plastic": _plastic, "marble": _marble, "glass": _glass,
           "cloth": _cloth}


def _material(name, shader, color, wear, *more):
    """Material of a shader kind and colour: the one made before if there is one."""
    stamp = f"{shader} {color} {wear:.4f} {more}"
    for made in bpy.data.materials:
        if made.get("recipe") == stamp and made.name.split(".")[0] == name:
            return made
    made = bpy.data.materials.new(name)
    made["recipe"] = stamp
    made.use_nodes = True
    made.diffuse_color = _rgb(color)
    made.node_tree.nodes.clear()
    SHADERS[shader](made.node_tree, color, wear, *more)
    return made


def material_top(p):
    """Stuff of the top."""
    return _material("Top finish", p["top_material"], p["top_color"], p["wear"])


def material_legs(p):
    """Finish of legs, apron, stretchers and shelf."""
    return _material("Leg finish", p["leg_material"], p["leg_color"], p["wear"])


def material_drawers(p):
    """Finish of the drawer fronts."""
    return _material("Drawer finish", p["leg_material"], p["drawer_color"], p["wear"])


def material_handles(p):
    """Metal of knobs and caps."""
    return _material("Handle metal", "metal", p["handle_color"], 0.4 * p["wear"])


def material_cloth(p):
    """Linen of the tablecloth."""
    return _material("Table linen", "cloth", p["cloth_color"], p["wear"], p["cloth_pattern"])


def material_glides(_p):
    """Black nylon of the glides under the legs."""
    return _material("Nylon glides", "plastic", "#1c1c1e", 0.0)


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

def _top_edge(p, inset, low=None, high=None, count=13):
    """Plan of the top (or of its strip between two y) drawn in by an inset, as points anticlockwise."""
    half_x, half_y = p["length"] / 2 - inset, p["width"] / 2 - inset
    round_x = max(0.003, max(0.014, p["top_roundness"] * p["length"] / 2) - inset)
    round_y = max(0.003, max(0.014, p["top_roundness"] * p["width"] / 2) - inset)
    low, high = max(-half_y, -half_y if low is None else low), min(half_y, half_y if high is None else high)
    turns = np.arcsin(np.clip((np.array([low, high]) / half_y), -1, 1))
    y = half_y * np.sin(np.linspace(*turns, count))          # closer together where the plan turns
    bend = np.clip((np.abs(y) - (half_y - round_y)) / round_y, 0, 1)
    x = np.maximum(0.002, half_x - round_x * (1 - np.sqrt(1 - bend ** 2)))
    return np.concatenate([np.stack([x, y], 1), np.stack([-x, y], 1)[::-1]])


def _girth(p):
    """Thickness of a leg, held back on a small table."""
    return min(p["leg_thickness"], 0.16 * min(p["length"], p["width"]))


def _under(p):
    """Height of the top's lower face."""
    return p["height"] - p["top_thickness"]


def _corners(p):
    """Where the frame under the top has its corners: the legs of a table with three or more, else a rectangle."""
    inset = 0.045 + _girth(p) / 2
    half_x, half_y = p["length"] / 2, p["width"] / 2
    draw = 1 - p["top_roundness"] * (1 - math.sqrt(0.5))       # corners of a rounded plan lie further in
    x, y = half_x * draw - inset, half_y * draw - inset
    side = half_y - inset
    front = [(-x, -y), (x, -y)]
    return {3: front + [(0, side)], 5: front + [(x, y), (0, side), (-x, y)],
            6: [(-x, -y), (0, -side), (x, -y), (x, y), (0, side), (-x, y)]}.get(p["legs"], front + [(x, y), (-x, y)])


def _leg_at(p, number, height):
    """Middle of a leg at a height; splayed legs lean away from the middle."""
    x, y = _corners(p)[number]
    lean = math.tan(math.radians(p["leg_splay"])) * (_under(p) - height) / max(0.01, math.hypot(x, y))
    return np.array([x * (1 + lean), y * (1 + lean), height])


def _fronts(p):
    """Spans of the frame's front, as (left, right, y) between the inner faces of its corners."""
    corners = _corners(p)
    gap = _girth(p) / 2
    last = 2 if p["legs"] == 6 else 1
    return [(corners[i][0] + gap, corners[i + 1][0] - gap, (corners[i][1] + corners[i + 1][1]) / 2) for i in range(last)]


# ---------------------------------------------------------------- parts

def build_top(p):
    """Top: boards with eased seams and one moulded edge all round; slabs of other stuff are one piece."""
    thick = p["top_thickness"]
    ease = 0.0035
    if p["edge_style"] == "ogee":            # (inset of the edge, drop) from the upper face down
        edge = [(0.42, 0), (0.40, 0.02), (0.385, 0.10), (0.36, 0.12), (0.24, 0.14), (0.12, 0.22), (0.03, 0.36), (0, 0.5),
                (0.02, 0.62), (0.09, 0.70), (0.20, 0.74), (0.22, 0.80), (0.235, 0.96), (0.26, 1.0)]
    elif p["edge_style"] == "rounded":
        edge = [(0.4 * (1 - math.cos(a)), 0.5 - 0.5 * math.sin(a)) for a in np.radians(np.arange(90, -91, -15))]
    else:
        edge = [(0.10, 0), (0.03, 0.03), (0, 0.10), (0, 0.2), (0, 0.8), (0, 0.9), (0.03, 0.97), (0.10, 1.0)]
    reach = min(1.0, 0.05 / thick)
    profile = [(inset * thick * reach, drop * thick, min(ease, 0.6 * min(drop, 1 - drop) * thick)) for inset, drop in edge]
    inner = profile[0][0] + 0.012
    profile = [(inner, 0.0, -0.006)] + profile + [(profile[-1][0] + 0.012, thick, -0.006)]
    count = p["planks"] if p["top_material"] in ("wood", "paint") else 1
    boards = []
    for number in range(count):
        low = None if number == 0 else p["width"] * (number / count - 0.5)
        high = None if number == count - 1 else p["width"] * ((number + 1) / count - 0.5)
        rings = []
        for inset, drop, seam in reversed(profile):
            cut = ease - seam + 0.0004
            xy = _top_edge(p, inset, None if low is None else low + cut, None if high is None else high - cut,
                           13 if count > 1 else 49)
            rings.append(np.column_stack([xy, np.full(len(xy), p["height"] - drop)]))
        rings = np.array(rings)
        boards.append((_loft(rings, rings[:, :, [1, 2, 0]]), material_top(p)))
    return [_object("Top", boards)]


def _squircle(radius, power, flutes=0.0, count=32):
    """Section between a circle (power 2) and a square (high power), with flutes cut in if wanted."""
    angle = (np.arange(count) + 0.5) * 2 * math.pi / count
    c, s = np.cos(angle), np.sin(angle)
    reach = radius / (np.abs(c) ** power + np.abs(s) ** power) ** (1 / power)
    reach = reach * (1 - flutes * np.where(np.arange(count) % 4 < 2, 0.0, 1.0))
    return np.stack([reach * c, reach * s], 1)


def _leg_shape(style):
    """Profile of a leg below its block, as (share of the height, share of the full radius), foot to block."""
    if style == "turned":
        return _profile([(0, 0.50), (0.02, 0.56), (0.07, 0.66), (0.12, 0.62), (0.15, 0.44), (0.17, 0.42), (0.185, 0.56),
                         (0.20, 0.60), (0.215, 0.54), (0.23, 0.48), (0.34, 0.66), (0.52, 0.90), (0.66, 0.97), (0.76, 0.84),
                         (0.83, 0.58), (0.85, 0.55), (0.862, 0.72), (0.885, 0.84), (0.908, 0.72), (0.92, 0.56),
                         (0.935, 0.56), (0.945, 0.80), (0.965, 0.92), (0.985, 0.86), (1.0, 0.80)])
    if style == "fluted":
        return _profile([(0, 0.36), (0.03, 0.46), (0.06, 0.50), (0.09, 0.40), (0.11, 0.38), (0.125, 0.54), (0.145, 0.58),
                         (0.165, 0.50), (0.18, 0.50), (0.86, 0.84), (0.875, 0.70), (0.89, 0.68), (0.905, 0.84),
                         (0.93, 0.95), (0.955, 0.84), (0.97, 0.76), (1.0, 0.80)])
    low = 0.55 if style == "tapered" else 0.97
    return _profile([(0, low - 0.05), (0.012, low), (0.5, (low + 1) / 2 + 0.01), (1.0, 1.0)])


def _leg_pieces(p, number):
    """One of three or more legs: glide, shaped shaft, square block up to the top, brass cap."""
    radius, style = _girth(p) / 2, p["leg_style"]
    block = _under(p) + 0.004
    shoulder = _under(p) - p["apron_height"] - 0.02
    shape = _leg_shape(style)
    heights = np.concatenate([GLIDE + shape[:, 0] * (shoulder - GLIDE), shoulder + np.array([0.006, 0.012, 0.02]),
                              [block - 0.006, block]])
    radii = np.concatenate([shape[:, 1], [0.9, 0.98, 1.0, 1.0, 0.98]]) * radius
    plain = style in ("tapered", "square")
    powers = np.concatenate([np.full(len(shape), 9.0 if plain else 2.0), [3.4, 7.0, 9.0, 9.0, 9.0]])
    if plain:
        radii[len(shape):], powers[:] = radius, 9.0
    flutes = np.zeros(len(heights))
    if style == "fluted":
        flutes[(heights > 0.2 * shoulder) & (heights < 0.85 * shoulder)] = 0.10
    path = np.array([_leg_at(p, number, z) for z in heights])
    pieces = [(_sweep(path, [_squircle(r, k, f) for r, k, f in zip(radii, powers, flutes)]), material_legs(p))]
    foot = _leg_at(p, number, 0.0)
    pieces.append((_turned(foot, foot + [0, 0, GLIDE + 0.002], [(0, radii[0] * 0.7), (0.2, radii[0] * 0.82),
                                                                 (1, radii[0] * 0.82)], per=2), material_glides(p)))
    if p["leg_caps"]:
        up = np.array([0.0, 0.004, 0.012, 0.028, 0.045, 0.05, 0.056, 0.06]) + GLIDE
        around = np.interp(up, heights, radii) * 1.03 + [0, 0.002, 0.002, 0.002, 0.002, 0.004, 0.004, 0]
        ring = [_squircle(r, powers[0]) for r in around]
        pieces.append((_sweep([_leg_at(p, number, z) for z in up], ring), material_handles(p)))
    return pieces


def _column(p, x, feet):
    """A stout turned column at x with curved feet running out to the given points, and a cleat under the top."""
    material, radius = material_legs(p), _girth(p) * 0.72
    low, high = 0.085, _under(p) - 0.028
    shape = _profile([(0, 0.55), (0.02, 0.86), (0.06, 1.0), (0.16, 1.0), (0.19, 0.92), (0.21, 0.72), (0.225, 0.80),
                      (0.245, 0.86), (0.265, 0.72), (0.30, 0.66), (0.42, 0.96), (0.50, 1.02), (0.58, 0.92), (0.70, 0.60),
                      (0.76, 0.56), (0.775, 0.72), (0.80, 0.80), (0.825, 0.72), (0.84, 0.60), (0.93, 0.86), (0.955, 1.1),
                      (0.975, 1.14), (1.0, 1.12)])
    shape[:, 1] *= radius
    pieces = [(_turned((x, 0, low), (x, 0, high + 0.002), shape, count=32), material)]
    for end in feet:
        out = np.array([*end, 0.0]) - (x, 0, 0)
        line = _spline([(x, 0, 0.155)] + [np.array([x, 0, 0]) + out * share + [0, 0, z] for share, z in
                                          ((0.14, 0.165), (0.35, 0.135), (0.6, 0.068), (0.8, 0.032), (0.93, 0.027), (1, 0.027))])
        share = np.linspace(0, 1, len(line))
        tall = np.interp(share, [0, 0.35, 0.7, 0.85, 1], [0.042, 0.036, 0.024, 0.021, 0.0215])
        wide = np.interp(share, [0, 0.6, 0.88, 1], [0.55, 0.44, 0.50, 0.44]) * radius
        pieces.append((_sweep(line, [_rect(w, t, 0.010) for w, t in zip(wide, tall)], (0, 0, 1), 0.010), material))
        toe = line[-1] * (1, 1, 0) - out / np.linalg.norm(out) * 0.035
        pieces.append((_turned(toe, toe + [0, 0, 0.012], [(0, 0.013), (0.3, 0.016), (1, 0.016)], per=2), material_glides(p)))
        if p["leg_caps"]:
            cap = [line[-1] - out / np.linalg.norm(out) * far for far in (0.07, 0.064, 0.05, 0.02, -0.003)]
            grow = (0.0, 0.0025, 0.0025, 0.0025, 0.0025)
            rings = [_rect(wide[-1] + 0.002 + g, 0.0215 + 0.002 + g, 0.011) for g in grow]
            pieces.append((_sweep(cap, rings, (0, 0, 1)), material_handles(p)))
    reach = 0.62 * (p["width"] / 2)
    cleat = [(x, -reach, high + 0.015), (x, -reach * 0.5, high + 0.015), (x, reach * 0.5, high + 0.015), (x, reach, high + 0.015)]
    pieces.append((_sweep(cleat, [_rect(radius * 0.9, 0.0165, 0.006)] * 4, (0, 0, 1), 0.008), material))
    return pieces


def _feet(p):
    """For each column of a pedestal or trestle: its x and the points its feet run out to."""
    half_x, half_y = p["length"] / 2, p["width"] / 2
    if p["legs"] == 1:
        return [(0.0, [(a * 0.56 * half_x, b * 0.62 * half_y) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))])]
    return [(x, [(x, -0.72 * half_y), (x, 0.72 * half_y)]) for x in (-0.56 * half_x, 0.56 * half_x)]


def build_legs(p):
    """Legs: three to six at the frame's corners, two columns of a trestle, or one pedestal."""
    if p["legs"] <= 2:
        return [_object("Leg", _column(p, x, feet)) for x, feet in _feet(p)]
    return [_object("Leg", _leg_pieces(p, number)) for number in range(p["legs"])]


def build_apron(p):
    """Apron: boards between the frame's corners, with a bead along their lower edge and pegs at the joints."""
    if not p["apron"]:
        return []
    material, tall, pieces = material_legs(p), p["apron_height"], []
    corners = _corners(p)
    for a, b in zip(corners, corners[1:] + corners[:1]):
        a, b = np.array(a), np.array(b)
        way = (b - a) / np.linalg.norm(b - a)
        out = np.array([way[1], -way[0], 0.0])
        mid = _under(p) + 0.003 - tall / 2
        ends = np.array([[*(a - way * BOARD * 0.45), mid], [*(a * 0.7 + b * 0.3), mid], [*(a * 0.3 + b * 0.7), mid],
                         [*(b + way * BOARD * 0.45), mid]])
        pieces.append((_sweep(ends, [_rect(BOARD / 2, tall / 2, 0.0025)] * 4, (0, 0, 1), 0.003), material))
        bead = ends + out * (BOARD / 2 - 0.001) - [0, 0, tall / 2 - 0.008]
        pieces.append((_sweep(bead, [_ellipse(0.0045, 0.0065, 12)] * 4, (0, 0, 1)), material))
    return [_object("Apron", pieces)]


def build_drawers(p):
    """Drawers: a raised front with a bevelled field and a brass knob, its box hung under the top."""
    material, brass, drawers = material_drawers(p), material_handles(p), []
    spans = _fronts(p)
    shares = [p["drawers"] - p["drawers"] // 2, p["drawers"] // 2] if len(spans) == 2 else [p["drawers"]]
    for (left, right, y), count in zip(spans, shares):
        for number in range(count):
            room = (right - left) / count
            x = left + room * (number + 0.5)
            half, tall = room / 2 - min(0.011, 0.1 * room), p["apron_height"] / 2 - 0.010
            fine = min(1.0, half / 0.03)                       # mouldings shrink on tiny drawers
            middle, face = _under(p) - p["apron_height"] / 2, y - BOARD / 2
            steps = [(0.0, 0.006), (0.0, -0.010), (0.0, -0.0125), (0.0012, -0.0148), (0.0035, -0.0155), (0.0058, -0.0148),
                     (0.0068, -0.0125), (0.0072, -0.0095), (0.0080, -0.0085), (0.0140, -0.0120), (0.0152, -0.0128),
                     (0.0190, -0.0128)]
            rings = []
            for inset, depth in steps:
                flat = _rect(half - inset * fine, tall - inset * fine, 0.004)
                rings.append(np.column_stack([x + flat[:, 0], np.full(len(flat), face + depth), middle + flat[:, 1]]))
            rings = np.array(rings)
            box = [(x, face + 0.002, middle + 0.006), (x, y + 0.08, middle + 0.006), (x, y + 0.55 * p["width"], middle + 0.006)]
            pieces = [(_loft(rings, rings[:, :, [1, 2, 0]]), material),
                      (_sweep(box, [_rect(0.8 * half, p["apron_height"] / 2 - 0.004, 0.004)] * 3, (0, 0, 1)), material)]
            for at in ([-0.24, 0.24] if room > 0.55 else [0.0]):
                start = np.array([x + at * room, face - 0.011, middle])
                knob = [(0, 0.0095), (0.08, 0.0105), (0.15, 0.0070), (0.32, 0.0052), (0.45, 0.0062), (0.58, 0.0115),
                        (0.72, 0.0138), (0.86, 0.0122), (0.95, 0.007), (1, 0.001)]
                pieces.append((_turned(start, start - [0, 0.028, 0], knob, (0, 0, 1), 24), brass))
            drawers.append(_object("Drawer", pieces))
    return drawers


def build_stretchers(p):
    """Rails low between the legs: a ring, an H under four legs, a beam in a trestle, a ring on a pedestal's feet."""
    if p["stretchers"] == "none":
        return []
    thin, height = 0.24 * _girth(p), 0.20 * p["height"]
    if p["legs"] == 2:
        (left, _), (right, _) = _feet(p)
        pairs = [(np.array([left, 0, height + 0.06]), np.array([right, 0, height + 0.06]))]
    elif p["legs"] == 1:
        feet = [np.array([x * 0.62, y * 0.62, 0.064]) for x, y in _feet(p)[0][1]]
        pairs, thin = list(zip(feet, feet[1:] + feet[:1])), 0.014
    elif p["stretchers"] == "h" and p["legs"] == 4:
        at = [_leg_at(p, number, height) for number in range(4)]
        pairs = [(at[0], at[3]), (at[1], at[2]), ((at[0] + at[3]) / 2, (at[1] + at[2]) / 2)]
    else:
        at = [_leg_at(p, number, height) for number in range(p["legs"])]
        pairs = list(zip(at, at[1:] + at[:1]))
    rails = []
    for a, b in pairs:
        if p["leg_style"] in ("square", "tapered"):
            share = np.linspace(0, 1, 7)[:, None]
            rail = _sweep(a + (b - a) * share, [_rect(thin * 0.75, thin * 1.25, 0.005)] * 7, (0, 0, 1), 0.002)
        else:
            swell = [(0, 0.8), (0.06, 0.85), (0.09, 1.1), (0.11, 1.1), (0.13, 0.8), (0.3, 1.0), (0.44, 1.2), (0.46, 1.45),
                     (0.5, 1.6), (0.54, 1.45), (0.56, 1.2), (0.7, 1.0), (0.87, 0.8), (0.89, 1.1), (0.91, 1.1), (0.94, 0.85), (1, 0.8)]
            rail = _turned(a, b, [(t, r * thin) for t, r in swell], (0, 0, 1), 18)
        rails.append(_object("Stretcher", [(rail, material_legs(p))]))
    return rails


def build_shelf(p):
    """Shelf: a board let in between the legs, its rim eased."""
    if not p["shelf"]:
        return []
    height, thick = 0.27 * p["height"], 0.022
    if p["legs"] <= 2:
        half_x, half_y = 0.29 * p["length"], 0.26 * p["width"]
        plan = np.array([(-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)])
    else:
        plan = np.array([_leg_at(p, number, height)[:2] for number in range(p["legs"])])
    ring = np.vstack([a + (b - a) * np.array([0.02, 0.06, 0.35, 0.65, 0.94, 0.98])[:, None]
                      for a, b in zip(plan, np.roll(plan, -1, 0))])
    middle = ring.mean(0)
    rings = []
    for inset, drop in ((0.02, 1), (0.006, 1), (0.002, 0.92), (0, 0.78), (0, 0.22), (0.002, 0.08), (0.006, 0), (0.02, 0)):
        way = ring - middle
        way = way / np.linalg.norm(way, axis=1)[:, None]
        rings.append(np.column_stack([ring - way * inset, np.full(len(ring), height - drop * thick)]))
    rings = np.array(rings)
    return [_object("Shelf", [(_loft(rings, rings[:, :, [1, 2, 0]]), material_legs(p))])]


def build_tablecloth(p):
    """Tablecloth: flat on the top, rounded over its edge, hanging in folds that open towards a stitched hem."""
    if not p["tablecloth"]:
        return []
    ring = _top_edge(p, 0.0, count=49)
    step = np.roll(ring, -1, 0) - ring
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(step, axis=1))])
    count = 288
    at = np.linspace(0, length[-1], count, endpoint=False)
    ring = np.stack([np.interp(at, length, np.append(ring[:, i], ring[0, i])) for i in range(2)], 1)
    way = np.roll(ring, -1, 0) - np.roll(ring, 1, 0)
    for _ in range(6):                                    # turn the normals gently round the corners
        way = way + np.roll(way, 1, 0) + np.roll(way, -1, 0)
    out = np.stack([way[:, 1], -way[:, 0]], 1) / np.linalg.norm(way, axis=1)[:, None]
    rng = random.Random("tablecloth folds")
    turn = at / length[-1] * 2 * math.pi
    waves = max(6, round(length[-1] / 0.24))
    fold = sum(a * np.sin(k * turn + rng.uniform(0, 6)) for k, a in ((waves, 0.55), (waves // 2 + 1, 0.3), (waves * 2 - 3, 0.22)))
    corner = np.clip(np.abs(out[:, 0] * out[:, 1]) * 2, 0, 1)     # 1 where the edge faces diagonally
    fold = 0.5 + 0.5 * np.clip(fold, -1, 1)
    drop = 0.19 + 0.045 * corner
    above, thin, rings, sheet = p["height"] + 0.0012, 0.0014, [], []

    def lay(outward, z, run, scale=1.0):
        """Add a ring outward of the edge at a height; run is how far the cloth has run from the edge."""
        xy = ring * scale + out * np.broadcast_to(outward, count)[:, None]
        rings.append(np.column_stack([xy, np.broadcast_to(z, count)]))
        sheet.append(np.column_stack([ring * scale + out * np.broadcast_to(run, count)[:, None], np.zeros(count)]))

    def hang(inner):
        """The hanging part, its outer face downwards or its inner face back upwards."""
        shares = np.array([0.06, 0.14, 0.24, 0.36, 0.5, 0.64, 0.78, 0.88, 0.93, 0.94, 0.99, 1.0])
        hem = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0012, 0.0012, 0.0002])
        for share, thicker in list(zip(shares, hem))[::-1 if inner else 1]:
            swing = 0.006 + share ** 1.3 * (0.012 + 0.042 * fold + 0.02 * corner)
            lay(swing + (-thin - thicker if inner else thicker), above - 0.006 - share * drop, share * drop)

    for scale in (0.0, 0.9, 0.97):
        lay(0.0, above + thin, 0.0, max(scale, 0.01))
    lay(-0.004, above + thin, -0.004)
    lay(0.002, above + 0.0005, 0.0)
    lay(0.0045, above - 0.003, 0.003)
    hang(False)
    hang(True)
    lay(0.003, above - 0.004, 0.003)
    lay(0.0, above - 0.0006, 0.0)
    lay(0.0, above - 0.0003, 0.0, 0.01)
    return [_object("Tablecloth", [(_loft(rings[::-1], sheet[::-1]), material_cloth(p))])]


def build(p):
    """Build the table: every part, under one empty."""
    root = bpy.data.objects.new("Table", None)
    bpy.context.scene.collection.objects.link(root)
    for part in (build_top, build_legs, build_apron, build_drawers, build_stretchers, build_shelf, build_tablecloth):
        for obj in part(p):
            obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
