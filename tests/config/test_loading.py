"""config.yaml from disk: defaults, ranges, and a sentence for everything that can be wrong."""

import re
from pathlib import Path

import pytest
import yaml

from batch_offboard.config import Config, load_config
from batch_offboard.config.loading import known_keys, settings_beside
from batch_offboard.errors import UsageError
from batch_offboard.offboarding.leftovers import LEFTOVERS
from batch_offboard.offboarding.steps import STEPS

COMMITTED = Path(__file__).parents[2] / "config.yaml"


def loaded(folder: Path, text: str) -> Config:
    """The configuration that `text` gives as the working folder's config.yaml."""
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return load_config(None, folder)


def complaint(folder: Path, text: str) -> str:
    """What a person is told about `text`."""
    with pytest.raises(UsageError) as raised:
        loaded(folder, text)
    return str(raised.value)


def keys_of(content: object, before: str = "") -> set[str]:
    """Every key of a YAML mapping, dotted."""
    if not isinstance(content, dict):
        return set()
    return {before + key for key in content} | {
        inner for key, value in content.items() for inner in keys_of(value, f"{before}{key}.")
    }


def test_the_committed_file_holds_the_defaults() -> None:
    """config.yaml in the repository changes nothing when it is used as it is."""
    assert Config() == load_config(COMMITTED, COMMITTED.parent)


