"""Table lamp: a glazed body on a turned foot, a brass socket and a lined shade that glows.

Parts
    foot        turned disc that the body stands on
    body        lathe-turned body: gourd, vase, sphere, column or candlestick, ribbed if wanted
    fitting     cap, pipe and socket with its turn switch
    bulbs       bulbs in the socket, one object each
    shade       double-walled shade with trims, carried by a harp, fastened by a finial; pleats and fringe if wanted
    cable       flex with an inline switch and a plug
    chain       bead chain to pull
Parameters
    "height" is the whole lamp; the body takes what "shade_height" leaves. "glow" lights bulb and shade in
    "light_color". "body_material" and "shade_material" choose what they are made of, "body_color" and "shade_color"
    their tones; "metal_color" is the brass.
"""
import math
import random

import bpy
import numpy as np

PARAMS = {
    "height": 0.56,              # m, 0.30..0.95: height of the whole lamp
    "body_style": "gourd",       # one of gourd vase sphere column candlestick: shape of the body
    "body_width": 0.19,          # m, 0.09..0.32: thickest width of the body
    "body_ribs": 0,              # count, 0..24: ribs down the body
    "body_material": "ceramic",  # one of ceramic wood metal glass: what the body is made of
    "body_color": "#3f7f8c",     # color: the body
    "foot_color": "#5a3a22",     # color: the wooden foot
    "metal_color": "#b98d3e",    # color: the metal of socket, harp and finial
    "bulbs": 1,                  # count, 0..3: bulbs
    "glow": 0.35,                # share, 0..1: how bright the lamp shines
    "light_color": "#ffc982",    # color: the light
    "shade": True,               # switch: a shade
    "shade_style": "empire",     # one of empire drum bell cone square: shape of the shade
    "shade_width": 0.36,         # m, 0.20..0.60: width of the shade at its lower rim
    "shade_height": 0.23,        # m, 0.12..0.40: height of the shade
    "shade_tilt": 0.0,           # deg, 0..20: how far the shade is tilted
    "shade_material": "fabric",  # one of fabric paper metal glass: what the shade is made of
    "shade_color": "#eadfc6",    # color: the shade
    "pleats": 0,                 # count, 0..60: pleats round the shade
    "trim": True,                # switch: ribbons along the rims of the shade
    "fringe": False,             # switch: a fringe of beads under the shade
    "trim_color": "#a88a5c",     # color: ribbons and fringe
    "finial": True,              # switch: a turned finial on top
    "cable": True,               # switch: a flex with a plug
    "cable_color": "#3b2d25",    # color: the flex
    "chain": False,              # switch: a bead chain to pull
    "wear": 0.2,                 # share, 0..1: patina and wear
}

