"""Which run folders are those of the runs before, wherever they have been moved."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from batch_offboard.errors import RefusedError
from batch_offboard.record.events import Predecessor
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import Journal
from batch_offboard.record.lock import locked
from batch_offboard.results.runs_back import ChainRun, runs_back, runs_before
from tests.results.views import started


def run(folder: Path, run_id: str, *before: Predecessor) -> Predecessor:
    """The folder of a run with this id, which names the runs before; as a later run names it."""
    folder.mkdir(parents=True)
    journal = Journal(folder / "journal.jsonl")
    journal.append(started(run_id=run_id, runs_before=before))
    journal.close()
    return Predecessor(run_id, str(folder))


def found(
    named: Sequence[Predecessor], *near: Path, own: Sequence[Path] = ()
) -> list[tuple[str, str]]:
    """Id and folder's name of each run, in order; no folder for those that are only named."""
    runs = runs_back(named, near, None, own=own)
    return [
        (each.started.run_id, each.folder.path.resolve().name)
        if isinstance(each, ChainRun)
        else (each.run_id, "")
        for each in runs
    ]


A, B = Predecessor("a", "gone/a"), Predecessor("b", "gone/b")


def test_a_run_names_the_runs_before_it() -> None:
    """All of them; version 0.1.0 named the previous one only."""
    assert runs_before(started(runs_before=(B, A), previous=B)) == (B, A)
    assert runs_before(started(previous=A)) == (A,)
    assert runs_before(started()) == ()


def test_every_run_of_a_chain_is_found_once(tmp_path: Path) -> None:
    """Though each names all before it; nearest first."""
    a = run(tmp_path / "a", "a")
    b = run(tmp_path / "b", "b", a)
    c = run(tmp_path / "c", "c", b, a)
    assert found([c, a]) == [("c", "c"), ("a", "a"), ("b", "b")]
    assert found([c]) == [("c", "c"), ("b", "b"), ("a", "a")]
    z = run(tmp_path / "z", "z")
    d = run(tmp_path / "d", "d", a, b, z)
    assert found([c, d]) == [("c", "c"), ("d", "d"), ("b", "b"), ("a", "a"), ("z", "z")]
    assert found([a, Predecessor("a", "gone/a")]) == [("a", "a")]


def test_a_run_that_is_not_found_is_named_once(tmp_path: Path) -> None:
    """And those after it are still looked for."""
    b = run(tmp_path / "b", "b", A)
    c = run(tmp_path / "c", "c", A, b, A)
    assert found([c]) == [("c", "c"), ("a", ""), ("b", "b")]
    assert found([A, Predecessor("x", "")]) == [("a", ""), ("x", "")]


def test_a_run_that_was_moved_is_looked_for_by_its_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folders given, and nowhere else."""
    run(tmp_path / "runs" / "a", "a")
    run(tmp_path / "other" / "b", "b")
    assert found([A, B], tmp_path / "runs", tmp_path / "other") == [("a", "a"), ("b", "b")]
    assert found([Predecessor("a", "")], tmp_path / "runs") == [("a", "a")]
    monkeypatch.chdir(tmp_path / "runs" / "a")
    assert found([Predecessor("a", "")]) == [("a", "")]


def test_a_run_is_first_looked_for_where_it_was(tmp_path: Path) -> None:
    """Another of the same id may lie nearer."""
    a = run(tmp_path / "place", "a")
    run(tmp_path / "runs" / "a", "a")
    assert found([a], tmp_path / "runs") == [("a", "place")]


def test_another_run_in_its_place_is_not_taken_for_it(tmp_path: Path) -> None:
    """Nor a folder of its name in which another run lies, or nothing."""
    run(tmp_path / "place", "b")
    run(tmp_path / "runs" / "a", "c")
    (tmp_path / "more" / "a").mkdir(parents=True)
    named = Predecessor("a", str(tmp_path / "place"))
    assert found([named], tmp_path / "runs", tmp_path / "more") == [("a", "")]


@pytest.mark.parametrize("run_id", ["../secret", "runs/a", "..", ""])
def test_an_id_that_is_no_name_leads_nowhere(tmp_path: Path, run_id: str) -> None:
    """A results file may hold any text in its cell; only a recorded folder is believed."""
    recorded = run(tmp_path / "runs" / "a", run_id)
    (tmp_path / "runs" / "secret").mkdir()
    run(tmp_path / "secret", run_id)
    assert found([Predecessor(run_id, "")], tmp_path / "runs", tmp_path) == [(run_id, "")]
    assert found([recorded]) == [(run_id, "a")]


def test_a_run_is_not_taken_for_the_one_before_it(tmp_path: Path) -> None:
    """Both may have the same id, in different folders; one's own folder is none before it."""
    one, two = tmp_path / "one" / "run", tmp_path / "two" / "run"
    first = run(one, "run")
    second = run(two, "run", first)
    assert found([second]) == [("run", "run"), ("run", "run")]
    moved = run(tmp_path / "three" / "run", "run", Predecessor("run", "gone"))
    assert found([moved], tmp_path / "three") == [("run", "run"), ("run", "")]
    last = run(tmp_path / "four" / "run", "run", moved)
    assert found([last], tmp_path / "four") == [("run", "run"), ("run", "run"), ("run", "")]
    assert found([Predecessor("run", "")], tmp_path / "one", own=(one,)) == [("run", "")]


def test_the_folders_are_locked_as_long_as_that_is_wanted(tmp_path: Path) -> None:
    """For others they are in use meanwhile; to look at a run locks nothing."""
    a = run(tmp_path / "a", "a")
    with ExitStack() as held:
        assert len(list(runs_back([a], (), held))) == 1
        with pytest.raises(RefusedError), ExitStack() as others:
            list(runs_back([a], (), others))
        assert found([a]) == [("a", "a")]
    with locked(RunFolder(tmp_path / "a")):
        pass
