"""Every text that people can see: the catalogue of them, and the rules of style."""

import csv
import re
from pathlib import Path

import pytest

from tests.catalogue import MESSAGES, messages, rendered
from tests.catalogue.message import Message
from tests.catalogue.python_texts import messages_in
from tests.catalogue.style import faults, sentences, words_in
from tests.catalogue.template_texts import messages_in_script, messages_in_template
from tests.readme import ROOT

EXCEPTIONS = {
    "this call": "a value in the journal, never shown",
}
"""Texts that break a rule, and why they may."""
MODULE = '''
"""A docstring."""
import re
_ASK = "Ask the admin."
_PATTERN = re.compile("two words here")
TABLE = {"refused": "was not allowed", "other": "another one", "gone": "lost"}
"""What became of it.

By code."""

@click.command(short_help="Do one thing.")
@click.option("--dry", help="Change nothing at all.")
def command(rows: "list of rows") -> None:
    """Do one thing with LIST.

    It takes long.

    \\b
      0  if all is well
      1  if not
    """
    raise UsageError(f"{path.name} is empty. {_ASK}")

def _said(rows, late, also="and more"):
    """What is said of rows."""
    words = TABLE.get("key", "nothing known")
    match rows:
        case []:
            return "not one row"
    log.debug("nobody reads this")
    if late:
        yield f"{counted(len(rows), 'person')} {'is' if late == 1 else 'are'} late"
    return "first part" + shown(rows) + " last part"

def _checked(kind):
    if kind == "of another kind":
        raise AssertionError("only a defect does this")
'''
TEMPLATE = """{% block title %}Two words{% endblock %}
<h1>{% if one %}One thing{% else %}Many {{ things | safe }}{% endif %} here</h1>
<p>{{ number }} of them{{ ", also late" if late }}. <a href="x">Show it</a></p>
{% if all %}<p title="Read out loud">All of them.</p>{% else %}<p>None of them.</p>{% endif %}
<style>p { color: red }</style>{{ heading("id", "A heading of a macro") }}
"""


def test_the_catalogue_is_what_the_sources_say() -> None:
    """`python -m tests.catalogue` writes it."""
    assert MESSAGES.read_text("utf-8") == rendered()


def test_every_text_keeps_the_rules_of_style() -> None:
    """Those that a machine can check."""
    broken = [
        f"{each.source}: {each.text}: {fault}"
        for each in messages()
        if each.text not in EXCEPTIONS
        for fault in faults(each)
    ]
    assert broken == []


def test_no_exception_is_made_for_nothing() -> None:
    """Each is a text that there is, and that would break a rule."""
    found = {each.text: each for each in messages()}
    assert [each for each in EXCEPTIONS if each not in found or not [*faults(found[each])]] == []


@pytest.mark.parametrize("column", ["offboard_error", "offboard_next_action"])
def test_nothing_is_missing(column: str) -> None:
    """A witness from outside: what the sample results say of each row is in the catalogue."""
    with (ROOT / "samples" / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    known = [re.compile(_pattern(each.text)) for each in messages() if _is_long(each.text)]
    ours = [row[column] for row in rows if row["offboard_error_code"] != "general.conflict"]
    assert len(set(ours)) > 10
    assert [text for text in ours if text and not any(one.fullmatch(text) for one in known)] == []


def _is_long(text: str) -> bool:
    """Whether it has words enough of its own not to fit everything."""
    return len(re.findall(r"[a-z]{2,}", re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]", "", text))) > 1


def _pattern(text: str) -> str:
    parts = re.split(r"(\{[^{}]*\}|\[[^\[\]{}]*\])", text)
    return "".join(map(_part, parts))


def _part(text: str) -> str:
    if text.startswith("{"):
        return ".+"
    if text.startswith("["):
        return f"({'|'.join(map(re.escape, text[1:-1].split('|')))})"
    return re.escape(text)


def test_texts_of_a_module(tmp_path: Path) -> None:
    """Whatever reaches people, with its trigger; nothing else."""
    path = tmp_path / "module.py"
    path.write_text(MODULE, "utf-8")
    shown = [(each.place, each.when, each.text) for each in messages_in(path, "module.py", {})]
    assert shown == [
        ("Ask.", "", "Ask the admin."),
        ("What became of it.", "refused", "was not allowed"),
        ("What became of it.", "other", "another one"),
        ("What became of it.", "gone", "lost"),
        ("Help of module.py", "", "Do one thing."),
        ("Help of module.py", "--dry", "Change nothing at all."),
        ("Help of module.py", "the command", "Do one thing with LIST."),
        ("Help of module.py", "the command", "It takes long."),
        ("Help of module.py", "the command", "0 if all is well\n1 if not"),
        ("Do one thing with LIST.", "", "{path name} is empty. {ask}"),
        ("What is said of rows.", "", "and more"),
        ("What is said of rows.", "key", "nothing known"),
        ("What is said of rows.", "case []", "not one row"),
        ("What is said of rows.", "if late", "{number} people [is|are] late"),
        ("What is said of rows.", "", "first part{shown} last part"),
    ]


def test_texts_of_a_template(tmp_path: Path) -> None:
    """What stands between tags or is read out, each in one piece."""
    path = tmp_path / "page.html.j2"
    path.write_text(TEMPLATE, "utf-8")
    assert [(each.when, each.text) for each in messages_in_template(path, "page")] == [
        ("title", "Two words"),
        ("h1", "[One thing|Many {things}] here"),
        ("p", "{number} of them[, also late]."),
        ("p", "Show it"),
        ("p, title", "Read out loud"),
        ("p", "All of them."),
        ("p", "None of them."),
        ("title", "A heading of a macro"),
    ]


def test_texts_of_a_script(tmp_path: Path) -> None:
    """Texts of several words; no names of classes or events."""
    path = tmp_path / "page.js"
    path.write_text(
        'go("list-hint list-error", "click"); say("It does not answer."); say(`${it} is at 50 %`);'
    )
    shown = [each.text for each in messages_in_script(path, "page.js")]
    assert shown == ["It does not answer.", "{it} is at 50 %"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("word " * 21, "21 words"),
        ("A [long choice of words|b] " + "word " * 17, "22 words"),
        ("The API makes 3 calls.", "a request is no call"),
        ("Please mend it.", "fix"),
        ("The person is told.", "is shown"),
        ("It is NOT done.", "not"),
        ("It was not undone by nobody", "double negation"),
        ("It is done. Then rerun", "no full stop"),
    ],
)
def test_a_text_that_breaks_a_rule(text: str, fault: str) -> None:
    """Each rule finds what it is for."""
    assert [each for each in faults(Message("", "", "", text)) if fault in each]


@pytest.mark.parametrize(
    "text",
    [
        "It is done. Then: batch-offboard run LIST --column C=unused " + "--rows 3 " * 20,
        "Its person can still receive calls. Callbacks stay.",
        "It was not found or cannot be read.",
        "to set inactive",
        "{one of the calls} was done, not “calls and calls”.",
    ],
)
def test_a_text_that_keeps_the_rules(text: str) -> None:
    """Commands, placeholders and quotes are no sentences; telephones have calls."""
    assert [*faults(Message("", "", "", text))] == []


def test_sentences_are_counted_apart() -> None:
    """A full stop within an abbreviation or a number ends none."""
    text = "About 1.5 s is left, e.g. here. Wait {so long} [or|and then] stop."
    assert [words_in(each) for each in sentences(text)] == [7, 5]