EXEMPLAR = {
    "title": "Table lamp",
    "names": ["table lamp", "lamp", "bedside lamp", "reading lamp", "lampshade lamp", "night lamp", "nightstand lamp",
              "desk lamp", "ceramic lamp"],
    "kin": ["floor lamp", "street lamp", "lantern", "chandelier", "ceiling lamp", "candle", "candlestick", "flashlight"],
    "tags": ["furniture", "light", "indoor", "ceramic", "decor"],
    "parts": {
        "foot": {"describe": "turned wooden foot", "touches": ["body"],
                 "bounds": [[-0.063, -0.063, 0.0], [0.063, 0.063, 0.024]]},
        "body": {"describe": "lathe-turned body", "touches": ["foot", "fitting"],
                 "bounds": [[-0.095, -0.095, 0.023], [0.095, 0.095, 0.284]]},
        "fitting": {"describe": "brass cap, pipe and socket", "touches": ["body"],
                    "bounds": [[-0.021, -0.042, 0.282], [0.021, 0.021, 0.354]]},
        "bulbs": {"describe": "bulbs in the socket", "count": "bulbs", "touches": ["fitting"],
                  "bounds": [[-0.031, -0.031, 0.343], [0.031, 0.031, 0.445]]},
        "shade": {"describe": "lined shade on a harp", "when": "shade", "touches": ["fitting"],
                  "bounds": [[-0.182, -0.182, 0.286], [0.182, 0.182, 0.56]]},
        "cable": {"describe": "flex with switch and plug", "when": "cable", "touches": ["foot"],
                  "bounds": [[-0.003, -0.127, 0.0], [0.114, 0.092, 0.022]]},
        "chain": {"describe": "bead chain to pull", "when": "chain", "touches": ["fitting"]},
    },
    "things": {
        "": {
            "height": ["height", "shade_height"], "width": ["shade_width", "body_width"],
            "size": ["height", "shade_width", "shade_height", "body_width"], "thickness": ["body_width"],
            "color": ["body_color", "shade_color"],
            "materials": {"ceramic": {"body_material": "ceramic"}, "porcelain": {"body_material": "ceramic",
                                                                                  "body_color": "#eef0ee"},
                          "wood": {"body_material": "wood", "body_color": "#8a5a33"},
                          "metal": {"body_material": "metal", "body_color": "#a7abb0", "shade_material": "metal"},
                          "brass": {"body_material": "metal", "body_color": "#c0913a"},
                          "copper": {"body_material": "metal", "body_color": "#b4653c"},
                          "glass": {"body_material": "glass", "body_color": "#6fa98f"}},
            "qualities": [
                {"words": ["glowing", "lit", "bright", "shining", "on"], "set": {"glow": 0.9}},
                {"words": ["off", "unlit", "dark"], "set": {"glow": 0.0}},
                {"words": ["dim", "cosy", "cozy"], "set": {"glow": 0.3, "light_color": "#ffb066"}},
                {"words": ["warm"], "set": {"glow": 0.7, "light_color": "#ffae5c"}},
                {"words": ["cold", "cool"], "set": {"glow": 0.7, "light_color": "#cfe2ff"}},
                {"words": ["worn", "old", "antique", "vintage", "aged", "weathered"], "set": {"wear": 0.8}},
                {"words": ["new", "clean", "pristine"], "set": {"wear": 0.0}},
                {"words": ["ornate", "elegant", "fancy", "decorated"],
                 "set": {"body_ribs": 14, "fringe": True, "pleats": 40, "shade_style": "bell", "finial": True}},
                {"words": ["simple", "plain", "minimal"],
                 "set": {"body_style": "column", "shade_style": "drum", "trim": False, "finial": False, "body_ribs": 0,
                         "pleats": 0, "fringe": False}},
                {"words": ["round", "rounder", "curvy"], "set": {"body_style": "sphere", "shade_style": "bell"}},
                {"words": ["angular", "square"], "set": {"body_style": "column", "shade_style": "square"}},
                {"words": ["fat", "chubby", "thick"], "set": {"body_width": 0.28}},
                {"words": ["slender", "slim", "thin"], "set": {"body_width": 0.11}},
            ],
        },
        "body": {"words": ["vase", "lamp body", "stem", "stand", "column"], "color": ["body_color"], "width": ["body_width"],
                 "thickness": ["body_width"], "size": ["body_width"],
                 "materials": {"ceramic": {"body_material": "ceramic"}, "wood": {"body_material": "wood",
                                                                                 "body_color": "#8a5a33"},
                               "metal": {"body_material": "metal", "body_color": "#a7abb0"},
                               "brass": {"body_material": "metal", "body_color": "#c0913a"},
                               "glass": {"body_material": "glass", "body_color": "#6fa98f"}},
                 "qualities": [{"words": ["round", "spherical", "ball"], "set": {"body_style": "sphere"}},
                               {"words": ["straight", "cylindrical"], "set": {"body_style": "column"}},
                               {"words": ["turned"], "set": {"body_style": "candlestick"}},
                               {"words": ["curved", "gourd"], "set": {"body_style": "gourd"}},
                               {"words": ["ribbed", "fluted", "grooved"], "set": {"body_ribs": 16}},
                               {"words": ["smooth"], "set": {"body_ribs": 0}}]},
        "ribs": {"words": ["rib", "flute", "groove"], "count": "body_ribs", "add": {"body_ribs": 14}, "parts": ["body"]},
        "foot": {"words": ["base", "plinth", "pedestal"], "color": ["foot_color"]},
        "fitting": {"words": ["socket", "metal", "brass", "holder"], "color": ["metal_color"], "parts": ["fitting", "shade"]},
        "bulbs": {"words": ["bulb", "light bulb"], "count": "bulbs", "color": ["light_color"],
                  "qualities": [{"words": ["glowing", "bright", "lit"], "set": {"glow": 0.9}},
                                {"words": ["off", "dark", "unlit"], "set": {"glow": 0.0}}]},
        "light": {"words": ["glow", "lamp light"], "add": {"glow": 0.8}, "remove": {"glow": 0.0}, "color": ["light_color"],
                  "parts": ["bulbs", "shade"],
                  "qualities": [{"words": ["bright", "brighter", "strong"], "set": {"glow": 1.0}},
                                {"words": ["dim", "dimmer", "weak"], "set": {"glow": 0.15}}]},
        "shade": {"words": ["lampshade", "lamp shade", "screen"], "switch": "shade", "color": ["shade_color"],
                  "height": ["shade_height"], "width": ["shade_width"], "size": ["shade_width", "shade_height"],
                  "materials": {"fabric": {"shade_material": "fabric"}, "linen": {"shade_material": "fabric"},
                                "paper": {"shade_material": "paper"}, "glass": {"shade_material": "glass"},
                                "metal": {"shade_material": "metal"}, "brass": {"shade_material": "metal",
                                                                                "shade_color": "#c0913a"}},
                  "qualities": [{"words": ["tilted", "slanted", "crooked", "tilt"], "set": {"shade_tilt": 14.0}},
                                {"words": ["straight", "upright", "level"], "set": {"shade_tilt": 0.0}},
                                {"words": ["pleated", "folded"], "set": {"pleats": 40}},
                                {"words": ["cylindrical", "drum", "straight-sided"], "set": {"shade_style": "drum"}},
                                {"words": ["conical", "pointed", "cone"], "set": {"shade_style": "cone"}},
                                {"words": ["bell", "round", "rounder", "curved"], "set": {"shade_style": "bell"}},
                                {"words": ["square", "angular"], "set": {"shade_style": "square"}},
                                {"words": ["glowing", "bright"], "set": {"glow": 0.9}}]},
        "pleats": {"words": ["pleat", "fold"], "count": "pleats", "add": {"pleats": 40}, "parts": ["shade"]},
        "trim": {"words": ["ribbon", "band", "border", "rim"], "switch": "trim", "color": ["trim_color"], "parts": ["shade"]},
        "fringe": {"words": ["tassel", "bead", "beads"], "switch": "fringe", "color": ["trim_color"], "parts": ["shade"]},
        "finial": {"words": ["knob", "top knob"], "switch": "finial", "color": ["metal_color"], "parts": ["shade"]},
        "cable": {"words": ["cord", "wire", "flex", "plug", "power cord"], "switch": "cable", "color": ["cable_color"]},
        "chain": {"words": ["pull chain", "pull cord", "pull switch"], "switch": "chain", "color": ["metal_color"]},
    },
    "styles": {
        "modern": {"body_style": "column", "body_material": "metal", "body_color": "#2b2d30", "shade_style": "drum",
                   "shade_color": "#f4f2ec", "trim": False, "finial": False, "foot_color": "#2a2220", "wear": 0.0},
        "rustic": {"body_style": "candlestick", "body_material": "wood", "body_color": "#7a5230", "shade_color": "#cdb487",
                   "wear": 0.8, "shade_style": "empire"},
        "victorian": {"body_style": "vase", "body_color": "#6d1f2c", "shade_style": "bell", "shade_color": "#a8434b",
                      "fringe": True, "pleats": 48, "body_ribs": 14, "trim_color": "#c8a04a"},
        "baroque": {"body_style": "candlestick", "body_material": "metal", "body_color": "#c0913a", "fringe": True,
                    "shade_style": "bell", "body_ribs": 12, "shade_color": "#efe2c4", "trim_color": "#c0913a"},
        "scandinavian": {"body_style": "sphere", "body_material": "wood", "body_color": "#dcbd8e", "shade_style": "drum",
                         "shade_color": "#f2efe8", "trim": False, "foot_color": "#dcbd8e", "wear": 0.0},
        "industrial": {"body_style": "column", "body_material": "metal", "body_color": "#565a5e", "shade_material": "metal",
                       "shade_style": "cone", "shade_color": "#43474b", "trim": False, "wear": 0.7, "body_width": 0.11},
        "cartoon": {"body_style": "sphere", "body_color": "#e8433a", "shade_color": "#f6c52e", "body_width": 0.26,
                    "shade_style": "empire", "wear": 0.0, "trim_color": "#3a7bd5", "glow": 0.6},
    },
}

