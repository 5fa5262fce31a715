"""The journal: what is written comes back, and what was changed shows."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch_offboard.errors import Action, RefusedError, StoppedError, UsageError
from batch_offboard.offboarding.models import Call
from batch_offboard.record.events import (
    CallStarted,
    Event,
    Paused,
    ResultsWritten,
    RowsUndone,
    RunFinished,
    Warned,
)
from batch_offboard.record.journal import Journal, stamp
from batch_offboard.record.journal_lines import (
    JournalError,
    is_torn,
    last_hash,
    read_end,
    read_journal,
    read_start,
)
from tests.file_systems import Failing
from tests.results.views import STARTED

from .events_of_every_kind import EVENT_TYPES, event_of, events, register

register()
WARNINGS = [Warned("code", f"message {number}", ("name",)) for number in range(6)]
FAST = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written(path: Path, *items: Event) -> Path:
    """A journal that holds these events."""
    path.unlink(missing_ok=True)
    journal = Journal(path)
    for item in items:
        journal.append(item)
    journal.close()
    return path


def test_a_journal_that_cannot_be_written_at_all_is_named(tmp_path: Path) -> None:
    """An archived one may be read only, or its folder be gone: no traceback."""
    path = tmp_path / "gone" / "journal.jsonl"
    with pytest.raises(UsageError, match=re.escape(f"{path} cannot be written")):
        Journal(path)


def plain(event: Any) -> Any:
    """An event as JSON keeps it: a list for every kind of sequence."""
    return json.loads(json.dumps(event, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return {name: getattr(value, name) for name in value.__slots__}


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
@FAST
@given(data=st.data())
def test_every_kind_of_event_comes_back_as_it_was(
    tmp_path: Path, kind: type, data: st.DataObject
) -> None:
    """Written and read again, value for value and type for type."""
    event = data.draw(event_of(kind))
    (read,) = read_journal(written(tmp_path / "journal.jsonl", event))
    assert (type(read), plain(read)) == (kind, plain(event))


@FAST
@given(st.lists(events(), min_size=1, max_size=8))
def test_the_order_is_kept(tmp_path: Path, items: list[Event]) -> None:
    """Events come back in the order in which they were appended."""
    read = list(read_journal(written(tmp_path / "journal.jsonl", *items)))
    assert [plain(each) for each in read] == [plain(each) for each in items]


def test_each_line_carries_the_hash_of_the_line_before(tmp_path: Path) -> None:
    """The first one carries none; the last hash stands for everything before it."""
    path = written(tmp_path / "journal.jsonl", *WARNINGS[:3])
    previous = [json.loads(line)["previous"] for line in path.read_bytes().splitlines()]
    journal = Journal(path)
    journal.close()
    assert previous[0] == ""
    assert len(set(previous)) == 3
    assert (len(previous[1]), journal.last_hash) == (64, last_hash(path))


def test_appending_goes_on_where_the_journal_ended(tmp_path: Path) -> None:
    """The chain holds over a reopened journal."""
    path = written(tmp_path / "journal.jsonl", *WARNINGS[:2])
    journal = Journal(path)
    journal.append(WARNINGS[2])
    journal.close()
    assert list(read_journal(path)) == WARNINGS[:3]


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_torn_last_line_is_ignored(tmp_path: Path, cut: int) -> None:
    """As a killed process or a power cut leaves it."""
    path = written(tmp_path / "journal.jsonl", *WARNINGS[:3])
    path.write_bytes(path.read_bytes()[:-cut])
    assert list(read_journal(path)) == WARNINGS[:2]


def test_a_torn_last_line_is_cut_off_on_reopening(tmp_path: Path) -> None:
    """What is appended then is a line of its own, and the chain holds."""
    path = written(tmp_path / "journal.jsonl", *WARNINGS[:3])
    path.write_bytes(path.read_bytes()[:-20])
    journal = Journal(path)
    journal.append(WARNINGS[3])
    journal.close()
    assert list(read_journal(path)) == [*WARNINGS[:2], WARNINGS[3]]


def test_a_journal_that_was_cut_off_within_its_first_line_begins_anew(tmp_path: Path) -> None:
    """Nothing stands before what is appended then."""
    path = written(tmp_path / "journal.jsonl", WARNINGS[0])
    path.write_bytes(path.read_bytes()[:-20])
    journal = Journal(path)
    assert journal.last_hash == ""
    journal.append(WARNINGS[1])
    journal.close()
    assert list(read_journal(path)) == [WARNINGS[1]]


def test_every_prefix_of_bytes_is_a_journal(tmp_path: Path) -> None:
    """Wherever a write was cut off, the lines before it are read."""
    whole = written(tmp_path / "journal.jsonl", *WARNINGS[:3]).read_bytes()
    path = tmp_path / "cut.jsonl"
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        assert list(read_journal(path)) == WARNINGS[: whole[:length].count(b"\n")]


def tampered(lines: list[bytes], how: str) -> list[bytes]:
    """Six lines of which one was changed, removed, added or swapped."""
    match how:
        case "changed":
            lines[2] = lines[2].replace(b"message 2", b"massage 2")
        case "removed":
            del lines[2]
        case "inserted":
            lines.insert(2, lines[1])
        case "swapped":
            lines[2], lines[3] = lines[3], lines[2]
        case "first removed":
            del lines[0]
    return lines


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("changed", "line 3 was altered after the run"),
        ("removed", "a line was removed or added between it and line 3"),
        ("inserted", "a line was removed or added between it and line 3"),
        ("swapped", "line 2 was altered after the run"),
        (
            "first removed",
            "line 1: this is not how the journal began. Lines were altered or removed.",
        ),
    ],
)
def test_a_tampered_line_is_reported_with_its_number(tmp_path: Path, how: str, words: str) -> None:
    """The last line before the first whose predecessor is not what the run wrote."""
    path = written(tmp_path / "journal.jsonl", *WARNINGS)
    path.write_bytes(b"".join(tampered(path.read_bytes().splitlines(keepends=True), how)))
    with pytest.raises(JournalError, match=words):
        list(read_journal(path))


@pytest.mark.parametrize(
    "line", [b"not json\n", b"{}\n", b'{"previous":"","event":{"kind":"no_such"}}\n', b"\xff\n"]
)
def test_a_line_that_is_no_event_is_reported_with_its_number(tmp_path: Path, line: bytes) -> None:
    """Damage is never skipped over."""
    path = written(tmp_path / "journal.jsonl", *WARNINGS[:2])
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(JournalError, match="line 3: this is not a journal line"):
        list(read_journal(path))


def converted(lines: list[bytes], changed: int | None) -> list[bytes]:
    """The lines with line ends of Windows, and one word of a line changed."""
    if changed is not None:
        lines[changed] = lines[changed].replace(b"message ", b"massage ")
    return [line.replace(b"\n", b"\r\n") for line in lines]


CONVERTED = "journal: its line ends were converted to those of Windows"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (None, CONVERTED),
        (0, "line 1 was altered after the run"),
        (3, "line 1 was altered after the run"),
        (5, CONVERTED),
    ],
)
def test_converted_line_ends_are_told_from_alterations(
    tmp_path: Path, changed: int | None, words: str
) -> None:
    """Where the chain holds but for the line ends; nothing vouches for the last line."""
    path = written(tmp_path / "journal", *WARNINGS)
    lines = converted(path.read_bytes().splitlines(keepends=True), changed)
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=words):
        list(read_journal(path))


@pytest.mark.parametrize("lines", [[1, 2], [2, 3, 4, 5], [1, 2, 3, 4, 5]])
def test_a_journal_of_which_only_some_line_ends_are_converted_was_altered(
    tmp_path: Path, lines: list[int]
) -> None:
    """A program that converts a file converts all of it."""
    path = written(tmp_path / "journal", *WARNINGS)
    ends = dict.fromkeys(lines, b"\r\n")
    whole = path.read_bytes().splitlines()
    path.write_bytes(b"".join(line + ends.get(n, b"\n") for n, line in enumerate(whole, 1)))
    with pytest.raises(JournalError, match=f"line {lines[0]} was altered after the run"):
        list(read_journal(path))


def test_converted_line_ends_and_a_line_of_something_else(tmp_path: Path) -> None:
    """Something was altered besides the line ends."""
    path = written(tmp_path / "journal", *WARNINGS)
    lines = converted(path.read_bytes().splitlines(keepends=True), None)
    path.write_bytes(b"".join([*lines[:4], b"no line\r\n"]))
    with pytest.raises(JournalError, match="line 1 was altered after the run"):
        list(read_journal(path))


def test_a_folder_without_journal_is_no_run_folder(tmp_path: Path) -> None:
    """The sentence says so."""
    with pytest.raises(JournalError, match="not a run folder"):
        list(read_journal(tmp_path / "journal.jsonl"))


def test_a_call_about_to_leave_survives_the_end_of_the_process(tmp_path: Path) -> None:
    """Other events may still be in memory until the next of this kind."""
    from batch_offboard.offboarding.models import Call

    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append(WARNINGS[0])
    call = CallStarted(1, "deactivate", Call("set_state", {"user_id": "u"}, (2,)), "now")
    journal.append(call)
    on_disk = path.read_bytes().count(b"\n")
    journal.append(RunFinished(0, "finished", "now"))
    assert (on_disk, path.read_bytes().count(b"\n")) == (2, 3)
    journal.close()


FILLING = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
from batch_offboard.errors import StoppedError
from batch_offboard.record.events import RunFinished
from batch_offboard.record.journal import Journal
journal = Journal(Path(sys.argv[1]))
for limit in (300, 300, resource.RLIM_INFINITY):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        while True:
            journal.append(RunFinished(0, "finished", "now"))
    except StoppedError as error:
        print(error)
journal.close()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX's")
def test_a_full_disk_stops_the_run_and_leaves_a_journal(tmp_path: Path) -> None:
    """Said each time, also once there is room again; what is on disk is still a whole chain."""
    path = tmp_path / "journal.jsonl"
    said = subprocess.run(
        [sys.executable, "-c", FILLING, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout.count("cannot be written (File too large)") == 3
    kinds = {type(event) for event in read_journal(path)}
    assert kinds == {RunFinished}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_journal_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """0600 from its first byte on."""
    path = written(tmp_path / "journal.jsonl", Paused("token 1", "429", "a", "b"))
    assert oct(path.stat().st_mode & 0o777) == "0o600"


FINISHED = RunFinished(3, 'said "kind":"run_finished" too', "2026-11-27T10:00:00Z")
LATER = [
    ResultsWritten("results.csv", "0" * 64, "2026-11-27T10:00:00Z"),
    RowsUndone(tuple(range(60_000)), "undo", "2026-11-27T10:00:01Z"),
    WARNINGS[0],
]


@pytest.mark.parametrize("after", range(len(LATER) + 1))
@pytest.mark.parametrize("before", [0, 1, 800])
def test_the_ending_is_what_begins_with_the_runs_own_end(
    before: int, after: int, tmp_path: Path
) -> None:
    """However much stands before it, and however long the lines after it are."""
    path = written(tmp_path / "j", *(WARNINGS[0] for _ in range(before)), FINISHED, *LATER[:after])
    assert read_end(path) == (FINISHED, *LATER[:after])


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("more", [-1, 0, 1, 60, 100, 200])
def test_the_ending_is_read_from_where_its_line_begins(
    before: int, more: int, tmp_path: Path
) -> None:
    """Wherever in that line, or just before it, the end of the file that is read first begins."""
    ending = (FINISHED, Warned("code", ""))
    short = written(tmp_path / "k", *WARNINGS[:before], *ending).stat().st_size
    first = written(tmp_path / "k", *WARNINGS[:before]).stat().st_size
    ending = (FINISHED, Warned("code", "x" * (65_536 + more - short + first)))
    assert read_end(written(tmp_path / "j", *WARNINGS[:before], *ending)) == ending


def test_a_journal_without_an_end_has_no_ending(tmp_path: Path) -> None:
    """Nor has one whose last line was cut off within it."""
    path = written(tmp_path / "j", *WARNINGS)
    assert read_end(path) == ()
    path.write_bytes(written(tmp_path / "k", *WARNINGS, FINISHED).read_bytes()[:-1])
    assert read_end(path) == ()


@pytest.mark.parametrize(
    "line", ['{"team":', '"team":', '["team":1]', '{"a":{"team":1}}', "[" * 99_999 + '"team":']
)
def test_a_line_that_is_none_is_named_whatever_is_in_it(line: str, tmp_path: Path) -> None:
    """Lines of earlier versions are converted first, which expects them to be whole."""
    path = written(tmp_path / "j", WARNINGS[0])
    with path.open("a", encoding="utf-8") as journal:
        journal.write(f"{line}\n")
    with pytest.raises(JournalError, match="line 2: this is not a journal line"):
        list(read_journal(path))


@dataclass
class Disk(Failing):
    """A disk that counts what is forced onto it, and may be unable to."""

    files: int = 0
    folders: int = 0
    descriptor: int = -1
    """The file that was last to be forced onto it."""

    def sync(self, descriptor: int) -> None:
        """Count it, or fail."""
        self.descriptor = descriptor
        super().sync(descriptor)
        self.files += 1

    def sync_folder(self, folder: Path) -> None:
        """Count it, or fail."""
        super().sync_folder(folder)
        self.folders += 1

    def holds_open(self) -> bool:
        """Whether that file is still open: on Windows, it could then not be moved or removed."""
        try:
            os.fstat(self.descriptor)
        except OSError:
            return False
        return True


CALL = CallStarted(1, "deactivate", Call("set_state", {"user_id": "u"}, (2,)), "now")


def test_what_must_survive_a_power_cut_is_forced_onto_the_disk(tmp_path: Path) -> None:
    """A new journal with its name, the run's end, a call once it is waited for, and the rest."""
    disk = Disk()
    journal = Journal(tmp_path / "j", disk)
    assert (disk.files, disk.folders, journal.appended, journal.on_disk) == (1, 1, 0, 0)
    forced, counted = [], []
    for event in (WARNINGS[0], FINISHED, WARNINGS[1], CALL):
        journal.append(event)
        forced.append(disk.files)
        counted.append((journal.appended, journal.on_disk))
    assert counted == [(1, 0), (2, 2), (3, 2), (4, 2)]
    journal.sync()
    forced.append(disk.files)
    journal.append(WARNINGS[0])
    assert disk.holds_open()
    journal.close()
    assert (forced, disk.files, disk.holds_open()) == ([1, 2, 2, 2, 3], 4, False)


