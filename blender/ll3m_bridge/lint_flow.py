# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks a script as it would run and knows, of each name, what it is. bpy-free.

An abstract interpreter over the syntax tree. Certainty comes first: what is not known is None, and about None nothing is said. So
- a branch whose test is known (a version test, say) is not walked; the others are walked on copies of the names and joined;
- names that a loop assigns are unknown when its body begins (they may come from the round before);
- a function is walked when it is called, with what it is given, once for each kind of arguments; what nobody calls is walked
  at the end with unknown parameters; the walks are bounded by BUDGET, their depth by MAX_CALLS and MAX_DEPTH;
- inside `try` nothing is said that its handlers would catch, nor about names that the function asks for with hasattr, getattr, `in`.
Facts (an attribute that is missing, a value for a property, …) go to the rules of lint_rules.py, which make the findings.
"""
import ast

from . import lint_eval
from .lint_guard import Guards, caught_by, suppressed_by
from .lint_values import Class, Const, Each, Function, Instance, ListOf, Rna, Sequence, join, is_nothing

MAX_CALLS = 6
MAX_DEPTH = 120
BUDGET = 3
MIN_BUDGET = 3000
CONTEXT = Rna("Context", True)
LIKELY_CONTEXT = Rna("Context", True, False)


class Scope:
    """The names of a module or function."""

    __slots__ = ("names", "parent", "module", "unknown", "guarded", "returned", "cls")

    def __init__(self, parent, guarded=frozenset()):
        self.names = {}
        self.parent = parent
        self.module = parent.module if parent else self
        self.unknown = frozenset()
        self.guarded = guarded
        self.returned = []
        self.cls = None


class Flow:
    """One script. `report(rule, node, finding)` is called for each finding of a rule."""

    def __init__(self, tree, api, rules, report, text=""):
        self.api = api
        self.lines = text.encode("utf-8", "surrogatepass").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self.statement = None
        self.report = report
        self.rules = {}
        for rule in rules:
            self.rules.setdefault(rule.fact, []).append(rule)
        self.guards = Guards(tree)
        self.scope = Scope(None, self.guards.of(tree))
        self.scope.unknown = self.guards.declared
        self.caught = frozenset()
        self.depth = 0
        self.calls = []
        self.memo = {}
        self.walked = set()
        self.functions = []
        self.results = {}
        self.reached = True     # whether what is walked runs when the script does
        self.here = None
        self.steps = MIN_BUDGET + BUDGET * self.guards.statements

    def run(self, tree):
        """Walks the module, then what nobody called: that it fails is only likely, since it may never run. The functions of a script that
        keeps the contract are all run."""
        self.block(tree.body)
        self.reached = "PARAMS" in self.scope.names and "build" in self.scope.names
        index = 0
        while index < len(self.functions):
            function = self.functions[index]
            index += 1
            if id(function.node) not in self.walked:
                self.caught = self.guards.everywhere(function.node.name)
                self.walk(function, None)

    def tell(self, fact, *told):
        """Gives a fact to the rules that look at such."""
        for rule in self.rules.get(fact, ()):
            if rule.raises not in self.caught:
                for finding in rule.function(self, *told):
                    finding.sure = finding.sure and self.reached
                    self.report(rule, finding, self.calls)

    # Text

    def segment(self, node):
        """Returns the text of a node."""
        if node.lineno == node.end_lineno:
            return self.lines[node.lineno - 1][node.col_offset:node.end_col_offset].decode("utf-8", "replace")
        lines = self.lines[node.lineno - 1:node.end_lineno]
        lines[-1] = lines[-1][:node.end_col_offset]
        lines[0] = lines[0][node.col_offset:]
        return b"\n".join(lines).decode("utf-8", "replace")

    def call_around(self, node):
        """Returns the call node.name(…) in the statement at hand, None when there is none."""
        for each in ast.walk(self.statement):
            if each.__class__ is ast.Call and each.func.__class__ is ast.Attribute and each.func.value is node:
                return each
        return None

    def call_with(self, keyword):
        """Returns the call of the statement at hand that has a keyword, by its node."""
        for each in ast.walk(self.statement):
            if each.__class__ is ast.Call and keyword in each.keywords:
                return each
        return None

    # Names

    def look(self, name):
        """Returns the value of a name."""
        scope = self.scope
        while scope is not None:
            if name in scope.names:
                return None if name in scope.unknown else scope.names[name]
            if name in scope.unknown:
                return None
            scope = scope.parent
        return lint_eval.BUILTINS.get(name)

    def bind(self, target, value):
        """Assigns a value to what stands left of `=`."""
        kind = target.__class__
        if kind is ast.Name:
            if value.__class__ in CONTAINERS and target.id in self.guards.mutated:
                value = None
            self.scope.names[target.id] = value
        elif kind is ast.Attribute:
            lint_eval.store_attribute(self, target, value)
        elif kind is ast.Tuple or kind is ast.List:
            items = lint_eval.unpacked(value, len(target.elts))
            for each, item in zip(target.elts, items):
                self.bind(each, item)
        elif kind is ast.Subscript:
            lint_eval.store_item(self, target, value)
        elif kind is ast.Starred:
            self.bind(target.value, None)

    # Statements

    def block(self, body):
        """Walks statements; False when the end is not reached (return, raise, continue, break)."""
        for statement in body:
            self.statement = statement
            if not STATEMENTS[statement.__class__](self, statement):
                return False
        return True

    def value(self, node):
        """Returns the value of an expression, walking it."""
        if self.depth > MAX_DEPTH:
            return None
        self.depth += 1
        try:
            return lint_eval.EXPRESSIONS[node.__class__](self, node)
        finally:
            self.depth -= 1

    def expression(self, node):
        self.value(node.value)
        return not lint_eval.ends_program(node.value)

    def assign(self, node):
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)
        return True

    def assign_annotated(self, node):
        if node.value is not None:
            self.bind(node.target, self.value(node.value))
        return True

    def assign_augmented(self, node):
        value = self.value(node.value)
        target = node.target
        if target.__class__ is ast.Name:
            one = self.look(target.id)
            self.scope.names[target.id] = lint_eval.operation(self, node, node.op, one, value)
        else:
            lint_eval.check_augmented(self, node, value)
        return True

    def branch(self, node):
        """if, elif …: as a loop, since a long chain of elif is deeply nested."""
        ends = []
        while True:
            self.statement = node
            known = lint_eval.truth(self.value(node.test))
            if known is not False:
                before = self.scope.names
                self.scope.names = dict(before)
                lint_eval.narrow(self, node.test, True)
                if self.block(node.body):
                    ends.append(self.scope.names)
                self.scope.names = before
                if known is True:
                    return self.merge(ends)
            lint_eval.narrow(self, node.test, False)
            if len(node.orelse) == 1 and node.orelse[0].__class__ is ast.If:
                node = node.orelse[0]
                continue
            if self.block(node.orelse):
                ends.append(self.scope.names)
            return self.merge(ends)

    def merge(self, ends):
        """Joins the names at the ends of branches; False when no branch goes on."""
        if not ends:
            return False
        first = ends[0]
        for other in ends[1:]:
            for name, value in first.items():
                if name not in other:
                    continue
                there = other[name]
                if there is not value:
                    first[name] = join(value, there)
            for name, value in other.items():
                if name not in first:
                    first[name] = value
        self.scope.names = first
        return True

    def loop(self, node):
        """for: the body once, for any item, or for all items of a literal together."""
        iterated = self.value(node.iter)
        self.forget(node)
        before = dict(self.scope.names)
        self.bind(node.target, lint_eval.item_of(self, iterated, node))
        self.block(node.body)
        self.tell("loop", node, iterated)
        self.merge([self.scope.names, before])
        self.block(node.orelse)
        return True

    def loop_while(self, node):
        self.forget(node)
        known = lint_eval.truth(self.value(node.test))
        self.tell("while", node, known)
        if known is False:
            return self.block(node.orelse)
        before = dict(self.scope.names)
        lint_eval.narrow(self, node.test, True)
        self.block(node.body)
        self.merge([self.scope.names, before] if known is None else [self.scope.names])
        self.block(node.orelse)
        return known is not True or self.guards.breaks(node)

    def forget(self, node):
        """Names that a loop assigns may come from the round before."""
        names = self.scope.names
        for name in self.guards.loops[node]:
            if name in names:
                names[name] = None

    def with_block(self, node):
        before = self.caught
        for item in node.items:
            value = self.value(item.context_expr)
            self.caught = self.caught | suppressed_by(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, lint_eval.entered(value))
        reached = self.block(node.body)
        swallows = self.caught is not before
        self.caught = before
        return reached or swallows

    def try_block(self, node):
        before = self.caught
        start = dict(self.scope.names)
        self.caught = before | caught_by(node)
        reached = self.block(node.body)
        self.caught = before
        ends = []
        if reached and self.block(node.orelse):
            ends.append(self.scope.names)
        tried = self.scope.names
        for handler in node.handlers:
            self.scope.names = {name: value if name in start and start[name] is value else None for name, value in tried.items()}
            if handler.name:
                self.scope.names[handler.name] = None
            if self.block(handler.body):
                ends.append(self.scope.names)
        if not self.merge(ends):
            self.scope.names = tried
            self.block(node.finalbody)
            return not node.handlers and reached
        return self.block(node.finalbody)

    def define(self, node):
        """def: its defaults are walked now, its body when it is called."""
        for each in (*node.args.defaults, *node.args.kw_defaults, *node.decorator_list):
            if each is not None:
                self.value(each)
        function = Function(node, self.scope)
        self.functions.append(function)
        plain = not node.decorator_list and node.__class__ is ast.FunctionDef and node.name not in self.guards.redefined
        self.scope.names[node.name] = function if plain else None
        return True

    def define_class(self, node):
        base = lint_eval.class_base(self, node)
        for each in node.decorator_list:
            self.value(each)
        cls = Class(node, self.scope, {}, self.guards.classes[node], base)
        outer = self.scope
        self.scope = Scope(outer, outer.guarded)
        for each in node.body:
            if each.__class__ in (ast.FunctionDef, ast.AsyncFunctionDef):
                kinds = {getattr(d, "id", "") for d in each.decorator_list}
                this = None if "staticmethod" in kinds else Instance(cls)
                function = Function(each, outer, this, cls)
                self.functions.append(function)
                if not each.decorator_list and each.__class__ is ast.FunctionDef:
                    cls.methods[each.name] = function
                for default in (*each.args.defaults, *[d for d in each.args.kw_defaults if d is not None]):
                    self.value(default)
            else:
                self.block([each])
        self.scope = outer
        outer.names[node.name] = cls if not node.decorator_list and node.name not in self.guards.redefined else None
        return True

    # Calls

    def walk(self, function, given):
        """Walks a function with its parameters: {name: value}, None when nobody calls it. Returns what it returns."""
        node = function.node
        self.walked.add(id(node))
        key = (id(node), function.this and function.this.key,
               tuple((name, value and value.key) for name, value in given.items()) if given is not None else None)
        if key in self.memo:
            return self.memo[key]
        cost = self.guards.size_of(node)
        if len(self.calls) >= MAX_CALLS or given is not None and self.steps < cost or any(node is each for each, _ in self.calls):
            if given is not None and (id(node), "late") not in self.memo:
                self.memo[(id(node), "late")] = True
                self.walked.discard(id(node))
            return None
        self.steps -= cost
        self.memo[key] = None
        scope = Scope(function.scope, self.guards.of(node))
        scope.unknown = self.guards.declared
        scope.cls = function.owner
        parameters(self, scope, function, given)
        outer, self.scope, depth, self.depth = self.scope, scope, self.depth, 0
        statement = self.statement
        self.calls.append((node, self.here))
        try:
            self.block(node.body)
        finally:
            self.calls.pop()
            self.scope, self.depth = outer, depth
        self.statement = statement
        result = returned(scope)
        if node in self.guards.generators or node.__class__ is ast.AsyncFunctionDef:
            result = None
        self.memo[key] = result
        return result

    def give_back(self, node):
        self.scope.returned.append(self.value(node.value) if node.value is not None else NOTHING)
        return False

    def fail(self, node):
        for each in (node.exc, node.cause):
            if each is not None:
                self.value(each)
        return False

    def assure(self, node):
        self.value(node.test)
        lint_eval.narrow(self, node.test, True)
        return True

    def delete(self, node):
        for each in node.targets:
            if each.__class__ is ast.Name:
                self.scope.names.pop(each.id, None)
        return True

    def match(self, node):
        self.value(node.subject)
        ends = [dict(self.scope.names)]
        for case in node.cases:
            self.scope.names = dict(ends[0])
            for each in ast.walk(case.pattern):
                name = getattr(each, "name", None)
                if isinstance(name, str):
                    self.scope.names[name] = None
            if self.block(case.body):
                ends.append(self.scope.names)
        return self.merge(ends)

    def import_module(self, node):
        for each in node.names:
            value = lint_eval.imported(self, node, each.name if each.asname else each.name.split(".")[0], each.name)
            self.scope.names[each.asname or each.name.split(".")[0]] = value
        return True

    def import_from(self, node):
        for each in node.names:
            if each.name == "*":
                continue
            self.scope.names[each.asname or each.name] = lint_eval.imported_from(self, node, each.name)
        return True

    def go_on(self, node):
        return True

    def leave(self, node):
        return False


NOTHING = Const(None)


def returned(scope):
    """Joins what a function returns."""
    values = [each for each in scope.returned if each is not NOTHING]
    if not values:
        return NOTHING if scope.returned else None
    result = values[0]
    for each in values[1:]:
        result = join(result, each)
    return result


def parameters(flow, scope, function, given):
    """Binds a function's parameters."""
    arguments = function.node.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None]
    for index, name in enumerate(names):
        if given is not None:
            value = given.get(name)
            if value.__class__ in CONTAINERS and name in flow.guards.mutated:
                value = None
        else:
            value = guessed(function, index, name)
        scope.names[name] = value
    if function.this is not None and names:
        scope.names[names[0]] = function.this if "classmethod" not in {
            getattr(each, "id", "") for each in function.node.decorator_list} else None


