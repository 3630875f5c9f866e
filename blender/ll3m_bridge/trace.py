# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong in a script, in the script's own lines. bpy-free.

Only frames of the script's own file are told: what the bridge and Blender's modules look like inside helps nobody to
mend a script.
"""
import io
import traceback

from .errors import Failure

FILE_NAME = "draft.py"
AROUND = 3
MAX_FRAMES = 20
MAX_MESSAGE = 2000


def failure_of(error, text, output):
    """Returns the Failure for an exception that left a script."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename == FILE_NAME]
    name = type(error).__name__
    said = safe_text(error)
    line = frames[-1].lineno if frames else None
    detail = {
        "type": name,
        "line": line,
        "function": frames[-1].name if frames else None,
        "traceback": told(frames, text, name, said),
        "code": excerpt(text, line) if line else "",
        "output": output,
    }
    code, message = code_of(error, name, said)
    place = " (line %d, in %s)" % (line, frames[-1].name) if line else ""
    return Failure(code, message[:MAX_MESSAGE] + place, detail)


def code_of(error, name, said):
    """Returns (protocol code, message without its place)."""
    if isinstance(error, SystemExit):
        return "script.exit", "the script called for an exit: " + (said or "no status")
    if isinstance(error, MemoryError):
        return "script.memory", "the script ran out of memory"
    if isinstance(error, Failure):
        return error.code, error.message
    return "script.exception", "%s: %s" % (name, said) if said else name


def safe_text(error):
    """str(error), which a script's own exception class can make fail."""
    try:
        return str(error)[:MAX_MESSAGE]
    except Exception:
        return "(no message: its __str__ fails)"


def told(frames, text, name, said):
    """Returns a traceback as Python prints it; a long recursion is told by its two ends."""
    lines = list(io.StringIO(text, newline=""))
    shown = frames
    if len(frames) > MAX_FRAMES:
        shown = frames[:MAX_FRAMES // 2] + [None] + frames[-MAX_FRAMES // 2:]
    out = ["Traceback (most recent call last):"]
    for each in shown:
        if each is None:
            out.append("  [... %d more ...]" % (len(frames) - MAX_FRAMES))
            continue
        out.append("  File \"%s\", line %d, in %s" % (FILE_NAME, each.lineno, each.name))
        if 0 < each.lineno <= len(lines):
            out.append("    " + lines[each.lineno - 1].strip()[:200])
    out.append("%s: %s" % (name, said) if said else name)
    return "\n".join(out)


def excerpt(text, line):
    """Returns the lines around one, numbered, with an arrow at it."""
    lines = list(io.StringIO(text, newline=""))
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    return "\n".join("%s %4d | %s" % ("->" if number == line else "  ", number,
                                      lines[number - 1].rstrip("\r\n")[:300])
                     for number in range(first, last + 1))

