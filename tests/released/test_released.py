"""What earlier versions left on people's disks is rerun, undone, reported and verified."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.released.kept import (
    HERE,
    VERSIONS,
    Row,
    Told,
    after,
    kept,
    rows_of,
    told,
)
from tests.support import run_command

DONE = "active inactive"
BACK = "inactive active"

EVE = Told("failed", "invalid_user_id", "", "")
OFFBOARDED = {
    "Anna": Told("done", "", DONE, "3 3 0"),
    "Ben": Told("done", "", DONE, "2 2 0"),
    "Cid": Told("done", "", DONE, "2 2 0"),
    "Dora": Told("done", "", DONE, "3 3 0"),
    "Eve": EVE,
    "Finn": Told("done", "", DONE, "2 2 0"),
    "Gus": Told("partial", "dynamic_group", DONE, "1 0 1"),
    "Hal": Told("already_done", "", "inactive inactive", "0 0 0"),
}
"""With all steps, once nothing is in the way: a rule keeps Gus in a group and so in a queue."""
WITHOUT_GROUPS = OFFBOARDED | {
    "Anna": Told("partial", "group_membership", DONE, "3 2 1"),
    "Ben": Told("partial", "group_membership", DONE, "2 1 1"),
    "Dora": Told("partial", "group_membership", DONE, "3 2 1"),
    "Gus": Told("partial", "group_membership", DONE, "1 0 1"),
}
"""With the two steps of every run: who is in a queue through a group stays in it."""
PUT_BACK = {
    "Anna": Told("done", "", BACK, "2 2 0"),
    "Ben": Told("done", "", BACK, "2 2 0"),
    "Cid": Told("done", "", BACK, "2 2 0"),
    "Finn": Told("done", "", BACK, "1 1 0"),
    "Gus": Told("done", "", BACK, "0 0 0"),
}
"""By an undo of the first run, in which Dora stayed as she was and Finn in one queue."""
ALL_PUT_BACK = PUT_BACK | {
    "Dora": Told("done", "", BACK, "2 2 0"),
    "Finn": Told("done", "", BACK, "2 2 0"),
}
"""By an undo of a run that failed nowhere."""
IN_UNDO = {"killed_undo", "undone"}

every_version = pytest.mark.parametrize("version", VERSIONS)


def scenarios(*names: str) -> pytest.MarkDecorator:
    """The test is for each of these."""
    return pytest.mark.parametrize("scenario", names)


def runs_of(*versions: str) -> list[str]:
    """Every run folder of these versions, as `VERSION/SCENARIO/RUN`."""
    found = (path.parent for each in versions for path in (HERE / each).glob("*/*/journal.jsonl"))
    return sorted(path.relative_to(HERE).as_posix() for path in found)


PUBLISHED = [run for run in runs_of(*VERSIONS) if (HERE / run / "results.csv").exists()]
"""All but those that were killed, which never wrote results."""


def test_nothing_is_missing() -> None:
    """Of both versions, every scenario with its runs."""
    assert VERSIONS == ["0.1.0", "0.1.0-unreleased"]
    assert [len(runs_of(each)) for each in VERSIONS] == [11, 11]
    assert len(PUBLISHED) == 16


# -- rerun


@every_version
@scenarios("run", "killed", "killed_late", "dry_run")
def test_a_run_is_rerun_to_the_same_end(tmp_path: Path, version: str, scenario: str) -> None:
    """The organisation that the version's own rerun came to, and results that say the same."""
    with kept(version, scenario, tmp_path) as old:
        said = old.say("rerun", "run", "--yes", "--run-dir", "new")
        now, results = old.now(), old.rows("new")
    assert (said.code, told(results)) == (3, OFFBOARDED)
    assert now == after(version, "rerun")


