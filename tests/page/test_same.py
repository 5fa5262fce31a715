"""The page decides nothing that a command does not decide: their run folders are compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import Org, Simulator
from tests.page.browser import Answer
from tests.page.serving import Page, name_of, served
from tests.rerun.chain import Row, edited
from tests.support import (
    FAST_CONFIG,
    USUAL_LEFTOVERS,
    Member,
    config,
    id_of,
    org_of,
    run_command,
    simulator,
    state_of,
    write_list,
)

PEOPLE = ["Ada", "Bob", "Cyd", "Dan", "Eve", "Fay"]
SETTINGS = config(genesys={"timeout_seconds": 30}, leftovers=USUAL_LEFTOVERS)
MORE = [f"{id_of('Nobody')},Nobody", f"{id_of('Eve')},Somebody Else", "nonsense,X", "Total: 5,"]


def organisation() -> Org:
    """People in queues, one of them already inactive, one in a queue through a group."""
    return org_of(
        PEOPLE,
        {"Billing": ["Ada", Member("Bob", joined=False, ring_number=3)], "Chat": ["Ada", "Cyd"]},
        groups={"Night": ["Dan"]},
        through={"Billing": ["Night"]},
        facts={"Cyd": {"state": "inactive"}},
    )


def leavers(folder: Path) -> Path:
    """A list with rows of every kind."""
    return write_list(folder / "leavers.csv", "Ada", "Bob", "Cyd", "Dan", more=MORE)


class Shell:
    """One shell with an organisation and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.org = folder, organisation()
        folder.mkdir()
        (folder / "config.yaml").write_text(FAST_CONFIG, encoding="utf-8")
        self.list = leavers(folder)

    def serve(self) -> AbstractContextManager[Simulator]:
        """The organisation, served."""
        return simulator(self.org)

    def last(self, command: str) -> Path:
        """The folder of the one run by this command that is no dry run."""
        found = [(each, started(each)) for each in (self.folder / "runs").iterdir()]
        (folder,) = [a for a, b in found if b["command"] == command and not b["dry_run"]]
        return folder


def started(folder: Path) -> dict[str, Any]:
    """The first event of a run."""
    with (folder / "journal.jsonl").open(encoding="utf-8") as file:
        event: dict[str, Any] = json.loads(next(file))["event"]
        return event


_NEW_EACH_TIME = {
    "at",
    "until",
    "run_id",
    "previous",
    "runs_before",
    "correlation_id",
    "sha256",
    "folder",
    "region",
    "settings",
    "call_id",
    "by_run",
    "started_at",
    "finished_at",
    "seconds",
    "digest",
    "lines",
}
_AGREEMENT = {"how", "number", "plan_run", "plan_digest"}


def compared(value: Any) -> Any:
    """An event without times, ids, ports and agreement."""
    if isinstance(value, Mapping):
        left_out = _NEW_EACH_TIME | _AGREEMENT
        return {key: compared(each) for key, each in value.items() if key not in left_out}
    if isinstance(value, list):
        return [compared(each) for each in value]
    return without_ids(value) if isinstance(value, str) else value


def without_ids(text: str) -> str:
    """A text without moments, run folders, digests and ports."""
    for pattern, sign in (
        (r"\d{8}T\d{6}Z[\w.-]*", "RUN"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00| UTC)?", "TIME"),
        (r"\b\d\d:\d\d:\d\d(\.\d+)?", "TIME"),
        (r"\b\d{1,2} \w+ \d{4}, \d\d:\d\d\b", "TIME"),
        (r"127\.0\.0\.1:\d+", "HOST"),
        (r"(?<![\w-])([0-9a-f]{64}|[0-9a-f]{12})(?![\w-])", "DIGEST"),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b", "ID"),
        (r"/[^\s<>\"']*/(cli|page)\b", "FOLDER"),
        (r"less than a second|\d+ ms|\d+(\.\d+)? seconds?|\d+(\.\d+)? s\b", "SECONDS"),
    ):
        text = re.sub(pattern, sign, text)
    return text


def events(folder: Path) -> list[str]:
    """The journal, comparable; in no order, as answers overtake each other."""
    with (folder / "journal.jsonl").open(encoding="utf-8") as file:
        found = [json.loads(line)["event"] for line in file]
    kept = [each for each in found if each["kind"] not in ("paused", "traffic")]
    traffic = [each for each in found if each["kind"] == "traffic"]
    # A run may go on into another minute, but sends as many requests.
    sent = [sum(each[name] for each in traffic) for name in ("calls", "limited")]
    return sorted(json.dumps(compared(each), sort_keys=True) for each in [*kept, sent])


def check_same(cli: Path, page: Path) -> None:
    """Two run folders say the same, but for times, ids, and how the plan was agreed to."""
    theirs, ours = events(cli), events(page)
    assert [each for each in theirs if each not in ours] == []
    assert [each for each in ours if each not in theirs] == []
    assert len(theirs) == len(ours)
    files = [sorted(each.name for each in folder.iterdir()) for folder in (cli, page)]
    assert files[0] == files[1]
    assert table(cli / "results.csv") == table(page / "results.csv")
    reports = [without_ids(without_minutes(each / "report.html")) for each in (cli, page)]
    different = [
        (a, b)
        for a, b in zip(*(each.splitlines() for each in reports), strict=True)
        if a != b and not re.search("typed|agreed|earlier plan|not asked|reviewed", a + b, re.I)
    ]
    assert different == []


