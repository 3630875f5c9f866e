"""Test rocket: fins and a flame."""
import bpy

PARAMS = {
    "height": 1.0,          # m, 0.3..3: height
    "fins": 3,              # count, 2..6: fins
    "fin_size": 1.0,        # factor, 0.5..2: size of the fins
    "flame": False,         # switch: a flame
    "body_color": "#e8e6df",  # color: the body
    "fin_color": "#c8342c",   # color: the fins
}

EXEMPLAR = {
    "title": "Toy rocket",
    "names": ["rocket", "spaceship", "rocket ship", "space rocket"],
    "kin": ["plane", "missile", "shuttle"],
    "tags": ["space", "toy"],
    "parts": {
        "body": {"describe": "rounded body", "touches": ["fins"]},
        "fins": {"describe": "fins", "count": "fins", "touches": ["body"]},
        "flame": {"describe": "flame", "count": None, "when": "flame", "may_float": True, "touches": []},
    },
    "things": {
        "": {"height": ["height"], "size": ["height"], "color": ["body_color", "fin_color"]},
        "body": {"words": ["hull", "fuselage"], "color": ["body_color"]},
        "fins": {"words": ["fin", "wing"], "count": "fins", "color": ["fin_color"], "size": ["fin_size"]},
        "flame": {"words": ["fire", "exhaust"], "switch": "flame"},
    },
    "styles": {},
}


def build_body(p):
    """Body."""
    return [p["height"], p["body_color"]]


def build_fins(p):
    """Fins."""
    return [(p["height"], p["fin_size"], p["fin_color"])] * p["fins"]


def build_flame(p):
    """Flame."""
    return [bpy, p["height"]] if p["flame"] else []


def build(p):
    """Everything."""
    return build_body(p) + build_fins(p) + build_flame(p)


if __name__ == "__main__":
    build(PARAMS)
