"""Making plans (dry runs), and starting the run of a plan."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Literal

from batch_offboard.commands.order import Options
from batch_offboard.errors import UsageError
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.page.command_progress import CommandProgress
from batch_offboard.page.desk import Desk
from batch_offboard.page.jobs import Job
from batch_offboard.page.lists import Draft
from batch_offboard.page.phases import phases_of
from batch_offboard.page.plans import (
    AgreeIfUnchanged,
    PlanSource,
    PlanStart,
    list_bytes,
    new_people,
    read_changes,
    read_plan_source,
    request_of,
    save_changes,
    save_source,
    use,
    used_by,
)
from batch_offboard.page.screens.correct import Corrections, corrected, kept_fields
from batch_offboard.page.screens.runs import run_names
from batch_offboard.page.workspace import RunJob, Workspace
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.record.journal_lines import read_start
from batch_offboard.results.models import RunView
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.run.agree import Ask
from batch_offboard.termination_list.workbook import is_workbook


def make_plan(desk: Desk, source: PlanSource, data: bytes = b"") -> str:
    """Begin the dry run that makes a plan; returns the name of its run folder.

    `data` are the bytes of a run's list, or of a rerun's corrected results. Raises OffboardError
    while other work is going on, without credentials, and for a list that cannot be used.
    """
    runs = desk.place.runs
    with desk.new_folder(source.name, source.kind, dry_run=True) as name:
        source = save_source(runs / name, source, data)

        async def ask(proposal: Proposal) -> Agreement | None:
            save_changes(runs / name, proposal.changes)
            return Agreement("without_question")

        desk.begin(RunJob(name, "plan", _job(desk, source, name, name, ask, dry_run=True)))
    return name


def plan_again(
    desk: Desk,
    plan: str,
    accepted: frozenset[int] = frozenset(),
    withdrawn: frozenset[int] = frozenset(),
    *,
    grown: bool = False,
) -> str:
    """Make a plan again, with the names of the rows `accepted`, and without those `withdrawn`.

    `grown` says that a start of the plan found changes that it did not have.
    """
    folder = desk.place.runs / plan
    source = _source(folder)
    again = replace(
        source,
        accepted_names=(source.accepted_names | accepted) - withdrawn,
        made_from=plan,
        grown_from=plan if grown else "",
    )
    return make_plan(desk, again, list_bytes(folder, source))


def list_again(desk: Desk, plan: str) -> Draft:
    """Take in the list of a plan once more, to be read differently. Raises UsageError."""
    folder = desk.place.runs / plan
    source = _source(folder)
    data = list_bytes(folder, source)
    if source.kind != "run" or not data:
        raise UsageError("This plan was not made from a list. Choose the list again.")
    draft = desk.take_list(source.name, data)
    draft = replace(
        draft,
        sheet=source.sheet,
        choices=source.choices,
        header_row=source.header_row,
        date_format=source.date_format,
    )
    desk.place.drafts.keep(draft)
    return draft


def plan_rest(desk: Desk, run: str) -> str:
    """Make the plan for what a run that was cut short has left."""
    return make_plan(desk, _of_run("rerun", desk.place.runs / run))


def plan_corrected(
    desk: Desk, run: str, view: RunView, given: Corrections, form: Mapping[str, str]
) -> str:
    """Make the plan of a rerun of results that a person has corrected in `form`."""
    source = _of_run("rerun", desk.place.runs / run)
    source = replace(source, accepted_names=given.accepted, form=kept_fields(form))
    return make_plan(desk, source, results_bytes(corrected(view, given)))


def correction_plan(place: Workspace, run: str) -> str:
    """The newest plan made from corrections of a run's rows; empty if it was started, or none."""
    for plan in takewhile(lambda name: name > run, run_names(place.runs)):
        source = read_plan_source(place.runs / plan)
        if source is not None and source.form and Path(source.path) == place.runs / run:
            return "" if started_as(place, plan) else plan
    return ""


