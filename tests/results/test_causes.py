"""What to do about several rows at once: each sentence still agrees with its subject."""

import re
from collections.abc import Iterator

from batch_offboard.offboarding.codes import CODES
from batch_offboard.page.voice import in_page_words
from batch_offboard.record.events import RowStatus
from batch_offboard.results.causes import action_for_several
from batch_offboard.results.next_action import BY_HTTP_STATUS, BY_STATUS, next_action
from tests.results.views import result

ABOUT = {
    "row": "12",
    "rows": (12, 14),
    "other_row": 3,
    "due": "2026-10-31",
    "groups": ("group Night Shift",),
    "divisions": ("Berlin",),
    "missing": ("routing:queue:view",),
}
SINGULAR = re.compile(
    r"[Tt]hese (people|rows)( \w+ly| still)? (is|was|has|does|\w+[^s]s)\b|means these people|"
    r"(for|before|reached) each row\b|cells of each row do"
)
"""A verb in the singular after people or rows; and rows that are no longer one by one."""


def test_a_shared_action_agrees_with_its_subject() -> None:
    """Whatever the cause, in a run and in an undo, with and without a name."""
    said = {each for each in _shared_actions() if SINGULAR.search(each)}
    assert said == set()


def test_the_check_finds_a_verb_in_the_singular() -> None:
    """It would have found what was there."""
    assert SINGULAR.search("Until then, these people stays in the queue.")
    assert SINGULAR.search("Check whether these people still belongs in it.")
    assert not SINGULAR.search("These people can be offered calls. These rows were cut short.")


def test_the_page_puts_several_people_back_again() -> None:
    """It knows no row to undo."""
    assert in_page_words("HR: undo these rows again.") == "HR: put these people back again."


def _shared_actions() -> Iterator[str]:
    for command in ("run", "undo"):
        for name in ("Ann Lee", ""):
            for code in CODES:
                yield _shared("failed", code, None, command, name)
            for status in BY_STATUS:
                yield _shared(status, "", None, command, name)
            for http_status in (*BY_HTTP_STATUS, 500):
                yield _shared("failed", "", http_status, command, name)
    yield _shared("skipped", "identity_mismatch", None, "run", "Ann Lee", only_name_differs=True)


def _shared(
    status: RowStatus,
    code: str,
    http_status: int | None,
    command: str,
    name: str,
    **more: object,
) -> str:
    about = {**ABOUT, "command": command, **more}
    action = next_action(
        status, code, http_status=http_status, message="", user_name=name, about=about
    )
    return action_for_several(result(12, user_name=name, next_action=action))
