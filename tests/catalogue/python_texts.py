"""The messages in a Python module: its texts, without those that only code reads."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from tests.catalogue.message import Kind, Message
from tests.catalogue.placeholders import written

_FOR_THE_MACHINE = {
    *("cast", "compile", "debug", "endswith", "fullmatch", "getattr", "getLogger", "match"),
    *("partition", "removeprefix", "removesuffix", "rpartition", "search", "split", "startswith"),
    *("strftime", "strptime", "TypeVar"),
}
"""Functions whose texts nobody reads: patterns, parts of texts that are looked for, formats."""
_FOR_DEVELOPERS = {"AssertionError", "InvalidCallError", "LookupError", "RuntimeError"}
"""Errors that only a defect of the program raises."""
_MACHINE_TEXT = re.compile(
    r"\(\?|\\[bdswgW(]|\[\^|\)\*|\.\*|</|<\w+ |\$icon|^#!|-src 'none'|charset=|^attachment;|"
    r"^on run argv|^\[general\]|^\[Desktop|^(Bearer|Basic) |^Iterator|^tuple\[|\w+ \| None|xml:|"
    r"^\.\w+-|^\w+/\{|style=|^http:|\w\|\w+ \w+,"
)
_COMMAND = re.compile(r"click\.(command|group)\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LABEL = re.compile(r"[A-Z][a-z]{2,}|[A-Z][a-z]+-[a-z]+")


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a text is in the module; see Message."""

    place: str
    when: str = ""


def constants_in(path: Path) -> dict[str, ast.expr]:
    """The expressions of the module's constants that are texts, by name."""
    found = {}
    for each in ast.parse(path.read_text("utf-8")).body:
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_text(value):
                found[name] = value
    return found


def messages_in(path: Path, source: str, constants: Mapping[str, ast.expr]) -> Iterator[Message]:
    """The messages of the module at `path`, in order; `constants` are inserted where used."""
    tree = ast.parse(path.read_text("utf-8"))
    reader = _Reader(source, constants, dict(_said_of_constants(tree)))
    yield from reader.within(tree, _Scope(""))


