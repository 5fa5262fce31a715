"""config.yaml as values: every setting with its default, range and format.

A section's field names are its keys in config.yaml. The checks raise ValueError; its message is
shown after the key's name.
"""

import re
import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from itertools import dropwhile
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticKnownError

from batch_offboard.offboarding.leftovers import DEFAULT_LEFTOVERS, Leftover
from batch_offboard.offboarding.limits import CALLS_PER_MINUTE
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.offboarding.steps.remove_from_queues import RemoveFromQueues
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.settings import DEFAULT_COLUMNS

T = TypeVar("T")


def _known_step(value: object) -> object:
    if not isinstance(value, str) or value not in STEPS:
        expected = ", ".join(map(repr, STEPS))
        raise PydanticKnownError("literal_error", {"expected": expected})
    return value


StepName = Annotated[str, BeforeValidator(_known_step)]
"""A step of offboarding by its name."""


@cache
def _timezones() -> frozenset[str]:
    # The lookup reads hundreds of folders, which takes longer than all other checks together.
    return frozenset(zoneinfo.available_timezones())


_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_ADDRESS = re.compile(r"[\w.!#$%&'+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*")
_ADDRESS_WITHIN = re.compile(r"[\w.!#$%&'+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
_PROBE_DATES = (datetime(2026, 11, 23), datetime(2001, 2, 3))


def _as_tuple(value: object) -> object:
    """A list or a single text as a tuple; ValueError for a text that seems to be several."""
    if isinstance(value, str):
        if "," in value or ";" in value:
            entries = filter(None, (entry.strip() for entry in re.split("[,;]", value)))
            raise ValueError(
                f"is one text. Write several entries as a list: [{', '.join(entries)}]"
            )
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Section(BaseModel):
    """A part of config.yaml: unknown keys are errors, values never change, types are exact."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Connection(Section):
    """How Genesys is reached: seconds until a request is given up, proxy, certificates."""

    timeout_seconds: float = Field(default=30, ge=1, le=600)
    proxy: str | None = None
    ca_file: str | None = None

    @field_validator("proxy")
    @classmethod
    def _proxy_is_a_url(cls, value: str | None) -> str | None:
        """The proxy's address, if it is one."""
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("must be a URL such as http://proxy.example.com:8080")
        return value


class Columns(Section):
    """Additional headers for each meaning, beside the built-in ones.

    A header that is given a meaning here loses its built-in one.
    """

    user_id: Texts = DEFAULT_COLUMNS["user_id"]
    email: Texts = DEFAULT_COLUMNS["email"]
    employee_id: Texts = DEFAULT_COLUMNS["employee_id"]
    name: Texts = DEFAULT_COLUMNS["name"]
    given_name: Texts = DEFAULT_COLUMNS["given_name"]
    family_name: Texts = DEFAULT_COLUMNS["family_name"]
    effective_date: Texts = DEFAULT_COLUMNS["effective_date"]
    last_day: Texts = DEFAULT_COLUMNS["last_day"]
    unused: Texts = DEFAULT_COLUMNS["unused"]

    @model_validator(mode="after")
    def _no_header_means_two_things(self) -> Self:
        seen: dict[str, str] = {}
        for meaning, headers in self.by_meaning().items():
            for header in headers:
                key = plain(header)
                if not key:
                    raise ValueError(f"has an empty header under {meaning}")
                if seen.setdefault(key, meaning) != meaning:
                    raise ValueError(
                        f"has the header {header!r} under both {seen[key]} and {meaning}; leave "
                        "it in one of them"
                    )
        return self

    def by_meaning(self) -> Mapping[str, tuple[str, ...]]:
        """The headers that differ from the defaults, by what they mean."""
        return {
            meaning: headers
            for meaning, default in DEFAULT_COLUMNS.items()
            if (headers := getattr(self, meaning)) != default
        }


class ListReading(Section):
    """How the termination list is read: headers, ambiguous dates, time zone."""

    columns: Columns = Columns()
    date_format: str | None = None
    timezone: str = "local"

    @field_validator("date_format")
    @classmethod
    def _check_date_format(cls, value: str | None) -> str | None:
        """The date format, if it gives every day back."""
        if value is None:
            return None
        try:
            read = [datetime.strptime(day.strftime(value), value) for day in _PROBE_DATES]
        except ValueError:
            read = []
        if [day.date() for day in read] != [day.date() for day in _PROBE_DATES]:
            raise ValueError(
                "must be a strptime pattern with day, month and year, such as %d/%m/%Y"
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone_is_known(cls, value: str) -> str:
        """The time zone, if there is one of that name."""
        if value == "local" or value in _timezones():
            return value
        near = get_close_matches(value, _timezones(), 1, 0.6)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise ValueError(f"must be local or an IANA name such as Europe/Berlin{hint}")


class Rate(Section):
    """The pace: requests per minute and token, at once, number of tokens, requests in flight.

    `per_minute` is None for as many as the organisation allows.
    """

    per_minute: int | None = Field(default=None, ge=1, le=100_000)
    burst: int = Field(default=100, ge=1, le=1000)
    tokens: int = Field(default=1, ge=1, le=20)
    workers: int = Field(default=8, ge=1, le=128)


class Retry(Section):
    """Retries: tries per call, and the longest Retry-After (seconds) to wait for."""

    attempts: int = Field(default=6, ge=1, le=20)
    max_wait_seconds: float = Field(default=180, ge=1, le=86_400)


def _spelling_hint(entry: str) -> str:
    """What to write instead of a protected entry, as the end of a sentence; may be empty."""
    found = _ADDRESS_WITHIN.findall(cleaned(entry).removeprefix("mailto:"))
    if found:
        return f"; write [{', '.join(found)}]"
    if "@" in entry:
        return "; name each address, for example [ann.lee@example.com, bob.roy@example.com]"
    return ""


class Guards(Section):
    """The limits on the harm that one run can do; `protected` is lower-case ids and addresses."""

    max_rows: int = Field(default=500, ge=1, le=1_000_000)
    max_percent_of_org: float = Field(default=10, ge=0, le=100)
    protected: Texts = ()
    max_failure_percent: float = Field(default=50, ge=0, le=100)

    @field_validator("protected")
    @classmethod
    def _protected_can_match(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """The protected entries, if each may be a user id or an e-mail address."""
        entries = tuple(entry.strip().strip("{}").lower() for entry in value)
        for given, entry in zip(value, entries, strict=True):
            if not _GUID.fullmatch(entry) and not _ADDRESS.fullmatch(entry):
                raise ValueError(
                    f"must hold user ids or e-mail addresses; {given!r} is neither"
                    f"{_spelling_hint(entry)}"
                )
        return entries


def _without_repetition(value: tuple[T, ...]) -> tuple[T, ...]:
    """The steps, if none is named twice."""
    twice = sorted({str(each) for each in value if value.count(each) > 1})
    if twice:
        raise ValueError(f"names {', '.join(twice)} more than once")
    return value


class Config(Section):
    """The whole of config.yaml."""

    genesys: Connection = Connection()
    list: ListReading = ListReading()
    steps: Annotated[tuple[StepName, ...], BeforeValidator(_as_tuple)] = (
        "deactivate",
        "remove_from_queues",
    )
    rate: Rate = Rate()
    retry: Retry = Retry()
    guards: Guards = Guards()
    leftovers: Annotated[tuple[Leftover, ...], BeforeValidator(_as_tuple)] = DEFAULT_LEFTOVERS
    snapshot_rings: Literal["used", "all"] = "used"
    snapshot_roles: bool = True
    verify: bool = True

    @field_validator("steps")
    @classmethod
    def _steps_make_sense(cls, value: tuple[StepName, ...]) -> tuple[StepName, ...]:
        """Require setting inactive as the first step: access ends before anything else."""
        if value[:1] != ("deactivate",):
            raise ValueError(
                "must begin with `deactivate`: every other step comes after setting a person to "
                "inactive"
            )
        after_queues = dropwhile(lambda step: step != RemoveFromQueues.name, value)
        for step in after_queues:
            if STEPS[step].precedes_queues:
                raise ValueError(f"must name {step} before {RemoveFromQueues.name}")
        return _without_repetition(value)

    @field_validator("leftovers")
    @classmethod
    def _leftovers_are_named_once(cls, value: tuple[Leftover, ...]) -> tuple[Leftover, ...]:
        return _without_repetition(value)

    @property
    def notices(self) -> tuple[str, ...]:
        """Settings that are allowed but that a person should know of before a run."""
        if self.rate.per_minute is None or self.rate.per_minute <= CALLS_PER_MINUTE:
            return ()
        return (
            f"rate.per_minute is {self.rate.per_minute}; Genesys allows {CALLS_PER_MINUTE} "
            "requests a minute per token unless it has granted your organisation more.",
        )

    def settings(self) -> dict[str, object]:
        """The configuration as plain JSON, for the record of a run; without a proxy's password."""
        plain: dict[str, object] = self.model_dump(mode="json")
        if self.genesys.proxy is not None:
            proxy = urlsplit(self.genesys.proxy)
            bare = proxy._replace(netloc=proxy.netloc.rpartition("@")[2])
            plain["genesys"] = self.genesys.model_dump() | {"proxy": bare.geturl()}
        return plain
