"""One event of every kind, and strategies for any."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from batch_offboard.record.events import Event

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=3,
)
EVENT_TYPES: tuple[type, ...] = get_args(Event)


def events() -> st.SearchStrategy[Event]:
    """Any event."""
    return st.one_of([event_of(kind) for kind in EVENT_TYPES])


def event_of(kind: type) -> st.SearchStrategy[Any]:
    """An event of this kind with any values."""
    return st.from_type(kind)


def register() -> None:
    """Let hypothesis build the values of events: text without lone surrogates, plain JSON."""
    st.register_type_strategy(str, TEXT)
    st.register_type_strategy(Path, TEXT.map(Path))
    st.register_type_strategy(float, st.floats(-99, 99))
    st.register_type_strategy(int, st.integers(-(10**9), 10**9))
    st.register_type_strategy(object, JSON)
    st.register_type_strategy(
        Mapping, lambda kind: st.dictionaries(TEXT, st.from_type(get_args(kind)[1]), max_size=2)
    )
