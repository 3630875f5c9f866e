# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading and editing the text of a script, bpy-free.

Source: doc/SCRIPT.md. Everything is read from the syntax tree and the comments, nothing is executed. Invariant: `splice` and
`set_values` change the functions and values they are asked to and keep every other byte. Lines are those of Python's own
tokenizer (LF, CRLF, CR), never those of str.splitlines.
"""
import ast
import difflib
import io
import math
import re
import tokenize

from .errors import Failure

NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
COMMENT = re.compile(
    r"#\s*(?P<kind>m|deg|s|factor|share|count|switch|color|text|one of(?:[ ]+[\w.+-]+)+)"
    r"(?:\s*,\s*(?P<low>" + NUMBER + r")\s*\.\.\s*(?P<high>" + NUMBER + r"))?\s*(?::\s*(?P<describe>.*))?$")
COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
NUMERIC = {"m", "deg", "s", "factor", "share", "count"}
PARAMS_NAMES = {"p", "PARAMS"}
GUARD_TEST = "__name__"


class Param:
    """One entry of PARAMS: where its value stands, and what its comment says of it."""

    def __init__(self, name, node, value, comment):
        self.name = name
        self.node = node
        self.value = value
        self.comment = comment
        match = COMMENT.match(comment) if comment else None
        self.documented = match is not None
        self.kind, self.choices = read_kind(match, value)
        self.low, self.high = read_range(match, self.kind)
        self.describe = (match["describe"] or "").strip() if match else comment.lstrip("# ").strip()

    def accept(self, value):
        """Returns the value as this entry holds it, or None when it is of another type."""
        if self.kind == "switch":
            return value if isinstance(value, bool) else None
        if self.kind in NUMERIC:
            return accept_number(value, self.kind == "count")
        if not isinstance(value, str):
            return None
        if self.kind == "color":
            return value if COLOR.match(value) else None
        if self.choices:
            return value if value in self.choices else None
        return value

    def expected(self):
        """Says in a few words what accept() wants."""
        if self.choices:
            return "one of " + " ".join(self.choices)
        return {"switch": "true or false", "count": "a whole number", "color": "\"#rrggbb\"",
                "text": "text"}.get(self.kind, "a number")


def read_kind(match, value):
    """Returns (kind, choices): from the comment, or, without one, from the value."""
    if match:
        words = match["kind"].split()
        return ("one of", words[2:]) if words[0] == "one" else (words[0], [])
    if isinstance(value, bool):
        return "switch", []
    if isinstance(value, int):
        return "count", []
    if isinstance(value, float):
        return "factor", []
    return ("color" if COLOR.match(value) else "text"), []


def read_range(match, kind):
    """Returns (low, high), None where the comment gives none; a share lies in 0..1."""
    if match and match["low"] is not None:
        convert = int if kind == "count" and not re.search(r"[.eE]", match["low"] + match["high"]) else float
        return convert(match["low"]), convert(match["high"])
    return (0.0, 1.0) if kind == "share" else (None, None)


def accept_number(value, whole):
    """A finite number; a whole one if asked. None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    if whole:
        return int(value) if float(value).is_integer() else None
    return value


