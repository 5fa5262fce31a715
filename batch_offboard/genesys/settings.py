"""What a connection to Genesys is opened with: who logs in, and how fast and how patiently."""

from dataclasses import dataclass, field

from batch_offboard.errors import UsageError


@dataclass(frozen=True, slots=True)
class Credentials:
    """The OAuth client (client credentials grant) and the region it belongs to.

    Raises UsageError for an id or secret that cannot be one: the SDK encodes both as ASCII
    [measured], so that anything else would end in a traceback.
    """

    domain: str
    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in (
            ("GENESYS_CLIENT_ID", self.client_id),
            ("GENESYS_CLIENT_SECRET", self.client_secret),
        ):
            if not (value and value.isascii() and value.isprintable() and " " not in value):
                raise UsageError(
                    f"{name} is empty or holds a character that no Genesys client has. "
                    "Copy it again from Admin > Integrations > OAuth."
                )


@dataclass(frozen=True, slots=True)
class Settings:
    """Pace and patience, as in config.yaml (`rate`, `retry`, `genesys`).

    `per_minute` is per OAuth token; `workers` are the calls in flight; `attempts` are the tries
    per call; a Retry-After above `max_wait_seconds` stops the run; `timeout_seconds` is for
    connecting and for reading. `proxy` may hold a password, so it is not shown.
    """

    per_minute: float = 285
    tokens: int = 1
    workers: int = 8
    attempts: int = 6
    max_wait_seconds: float = 180
    timeout_seconds: float = 30
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None
