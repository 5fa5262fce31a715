"""How the page words what can be done: buttons where there is one, else a sentence."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from batch_offboard.errors import Action, ActionName

_RAISE = "If this is right, ask whoever looks after batch-offboard to raise the limit."
_SENTENCES: dict[ActionName, str] = {
    "raise_max_rows": _RAISE,
    "raise_max_percent_of_org": _RAISE,
    "choose_run_folder": "Ask whoever looks after batch-offboard for a folder that can be written.",
    "make_room": "Make room on the disk of {path}.",
    "make_writable": "Make sure that {path} can be written.",
    "close_file": "Close {path} in other programs.",
    "repeat": "Then try again.",
    "wait": "Wait until it has ended. Then try again.",
    "rerun_edited": "The edited file can be handed in as a list.",
    "assign_column": "Say which column is which.",
}
"""Actions without a sentence here have a button, or make no sense on a page."""


def in_words(actions: Iterable[Action]) -> Iterator[str]:
    """The sentences of these actions, each once."""
    said: set[str] = set()
    for action in actions:
        sentence = _SENTENCES.get(action.name, "").format(path=action.path or "")
        if sentence and sentence not in said:
            said.add(sentence)
            yield sentence


def local_time(at: str) -> str:
    """A moment in this computer's time: `2026-11-27 14:02`."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
