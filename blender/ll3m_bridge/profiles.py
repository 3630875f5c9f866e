# SPDX-License-Identifier: GPL-3.0-or-later
"""What files are made for: one row a profile.

A profile changes an opened copy with baked materials before files are written of it (`change`), writes some formats in a way
of its own (`writers`), and says what reading them back may find. What it did stands in an `Outcome`.
"""
import copy

import numpy as np

from . import game, light, solid
from .errors import Failure

# What every profile may be asked for: the script's own scene, as it is.
ALWAYS = ("blend",)


class Outcome:
    """What a profile made of an asset.

    `matrix` leads from the asset's place to the copy's; `parts` are the names of what stands for the asset in a file (None:
    its own names), `aside` those of what stands beside it (other levels, colliders); `triangles` how many the asset has there
    now (None: it is not known).
    """

    def __init__(self, title, exact):
        self.title = title
        self.exact = exact
        self.notes = []
        self.findings = []
        self.matrix = np.eye(4)
        self.parts = None
        self.aside = set()
        self.triangles = None
        self.told = {}

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def fresh(self):
        """Returns one for a file of its own: what becomes of that is noted there."""
        made = copy.copy(self)
        made.notes, made.findings = [], []
        return made


class Profile:
    """One row. `formats`: those it can be asked for (None: all); `size`: the largest textures; `look`: what of the materials
    its files carry, whatever the format could; `unit`: metres that are 1 in its copy; `bounds`, `difference`, `similarity`:
    how far off a file may be when it is read back, and `remedy` what helps; `everything`: it is all formats, whichever are
    asked for."""

    def __init__(self, formats=None, change=None, writers=None, size=None, look=None, unit=1.0, bounds=0.005, difference=8.0,
                 similarity=0.92, looked=True, remedy="larger textures", exact=False, everything=False):
        self.formats = formats
        self.change = change
        self.writers = writers or {}
        self.size = size
        self.look = look
        self.unit = unit
        self.bounds = bounds
        self.difference = difference
        self.similarity = similarity
        self.looked = looked
        self.remedy = remedy
        self.exact = exact
        self.everything = everything


TABLE = {
    "": Profile(exact=True),
    "web": Profile(("glb", "usdz"), writers={"glb": light.write_glb, "usdz": light.write_usdz}, size=1024, difference=10.0,
                   similarity=0.0),
    "game": Profile(("glb", "gltf", "fbx", "obj"), change=game.prepare, difference=10.0, similarity=0.0,
                    remedy="more triangles"),
    "print": Profile(("stl", "3mf", "obj", "ply", "glb"), change=solid.prepare, look="colors", unit=solid.UNIT,
                     bounds=0.01, looked=False),
    "archive": Profile(exact=True, everything=True),
}


def check(name, formats, bake):
    """Raises request.invalid for a profile that is none, or that cannot be had in these formats."""
    if name not in TABLE:
        raise Failure("request.invalid", "profile has to be one of %s, or empty" % " ".join(each for each in TABLE if each),
                      {"argument": "profile", "valid": list(TABLE)})
    if name and not bake:
        raise Failure("request.invalid", "a profile is made with baked materials: leave \"bake\" true", {"argument": "bake"})
    row = TABLE[name]
    wrong = [each for each in formats if row.formats is not None and each not in row.formats + ALWAYS]
    if wrong:
        raise Failure("request.invalid", "the profile %s has no %s: its formats are %s" % (
            name, " ".join(map(str, wrong)), " ".join(row.formats)),
            {"argument": "formats", "valid": list(row.formats + ALWAYS)})


def title_of(scene, name):
    """Returns the name of the asset of an opened copy: its root's, or else `name`."""
    tops = [each.name for each in scene.objects if each.parent is None]
    return tops[0] if len(tops) == 1 else name
