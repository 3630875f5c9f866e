"""Test chair: as much of a chair as the tests need.

Parts
    seat, legs, back, slats, armrests, cushion
"""
import bpy

PARAMS = {
    "seat_height": 0.46,       # m, 0.30..0.75: height of the seat
    "seat_width": 0.45,        # m, 0.35..0.70: width of the seat
    "seat_depth": 0.43,        # m, 0.35..0.60: depth of the seat
    "legs": 4,                 # count, 3..6: number of legs
    "leg_thickness": 0.04,     # m, 0.02..0.08: thickness of a leg
    "leg_style": "turned",     # one of turned tapered square: shape of the legs
    "back": True,              # switch: a back
    "back_height": 0.45,       # m, 0.25..0.80: height of the back
    "slats": 5,                # count, 0..9: bars in the back
    "armrests": 0,             # count, 0..2: armrests
    "cushion": False,          # switch: a cushion
    "cushion_thickness": 0.05, # m, 0.02..0.10: thickness of the cushion
    "material": "wood",        # one of wood metal plastic: what it is made of
    "leg_material": "wood",    # one of wood metal plastic: what the legs are made of
    "seat_color": "#c9a06a",   # color: the seat
    "back_color": "#c9a06a",   # color: the back
    "leg_color": "#c9a06a",    # color: the legs
    "cushion_color": "#c8553d",  # color: the cushion
    "wear": 0.2,               # share, 0..1: worn edges
    "polish": 0.3,             # share, 0..1: gloss
}

EXEMPLAR = {
    "title": "Dining chair",
    "names": ["chair", "dining chair", "kitchen chair", "armchair"],
    "kin": ["stool", "bench", "sofa", "office chair", "rocking chair"],
    "tags": ["furniture", "wood", "indoor"],
    "parts": {
        "seat": {"describe": "saddled seat board", "touches": ["legs", "back"]},
        "legs": {"describe": "turned legs", "count": "legs", "touches": ["seat"]},
        "back": {"describe": "posts and rail", "when": "back", "touches": ["seat"]},
        "slats": {"describe": "bars in the back", "count": "slats", "when": "back", "touches": ["back"]},
        "armrests": {"describe": "swept arms", "count": "armrests", "touches": ["seat", "back"]},
        "cushion": {"describe": "padded cushion", "when": "cushion", "touches": ["seat"]},
    },
    "things": {
        "": {
            "height": ["seat_height", "back_height"], "width": ["seat_width"], "depth": ["seat_depth"],
            "size": ["seat_height", "seat_width", "seat_depth", "back_height"],
            "color": ["seat_color", "back_color", "leg_color"],
            "materials": {"wood": {"material": "wood", "leg_material": "wood"},
                          "metal": {"material": "metal", "leg_material": "metal"},
                          "plastic": {"material": "plastic", "leg_material": "plastic"},
                          "oak": {"material": "wood", "leg_material": "wood", "seat_color": "#b98a52",
                                  "back_color": "#b98a52", "leg_color": "#b98a52"}},
            "qualities": [{"words": ["worn", "weathered", "old"], "set": {"wear": 0.8}},
                          {"words": ["new", "clean"], "set": {"wear": 0.0}},
                          {"words": ["shiny", "glossy", "polished"], "set": {"polish": 0.8}},
                          {"words": ["comfortable", "cosy"], "set": {"cushion": True, "armrests": 2}}],
        },
        "seat": {"words": ["seat board"], "color": ["seat_color"], "height": ["seat_height"], "width": ["seat_width"],
                 "depth": ["seat_depth"], "size": ["seat_width", "seat_depth"]},
        "legs": {"words": ["leg", "foot"], "count": "legs", "color": ["leg_color"], "height": ["seat_height"],
                 "length": ["seat_height"], "thickness": ["leg_thickness"],
                 "materials": {"wood": {"leg_material": "wood"}, "metal": {"leg_material": "metal"}},
                 "qualities": [{"words": ["tapered"], "set": {"leg_style": "tapered"}},
                               {"words": ["square"], "set": {"leg_style": "square"}}]},
        "back": {"words": ["backrest", "back rest"], "switch": "back", "color": ["back_color"], "height": ["back_height"]},
        "slats": {"words": ["slat", "bar", "spindle"], "count": "slats", "color": ["back_color"]},
        "armrests": {"words": ["armrest", "arm rest", "arm"], "count": "armrests", "add": {"armrests": 2},
                     "color": ["back_color"]},
        "cushion": {"words": ["pad", "pillow", "seat cushion"], "switch": "cushion", "color": ["cushion_color"],
                    "thickness": ["cushion_thickness"],
                    "qualities": [{"words": ["thick", "fluffy", "soft"], "set": {"cushion_thickness": 0.085}}]},
    },
    "styles": {"rustic": {"wear": 0.85, "leg_thickness": 0.056}, "modern": {"leg_style": "tapered", "wear": 0.0}},
}


def _board(p):
    return p["seat_width"], p["seat_depth"], p["seat_height"]


def material_main(p):
    """What seat and back are made of."""
    return (p["material"], p["wear"], p["polish"])


def build_seat(p):
    """Seat board."""
    return [_board(p), p["seat_color"], material_main(p)]


def build_legs(p):
    """Legs, one object each."""
    return [(_board(p), p["leg_thickness"], p["leg_style"], p["leg_color"], p["leg_material"], p["wear"], p["polish"])
            for _ in range(p["legs"])]


def build_back(p):
    """Posts and rail."""
    return [(_board(p), p["back_height"], p["back_color"], material_main(p))] if p["back"] else []


def build_slats(p):
    """Bars in the back."""
    return [(p["back_height"], p["back_color"], p["seat_width"], material_main(p))] * p["slats"] if p["back"] else []


def build_armrests(p):
    """Arms."""
    return [(_board(p), p["back_color"], material_main(p))] * p["armrests"]


def build_cushion(p):
    """Pad."""
    return [(_board(p), p["cushion_color"], p["cushion_thickness"])] if p["cushion"] else []


def build(p):
    """Everything, under one empty."""
    root = bpy.data.objects.new("Chair", None)
    for part in (build_seat, build_legs, build_back, build_slats, build_armrests, build_cushion):
        part(p)
    return root


if __name__ == "__main__":
    build(PARAMS)
