# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures with a code of the exec protocol.

`Failure` is what a verb raises and what a client reads. `Interrupt` is what another thread raises inside a script; it
is a BaseException, so that an ordinary `except Exception` in a script does not swallow it.
"""


class Failure(Exception):
    """An answer with `ok` false: code from the closed list of the protocol, one line of message, detail."""

    def __init__(self, code, message, detail=None):
        super().__init__(message)
        self.code = code
        self.message = " ".join(str(message).split()) or code
        self.detail = detail if detail is not None else {}


class Interrupt(BaseException):
    """Raised inside the main thread by the guard; never by anybody else."""


class Cancelled(Interrupt):
    """The client asked for an end."""


class TimedOut(Interrupt):
    """The script used up its seconds."""