def plan_results(desk: Desk, draft: Draft) -> str:
    """Make the plan for the open rows of a results file that was handed in.

    The file is saved in the folder of the runs, where the run that it names can be found.
    """
    runs = desk.place.runs
    runs.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = runs / f".handed-in-{draft.id}{'.xlsx' if is_workbook(draft.data) else '.csv'}"
    path.write_bytes(draft.data)
    path.chmod(0o600)
    return make_plan(desk, PlanSource("rerun", Path(draft.name).stem, path=str(path)))


def plan_undo(desk: Desk, run: str, rows: frozenset[int]) -> str:
    """Make the plan that puts these rows' people back."""
    return make_plan(desk, replace(_of_run("undo", desk.place.runs / run), rows=rows))


def _of_run(kind: Literal["rerun", "undo"], folder: Path) -> PlanSource:
    """The source of a plan that reruns or undoes a run, named after the run's list."""
    started = read_start(folder / JOURNAL_NAME)
    return PlanSource(
        kind, started.list.termination_list.name if started else folder.name, path=str(folder)
    )


def people_since(runs: Path, plan: str) -> frozenset[str]:
    """The user ids with changes that the plan before did not have; empty for a first plan."""
    source = read_plan_source(runs / plan)
    if source is None or not source.made_from:
        return frozenset()
    try:
        return new_people(runs / source.made_from, runs / plan)
    except UsageError:
        return frozenset()


def newly_accepted(runs: Path, source: PlanSource | None) -> list[int]:
    """The rows whose names were accepted for a plan and not yet for the one it was made from."""
    before = read_plan_source(runs / source.made_from) if source and source.made_from else None
    return sorted(source.accepted_names - before.accepted_names) if source and before else []


def start(desk: Desk, plan: str, number: int, digest: str, note: str) -> PlanStart | str:
    """Start the run of a plan; returns its folder's name, or the earlier start of the same plan.

    `number` and `digest` are those that the person agreed to. Raises OffboardError as `make_plan`.
    """
    with desk.lock:
        runs = desk.place.runs
        source = replace(_source(runs / plan), note=note)
        if (earlier := started_as(desk.place, plan)) is not None:
            return earlier
        with desk.new_folder(source.name, source.kind, dry_run=False) as name:
            agreement = Agreement("earlier_plan", number, plan, digest)
            ask = AgreeIfUnchanged(read_changes(runs / plan), agreement)
            job = _job(desk, source, plan, name, ask, dry_run=False)
            earlier = use(runs / plan, PlanStart(name, desk.clock.now().isoformat()))
            if earlier is None:
                desk.begin(RunJob(name, "start", job, plan, _planned_anew_if_grown(desk, ask)))
        return earlier or name


def started_as(place: Workspace, plan: str) -> PlanStart | None:
    """The run that this plan was started as; one that never began does not count."""
    used = used_by(place.runs / plan)
    if used is None:
        return None
    run_job = place.run_jobs.get(used.run)
    is_beginning = run_job is not None and not run_job.is_over
    return used if is_beginning or (place.runs / used.run / JOURNAL_NAME).exists() else None


def _planned_anew_if_grown(desk: Desk, ask: AgreeIfUnchanged) -> Callable[[RunJob], None]:
    def then(run_job: RunJob) -> None:
        if ask.grown:
            run_job.replaced_by = plan_again(desk, run_job.plan, grown=True)

    return then


def _source(folder: Path) -> PlanSource:
    """What a plan was made from, as recorded beside it. Raises UsageError without that."""
    source = read_plan_source(folder)
    if source is None:
        raise UsageError("This plan can no longer be read. Make it again.")
    return source


def _job(desk: Desk, source: PlanSource, plan: str, name: str, ask: Ask, *, dry_run: bool) -> Job:
    """The job of a plan. Raises UsageError without credentials."""
    desk.read_settings()
    place = desk.place
    if place.credentials is None:
        raise UsageError("batch-offboard is not connected to Genesys yet.")
    options = Options(dry_run=dry_run, run_dir=place.runs / name, working_folder=place.folder)
    request = request_of(source, place.runs / plan, place.config, place.credentials, options)
    phases = phases_of(source.kind, place.config.steps, dry_run=dry_run, verify=place.config.verify)
    return Job(request, ask, desk.carry_out, progress=CommandProgress(expected=phases))