FOOT = 0.024           # m, height of the foot
CABLE = 0.0032         # m, radius of the flex


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
             "alpha": ["Alpha"], "emission": ["Emission Color", "Emission"], "power": ["Emission Strength"]}
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
    """Reactive glaze: pools of tone, runs drawn down the body, speckles, a fine crackle that age stains."""
    place = _grain(tree)
    pool = _noise(tree, place, 14.0, 4.0)
    runs = _noise(tree, place, 55.0, 3.0, 0.18)
    tone = _math(tree, "ADD", _math(tree, "MULTIPLY", pool, 0.6), _math(tree, "MULTIPLY", runs, 0.4))
    body = _ramp(tree, tone, [(0.30, _rgb(color, 0.42)), (0.46, _rgb(color, 0.85)), (0.58, _rgb(color, 1.12)),
                              (0.74, _rgb(color, 1.7))])
    specks = _span(tree, _noise(tree, place, 420.0, 1.0), 0.70, 0.74)
    body = _mix(tree, _math(tree, "MULTIPLY", specks, 0.75), body, _rgb("#2c2019"))
    cracks = _node(tree, "TexVoronoi", {"Vector": place, "Scale": 85.0}, feature="DISTANCE_TO_EDGE").outputs[0]
    cracks = _span(tree, cracks, 0.0, 0.05, 1.0, 0.0)
    body = _mix(tree, _math(tree, "MULTIPLY", cracks, 0.06 + 0.55 * wear), body, _rgb("#3a2a1c"))
    edge = _node(tree, "Attribute", attribute_name="edge").outputs[2]
    body = _mix(tree, _span(tree, edge, 0.10, 0.22, 0.0, 0.25), body, _rgb("#b79a76"))      # glaze runs thin on edges
    _surface(tree, body, _span(tree, pool, 0.3, 0.7, 0.10, 0.24 + 0.2 * wear),
             _math(tree, "SUBTRACT", runs, _math(tree, "MULTIPLY", cracks, 0.4 * wear)), 0.10, coat=0.6)


def _glass(tree, color, wear):
    """Coloured blown glass: dense at a slant, clear face on, with faint seeds and smears."""
    place = _grain(tree)
    seeds = _span(tree, _noise(tree, place, 190.0, 1.0), 0.68, 0.74)
    smear = _noise(tree, place, 18.0, 4.0)
    slant = _node(tree, "LayerWeight", {"Blend": 0.45}).outputs[1]
    tint = _mix(tree, slant, _rgb(color, 1.15), _rgb(color, 0.40))
    _surface(tree, tint, _span(tree, smear, 0.4, 0.75, 0.03, 0.10 + 0.2 * wear), seeds, 0.2, coat=0.8,
             alpha=_span(tree, slant, 0.05, 0.8, 0.60, 0.97))


