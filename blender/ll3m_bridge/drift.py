# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed between two Blenders, from their dumps (api_dump.py), by program. bpy-free.

    compare(old, new) -> {"from", "to", "changes": [{kind, where, name, change, to?}]}

kind: type, attribute, function, parameter, operator, argument, node, input, output, enum, modifier, bmesh, class, module. change: removed, new,
renamed (`to`: the new name), moved (`to`: the type that has it now), retyped (`to`: the new type). A rename is only claimed where it can be
seen: one thing of a place is gone, and one that is new there is of the same type and likest in name, or where the
reviewed table says so. What a comparison cannot see stands in drift_rows.py.

    python3 -m ll3m_bridge.drift OLD.json NEW.json        prints the changes, one a line
    python3 -m ll3m_bridge.drift --names DUMP.json …      prints what lint_names.json holds: names that not all of the dumps have
"""
import difflib
import json
import sys

from .drift_rows import ROWS

LIKE = 0.62
SIDE = ("bl_", "Theme", "Preferences", "FileSelect", "SequencerPreview", "GPencil", "GreasePencil", "Sequence", "Strip", "Asset")


def compare(old, new):
    """Returns the changes from one dump to another, in a fixed order."""
    changes = []
    for walk in (types, operators, nodes, refined, bmesh, classes, modules):
        walk(old, new, changes)
    return {"from": old["key"]["blender"], "to": new["key"]["blender"], "changes": changes}


def differ(changes, kind, where, old, new, same):
    """Notes what of {name: record} is gone, new, or called something else. same(old record, new record): may it be a rename?"""
    gone = sorted(name for name in old if name not in new)
    fresh = sorted(name for name in new if name not in old)
    known = reviewed(kind, where)
    taken = {known[name] for name in gone if name in known and known[name] in fresh}
    for name in gone:
        if name in known:
            renamed = known[name] in fresh
            changes.append({"kind": kind, "where": where, "name": name, **({"change": "renamed", "to": known[name]} if renamed else {"change": "removed"})})
            continue
        rivals = [each for each in fresh if each not in taken and same(old[name], new[each])]
        best = max(rivals, key=lambda each: likeness(name, each), default=None)
        if best is not None and likeness(name, best) >= LIKE:
            taken.add(best)
            changes.append({"kind": kind, "where": where, "name": name, "change": "renamed", "to": best})
        else:
            changes.append({"kind": kind, "where": where, "name": name, "change": "removed"})
    changes.extend({"kind": kind, "where": where, "name": name, "change": "new"} for name in fresh if name not in taken)


def reviewed(kind, where):
    """Returns {old name: new name or ""} of what the reviewed table says of a place: that goes before any likeness."""
    kinds = {"input": "inputs", "output": "outputs", "function": "attribute"}
    return {row.old: row.new for row in ROWS if row.kind == kinds.get(kind, kind) and row.old and row.where in (where, where.rpartition(".")[2])
            or row.old and (row.kind == kind == "operator" or row.kind == "node" and kind in ("node", "type"))}


def likeness(one, other):
    """How like two names are, 0 to 1; that one holds the other's words counts."""
    words, more = set(one.lower().replace("_", " ").split()), set(other.lower().replace("_", " ").split())
    if words < more or more < words:
        return 0.9
    return difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()


def same_property(old, new):
    """Whether two properties may be one under two names."""
    return all(old.get(key) == new.get(key) for key in ("type", "size", "struct", "sub"))


