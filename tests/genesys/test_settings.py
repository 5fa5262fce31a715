"""What a connection is opened with."""

import pytest

from batch_offboard.errors import UsageError
from batch_offboard.genesys import Credentials, Settings


@pytest.mark.parametrize("secret", ["", "pässword", "two words", "tab\tin", "line\n", "nul\0"])
@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_what_cannot_be_a_client_is_refused(field: str, secret: str) -> None:
    """The SDK would end in a UnicodeEncodeError; here it is a sentence naming the variable."""
    values = {"domain": "mypurecloud.com", "client_id": "id", "client_secret": "secret"}
    with pytest.raises(UsageError, match=f"GENESYS_{field.upper()}"):
        Credentials(**(values | {field: secret}))


def test_secrets_are_not_shown() -> None:
    """Neither the secret nor the proxy, which may hold a password, is in a repr."""
    shown = repr(Credentials("mypurecloud.com", "id", "hush")) + repr(
        Settings(proxy="http://me:hush@proxy")
    )
    assert "hush" not in shown
