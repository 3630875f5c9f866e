# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that some Blenders have and others have not, from the dumps of 3.4, 4.3 and 5.2 (drift.py --names). bpy-free."""
import json
import os


def read():
    """Returns {"attributes", "sockets", "nodes"}: sets of names, "types": {type: set of names}."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "drift_names.json"), encoding="utf-8") as stream:
        return {key: {name: frozenset(names) for name, names in value.items()} if key == "types" else frozenset(value)
                for key, value in json.load(stream).items()}


NAMES = read()
