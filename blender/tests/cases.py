# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts that benchmarks go over: the library's, or those that are named."""
import glob
import os

LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "library")


def of(wanted):
    """Yields (name, text) of each exemplar, or of the families, script files and folders of them that are wanted."""
    shelf = {os.path.basename(os.path.dirname(path)): path for path in sorted(glob.glob(os.path.join(LIBRARY, "*", "*.py")))}
    for word in wanted or shelf:
        paths = sorted(glob.glob(os.path.join(word, "*.py"))) if os.path.isdir(word) else [shelf.get(word, word)]
        for path in paths:
            with open(path, encoding="utf-8") as stream:
                yield word if path == shelf.get(word) else os.path.basename(path)[:-len(".py")], stream.read()
