# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the tests of this folder, runs them, and prints one line of figures at the end."""
import glob
import os
import shutil
import sys
import unittest

import client


def main():
    """Returns the exit code."""
    wanted = sys.argv[1:] or [""]
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    loader, suite, skipped = unittest.TestLoader(), unittest.TestSuite(), 0
    for path in sorted(glob.glob("test_*.py")):
        if not any(each in path for each in wanted):
            continue
        tests = loader.loadTestsFromName(path[:-len(".py")])
        if path.endswith("_blender.py") and not shutil.which(client.BLENDER):
            skipped += tests.countTestCases()
            print("skipped: %s: there is no Blender" % path)
            continue
        suite.addTests(tests)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors)
    skipped += len(result.skipped)
    for test, reason in result.skipped:
        print("skipped: %s: %s" % (test.id(), reason))
    print("%d passed, %d failed, %d skipped" % (result.testsRun - failed - len(result.skipped), failed, skipped))
    return 1 if failed or loader.errors else 0


sys.exit(main())