def types(old, new, changes):
    """bpy.types."""
    differ(changes, "type", "bpy.types", old["types"], new["types"], lambda one, other: alike(one, other))
    for name in sorted(set(old["types"]) & set(new["types"])):
        one, other = old["types"][name], new["types"][name]
        props = {each: record for each, record in one.get("props", {}).items() if not moved(changes, name, each, new["types"])}
        differ(changes, "attribute", name, props, other.get("props", {}), same_property)
        differ(changes, "function", name, one.get("funcs", {}), other.get("funcs", {}), lambda a, b: parameters(a) == parameters(b))
        differ(changes, "function", name, one.get("python", {}), other.get("python", {}), lambda a, b: a.get("sig") == b.get("sig"))
        for prop in sorted(set(one.get("props", {})) & set(other.get("props", {}))):
            property_changes(changes, name, prop, one["props"][prop], other["props"][prop])
        for func in sorted(set(one.get("funcs", {})) & set(other.get("funcs", {}))):
            differ(changes, "parameter", "%s.%s" % (name, func), parameters(one["funcs"][func]), parameters(other["funcs"][func]), same_property)


def alike(one, other):
    """Whether two types have most members in common."""
    names, more = set(one.get("props", {})), set(other.get("props", {}))
    return one.get("base") == other.get("base") and len(names & more) * 2 > len(names | more)


def parameters(function):
    """Returns {name: record} of a function's parameters."""
    return {each["id"]: each for each in function.get("params", ())}


def moved(changes, name, prop, kinds):
    """Notes that an attribute is one of a base now; False when it is not."""
    base = kinds[name].get("base", "") if prop not in kinds[name].get("props", {}) else ""
    while base:
        if prop in kinds[base].get("props", {}):
            changes.append({"kind": "attribute", "where": name, "name": prop, "change": "moved", "to": base})
            return True
        base = kinds[base].get("base", "")
    return False


def property_changes(changes, where, name, old, new):
    """Enum items, and types that are others."""
    if old["type"] == new["type"] == 'ENUM' and not old.get("dyn") and not new.get("dyn"):
        differ(changes, "enum", "%s.%s" % (where, name), dict.fromkeys(old.get("items", ()), 0), dict.fromkeys(new.get("items", ()), 0),
               lambda one, other: True)
    elif (old["type"], old.get("size"), old.get("struct")) != (new["type"], new.get("size"), new.get("struct")):
        changes.append({"kind": "attribute", "where": where, "name": name, "change": "retyped",
                        "to": "%s %s" % (new["type"], new.get("size") or new.get("struct") or "")})


def operators(old, new, changes):
    """bpy.ops and their arguments."""
    differ(changes, "operator", "bpy.ops", old["operators"], new["operators"],
           lambda one, other: set(one.get("props", {})) == set(other.get("props", {})) and bool(one.get("props")))
    for name in sorted(set(old["operators"]) & set(new["operators"])):
        one, other = old["operators"][name].get("props", {}), new["operators"][name].get("props", {})
        differ(changes, "argument", name, one, other, same_property)
        for prop in sorted(set(one) & set(other)):
            property_changes(changes, "bpy.ops." + name, prop, one[prop], other[prop])


def nodes(old, new, changes):
    """Nodes and their sockets; sockets with one identifier are one socket."""
    differ(changes, "node", "nodes", old["nodes"], new["nodes"], lambda one, other: False)
    for name in sorted(set(old["nodes"]) & set(new["nodes"])):
        for side in ("inputs", "outputs"):
            one, other = sockets(old["nodes"][name], side), sockets(new["nodes"][name], side)
            differ(changes, side[:-1], name, one, other, lambda a, b: a["type"] == b["type"])
            for socket in sorted(set(one) & set(other)):
                if one[socket]["type"] != other[socket]["type"]:
                    changes.append({"kind": side[:-1], "where": name, "name": socket, "change": "retyped", "to": other[socket]["type"]})


def sockets(node, side):
    """Returns {name: record} of the sockets of a node in all its modes."""
    found = {}
    lists = [node[side]] + [each[side] for values in node.get("modes", {}).values() for each in values.values()]
    for each in lists:
        for socket in each:
            found.setdefault(socket["name"], socket)
    return found


