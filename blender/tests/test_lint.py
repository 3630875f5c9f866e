# SPDX-License-Identifier: GPL-3.0-or-later
"""The lint: a good script passes, each way out is found. Plain Python."""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from ll3m_bridge import lint  # noqa: E402

with open(os.path.join(HERE, "scripts", "stool.py"), encoding="utf-8") as stream:
    STOOL = stream.read()

BAD = [
    ("import.denied", "import os"), ("import.denied", "import numpy.f2py"), ("import.denied", "from os import path"),
    ("import.denied", "from . import x"), ("import.denied", "from math import *"), ("import.denied", "import bpy_extras"),
    ("name.denied", "open('x')"), ("name.denied", "exec('1')"), ("name.denied", "f = eval"), ("name.denied", "__import__('os')"),
    ("name.denied", "getattr(p, n)"), ("name.denied", "__builtins__"), ("name.denied", "sys.exit()"),
    ("attribute.denied", "().__class__.__base__.__subclasses__()"), ("attribute.denied", "build.__globals__"),
    ("attribute.denied", "(x for x in p).gi_frame"), ("attribute.denied", "'{0.__class__}'.format(p)"),
    ("attribute.denied", "random._os"), ("attribute.denied", "bpy.path.os"), ("attribute.denied", "p.tofile('x')"),
    ("call.denied", "bpy.ops.wm.quit_blender()"), ("call.denied", "bpy.ops.wm.save_as_mainfile(filepath='x')"),
    ("call.denied", "w = bpy.ops.wm"), ("call.denied", "bpy.app.handlers.load_post.append(p)"),
    ("call.denied", "bpy.data.libraries.load('x')"), ("call.denied", "bpy.utils.register_class(p)"),
    ("call.denied", "b = bpy.data; b.images.load('x')"), ("call.denied", "np.fromfile('x')"),
    ("params.unknown", "p['seat_heigth']"), ("random.unseeded", "random.random()"), ("ops.slow", "bpy.ops.mesh.primitive_cube_add()"),
]


class LintTest(unittest.TestCase):
    def test_good(self):
        self.assertEqual(lint.check(STOOL), [])

    def test_bad(self):
        for rule, line in BAD:
            text = STOOL.replace("import math\n", "import math\nimport random\nimport numpy as np\n")
            text = text.replace("    root = bpy", "    %s\n    root = bpy" % line)
            where = text[:text.index(line)].count("\n") + 1
            found = lint.check(text)
            self.assertIn((rule, where), {(each["rule"], each["line"]) for each in found}, line)

    def test_syntax_is_a_diagnostic(self):
        found = lint.check("def f(:\n")
        self.assertEqual([(each["rule"], each["line"]) for each in found], [("script.syntax", 1)])

    def test_own_names_may_look_like_denied_ones(self):
        self.assertEqual(lint.check(STOOL.replace("made, material = [], material_legs(p)",
                                                  "made, material, open, io = [], material_legs(p), 1, 2\n    print(open, io)")), [])


if __name__ == "__main__":
    unittest.main()