def guessed(function, index, name):
    """What a parameter of a function that the script does not call probably is: Blender hands its classes the context."""
    if name == "context":
        base = function.owner.base if function.owner else None
        return CONTEXT if base is not None and index == 1 else LIKELY_CONTEXT
    return None


CONTAINERS = {Sequence, ListOf, lint_eval.Table}
STATEMENTS = {
    ast.Expr: Flow.expression, ast.Assign: Flow.assign, ast.AnnAssign: Flow.assign_annotated, ast.AugAssign: Flow.assign_augmented,
    ast.If: Flow.branch, ast.For: Flow.loop, ast.AsyncFor: Flow.loop, ast.While: Flow.loop_while, ast.With: Flow.with_block,
    ast.AsyncWith: Flow.with_block, ast.Try: Flow.try_block, ast.FunctionDef: Flow.define, ast.AsyncFunctionDef: Flow.define,
    ast.ClassDef: Flow.define_class, ast.Return: Flow.give_back, ast.Raise: Flow.fail, ast.Assert: Flow.assure, ast.Delete: Flow.delete,
    ast.Match: Flow.match, ast.Import: Flow.import_module, ast.ImportFrom: Flow.import_from, ast.Global: Flow.go_on,
    ast.Nonlocal: Flow.go_on, ast.Pass: Flow.go_on, ast.Break: Flow.leave, ast.Continue: Flow.leave,
}
for late in ("TryStar", "TypeAlias"):
    if hasattr(ast, late):
        STATEMENTS[getattr(ast, late)] = Flow.try_block if late == "TryStar" else Flow.go_on