def _screen(tree, color, wear, stuff, glow, light, pleated):
    """Lampshade of linen, parchment or opal glass, lit from within: brightest round the bulb, dark in the
    valleys of its pleats."""
    place = _grain(tree)
    weft = _node(tree, "Mapping", {"Vector": place, "Scale": (0.05, 0.05, 1.0)}).outputs[0]
    across, down = _noise(tree, weft, 620.0, 2.0), _noise(tree, place, 620.0, 2.0, 0.04)
    cloud = _noise(tree, place, 16.0 if stuff == "fabric" else 30.0, 4.0)
    threads = _math(tree, "ADD", _math(tree, "MULTIPLY", across, 0.5), _math(tree, "MULTIPLY", down, 0.5))
    tone = {"fabric": threads, "paper": _noise(tree, place, 240.0, 4.0), "glass": cloud}[stuff]
    contrast = {"fabric": 0.4, "paper": 0.25, "glass": 0.12}[stuff]
    body = _ramp(tree, tone, [(0.30, _rgb(color, 1 - contrast)), (0.52, _rgb(color)), (0.72, _rgb(color, 1 + 0.6 * contrast))])
    stain = _span(tree, cloud, 0.5, 0.75, 0.0, 0.05 + 0.45 * wear)
    body = _mix(tree, stain, body, _mix(tree, 0.5, _rgb(color, 0.7), _rgb("#8a6a40")))
    if pleated:
        fold = _node(tree, "Attribute", attribute_name="edge").outputs[2]
        body = _mix(tree, 1.0, body, _span(tree, fold, 0.0, 0.09, 0.42, 1.05), "MULTIPLY")
    away = _node(tree, "VectorMath", {0: _node(tree, "TexCoord").outputs[3]}, operation="LENGTH").outputs[1]
    lit = _math(tree, "POWER", _span(tree, away, 0.06, 0.30, 1.0, 0.12), 1.6)
    warm = _mix(tree, 1.0, body, _mix(tree, lit, _rgb(light, 0.8), _rgb(light, 1.3)), "MULTIPLY")
    _surface(tree, body, {"fabric": 0.92, "paper": 0.7, "glass": 0.15}[stuff], tone,
             {"fabric": 0.45, "paper": 0.15, "glass": 0.02}[stuff], emission=warm,
             power=_math(tree, "MULTIPLY", lit, 2.4 * glow))


def _bulb(tree, color, wear, glow):
    """Frosted bulb that shines in the colour of the light."""
    frost = _noise(tree, _grain(tree), 300.0, 2.0)
    _surface(tree, _mix(tree, 0.25, (0.9, 0.88, 0.84, 1.0), _rgb(color)), _span(tree, frost, 0.3, 0.7, 0.18, 0.3 + 0.2 * wear),
             frost, 0.05, emission=_rgb(color), power=5.0 * glow)


def _braid(tree, color, wear):
    """Braided or corded textile of ribbons, fringe and flex: two sets of slanting strands."""
    place = _grain(tree)
    strands = [_node(tree, "TexWave", {"Vector": _node(tree, "Mapping", {"Vector": place, "Rotation": (0.0, turn, turn)})
               .outputs[0], "Scale": 130.0, "Distortion": 0.6}).outputs[1] for turn in (0.7, -0.7)]
    cord = _math(tree, "MAXIMUM", *strands)
    body = _ramp(tree, cord, [(0.2, _rgb(color, 0.45)), (0.6, _rgb(color, 0.95)), (0.95, _rgb(color, 1.3))])
    dust = _span(tree, _noise(tree, place, 30.0, 4.0), 0.45, 0.75, 0.0, 0.4 * wear)
    _surface(tree, _mix(tree, dust, body, _rgb("#8b8172")), 0.75, cord, 0.5, sheen=0.3)


SHADERS = {"wood": _wood, "metal": _metal, "plastic": _plastic, "ceramic": _ceramic, "glass": _glass, "screen": _screen,
           "bulb": _bulb, "braid": _braid}


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


def material_body(p):
    """Stuff of the body."""
    return _material("Body", p["body_material"], p["body_color"], p["wear"])


def material_foot(p):
    """Turned wood of the foot."""
    return _material("Foot wood", "wood", p["foot_color"], p["wear"])


def material_metal(p):
    """Metal of socket, harp, finial and chain."""
    return _material("Lamp metal", "metal", p["metal_color"], 0.5 * p["wear"])


def material_shade(p):
    """Stuff of the shade, lit from within unless it is metal."""
    if p["shade_material"] == "metal":
        return _material("Shade metal", "metal", p["shade_color"], p["wear"])
    return _material("Shade", "screen", p["shade_color"], p["wear"], p["shade_material"], p["glow"], p["light_color"],
                     p["pleats"] > 0)


def material_trim(p):
    """Corded ribbon and fringe."""
    return _material("Shade trim", "braid", p["trim_color"], p["wear"])


def material_bulb(p):
    """Frosted glass of the bulbs."""
    return _material("Bulb glass", "bulb", p["light_color"], 0.0, p["glow"])


def material_cable(p):
    """Braided flex."""
    return _material("Flex", "braid", p["cable_color"], p["wear"])


def material_bakelite(_p):
    """Dark moulded plastic of switch and plug."""
    return _material("Bakelite", "plastic", "#2a1d17", 0.1)


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


