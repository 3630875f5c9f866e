# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairs of a question and the API that answers it, out of Blender's own documentation examples and out of commented scripts.

    retrieval_pairs.py CHUNKS EXAMPLES LIBRARY [SCRIPTS…] > pairs.json

CHUNKS are the symbols there are (one a line); EXAMPLES is doc/python_api/examples of Blender's source; LIBRARY the exemplars;
SCRIPTS folders of scripts by others. A pair is {"set", "half", "query", "targets": [symbol], "owner": symbol or null}:

    doc      what an example says of itself (its heading and docstring) → what its file name says it is about
    heading  its heading alone, where it has one of three words or more
    titled   the words of its file name before what it says of itself ("app timers Run a function every x seconds")
    comment  a comment in an example or an exemplar → the API that the statement below is a call of
    scripts  the same in the scripts that Blender ships

None of these texts is in the index: it is made from the running Blender alone, and what it has of docstrings are those of its
own functions. Halves are fixed by a hash of the file: "look" may be looked at, "test" is only counted.
"""
import ast
import hashlib
import json
import pathlib
import re
import sys

MARKED = re.compile(r":(?:class|mod|func|meth|attr|ref|data|exc):`~?([^`]*)`")
RULE = re.compile(r"^([-+=*~#^\"])\1{2,}\s*$")
CALL = re.compile(r"^(?:bpy\.ops|bmesh\.ops|bmesh|mathutils|bpy\.utils|bpy\.path|bpy\.app|bpy\.props|bpy_extras|gpu|blf)\.")
CODE = re.compile(r"[=;{}]|\w\(|\bTODO\b|\bXXX\b|\bFIXME\b|^\W*-{3}|^type:|\bnoqa\b|\bpylint\b")
DATA = re.compile(r"^(?:bpy|context)\.(?:blend_)?data\.(\w+)\.(\w+)$")


def half(name):
    return "look" if hashlib.sha256(name.encode()).digest()[0] % 2 else "test"


def plain(text):
    return " ".join(MARKED.sub(r"\1", text).replace("``", "").split())


def said(path):
    """Returns the heading and the whole text of an example's docstring, or of the comment that stands for it."""
    source = path.read_text()
    try:
        text = ast.get_docstring(ast.parse(source)) or ""
    except SyntaxError:
        text = ""
    if not text:
        first = re.match(r"(?:\s*#[^\n]*\n)+", source)
        text = re.sub(r"(?m)^\s*# ?", "", first.group()) if first else ""
    lines = text.split("\n")
    heading = next((lines[i].strip() for i in range(len(lines) - 1) if lines[i].strip() and RULE.match(lines[i + 1])), "")
    body = "\n".join(line for line in lines if not RULE.match(line) and not line.startswith(".. "))
    return plain(heading), " ".join(body.split())


def words_of(name):
    """Returns a symbol as a person says it: mathutils.Matrix.LocRotScale → mathutils matrix loc rot scale."""
    name = re.sub(r"^bpy\.(types\.)?", "", name)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[._]", " ", name).lower()


class Symbols:
    """What there is to find."""

    def __init__(self, path):
        self.all = set(pathlib.Path(path).read_text().split("\n"))
        self.collections = {name.split(".")[-1].lower(): name for name in self.all
                            if re.match(r"bpy\.types\.BlendData\w+$", name)}

    def documented(self, name):
        """Returns the targets of an example's file name and the owner whose chunk holds them, too."""
        target = {"bpy.data": "bpy.types.BlendData", "bpy.context": "bpy.types.Context"}.get(name, name)
        owner = target.rpartition(".")[0]
        if target in self.all or any(each.startswith(target + ".") for each in self.all):
            return [target], owner if owner in self.all and owner.startswith(("bpy.types.", "mathutils.")) else None
        return ([owner], None) if owner in self.all else ([], None)

    def called(self, statement):
        """Returns the API that a statement is a call of (alone, or for a value), as far as its text tells."""
        value = getattr(statement, "value", statement)
        return self.of_call(value) if isinstance(value, ast.Call) else None

    def of_call(self, node):
        path = ast.unparse(node.func)
        word = next((each.value for each in [*node.args, *[keyword.value for keyword in node.keywords]]
                     if isinstance(each, ast.Constant) and isinstance(each.value, str)), "")
        if path.endswith("nodes.new") and "bpy.types." + word in self.all:
            return "bpy.types." + word
        data = DATA.match(path)
        if data:
            collection = self.collections.get("blenddata" + data.group(1).replace("_", ""))
            target = "%s.%s" % (collection, data.group(2))
            return target if target in self.all else None
        if CALL.match(path) and path in self.all:
            return path
        if "mathutils." + path in self.all and path[0].isupper():
            return "mathutils." + path
        return None


def documentation(symbols, folder):
    for path in sorted(folder.glob("*.py")):
        name = re.sub(r"\.\d+$", "", path.stem)
        targets, owner = symbols.documented(name)
        heading, body = said(path)
        if not targets or not body:
            continue
        pair = {"half": half(path.name), "targets": targets, "owner": owner}
        yield {"set": "doc", "query": body, **pair}
        yield {"set": "titled", "query": "%s %s" % (words_of(name), body), **pair}
        if len(heading.split()) >= 3:
            yield {"set": "heading", "query": heading, **pair}


def is_prose(text):
    words = re.findall(r"[A-Za-z]{2,}", text)
    return len(words) >= 2 and not CODE.search(text)


def statements(tree):
    """Yields the first line of each statement with it; a compound one stands for its head alone."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.AnnAssign)):
            yield node.lineno, node
        elif isinstance(node, (ast.For, ast.If, ast.While)):
            yield node.lineno, node.iter if isinstance(node, ast.For) else node.test


def comments(symbols, name, files):
    seen = set()
    for path in files:
        try:
            source = path.read_text()
            at = dict(statements(ast.parse(source)))
        except (SyntaxError, UnicodeDecodeError):
            continue
        lines, block = source.split("\n"), []
        for number, line in enumerate(lines, 1):
            if line.strip().startswith("# "):
                block.append(line.strip()[2:])
                continue
            text, block = plain(" ".join(block)), []
            target = symbols.called(at[number]) if text and is_prose(text) and number in at else None
            if target and (text, target) not in seen:
                seen.add((text, target))
                yield {"set": name, "half": half(path.name), "query": text, "targets": [target],
                       "owner": target.rpartition(".")[0] if target.startswith(("bpy.types.", "mathutils.")) else None}


def main(chunks, examples, library, *scripts):
    symbols = Symbols(chunks)
    examples, library = pathlib.Path(examples), pathlib.Path(library)
    pairs = list(documentation(symbols, examples))
    pairs += comments(symbols, "comment", [*sorted(examples.glob("*.py")), *sorted(library.glob("*/*.py"))])
    pairs += comments(symbols, "scripts", [path for each in scripts for path in sorted(pathlib.Path(each).rglob("*.py"))])
    json.dump(pairs, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
