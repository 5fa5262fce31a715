"""What can be done next, in the words of the page."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from batch_offboard.errors import Action, ActionName

_RAISE = "If this is right, ask whoever looks after batch-offboard to raise the limit."
"""What to do where a limit refuses a plan."""
_SENTENCES: dict[ActionName, str] = {
    "raise_max_rows": _RAISE,
    "raise_max_percent_of_org": _RAISE,
    "choose_run_folder": "Ask whoever looks after batch-offboard for a folder you can write to.",
    "make_room": "Free some space on the disk of {path}.",
    "make_writable": "Make sure that you can write to {path}.",
    "close_file": "Close {path} in other programs.",
    "repeat": "Then try again.",
    "wait": "Wait until it has ended. Then try again.",
    "rerun_edited": "To use the edited file, choose it as a list.",
    "assign_column": "Say which column is which.",
}
"""Actions that are missing here have a button, or make no sense on a page."""

Screen = Literal["plan", "plan of a rerun", "result", "correct"]
"""Where a next action is shown: what can be done about a row differs."""

_AGAIN: dict[Screen, tuple[str, str]] = {
    "plan": ("choose the list again", ", then choose the list again"),
    "plan of a rerun": (
        "use “Correct and run again” of the earlier run",
        ", using “Correct and run again” of the earlier run",
    ),
    "result": ("use “Correct and run again”", ", using “Correct and run again”"),
    "correct": ("make the plan", ", then make the plan"),
}
"""How a row is run again: as a sentence of its own, and after a correction of the row."""

_ADDRESSED = re.compile(r"(^|\. )HR: (\w)")
"""The beginning of a sentence for HR: those are the page's readers."""
_CORRECTED = re.compile(
    r"(?:, enter yes in its offboard_retry)?, then (?:rerun this results file|run the list again)"
)
_RUN_AGAIN = re.compile("(rerun this results file|run the list again|start the rerun again)")
_NAMED = re.compile(r"(?:accept the name of|name) (row \d+|each row) in the (?:rerun|next run)")
_ACCEPTED: dict[Screen, str] = {
    "plan": "tick “I have checked: same person” for {row}",
    "plan of a rerun": "tick “I have checked: same person” for {row}",
    "result": "tick “I have checked: same person” for {row} in “Correct and run again”",
    "correct": "tick “I have checked: same person” for {row}",
}
"""By screen: how a name that differs is accepted."""
_TICK_IT = "tick “Run this row” in “Correct and run again” of the earlier run"
"""How a row is added to the rerun whose plan is shown."""
_CHOSEN: dict[Screen, str] = {
    "plan": "run it with “Correct and run again” after the run",
    "plan of a rerun": _TICK_IT,
    "result": "tick “Run this row” in “Correct and run again”",
    "correct": "tick “Run this row”",
}
"""By screen: how a row is run that would otherwise not be attempted."""
_PLAIN = (
    ("undo this row again", "put this person back again"),
    ("undo these rows again", "put these people back again"),
    ("start the undo again", "put them back again"),
    (", enter yes in its offboard_retry", ", tick “Run this row”"),
    ("enter yes in its offboard_retry", "tick “Run this row”"),
    ("The rerun does", "The next run does"),
    ("so the undo cannot.", "so this cannot put them back."),
    ("an undo put this row back", "this person was put back"),
    ("an undo put each row back", "these people were put back"),
    ("Nothing was changed: this was a dry run.", "Nothing was changed yet."),
    (" this was a dry run of an undo.", " this was a plan."),
    ("An undo cannot put this back:", "This cannot be put back later:"),
    (
        "declare it unused.",
        "choose “checked, not needed” for it in “Change sheet or columns”.",
    ),
    ("fix the cause, then rerun", "fix the cause, then use “Correct and run again”"),
    ("has not been changed, then rerun.", "has not been changed. Then try again."),
    ("For a termination list, use run instead of rerun.", "Choose it as a list."),
    ("; offboard_left_because names it", ""),
    ("; offboard_left_because names the rest", ""),
    ("offboard_error", "the error"),
    ("offboard_left_because", "the error"),
    ("offboard_retry", "the column offboard_retry"),
    ("To attempt it, name it in the rerun.", f"To run it, {_TICK_IT}."),
    ("To attempt them, name them in the rerun.", f"To run them, {_TICK_IT}."),
    ("not attempted in this rerun:", "not attempted this time:"),
    ("Stopped on the page.", "Stopped by you."),
    ("Stopped by Ctrl-C.", "Stopped by you."),
)
"""Words of the command line and of result columns, with the page's own for them."""


def action_sentences(actions: Iterable[Action]) -> Iterator[str]:
    """The page's sentence for each of these actions, without repetition; some have none."""
    said: set[str] = set()
    for action in actions:
        sentence = _SENTENCES.get(action.name, "").format(path=action.path or "")
        if sentence and sentence not in said:
            said.add(sentence)
            yield sentence


def action_in_page_words(next_action: str, screen: Screen) -> str:
    """A next action in the page's words: buttons and ticks instead of commands and columns."""
    again, after_correction = _AGAIN[screen]

    def named(found: re.Match[str]) -> str:
        is_name = found[0].startswith("accept")
        return _ACCEPTED[screen].format(row=found[1]) if is_name else _CHOSEN[screen]

    text = _NAMED.sub(named, _CORRECTED.sub(after_correction, next_action))
    text = in_page_words(_RUN_AGAIN.sub(again, text)).replace("`", "")
    return _ADDRESSED.sub(lambda found: found[1] + found[2].upper(), text).replace("HR: ", "")


def in_page_words(text: str) -> str:
    """A text in the page's words, which name no command and no column of the results."""
    for written, said in _PLAIN:
        text = text.replace(written, said)
    return text
