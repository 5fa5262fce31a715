"""Who is at the computer: the login, and the full name where the computer itself knows it.

No directory service is asked over the network: a run must not wait for it or become known to it.
"""

import getpass
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_offboard.wording import printable

_LOGON = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\LogonUI"
"""Where Windows keeps the names that its sign-in screen shows."""


@dataclass(frozen=True, slots=True)
class Operator:
    """The person at the computer; `name` is empty where only the login is known."""

    login: str
    name: str = ""


def operator_here() -> Operator:
    """The person at this computer."""
    login = _login()
    return Operator(login, _full_name(login))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # An account without a name, as in some containers.
        return "unknown"


def _full_name(login: str) -> str:
    try:
        if sys.platform == "win32":
            return name_of_logon(_logons(), login, os.environ.get("USERDOMAIN", ""))
        if sys.platform == "darwin":
            import pwd

            # The local directory answers for everyone who can log in without a network.
            return name_in_gecos(pwd.getpwnam(login).pw_gecos, login)
        # `pwd` would ask a company's directory for whoever is not in this file.
        return name_in_passwd(Path("/etc/passwd").read_text("utf-8", "replace"), login)
    except (OSError, KeyError, ImportError):
        return ""


def name_in_passwd(accounts: str, login: str) -> str:
    """The full name of an account in the text of /etc/passwd, else empty."""
    for line in accounts.splitlines():
        fields = line.split(":")
        if fields[0] == login and len(fields) > 4:
            return name_in_gecos(fields[4], login)
    return ""


def name_in_gecos(gecos: str, login: str) -> str:
    """The full name in an account's description; empty if it says no more than the login.

    The name ends at the first comma; `&` stands for the login with a capital.
    """
    name = gecos.split(",", maxsplit=1)[0].replace("&", login.capitalize())
    return _unless_login(name, login)


def name_of_logon(logons: Iterable[tuple[str, str]], login: str, domain: str) -> str:
    """The name that Windows shows for the account `domain\\login`; empty if unknown or the same.

    `logons` are the accounts of this computer's sign-ins with the names shown for them.
    """
    for account, name in logons:
        where, _, who = account.casefold().rpartition("\\")
        if who == login.casefold() and where in {domain.casefold(), ".", ""}:
            return _unless_login(name, login)
    return ""


def _unless_login(name: str, login: str) -> str:
    """The name, made printable; empty if it is just the login."""
    found = printable(name).strip()
    return "" if found.casefold() == login.casefold() else found


def _logons() -> Iterator[tuple[str, str]]:
    """The current sign-ins of a Windows computer, then the last one: account and name shown."""
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _LOGON) as logon:
            with suppress(OSError), winreg.OpenKey(logon, "SessionData") as sessions:
                for number in range(winreg.QueryInfoKey(sessions)[0]):
                    with winreg.OpenKey(sessions, winreg.EnumKey(sessions, number)) as session:
                        yield _shown(session, "LoggedOn")
            yield _shown(logon, "LastLoggedOn")
    else:
        yield from ()


def _shown(key: Any, which: str) -> tuple[str, str]:
    return _text(key, f"{which}SAMUser"), _text(key, f"{which}DisplayName")


def _text(key: Any, name: str) -> str:
    """A text in the registry; empty if it is missing."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError):
            return str(winreg.QueryValueEx(key, name)[0])
    return ""