def _said_of_constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names of the module's constants that have a docstring below them, with its first part."""
    for assigned, below in pairwise(tree.body):
        match assigned, below:
            case (
                ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, text.split("\n\n")[0]


class _Reader:
    """Finds the messages in the syntax tree of one module."""

    def __init__(
        self, source: str, constants: Mapping[str, ast.expr], said_of: Mapping[str, str]
    ) -> None:
        self._source = source
        self._constants = constants
        self._said_of = said_of

    def within(self, node: ast.AST, scope: _Scope) -> Iterator[Message]:
        """The messages below a node."""
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from self._definition(node, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from self.within(value, self._named(scope, target))
            case ast.Assign(targets=[target], value=value):
                yield from self.within(value, self._named(scope, target))
            case ast.If(test=test, body=body, orelse=orelse):
                yield from self._branches(test, body, orelse, scope)
            case ast.IfExp(test=test, body=body, orelse=orelse) if not _is_text(node):
                yield from self._branches(test, [body], [orelse], scope)
            case ast.match_case(pattern=pattern, body=body):
                for each in body:
                    yield from self.within(
                        each, replace(scope, when=f"case {ast.unparse(pattern)}")
                    )
            case ast.Compare() | ast.Subscript() | ast.AnnAssign() | ast.Global():
                yield from self._deeper(node, scope)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    yield from self._value(value, values, _keyed(scope, key))
            case ast.Call():
                yield from self._call(node, scope)
            case ast.expr() if _is_text(node):
                yield from self._text(node, scope)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from self.within(child, scope)

    def _named(self, scope: _Scope, target: ast.expr) -> _Scope:
        """The place of a constant: its docstring, else its name."""
        if scope.place:
            return scope
        name = target.id if isinstance(target, ast.Name) else ast.unparse(target)
        return _Scope(_place(name, self._said_of.get(name, "")))

    def _value(self, node: ast.expr, beside: list[ast.expr], scope: _Scope) -> Iterator[Message]:
        """The value of a table; a single word is a label if there are longer texts beside it."""
        match node:
            case ast.Constant(value=str(text)) if text.isalpha() and any(map(_is_long, beside)):
                yield Message(self._source, scope.place, scope.when, text, "label")
            case _:
                yield from self.within(node, scope)

    def _definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: _Scope
    ) -> Iterator[Message]:
        said = (ast.get_docstring(node) or "").split("\n\n")
        inner = scope if node.name.startswith("__") else _Scope(_place(node.name, said[0]))
        help_text = _Scope(f"Help of {self._source}")
        for decorator in node.decorator_list:
            yield from self.within(decorator, help_text)
        if any(_COMMAND.match(ast.unparse(each)) for each in node.decorator_list):
            for each in map(_as_shown, said):
                yield Message(self._source, help_text.place, "the command", each)
        for child in [*_defaults(node), *node.body]:
            yield from self.within(child, inner)

    def _branches(
        self, test: ast.expr, body: Sequence[ast.AST], orelse: Sequence[ast.AST], scope: _Scope
    ) -> Iterator[Message]:
        yield from self.within(test, scope)
        condition = ast.unparse(test)
        for each in body:
            yield from self.within(each, replace(scope, when=f"if {condition}"))
        for each in orelse:
            yield from self.within(each, replace(scope, when=f"unless {condition}"))

    def _call(self, node: ast.Call, scope: _Scope) -> Iterator[Message]:
        name = _called(node.func)
        if name in _FOR_DEVELOPERS:
            return
        if isinstance(node.func, ast.Attribute):
            yield from self.within(node.func.value, scope)
        match node.args:
            case [ast.Constant(value=str(first)), *_] if re.fullmatch(r"-{0,2}[\w.-]+", first):
                scope = replace(scope, when=first)
        given = [*node.args, *(each.value for each in node.keywords)]
        for each in given:
            if name in _FOR_THE_MACHINE and _is_text(each):
                continue
            yield from self.within(each, scope)

    def _deeper(self, node: ast.AST, scope: _Scope) -> Iterator[Message]:
        for child in ast.iter_child_nodes(node):
            if not _is_text(child):
                yield from self.within(child, scope)

    def _text(self, node: ast.expr, scope: _Scope) -> Iterator[Message]:
        text = written(node, self._constants).strip()
        kind = _kind(text)
        if kind:
            yield Message(self._source, scope.place, scope.when, text, kind)
        for each in ast.walk(node):
            if isinstance(each, ast.Call):
                yield from self._call(each, scope)


def _as_shown(paragraph: str) -> str:
    """A paragraph of a help text; after a `\\b` its lines stay apart."""
    if paragraph.startswith("\b"):
        return "\n".join(" ".join(line.split()) for line in paragraph[1:].strip().split("\n"))
    return " ".join(paragraph.split())


def _defaults(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.expr]:
    if not isinstance(node, ast.ClassDef):
        yield from node.args.defaults
        yield from filter(None, node.args.kw_defaults)


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left) or _is_text(right)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body) and _is_text(orelse)
    return False


def _kind(text: str) -> Kind | None:
    """What kind of message a text is; None if it is not for people."""
    names = [each for each in text.split() if "_" in each]
    if _MACHINE_TEXT.search(text) or len(names) * 2 >= len(text.split()):
        return None
    outside = re.sub(r"\{[^{}]*\}", " ", text)
    if _LABEL.fullmatch(text):
        return "label"
    needed = 2 if outside == text else 1  # one beside a value: "{who} leave {queues}."
    return "sentence" if len(_WORD.findall(outside)) >= needed and " " in text else None


def _is_long(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and _kind(str(node.value)) == "sentence"


def _place(name: str, docstring: str) -> str:
    summary = " ".join(docstring.split())
    return summary or f"{name.strip('_').replace('_', ' ').capitalize()}."


def _keyed(scope: _Scope, key: ast.expr | None) -> _Scope:
    if key is None:
        return scope
    shown = key.value if isinstance(key, ast.Constant) else ast.unparse(key)
    return replace(scope, when=str(shown))


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