class Script:
    """A parsed script. Raises script.syntax when Python cannot read it."""

    def __init__(self, text):
        self.text = text
        self.tree = parse(text)
        self.lines = list(io.StringIO(text, newline=""))
        self.functions = {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}
        self.params = self._read_params()

    def _read_params(self):
        """Returns {name: Param}, or None when there is no literal dict PARAMS."""
        node = assigned(self.tree, "PARAMS")
        if not isinstance(node, ast.Dict):
            return None
        comments = self._comments(node.lineno, node.end_lineno)
        params = {}
        for key, value in zip(node.keys, node.values):
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                return None
            try:
                literal = ast.literal_eval(value)
            except (ValueError, TypeError, MemoryError, RecursionError):
                return None
            if not isinstance(literal, (bool, int, float, str)):
                return None
            params[key.value] = Param(key.value, value, literal, comments.get(value.end_lineno, ""))
        return params

    def _comments(self, first, last):
        """Returns {line: comment} of a range of lines."""
        found = {}
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT and first <= token.start[0] <= last:
                found[token.start[0]] = token.string
            if token.start[0] > last:
                break
        return found

    def values(self):
        """Returns PARAMS as a dict."""
        return {name: param.value for name, param in (self.params or {}).items()}

    def check_values(self, values):
        """Returns the values as PARAMS holds them; request.invalid for one that it does not know or cannot take."""
        checked, params = {}, self.params or {}
        for name, value in values.items():
            if name not in params:
                near = difflib.get_close_matches(name, params, 1, 0.5)
                hint = "; did you mean \"%s\"?" % near[0] if near else ""
                raise Failure("request.invalid", "no parameter \"%s\"%s valid are: %s"
                              % (name, hint, " ".join(params) or "none"),
                              {"param": name, "nearest": near[0] if near else None, "valid": sorted(params)})
            accepted = params[name].accept(value)
            if accepted is None:
                raise Failure("request.invalid", "parameter \"%s\" takes %s" % (name, params[name].expected()),
                              {"param": name, "kind": params[name].kind, "choices": params[name].choices,
                               "valid": sorted(params)})
            checked[name] = accepted
        return checked

    def mentions(self, name):
        """Returns the parameters that a function depends on, by itself and through the functions it mentions."""
        keys, seen, open_names = set(), set(), [name]
        while open_names:
            current = open_names.pop()
            if current in seen:
                continue
            seen.add(current)
            direct, callees = mentioned(self.functions[current], self.functions)
            keys |= set(self.params or {}) if direct is None else direct
            open_names.extend(callees)
        return [key for key in (self.params or {}) if key in keys]


def parse(text):
    """Returns the syntax tree, or raises script.syntax with the place."""
    try:
        return ast.parse(text, "draft.py")
    except SyntaxError as error:
        raise Failure("script.syntax", "line %s: %s" % (error.lineno, error.msg),
                      {"line": error.lineno, "column": error.offset,
                       "text": (error.text or "").rstrip("\r\n")[:500]}) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Failure("script.syntax", str(error) or "nested too deeply", {"line": 1, "column": 1, "text": ""}) from None


def assigned(tree, name):
    """Returns the node of the last value that the module assigns to a name, or None."""
    found = None
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            found = node.value
    return found


def mentioned(function, functions):
    """Returns (keys mentioned as p["key"], names of functions mentioned); the keys are None for "any of them"."""
    keys, callees, plain, wrapped = set(), set(), 0, 0
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            plain += node.id in PARAMS_NAMES
            if node.id in functions:
                callees.add(node.id)
        key = subscript_key(node)
        if key is not None:
            keys.add(key)
            wrapped += 1
        wrapped += passed_on(node, functions)
    return (keys if plain == wrapped else None), callees


def subscript_key(node):
    """Returns key of p["key"] and p.get("key"), else None."""
    if isinstance(node, ast.Subscript):
        owner, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        owner, key = node.func.value, node.args[0]
    else:
        return None
    if isinstance(owner, ast.Name) and owner.id in PARAMS_NAMES and isinstance(key, ast.Constant):
        return key.value if isinstance(key.value, str) else None
    return None


