# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a script that runs on the main thread, from another thread. bpy-free.

A script is ended by an asynchronous exception: Cancelled when the client asks, TimedOut when its seconds are used up. One
that swallows it gets it again every NAG_SECONDS; after REFUSAL_SECONDS the guard gives up and calls `on_refusal(reason)`,
which answers for the main thread and ends the process.

Invariants: exceptions are sent only under the lock, only while `armed`, and only in the turn (call) they belong to. One that
is under way when the turn ends is taken by the loop at the end of `_disarm` (Python looks for it at each jump back), so none
strikes outside `call`. It is not withdrawn with a NULL exception: Python 3.11 then keeps its "look at once" flag for ever.
Native code that holds the interpreter cannot be ended: then the beats stop too, and the client kills the worker.
"""
import ctypes
import threading
import time

from .errors import Cancelled, Interrupt, TimedOut

NAG_SECONDS = 0.05
REFUSAL_SECONDS = 3.0
FLUSH_STEPS = 10


class Guard:
    """Watches one thread, the one that makes it."""

    def __init__(self, on_refusal):
        self.thread = threading.get_ident()
        self.on_refusal = on_refusal
        self.changed = threading.Condition()
        self.reason = None
        self.armed = False
        self.turn = 0
        self.deadline = None
        threading.Thread(target=self._watch, name="guard", daemon=True).start()

    def begin(self):
        """A new request: nothing is asked of it yet."""
        with self.changed:
            self.reason = None

    def cancel(self):
        """Asks the main thread for an end. Any thread."""
        with self.changed:
            self.reason = self.reason or Cancelled
            self.changed.notify_all()

    def check(self):
        """Raises when an end was asked for; called between stages."""
        if self.reason:
            raise self.reason()

    def call(self, work, seconds):
        """Runs work(), which an end may strike anywhere inside. An end that it swallowed is raised afterwards."""
        try:
            self._arm(seconds)
            value = work()
        except Interrupt:
            value = None
        finally:
            while True:
                try:
                    self._disarm()
                    break
                except Interrupt:
                    continue
        self.check()
        return value

    def _arm(self, seconds):
        with self.changed:
            self.check()
            self.deadline = time.monotonic() + seconds
            self.turn += 1
            self.armed = True
            self.changed.notify_all()

    def _disarm(self):
        with self.changed:
            self.armed = False
            self.changed.notify_all()
        for _ in range(FLUSH_STEPS):
            pass

    def _send(self, exception):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), ctypes.py_object(exception))

    def _watch(self):
        while True:
            with self.changed:
                while not self.armed:
                    self.changed.wait()
                turn, reason = self.turn, self._wait_for_reason()
            if reason:
                self._end(reason, turn)

    def _wait_for_reason(self):
        turn = self.turn
        while self.armed and self.turn == turn and not self.reason:
            left = self.deadline - time.monotonic()
            if left <= 0:
                self.reason = TimedOut
                break
            self.changed.wait(left)
        return self.reason if self.armed and self.turn == turn else None

    def _end(self, reason, turn):
        give_up = time.monotonic() + REFUSAL_SECONDS
        while time.monotonic() < give_up:
            with self.changed:
                if not self.armed or self.turn != turn:
                    return
                self._send(reason)
            time.sleep(NAG_SECONDS)
        with self.changed:
            refused = self.armed and self.turn == turn
        if refused:
            self.on_refusal(reason)
