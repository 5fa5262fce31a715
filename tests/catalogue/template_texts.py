"""The messages in a Jinja template and in a script of the page."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from batch_offboard.wording import plural
from tests.catalogue.message import Kind, Message

_INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "small", "span", "strong", "time", "wbr"}
_NOT_READ = {"style", "script"}
_LABELS = {"h1", "h2", "h3", "th", "button", "dt", "label", "title", "summary", "caption", "option"}
_READ_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "data-named", "label")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SCRIPT_TEXTS = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
_BLOCK = "\x00"
"""Separates texts in the flattened template, as at a condition around whole elements."""


def messages_in_template(path: Path, source: str) -> Iterator[Message]:
    """The texts between tags, and those of attributes that are shown or read out."""
    text = path.read_text("utf-8")
    parser = _Texts()
    parser.feed(_flat(Environment(extensions=["jinja2.ext.do"]).parse(text).body))
    parser.close()
    for place, said in parser.found:
        kind: Kind = "label" if place in _LABELS and "." not in said else "sentence"
        yield Message(source, "", place, said, kind)


def messages_in_script(path: Path, source: str) -> Iterator[Message]:
    """The texts of at least three words in a script."""
    for found in _SCRIPT_TEXTS.finditer(path.read_text("utf-8")):
        text = re.sub(r"\$\{([^}]*)\}", r"{\1}", found[1] or found[2] or "")
        if len(_LETTERS.findall(text)) > 2 and re.search(r"^[^-]* |\{", text) and "=" not in text:
            yield Message(source, "", "script", text)


def _flat(body: Sequence[nodes.Node]) -> str:
    return "".join(map(_node, body))


def _node(node: nodes.Node) -> str:
    match node:
        case nodes.Output():
            return "".join(map(_output, node.nodes))
        case nodes.If():
            branches = [node.body, *(each.body for each in node.elif_), node.else_]
            return _alternatives([_flat(each) for each in branches])
        case nodes.For():
            return _bounded(_flat(node.body)) + _bounded(_flat(node.else_))
        case nodes.Macro() | nodes.Block() | nodes.CallBlock() | nodes.With():
            return _BLOCK + _flat(node.body) + _BLOCK
        case nodes.FilterBlock() | nodes.ScopedEvalContextModifier() | nodes.Scope():
            return _flat(node.body)
        case nodes.Assign(node=nodes.Const(value=str(text))):
            return f"{_BLOCK}{text}{_BLOCK}"
    return ""


def _output(node: nodes.Node) -> str:
    return node.data if isinstance(node, nodes.TemplateData) else _expression(node)


def _expression(node: nodes.Node) -> str:
    match node:
        case nodes.Const(value=value):
            return str(value)
        case nodes.CondExpr(expr1=one, expr2=other):
            texts = [_expression(one), _expression(other) if other else ""]
            return _alternatives(texts)
        case nodes.Filter(name="counted", args=[nodes.Const(value=noun), *_]):
            return f"{{number}} {plural(noun)}"
        case nodes.Filter(node=nodes.Node() as inner):
            return _expression(inner)
        case nodes.Name(name=name):
            return f"{{{name.replace('_', ' ')}}}"
        case nodes.Getattr(node=inner, attr=attr):
            return f"{{{attr.replace('_', ' ')}}}"
        case nodes.Concat(nodes=parts):
            return "".join(map(_expression, parts))
        case nodes.Call(node=nodes.Getattr(node=nodes.Const())):
            return "{number}"
        case nodes.Call(node=nodes.Name(name=name), args=args):
            texts = [each.value for each in args if isinstance(each, nodes.Const)]
            said = [each for each in texts if isinstance(each, str) and " " in each]
            return f"{{{name}}}" + "".join(f"{_BLOCK}{each}{_BLOCK}" for each in said)
    return "{…}"


def _alternatives(texts: list[str]) -> str:
    """The branches of a condition: `[one|other]`, but elements one after the other."""
    if any("<" in each or _BLOCK in each for each in texts):
        return "".join(map(_bounded, texts))
    kept = [each for each in texts if each.strip()]
    return f"[{'|'.join(kept)}]" if kept else ""


def _bounded(text: str) -> str:
    inside = not re.search(rf"<(?!/?({'|'.join(_INLINE)})\b)", text) and _BLOCK not in text
    return text if inside else f"{_BLOCK}{text}{_BLOCK}"


class _Texts(HTMLParser):
    """Collects what is read: texts without tags in between, with the element they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins; its attributes may be read out."""
        for name, value in attrs:
            if name in _READ_ATTRIBUTES:
                self._keep(f"{tag}, {name}", value or "")
        if tag == "a" and self._text.rstrip().endswith((".", "?")):
            self._end()
        elif tag == "a":
            self._text += " "  # links stand side by side
        if tag not in _INLINE:
            self._end()
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag in _INLINE:
            return
        self._end()
        if tag in self._open:
            del self._open[len(self._open) - self._open[::-1].index(tag) - 1 :]

    def handle_data(self, data: str) -> None:
        """A text within an element."""
        if self._open and self._open[-1] in _NOT_READ:
            return
        first, *others = data.split(_BLOCK)
        self._text += first
        for each in others:
            self._end()
            self._text = each

    def close(self) -> None:
        """The template ends."""
        super().close()
        self._end()

    def _end(self) -> None:
        self._keep(self._open[-1] if self._open else "title", self._text)
        self._text = ""

    def _keep(self, place: str, text: str) -> None:
        said = " ".join(text.replace(_BLOCK, " ").split())
        if _LETTERS.search(re.sub(r"\{[^{}]*\}", " ", said)):
            self.found.append((place, said))