def refined(old, new, changes):
    """Kinds of modifiers, constraints, lights."""
    for where in sorted(set(old["refined"]) & set(new["refined"])):
        differ(changes, "modifier", where, old["refined"][where], new["refined"][where], lambda one, other: False)


def bmesh(old, new, changes):
    """bmesh.ops and their parameters."""
    differ(changes, "bmesh", "bmesh.ops", old["bmesh"], new["bmesh"], lambda one, other: one["params"] == other["params"])
    for name in sorted(set(old["bmesh"]) & set(new["bmesh"])):
        differ(changes, "argument", "bmesh.ops." + name, old["bmesh"][name]["params"], new["bmesh"][name]["params"], lambda a, b: a == b)


def classes(old, new, changes):
    """mathutils, bmesh.types."""
    differ(changes, "class", "classes", old["classes"], new["classes"], lambda one, other: False)
    for name in sorted(set(old["classes"]) & set(new["classes"])):
        differ(changes, "attribute", name, old["classes"][name].get("members", {}), new["classes"][name].get("members", {}),
               lambda one, other: one.get("doc") == other.get("doc"))


def modules(old, new, changes):
    """Modules and what is in them."""
    differ(changes, "module", "modules", old["modules"], new["modules"], lambda one, other: False)
    for name in sorted(set(old["modules"]) & set(new["modules"])):
        differ(changes, "function", name, old["modules"][name], new["modules"][name], lambda one, other: False)


def names(dumps):
    """Returns {"attributes", "sockets", "nodes", "types": {type: names}}: the names that some of the dumps have and others have not, of what scripts use."""
    attributes, found = [], []
    for dump in dumps:
        known = set()
        for name, record in dump["types"].items():
            if not name.startswith(("bl_", "Theme")) and "_OT_" not in name:
                known.update(*[record.get(section, ()) for section in ("props", "funcs", "python")])
        for record in dump["classes"].values():
            known.update(record.get("members", ()))
        attributes.append(known | set(dump["context"]))
        found.append({socket["name"] for node in dump["nodes"].values() for side in ("inputs", "outputs") for socket in node[side]}
                     | {name for node in dump["nodes"].values() for side in ("inputs", "outputs") for name in sockets(node, side)})
    shared = sorted(set.intersection(*[set(dump["types"]) for dump in dumps]))
    odd = {name: odd_members(dumps, name) for name in shared if not name.startswith(SIDE) and "_OT_" not in name}
    kinds = {name: sorted(members - odd.get(dumps[0]["types"][name].get("base", ""), set())) for name, members in odd.items()}
    kinds = {name: members for name, members in kinds.items() if members}
    return {"types": kinds, "attributes": sorted(set.union(*attributes) - set.intersection(*attributes)),
            "sockets": sorted(set.union(*found) - set.intersection(*found)),
            "nodes": sorted(set.union(*[set(dump["nodes"]) for dump in dumps]) - set.intersection(*[set(dump["nodes"]) for dump in dumps]))}


def odd_members(dumps, name):
    """Returns the members of a type that some of the dumps have and others have not."""
    held = [members(dump["types"], name) for dump in dumps]
    return set.union(*held) - set.intersection(*held)


def members(types, name):
    """Returns the names of a type's own members; of what its base has, too, so that a move up is no change."""
    found = set()
    while name:
        record = types[name]
        found.update(*[record.get(section, ()) for section in ("props", "funcs", "python")])
        name = record.get("base", "")
    return found


def load(path):
    with open(path, encoding="utf-8") as stream:
        return json.load(stream)


def main(arguments):
    """Prints what was asked for."""
    if arguments[:1] == ["--names"]:
        json.dump(names([load(each) for each in arguments[1:]]), sys.stdout, separators=(",", ":"))
        return
    for each in compare(load(arguments[0]), load(arguments[1]))["changes"]:
        print(each["change"], each["kind"], each["where"], each["name"], "->" if "to" in each else "", each.get("to", ""))


if __name__ == "__main__":
    main(sys.argv[1:])
