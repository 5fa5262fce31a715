"""The OAuth client's credentials, read from environment variables and one `.env` file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.config.env_file import env_values, misnamed_in, stripped
from batch_offboard.errors import UsageError

DOMAIN = "GENESYS_DOMAIN"
CLIENT_ID = "GENESYS_CLIENT_ID"
CLIENT_SECRET = "GENESYS_CLIENT_SECRET"
VARIABLES = (DOMAIN, CLIENT_ID, CLIENT_SECRET)


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

    That is the `.env` in the working folder, or if there is none, in the folder of `beside` (the
    list, results file or run folder given). A variable in `environ` wins.

    Raises UsageError if any of the three is missing, naming it, or if the `.env` is unreadable.
    """
    from_environ = {
        name: value for name in VARIABLES if (value := _unquoted(environ.get(name, "")))
    }
    needed = [name for name in VARIABLES if name not in from_environ]
    file = _env_file(working_folder, beside) if needed else None
    found = (env_values(file, needed) if file else {}) | from_environ
    missing = [name for name in VARIABLES if not found.get(name)]
    if missing:
        raise UsageError(_missing_sentence(missing, file, working_folder))
    source = _source(from_environ, found, file)
    return LoadedCredentials(found[DOMAIN], found[CLIENT_ID], found[CLIENT_SECRET], source)


def _unquoted(value: str) -> str:
    """The value without the quotes that `set` on Windows and Docker keep around it."""
    value = stripped(value)
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _env_file(working_folder: Path, beside: Path | None) -> Path | None:
    folders = [working_folder]
    if beside is not None:
        folders.append((working_folder / beside).parent)
    return next((folder / ".env" for folder in folders if (folder / ".env").is_file()), None)


def _missing_sentence(missing: list[str], file: Path | None, working_folder: Path) -> str:
    """What is said where credentials are missing: which, and how to give them."""
    where = (
        f"not in the environment, nor in {file}"
        if file
        else f"not in the environment, and there is no .env file in {working_folder}"
    )
    verb = "is" if len(missing) == 1 else "are"
    lines = "\n".join(f"    {name}={_EXAMPLES[name]}" for name in missing)
    misnamed = None if file else misnamed_in(working_folder)
    if misnamed:
        return (
            f"There is no .env file in {working_folder}, but one named {misnamed}. Rename it to "
            ".env, without another ending."
        )
    return (
        f"{', '.join(missing)} {verb} missing: {where}.\n"
        f"Write a text file named .env in the working folder, with:\n{lines}"
    )


_EXAMPLES = {
    DOMAIN: "mypurecloud.com",
    CLIENT_ID: "the id of your OAuth client",
    CLIENT_SECRET: "its secret",
}
"""By variable: what stands for its value in the example of a `.env`."""


def _source(from_environ: Mapping[str, str], found: Mapping[str, str], file: Path | None) -> str:
    """Where the credentials came from, in words."""
    rest = [name for name in VARIABLES if name in found and name not in from_environ]
    if file is None or not rest:
        return "the environment"
    if not from_environ:
        return str(file)
    return f"{', '.join(from_environ)} from the environment, the rest from {file}"
