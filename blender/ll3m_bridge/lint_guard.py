# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a script is read before it is walked: what it asks before it uses it, what it registers, what is assigned where. bpy-free.

One pass over all nodes; everything is by name, which errs on the side of silence.
"""
import ast

API_ERRORS = frozenset({"AttributeError", "KeyError", "TypeError", "IndexError", "RuntimeError", "ValueError", "ImportError"})
WIDER = {"Exception": API_ERRORS, "BaseException": API_ERRORS, "LookupError": frozenset({"KeyError", "IndexError"}),
         "ModuleNotFoundError": frozenset({"ImportError"})}
CHANGERS = {"append", "extend", "insert", "update", "setdefault", "pop", "add", "remove", "clear", "popitem", "sort", "reverse",
            "discard", "appendleft"}
REGISTERED = {"bl_idname", "idname"}


class Guards:
    """What a script says of itself."""

    def __init__(self, tree):
        self.tree = tree
        self.declared = set()       # global or nonlocal names: assigned from anywhere
        self.mutated = set()        # names of containers that are changed after they were made
        self.registered = set()     # idnames and names of classes, properties put on bpy.types
        self.renamed = set()        # texts that are assigned to .name, .label or .identifier
        self.patched = set()        # dotted names that are assigned to: bpy.ops.x = …
        self.overrides = False      # whether contexts are overridden anywhere
        self.foreign = False        # whether the script needs other files: what those register is not known
        self.based = False          # whether a class of it derives from anything
        self.redefined = set()      # names of functions and classes that are defined more than once
        self.generators = set()     # functions that yield
        self.loops = {}             # {loop: names that are assigned inside of it}
        self.classes = {}           # {class: {attribute: how often it is assigned by name.attribute = …}}
        self.uses = {}              # {name: [errors that are caught where it is used]}
        self.statements = 0
        self.sizes = {}
        self.cache = {}
        self.asked = {}
        self._read(tree)

    def _read(self, tree):
        """One pass over all nodes; each comes with its place: (function, errors caught, class, sets of names that loops assign)."""
        defined, uses, sizes = {}, {}, self.sizes
        stack = [(tree, (tree, frozenset(), None, ()))]
        pop, push = stack.pop, stack.append
        while stack:
            node, place = pop()
            kind = node.__class__
            reader = READERS.get(kind)
            if reader is not None:
                reader(self, node, place[0])
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Load:
                    uses.setdefault(node.id, []).append(place[1])
                else:
                    for names in place[3]:
                        names.add(node.id)
                continue
            if kind is ast.Constant:
                continue
            if kind in STATEMENTS:
                sizes[place[0]] = sizes.get(place[0], 0) + 1
                if kind is ast.Try:
                    inside = (place[0], place[1] | caught_by(node), place[2], place[3])
                    for each in node.body:
                        push((each, inside))
                    for each in (*node.handlers, *node.orelse, *node.finalbody):
                        push((each, place))
                    continue
                place = self._enter(node, kind, place, defined)
            elif kind is ast.Attribute and place[2] is not None and node.ctx.__class__ is not ast.Load and node.value.__class__ is ast.Name:
                place[2][node.attr] = place[2].get(node.attr, 0) + 1
            elif kind is ast.Yield or kind is ast.YieldFrom:
                self.generators.add(place[0])
            for value in node.__dict__.values():
                inner = value.__class__
                if inner is list:
                    for each in value:
                        if each.__class__ not in PLAIN:
                            push((each, place))
                elif inner not in PLAIN:
                    push((value, place))
        self.statements = sum(sizes.values())
        self.redefined = {name for name, count in defined.items() if count > 1}
        self.uses = uses

    def _enter(self, node, kind, place, defined):
        """Returns the place of what is inside of a statement."""
        if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
            defined[node.name] = defined.get(node.name, 0) + 1
            return node, place[1], place[2], ()
        if kind is ast.ClassDef:
            defined[node.name] = defined.get(node.name, 0) + 1
            self.classes[node] = stores = {}
            return place[0], place[1], stores, place[3]
        if kind is ast.For or kind is ast.While or kind is ast.AsyncFor:
            self.loops[node] = names = set()
            return place[0], place[1], place[2], (*place[3], names)
        return place

    def everywhere(self, name):
        """Returns the errors that are caught wherever a function is called; nothing when nobody calls it by name."""
        found = self.uses.get(name)
        return frozenset.intersection(*found) if found else frozenset()

    def of(self, node):
        """Returns the names and keys that a function (or the module, outside of functions) asks for before it uses them."""
        return frozenset(self.asked.get(node, ())) | frozenset(self.asked.get(self.tree, ()) if node is not self.tree else ())

    def size_of(self, node):
        """How many statements a function has."""
        return self.sizes.get(node, 1)

    def remembered(self, what, node, make):
        """Returns make(node), made once."""
        key = (what, node)
        if key not in self.cache:
            self.cache[key] = make(node)
        return self.cache[key]

    def tests_version(self, node):
        """Whether a function is a small one about Blender's version: then the numbers it is given matter."""
        return self.size_of(node) <= 12 and self.remembered("version", node, lambda it: any(
            each.__class__ is ast.Attribute and each.attr == "version" for each in ast.walk(it)))

    def breaks(self, node):
        """Whether a loop can be left by break."""
        return self.remembered("breaks", node, lambda it: any(each.__class__ is ast.Break for each in ast.walk(it)))

    def asks_which(self, node, name):
        """Whether a loop's body tests its variable, or catches errors: then its items are not all treated alike."""
        for each in ast.walk(node):
            if each.__class__ in (ast.If, ast.IfExp, ast.While):
                if any(inner.__class__ is ast.Name and inner.id == name for inner in ast.walk(each.test)):
                    return True
            elif each.__class__ in (ast.Try, ast.Break, ast.Continue, ast.Return):
                return True
        return False


