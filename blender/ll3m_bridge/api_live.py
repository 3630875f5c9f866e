# SPDX-License-Identifier: GPL-3.0-or-later
"""The running Blender as a document that looks like a dump but is read record by record, when a record is asked for.

A script touches a few dozen of the types and nodes, so its lint costs milliseconds where the dump costs seconds. The records are made
by the same functions, so the answers are the same. Kept for the life of the worker, and made anew when add-ons change.
"""
import bpy

from . import api_dump, api_nodes, api_read, api_states
from .api_view import Api


class Lazy(dict):
    """Records by name, read at first use."""

    def __init__(self, names, read):
        super().__init__()
        self.known = list(names)
        self.there = set(self.known)
        self.read = read

    def __missing__(self, name):
        if name not in self.there:
            raise KeyError(name)
        self[name] = record = self.read(name)
        return record

    def __contains__(self, name):
        return name in self.there

    def __iter__(self):
        return iter(self.known)

    def __len__(self):
        return len(self.known)

    def keys(self):
        return self.known

    def get(self, name, default=None):
        return self[name] if name in self.there else default

    def items(self):
        return [(name, self[name]) for name in self.known]

    def values(self):
        return [self[name] for name in self.known]


class Types(Lazy):
    """bpy.types."""

    def __init__(self):
        super().__init__([name for name in api_read.type_names() if hasattr(api_read.kind_of(name), "bl_rna")], self.one)
        self.live = None

    def one(self, name):
        if self.live is None:
            self.live = api_nodes.singletons()
        return api_read.rna_type(name, self.live.get(name))

    def bases(self):
        """Returns {type: its base}."""
        found = {}
        for name in self.known:
            base = api_read.kind_of(name).bl_rna.base
            found[name] = base.identifier if base else ""
        return found

    def member_names(self):
        """Returns the names of all members of all types."""
        names = set()
        for name in self.known:
            kind = api_read.kind_of(name)
            names.update(kind.bl_rna.properties.keys())
            names.update(each.identifier for each in kind.bl_rna.functions)
            names.update(vars(kind))
        return names


class Nodes(Lazy):
    """Classes of nodes; making each once, to see which trees take it, is left to the first question."""

    def __init__(self):
        super().__init__(api_nodes.node_types(), self.one)
        for name in [each for each in self.known if each.endswith(("Node", "NodeGroup", "NodeCustomGroup", "NodeInternal"))]:
            if self.one(name) is None:
                self.known.remove(name)
                self.there.remove(name)

    @staticmethod
    def one(name):
        with api_dump.quiet(), api_nodes.Nodes() as reader:
            return reader.read(name)

    def labels(self):
        """Returns {class: the name that a new node gets}."""
        return {name: getattr(bpy.types, name).bl_rna.name for name in self.known}

    def kinds(self):
        """Returns {class: node.type}."""
        with api_dump.quiet(), api_nodes.Nodes() as reader:
            return {name: kind for name in self.known for kind in [reader.kind(name)] if kind is not None}


class Operators(Lazy):
    """bpy.ops; the polls of all are asked at once, with the first."""

    def __init__(self):
        super().__init__(api_read.operator_names(), self.one)
        self.polls = None

    def one(self, name):
        if self.polls is None:
            with api_dump.quiet():
                self.polls = api_states.polls()
        record = api_read.operator(name)
        if name in self.polls:
            record["modes"] = self.polls[name]
        return record


class Sections(dict):
    """The document: sections are read at first use."""

    READERS = {"types": Types, "operators": Operators, "nodes": Nodes, "refined": api_nodes.refined,
               "bmesh": api_read.bmesh_operators, "classes": api_dump.classes, "modules": api_dump.modules,
               "context": api_dump.context, "key": api_dump.key,
               "traits": api_nodes.traits}

    def __missing__(self, name):
        self[name] = made = self.READERS[name]()
        return made


class Live:
    """Keeps the Api of this Blender; one a process."""

    api = None

    @classmethod
    def get(cls):
        """Returns the Api, made anew when add-ons were switched on or off."""
        if cls.api is None or cls.api.document["key"] != api_dump.key():
            with api_dump.quiet():
                cls.api = Api(Sections())
        return cls.api