def passed_on(node, functions):
    """Counts the plain `p` among the arguments of a call to one of the module's functions."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions):
        return 0
    arguments = node.args + [keyword.value for keyword in node.keywords]
    return sum(isinstance(each, ast.Name) and each.id in PARAMS_NAMES for each in arguments)


def describe(text):
    """The verb `describe`: what the text says of itself."""
    script = Script(text)
    return {
        "doc": ast.get_docstring(script.tree) or "",
        "params": [{"name": each.name, "value": each.value, "kind": each.kind, "low": each.low, "high": each.high,
                    "choices": each.choices, "describe": each.describe} for each in (script.params or {}).values()],
        "functions": [{"name": name, "first": first_line(node), "last": node.end_lineno,
                       "params": script.mentions(name), "doc": ast.get_docstring(node) or ""}
                      for name, node in script.functions.items()],
    }


def first_line(node):
    """The line a function starts on, its decorators included."""
    return min([node.lineno] + [each.lineno for each in node.decorator_list])


def set_values(text, values):
    """The verb `set`: returns (text with the values in PARAMS, names of those that differ from before)."""
    script = Script(text)
    if script.params is None:
        raise Failure("script.contract", "the script has no literal dict PARAMS")
    checked = script.check_values(values)
    changed = [name for name, value in checked.items() if not same(value, script.params[name].value)]
    edits = sorted(((script.params[name].node, literal(checked[name], script.params[name].value)) for name in changed),
                   key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True)
    lines = list(script.lines)
    for node, replacement in edits:
        replace_node(lines, node, replacement)
    return "".join(lines), changed


def same(value, other):
    """Equal, and a switch only to a switch."""
    return value == other and isinstance(value, bool) == isinstance(other, bool)


def literal(value, before):
    """Writes a value the way the file writes such values."""
    if isinstance(value, str):
        body = repr(value)[1:-1]
        if repr(value)[0] == "'":
            body = body.replace("\\'", "'").replace("\"", "\\\"")
        return "\"%s\"" % body
    if isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
        return repr(float(value))
    return repr(value)


def replace_node(lines, node, replacement):
    """Puts text in the place of a node; columns of a node are bytes of UTF-8."""
    first = lines[node.lineno - 1].encode("utf-8", "surrogatepass")
    last = lines[node.end_lineno - 1].encode("utf-8", "surrogatepass")
    joined = first[:node.col_offset] + replacement.encode("utf-8") + last[node.end_col_offset:]
    lines[node.lineno - 1:node.end_lineno] = [joined.decode("utf-8", "surrogatepass")]


def splice(text, functions):
    """The verb `splice`: returns (text, names replaced, names added)."""
    script = Script(text)
    pieces = read_functions(functions, "\r\n" if "\r\n" in text else "\n")
    lines = list(script.lines)
    replaced = [name for name in pieces if name in script.functions]
    added = [name for name in pieces if name not in script.functions]
    place = insertion_line(script)
    edits = [(first_line(script.functions[name]) - 1, script.functions[name].end_lineno, name) for name in replaced]
    if added:
        edits.append((place, place, None))
    for start, end, name in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        if name is not None:
            ending = lines[end - 1][len(lines[end - 1].rstrip("\r\n")):]
            lines[start:end] = [pieces[name] + ending]
        else:
            lines[start:start] = added_lines(lines, start, [pieces[each] for each in added], script)
    result = "".join(lines)
    parse(result)
    return result, replaced, added


def read_functions(text, newline):
    """Returns {name: text} of the functions in a text that holds nothing but functions and their comments."""
    tree = parse(text)
    lines = list(io.StringIO(text, newline=""))
    pieces = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            raise Failure("request.invalid", "functions: line %d is not a function" % node.lineno)
        if node.name in pieces:
            raise Failure("request.invalid", "functions: \"%s\" comes twice" % node.name)
        piece = "".join(lines[first_line(node) - 1:node.end_lineno]).rstrip("\r\n")
        pieces[node.name] = newline.join(piece.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if not pieces:
        raise Failure("request.invalid", "functions: no function in it")
    return pieces


def insertion_line(script):
    """Returns the index of the line before which new functions go: above build(), above its own comments."""
    anchor = script.functions.get("build")
    if anchor is not None:
        index = first_line(anchor) - 1
    else:
        tests = [node for node in script.tree.body if isinstance(node, ast.If)]
        index = tests[-1].lineno - 1 if tests else len(script.lines)
    while index and script.lines[index - 1].startswith("#") and index - 1 > 0:
        index -= 1
    return index


def added_lines(lines, place, pieces, script):
    """Returns the new functions with two empty lines around each."""
    newline = "\r\n" if "\r\n" in script.text else "\n"
    ended = place == 0 or lines[place - 1].endswith(("\n", "\r"))
    out = [] if ended else [newline * 3]
    tail = newline * 3 if place < len(lines) else newline
    return out + [piece + (newline * 3 if index + 1 < len(pieces) else tail) for index, piece in enumerate(pieces)]


def contract(text):
    """Returns the diagnostics of the script contract: {rule, severity, line, column, message, hint}."""
    script = Script(text)
    found = []

    def say(rule, severity, node, message, hint=""):
        found.append({"rule": rule, "severity": severity, "line": getattr(node, "lineno", 1),
                      "column": getattr(node, "col_offset", 0) + 1, "message": message, "hint": hint})

    if not ast.get_docstring(script.tree):
        say("contract.docstring", "warning", None, "the script has no docstring",
            "Say on top what it makes, its parts, and how to use its parameters.")
    check_params(script, say)
    check_build(script, say)
    check_top_level(script, say)
    check_names(script, say)
    return found


def check_params(script, say):
    """PARAMS is one literal dict, each entry with its comment, its value inside its range."""
    node = assigned(script.tree, "PARAMS")
    if script.params is None:
        say("contract.params", "error", node, "PARAMS is not one literal dict of numbers, booleans and strings",
            "Write PARAMS = {\"name\": value, ...} at the top of the script.")
        return
    for param in script.params.values():
        if not param.documented:
            say("contract.comment", "warning", param.node,
                "parameter \"%s\" has no comment of the form KIND[, LOW..HIGH]: what it is" % param.name,
                "For example: # m, 0.3..0.6: height of the seat")
        elif param.accept(param.value) is None:
            say("contract.value", "error", param.node,
                "parameter \"%s\" is %r, but its comment says %s" % (param.name, param.value, param.expected()))
        elif param.kind in NUMERIC and param.low is None:
            say("contract.range", "warning", param.node, "parameter \"%s\" has no range" % param.name)
        elif param.low is not None and not param.low <= param.value <= param.high:
            say("contract.range", "warning", param.node,
                "parameter \"%s\" is outside its range %s..%s" % (param.name, param.low, param.high))


def check_build(script, say):
    """There is build(p), and at least one build_<part>(p)."""
    build = script.functions.get("build")
    if build is None:
        say("contract.build", "error", None, "there is no function build(p)",
            "build(p) calls the part functions in order and parents everything under one empty.")
    elif not takes_one(build):
        say("contract.build", "error", build, "build has to take one argument, the parameters")
    parts = [node for name, node in script.functions.items() if name.startswith("build_")]
    if not parts:
        say("contract.parts", "error", build, "there is no function build_<part>(p)", "Make one function a part.")
    for node in parts:
        if not takes_one(node):
            say("contract.parts", "error", node, "%s has to take one argument, the parameters" % node.name)
        if not ast.get_docstring(node):
            say("contract.docstring", "warning", node, "%s has no docstring" % node.name)


def takes_one(node):
    """Whether a function can be called with exactly one positional argument."""
    arguments = node.args
    positional = arguments.posonlyargs + arguments.args
    needed = len(positional) - len(arguments.defaults)
    required = [default for default in arguments.kw_defaults if default is None]
    return needed <= 1 <= len(positional) and not required


def check_top_level(script, say):
    """Nothing happens at import time but definitions."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    for node in script.tree.body:
        if isinstance(node, allowed) or is_text(node) or is_main_guard(node):
            continue
        say("contract.top_level", "error", node, "a statement outside of a function runs when the script is loaded",
            "Move it into build(p) or a part function; call build(PARAMS) under if __name__ == \"__main__\".")


def is_text(node):
    """A docstring or another bare constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_main_guard(node):
    """if __name__ == "__main__": ..."""
    return (isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and isinstance(node.test.left, ast.Name)
            and node.test.left.id == GUARD_TEST)


def check_names(script, say):
    """A function's name says what it is, and comes once."""
    seen = set()
    for node in script.tree.body:
        if isinstance(node, ast.AsyncFunctionDef):
            say("contract.top_level", "error", node, "an async function has no use here")
        if not isinstance(node, ast.FunctionDef):
            continue
        if node.name in seen:
            say("contract.duplicate", "error", node, "%s is defined twice" % node.name)
        seen.add(node.name)


def refuse_violations(text):
    """Raises script.contract when the text breaks the contract in a way that keeps it from being run."""
    errors = [each for each in contract(text) if each["severity"] == "error"]
    if errors:
        raise Failure("script.contract", "line %d: %s" % (errors[0]["line"], errors[0]["message"]),
                      {"line": errors[0]["line"], "diagnostics": errors})