def _loft(rings, grain, closed=False):
    """Skin of rings with equally many points, capped at either end or closed to a tube: (verts, faces, grain)."""
    count, n = len(rings), len(rings[0])
    i, r = np.arange(n), np.arange(count if closed else count - 1)[:, None] * n
    j, up = (i + 1) % n, (r + n) % (count * n)
    quads = np.stack([r + i, r + j, up + j, up + i], 2).reshape(-1, 4)
    caps = [i[::-1].tolist(), (i + (count - 1) * n).tolist()]
    return np.reshape(rings, (-1, 3)), quads.tolist() + ([] if closed else caps), np.reshape(grain, (-1, 3))


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


def _spun(points, count=48, ripple=None, closed=False, power=2.0):
    """Lathe (z, radius) points round the z axis; ripple scales each ring's radii, power > 2 squares them."""
    angle = np.arange(count) * 2 * math.pi / count
    c, s = np.cos(angle), np.sin(angle)
    square = 1 / (np.abs(c) ** power + np.abs(s) ** power) ** (1 / power)
    z, r = np.asarray(points, float).T
    reach = r[:, None] * square * (1.0 if ripple is None else ripple)
    rings = np.stack([reach * c, reach * s, np.repeat(z[:, None], count, 1)], 2)
    return _loft(rings, rings, closed)


def _copies(mesh, offsets):
    """Copies of a mesh at offsets, as one mesh."""
    verts, faces, grain = mesh
    offsets = np.asarray(offsets, float)
    shifted = [[k + i * len(verts) for k in face] for i in range(len(offsets)) for face in faces]
    return (verts + offsets[:, None]).reshape(-1, 3), shifted, (grain + offsets[:, None]).reshape(-1, 3)


# ---------------------------------------------------------------- where things are

def _rim(p):
    """Heights of the shade's lower and upper rim, where body and shade meet the sockets' room between."""
    tall = min(p["shade_height"], 0.52 * p["height"])
    top = p["height"] - 0.042
    return top - tall, top


def _scale(p):
    """Scale of socket and bulbs, so that they fit into the shade."""
    low, top = _rim(p)
    return min(1.15, (top - low) / 0.225)


def _shade_radius(p):
    """Radius of the shade at its lower and its upper rim."""
    low = p["shade_width"] / 2
    narrow = {"empire": 0.62, "drum": 0.96, "bell": 0.50, "cone": 0.30, "square": 0.66}[p["shade_style"]]
    return low, max(0.032, low * narrow)


def _foot_radius(p):
    """Radius of the foot."""
    return max(0.055, 0.66 * p["body_width"] / 2)


# ---------------------------------------------------------------- parts

def build_foot(p):
    """Foot: a turned disc with a cove and a bead, felted below."""
    r = _foot_radius(p)
    wood = [(0.002, r - 0.010), (0.002, r - 0.003), (0.0035, r - 0.0008), (0.006, r), (0.009, r), (0.0115, r - 0.001),
            (0.0130, r - 0.003), (0.0136, r - 0.0055), (0.0142, r - 0.0075), (0.0165, r - 0.0095), (0.0195, r - 0.0105),
            (0.0212, r - 0.0118), (FOOT - 0.0006, r - 0.014), (FOOT, r - 0.017), (FOOT, r - 0.025), (FOOT, 0.01)]
    felt = [(0.0, r - 0.014), (0.0, r - 0.0065), (0.0008, r - 0.005), (0.003, r - 0.005)]
    return [_object("Foot", [(_spun(wood, 64), material_foot(p)), (_spun(felt, 64), material_bakelite(p))])]


def build_body(p):
    """Body: lathe-turned from foot to cap, with ribs swelling towards its middle."""
    shape = {
        "gourd": [(0, .44), (.015, .50), (.04, .53), (.12, .72), (.24, .95), (.33, 1), (.43, .93), (.54, .66), (.61, .52),
                  (.66, .50), (.73, .56), (.80, .60), (.87, .54), (.94, .36), (.98, .24), (1, .2)],
        "vase": [(0, .46), (.015, .52), (.04, .53), (.06, .48), (.10, .45), (.22, .52), (.42, .74), (.60, .95), (.70, 1),
                 (.79, .93), (.87, .66), (.92, .44), (.945, .36), (.96, .37), (.975, .42), (.99, .42), (1, .36)],
        "sphere": [(0, .34), (.015, .38), (.04, .40), (.055, .38), (.08, .48), (.16, .76), (.27, .94), (.40, 1), (.53, .95),
                   (.65, .79), (.74, .56), (.80, .34), (.83, .25), (.85, .25), (.865, .29), (.885, .29), (.90, .22), (1, .18)],
        "column": [(0, .58), (.01, .66), (.03, .70), (.05, .70), (.07, .66), (.08, .60), (.10, .56), (.12, .55), (.5, .54),
                   (.86, .52), (.88, .53), (.90, .57), (.915, .62), (.93, .63), (.955, .62), (.97, .56), (.985, .4), (1, .3)],
        "candlestick": [(0, .60), (.02, .66), (.045, .64), (.06, .52), (.08, .30), (.10, .24), (.115, .32), (.135, .36),
                        (.155, .32), (.17, .24), (.19, .24), (.26, .40), (.36, .50), (.44, .46), (.56, .27), (.64, .21),
                        (.655, .30), (.675, .36), (.695, .30), (.71, .21), (.73, .20), (.80, .27), (.86, .36), (.90, .42),
                        (.92, .44), (.94, .42), (.96, .28), (1, .2)],
    }[p["body_style"]]
    low, radius = FOOT - 0.001, p["body_width"] / 2
    top = _rim(p)[0] - 0.004
    curve = _profile(shape, 5)
    points = np.stack([low + curve[:, 0] * (top - low), np.maximum(0.014, curve[:, 1] * radius)], 1)
    count, ripple = 56, None
    if p["body_ribs"]:
        count = 8 * max(p["body_ribs"], 7)
        wave = np.abs(np.cos(np.arange(count) * math.pi * p["body_ribs"] / count))
        depth = 0.16 * np.clip(1.25 * np.sin(math.pi * np.clip((curve[:, 0] - 0.05) / 0.88, 0, 1)), 0, 1)
        ripple = 1 - depth[:, None] * (1 - wave[None, :]) ** 1.5
    return [_object("Body", [(_spun(points, count, ripple), material_body(p))])]


