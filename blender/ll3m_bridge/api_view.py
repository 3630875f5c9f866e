# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers questions about the API from a dump, or from the running Blender through something that looks like one. bpy-free.

A member of a type may come from the type, from what it derives from, or (where only a base is known: Object.data is an ID) from
a type derived from it; only a name that none of them has is unknown.
"""
import difflib

# Types that scripts and add-ons derive from: an object that is only known to be one of them may have any member.
OPEN = {"PropertyGroup", "Operator", "OperatorProperties", "AddonPreferences", "Panel", "Menu", "UIList", "Header", "KeyingSetInfo",
        "RenderEngine", "Gizmo", "GizmoGroup", "Macro", "Struct", "AnyType", "OperatorMacro", "bpy_struct", "GizmoProperties",
        "NodeCustomGroup", "ShaderNodeCustomGroup", "GeometryNodeCustomGroup", "CompositorNodeCustomGroup", "NodeTreeCustom",
        "AssetShelf", "FileHandler", "Property", "KeyMapItem", "UILayout", "Function", "UnknownType", "NodesModifierProperties"}
CLOSED = {"PropertyGroup"}    # a group that is registered is known; only the base may be any
# Types that add-ons register properties on.
CARRIERS = {"ID", "Bone", "PoseBone", "EditBone", "BoneCollection", "ViewLayer", "TimelineMarker", "SequenceStrip", "Strip", "Sequence",
            "Node", "NodeSocket", "Preferences", "WindowManager", "View3DShading", "View3DOverlay", "Space", "RenderSettings", "ToolSettings"}


TYPO = 0.84


class Api:
    """A dump with an index."""

    SECTIONS = {"types", "operators", "nodes", "bmesh", "classes", "modules", "refined", "context", "traits"}

    def __init__(self, document):
        self.document = document
        self.version = tuple(int(each) for each in document["key"]["blender"].split(".")[:3])
        self.found = {}
        self.lines = {}
        self.children = None
        self.kinds = None
        self.labels = None
        self.groups = None
        self.sockets = {}
        self.names = None
        self.nearest = {}

    def __getattr__(self, name):
        """A section of the document, when it is first asked for."""
        if name not in self.SECTIONS:
            raise AttributeError(name)
        section = self.document[name]
        setattr(self, name, section)
        return section

    def bases(self):
        """Returns {type: its base}; a live document knows without reading all types."""
        known = getattr(self.types, "bases", None)
        return known() if known else {name: record.get("base", "") for name, record in self.types.items()}

    def line(self, kind):
        """Returns a type and what it derives from."""
        line = self.lines.get(kind)
        if line is None:
            line = []
            while kind and kind in self.types:
                line.append(kind)
                kind = self.types[kind].get("base", "")
            self.lines[line[0] if line else kind] = line
        return line

    def is_a(self, kind, other):
        """Whether a type is another or derives from it."""
        return other in self.line(kind)

    def derived(self, kind):
        """Returns the types that derive from a type."""
        if self.children is None:
            self.children = {}
            for name, base in self.bases().items():
                self.children.setdefault(base, []).append(name)
        found, queue = [], list(self.children.get(kind, ()))
        while queue:
            name = queue.pop()
            found.append(name)
            queue.extend(self.children.get(name, ()))
        return found

    def member(self, kind, name):
        """Returns ("prop" | "func" | "python", record, type that has it) of a member of a type, None when it has none."""
        key = (kind, name)
        try:
            return self.found[key]
        except KeyError:
            pass
        self.found[key] = found = self._member(kind, name)
        return found

    def _member(self, kind, name):
        for each in self.line(kind):
            record = self.types[each]
            for section, label in (("props", "prop"), ("funcs", "func"), ("python", "python")):
                entry = record.get(section, {}).get(name)
                if entry is not None:
                    return label, entry, each
        entry = self.classes["bpy_struct"]["members"].get(name)
        return ("python", entry, "bpy_struct") if entry else None

    def members_of_derived(self, kind, name):
        """Returns the members of this name that types derived from a type have."""
        found = [self.member(each, name) for each in self.derived(kind)]
        return [each for each in found if each is not None]

    def is_open(self, kind):
        """Whether an object of a type may have members that nobody knows."""
        line = self.line(kind)
        return not line or line[0] in OPEN or any(each in OPEN and each not in CLOSED for each in line)

    def carries(self, kind):
        """Whether add-ons register properties on a type."""
        return any(each in CARRIERS for each in self.line(kind))

    def all_members(self, kind):
        """Returns the names of all members of a type."""
        names = set()
        for each in self.line(kind):
            record = self.types[each]
            for section in ("props", "funcs", "python"):
                names.update(record.get(section, ()))
        return names

    def all_names(self):
        """Returns every name that any type or class has as a member here."""
        if self.names is None:
            known = getattr(self.types, "member_names", None)
            self.names = set(known()) if known else {
                name for record in self.types.values() for section in ("props", "funcs", "python")
                for name in record.get(section, ())}
            for record in self.classes.values():
                self.names.update(record.get("members", ()))
            self.names.update(self.context)
        return self.names

    def class_member(self, cls, name):
        """Returns the record of a member of a Python class, of it or of its base."""
        while cls in self.classes:
            record = self.classes[cls]
            entry = record.get("members", {}).get(name)
            if entry is not None:
                return entry
            cls = record.get("base", "")
        return None

    def class_names(self, cls):
        """Returns the names of all members of a Python class."""
        names = set()
        while cls in self.classes:
            names.update(self.classes[cls].get("members", ()))
            cls = self.classes[cls].get("base", "")
        return names

    def operator_groups(self):
        """Returns {group: [operator without its group]}."""
        if self.groups is None:
            self.groups = {}
            for name in self.operators:
                group, _, rest = name.partition(".")
                self.groups.setdefault(group, []).append(rest)
        return self.groups

    def node_of_kind(self, kind, trees=None):
        """Returns the class of the nodes whose `type` is kind; None when there are several."""
        if self.kinds is None:
            known = getattr(self.nodes, "kinds", None)
            self.kinds = {}
            for name, said in (known().items() if known else ((name, each.get("kind")) for name, each in self.nodes.items())):
                self.kinds.setdefault(said, []).append(name)
        found = self.kinds.get(kind, ())
        return found[0] if len(found) == 1 else None

    def node_of_label(self, label, tree):
        """Returns the class of the nodes that are called `label` when they are new in a tree; None when that is not clear."""
        if self.labels is None:
            known = getattr(self.nodes, "labels", None)
            self.labels = {}
            for name, said in (known().items() if known else ((name, self.types[name].get("name")) for name in self.nodes)):
                self.labels.setdefault(said, []).append(name)
        base = label[:-4] if label[-4:-3] == "." and label[-3:].isdigit() else label
        found = self.labels.get(base, ())
        fitting = [name for name in found if not tree or tree in self.nodes[name].get("trees", ())]
        return fitting[0] if len(fitting) == 1 else None

    def socket_table(self, node, side):
        """Returns ({name (or identifier, where this Blender takes it): [records]}, most sockets in any mode, whether there may be others) of a class of nodes."""
        key = (node, side)
        if key not in self.sockets:
            self.sockets[key] = self._socket_table(node, side)
        return self.sockets[key]

    def _socket_table(self, node, side):
        record = self.nodes.get(node) if node in self.nodes else None
        if record is None:
            return {}, 0, True
        lists = [record[side]]
        for values in record.get("modes", {}).values():
            lists += [each[side] for each in values.values()]
        table, aliases = {}, {}
        for each in lists:
            for socket in each:
                table.setdefault(socket["name"], []).append(socket)
                if self.traits["socket_ids"] and socket["id"] != socket["name"]:
                    aliases.setdefault(socket["id"], []).append(socket)
        return {**aliases, **table}, max(len(each) for each in lists), bool(record.get("grows"))

    def near(self, name, names, count=3):
        """Returns the names most like a name, best first."""
        low = {each.lower(): each for each in names}
        found = [low[each] for each in difflib.get_close_matches(name.lower(), low, count, 0.6)]
        if len(found) < count:
            words = set(name.lower().replace("_", " ").split())
            others = sorted((each for each in names if each not in found and words & set(each.lower().replace("_", " ").split())),
                            key=lambda each: (-len(words & set(each.lower().replace("_", " ").split())), len(each), each))
            found += others[:count - len(found)]
        return found

    def near_member(self, where, name, names):
        """As near(), remembered: a script makes one mistake many times. names: a function that returns them."""
        key = (where, name)
        if key not in self.nearest:
            self.nearest[key] = self.near(name, names())
        return self.nearest[key]


def is_typo(name, near, like=TYPO):
    """Whether a name is one of those near it with a letter or two changed."""
    return bool(near) and difflib.SequenceMatcher(None, name.lower(), near[0].lower()).ratio() >= like