def test_a_disk_that_fails_once_everything_is_on_it_is_no_error(tmp_path: Path) -> None:
    """The run has ended, and all of it is recorded."""
    disk = Disk()
    journal = Journal(tmp_path / "j", disk)
    journal.append(FINISHED)
    disk.requests = {"sync": errno.EIO}
    journal.close()
    assert list(read_journal(tmp_path / "j")) == [FINISHED]


@pytest.mark.parametrize("can_be_rerun", [False, True])
def test_a_journal_that_could_not_be_written_once_takes_nothing_more(
    tmp_path: Path, can_be_rerun: bool
) -> None:
    """Also once there is room again: a line may be missing in between."""
    disk = Disk()
    journal = Journal(tmp_path / "j", disk)
    journal.can_be_rerun |= can_be_rerun
    disk.requests = {"sync": errno.ENOSPC}
    journal.append(CALL)
    with pytest.raises(StoppedError, match=r"j cannot be written \(No space left") as raised:
        journal.sync()
    assert raised.value.actions == (
        Action("make_room", path=tmp_path),
        Action("rerun_here" if can_be_rerun else "repeat", path=tmp_path),
    )
    disk.requests = {}
    for again in (lambda: journal.append(WARNINGS[0]), journal.sync):
        with pytest.raises(StoppedError, match="No space left"):
            again()
    journal.close()
    assert (disk.files, list(read_journal(tmp_path / "j"))) == (1, [CALL])


