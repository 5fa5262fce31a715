"""A text expression in Python as a text with placeholders, named for what is inserted."""

import ast
from collections.abc import Mapping

from batch_offboard.wording import plural

_COUNTING = {"counted": 1, "counted_of": 2, "_counted": 1}
"""Functions that count things in words, and the index of their argument that is the noun."""
_PLAIN_WRAPPERS = {
    *("printable", "len", "sorted", "str", "sum", "tuple", "list", "set", "next", "iter", "max"),
    *("enumerated", "spans", "quoted_cell", "cleaned", "repr", "plain", "abs", "min", "filter"),
}
_NO_NAME = {"each", "found", "one", "self", "this", "row", "given", "finding", "what", "by_plain"}
"""Variables whose name says less than that of their attribute."""
_MOST_WORDS = 4


def written(node: ast.expr, constants: Mapping[str, ast.expr]) -> str:
    """The text of an expression; names in `constants` are replaced by their texts."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(written(each, constants) for each in values)
        case ast.FormattedValue(value=value):
            return _filled_in(value, constants)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return written(left, constants) + written(right, constants)
        case ast.IfExp(body=body, orelse=orelse):
            return _either(written(body, constants), written(orelse, constants))
    return _filled_in(node, constants)


def _filled_in(node: ast.expr, constants: Mapping[str, ast.expr]) -> str:
    match node:
        case ast.Name(id=name) if name in constants:
            return written(constants[name], constants)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice()) if name in constants:
            return written(constants[name], constants).removesuffix(".")
        case ast.Constant() | ast.JoinedStr():
            return written(node, constants) if isinstance(node, ast.JoinedStr) else str(node.value)
        case ast.IfExp(body=body, orelse=orelse):
            return _either(_filled_in(body, constants), _filled_in(orelse, constants))
        case ast.Call(func=ast.Name(id=name), args=args) if name in _COUNTING:
            return _counted(args, _COUNTING[name], constants)
        case ast.Call(func=ast.Attribute(attr="again" | "other" as name)):
            return "{this command again}" if name == "again" else "{command}"
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join")):
            return f"{{{name_of(node.args[0])}}}"
    return f"{{{name_of(node)}}}"


def _counted(args: list[ast.expr], place: int, constants: Mapping[str, ast.expr]) -> str:
    noun = args[place]
    named = (
        plural(str(noun.value)) if isinstance(noun, ast.Constant) else _filled_in(noun, constants)
    )
    return f"{{number}} {named}"


def _either(one: str, other: str) -> str:
    """`[one|other]`; if one of them is empty, `[one]`."""
    kept = [each for each in (one, other) if each]
    return f"[{'|'.join(kept)}]"


def name_of(node: ast.expr) -> str:
    """A placeholder's name: what the value is, in at most four words."""
    words = _words(node).replace("_", " ").split()
    return " ".join(words[-_MOST_WORDS:]) or "…"


def _words(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(value=value, attr=attr):
            owner = _words(value)
            short = owner in _NO_NAME or len(attr) > 8 or " " in owner
            return attr.strip("_").lower() if short else f"{owner} {attr.strip('_').lower()}"
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _PLAIN_WRAPPERS:
            return _words(first)
        case ast.Call(func=ast.Name(id="map"), args=[_, first, *_]):
            return _words(first)
        case ast.Call(func=ast.Name(id=name)):
            return name.strip("_")
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[first]):
            return _words(first)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return _words(value) if not isinstance(value, ast.Constant) else attr
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner) | ast.Starred(value=inner):
            return _words(inner)
        case ast.Subscript(value=inner) | ast.FormattedValue(value=inner) | ast.Await(value=inner):
            return _words(inner)
        case ast.BoolOp(values=[inner, *_]) | ast.BinOp(left=inner) | ast.IfExp(body=inner):
            return _words(inner)
        case ast.JoinedStr(values=values):
            return next((_words(v) for v in values if isinstance(v, ast.FormattedValue)), "text")
        case ast.Constant(value=value):
            return str(value)
    return "value"
