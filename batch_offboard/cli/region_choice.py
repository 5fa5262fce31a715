"""Asking for a region, by number, city, country, AWS name, or address."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from batch_offboard.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from batch_offboard.genesys.region_names import Region

_NAME_WIDTH = 13
_IN_ONE_COLUMN = 4
"""The most regions that are shown in one column; more take two."""


class Prompt(Protocol):
    """A question to a person, who may give the default by Enter alone."""

    def __call__(self, question: str, default: str = "", *, hidden: bool = False) -> str:
        """The answer; what is typed is not shown if `hidden`."""
        ...


def required(answer: str) -> str:
    """The answer without blanks and invisible characters. Raises RefusedError if it is empty."""
    from batch_offboard.config.env_file import stripped

    value = stripped(answer)
    if not value:
        raise RefusedError("Cancelled. Nothing was written.")
    return value


def ask_region(earlier: str, ask: Prompt, say: Callable[[str], None]) -> str:
    """The value for GENESYS_DOMAIN, asked for until it is clear; `earlier` is the default.

    Raises RefusedError for an empty answer.
    """
    from batch_offboard.genesys.region_names import REGIONS

    say("Where is your Genesys Cloud organisation?")
    for line in region_lines(REGIONS):
        say(line)
    say(
        "Type a number, city, country or AWS region, or paste the Genesys address from your "
        f"browser. Press Enter to {'keep the current one' if earlier else 'cancel'}."
    )
    while True:
        answer = required(ask("Region", earlier))
        domain, doubt = region_meant(answer)
        if domain:
            if domain != answer:
                say(f"That is {domain}.")
            return domain
        for line in doubt:
            say(line)


def region_meant(answer: str) -> tuple[str, tuple[str, ...]]:
    """The value for GENESYS_DOMAIN that is meant, or an empty text and the lines that say why."""
    from batch_offboard.genesys import api_host
    from batch_offboard.genesys.region_names import REGIONS, nearest_place, regions_named
    from batch_offboard.genesys.regions import is_loopback_url, region_name

    if answer.isdecimal():
        number = int(answer)
        if 0 < number <= len(REGIONS):
            return REGIONS[number - 1].host, ()
        return "", (f"Type a number from 1 to {len(REGIONS)}.",)
    named = regions_named(answer)
    if len(named) > 1:
        return "", (f"Several regions are called {answer}:", *region_lines(named))
    try:
        host = api_host(f"http://{answer}" if is_loopback_url(f"http://{answer}") else answer)
    except (UsageError, ValueError):
        near = nearest_place(answer)
        meant = f" Did you mean {near}?" if near else ""
        return "", (f"No region is called {answer}.{meant} Type a number from the list.",)
    return (host if is_loopback_url(host) else region_name(host)), ()


def region_lines(regions: "tuple[Region, ...]") -> Iterator[str]:
    """The regions with their numbers in the whole list, in two columns if they are many."""
    from batch_offboard.genesys.region_names import REGIONS

    cells = [
        f"{REGIONS.index(each) + 1:>3}  {each.places[0]:{_NAME_WIDTH}}{each.host:20}"
        for each in regions
    ]
    half = (len(cells) + 1) // 2 if len(cells) > _IN_ONE_COLUMN else len(cells)
    right = [*cells[half:], *[""] * half]
    yield from (f"{one}{other}".rstrip() for one, other in zip(cells[:half], right, strict=False))
