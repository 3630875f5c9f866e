# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a script before it runs, bpy-free: the verb `lint`.

Three families of rules, each a table of rows:
    contract   the shape of a script (script.py)
    policy     what a script may import and reach (lint_policy.py)
    api        what the Blender at hand does not have (lint_rules.py), found by walking the script (lint_flow.py)
A diagnostic is {rule, severity, line, column, message, hint, certainty, fix?}; certainty is "certain" or "likely", and what is only likely
is never an error. The line is the one that Blender's traceback would name. `fix` is a list of [line, column, end line, end
column, new text] (columns in UTF-8 bytes, from 0), see lint_fix.py.
"""
import ast
import contextlib
import gc

from . import lint_policy, script
from .errors import Failure

FAMILIES = ("contract", "policy", "api")
MAX_FOUND = 1000


@contextlib.contextmanager
def no_collections():
    """Keeps Python from looking for garbage in a tree of millions of nodes that are all in use: half of the time of a large script."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def check(text, api=None, families=FAMILIES):
    """Returns the diagnostics of a script in order of lines; api: an api_view.Api, without which its family says nothing."""
    with no_collections():
        return all_found(text, api, families)


def all_found(text, api, families):
    """Does the work of check()."""
    try:
        tree = script.parse(text)
    except Failure as failure:
        place = failure.detail
        return [{"rule": "script.syntax", "severity": "error", "line": place["line"] or 1, "column": place["column"] or 1,
                 "message": failure.message, "hint": "", "certainty": "certain"}]
    found = []
    if "contract" in families:
        found += [{**each, "certainty": "certain"} for each in script.contract(text)]
    if "policy" in families:
        found += of_policy(tree)
    if "api" in families and api is not None:
        found += of_api(tree, api, text)
    if not text.isascii():
        in_characters(text, found)
    unique = {(each["rule"], each["line"], each["column"], each["message"]): each for each in reversed(found)}
    return sorted(unique.values(), key=lambda each: (each["line"], each["column"], each["rule"]))[:MAX_FOUND]


def in_characters(text, found):
    """Turns the columns of diagnostics from bytes to characters."""
    lines = text.encode("utf-8", "surrogatepass").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    for each in found:
        if each["line"] <= len(lines):
            each["column"] = len(lines[each["line"] - 1][:each["column"] - 1].decode("utf-8", "replace")) + 1


def of_policy(tree):
    """Returns the diagnostics of the policy."""
    held = lint_policy.Tree(tree)
    return [{"rule": rule, "severity": severity, "line": node.lineno, "column": node.col_offset + 1, "message": message, "hint": hint,
             "certainty": "certain"}
            for rule, severity, function in lint_policy.RULES for node, message, hint in function(held)]


def of_api(tree, api, text):
    """Returns the diagnostics of the rules on the API."""
    from .lint_flow import Flow
    from .lint_rules import RULES
    found, seen = [], set()

    def report(rule, finding, calls):
        line, column = place_of(finding.node)
        entry = {"rule": rule.id, "severity": rule.severity if finding.sure else "warning", "line": line, "column": column,
                 "message": finding.message, "hint": finding.hint.strip(),
                 "certainty": "certain" if finding.sure and rule.severity == "error" else "likely"}
        if finding.fix:
            entry["fix"] = finding.fix
        key = (rule.id, line, column, finding.message)
        if key not in seen:
            seen.add(key)
            flow.rules = {} if len(seen) > MAX_FOUND else flow.rules    # enough is enough
            if calls and calls[-1][1] is not None:
                entry["message"] += " (called in line %d)" % calls[-1][1].lineno
            found.append(entry)

    flow = Flow(tree, api, RULES, report, text)
    try:
        flow.run(tree)
    except RecursionError:    # a script nested beyond reason: what was found so far stands
        pass
    return found


def place_of(node):
    """Returns (line, column) as a traceback has them: of a method call or an attribute over several lines, that of the name."""
    inner = node.func if node.__class__ is ast.Call else node
    if inner.__class__ is ast.Attribute and inner.end_lineno != inner.lineno:
        return inner.end_lineno, max(inner.end_col_offset - len(inner.attr), 0) + 1
    return node.lineno, node.col_offset + 1
