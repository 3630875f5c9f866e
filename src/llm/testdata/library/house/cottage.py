"""Test house: names and nothing more."""
import bpy

PARAMS = {
    "width": 6.0,            # m, 3..12: width
    "height": 3.0,           # m, 2..8: height of the walls
    "windows": 4,            # count, 0..12: windows
    "wall_color": "#efe9dc", # color: the walls
    "roof_color": "#8a3a2c", # color: the roof
}

EXEMPLAR = {
    "title": "Cottage",
    "names": ["house", "cottage", "home"],
    "kin": ["castle", "cabin", "barn"],
    "tags": ["building", "architecture"],
    "parts": {
        "walls": {"describe": "plastered walls", "touches": ["roof"]},
        "roof": {"describe": "tiled roof", "touches": ["walls"]},
        "windows": {"describe": "windows", "count": "windows", "touches": ["walls"]},
    },
    "things": {
        "": {"height": ["height"], "width": ["width"], "size": ["width", "height"], "color": ["wall_color", "roof_color"]},
        "walls": {"words": ["wall"], "color": ["wall_color"], "height": ["height"]},
        "roof": {"words": ["roof tile"], "color": ["roof_color"]},
        "windows": {"words": ["window"], "count": "windows"},
    },
    "styles": {},
}


def build_walls(p):
    """Walls."""
    return [p["width"], p["height"], p["wall_color"]]


def build_roof(p):
    """Roof."""
    return [p["width"], p["height"], p["roof_color"]]


def build_windows(p):
    """Windows."""
    return [bpy] * p["windows"]


def build(p):
    """Everything."""
    return build_walls(p) + build_roof(p) + build_windows(p)


if __name__ == "__main__":
    build(PARAMS)
