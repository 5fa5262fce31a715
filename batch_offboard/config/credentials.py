"""The OAuth client's credentials: from the given environment, or from one `.env`."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from batch_offboard.errors import UsageError

DOMAIN = "GENESYS_DOMAIN"
CLIENT_ID = "GENESYS_CLIENT_ID"
CLIENT_SECRET = "GENESYS_CLIENT_SECRET"
NAMES = (DOMAIN, CLIENT_ID, CLIENT_SECRET)


@dataclass(frozen=True, slots=True)
class LoadedCredentials:
    """The OAuth client and its region; `source` says in words where they were found.

    The repr leaves out the secret. The domain is as given and not yet checked.
    """

    domain: str
    client_id: str
    client_secret: str = field(repr=False)
    source: str


def read_credentials(
    environ: Mapping[str, str], working_folder: Path, beside: Path | None
) -> LoadedCredentials:
    """The credentials from `environ`, completed from one `.env`.

    That is the working folder's, else the one beside `beside` (the list, or the earlier results or
    run folder). A real variable wins; two `.env` files are never mixed. Nothing in a `.env` is
    expanded or executed.

    Raises UsageError, naming what is missing, when the three are not complete.
    """
    file = _env_file(working_folder, beside)
    from_file = _values(file) if file else {}
    from_environ = {name: environ[name].strip() for name in NAMES if environ.get(name, "").strip()}
    found = from_file | from_environ
    missing = [name for name in NAMES if not found.get(name)]
    if missing:
        raise UsageError(_missing_sentence(missing, file, working_folder))
    source = _source(from_environ, found, file)
    return LoadedCredentials(found[DOMAIN], found[CLIENT_ID], found[CLIENT_SECRET], source)


def _env_file(working_folder: Path, beside: Path | None) -> Path | None:
    folders = [working_folder]
    if beside is not None:
        folders.append((working_folder / beside).parent)
    return next((folder / ".env" for folder in folders if (folder / ".env").is_file()), None)


def _values(file: Path) -> dict[str, str]:
    """The credentials in `file`; other variables in it are ignored."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{file} is not UTF-8 text; in Notepad, save it with the encoding UTF-8.")
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value.strip() for name in NAMES if (value := values.get(name))}


def _missing_sentence(missing: list[str], file: Path | None, working_folder: Path) -> str:
    where = (
        f"not in the environment, nor in {file}"
        if file
        else f"not in the environment, and there is no .env file in {working_folder}"
    )
    verb = "is" if len(missing) == 1 else "are"
    lines = "\n".join(f"    {name}={_EXAMPLES[name]}" for name in missing)
    return (
        f"{', '.join(missing)} {verb} missing: {where}.\n"
        f"Write a text file named .env in the working folder, with:\n{lines}"
    )


_EXAMPLES = {
    DOMAIN: "mypurecloud.com",
    CLIENT_ID: "the id of your OAuth client",
    CLIENT_SECRET: "its secret",
}


def _source(from_environ: Mapping[str, str], found: Mapping[str, str], file: Path | None) -> str:
    """Where the credentials came from, in words."""
    rest = [name for name in NAMES if name in found and name not in from_environ]
    if file is None or not rest:
        return "the environment"
    if not from_environ:
        return str(file)
    return f"{', '.join(from_environ)} from the environment, the rest from {file}"
