"""What a connection to Genesys needs: the OAuth client, and limits of pace and patience."""

from dataclasses import dataclass, field

from batch_offboard.errors import UsageError


@dataclass(frozen=True, slots=True)
class Credentials:
    """The OAuth client (client credentials grant) and the region it belongs to.

    Raises UsageError for an id or secret that is not plain ASCII: the SDK would raise
    UnicodeEncodeError [measured].
    """

    domain: str
    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in (
            ("GENESYS_CLIENT_ID", self.client_id),
            ("GENESYS_CLIENT_SECRET", self.client_secret),
        ):
            if not is_plain(value):
                raise UsageError(
                    f"{name} is empty or contains a character that no Genesys client has. "
                    "Copy it again from Admin > Integrations > OAuth."
                )


def is_plain(value: str) -> bool:
    """Whether an id or secret consists of visible ASCII characters, as those of Genesys do."""
    return bool(value) and value.isascii() and value.isprintable() and " " not in value


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings `rate`, `retry` and `genesys` of config.yaml.

    `per_minute`: calls per token in any 60 seconds; None for as many as the organisation allows,
    less 1 %. At most `burst` leave at once, the others evenly at that rate.
    `workers`: calls in flight. `attempts`: tries per call. `max_wait_seconds`: a longer
    Retry-After stops the run. `timeout_seconds`: for connecting and for reading, each. `proxy`:
    may contain a password, so the repr leaves it out.
    """

    per_minute: int | None = None
    burst: int = 100
    tokens: int = 1
    workers: int = 8
    attempts: int = 6
    max_wait_seconds: float = 180
    timeout_seconds: float = 30
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None
