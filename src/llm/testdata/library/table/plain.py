"""Test table: drawers, handles and two materials."""
import bpy

PARAMS = {
    "length": 1.4,             # m, 0.6..2.4: length of the top
    "width": 0.8,              # m, 0.5..1.2: width of the top
    "height": 0.74,            # m, 0.4..1.1: height of the table
    "top_thickness": 0.03,     # m, 0.015..0.08: thickness of the top
    "legs": 4,                 # count, 3..6: legs
    "drawers": 0,              # count, 0..4: drawers
    "top_material": "wood",    # one of wood marble glass: what the top is made of
    "top_color": "#a87444",    # color: the top
    "leg_color": "#a87444",    # color: the legs
    "handle_color": "#3c3f42", # color: the handles
}

EXEMPLAR = {
    "title": "Plain table",
    "names": ["table", "dining table", "kitchen table"],
    "kin": ["desk", "coffee table", "workbench"],
    "tags": ["furniture", "wood"],
    "parts": {
        "top": {"describe": "solid top", "touches": ["legs"]},
        "legs": {"describe": "square legs", "count": "legs", "touches": ["top"]},
        "drawers": {"describe": "drawers under the top", "count": "drawers", "touches": ["top"]},
        "handles": {"describe": "handles of the drawers", "count": "drawers", "touches": ["drawers"]},
    },
    "things": {
        "": {"height": ["height"], "width": ["width"], "length": ["length"], "size": ["length", "width", "height"],
             "color": ["top_color", "leg_color"],
             "materials": {"wood": {"top_material": "wood"}}},
        "top": {"words": ["table top", "tabletop"], "color": ["top_color"], "thickness": ["top_thickness"],
                "materials": {"wood": {"top_material": "wood"}, "marble": {"top_material": "marble", "top_color": "#e6e3de"},
                              "glass": {"top_material": "glass"}}},
        "legs": {"words": ["leg"], "count": "legs", "color": ["leg_color"], "height": ["height"]},
        "drawers": {"words": ["drawer"], "count": "drawers"},
        "handles": {"words": ["handle", "knob"], "color": ["handle_color"]},
    },
    "styles": {},
}


def build_top(p):
    """Top."""
    return [p["length"], p["width"], p["height"], p["top_thickness"], p["top_material"], p["top_color"]]


def build_legs(p):
    """Legs."""
    return [(p["height"], p["leg_color"])] * p["legs"]


def build_drawers(p):
    """Drawers."""
    return [(p["top_color"], p["width"])] * p["drawers"]


def build_handles(p):
    """Handles."""
    return [(p["handle_color"], bpy)] * p["drawers"]


def build(p):
    """Everything."""
    return build_top(p) + build_legs(p) + build_drawers(p) + build_handles(p)


if __name__ == "__main__":
    build(PARAMS)
