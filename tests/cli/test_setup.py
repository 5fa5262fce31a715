"""`batch-offboard setup`: from a region that people know to a `.env` for its owner only."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from batch_offboard.cli.region_choice import region_lines, region_meant
from batch_offboard.cli.setup import MOST_LOGINS, ask_credentials, logged_in, written_lines
from batch_offboard.commands.setup import env_text, for_owner_only, write_env
from batch_offboard.config import read_credentials
from batch_offboard.config.env_file import env_values, with_values
from batch_offboard.errors import CredentialsRefusedError, ExitCode, RefusedError, UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.genesys.region_names import REGIONS
from tests.cli.at_terminal import CTRL_C, CTRL_D, answered
from tests.cli.processes import environment, program
from tests.support import FAST_CONFIG, Role, org_of, permissions_without, simulator

needs_terminal = pytest.mark.skipif(os.name != "posix", reason="there is no such terminal")

MEANT = {
    "5": "mypurecloud.de",
    "18": "edee1.eusc-pure.cloud",
    "Frankfurt": "mypurecloud.de",
    "sydney": "mypurecloud.com.au",
    "Switzerland": "euc2.pure.cloud",
    "São Paulo": "sae1.pure.cloud",
    "united kingdom": "euw2.pure.cloud",
    "eu-west-1": "mypurecloud.ie",
    "US_EAST_1": "mypurecloud.com",
    "mypurecloud.jp": "mypurecloud.jp",
    "https://apps.usw2.pure.cloud/directory/#/admin": "usw2.pure.cloud",
    "login.mypurecloud.de": "mypurecloud.de",
    "http://127.0.0.1:8484": "http://127.0.0.1:8484",
    "127.0.0.1:8484": "http://127.0.0.1:8484",
    "localhost:8484": "http://localhost:8484",
}


@pytest.mark.parametrize(("typed", "domain"), MEANT.items())
def test_a_region_is_known_by_many_names(typed: str, domain: str) -> None:
    """Its number, city, country and AWS name, and any address of it."""
    assert region_meant(typed) == (domain, ())


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_every_region_can_be_chosen(region: object) -> None:
    """By number, host, AWS name and first place; and it is on the list, in 80 columns."""
    known = REGIONS[REGIONS.index(region)]  # type: ignore[arg-type]
    for typed in (str(REGIONS.index(known) + 1), known.host, known.code, known.places[0]):
        assert region_meant(typed) == (known.host, ())
    lines = list(region_lines(REGIONS))
    assert sum(known.host in line.split() for line in lines) == 1
    assert max(map(len, lines)) < 80


DOUBTFUL = {
    "Germany": (5, 18),
    "Japan": (4, 14),
    "USA": (1, 6, 11),
    "0": (),
    "19": (),
    "Atlantis": (),
    "http://apps.mypurecloud.de": (),
    "https://example.com": (),
    "٥٥": (),
}


@pytest.mark.parametrize(("typed", "numbers"), DOUBTFUL.items())
def test_what_is_not_one_region_is_asked_again(typed: str, numbers: Sequence[int]) -> None:
    """With the numbers of those that share a name; they are the numbers of the whole list."""
    domain, doubt = region_meant(typed)
    assert (domain, len(doubt)) == ("", 1 + len(numbers))
    assert [int(line.split()[0]) for line in doubt[1:]] == list(numbers)


@pytest.mark.parametrize(
    ("typed", "place"),
    {"Frankfrt": "Frankfurt", "germny": "Germany", "Sao Paolo": "São Paulo"}.items(),
)
def test_a_mistyped_place_is_proposed(typed: str, place: str) -> None:
    """It is not taken: the person says yes by typing it."""
    domain, (said,) = region_meant(typed)
    assert (domain, f"Did you mean {place}?" in said) == ("", True)
    assert "Did you mean" not in region_meant("Atlantis")[1][0]


@dataclass
class Person:
    """Gives these answers; Enter alone gives the default."""

    answers: list[str]
    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def __call__(self, question: str, default: str = "", *, hidden: bool = False) -> str:
        """The next answer."""
        self.shown.append(question + ("" if hidden else f" [{default}]"))
        answer = self.answers.pop(0) or default
        self.hidden += [answer] if hidden else []
        return answer


EARLIER = {
    "GENESYS_DOMAIN": "mypurecloud.de",
    "GENESYS_CLIENT_ID": "old-id",
    "GENESYS_CLIENT_SECRET": "old-secret",
}


def test_answers_are_taken_without_what_was_copied_along() -> None:
    """Blanks and invisible characters around an id are no part of it."""
    person = Person([" Germany ", " frankfurt ", "\u200bid ", "\tsecret\ufeff"])
    given = ask_credentials({}, person, person.shown.append)
    assert given == Credentials("mypurecloud.de", "id", "secret")
    assert len(person.hidden) == 1


def test_earlier_values_are_kept_by_enter() -> None:
    """As when only the secret is new; the old one is never shown."""
    person = Person(["", "", ""])
    assert ask_credentials(EARLIER, person, person.shown.append) == Credentials(*EARLIER.values())
    assert "old-id" in "".join(person.shown)
    assert "old-secret" not in "".join(person.shown)


@pytest.mark.parametrize("answers", [[""], ["5", " "], ["5", "id", ""], ["Atlantis", ""]])
def test_an_empty_answer_cancels(answers: list[str]) -> None:
    """Wherever there is nothing to keep; the secret of another client is nothing to keep."""
    with pytest.raises(RefusedError, match="Nothing was written"):
        ask_credentials({}, Person(answers), lambda _: None)
    with pytest.raises(RefusedError):
        ask_credentials(EARLIER, Person(["", "other-id", ""]), lambda _: None)


# -- the file

VALUES = ["plain-Secret_7", "a b", "a #b", "it's", 'say "hi"', "back\\'slash\\", "$A=x", "ü", "'x'"]
NEW = Credentials("mypurecloud.de", "new-id", "new-secret")
OTHERS = {
    "nothing": "",
    "other lines": "# mine\nHTTPS_PROXY=http://proxy:3128\n\nexport A='b\nc'\n",
    "no line end": "A=1",
    "Windows' line ends": "A=1\r\n\r\nB=2\r\n",
    "a byte order mark": "\ufeffA=1\n",
    "ours among others": "A=1\nGENESYS_CLIENT_ID=old\n# GENESYS_DOMAIN=x\nB=2\n",
    "ours twice": "GENESYS_CLIENT_ID=1\nA=1\nGENESYS_CLIENT_ID=2\n",
    "ours misspelt": "genesys_client_id=x\nGENESYS_CLIENT_SECRET: y\nA=1\n",
    "ours in quotes that do not match": "GENESYS_CLIENT_SECRET='x\nA=1\n",
    "ours exported": "export GENESYS_DOMAIN=x\nA=1\n",
    "blank lines": "\n\nA=1\n\n\nGENESYS_DOMAIN=x\n\n",
}


def written(path: Path, credentials: Credentials = NEW) -> dict[str, str]:
    """What the program reads from the file after it was written."""
    assert write_env(path, env_text(path), credentials)
    found = read_credentials({}, path.parent, None)
    assert found.source == str(path)
    return {"domain": found.domain, "id": found.client_id, "secret": found.client_secret}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_lines_of_the_file_are_kept(text: str, tmp_path: Path) -> None:
    """Byte for byte and in their order; what it said of ours is replaced."""
    path = tmp_path / ".env"
    path.write_bytes(text.encode())
    assert written(path) == {"domain": "mypurecloud.de", "id": "new-id", "secret": "new-secret"}
    before = [line for line in text.splitlines() if "genesys" not in line.lower() or "#" in line]
    after = path.read_bytes().decode().splitlines()
    assert [line for line in after if not line.startswith("GENESYS_")] == before
    assert len(after) == len(before) + 3
    assert path.read_bytes().count(b"\r\n") in (0, len(after))


@pytest.mark.parametrize("value", VALUES)
def test_any_value_comes_back(value: str, tmp_path: Path) -> None:
    """Whatever has a meaning in such a file is quoted."""
    path = tmp_path / ".env"
    path.write_text(with_values("A=1", {"GENESYS_CLIENT_SECRET": value}), "utf-8")
    assert env_values(path, ["A", "GENESYS_CLIENT_SECRET"]) == {
        "A": "1",
        "GENESYS_CLIENT_SECRET": value,
    }


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
@pytest.mark.parametrize("before", [None, 0o644])
def test_only_its_owner_can_read_it(before: int | None, tmp_path: Path) -> None:
    """Also if others could read the one that it replaces; and a link stays a link."""
    path, target = tmp_path / ".env", tmp_path / "elsewhere"
    path.symlink_to(target)
    if before is not None:
        target.write_text("A=1\n", "utf-8")
        target.chmod(before)
    written(path)
    assert (path.is_symlink(), target.stat().st_mode & 0o777) == (True, 0o600)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".env-")] == []


def test_a_file_that_cannot_be_restricted_is_written_and_said_to_be_open(tmp_path: Path) -> None:
    """It is tried before the secret is in it."""
    before: list[bytes] = []

    def restrict(path: Path) -> bool:
        before.append(path.read_bytes())
        return False

    path = tmp_path / ".env"
    assert not write_env(path, None, NEW, restrict)
    assert before == [b""]
    (line,) = written_lines(path, {}, private=False)
    assert "others who can open the folder can read the secret" in line


def test_variables_that_win_over_the_file_are_named(tmp_path: Path) -> None:
    """Else a new secret would seem to have no effect."""
    environ = {"GENESYS_CLIENT_SECRET": "x", "GENESYS_DOMAIN": " "}
    *_, line = written_lines(tmp_path / ".env", environ, private=True)
    assert line == "The environment also sets GENESYS_CLIENT_SECRET, and overrides the file."


@pytest.mark.parametrize(
    ("environ", "code", "private"),
    [
        ({"USERNAME": "ann", "USERDOMAIN": "ACME"}, 0, True),
        ({"USERNAME": "ann"}, 0, True),
        ({"USERNAME": "ann"}, 5, False),
        ({}, 0, False),
    ],
)
def test_on_windows_the_one_account_is_let_in(
    environ: dict[str, str], code: int, private: bool, tmp_path: Path
) -> None:
    """What the folder passes on is taken away; where that fails, it is said."""
    given: list[Sequence[str]] = []

    def exit_code(command: Sequence[str]) -> int:
        given.append(command)
        return code

    path = tmp_path / ".env"
    found = for_owner_only(path, windows=True, environ=environ, exit_code=exit_code)
    assert found == private
    user = "ACME\\ann" if "USERDOMAIN" in environ else "ann"
    wanted = ("icacls", str(path), "/inheritance:r", "/grant:r", f"{user}:F")
    assert given == ([wanted] if environ else [])


def test_without_icacls_the_file_is_not_called_private(tmp_path: Path) -> None:
    """As where it is not to be found."""

    def exit_code(command: Sequence[str]) -> int:
        raise FileNotFoundError(command[0])

    environ = {"USERNAME": "ann"}
    path = tmp_path / ".env"
    assert not for_owner_only(path, windows=True, environ=environ, exit_code=exit_code)


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """While the person was typing."""
    path = tmp_path / ".env"
    path.write_text("A=1\n", "utf-8")
    with pytest.raises(UsageError, match="Another program changed"):
        write_env(path, None, NEW)
    assert path.read_text("utf-8") == "A=1\n"


@pytest.mark.parametrize("content", [b"A=\xff\xfe", "A=1".encode("utf-16")])
def test_a_file_that_is_no_text_is_left_alone(content: bytes, tmp_path: Path) -> None:
    """Its lines could not be kept."""
    path = tmp_path / ".env"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="not UTF-8"):
        env_text(path)


def test_a_folder_of_that_name_is_named(tmp_path: Path) -> None:
    """No traceback."""
    (tmp_path / ".env").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        env_text(tmp_path / ".env")


# -- the command


def test_without_a_terminal_it_is_refused(tmp_path: Path) -> None:
    """Exit 4; nothing is written."""
    said = program("setup", folder=tmp_path)
    assert (said.code, said.out) == (ExitCode.REFUSED, "")
    assert "not a terminal" in said.err
    assert not (tmp_path / ".env").exists()


@needs_terminal
def test_from_the_first_question_to_a_file_that_check_uses(tmp_path: Path) -> None:
    """The secret is not shown; what is missing is said, with the words for the admin."""
    (tmp_path / ".env").write_text("HTTPS_PROXY=\n", "utf-8")
    (tmp_path / "config.yaml").write_text(FAST_CONFIG, "utf-8")
    roles = [Role(permissions_without("directory:user:edit")), Role((), "Sales")]
    with simulator(org_of(["Anna"], divisions={"Sales": ["Anna"]}, client=roles)) as sim:
        said = answered(
            ["setup"],
            tmp_path,
            environment(),
            [
                ("yes, or press", "yes"),
                ("Region: ", sim.url),
                ("Client id: ", sim.client_id),
                ("Client secret", sim.client_secret),
            ],
        )
        checked = program("check", folder=tmp_path)
    assert said.code == ExitCode.OK
    assert sim.client_secret not in said.out
    lines = [line.strip() for line in said.out.splitlines()]
    request = lines[lines.index("Send this to your Genesys admin:") :]
    assert "directory:user:edit" in request
    assert f"Saved in {tmp_path / '.env'}. Only you can read this file." in said.out
    assert (tmp_path / ".env").read_text("utf-8").startswith("HTTPS_PROXY=\nGENESYS_DOMAIN=")
    assert "batch-offboard check" in lines[-1]
    assert checked.code == ExitCode.USAGE
    assert "Send this to your Genesys admin:" in checked.out


@pytest.mark.parametrize("wrong", [0, 1, 2, 3])
def test_a_refused_secret_is_asked_for_again(wrong: int) -> None:
    """Up to three times in all; Enter keeps the id that was typed, and nothing is kept secret."""
    tried: list[Credentials] = []

    def log_in(credentials: Credentials) -> str:
        tried.append(credentials)
        if len(tried) <= wrong:
            raise CredentialsRefusedError("Genesys did not accept the OAuth client.")
        return "in"

    person = Person(["frankfurt", "id", "one", "", "two", "", "three"])
    if wrong < MOST_LOGINS:
        credentials, answer = logged_in({}, log_in, person, person.shown.append)
        assert (answer, credentials) == ("in", tried[-1])
    else:
        with pytest.raises(CredentialsRefusedError):
            logged_in({}, log_in, person, person.shown.append)
    typed = [(each.client_id, each.client_secret) for each in tried]
    assert typed == [("id", "one"), ("id", "two"), ("id", "three")][: wrong + 1]
    assert sum("refused" in each for each in person.shown) == min(wrong, MOST_LOGINS - 1)


@pytest.mark.parametrize("answers", [["my id", "id", "secret"], ["id", "se cret", "", "secret"]])
def test_an_id_or_secret_of_wrong_characters_is_asked_for_again(answers: list[str]) -> None:
    """What was copied along is no reason to begin anew, and no variable is named."""
    person = Person(["frankfurt", *answers])
    given = ask_credentials({}, person, person.shown.append)
    assert given == Credentials("mypurecloud.de", "id", "secret")
    assert sum("Copy it again" in each for each in person.shown) == 1
    assert "GENESYS" not in "".join(person.shown)


@needs_terminal
def test_ctrl_c_at_a_question_ends_its_line_first(tmp_path: Path) -> None:
    """The sentence stands on a line of its own, as at the question of a run."""
    said = answered(
        ["setup"], tmp_path, environment(), [("Region: ", "London"), ("Client id: ", CTRL_C)]
    )
    assert (said.code, said.out.splitlines()[-1]) == (
        ExitCode.INTERRUPTED,
        "Cancelled. Nothing was written.",
    )


@needs_terminal
def test_the_person_is_told_that_the_secret_was_refused(tmp_path: Path) -> None:
    """And may type it again; no variable of the environment is named."""
    (tmp_path / "config.yaml").write_text(FAST_CONFIG, "utf-8")
    with simulator(org_of(["Anna"])) as sim:
        answers = [
            ("Region: ", sim.url),
            ("Client id: ", sim.client_id),
            ("Client secret", "wrong"),
            ("Client id [", ""),
            ("Client secret", sim.client_secret),
        ]
        said = answered(["setup"], tmp_path, environment(), answers)
    assert said.code == ExitCode.OK
    assert "Genesys refused this client id or secret." in said.out
    assert "GENESYS_CLIENT" not in said.out


EARLIER_FILE = "GENESYS_DOMAIN=mypurecloud.de\nGENESYS_CLIENT_ID=id\n"


@needs_terminal
def test_nothing_is_written_unless_the_login_works(tmp_path: Path) -> None:
    """Exit 2; the file is as it was."""
    (tmp_path / ".env").write_text(EARLIER_FILE, "utf-8")
    (tmp_path / "config.yaml").write_text("retry: {attempts: 1}\n", "utf-8")
    answers = [
        ("yes, or press", "y"),
        ("Region", "http://127.0.0.1:9"),
        ("Client id", ""),
        ("Client secret", "wrong"),
    ]
    said = answered(["setup"], tmp_path, environment(), answers)
    assert said.code == ExitCode.USAGE
    assert (tmp_path / ".env").read_text("utf-8") == EARLIER_FILE
    assert "Nothing was written. To try again: batch-offboard setup" in said.out
    assert "Traceback" not in said.out


ASKED = "yes, or press"


@needs_terminal
@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([(ASKED, "no")], ExitCode.REFUSED),
        ([(ASKED, "")], ExitCode.REFUSED),
        ([(ASKED, "yes"), ("Region", CTRL_D)], 130),
        ([(ASKED, CTRL_D)], 130),
    ],
    ids=["no", "Enter", "the end at the second question", "the end at once"],
)
def test_a_declined_question_leaves_the_file_as_it_is(
    answers: list[tuple[str, str]], code: int, tmp_path: Path
) -> None:
    """One line says so; a yes that was typed before the question is none."""
    (tmp_path / ".env").write_text(EARLIER_FILE, "utf-8")
    said = answered(["setup"], tmp_path, environment(), answers, ahead="yes\n")
    assert (said.code, (tmp_path / ".env").read_text("utf-8")) == (code, EARLIER_FILE)
    assert said.out.endswith("Nothing was written.\n")
