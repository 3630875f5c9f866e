# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames: round trips, and each limit of the protocol provoked. Plain Python."""
import io
import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ll3m_bridge import frames  # noqa: E402
from ll3m_bridge.frames import Attachment, FrameError  # noqa: E402


def framed(raw):
    """Bytes as a stream with a right length before them."""
    return io.BytesIO(struct.pack(">I", len(raw)) + raw)


class FramesTest(unittest.TestCase):
    def round_trip(self, message, attachments=()):
        stream = io.BytesIO()
        frames.write(stream, message, attachments)
        stream.seek(0)
        return frames.read(stream)

    def refused(self, raw, words):
        with self.assertRaisesRegex(FrameError, words):
            frames.read(framed(raw))

    def test_round_trip(self):
        message = {"id": 7, "verb": "run", "args": {"text": "Grüße \U0001f600", "deep": [[1, 2.5, None, True]]}}
        got, attachments = self.round_trip(message, [Attachment("a/b-1.png", b"\0\1" * 9), Attachment("empty", b"")])
        self.assertEqual(got.pop("attachments"), [{"name": "a/b-1.png", "size": 18}, {"name": "empty", "size": 0}])
        self.assertEqual(got, message)
        self.assertEqual([each.data for each in attachments], [b"\0\1" * 9, b""])

    def test_file_attachment(self):
        _, attachments = self.round_trip({}, [Attachment("self", path=__file__)])
        with open(__file__, "rb") as stream:
            self.assertEqual(attachments[0].data, stream.read())

    def test_two_frames_and_end(self):
        stream = io.BytesIO()
        frames.write(stream, {"a": 1})
        frames.write(stream, {"b": 2})
        stream.seek(0)
        self.assertEqual(frames.read(stream)[0], {"a": 1})
        self.assertEqual(frames.read(stream)[0], {"b": 2})
        self.assertIsNone(frames.read(stream))

    def test_every_cut_is_refused(self):
        stream = io.BytesIO()
        frames.write(stream, {"a": "bc"}, [Attachment("x", b"12345")])
        whole = stream.getvalue()
        for size in range(1, len(whole)):
            with self.assertRaises(FrameError):
                frames.read(io.BytesIO(whole[:size]))

    def test_sizes(self):
        for size in (0, 1, frames.MAX_JSON + 1, 0xffffffff):
            with self.assertRaisesRegex(FrameError, "json of"):
                frames.read(io.BytesIO(struct.pack(">I", size) + b"{}"))
        with self.assertRaisesRegex(FrameError, "larger"):
            frames.encode({"a": "x" * frames.MAX_JSON})

    def test_claimed_size_takes_no_memory(self):
        claim = b'{"attachments":[{"name":"a","size":536870912}]}'
        self.refused(claim, "ended")

    def test_not_json(self):
        for raw in (b"[]", b"{} x", b"{'a':1}", b'{"a":NaN}', b'{"a":Infinity}', b"\xff\xfe{}", b'{"a":"\xed\xa0\x80"}',
                    b'{"a":"\0"}', b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b'"x"', b"  "):
            with self.assertRaises(FrameError, msg=raw):
                frames.read(framed(raw))

    def test_duplicate_keys(self):
        self.refused(b'{"a":1,"a":1}', "duplicate")
        self.refused(b'{"x":{"b":1,"b":2}}', "duplicate")

    def test_depth(self):
        deepest = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"
        frames.read(framed(deepest))
        self.refused(b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "deeper")
        self.refused(b'{"a":' + b"[" * 100000 + b"]" * 100000 + b"}", "")

    def test_attachment_lists(self):
        for listed in ('{}', '[1]', '[{"name":"a"}]', '[{"name":"a","size":-1}]', '[{"name":"a","size":true}]',
                       '[{"name":"a b","size":0}]', '[{"name":"","size":0}]', '[{"name":"a","size":0,"x":1}]',
                       '[{"name":"%s","size":0}]' % ("n" * 129), '[{"name":"a","size":536870913}]',
                       '[' + ",".join(['{"name":"a","size":0}'] * 65) + ']'):
            self.refused(b'{"attachments":' + listed.encode() + b"}", "attachment")
        with self.assertRaises(FrameError):
            frames.encode({}, [Attachment("bad name", b"")])

    def test_unsayable_values_are_made_sayable(self):
        got, _ = self.round_trip({"a": "x\0y\ud800z", "b": float("nan"), "c": 10 ** 30, "d": -2 ** 63, "e": 10 ** 400})
        self.assertEqual(got, {"a": "x\ufffdy\ufffdz", "b": None, "c": 1e30, "d": -2 ** 63, "e": None})


if __name__ == "__main__":
    unittest.main()
