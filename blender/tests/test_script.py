# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading and editing scripts. Plain Python."""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from ll3m_bridge import script  # noqa: E402
from ll3m_bridge.errors import Failure  # noqa: E402

with open(os.path.join(HERE, "scripts", "stool.py"), encoding="utf-8") as stream:
    STOOL = stream.read()

SMALL = '''"""Doc — with ünicode."""
PARAMS = {
    "a": 1.5,      # m, 0.5..2: length (ü)
    "größe": 2, "n": 3,      # count, 1..5: how many
    "c": "#aabbcc",  # color: tint
    "k": 'oak',    # one of oak ash-tree: wood
    "t": "x",      # text: a word
    "u": True,
    "s": 0.5,      # share: wear
}


# about the helper
def _helper(p):
    return p["a"]


def build_one(p):
    """One."""
    return [_helper(p), p.get("c")]


def build_all(p):
    """All."""
    return [value for value in p.values()]


# main comment
def build(p):
    build_one(p)


if __name__ == "__main__":
    build(PARAMS)
'''


class DescribeTest(unittest.TestCase):
    def test_stool(self):
        told = script.describe(STOOL)
        self.assertTrue(told["doc"].startswith("Stool: a round seat"))
        self.assertEqual(told["params"][0], {"name": "seat_height", "value": 0.46, "kind": "m", "low": 0.3, "high": 0.75,
                                             "choices": [], "describe": "height of the seat"})
        by_name = {each["name"]: each for each in told["functions"]}
        self.assertEqual(by_name["build_seat"]["params"], ["seat_height", "seat_color", "segments"])
        self.assertEqual(by_name["build_legs"]["params"], ["seat_height", "legs", "material", "segments"])
        self.assertEqual(by_name["_cylinder"]["params"], [])
        lines = STOOL.split("\n")
        self.assertTrue(lines[by_name["build_legs"]["first"] - 1].startswith("def build_legs"))
        self.assertEqual(lines[by_name["build_legs"]["last"] - 1].strip(), "return made")

    def test_kinds(self):
        params = {each["name"]: each for each in script.describe(SMALL)["params"]}
        self.assertEqual((params["n"]["kind"], params["n"]["low"], params["n"]["high"]), ("count", 1, 5))
        self.assertEqual(params["k"]["choices"], ["oak", "ash-tree"])
        self.assertEqual((params["u"]["kind"], params["u"]["describe"]), ("switch", ""))
        self.assertEqual((params["s"]["low"], params["s"]["high"]), (0.0, 1.0))
        self.assertEqual(params["a"]["describe"], "length (ü)")

    def test_mentions(self):
        by_name = {each["name"]: each["params"] for each in script.describe(SMALL)["functions"]}
        self.assertEqual(by_name["build_one"], ["a", "c"])
        self.assertEqual(len(by_name["build_all"]), 8)

    def test_syntax(self):
        with self.assertRaises(Failure) as caught:
            script.describe("x = 1\ndef f(:\n")
        self.assertEqual((caught.exception.code, caught.exception.detail["line"]), ("script.syntax", 2))


class SetTest(unittest.TestCase):
    def test_every_other_byte_stays(self):
        for newline in ("\n", "\r\n"):
            text = SMALL.replace("\n", newline)
            got, changed = script.set_values(text, {"a": 2, "größe": 7, "n": 4.0, "c": "#000000", "k": "ash-tree",
                                                    "t": "say \"hi\" it's\\", "u": False})
            self.assertEqual(changed, ["a", "größe", "n", "c", "k", "t", "u"])
            expected = text
            for old, new in (("1.5,", "2.0,"), ("\"größe\": 2", "\"größe\": 7"), ("\"n\": 3", "\"n\": 4"), ("#aabbcc", "#000000"),
                             ("'oak'", "\"ash-tree\""), ("\"x\"", "\"say \\\"hi\\\" it's\\\\\""), ("True", "False")):
                expected = expected.replace(old, new, 1)
            self.assertEqual(got, expected)
            self.assertEqual(script.Script(got).values()["t"], "say \"hi\" it's\\")

    def test_same_value_changes_nothing(self):
        self.assertEqual(script.set_values(SMALL, {"a": 1.5}), (SMALL, []))

    def test_refusals(self):
        for values in ({"aa": 1}, {"a": "1"}, {"a": True}, {"n": 2.5}, {"c": "red"}, {"k": "pine"}, {"u": 1}, {"t": 3},
                       {"a": float("inf")}, {"a": None}, {"a": [1]}):
            with self.assertRaises(Failure, msg=values) as caught:
                script.set_values(SMALL, values)
            self.assertEqual(caught.exception.code, "request.invalid")
            self.assertIn("a", caught.exception.detail["valid"])
        with self.assertRaises(Failure) as caught:
            script.set_values(STOOL, {"seat_heigt": 1})
        self.assertEqual(caught.exception.detail["nearest"], "seat_height")


