"""What can be done next, in the words of the page."""

import re
from collections.abc import Iterable, Iterator

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
"""Actions that are missing here have a button, or make no sense on a page."""

_SPOKEN = (
    ("rerun this results file", "run it again"),
    ("start the rerun again", "run it again"),
    ("undo this row again", "put this person back again"),
    ("enter yes in its offboard_retry", "tick “Run this row”"),
    ("offboard_error", "the error"),
    ("offboard_left_because", "the error"),
)
_ACCEPTED = re.compile(r"accept the name of row \d+ in the (?:re|next )run")
_NAMED = re.compile(r"name row \d+ in the rerun")


def in_words(actions: Iterable[Action]) -> Iterator[str]:
    """The sentences of these actions, each once."""
    said: set[str] = set()
    for action in actions:
        sentence = _SENTENCES.get(action.name, "").format(path=action.path or "")
        if sentence and sentence not in said:
            said.add(sentence)
            yield sentence


def spoken(next_action: str) -> str:
    """A next action in the page's words: tick boxes instead of columns of the results file."""
    text = _ACCEPTED.sub("tick “I have looked: same person”", next_action)
    text = _NAMED.sub("tick “Run this row”", text)
    for written, said in _SPOKEN:
        text = text.replace(written, said)
    return text
