"""Who is at the computer: the full name, from what the computer itself knows."""

import pytest

from batch_offboard.commands.operator import (
    name_in_gecos,
    name_in_passwd,
    name_of_logon,
    operator_here,
)

ACCOUNTS = """\
root:x:0:0:root:/root:/bin/sh
ann:x:1000:1000:Ann Lee,Room 5,,:/home/ann:/bin/sh
bo:x:1001:1001:,,,:/home/bo:/bin/sh
odd
"""


@pytest.mark.parametrize(
    ("login", "name"), [("ann", "Ann Lee"), ("bo", ""), ("root", ""), ("odd", ""), ("nobody", "")]
)
def test_a_name_is_read_from_the_accounts(login: str, name: str) -> None:
    """Of Linux: what stands before the first comma, unless it is the login again."""
    assert name == name_in_passwd(ACCOUNTS, login)


@pytest.mark.parametrize(
    ("gecos", "name"),
    [
        ("Ann Lee", "Ann Lee"),
        ("& Lee,,", "Ann Lee"),
        ("ANN", ""),
        (" Ann\x1b[2J Lee ", "Ann [2J Lee"),
    ],
)
def test_an_accounts_description_begins_with_the_name(gecos: str, name: str) -> None:
    """Of macOS too; without characters that play tricks on a terminal."""
    assert name == name_in_gecos(gecos, "ann")


@pytest.mark.parametrize(
    ("login", "domain", "name"),
    [
        ("ann", "ACME", "Ann Lee"),
        ("Ann", "acme", "Ann Lee"),
        ("bo", "PC-7", "Bo Chan"),
        ("ann", "OTHER", ""),
        ("eve", "ACME", ""),
    ],
)
def test_windows_knows_the_name_of_who_signed_in(login: str, domain: str, name: str) -> None:
    """Of this account and no other of the same login."""
    logons = [("ACME\\ann", "Ann Lee"), (".\\bo", "Bo Chan"), ("", "")]
    assert name == name_of_logon(logons, login, domain)


def test_there_is_always_a_login() -> None:
    """Whatever computer this is."""
    assert operator_here().login