@every_version
def test_a_run_with_the_two_usual_steps_is_rerun(tmp_path: Path, version: str) -> None:
    """Nobody is taken out of a group."""
    with kept(version, "plain", tmp_path) as old:
        said = old.say("rerun", "run", "--yes", "--run-dir", "new")
        groups = old.now()["groups"]
    assert (said.code, told(old.rows("new"))) == (3, WITHOUT_GROUPS)
    assert groups == old.before["groups"]


@every_version
@scenarios("run", "plain", "rerun")
def test_a_results_file_alone_is_rerun(tmp_path: Path, version: str, scenario: str) -> None:
    """Moved away from its run folder, as one that was sent by e-mail."""
    last = "rerun" if scenario == "rerun" else "run"
    with kept(version, scenario, tmp_path) as old:
        shutil.move(old.folder / last / "results.csv", old.folder / "sent.csv")
        for run in ("run", "rerun"):
            shutil.rmtree(old.folder / run, ignore_errors=True)
        said = old.say("rerun", "sent.csv", "--yes", "--run-dir", "new")
        now, results = old.now(), told(old.rows("new"))
    code = rows_of(HERE / version / scenario / last / "results.csv")["Gus"]["offboard_error_code"]
    expected = WITHOUT_GROUPS if scenario == "plain" else OFFBOARDED
    gus = expected["Gus"]._replace(code=code)
    assert (said.code, results) == (3, expected | {"Gus": gus})
    assert scenario == "plain" or now == after(version, "rerun")


@every_version
def test_a_rerun_is_rerun_and_changes_nothing_more(tmp_path: Path, version: str) -> None:
    """What was finished over two runs is carried through as it was."""
    with kept(version, "rerun", tmp_path) as old:
        said = old.say("rerun", "rerun", "--yes", "--run-dir", "new")
        results, before, writes = old.rows("new"), old.rows("rerun"), old.sim.writes
    eve = results.pop("Eve")
    assert (said.code, writes, eve["offboard_attempts"]) == (3, [], "3")
    assert before.pop("Eve")["offboard_attempts"] == "2"
    assert decided(results) == decided(before)


@every_version
@scenarios("undone", "killed_undo")
def test_whom_an_undo_has_put_back_no_rerun_touches(
    tmp_path: Path, version: str, scenario: str
) -> None:
    """Neither by the journal nor where only its results are left; who failed is done."""
    with kept(version, scenario, tmp_path) as old:
        before = old.now()
        said = old.say("rerun", "run", "--yes", "--run-dir", "new")
        now, results = old.now(), told(old.rows("new"))
    codes = {name: (each.status, each.code) for name, each in results.items()}
    assert codes == dict.fromkeys(PUT_BACK, ("skipped", "undone")) | {
        "Dora": ("done", ""),
        "Eve": ("failed", "invalid_user_id"),
        "Hal": ("already_done", ""),
    }
    assert said.code == 3
    dora = next(id_ for id_, each in now["users"].items() if each["name"] == "Dora Test")
    assert [id_ for id_ in now["users"] if now["users"][id_] != before["users"][id_]] == [dora]


@every_version
def test_who_was_put_back_is_done_again_when_named(tmp_path: Path, version: str) -> None:
    """And put back again by an undo of that rerun."""
    with kept(version, "undone", tmp_path) as old:
        said = old.say("rerun", "run", "--rows", "2", "--yes", "--run-dir", "new")
        results = told(old.rows("new"))
        undone = old.say("undo", "new", "--yes", "--run-dir", "back")
        now, back = old.now(), told(old.rows("back"))
    assert (said.code, undone.code, results["Anna"]) == (3, 0, OFFBOARDED["Anna"])
    assert (now, back["Anna"]) == (old.before, PUT_BACK["Anna"])


# -- undo


@every_version
@scenarios("plain", "run")
def test_an_undo_gives_everything_back(tmp_path: Path, version: str, scenario: str) -> None:
    """State, roles, queues, groups, team, skills, languages and station are as before."""
    with kept(version, scenario, tmp_path) as old:
        said = old.say("undo", "run", "--yes", "--run-dir", "new")
        now = old.now()
    assert (said.code, told(old.rows("new"))) == (0, PUT_BACK)
    assert now == old.before