@pytest.mark.parametrize(
    "name", ["config.yml", "Config.YML", "config.yaml.txt", "config.yaml.yaml"]
)
def test_settings_under_another_name_are_named(tmp_path: Path, name: str) -> None:
    """Notepad and Explorer add or hide an ending; a limit that nobody reads protects nobody."""
    (tmp_path / name).write_text("guards: {max_rows: 5}", encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        load_config(None, tmp_path)
    assert str(raised.value) == (
        f"The settings in {name} are not used. Rename it to config.yaml, without another ending."
    )
    assert load_config(tmp_path / name, tmp_path).guards.max_rows == 5
    assert loaded(tmp_path, "guards: {max_rows: 6}").guards.max_rows == 6


@pytest.mark.parametrize("number", ["0500", "12:30", "0x10", "-010"])
def test_a_number_that_yaml_reads_as_another_is_named(tmp_path: Path, number: str) -> None:
    """For YAML 0500 is 320: a limit is what is written, or it is refused."""
    assert complaint(tmp_path, f"guards: {{max_rows: {number}}}") == (
        f'config.yaml: guards.max_rows is "{number}"; allowed is a whole number from 1 to 1000000.'
    )
    assert loaded(tmp_path, "guards: {max_percent_of_org: 0}").guards.max_percent_of_org == 0


CI = "version: 2\njobs: []\nsteps: [checkout]"


@pytest.mark.parametrize("text", ["", "a: b", "- guards", "guards: [", "\t", CI])
def test_a_file_of_another_program_does_no_harm(tmp_path: Path, text: str) -> None:
    """It has none or few of the keys, or is no YAML; so does a folder of such a name."""
    (tmp_path / "config.yml").write_text(text, encoding="utf-8")
    (tmp_path / "config.yaml.txt").mkdir()
    assert load_config(None, tmp_path) == Config()


def test_settings_beside_a_list_are_found_where_they_are_not_used(tmp_path: Path) -> None:
    """Not where others are used instead, or where they are the working folder's own."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    file, listed = there / "config.yaml", there / "leavers.csv"
    assert settings_beside(None, here, listed) is None
    file.write_text("guards: {max_rows: 5}", encoding="utf-8")
    assert settings_beside(None, here, listed) == file
    assert settings_beside(file, here, listed) is None
    assert settings_beside(None, there, listed) is None
    loaded(here, "")
    assert settings_beside(None, here, listed) is None


def test_the_committed_file_names_every_key() -> None:
    """Nothing can be set that config.yaml does not show."""
    assert set(known_keys()) == keys_of(yaml.safe_load(COMMITTED.read_text(encoding="utf-8")))


RANGES = re.findall(
    r"^  (\w+): .*?(\d+)–(\d+)", COMMITTED.read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("key, low, high", RANGES, ids=[key for key, _, _ in RANGES])
def test_the_ranges_in_the_comments_are_those_that_are_enforced(
    tmp_path: Path, key: str, low: str, high: str
) -> None:
    """The first and last value of a commented range are allowed, one beyond is not."""
    section = next(known.split(".")[0] for known in known_keys() if known.endswith(f".{key}"))
    for value in (low, high):
        assert float(value) == float(
            getattr(getattr(loaded(tmp_path, f"{section}: {{{key}: {value}}}"), section), key)
        )
    for value in (int(low) - 1, int(high) + 1):
        expected = f"config.yaml: {section}.{key} is {value}; allowed is a"
        assert expected in complaint(tmp_path, f"{section}: {{{key}: {value}}}")


def test_every_number_has_a_commented_range() -> None:
    """Each number in config.yaml tells what is allowed."""
    numbers = re.findall(
        r"^  (\w+): (?:\d+|null(?=.*\d–\d)) ", COMMITTED.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert numbers == [key for key, _, _ in RANGES]


@pytest.mark.parametrize("text", ["", "# nothing\n", "rate:\n", "list:\n  columns:\n", "{}"])
def test_what_is_left_out_has_its_default(tmp_path: Path, text: str) -> None:
    """An empty file or section means the defaults."""
    assert Config() == loaded(tmp_path, text)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """No config.yaml in the working folder is no error."""
    assert Config() == load_config(None, tmp_path)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    """A `--config` that does not exist is an error, not the defaults."""
    with pytest.raises(UsageError, match=r"nowhere\.yaml could not be read"):
        load_config(tmp_path / "nowhere.yaml", tmp_path)


FAULTS = {
    "rate:\n  per_minut: 3": (
        "config.yaml: unknown key rate.per_minut. The nearest known key is rate.per_minute."
    ),
    "max_rows: 3": "config.yaml: unknown key max_rows. The nearest known key is guards.max_rows.",
    "Rate: {}": "config.yaml: unknown key Rate. The nearest known key is rate.",
    "1: 2\nverify: 1": (
        "config.yaml: verify is 1; allowed is true or false.\nconfig.yaml: unknown key 1. The "
        "nearest known key is genesys."
    ),
    "rate: 5": "config.yaml: rate is 5; allowed is a section with keys below it.",
    "rate: {per_minute: '285'}": 'config.yaml: rate.per_minute is "285"; '
    "allowed is a whole number from 1 to 100000.",
    "rate: {per_minute: true}": (
        "config.yaml: rate.per_minute is true; allowed is a whole number from 1 to 100000."
    ),
    "rate: {per_minute: 1.5}": (
        "config.yaml: rate.per_minute is 1.5; allowed is a whole number from 1 to 100000."
    ),
    "guards: {max_percent_of_org: ten}": 'config.yaml: guards.max_percent_of_org is "ten"; '
    "allowed is a number from 0 to 100.",
    "steps: [remove_from_queues]": (
        "config.yaml: steps must begin with `deactivate`: every other step comes after setting a "
        "person to inactive."
    ),
    "steps: []": (
        "config.yaml: steps must begin with `deactivate`: every other step comes after setting a "
        "person to inactive."
    ),
    "steps: [deactivate, leave_team, leave_team]": (
        "config.yaml: steps names leave_team more than once."
    ),
    "steps: [deactivate, 7]": (
        f"config.yaml: steps, entry 2 is 7; allowed are {', '.join(map(repr, STEPS))}."
    ),
    "steps: [deactivate, remove_from_queues, hand_over_callbacks]": (
        "config.yaml: steps must name hand_over_callbacks before remove_from_queues."
    ),
    "leftovers: [numbers, phones]": 'config.yaml: leftovers, entry 2 is "phones"; allowed are '
    + f"{', '.join(map(repr, LEFTOVERS))}.",
    "leftovers: [numbers, numbers]": "config.yaml: leftovers names numbers more than once.",
    "leftovers: 'sessions, numbers'": (
        "config.yaml: leftovers is one text. Write several entries as a list: [sessions, numbers]."
    ),
    "list: {columns: {email: [Login], name: [log-in]}}": (
        "config.yaml: list.columns has the header 'log-in' under both email and name; leave it "
        "in one of them."
    ),
    "list: {columns: {last_day: 'leaving date, exit date'}}": (
        "config.yaml: list.columns.last_day is one text. Write several entries as a list: "
        "[leaving date, exit date]."
    ),
    "list: {columns: {last_day: leaving date; exit date}}": (
        "config.yaml: list.columns.last_day is one text. Write several entries as a list: "
        "[leaving date, exit date]."
    ),
    "steps: 'deactivate, remove_from_queues'": (
        "config.yaml: steps is one text. Write several entries as a list: [deactivate, "
        "remove_from_queues]."
    ),
    "guards: {protected: 'a@x.example, b@x.example'}": (
        "config.yaml: guards.protected is one text. Write several entries as a list: "
        "[a@x.example, b@x.example]."
    ),
    "guards: {protected: ['a@x.example, b@x.example']}": (
        "config.yaml: guards.protected must hold user ids or e-mail addresses; 'a@x.example, "
        "b@x.example' is neither; write [a@x.example, b@x.example]."
    ),
    "guards: {protected: [a@x.example b@x.example]}": (
        "config.yaml: guards.protected must hold user ids or e-mail addresses; 'a@x.example "
        "b@x.example' is neither; write [a@x.example, b@x.example]."
    ),
    "guards: {protected: ['*@x.example']}": (
        "config.yaml: guards.protected must hold user ids or e-mail addresses; '*@x.example' is "
        "neither; name each address, for example [ann.lee@example.com, bob.roy@example.com]."
    ),
    "guards: {protected: ['mailto:Ann@x.example']}": (
        "config.yaml: guards.protected must hold user ids or e-mail addresses; "
        "'mailto:Ann@x.example' is neither; write [ann@x.example]."
    ),
    "guards: {protected: ['Ann Lee <ann@x.example>']}": (
        "config.yaml: guards.protected must hold user ids or e-mail addresses; 'Ann Lee "
        "<ann@x.example>' is neither; write [ann@x.example]."
    ),
    'guards: {protected: ["ann\\u200b@x.example"]}': "config.yaml: guards.protected must hold "
    "user ids or e-mail addresses; 'ann\\u200b@x.example' is neither; write [ann@x.example].",
    "list: {columns: {email: ['- _']}}": (
        "config.yaml: list.columns has an empty header under email."
    ),
    "list: {columns: {email: [5]}}": (
        "config.yaml: list.columns.email, entry 1 is 5; allowed is text."
    ),
    "list: {columns: {mail: [x]}}": (
        "config.yaml: unknown key list.columns.mail. The nearest known key is list.columns.email."
    ),
    "list: {timezone: Europe/Berln}": (
        "config.yaml: list.timezone must be local or an IANA name such as Europe/Berlin; the "
        "nearest is Europe/Berlin."
    ),
    "list: {date_format: '%d.%m'}": (
        "config.yaml: list.date_format must be a strptime pattern with day, month and year, such "
        "as %d/%m/%Y."
    ),
    "list: {date_format: 'DD.MM.YYYY'}": (
        "config.yaml: list.date_format must be a strptime pattern with day, month and year, such "
        "as %d/%m/%Y."
    ),
    "guards: {protected: [bob]}": (
        "config.yaml: guards.protected must hold user ids or e-mail addresses; 'bob' is neither."
    ),
    "genesys: {proxy: 'proxy:8080'}": (
        "config.yaml: genesys.proxy must be a URL such as http://proxy.example.com:8080."
    ),
    "verify: true\nverify: false": "config.yaml, line 2: the key verify appears twice.",
    "rate:\n  tokens: 1\n  tokens: 2": "config.yaml, line 3: the key tokens appears twice.",
    "rate: [": "config.yaml, line 1: expected the node content, but found '<stream end>'.",
    "rate:\n\ttokens: 1": "config.yaml, line 2 begins with a tab. Indent it with spaces.",
    "rate:\n  \ttokens: 1": "config.yaml, line 2 begins with a tab. Indent it with spaces.",
    "rate:\n  burst: 1\n\tx: 2": "config.yaml, line 3 begins with a tab. Indent it with spaces.",
    "genesys: {client_secret: x}": (
        "config.yaml: genesys.client_secret does not belong here, but in .env, which `setup` "
        "writes."
    ),
    "GENESYS_CLIENT_ID: x": (
        "config.yaml: GENESYS_CLIENT_ID does not belong here, but in .env, which `setup` writes."
    ),
    **dict.fromkeys(
        (
            "max_rows: !!int x",
            "max_rows: !!int ''",
            f"max_rows: {'9' * 5000}",
            "run_dir: 2026-13-45",
            "run_dir: !!timestamp x",
            "- " * 3000,
        ),
        "config.yaml has a value that cannot be read, or too many levels.",
    ),
    "- rate": "config.yaml must hold keys such as `rate:`, one below the other.",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_with_its_key(tmp_path: Path, text: str) -> None:
    """An error names the key, what is allowed, and the nearest known key."""
    assert FAULTS[text] == complaint(tmp_path, text)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """Another encoding gets a sentence, not a traceback."""
    (tmp_path / "config.yaml").write_bytes("verify: true # geprüft".encode("latin-1"))
    with pytest.raises(UsageError, match=r"^config\.yaml is not UTF-8 text. Save it as UTF-8\.$"):
        load_config(None, tmp_path)


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    """A file that Notepad saved is read."""
    (tmp_path / "config.yaml").write_bytes(b"\xef\xbb\xbfverify: false\r\n")
    assert Config(verify=False) == load_config(None, tmp_path)


def test_ca_file_is_found_from_the_working_folder(tmp_path: Path) -> None:
    """A relative certificate file becomes a full path."""
    (tmp_path / "ca.pem").write_text("", encoding="ascii")
    config = loaded(tmp_path, "genesys: {ca_file: ca.pem}")
    assert str(tmp_path / "ca.pem") == config.genesys.ca_file


def test_a_missing_ca_file_is_told(tmp_path: Path) -> None:
    """A certificate file that is not there is an error before any request."""
    expected = f"config.yaml: genesys.ca_file names {tmp_path / 'ca.pem'}, which is not a file."
    assert expected == complaint(tmp_path, "genesys: {ca_file: ca.pem}")
