"""The configuration as values."""

import json

import pytest
from pydantic import ValidationError

from batch_offboard.config import Config
from batch_offboard.config.models import Columns
from batch_offboard.offboarding.steps import STEPS


def config(**sections: object) -> Config:
    """A configuration with some settings of its own."""
    return Config.model_validate(sections)


def test_only_lists_that_differ_from_the_defaults_are_configured() -> None:
    """The built-in headers are known anyway; what is configured wins over them."""
    columns = config(list={"columns": {"email": ["Mail"], "user_id": list(Columns().user_id)}})
    assert {"email": ("Mail",)} == columns.list.columns.by_meaning()


def test_one_header_needs_no_brackets() -> None:
    """A single text stands for a list of one."""
    assert config(list={"columns": {"email": "Mail"}}).list.columns.email == ("Mail",)


@pytest.mark.parametrize(
    "header", ["E-Mail", "e_mail", " EMAIL ", "e mail", "É-mail*", "E-Mail [Required]"]
)
def test_headers_are_compared_loosely(header: str) -> None:
    """Only letters and digits count."""
    with pytest.raises(ValidationError, match="under both email and name"):
        config(list={"columns": {"name": [header], "email": ["email", "mail"]}})


def test_every_step_can_be_switched_on() -> None:
    """The optional steps are known, in the order given."""
    assert config(steps=list(STEPS)).steps == tuple(STEPS)


def test_protected_entries_are_ready_to_compare() -> None:
    """Ids lose braces and upper case, addresses their case."""
    given = [" {AAAAAAAA-0000-4000-8000-00000000000F} ", "Ann.Lee@Example.com"]
    expected = ("aaaaaaaa-0000-4000-8000-00000000000f", "ann.lee@example.com")
    assert expected == config(guards={"protected": given}).guards.protected


@pytest.mark.parametrize("per_minute, count", [(300, 0), (301, 1)])
def test_a_pace_beyond_what_genesys_allows_is_noticed(per_minute: int, count: int) -> None:
    """More than 300 a minute is allowed but said."""
    assert count == len(config(rate={"per_minute": per_minute}).notices)


def test_values_never_change() -> None:
    """A configuration is a value."""
    with pytest.raises(ValidationError):
        Config().verify = False  # type: ignore[misc]


def test_the_record_of_the_settings_is_json_without_a_proxys_password() -> None:
    """What the journal keeps holds no secret."""
    settings = config(genesys={"proxy": "http://ann:s3cret@proxy:8080"}).settings()
    assert json.loads(json.dumps(settings))["genesys"]["proxy"] == "http://proxy:8080"
    assert "s3cret" not in json.dumps(settings)


def test_the_record_of_the_settings_reads_back() -> None:
    """The settings in a journal give the same configuration again."""
    chosen = config(steps=["deactivate"], guards={"max_rows": 7}, list={"timezone": "Asia/Tokyo"})
    assert chosen == Config.model_validate(json.loads(json.dumps(chosen.settings())))


@pytest.mark.parametrize("pattern", ["%d/%m/%Y", "%m-%d-%y", "%Y%m%d", "%d.%m.%Y %H:%M"])
def test_a_date_pattern_that_tells_the_day_is_allowed(pattern: str) -> None:
    """Any strptime pattern with day, month and year will do."""
    assert pattern == config(list={"date_format": pattern}).list.date_format
