# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file comes from, written into the file's own metadata, for the formats whose exporters have no place for it.
bpy-free.

`given` is what the verb `export` got: prompt, version, program, licence, each a short text. Nothing of it is written when it
is empty.
"""
import os

from .errors import Failure

KEYS = ("prompt", "version", "program", "licence")
MOST = 4096
STL_HEAD = 80


def checked(given):
    """Returns what is to be said, in order; request.invalid for a key that is none of it."""
    said = {}
    for key, value in (given or {}).items():
        if key not in KEYS or not isinstance(value, (str, int)) or isinstance(value, bool):
            raise Failure("request.invalid", "provenance has to be an object of texts: " + " ".join(KEYS),
                          {"argument": "provenance", "valid": list(KEYS)})
        if str(value).strip():
            said[key] = value if isinstance(value, int) else value[:MOST]
    return {key: said[key] for key in KEYS if key in said}


def lines(said):
    """Returns one line a key, without what would end a line."""
    return ["%s: %s" % (key, " ".join(str(value).split())) for key, value in said.items()]


def amend_text(path, said, mark):
    """Puts comment lines in front of a text file."""
    head = "".join("%s%s\n" % (mark, each) for each in lines(said))
    with open(path, "rb") as stream:
        rest = stream.read()
    with open(path, "wb") as stream:
        stream.write(head.encode("utf-8") + rest)


def amend_obj(path, said):
    amend_text(path, said, "# ")
    beside = os.path.splitext(path)[0] + ".mtl"
    if os.path.isfile(beside):
        amend_text(beside, said, "# ")


def amend_ply(path, said):
    """Puts comment lines behind the line that says the file's form."""
    with open(path, "rb") as stream:
        data = stream.read()
    place = data.index(b"\n", data.index(b"\nformat ") + 1) + 1
    end = b"\r\n" if data[place - 2:place] == b"\r\n" else b"\n"
    head = b"".join(b"comment " + each.encode("ascii", "replace") + end for each in lines(said))
    with open(path, "wb") as stream:
        stream.write(data[:place] + head + data[place:])


def amend_stl(path, said):
    """Fills the head of a binary file, as far as it goes; one that begins with "solid" would be taken for text."""
    text = "; ".join(lines({key: said[key] for key in ("program", "version", "licence", "prompt") if key in said}))
    head = text.encode("ascii", "replace")[:STL_HEAD]
    with open(path, "r+b") as stream:
        stream.write(head.ljust(STL_HEAD))


AMENDS = {"obj": amend_obj, "ply": amend_ply, "stl": amend_stl}


def amend(kind, path, said):
    """Adds what is said to a file of a format that is one of AMENDS."""
    if said and kind in AMENDS:
        AMENDS[kind](path, said)
