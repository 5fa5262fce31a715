"""What the configuration says about lists: how columns are called and how dates are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DEFAULT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "user_id": ("user_id", "genesys_user_id", "id"),
    "email": ("email", "e-mail", "work_email"),
    "employee_id": ("employee_id", "employee_number"),
    "name": ("name", "full_name", "employee_name"),
    "effective_date": ("termination_date", "effective_date"),
    "last_day": ("last_day", "last_working_day"),
}
"""The headers that are understood unless the configuration names others (interface, `list`)."""


@dataclass(frozen=True, slots=True)
class ListSettings:
    """The section `list` of the configuration.

    `columns` gives by field of `models.FIELDS` the headers that mean it. `date_format` is a
    strptime pattern or None. `timezone` is "local" or an IANA name.
    """

    columns: Mapping[str, Sequence[str]] = field(default_factory=lambda: DEFAULT_COLUMNS)
    date_format: str | None = None
    timezone: str = "local"
