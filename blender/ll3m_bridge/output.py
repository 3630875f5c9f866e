# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script printed: its head and its tail, however much it was. bpy-free.

Invariant: memory stays below four times `keep` characters, also when one write brings a gigabyte.
"""
import io

KEEP = 32 * 1024


class HeadTail(io.TextIOBase):
    """A text stream that keeps the first and the last `keep` characters written to it."""

    def __init__(self, keep=KEEP):
        super().__init__()
        self.keep = keep
        self.head = ""
        self.tail = ""
        self.written = 0

    encoding = "utf-8"

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        self.written += len(text)
        room = self.keep - len(self.head)
        if room > 0:
            self.head += text[:room]
        rest = len(text) - max(room, 0)
        if rest > 0:
            self.tail = (self.tail + text[-min(rest, self.keep):])[-self.keep:]
        return len(text)

    def text(self):
        """Returns what was kept, with a line in the middle that says how much was not."""
        missing = self.written - len(self.head) - len(self.tail)
        if missing <= 0:
            return self.head + self.tail
        return "%s\n[... %d characters left out ...]\n%s" % (self.head, missing, self.tail)
