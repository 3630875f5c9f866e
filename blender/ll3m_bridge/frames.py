# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames of the exec protocol: encode and decode, bpy-free.

Source: doc/PROTOCOL.exec.md, section 1. Invariants: a reader takes no more memory than the peer has really sent; all that
breaks a limit raises FrameError, after which the connection is of no use; what `write` sends, `read` accepts, and so does
a strict 64-bit JSON reader: text that cannot be said (NUL, lone surrogates) becomes U+FFFD, a number that is not finite
becomes null, an integer beyond 64 bits becomes a real.
"""
import json
import math
import os
import re
import struct

MAX_JSON = 32 * 1024 * 1024
MIN_JSON = 2
MAX_DEPTH = 64
MAX_ATTACHMENTS = 64
MAX_ATTACHED_BYTES = 512 * 1024 * 1024
CHUNK = 1024 * 1024

NAME = re.compile(r"[A-Za-z0-9._/-]{1,128}\Z")
UNSAYABLE = re.compile("[\x00\ud800-\udfff]")


class FrameError(Exception):
    """The bytes are no frame; the connection has to be closed."""


class Attachment:
    """Named bytes of a frame: held in memory, or in a file that is sent piece by piece."""

    def __init__(self, name, data=None, path=None):
        self.name = name
        self.data = data
        self.path = path
        self.size = os.path.getsize(path) if path is not None else len(data)

    def chunks(self):
        """Yields the bytes, none of the pieces large."""
        if self.path is None:
            yield self.data
            return
        left = self.size
        with open(self.path, "rb") as stream:
            while left:
                piece = stream.read(min(CHUNK, left))
                if not piece:
                    raise FrameError("attachment shrank while it was sent: " + self.name)
                left -= len(piece)
                yield piece


def encode(message, attachments=()):
    """Returns the length and the JSON of a frame as bytes; the attachments follow them."""
    body = clean(message)
    if attachments:
        body["attachments"] = [{"name": each.name, "size": each.size} for each in attachments]
        check_attachments(body["attachments"])
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    if len(text) > MAX_JSON:
        raise FrameError("json of %d bytes is larger than %d" % (len(text), MAX_JSON))
    return struct.pack(">I", len(text)) + text


def write(stream, message, attachments=()):
    """Writes one frame. Nothing is written when a limit is broken."""
    stream.write(encode(message, attachments))
    for each in attachments:
        for piece in each.chunks():
            stream.write(piece)
    stream.flush()


def read(stream):
    """Returns (message, attachments), or None when the peer closed between two frames."""
    head = read_exactly(stream, 4, may_end=True)
    if head is None:
        return None
    size = struct.unpack(">I", head)[0]
    if not MIN_JSON <= size <= MAX_JSON:
        raise FrameError("json of %d bytes" % size)
    message = decode(read_exactly(stream, size))
    listed = message.get("attachments", [])
    check_attachments(listed)
    return message, [Attachment(each["name"], read_exactly(stream, each["size"])) for each in listed]


def decode(raw):
    """Returns the one JSON object in the bytes, held to every rule."""
    try:
        message = json.loads(raw.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON: %s" % error) from None
    if not isinstance(message, dict):
        raise FrameError("not a JSON object")
    check_values(message)
    return message


def unique(pairs):
    """Builds a dict of pairs, refusing a key that comes twice."""
    built = dict(pairs)
    if len(built) != len(pairs):
        raise ValueError("duplicate key")
    return built


def refuse_constant(name):
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError("not a number of JSON: " + name)


def check_values(message):
    """Refuses NUL, lone surrogates, and values nested deeper than MAX_DEPTH; an object alone has depth 1."""
    level, depth = [message], 0
    while level:
        depth += 1
        below = []
        for value in level:
            if isinstance(value, dict):
                children = [*value.keys(), *value.values()]
            else:
                children = value
            for child in children:
                if isinstance(child, str):
                    if UNSAYABLE.search(child):
                        raise FrameError("NUL or lone surrogate in a string")
                elif isinstance(child, (dict, list)):
                    below.append(child)
        if depth > MAX_DEPTH:
            raise FrameError("nested deeper than %d" % MAX_DEPTH)
        level = below


def check_attachments(listed):
    """Holds the list that announces attachments to its limits."""
    if not isinstance(listed, list) or len(listed) > MAX_ATTACHMENTS:
        raise FrameError("attachments: not a list of at most %d" % MAX_ATTACHMENTS)
    total = 0
    for each in listed:
        if not isinstance(each, dict) or set(each) != {"name", "size"}:
            raise FrameError("attachment: needs name and size")
        name, size = each["name"], each["size"]
        if not isinstance(name, str) or not NAME.match(name):
            raise FrameError("attachment: bad name")
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise FrameError("attachment: bad size")
        total += size
    if total > MAX_ATTACHED_BYTES:
        raise FrameError("attachments of %d bytes together" % total)


def read_exactly(stream, size, may_end=False):
    """Reads size bytes; None if the stream ended before the first and that is allowed."""
    pieces, left = [], size
    while left:
        piece = stream.read(min(CHUNK, left))
        if not piece:
            if may_end and left == size:
                return None
            raise FrameError("stream ended inside a frame")
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def clean(value, depth=1):
    """Returns a copy of a value that JSON can say."""
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested deeper than %d" % MAX_DEPTH)
    if isinstance(value, str):
        return UNSAYABLE.sub("\ufffd", value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -(2 ** 63) <= value < 2 ** 63 else clean_real(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {clean(str(key)): clean(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(each, depth + 1) for each in value]
    raise FrameError("JSON cannot say a %s" % type(value).__name__)


def clean_real(value):
    """An integer that 64 bits cannot hold, as a real when a real can."""
    try:
        return float(value)
    except OverflowError:
        return None
