# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences of reports. Plain Python."""
import copy
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ll3m_bridge import diff  # noqa: E402
from ll3m_bridge.errors import Failure  # noqa: E402


def part(name, top=1.0):
    return {"part": name, "pieces": 2, "triangles": 12, "bounds": {"min": [0, 0, 0], "max": [1, 1, top]},
            "hash": {"mesh": "m", "transform": "t", "material": "c"}}


class DiffTest(unittest.TestCase):
    def test_states(self):
        before = {"parts": [part("same"), part("moved"), part("gone"), part("painted")]}
        after = copy.deepcopy(before)
        after["parts"][1]["hash"]["transform"] = "other"
        after["parts"][1]["bounds"]["max"][2] = 1.25
        after["parts"][3]["hash"]["material"] = "other"
        del after["parts"][2]
        after["parts"].append(part("new"))
        got = diff.compare(before, after)
        rows = {row["part"]: row for row in got["parts"]}
        self.assertEqual({name: row["state"] for name, row in rows.items()},
                         {"same": "same", "moved": "changed", "gone": "removed", "painted": "changed", "new": "added"})
        self.assertEqual(rows["moved"]["bounds"], {"min": [0, 0, 0], "max": [0, 0, 0.25]})
        self.assertEqual([rows["moved"][each] for each in diff.ASPECTS], [False, True, False])
        self.assertEqual([rows["painted"][each] for each in diff.ASPECTS], [False, False, True])
        self.assertEqual(rows["new"]["pieces"], [0, 2])
        self.assertEqual((got["changed"], got["unchanged"]), (["moved", "gone", "painted", "new"], ["same"]))

    def test_what_came_and_went(self):
        before = {"parts": [{**part("legs"), "objects": ["Leg 1", "Leg 2"], "materials": ["Wood"]}, part("seat")],
                  "contacts": [{"a": "legs", "b": "seat", "kind": "touch"}], "untagged": []}
        after = copy.deepcopy(before)
        after["parts"][0].update(objects=["Leg 1", "Leg 3"], materials=["Steel"], bounds={"min": [0, 0, 0.5], "max": [1, 1, 1.5]})
        after["parts"][0]["hash"]["transform"] = "other"
        after.update(contacts=[{"a": "legs", "b": "seat", "kind": "near"}], untagged=["Cube"])
        got = diff.compare(before, after)
        legs = got["parts"][0]
        self.assertEqual(legs["objects"], {"added": ["Leg 3"], "removed": ["Leg 2"]})
        self.assertEqual(legs["materials"], {"added": ["Steel"], "removed": ["Wood"]})
        self.assertEqual(legs["moved_by"], [0, 0, 0.5])
        self.assertEqual(got["contacts"], {"added": [], "removed": ["legs, seat"]})
        self.assertEqual(got["untagged"], {"added": ["Cube"], "removed": []})
        self.assertEqual(diff.compare(before, before)["changed"], [])
        self.assertIsNone(diff.compare(before, before)["parts"][0]["moved_by"])

    def test_no_report(self):
        for bad in ({}, {"parts": [1]}, {"parts": [{"part": "x"}]}):
            with self.assertRaises(Failure):
                diff.compare(bad, {"parts": []})


if __name__ == "__main__":
    unittest.main()