def test_a_new_journal_is_written_over_no_other(tmp_path: Path) -> None:
    """Exit 4, and the other one stays as it is."""
    path = written(tmp_path / "j", WARNINGS[0])
    torn = path.read_bytes() + b"torn"
    path.write_bytes(torn)
    with pytest.raises(RefusedError, match="already has the journal of a run"):
        Journal(path, new=True)
    assert path.read_bytes() == torn


@pytest.mark.parametrize(
    ("requests", "usable"),
    [
        ({"sync": errno.EIO}, False),
        ({"sync_folder": errno.EIO}, False),
        ({"sync_folder": errno.EINVAL}, True),
        ({"sync_folder": errno.EACCES}, True),
    ],
)
def test_where_nothing_can_be_forced_onto_the_disk_nothing_is_begun(
    tmp_path: Path, requests: dict[str, int], usable: bool
) -> None:
    """But many shares know no request for the names in a folder, or forbid it."""
    disk = Disk(requests=requests)
    if usable:
        Journal(tmp_path / "j", disk).close()
        return
    words = re.escape(f"Nothing can be recorded in {tmp_path}")
    with pytest.raises(UsageError, match=words) as raised:
        Journal(tmp_path / "j", disk, new=True)
    assert (disk.holds_open(), (tmp_path / "j").exists()) == (False, False)
    assert raised.value.actions == (Action("use_local_disk", path=tmp_path),)