def build_fitting(p):
    """Fitting: a domed cap on the body, a threaded pipe, the socket with ridges, insulator ring and turn switch."""
    brass, k, z = material_metal(p), _scale(p), _rim(p)[0] - 0.006
    cap = [(z, 0.012), (z, 0.019), (z + 0.0015, 0.0215), (z + 0.004, 0.0210), (z + 0.007, 0.0165), (z + 0.009, 0.0110),
           (z + 0.011, 0.0090), (z + 0.0125, 0.0088), (z + 0.0135, 0.0075), (z + 0.0135, 0.004)]
    pipe = [(z + 0.012, 0.0048)] + [(z + 0.013 + 0.0008 * i, 0.0052 if i % 2 else 0.0044) for i in range(20)]
    base = z + 0.024
    shell = [(0, .006), (.001, .011), (.004, .0145), (.009, .0168), (.014, .0172), (.0145, .0185), (.0165, .0185), (.017, .0172),
             (.026, .0172), (.0265, .0180), (.0285, .0180), (.029, .0172), (.036, .0172), (.037, .0190), (.039, .0190),
             (.040, .0172), (.046, .0172), (.047, .0165), (.047, .0145), (.040, .014)]
    pieces = [(_spun(cap, 40), brass), (_spun(pipe, 20), brass),
              (_spun([(base + h * k, r * k) for h, r in shell], 40), brass)]
    stem = np.array([0.0, -0.015 * k, base + 0.021 * k])
    key = [(0, .0028), (.45, .0028), (.5, .0035), (.55, .0062), (.62, .0070), (.9, .0070), (.97, .0062), (1, .001)]
    pieces.append((_turned(stem, stem - [0, 0.026 * k, 0], key, (0, 0, 1), 16), material_bakelite(p)))
    if p["bulbs"] > 1:
        for number in range(p["bulbs"]):
            start, end = _bulb_axis(p, number)
            line = _spline([(0, 0, start[2] - 0.026 * k), start * (0.6, 0.6, 1) - (0, 0, 0.014 * k), start], 6)
            pieces.append((_sweep(line, [_ellipse(0.006 * k, 0.006 * k, 14)] * len(line), (0, 0.01, 1)), brass))
            cup = [(0, .007), (.1, .0125), (.5, .0135), (.9, .0135), (.95, .015), (1, .012)]
            pieces.append((_turned(start - (end - start) * 0.04, start + (end - start) * 0.18,
                                   [(t, r * k) for t, r in cup], (0, 0.01, 1), 24), brass))
    return [_object("Fitting", pieces)]


def _bulb_axis(p, number):
    """Lower and upper end of a bulb: upright if it is alone, else leaning outwards on an arm."""
    k, z = _scale(p), _rim(p)[0] + 0.018
    if p["bulbs"] == 1:
        return np.array([0, 0, z + 0.036 * k]), np.array([0, 0, z + 0.136 * k])
    turn = math.pi / 2 + number * 2 * math.pi / p["bulbs"]
    out = np.array([math.cos(turn), math.sin(turn), 0.0])
    start = out * 0.026 * k + [0, 0, z + 0.062 * k]
    return start, start + out * 0.020 * k + [0, 0, 0.078 * k]


def build_bulbs(p):
    """Bulbs: a threaded metal base and a pear of frosted glass."""
    bulbs = []
    for number in range(p["bulbs"]):
        start, end = _bulb_axis(p, number)
        k = np.linalg.norm(end - start)
        glass = [(0.20, .118), (.26, .122), (.34, .160), (.46, .235), (.58, .288), (.68, .300), (.78, .280), (.88, .220),
                 (.95, .140), (.99, .055), (1.0, .010)]
        thread = [(0, .10)] + [(0.01 + 0.025 * i, .135 if i % 2 else .122) for i in range(9)] + [(.24, .118)]
        way = (0, 0.01, 1)
        pieces = [(_turned(start, end, [(t, r * k) for t, r in thread], way, 24, 2), material_metal(p)),
                  (_turned(start + (end - start) * 0.2, end, [((t - .2) / .8, r * k) for t, r in glass], way, 28),
                   material_bulb(p))]
        bulbs.append(_object("Bulb", pieces))
    return bulbs


