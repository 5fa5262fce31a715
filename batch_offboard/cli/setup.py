"""`batch-offboard setup`."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from batch_offboard.cli.check import connection_lines
from batch_offboard.cli.help import Command
from batch_offboard.cli.inputs import read_settings
from batch_offboard.cli.next_steps import after_setup
from batch_offboard.cli.options import config_option
from batch_offboard.cli.region_choice import Prompt, ask_region, required
from batch_offboard.cli.streams import forget_typed
from batch_offboard.cli.wording import Invocation
from batch_offboard.cli.wrapping import columns_of, echo, wrapped
from batch_offboard.errors import (
    CredentialsRefusedError,
    InterruptedRunError,
    LoginError,
    RefusedError,
)
from batch_offboard.wording import printable

if TYPE_CHECKING:
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.check import Checked
    from batch_offboard.config import Config
    from batch_offboard.genesys import Credentials

T = TypeVar("T")
MOST_LOGINS = 3
_NOT_PLAIN = (
    "This {} contains a character that Genesys never uses. Copy it again from "
    "Admin > Integrations > OAuth."
)
"""What is said of a client id or secret that was not copied well."""


@click.command(
    cls=Command,
    short_help="Connect to Genesys with an OAuth client.",
    examples=(("setup", "Enter credentials, log in, save them."),),
)
@config_option
@click.pass_context
def command(context: click.Context, *, config_path: Path | None) -> None:
    """Ask for region, client id and secret, log in, and save them in the file .env.

    A Genesys admin creates the OAuth client in Admin > Integrations > OAuth, with the grant type
    Client Credentials. If permissions are missing, you get a message to send to the admin. The
    other lines of an existing .env are kept.
    """
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.setup import earlier_values, env_text, write_env

    path, given = Path.cwd() / ".env", Invocation(context)
    _require_terminal(path)
    terminal = Terminal()
    config = read_settings(config_path, terminal)
    text = env_text(path)
    forget_typed()
    if text is not None:
        _confirm_change(path)

    try:
        earlier = earlier_values(path) if text else {}
        log_in = partial(_log_in, config, terminal, given)
        credentials, checked = logged_in(earlier, log_in, _typed, _say)
    except LoginError as error:
        raise LoginError(f"{error}\nNothing was written. To try again: {given.again()}") from error
    private = write_env(path, text, credentials)
    lines = (
        *connection_lines(checked),
        "",
        *written_lines(path, os.environ, private=private),
        *after_setup(checked, given),
    )
    echo("\n".join(map(printable, lines)), sys.stdout)


def _log_in(
    config: "Config", terminal: "Terminal", given: Invocation, credentials: "Credentials"
) -> "Checked":
    """Log in with what was typed."""
    from batch_offboard.cli.interrupts import run_to_end
    from batch_offboard.commands.check import check

    _say("Logging in …")
    try:
        return run_to_end(
            lambda stop, clock: check(None, config, credentials, stop, terminal, clock), given
        )
    finally:
        forget_typed()


def _require_terminal(path: Path) -> None:
    """Raise RefusedError if nobody can type the credentials."""
    if not sys.stdin.isatty():
        raise RefusedError(
            "This is not a terminal, so nobody can enter the credentials. Nothing was written. "
            f"Write {path} by hand, as the README shows."
        )


def _confirm_change(path: Path) -> None:
    """Ask before an existing `.env` is changed. Raises RefusedError for a no."""
    _say(f"The file {path} exists already. Its other lines are kept.")
    answer = _typed("Write the new credentials into it? Type yes, or press Enter to cancel")
    if answer.strip().casefold() not in ("y", "yes"):
        raise RefusedError("Cancelled. Nothing was written.")


def _say(line: str) -> None:
    echo(printable(line), sys.stderr)


def _typed(question: str, default: str = "", *, hidden: bool = False) -> str:
    """What a person types; Ctrl-C there writes nothing."""
    shown = bool(default) and not hidden
    try:
        return str(
            click.prompt(
                wrapped(question, columns_of(sys.stderr)),
                default=default,
                show_default=shown,
                hide_input=hidden,
                err=True,
            )
        )
    except click.Abort as error:
        _say("")
        raise InterruptedRunError("Cancelled. Nothing was written.") from error


def logged_in(
    earlier: Mapping[str, str],
    log_in: Callable[["Credentials"], T],
    ask: Prompt,
    say: Callable[[str], None],
) -> tuple["Credentials", T]:
    """The credentials that a person gives, and what `log_in` returned for them.

    A client id or secret that Genesys refuses is asked for again, `MOST_LOGINS` times in all.
    Raises LoginError if no login works, and RefusedError if the person cancels.
    """
    from batch_offboard.config.credentials import CLIENT_ID

    credentials = ask_credentials(earlier, ask, say)
    for _ in range(MOST_LOGINS - 1):
        try:
            return credentials, log_in(credentials)
        except CredentialsRefusedError:
            say("Genesys refused this client id or secret. Enter them again.")
            say(f"If {credentials.domain} is not your region, press Ctrl-C and start again.")
        typed = {CLIENT_ID: credentials.client_id}
        credentials = _ask_client(credentials.domain, typed, ask, say)
    return credentials, log_in(credentials)


def ask_credentials(
    earlier: Mapping[str, str], ask: Prompt, say: Callable[[str], None]
) -> "Credentials":
    """The credentials that a person gives; Enter keeps an earlier value, or cancels.

    Raises RefusedError if the person cancels.
    """
    from batch_offboard.config.credentials import DOMAIN

    domain = ask_region(earlier.get(DOMAIN, ""), ask, say)
    say("Now enter the OAuth client, from Admin > Integrations > OAuth.")
    return _ask_client(domain, earlier, ask, say)


def _ask_client(
    domain: str, earlier: Mapping[str, str], ask: Prompt, say: Callable[[str], None]
) -> "Credentials":
    """The OAuth client, asked for until id and secret are such as Genesys makes."""
    from batch_offboard.config.credentials import CLIENT_ID, CLIENT_SECRET
    from batch_offboard.genesys import Credentials, is_plain

    client_id = required(ask("Client id", earlier.get(CLIENT_ID, "")))
    if not is_plain(client_id):
        say(_NOT_PLAIN.format("client id"))
        return _ask_client(domain, earlier, ask, say)
    known = earlier.get(CLIENT_SECRET, "") if client_id == earlier.get(CLIENT_ID) else ""
    keep = ", or Enter to keep the current one" if known else ""
    secret = required(ask(f"Client secret (not shown while you type{keep})", known, hidden=True))
    if not is_plain(secret):
        say(_NOT_PLAIN.format("secret"))
        return _ask_client(domain, {**earlier, CLIENT_ID: client_id, CLIENT_SECRET: ""}, ask, say)
    return Credentials(domain, client_id, secret)


def written_lines(path: Path, environ: Mapping[str, str], *, private: bool) -> Iterator[str]:
    """Where the credentials are now, who can read them, and what takes precedence over them."""
    from batch_offboard.config.credentials import VARIABLES

    if private:
        yield f"Saved in {path}. Only you can read this file. Do not share it."
    else:
        yield (
            f"Saved in {path}. The system did not restrict this file, so others who can open the "
            "folder can read the secret. Move it to a folder of your own."
        )
    stronger = [name for name in VARIABLES if environ.get(name, "").strip()]
    if stronger:
        yield f"The environment also sets {', '.join(stronger)}, and overrides the file."