def without_minutes(report: Path) -> str:
    """A report without the chart of its requests by minute; the number of them all stays."""
    text, charts = re.subn(
        r'<figure class="chart">.*?</figure>', "", report.read_text("utf-8"), flags=re.DOTALL
    )
    assert charts == 1
    return re.sub(r"(\d requests), at most [\d,]+ in one minute", r"\1", text)


def table(path: Path) -> list[str]:
    """The lines of a results file, without times and ids of runs and requests."""
    return [without_ids(line) for line in path.read_text("utf-8-sig").splitlines()]


def offboarded(folder: Path, do: Callable[[Shell, Simulator], Path]) -> Path:
    """The run folder that one shell leaves."""
    shell = Shell(folder)
    with shell.serve() as sim:
        return do(shell, sim)


def by_command(shell: Shell, sim: Simulator) -> Path:
    """A run by the command line."""
    run_command(sim, shell.folder, "run", "leavers.csv", "--yes", "--note", "HR-7")
    return shell.last("run")


def on_page(shell: Shell, sim: Simulator) -> Path:
    """A run on the page."""
    with served(shell.folder, sim, settings=SETTINGS) as page:
        run_on(page, shell)
    return shell.last("run")


def run_on(page: Page, shell: Shell) -> Answer:
    """The result of the list's run on the page."""
    return confirmed(page, page.plan_of(shell.list), note="HR-7")


def confirmed(page: Page, plan: Answer, **fields: str) -> Answer:
    """The result of a plan whose number was typed."""
    number = int(re.search(r"The plan: (\d+)", plan.heading)[1])  # type: ignore[index]
    return page.finished(page.started(plan, number, **fields))


def test_a_run_is_the_same_on_the_page(tmp_path: Path) -> None:
    """Journal, results and report."""
    check_same(
        offboarded(tmp_path / "cli", by_command),
        offboarded(tmp_path / "page", on_page),
    )


def corrected(accepted: Collection[int]) -> Callable[[Row], Row]:
    """The same corrections in the results file, as a person makes them in Excel."""

    def correct(row: Row) -> Row:
        number = int(row["offboard_row"])
        runs = number in RUN or number in accepted
        return {**row, "offboard_retry": "yes" if runs else "no", **RUN.get(number, {})}

    return correct


RUN: Mapping[int, Row] = {
    6: {"user_id": id_of("Fay"), "name": "Fay Test"},
    8: {"user_id": id_of("Dan"), "name": "Dan Test"},
}


@pytest.mark.parametrize("accept", [False, True])
def test_corrections_are_those_of_an_edited_file(tmp_path: Path, accept: bool) -> None:
    """Cells, rows to run and not to run, and names that were looked at."""
    cli, page = Shell(tmp_path / "cli"), Shell(tmp_path / "page")
    with cli.serve() as sim:
        run = by_command(cli, sim)
        results, accepted = run / "results.csv", [7] if accept else []
        edited(results, results, corrected(accepted))
        names = ("--accept-names", "7") if accept else ()
        said = run_command(sim, cli.folder, "rerun", str(results), "--yes", *names)
        assert said.code in (0, 3), said.err
    with page.serve() as sim, served(page.folder, sim, settings=SETTINGS) as opened:
        shown = opened.browser.get(f"{run_on(opened, page).path}/correct")
        fields: dict[str, str | None] = {}
        for name, _ in shown.form("/correct").fields:
            if name.startswith("run-"):
                fields[name] = None
        for number, cells in RUN.items():
            fields[f"run-{number}"] = "on"
            for column, cell in zip("AB", cells.values(), strict=True):
                fields[f"cell-{number}-{column}"] = cell
        if accept:
            fields["accept-7"] = "on"
        plan = opened.finished(opened.browser.submit(shown, "/correct", **fields))
        confirmed(opened, plan)
    assert [state_of(cli.org, each) for each in PEOPLE] == [
        state_of(page.org, each) for each in PEOPLE
    ]
    a, b = (shell.last("rerun") for shell in (cli, page))
    check_same(a, b)
    assert "Fay Test" in (b / "results.csv").read_text("utf-8")


def test_an_undo_is_that_of_the_command(tmp_path: Path) -> None:
    """Of the rows that were ticked, and no others."""
    cli, page = Shell(tmp_path / "cli"), Shell(tmp_path / "page")
    with cli.serve() as sim:
        run = by_command(cli, sim)
        run_command(sim, cli.folder, "undo", str(run), "--rows", "2,4", "--yes")
        before_cli = cli.org.snapshot()
    with page.serve() as sim, served(page.folder, sim, settings=SETTINGS) as opened:
        result = run_on(opened, page)
        shown = opened.browser.get(f"{result.path}/undo")
        assert "checked" not in shown.text
        nobody = opened.browser.submit(shown, "/undo")
        assert "Choose at least one person." in nobody.words
        plan = opened.finished(opened.browser.submit(shown, "/undo", row=["2", "4"]))
        assert "To put them back, type the number of people" in opened.checked(plan).words
        done = confirmed(opened, plan)
        assert done.status == 200
        again = opened.browser.get(f"{result.path}/undo")
        assert "Row 2" not in again.words
        before_page = page.org.snapshot()
    assert before_cli == before_page
    check_same(cli.last("undo"), page.last("undo"))
    undone = page.folder / "runs" / name_of(result)
    assert table(run / "results.csv") == table(undone / "results.csv")