def build_shade(p):
    """Shade: a lined shell with rolled rims, trims, spider, harp and finial."""
    if not p["shade"]:
        return []
    low, top = _rim(p)
    tall = top - low
    wide, narrow = _shade_radius(p)
    power = 7.0 if p["shade_style"] == "square" else 2.0
    t = np.linspace(0, 1, 15)
    bow = -0.26 * np.sin(math.pi * t) ** 0.9 * (1 - t) ** 0.35 if p["shade_style"] == "bell" else 0.0 * t
    radius = wide + (narrow - wide) * t + bow * (wide - narrow)
    wall = 0.0012
    count, ripple = 96, None
    outer = np.stack([low + t * tall, radius], 1)
    rim_low, rim_top = (low - wall, wide - wall / 2), (top + wall, narrow - wall / 2)
    loop = np.vstack([[rim_low], outer, [rim_top], (outer - [0, 2 * wall])[::-1]])
    if p["pleats"]:
        count = p["pleats"] * max(6, math.ceil(96 / p["pleats"]))
        wave = 2 * np.abs(2 * (np.arange(count) * p["pleats"] / count % 1) - 1) - 1
        deep = min(0.14, 4.0 / p["pleats"])
        share = np.clip((loop[:, 0] - low) / tall, 0, 1)          # gathered at the rims, full between them
        ripple = 1 + deep * 0.5 * (0.25 + 0.75 * np.sin(math.pi * share))[:, None] * (wave[None, :] - 1)
    shell = [(_spun(loop, count, ripple, True, power), material_shade(p))]
    slope = (narrow - wide) / tall
    if p["trim"]:
        for base, edge, flare in ((low, wide, radius[1]), (top - 0.011, radius[-2], narrow)):
            lean = (flare - edge) / (t[1] * tall)
            at = edge + (lean * (t[1] * tall - 0.011) if base > low else 0.0)
            band = [(base - 0.0015, at + 0.0002), (base - 0.0010, at + 0.0016), (base + 0.0008, at + 0.0022),
                    (base + 0.0030, at + 0.0016 + lean * 0.003), (base + 0.0085, at + 0.0016 + lean * 0.0085),
                    (base + 0.0108, at + 0.0022 + lean * 0.0108), (base + 0.0125, at + 0.0016 + lean * 0.0125),
                    (base + 0.0128, at - 0.0010 + lean * 0.0125), (base + 0.005, at - 0.0015 + lean * 0.005)]
            shell.append((_spun(band, 96, None, True, power), material_trim(p)))
    if p["fringe"]:
        number = max(36, round(2 * math.pi * wide / 0.013))
        drop = [(0, .0006), (.3, .0006), (.36, .0022), (.45, .0030), (.55, .0024), (.62, .0010), (.68, .0026), (.82, .0036),
                (.94, .0026), (1, .0004)]
        bead = _turned((0, 0, low + 0.004), (0, 0, low - 0.026), drop, (0, 1, 0), 8, 1)
        turn = np.arange(number) * 2 * math.pi / number
        c, s = np.cos(turn), np.sin(turn)
        reach = (wide + 0.0005) / (np.abs(c) ** power + np.abs(s) ** power) ** (1 / power)
        shell.append((_copies(bead, np.stack([reach * c, reach * s, 0 * c], 1)), material_trim(p)))
    brass = material_metal(p)
    hub = top - 0.020
    for number in range(4):
        turn = math.pi / 4 + number * math.pi / 2
        far = (narrow + slope * -0.003 - 0.0008) / (2 * abs(math.cos(turn)) ** power) ** (1 / power)
        if p["pleats"]:
            far = far * (1 - 0.25 * deep)
        end = np.array([far * math.cos(turn), far * math.sin(turn), top - 0.003])
        line = _spline([(0, 0, hub), (end[0] * 0.25, end[1] * 0.25, hub), (end[0] * 0.75, end[1] * 0.75, top - 0.010), end], 5)
        shell.append((_sweep(line, [_ellipse(0.0014, 0.0014, 10)] * len(line), (0, 0.01, 1)), brass))
    washer = [(hub - 0.002, 0.005), (hub - 0.002, 0.010), (hub - 0.001, 0.0115), (hub + 0.001, 0.0115), (hub + 0.002, 0.010),
              (hub + 0.002, 0.004)]
    shell.append((_spun(washer, 28), brass))
    knob = [(0, .0045), (.1, .0048), (.2, .0080), (.27, .0080), (.34, .0042), (.42, .0042), (.58, .0086), (.72, .0104),
            (.84, .0088), (.93, .0046), (.97, .0026), (1, .0006)]
    head = p["height"] if p["finial"] else hub + 0.010
    shape = knob if p["finial"] else [(0, .0045), (.3, .0060), (.8, .0060), (1, .003)]
    shell.append((_turned((0, 0, hub), (0, 0, head), shape, (0, 1, 0), 28), brass))
    shade = _object("Shade", shell)
    tilt = min(math.radians(p["shade_tilt"]), math.atan(max(0.0, wide - 0.07) / tall))
    base = low + 0.012
    half = min(0.052, 0.55 * (wide + narrow) / 2)
    bend = _spline([(-0.012, 0, base), (-half * 0.6, 0, base + 0.010), (-half, 0, base + 0.3 * tall),
                    (-half * 0.98, 0, base + 0.55 * tall), (-half * 0.5, 0, hub - 0.016), (0, 0, hub - 0.002)], 6)
    wire = np.vstack([bend, (bend * (-1, 1, 1))[-2::-1]])
    harp = _object("Harp", [(_sweep(wire, [_ellipse(0.0017, 0.0017, 10)] * len(wire), (0, 1, 0)), brass),
                            (_spun([(base - 0.002, 0.006), (base - 0.002, 0.012), (base, 0.0145), (base + 0.002, 0.0125),
                                    (base + 0.002, 0.006)], 28), brass)])
    pivot = np.array([0.0, 0.0, hub])
    arm = np.array(shade.location) - pivot
    shade.rotation_euler = (0.0, tilt, 0.0)
    shade.location = pivot + [arm[0] * math.cos(tilt) + arm[2] * math.sin(tilt), arm[1],
                              arm[2] * math.cos(tilt) - arm[0] * math.sin(tilt)]
    harp.parent = shade
    bpy.context.view_layer.update()
    harp.matrix_parent_inverse = shade.matrix_world.inverted()
    return [shade]


