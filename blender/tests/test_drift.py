# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of two dumps, on small ones made here. Plain Python."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ll3m_bridge import drift  # noqa: E402


def dump(version, props, **more):
    """Returns a dump with one type and what else is given."""
    made = {"key": {"blender": version}, "types": {"ID": {"base": "", "props": more.pop("base", {})}, "Thing": {"base": "ID", "props": props}},
            "operators": {}, "nodes": {}, "refined": {}, "bmesh": {}, "classes": {}, "modules": {}, "context": {}}
    made.update(more)
    return made


def flat(old, new):
    """Returns the changes as tuples."""
    return [(each["change"], each["kind"], each["where"], each["name"], each.get("to")) for each in drift.compare(old, new)["changes"]]


FLOAT = {"type": "FLOAT"}


class DriftTest(unittest.TestCase):
    def test_same(self):
        one = dump("1.0.0", {"size": FLOAT})
        self.assertEqual(flat(one, one), [])

    def test_renamed_moved_removed_new_retyped(self):
        old = dump("1.0.0", {"shadow_size": FLOAT, "kept": FLOAT, "gone": {"type": "STRING"}, "up": FLOAT})
        new = dump("2.0.0", {"shadow_soft_size": FLOAT, "kept": {"type": "INT"}}, base={"up": FLOAT})
        self.assertEqual(flat(old, new), [
            ("new", "attribute", "ID", "up", None), ("moved", "attribute", "Thing", "up", "ID"),
            ("removed", "attribute", "Thing", "gone", None), ("renamed", "attribute", "Thing", "shadow_size", "shadow_soft_size"),
            ("retyped", "attribute", "Thing", "kept", "INT ")])

    def test_another_type_is_no_rename(self):
        found = flat(dump("1.0.0", {"shadow_size": FLOAT}), dump("2.0.0", {"shadow_sizes": {"type": "STRING"}}))
        self.assertEqual([each[0] for each in found], ["removed", "new"])

    def test_enum_items(self):
        found = flat(dump("1.0.0", {"mode": {"type": "ENUM", "items": ["A", "LONGER"]}}), dump("2.0.0", {"mode": {"type": "ENUM", "items": ["A", "LONGERS"]}}))
        self.assertEqual(found, [("renamed", "enum", "Thing.mode", "LONGER", "LONGERS")])

    def test_sockets_by_the_reviewed_table_first(self):
        def node(*names):
            return {"ShaderNodeBsdfPrincipled": {"inputs": [{"name": name, "id": name, "type": "VALUE"} for name in names], "outputs": []}}
        found = flat(dump("3.0.0", {}, nodes=node("Sheen", "Subsurface", "Odd Weight")),
                     dump("4.0.0", {}, nodes=node("Sheen Roughness", "Sheen Weight", "Subsurface Scale", "Subsurface Weight", "Odd Weights")))
        self.assertEqual([each for each in found if each[0] == "renamed"], [
            ("renamed", "input", "ShaderNodeBsdfPrincipled", "Odd Weight", "Odd Weights"),
            ("renamed", "input", "ShaderNodeBsdfPrincipled", "Sheen", "Sheen Weight"),
            ("renamed", "input", "ShaderNodeBsdfPrincipled", "Subsurface", "Subsurface Weight")])

    def test_names_that_not_all_have(self):
        found = drift.names([dump("1.0.0", {"old": FLOAT, "both": FLOAT}), dump("2.0.0", {"new": FLOAT, "both": FLOAT})])
        self.assertEqual((found["attributes"], found["types"]), (["new", "old"], {"Thing": ["new", "old"]}))


if __name__ == "__main__":
    unittest.main()
