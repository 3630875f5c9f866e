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
        self.redefined = set()
        self.statements = 0
        self.sizes = {}
        self.cache = {}
        self.asked = {}
        self._read(tree)

    def _read(self, tree):
        """One pass; `asked` collects per function what is asked for."""
        defined, uses = {}, {}
        stack = [(tree, tree, frozenset())]
        while stack:
            node, function, caught = stack.pop()
            kind = node.__class__
            if isinstance(node, ast.stmt):
                self.statements += 1
                self.sizes[function] = self.sizes.get(function, 0) + 1
            reader = READERS.get(kind)
            if reader is not None:
                reader(self, node, function)
            if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef or kind is ast.ClassDef:
                defined[node.name] = defined.get(node.name, 0) + 1
                if kind is not ast.ClassDef:
                    function = node
            elif kind is ast.Name and caught is not None:
                uses.setdefault(node.id, []).append(caught)
            if kind is ast.Try:
                inside = caught | caught_by(node)
                for each in node.body:
                    stack.append((each, function, inside))
                for each in (*node.handlers, *node.orelse, *node.finalbody):
                    stack.append((each, function, caught))
                continue
            for field in node._fields:
                value = getattr(node, field, None)
                if value.__class__ is list:
                    for each in value:
                        if isinstance(each, ast.AST):
                            stack.append((each, function, caught))
                elif isinstance(value, ast.AST) and not isinstance(value, (ast.expr_context, ast.operator)):
                    stack.append((value, function, caught))
        self.redefined = {name for name, count in defined.items() if count > 1}
        self.uses = uses

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
        key = (what, node)
        if key not in self.cache:
            self.cache[key] = make(node)
        return self.cache[key]

    def assigned_in(self, node):
        """Returns the names that a statement assigns, anywhere inside of it."""
        return self.remembered("assigned", node, lambda it: {each.id for each in ast.walk(it) if each.__class__ is ast.Name
                                                              and each.ctx.__class__ is not ast.Load})

    def outer_names(self, node):
        """Returns the names that a function declares global or nonlocal."""
        return self.remembered("outer", node, lambda it: frozenset(
            name for each in ast.walk(it) if each.__class__ in (ast.Global, ast.Nonlocal) for name in each.names)
            if self.declared else frozenset())

    def is_generator(self, node):
        """Whether a function yields."""
        return self.remembered("yields", node, lambda it: any(each.__class__ in (ast.Yield, ast.YieldFrom) for each in ast.walk(it)))

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

    @staticmethod
    def stores_of(node):
        """Returns {attribute: how often self.attribute is assigned} of a class."""
        found = {}
        for each in ast.walk(node):
            if each.__class__ is ast.Attribute and each.ctx.__class__ is not ast.Load and each.value.__class__ is ast.Name:
                found[each.attr] = found.get(each.attr, 0) + 1
        return found


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
                if node.value.__class__ is not ast.Constant:
                    guards.renamed.add(None)
            name = dotted(target)
            if ".types." in name or name.count(".") == 1 and name.split(".")[0][:1].isupper():
                guards.registered.add(target.attr)
        elif target.__class__ is ast.Subscript and target.value.__class__ is ast.Name:
            guards.mutated.add(target.value.id)


def read_augmented(guards, node, function):
    if node.target.__class__ is ast.Name:
        guards.mutated.add(node.target.id)
    elif node.target.__class__ is ast.Subscript and node.target.value.__class__ is ast.Name:
        guards.mutated.add(node.target.value.id)


def read_declared(guards, node, function):
    guards.declared.update(node.names)


def read_class(guards, node, function):
    guards.registered.add(node.name)


def read_import(guards, node, function):
    if node.__class__ is ast.ImportFrom and (node.level or any(each.name == "*" for each in node.names)):
        guards.foreign = True


def read_delete(guards, node, function):
    for each in node.targets:
        if each.__class__ is ast.Subscript and each.value.__class__ is ast.Name:
            guards.mutated.add(each.value.id)


READERS = {ast.Call: read_call, ast.Compare: read_compare, ast.Assign: read_assign, ast.AnnAssign: read_assign,
           ast.AugAssign: read_augmented, ast.Global: read_declared, ast.Nonlocal: read_declared, ast.ClassDef: read_class,
           ast.ImportFrom: read_import, ast.Import: read_import, ast.Delete: read_delete}
