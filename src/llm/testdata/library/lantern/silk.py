"""Test lantern: words that are a thing and a material at once."""
import bpy

PARAMS = {
    "height": 0.3,               # m, 0.15..0.5: height of the body
    "width": 0.3,                # m, 0.15..0.5: width of the body
    "rows": 2,                   # count, 0..3: rows of fretwork
    "translucency": 0.35,        # share, 0..1: how much light passes
    "glow": 0.4,                 # factor, 0..6: light from within
    "polish": 0.5,               # share, 0..1: how bright the trim is
    "tassel": False,             # switch: a tassel
    "tassel_length": 0.13,       # m, 0.08..0.19: length of the tassel
    "silk_color": "#b80c16",     # color: the silk
    "wood_color": "#5a2413",     # color: the frame
    "gold_color": "#e0a640",     # color: the trim
    "tassel_color": "#b80c16",   # color: the tassel
}

EXEMPLAR = {
    "title": "Chinese lantern",
    "names": ["lantern", "chinese lantern", "silk lantern", "red lantern"],
    "kin": ["lamp", "paper lantern"],
    "tags": ["light", "chinese", "silk"],
    "parts": {
        "frame": {"describe": "carved wooden ribs", "touches": ["silk"]},
        "silk": {"describe": "bowed silk panels", "touches": ["frame"]},
        "trim": {"describe": "golden beading", "touches": ["frame"]},
        "tassel": {"describe": "tassel with knot", "when": "tassel", "touches": ["frame"]},
    },
    "things": {
        "": {"height": ["height"], "width": ["width"], "size": ["height", "width"],
             "color": ["silk_color", "gold_color", "wood_color"],
             "qualities": [{"words": ["stylish", "elegant"], "set": {"polish": 0.9}},
                           {"words": ["glowing", "lit", "bright"], "set": {"glow": 2.2}}]},
        "silk": {"words": ["silk material", "silk panel", "fabric"], "color": ["silk_color"],
                 "qualities": [{"words": ["translucent", "sheer"], "set": {"translucency": 0.8}},
                               {"words": ["opaque"], "set": {"translucency": 0.05}},
                               {"words": ["glowing", "lit"], "set": {"glow": 2.2}}]},
        "light": {"words": ["glow"], "add": {"glow": 2.2}, "remove": {"glow": 0.0}, "parts": ["silk"]},
        "frame": {"words": ["wooden frame", "rib", "wood", "carved wooden frame"], "color": ["wood_color"],
                  "qualities": [{"words": ["intricate", "carved", "ornate"], "set": {"rows": 3}},
                                {"words": ["plain"], "set": {"rows": 0}}]},
        "trim": {"words": ["golden trim", "gold", "metal", "edge"], "color": ["gold_color"],
                 "materials": {"gold": {"gold_color": "#e0a640"}, "silver": {"gold_color": "#cfd3d8"}}},
        "tassel": {"words": ["fringe"], "switch": "tassel", "color": ["tassel_color"], "length": ["tassel_length"],
                   "size": ["tassel_length"],
                   "qualities": [{"words": ["small", "short"], "set": {"tassel_length": 0.1}}]},
    },
    "styles": {"festive": {"glow": 2.2, "tassel": True}},
}


def build_frame(p):
    """Frame."""
    return [p["height"], p["width"], p["rows"], p["wood_color"]]


def build_silk(p):
    """Silk."""
    return [p["height"], p["width"], p["translucency"], p["glow"], p["silk_color"]]


def build_trim(p):
    """Trim."""
    return [p["height"], p["width"], p["gold_color"], p["polish"]]


def build_tassel(p):
    """Tassel."""
    return [bpy, p["tassel_length"], p["tassel_color"]] if p["tassel"] else []


def build(p):
    """Everything."""
    return build_frame(p) + build_silk(p) + build_trim(p) + build_tassel(p)


if __name__ == "__main__":
    build(PARAMS)