class SpliceTest(unittest.TestCase):
    def test_replace(self):
        got, replaced, added = script.splice(SMALL, "# note\ndef _helper(p):\n    return p[\"n\"]\n")
        self.assertEqual((replaced, added), (["_helper"], []))
        self.assertEqual(got, SMALL.replace("    return p[\"a\"]\n", "    return p[\"n\"]\n"))

    def test_add_goes_above_build(self):
        got, replaced, added = script.splice(SMALL, "def build_new(p):\n    return []\n")
        self.assertEqual((replaced, added), ([], ["build_new"]))
        self.assertEqual(got, SMALL.replace("# main comment", "def build_new(p):\n    return []\n\n\n# main comment"))

    def test_both_with_crlf(self):
        text = SMALL.replace("\n", "\r\n")
        got, replaced, added = script.splice(text, "def build_new(p):\n    return []\n\ndef build(p):\n    pass")
        self.assertEqual((replaced, added), (["build"], ["build_new"]))
        self.assertNotIn("\n", got.replace("\r\n", ""))
        script.Script(got)

    def test_last_line_without_newline(self):
        got, _, _ = script.splice("def f():\n    return 1", "def f():\n    return 2")
        self.assertEqual(got, "def f():\n    return 2")
        got, _, _ = script.splice("x = 1", "def f():\n    return 2")
        self.assertEqual(got, "x = 1\n\n\ndef f():\n    return 2\n")

    def test_unicode_line_ends_are_no_line_ends(self):
        text = SMALL.replace("length (ü)", "length \u2028 \x0c \x85 (ü)")
        got, _, _ = script.splice(text, "def _helper(p):\n    return p[\"n\"]\n")
        self.assertEqual(got, text.replace("return p[\"a\"]", "return p[\"n\"]"))

    def test_decorators_go_with_the_function(self):
        text = "import functools\n\n\n@functools.lru_cache\ndef f():\n    return 1\n\n\nx = 2\n"
        got, _, _ = script.splice(text, "def f():\n    return 3\n")
        self.assertEqual(got, "import functools\n\n\ndef f():\n    return 3\n\n\nx = 2\n")

    def test_refusals(self):
        for functions in ("", "x = 1", "def f(): pass\ndef f(): pass", "import os"):
            with self.assertRaises(Failure) as caught:
                script.splice(SMALL, functions)
            self.assertEqual(caught.exception.code, "request.invalid")
        with self.assertRaises(Failure) as caught:
            script.splice(SMALL, "def f(:")
        self.assertEqual(caught.exception.code, "script.syntax")


class ContractTest(unittest.TestCase):
    def rules(self, text):
        return {(each["rule"], each["severity"]) for each in script.contract(text)}

    def test_good(self):
        self.assertEqual(script.contract(STOOL), [])

    def test_bad(self):
        self.assertIn(("contract.params", "error"), self.rules("def build(p): pass"))
        self.assertIn(("contract.params", "error"), self.rules("PARAMS = {\"a\": [1]}\ndef build(p): pass"))
        self.assertIn(("contract.build", "error"), self.rules("PARAMS = {}"))
        self.assertIn(("contract.build", "error"), self.rules("PARAMS = {}\ndef build(): pass"))
        self.assertIn(("contract.top_level", "error"), self.rules(STOOL + "\nbuild(PARAMS)\n"))
        self.assertIn(("contract.duplicate", "error"), self.rules(STOOL + "\ndef build(p): pass\n"))
        self.assertIn(("contract.range", "warning"), self.rules(STOOL.replace("0.46,", "4.6, ")))
        self.assertIn(("contract.comment", "warning"), self.rules(SMALL))
        self.assertIn(("contract.value", "error"), self.rules(STOOL.replace("\"legs\": 4", "\"legs\": \"4\"")))


if __name__ == "__main__":
    unittest.main()
