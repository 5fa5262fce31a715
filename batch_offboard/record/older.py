"""Conversion of journal lines of earlier versions into the form of this version."""

import json
from typing import Any

_LISTS = ("groups", "skills", "languages")
_SINGLE = ("team", "station")


def of_this_version(line: bytes) -> bytes:
    """A line of 0.1.0 with what people hold under `holdings`; any other line as it is.

    In 0.1.0 each belonging was a field of its own, with `dynamic` for a group whose members follow
    a rule and `proficiency` for a skill or language. Quotes inside JSON strings are escaped, so a
    quoted field name never matches text in a cell.
    """
    if b'"team":' not in line or b'"holdings":' in line:
        return line
    whole = json.loads(line)
    event = whole["event"]
    for holder in (event, event.get("user")):
        if isinstance(holder, dict) and "team" in holder:
            holder["holdings"] = _holdings(holder)
    return json.dumps(whole).encode()


def _holdings(holder: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found = {
        name: [_holding(each) for each in holder[name]]
        for name in _LISTS
        if holder.get(name) is not None
    }
    # 0.1.0 did not distinguish "no work team" from "not shown", nor for the station.
    return (
        {"team": []}
        | found
        | {name: [_holding(holder[name])] for name in _SINGLE if holder.get(name)}
    )


def _holding(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": each["id"],
        "name": each.get("name", ""),
        "value": each.get("proficiency"),
        "fixed": each.get("dynamic", False),
    }