def test_the_beginning_is_that_of_a_run(tmp_path: Path) -> None:
    """Of another journal, an empty one or one that was altered there is none."""
    run = written(tmp_path / "a", STARTED, WARNINGS[0])
    assert read_start(run) == STARTED
    assert read_start(written(tmp_path / "b", WARNINGS[0])) is None
    assert read_start(written(tmp_path / "c")) is None
    run.write_bytes(run.read_bytes().replace(b"leavers", b"livers"))
    assert read_start(run) is None


def test_whether_a_journal_ends_within_a_line(tmp_path: Path) -> None:
    """An empty one is whole, and its hash is empty."""
    path = written(tmp_path / "j", *WARNINGS)
    assert is_torn(path) is False
    path.write_bytes(path.read_bytes()[:-1])
    assert is_torn(path) is True
    assert (is_torn(written(path)), last_hash(path)) == (False, "")


def test_an_end_that_is_none_is_said(tmp_path: Path) -> None:
    """A line after the run's own end that no version wrote."""
    path = written(tmp_path / "j", FINISHED)
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(JournalError, match="its last lines are not those of a journal"):
        read_end(path)


@pytest.mark.parametrize("read", [read_end, last_hash, lambda path: list(read_journal(path))])
def test_a_journal_that_cannot_be_read_is_named(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    """A folder in its place, for one."""
    (tmp_path / "j").mkdir()
    with pytest.raises(JournalError, match="cannot be read"):
        read(tmp_path / "j")


def test_a_moment_is_written_to_the_second(tmp_path: Path) -> None:
    """UTC, as ISO 8601 has it."""
    assert stamp(datetime(2026, 11, 27, 9, 5, 3, 900_000, UTC)) == "2026-11-27T09:05:03Z"