def caught_by(node):
    """Returns the errors that a try statement's handlers catch."""
    caught = set()
    for handler in node.handlers:
        caught |= named(handler.type)
    return frozenset(caught)


def named(node):
    """Returns the errors that an expression behind `except` names."""
    if node is None:
        return API_ERRORS
    if isinstance(node, ast.Tuple):
        return frozenset().union(*[named(each) for each in node.elts])
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if not name:
        return API_ERRORS
    return WIDER.get(name, frozenset({name}))


def suppressed_by(node):
    """Returns the errors that `with contextlib.suppress(…)` and unittest's assertRaises swallow."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("suppress", "assertRaises", "raises", "assertRaisesRegex"):
            return frozenset().union(*[named(each) for each in node.args]) if node.args else API_ERRORS
    return frozenset()


def dotted(node):
    """Returns the dotted name of a chain of attributes, "" when it is none."""
    parts = []
    while node.__class__ is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    if node.__class__ is not ast.Name:
        return ""
    return ".".join([node.id, *reversed(parts)])


def texts(node):
    """Yields the texts in an expression."""
    for each in ast.walk(node):
        if each.__class__ is ast.Constant and isinstance(each.value, str):
            yield each.value


def read_call(guards, node, function):
    """hasattr(x, "name"), x.get("name"), setattr(bpy.types.X, "name", …), x.append(…)."""
    name = node.func.id if node.func.__class__ is ast.Name else node.func.attr if node.func.__class__ is ast.Attribute else ""
    if name == "hasattr" or name == "getattr" or name == "setattr":
        if len(node.args) > 1:
            asked = guards.asked.setdefault(function, set())
            asked.update(texts(node.args[1]))
            if name == "hasattr" and node.args[1].__class__ is ast.Name:
                asked.add("$" + node.args[1].id)
            if name == "setattr":
                guards.registered.update(texts(node.args[1]))
    elif name in ("get", "find", "index", "count") and node.args:
        asked = guards.asked.setdefault(function, set())
        asked.update(texts(node.args[0]))
        if node.args[0].__class__ is ast.Name:
            asked.add("$" + node.args[0].id)
    elif name in CHANGERS and node.func.__class__ is ast.Attribute and node.func.value.__class__ is ast.Name:
        guards.mutated.add(node.func.value.id)
    if name == "temp_override":
        guards.overrides = True


def read_compare(guards, node, function):
    """"name" in x, and n.name == "name"."""
    asked = guards.asked.setdefault(function, set())
    for operator, right in zip(node.ops, node.comparators):
        if operator.__class__ in (ast.In, ast.NotIn):
            asked.update(texts(node.left))
            for each in ast.walk(node.left):
                if each.__class__ is ast.Name:
                    asked.add("$" + each.id)


def read_assign(guards, node, function):
    """bl_idname = "mesh.mine", bpy.types.Scene.mine = …, node.name = "Mine", d["key"] = …"""
    targets = node.targets if node.__class__ is ast.Assign else [node.target]
    for target in targets:
        if target.__class__ is ast.Name and target.id in REGISTERED or target.__class__ is ast.Attribute and target.attr in REGISTERED:
            if node.value is not None:
                guards.registered.update(texts(node.value))
        if target.__class__ is ast.Attribute:
            guards.patched.add(dotted(target))
            if target.attr in ("name", "label", "identifier", "bl_label") and node.value is not None:
                guards.renamed.update(texts(node.value))
            name = dotted(target)
            if is_property(node.value) or ".types." in name or name.count(".") == 1 and name.split(".")[0][:1].isupper():
                guards.registered.add(target.attr)
        elif target.__class__ is ast.Subscript and target.value.__class__ is ast.Name:
            guards.mutated.add(target.value.id)


def is_property(node):
    """Whether an expression is bpy.props.FloatProperty(…) or the like."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name.endswith("Property")


def read_augmented(guards, node, function):
    if node.target.__class__ is ast.Name:
        guards.mutated.add(node.target.id)
    elif node.target.__class__ is ast.Subscript and node.target.value.__class__ is ast.Name:
        guards.mutated.add(node.target.value.id)


def read_declared(guards, node, function):
    guards.declared.update(node.names)


def read_class(guards, node, function):
    guards.registered.add(node.name)
    guards.based = guards.based or any(isinstance(each, (ast.Attribute, ast.Name)) and dotted(each) not in ("object", "Exception")
                                       for each in node.bases)


def read_import(guards, node, function):
    if node.__class__ is ast.ImportFrom and (node.level or any(each.name == "*" for each in node.names)):
        guards.foreign = True


def read_delete(guards, node, function):
    for each in node.targets:
        if each.__class__ is ast.Subscript and each.value.__class__ is ast.Name:
            guards.mutated.add(each.value.id)


PLAIN = {int, str, type(None), float, bytes, bool, complex, *[getattr(ast, name) for name in dir(ast) if isinstance(getattr(ast, name), type)
         and issubclass(getattr(ast, name), (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop))]}
STATEMENTS = {getattr(ast, name) for name in dir(ast) if isinstance(getattr(ast, name), type) and issubclass(getattr(ast, name), ast.stmt)}
READERS = {ast.Call: read_call, ast.Compare: read_compare, ast.Assign: read_assign, ast.AnnAssign: read_assign,
           ast.AugAssign: read_augmented, ast.Global: read_declared, ast.Nonlocal: read_declared, ast.ClassDef: read_class,
           ast.ImportFrom: read_import, ast.Import: read_import, ast.Delete: read_delete}