@every_version
@scenarios("killed", "killed_late")
def test_a_killed_run_is_undone(tmp_path: Path, version: str, scenario: str) -> None:
    """What it was sending when it was killed comes back too."""
    with kept(version, scenario, tmp_path) as old:
        said = old.say("undo", "run", "--yes", "--run-dir", "new")
        now = old.now()
    assert (said.code, told(old.rows("new"))) == (0, ALL_PUT_BACK)
    assert now == old.before


@every_version
def test_a_rerun_and_its_run_are_undone(tmp_path: Path, version: str) -> None:
    """The rerun gives back what it took, the first run the rest."""
    with kept(version, "rerun", tmp_path) as old:
        first = old.say("undo", "rerun", "--yes", "--run-dir", "one")
        second = old.say("undo", "run", "--yes", "--run-dir", "two")
        now = old.now()
    assert (first.code, second.code) == (0, 0)
    assert told(old.rows("one")) == {
        "Dora": ALL_PUT_BACK["Dora"],
        "Finn": Told("done", "", "inactive inactive", "1 1 0"),
    }
    assert (told(old.rows("two")), now) == (PUT_BACK, old.before)


@every_version
def test_a_run_and_then_its_rerun_are_undone(tmp_path: Path, version: str) -> None:
    """What the first undo wrote beside the run is nobody's edit."""
    with kept(version, "rerun", tmp_path) as old:
        codes = [
            old.say("undo", "run", "--yes", "--run-dir", "one").code,
            old.say("undo", "rerun", "--yes", "--run-dir", "two").code,
        ]
    assert codes == [0, 0]
    assert not [*old.folder.glob("*/*-2.*"), *old.folder.glob("*/*kept*")]
    assert "edited" not in old.say("report", "rerun", "--verify").out


@every_version
@scenarios("run", "killed_late")
def test_a_rerun_of_this_version_and_the_old_run_are_undone(
    tmp_path: Path, version: str, scenario: str
) -> None:
    """A chain over two versions leads back to where it began."""
    with kept(version, scenario, tmp_path) as old:
        codes = [
            old.say("rerun", "run", "--yes", "--run-dir", "new").code,
            old.say("undo", "new", "--yes", "--run-dir", "one").code,
            old.say("undo", "run", "--yes", "--run-dir", "two").code,
        ]
        now = old.now()
    assert (codes, now) == ([3, 0, 0], old.before)


@every_version
def test_a_killed_undo_is_simply_done_again(tmp_path: Path, version: str) -> None:
    """What it had not yet put back is."""
    with kept(version, "killed_undo", tmp_path) as old:
        half_way = old.now()
        said = old.say("undo", "run", "--yes", "--run-dir", "new")
        now, results = old.now(), told(old.rows("new"))
    assert half_way != old.before
    assert (said.code, {each.status for each in results.values()}) == (0, {"done"})
    assert (results.keys(), now) == (PUT_BACK.keys(), old.before)


@every_version
def test_an_undo_that_was_done_needs_nothing_more(tmp_path: Path, version: str) -> None:
    """Everybody is found as before the run."""
    with kept(version, "undone", tmp_path) as old:
        said = old.say("undo", "run", "--yes", "--run-dir", "new")
        now, writes = old.now(), old.sim.writes
    assert {each.status for each in told(old.rows("new")).values()} == {"already_done"}
    assert (said.code, now, writes) == (0, old.before, [])


@every_version
def test_a_dry_run_has_nothing_to_put_back(tmp_path: Path, version: str) -> None:
    """It says so, and changes nothing."""
    with kept(version, "dry_run", tmp_path) as old:
        said = old.say("undo", "run", "--yes", "--run-dir", "new")
        assert old.sim.writes == []
    assert said.code == 2
    assert "changed nothing" in said.err


# -- report