def build_cable(p):
    """Flex: from the back of the foot round its side, with an inline switch and a two-pin plug."""
    if not p["cable"]:
        return []
    r, z = _foot_radius(p), CABLE
    turn = np.radians([90, 84, 70, 52, 30, 8, -14, -34, -46])
    reach = r + np.array([-0.020, 0.012, 0.032, 0.040, 0.037, 0.042, 0.052, 0.060, 0.058])
    line = _spline(np.stack([reach * np.cos(turn), reach * np.sin(turn), [0.0085, 0.0060, z, z, z, z, z, z, z]], 1), 8)
    pieces = [(_sweep(line, [_ellipse(CABLE, CABLE, 10)] * len(line), (0, 0, 1)), material_cable(p))]
    dark = material_bakelite(p)
    middle = line[30:39] + [0, 0, 0.0045]
    wide = [0.0055, 0.0085, 0.0100, 0.0105, 0.0105, 0.0105, 0.0100, 0.0085, 0.0055]
    pieces.append((_sweep(middle, [_rect(w, 0.0074, 0.0045) for w in wide], (0, 0, 1), 0.003), dark))
    pieces.append((_turned(middle[4] + [0, 0, 0.004], middle[4] + [0, 0, 0.0105], [(0, .0052), (.6, .0052), (.9, .004), (1, .0005)],
                           (0, 1, 0), 20), material_metal(p)))
    tip = line[-1] + [0, 0, 0.008]
    way = line[-1] - line[-3]
    way = way / np.linalg.norm(way)
    at = np.array([-0.006, 0.002, 0.012, 0.020, 0.030, 0.034])
    body = [_rect(w, h, 0.005) for w, h in ((.005, .005), (.0065, .006), (.0115, .0095), (.0135, .0108), (.0135, .0108),
                                            (.0130, .0104))]
    pieces.append((_sweep(tip + at[:, None] * way, body, (0, 0, 1), 0.002), dark))
    side = np.array([-way[1], way[0], 0.0]) * 0.0065
    for pin in (side, -side):
        root = tip + way * 0.032 + pin
        pieces.append((_turned(root, root + way * 0.021, [(0, .0022), (.85, .0022), (1, .0010)], (0, 0, 1), 12), material_metal(p)))
    return [_object("Cable", pieces)]


def build_chain(p):
    """Bead chain: hangs from the socket to below the shade, with a bell to pull."""
    if not p["chain"]:
        return []
    metal, k, low = material_metal(p), _scale(p), _rim(p)[0]
    z, x = low + 0.018 + 0.020 * k, 0.016 * k
    end = np.array([x + 0.020 * k, 0.0, z])
    pieces = [(_turned((x - 0.002, 0, z), end, [(0, .0045), (.2, .0045), (.3, .0026), (.85, .0026), (1, .0036)], (0, 0, 1), 14), metal)]
    bottom = low - 0.045
    steps = np.arange(end[2], bottom, -0.0042)
    ball = _turned((0, 0, -0.0021), (0, 0, 0.0021), [(0, .0002), (.2, .0016), (.5, .0020), (.8, .0016), (1, .0002)], (0, 1, 0), 8, 1)
    pieces.append((_copies(ball, [(end[0] - 0.001, 0, h) for h in steps]), metal))
    drop = steps[-1]
    bell = [(0, .0012), (.1, .0024), (.3, .0030), (.6, .0042), (.88, .0062), (.95, .0064), (1, .0050)]
    pieces.append((_turned((end[0] - 0.001, 0, drop), (end[0] - 0.001, 0, drop - 0.016), bell, (0, 1, 0), 20), metal))
    return [_object("Chain", pieces)]


def build(p):
    """Build the lamp: every part, under one empty."""
    root = bpy.data.objects.new("Table lamp", None)
    bpy.context.scene.collection.objects.link(root)
    for part in (build_foot, build_body, build_fitting, build_bulbs, build_shade, build_cable, build_chain):
        for obj in part(p):
            obj.parent = root
    return root


if __name__ == "__main__":
    build(PARAMS)
