# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule is and what it says. bpy-free."""


class Finding:
    """node: where; text: what the script says there, from `origin`, the node of the text when that is somewhere else."""

    __slots__ = ("node", "message", "hint", "sure", "fix")

    def __init__(self, node, message, hint="", sure=True, fix=None):
        self.node = node
        self.message = message
        self.hint = hint
        self.sure = sure
        self.fix = fix


class Rule:
    """A row: its id, what a finding is worth, the fact it looks at, the error it foresees, its function."""

    __slots__ = ("id", "severity", "fact", "raises", "function")

    def __init__(self, name, severity, fact, raises, function):
        self.id = name
        self.severity = severity
        self.fact = fact
        self.raises = raises
        self.function = function