WORDS = ("offboard_next_action", "offboard_error", "offboard_left_because")
"""Columns in words, which a later version may word better."""
SINCE = ("offboard_left_behind",)
"""Columns that were added since."""


def decided(rows: dict[str, Row]) -> dict[str, Row]:
    """What a results file says, apart from its words and from what earlier ones could not say."""
    return {
        name: {key: text for key, text in row.items() if key not in (*WORDS, *SINCE)}
        for name, row in rows.items()
    }


def copied(run: str, place: Path) -> Path:
    """A copy of a run folder, by its path under `tests/released`."""
    return Path(shutil.copytree(HERE / run, place / "run"))


@pytest.mark.parametrize("run", runs_of(*VERSIONS))
def test_results_and_report_are_rebuilt(tmp_path: Path, run: str) -> None:
    """From the journal alone, to what the run wrote; then the folder is verified."""
    folder = copied(run, tmp_path)
    for name in ("results.csv", "report.html"):
        (folder / name).unlink(missing_ok=True)
    rebuilt = run_command(None, tmp_path, "report", "run")
    verified = run_command(None, tmp_path, "report", "run", "--verify")
    assert (rebuilt.code, verified.code) == (0, 0)
    names = rows_of(folder / "results.csv").keys()
    report = (folder / "report.html").read_text("utf-8")
    assert [name for name in names if f"{name} Test" not in report] == []


@pytest.mark.parametrize("run", PUBLISHED)
def test_rebuilt_results_say_what_the_run_wrote(tmp_path: Path, run: str) -> None:
    """Every column that is not in words; 0.1.0 had no word for a group's rule, and counted no
    attempt of those whom an undo put back."""
    folder = copied(run, tmp_path)
    written = decided(rows_of(folder / "results.csv"))
    run_command(None, tmp_path, "report", "run")
    rebuilt = decided(rows_of(folder / "results.csv"))
    if run.startswith("0.1.0/"):
        for name, row in rebuilt.items():
            if row["offboard_error_code"] == "dynamic_group":
                row["offboard_error_code"] = "group_membership"
            if row["offboard_error_code"] == "undone":
                row["offboard_attempts"] = written[name]["offboard_attempts"]
    assert rebuilt == written


@pytest.mark.parametrize("run", PUBLISHED)
def test_a_folder_that_nobody_touched_is_verified(tmp_path: Path, run: str) -> None:
    """Though this version would word the results otherwise."""
    copied(run, tmp_path)
    said = run_command(None, tmp_path, "report", "run", "--verify")
    assert (said.code, said.err) == (0, "")


def edit_results(folder: Path) -> None:
    """Somebody calls a failed row done."""
    results = folder / "results.csv"
    text = results.read_text("utf-8-sig")
    results.write_text(text.replace(";partial;", ";done;", 1), "utf-8-sig", newline="")


def edit_report(folder: Path) -> None:
    """Somebody files the report of another run."""
    (folder / "report.html").write_text("<p>All is well.</p>", "utf-8")


def edit_journal(folder: Path) -> None:
    """Somebody makes another person of the one who ran it."""
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"os_user":"hr"', b'"os_user":"it"', 1))


def cut_out_a_line(folder: Path) -> None:
    """Somebody takes out what was read of a person."""
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    found = next(n for n, line in enumerate(lines) if b'"kind":"user_read"' in line)
    journal.write_bytes(b"".join(lines[:found] + lines[found + 1 :]))


@every_version
@pytest.mark.parametrize(
    ("tamper", "code"),
    [(edit_results, 3), (edit_report, 3), (edit_journal, 2), (cut_out_a_line, 2)],
)
def test_tampering_shows(
    tmp_path: Path, version: str, tamper: Callable[[Path], None], code: int
) -> None:
    """In the folder of a run that failed for some."""
    folder = copied(f"{version}/run/run", tmp_path)
    kept_before = {path.name: path.read_bytes() for path in folder.iterdir()}
    tamper(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} != kept_before
    assert run_command(None, tmp_path, "report", "run", "--verify").code == code
