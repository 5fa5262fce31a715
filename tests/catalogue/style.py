"""The rules of style that a test can check."""

import re
from collections.abc import Iterator

from tests.catalogue.message import Message

MOST_WORDS = 20
_COMMAND = re.compile(r"(?<![\w.])batch-offboard (?=[a-z{]+\b)(?!is|does|failed|ended)[^.⏎\n]*")
_SENTENCE_END = re.compile(r"(?<=[.?!…])[”\"')]*(?:\s+(?=[A-Z{\[“\"(])|(?=\{))|\n+")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_CODE = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"")
_CALLS = re.compile(r"\bcalls?\b", re.I)
_TELEPHONE = re.compile(
    r"callback|call forwarding|forwarded|in a call\b|(receive|offered|to an empty queue)\b|phone"
)
BANNED = {
    r"\bmend(ed|s|ing)?\b": "fix",
    r"\b(is|are|was|were|be) told\b": "is shown, is reported",
    r"\bdeactivat": "set to inactive",
    r"\bleft in: ": "left without agents",
    r"out of everything": "still in queues",
    r"\bunproved\b": "could not be confirmed",
    r"knows nobody": "no Genesys user has",
    r"digits are lost": "the original digits are gone",
    r"\bcannot be read\. Write it as\b": "is not valid. Enter it as",
    r"mean the same person": "are the same person",
    r"no person's": "isn't a person",
    r"all the same\b": "still",
    r"\bNOT\b": "not",
    r"will not be done: another row": "on hold: they contradict each other",
    r"anything else to stop": "press Enter to cancel",
    r"\bwas not typed\b": "Cancelled.",
    r"allowed itself": "limit",
    r"by guess": "the program never guesses",
    r"\bwhom\b": "who",
    r"\bin order to\b": "to",
    r"\butili[sz]e": "use",
    r"\bplease note\b": "(nothing)",
}
"""Words that people should not have to read, as patterns, with what to write instead."""
_NEGATION = r"(?:not|no|nobody|nothing|none|never|neither|cannot|\w+n't)"
_SAME_CLAUSE = r"(?:(?!\b(?:or|and|but|nor)\b)[^.;:,()|\n])*"
_DOUBLE = re.compile(
    rf"\b{_NEGATION}\b{_SAME_CLAUSE}\b(?:{_NEGATION}|without|unless|un(?:able|known|seen|clear))\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.?!:…”\"`)}\]]$")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each command line in it replaced by `{command}`."""
    for each in _SENTENCE_END.split(_COMMAND.sub("{command}", text)):
        if each.strip():
            yield each.strip()


def words_in(sentence: str) -> int:
    """Its number of words, of choices the longest; a placeholder or quoted text is one word."""
    plain = _CODE.sub(" quoted ", _PLACEHOLDER.sub(" value ", sentence))
    while _CHOICE.search(plain):
        plain = _CHOICE.sub(lambda found: f" {_longest(found[1])} ", plain)
    return sum(any(map(str.isalnum, each)) for each in plain.split())


def faults(message: Message) -> Iterator[str]:
    """Each rule that the message breaks, in words."""
    text = message.text
    for each in sentences(text):
        if (length := words_in(each)) > MOST_WORDS:
            yield f"{length} words: {each}"
    quoted = _PLACEHOLDER.sub("{}", _CODE.sub(" ", text))
    if _CALLS.search(quoted) and not _TELEPHONE.search(quoted):
        yield "a request is no call"
    for pattern, better in BANNED.items():
        if found := re.search(pattern, quoted):
            yield f"“{found[0]}”: better “{better}”"
    if found := _DOUBLE.search(quoted):
        yield f"double negation: {found[0]}"
    if _is_prose(message) and not _ENDED.search(_COMMAND.sub("{command}", text)):
        yield "no full stop"


def _longest(choices: str) -> str:
    return max(choices.split("|"), key=lambda each: len(each.split()))


def _is_prose(message: Message) -> bool:
    """Whether it is made of whole sentences: one ends before its end."""
    ends_within = re.search(r"[a-z”\"})]\. [A-Z{“\"]", message.text)
    return message.kind == "sentence" and ends_within is not None
