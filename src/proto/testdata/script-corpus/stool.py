"""Stool: a round seat on three legs.

More words.
"""
import bpy

PARAMS = {
    "height": 0.5,         # m, 0.25..0.75: height of the seat
    "legs": 3,             # count, 3..6: number of legs
    "splay": -2.5,         # deg, -10..10: how far the legs lean
    "wear": 0.125,         # share: worn edges
    "cushion": False,      # switch: a cushion
    "color": "#AA5533",    # color: the wood
    "style": "turned",     # one of turned square: shape of the legs
    "label": "a \"b\"",    # text: what is written below
    "loose": 2,            # a comment of no kind
    "bare": "x"
}

EXEMPLAR = {
    "title": "Stool",
    "names": ["stool"],
}


LIMITS = (1, 2)


def _radius(p):
    return p["height"] * 0.5


class Seat:
    """Not a part."""

    def size(self, p):
        return p.get("wear", 0)


def material_wood(p):
    """The wood.

    Of any tree.
    """
    return (p['color'], f"{p['label']} x")


@staticmethod
def build_seat(p):
    """Round
    seat.
    """
    other = {"p": "splay"}
    return [_radius(p), material_wood(p), Seat(), other["p"]]


def build_legs(p, depth=lambda q: {"a": 1}) -> list:
    # "cushion" and p["cushion"] in a comment say nothing
    return [p["legs"], 'p["style"]', self.p["bare"]]


def build(p):
    return build_seat(p) + build_legs(p)


if __name__ == "__main__":
    build(PARAMS)
