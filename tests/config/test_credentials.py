"""The OAuth client's credentials from the environment or one `.env`."""

from pathlib import Path

import pytest

from batch_offboard.config import LoadedCredentials, read_credentials
from batch_offboard.errors import UsageError

ENVIRON = {
    "GENESYS_DOMAIN": "mypurecloud.de",
    "GENESYS_CLIENT_ID": "id-of-environ",
    "GENESYS_CLIENT_SECRET": "secret-of-environ",
}
DOTENV = """# Genesys
GENESYS_DOMAIN=mypurecloud.com
GENESYS_CLIENT_ID='id-of-file'
export GENESYS_CLIENT_SECRET="secret of file"
"""


def folder(path: Path, content: str | bytes = DOTENV) -> Path:
    """A folder with a `.env`."""
    path.mkdir(exist_ok=True)
    raw = content if isinstance(content, bytes) else content.encode()
    (path / ".env").write_bytes(raw)
    return path


def complaint(environ: dict[str, str], working_folder: Path, beside: Path | None = None) -> str:
    """What a person is told when the credentials are not usable."""
    with pytest.raises(UsageError) as raised:
        read_credentials(environ, working_folder, beside)
    return str(raised.value)


def test_the_environment_is_enough(tmp_path: Path) -> None:
    """Real variables need no file."""
    expected = LoadedCredentials(
        "mypurecloud.de", "id-of-environ", "secret-of-environ", "the environment"
    )
    assert expected == read_credentials(ENVIRON, tmp_path, None)


def test_real_variables_win_over_the_file(tmp_path: Path) -> None:
    """A `.env` never overrides the environment."""
    expected = read_credentials(ENVIRON, tmp_path, None)
    assert expected == read_credentials(ENVIRON, folder(tmp_path / "work"), None)


@pytest.mark.parametrize(
    "content",
    [
        DOTENV,
        DOTENV.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + DOTENV.encode(),
        DOTENV + "OTHER=$(touch /tmp/never) ${HOME}\n",
    ],
    ids=["plain", "windows", "byte order mark", "other variables"],
)
def test_a_dotenv_is_read(tmp_path: Path, content: str | bytes) -> None:
    """Quotes, `export`, CRLF and a byte order mark are fine."""
    work = folder(tmp_path / "work", content)
    expected = ("mypurecloud.com", "id-of-file", "secret of file", str(work / ".env"))
    found = read_credentials({}, work, None)
    assert expected == (found.domain, found.client_id, found.client_secret, found.source)


def test_nothing_is_expanded(tmp_path: Path) -> None:
    """A secret with a dollar sign is taken as it stands."""
    work = folder(tmp_path / "work", DOTENV.replace("secret of file", "a${HOME}$(id)b"))
    assert read_credentials({}, work, None).client_secret == "a${HOME}$(id)b"


def test_what_the_environment_lacks_comes_from_the_file_and_is_said(tmp_path: Path) -> None:
    """A single real variable wins, the rest is the file's."""
    work = folder(tmp_path / "work")
    found = read_credentials({"GENESYS_DOMAIN": "usw2.pure.cloud"}, work, None)
    expected = f"GENESYS_DOMAIN from the environment, the rest from {work / '.env'}"
    assert ("usw2.pure.cloud", expected) == (found.domain, found.source)


def test_the_file_beside_the_list_is_the_second_choice(tmp_path: Path) -> None:
    """Without a `.env` in the working folder, the list's folder is looked into."""
    lists = folder(tmp_path / "lists")
    assert str(lists / ".env") == read_credentials({}, tmp_path, lists / "leavers.csv").source


@pytest.mark.parametrize("beside", [Path("lists") / "leavers.csv", Path("lists") / "a run"])
def test_a_relative_path_counts_from_the_working_folder(tmp_path: Path, beside: Path) -> None:
    """The list, or PREVIOUS as a file or folder, is looked for where the person stands."""
    lists = folder(tmp_path / "lists")
    (lists / "a run").mkdir()
    assert str(lists / ".env") == read_credentials({}, tmp_path, beside).source


def test_two_files_are_never_mixed(tmp_path: Path) -> None:
    """An incomplete `.env` in the working folder is not completed from another."""
    work = folder(tmp_path / "work", "GENESYS_DOMAIN=mypurecloud.com\n")
    lists = folder(tmp_path / "lists")
    expected = (
        "GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET are missing: not in the environment, "
        f"nor in {work / '.env'}."
    )
    assert expected == complaint({}, work, lists / "leavers.csv").splitlines()[0]


