"""One message: a text that people can see, and when."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["sentence", "label"]


@dataclass(frozen=True, slots=True)
class Message:
    """A text with placeholders: `{row}` stands for a value, `[a|b]` for one of several texts."""

    source: str
    """The module or template, below the package."""
    place: str
    """The function, template or table that it stands in, in words."""
    when: str
    """The condition or key below `place` with which it is shown."""
    text: str
    kind: Kind = "sentence"
    """A label is a heading, a button or a single word."""
