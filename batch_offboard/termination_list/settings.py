"""The settings for reading lists: columns, dates, today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from batch_offboard.termination_list.choices import ColumnChoice

DEFAULT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "user_id": ("user_id", "genesys_user_id", "id"),
    "email": ("email", "e-mail", "work_email"),
    "employee_id": ("employee_id", "employee_number"),
    "name": ("name", "full_name", "employee_name"),
    "given_name": ("first_name", "given_name"),
    "family_name": ("last_name", "family_name", "surname"),
    "effective_date": ("effective_date", "inactive_from"),
    "last_day": ("last_day", "termination_date", "exit_date"),
    "unused": (),
}
"""Some of the built-in headers, as config.yaml shows them (interface, `list`)."""


@dataclass(frozen=True, slots=True)
class ListSettings:
    """How a list is read.

    `today` is the day on which it is read, in the time zone of the list: days after it are in the
    future. `columns` has, by field, the headers of the configuration, which add to the built-in
    ones and take precedence over them. `choices` take precedence over both. `date_format` is a
    strptime pattern or None. `timezone` is "local" or an IANA name. `header_row` is the row of the
    column names where a person has said so; else it is looked for.
    """

    today: date
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    choices: tuple[ColumnChoice, ...] = ()
    date_format: str | None = None
    timezone: str = "local"
    header_row: int | None = None