def test_missing_credentials_tell_how_to_write_the_file(tmp_path: Path) -> None:
    """The message names what is missing and shows the lines of a `.env`."""
    expected = (
        "GENESYS_CLIENT_SECRET is missing: not in the environment, and there is no .env file in "
        f"{tmp_path}.\n"
        "Write a text file named .env in the working folder, with:\n"
        "    GENESYS_CLIENT_SECRET=its secret"
    )
    assert expected == complaint(ENVIRON | {"GENESYS_CLIENT_SECRET": " "}, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_another_encoding_is_told(tmp_path: Path, encoding: str) -> None:
    """A `.env` saved as "Unicode" by mistake gets a sentence."""
    work = folder(tmp_path / "work", ("# Schlüssel\n" + DOTENV).encode(encoding))
    expected = f"{work / '.env'} is not UTF-8 text. In Notepad, save it with the encoding UTF-8."
    assert expected == complaint({}, work)


SECRET = "s3cr3t-of-file"
LINES = {
    "GENESYS_DOMAIN": "GENESYS_DOMAIN=mypurecloud.com",
    "GENESYS_CLIENT_ID": "GENESYS_CLIENT_ID=id-of-file",
    "GENESYS_CLIENT_SECRET": f"GENESYS_CLIENT_SECRET={SECRET}",
}
UNDERSTOOD = {
    "export": f"export GENESYS_CLIENT_SECRET={SECRET}",
    "blanks": f"  GENESYS_CLIENT_SECRET =  {SECRET}  ",
    "single quotes": f"GENESYS_CLIENT_SECRET='{SECRET}'",
    "double quotes": f'GENESYS_CLIENT_SECRET="{SECRET}"',
    "a note behind it": f"GENESYS_CLIENT_SECRET={SECRET} # of the HR client",
    "an invisible character": f"GENESYS_CLIENT_SECRET=\u200b{SECRET}\ufeff",
    "a line twice": f"GENESYS_CLIENT_SECRET={SECRET}\nGENESYS_CLIENT_SECRET={SECRET}",
    "a note about it": f"# GENESYS_CLIENT_SECRET: see the safe\nGENESYS_CLIENT_SECRET={SECRET}",
    "an older one": f"OLD_GENESYS_CLIENT_SECRET: x\nGENESYS_CLIENT_SECRET={SECRET}",
    "other nonsense": f"what is this\nGENESYS_CLIENT_SECRET={SECRET}",
}
EQUALS = "write GENESYS_CLIENT_SECRET= and the value, with nothing before"
NOT_UNDERSTOOD = {
    "colon": (f"GENESYS_CLIENT_SECRET: {SECRET}", EQUALS),
    "colon without blank": (f"GENESYS_CLIENT_SECRET:{SECRET}", EQUALS),
    "colon and equals sign": (f"GENESYS_CLIENT_SECRET:{SECRET}=", EQUALS),
    "JSON": (f'"GENESYS_CLIENT_SECRET": "{SECRET}",', EQUALS),
    "nothing between": (f"GENESYS_CLIENT_SECRET {SECRET}", EQUALS),
    "nothing behind": ("GENESYS_CLIENT_SECRET", EQUALS),
    "set": (f"set GENESYS_CLIENT_SECRET={SECRET}", EQUALS),
    "PowerShell": (f'$env:GENESYS_CLIENT_SECRET = "{SECRET}"', EQUALS),
    "small letters": (f"genesys_client_secret={SECRET}", EQUALS),
    "an open quote": (f'GENESYS_CLIENT_SECRET="{SECRET}', "the quotes around"),
    "two kinds of quotes": (f"GENESYS_CLIENT_SECRET='{SECRET}\"", "the quotes around"),
    "text behind the quotes": (f'GENESYS_CLIENT_SECRET="{SECRET}" x', "the quotes around"),
    "typographic quotes": (f"GENESYS_CLIENT_SECRET=“{SECRET}”", "typographic quotes"),
    "German quotes": (f"GENESYS_CLIENT_SECRET=„{SECRET}“", "typographic quotes"),
}


def env_with(path: Path, secret: str) -> Path:
    """A folder whose `.env` has these lines for the secret, after a blank one, as the last."""
    lines = LINES | {"GENESYS_CLIENT_SECRET": f"\n{secret}"}
    return folder(path, "\n".join(lines.values()) + "\n")


@pytest.mark.parametrize("line", UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_a_line_is_understood(tmp_path: Path, line: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever an editor or another tool has made of it; nothing of a library's is said."""
    found = read_credentials({}, env_with(tmp_path / "work", line), None)
    assert (found.client_secret, caplog.text) == (SECRET, "")


@pytest.mark.parametrize(("line", "words"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD.keys())
def test_a_line_that_is_not_understood_is_named(
    tmp_path: Path, line: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In one sentence with its number, without the secret and without a word of a library's."""
    work = env_with(tmp_path / "work", line)
    said = complaint({}, work)
    assert said.startswith(f"{work / '.env'}, line 4: ")
    assert (words in said, SECRET in said, caplog.text, "\n" in said) == (True, False, "", False)


def test_two_values_are_no_choice(tmp_path: Path) -> None:
    """Both lines are named; the last one may be the older."""
    work = folder(tmp_path / "work", "\n".join([*LINES.values(), "GENESYS_CLIENT_ID=other"]))
    expected = (
        f"{work / '.env'} gives GENESYS_CLIENT_ID two values, in lines 2 and 4. Delete one of the "
        "lines."
    )
    assert expected == complaint({}, work)


@pytest.mark.parametrize("name", [".env.txt", "env.txt", "env"])
def test_a_file_with_a_longer_name_is_named(tmp_path: Path, name: str) -> None:
    """Notepad and Explorer add or hide an ending."""
    (tmp_path / name).write_text("\n".join(LINES.values()))
    expected = (
        f"There is no .env file in {tmp_path}, but one named {name}. Rename it to .env, without "
        "another ending."
    )
    assert expected == complaint({}, tmp_path)


def test_a_file_that_is_not_needed_is_not_read(tmp_path: Path) -> None:
    """A scheduler with real variables does not depend on what lies in its folder."""
    work = folder(tmp_path / "work", "GENESYS_CLIENT_ID: x")
    assert read_credentials(ENVIRON, work, None).source == "the environment"


def test_quotes_around_a_real_variable_do_not_count(tmp_path: Path) -> None:
    """`set NAME="value"` on Windows, and Docker's files, keep them."""
    quoted = {name: f'"{value}"' for name, value in ENVIRON.items()}
    assert read_credentials(quoted, tmp_path, None) == read_credentials(ENVIRON, tmp_path, None)


def test_the_secret_does_not_show(tmp_path: Path) -> None:
    """The text form of the credentials can be printed."""
    assert "secret-of-environ" not in repr(read_credentials(ENVIRON, tmp_path, None))
