"""The secrets that let one person in: prefix, cookie, form token and start tokens."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from hmac import compare_digest

START_SECONDS = 60.0
"""How long a start token is valid when we open the browser ourselves."""
PRINTED_SECONDS = 600.0
"""How long it is valid when its address is printed, for a person to open."""


class Redeemed(Enum):
    """What became of a start token that somebody showed."""

    OPENED = "opened"
    USED_AGAIN = "used again"
    UNKNOWN = "unknown"


def _hidden(bits: int) -> str:
    return secrets.token_urlsafe(bits // 8)


@dataclass
class Session:
    """The session of the person who started the page; new at each start of the server.

    `prefix` is the first part of every path but those that open the page. A second start on the
    same computer proves itself by `runtime_secret`. A start token that is used twice has got into
    somebody else's hands: that ends the session in every browser and voids all start tokens, and
    only a new one lets the person in again.
    """

    monotonic: Callable[[], float]
    prefix: str = field(default_factory=lambda: _hidden(128))
    cookie: str = field(default_factory=lambda: _hidden(256), repr=False)
    form_token: str = field(default_factory=lambda: _hidden(256), repr=False)
    runtime_secret: str = field(default_factory=lambda: _hidden(256), repr=False)
    _starts: dict[str, tuple[float, bool]] = field(default_factory=dict, repr=False)

    def start_token(self, seconds: float = START_SECONDS) -> str:
        """A new token of 256 bits that opens the page once within `seconds`."""
        token = _hidden(256)
        self._starts[token] = (self.monotonic() + seconds, False)
        return token

    def redeem(self, token: str) -> Redeemed:
        """Use up a start token. If it is valid but already used, the session ends for everybody."""
        until, used = self._starts.get(token, (0.0, False))
        if self.monotonic() > until:
            self._starts.pop(token, None)
            return Redeemed.UNKNOWN
        if used:
            self._end()
            return Redeemed.USED_AGAIN
        self._starts[token] = (until, True)
        return Redeemed.OPENED

    def _end(self) -> None:
        self.cookie, self.form_token = _hidden(256), _hidden(256)
        self._starts.clear()

    def is_open_to(self, cookie: str) -> bool:
        """Whether this cookie is the person's."""
        return compare_digest(cookie.encode(), self.cookie.encode())

    def is_own_form(self, token: str) -> bool:
        """Whether a form was made by this server."""
        return compare_digest(token.encode(), self.form_token.encode())

    def is_second_start(self, secret: str) -> bool:
        """Whether the secret is the one in the runtime file."""
        return compare_digest(secret.encode(), self.runtime_secret.encode())
