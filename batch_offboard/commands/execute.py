"""Carrying out an order: connect, open the run folder and its journal, do the work, write results.

However the run ends (a guard, a stop, Ctrl-C, a defect), the journal is closed and results.csv,
results.xlsx and report.html are written from it.
"""

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from batch_offboard import __version__
from batch_offboard.commands.order import Order, Outcome
from batch_offboard.commands.plan_notes import notes_of
from batch_offboard.commands.recorder import Recorder
from batch_offboard.commands.settings import connection_settings, run_settings
from batch_offboard.commands.traffic import TrafficCount
from batch_offboard.errors import (
    Action,
    ExitCode,
    InterruptedRunError,
    OffboardError,
    RefusedError,
    StoppedError,
)
from batch_offboard.genesys import Clock, Stop, open_genesys
from batch_offboard.offboarding.agreement import PlanBasis
from batch_offboard.record.events import Event, RowListed, RunFinished, RunStarted
from batch_offboard.record.file_system import FileSystem
from batch_offboard.record.folder import (
    RunFolder,
    create_run_folder,
    discard_if_unused,
    folder_name,
    remove_temporary,
    run_folder_name,
)
from batch_offboard.record.journal import Journal
from batch_offboard.record.lock import locked
from batch_offboard.results.run_verdict import exit_code_of
from batch_offboard.run.permitted import Permissions
from batch_offboard.run.session import Listener, Run
from batch_offboard.termination_list import zone_in_words

if TYPE_CHECKING:
    from batch_offboard.genesys import Genesys


GRACE_SECONDS = 5.0
"""How long calls in flight may take after a person's stop until their connections are cut."""


async def execute(order: Order, stop: Stop, listener: Listener, clock: Clock) -> Outcome:
    """Carry out `order` and return how it ended.

    Raises UsageError or RefusedError if the run cannot begin, and StoppedError if it is stopped
    before it begins. Then nothing was changed and there is no run folder.
    """
    folder = _folder(order, clock)
    recorder = Recorder(listener, clock, order.options.files)
    try:
        with stop.leaving(partial(_remove_traces, folder, recorder)):
            return await _connected(order, folder, recorder, stop, listener, clock)
    finally:
        discard_if_unused(folder)


def _remove_traces(folder: RunFolder, recorder: Recorder) -> None:
    """Remove what a program that ends at once would leave, except the record of a begun run."""
    remove_temporary(folder)
    if not recorder.begun:
        folder.journal.unlink(missing_ok=True)
        discard_if_unused(folder)


async def _connected(
    order: Order,
    folder: RunFolder,
    recorder: Recorder,
    stop: Stop,
    listener: Listener,
    clock: Clock,
) -> Outcome:
    files = order.options.files
    traffic = TrafficCount(recorder.record, listener)
    async with open_genesys(
        order.credentials,
        connection_settings(order.config),
        stop=stop,
        clock=clock,
        on_pause=traffic.pause,
        on_sent=traffic.count,
    ) as genesys:
        _load_publishing()
        _check_organisation(order, genesys)
        run = _run(order, folder, genesys, stop, recorder, listener, clock)
        with ExitStack() as held:
            warnings = held.enter_context(locked(folder, files))
            journal = held.enter_context(_new_journal(folder, recorder, files))
            opening = chain(_opening(order, run, folder), folder.warnings, warnings)
            held.enter_context(closing(recorder))
            recorder.open(folder, journal, opening)
            listener.begun(folder.path)
            held.enter_context(_with_grace(stop, genesys))
            try:
                error = await _work(order, run, recorder, traffic)
            except Exception:
                _published(folder, recorder, journal, None, files)
                raise
            return _published(folder, recorder, journal, error, files)


def _load_publishing() -> None:
    """Import what writes the results: after the first request, and before anything is changed.

    Then it is there at the end of the run, whatever becomes of the installation meanwhile.
    """
    importlib.import_module("batch_offboard.commands.publish")


@contextmanager
def _new_journal(folder: RunFolder, recorder: Recorder, files: FileSystem) -> Iterator[Journal]:
    """The journal of a new run, which is removed again if the run could not begin."""
    journal = Journal(folder.journal, files, new=True)
    try:
        with closing(journal):
            yield journal
    except StoppedError:
        if recorder.begun or journal.failure is None:
            raise
        raise _no_room(folder, journal.failure) from journal.failure
    finally:
        if not recorder.begun:
            with suppress(OSError):
                folder.journal.unlink()


def _no_room(folder: RunFolder, failure: OSError) -> StoppedError:
    """The error for a full disk; it names a folder that stays, as the run's own will not."""
    return StoppedError(
        f"The run could not be recorded ({failure.strerror}), so nothing was sent.",
        Action("make_room", path=folder.lasting),
        Action("repeat"),
    )


def _run(
    order: Order,
    folder: RunFolder,
    genesys: "Genesys",
    stop: Stop,
    recorder: Recorder,
    listener: Listener,
    clock: Clock,
) -> Run:
    return Run(
        Permissions(genesys),
        replace(
            run_settings(order.config, order.options, clock),
            unused_columns=order.unused_columns,
            if_unknown=order.if_unknown,
        ),
        clock,
        stop,
        recorder.record,
        recorder.commit,
        listener,
        run_id=folder.path.resolve().name,
        os_user=order.options.operator.login,
        basis=PlanBasis(
            order.list.sha256,
            order.list.columns,
            genesys.identity.organisation.id,
            order.config.steps,
        ),
        notes=(*notes_of(genesys), *order.notes),
    )


def _settings_of(order: Order, run: Run) -> dict[str, object]:
    """The configuration, with the number of requests a minute that the run really goes by."""
    rate = order.config.rate.model_copy(update={"per_minute": run.genesys.allowance.per_minute})
    return order.config.model_copy(update={"rate": rate}).settings()


@contextmanager
def _with_grace(stop: Stop, genesys: "Genesys") -> Iterator[None]:
    """A context in which a person's stop cuts all connections after a grace period.

    Calls without an answer by then have an unknown outcome, and a rerun reads their effect.
    """
    loop = asyncio.get_running_loop()

    def cut_later(error: StoppedError) -> None:
        if isinstance(error, InterruptedRunError):
            loop.call_soon_threadsafe(loop.call_later, GRACE_SECONDS, genesys.abort)

    with stop.calling(cut_later):
        yield


def _check_organisation(order: Order, genesys: "Genesys") -> None:
    """Raise RefusedError if a rerun or undo has another organisation than its run."""
    met = genesys.identity.organisation
    if order.organisation_id not in (None, met.id):
        raise RefusedError(
            f"These credentials belong to {met.name}, but the earlier run was for another "
            "organisation. Nothing was changed. Use the credentials of that organisation."
        )


def _folder(order: Order, clock: Clock) -> RunFolder:
    options = order.options
    name = run_folder_name(
        order.list.termination_list.name,
        clock.now(),
        order.command,
        dry_run=options.dry_run,
    )
    return create_run_folder(options.run_dir, options.working_folder / "runs", name, options.files)


def _opening(order: Order, run: Run, folder: RunFolder) -> Iterator[Event]:
    """The events that open the journal: on disk before the first call after login."""
    identity = run.genesys.identity
    yield RunStarted(
        run_id=run.run_id,
        command=order.command,
        dry_run=order.options.dry_run,
        at=run.now(),
        program_version=__version__,
        os_user=run.os_user,
        organisation=identity.organisation,
        region=identity.region,
        client_name=identity.client_name,
        list=order.list,
        settings=_settings_of(order, run),
        previous=order.previous,
        rows=len(order.rows),
        runs_before=order.runs_before,
        note=order.options.note,
        os_name=order.options.operator.name,
        timezone=zone_in_words(run.clock.now().astimezone()),
        folder=folder_name(folder.path.resolve()),
    )
    for row in order.rows:
        yield RowListed(
            row.row,
            row.cells,
            row.user_id,
            row.email,
            row.employee_id,
            row.name,
            row.due.isoformat() if row.due else None,
            order.carried.get(row.row),
        )
    yield from order.opening


async def _work(
    order: Order, run: Run, recorder: Recorder, traffic: TrafficCount
) -> OffboardError | None:
    """Do the order's work; return the error that ended it early, raise a defect once recorded."""
    error: OffboardError | None = None
    exit_code, reason = ExitCode.DEFECT, "The program failed unexpectedly."
    try:
        await order.work(run)
        exit_code, reason = exit_code_of(recorder.fold.view()), "finished"
    except OffboardError as caught:
        error, exit_code, reason = caught, caught.exit_code, str(caught)
    finally:
        try:
            traffic.flush()
            run.record(RunFinished(exit_code, reason, run.now()))
        except StoppedError as unwritable:
            error = error or unwritable
    return error


def _published(
    folder: RunFolder,
    recorder: Recorder,
    journal: Journal,
    error: OffboardError | None,
    files: FileSystem,
) -> Outcome:
    """The outcome of the run, after writing results and report for the last time.

    A file that cannot be written is a warning: what became of the rows is in the journal.
    """
    from batch_offboard.commands.publish import publish

    published = publish(
        folder, recorder.fold, journal, recorder.write_results, recorder.announce, files
    )
    view = recorder.fold.view()
    return Outcome(
        replace(view, warnings=(*view.warnings, *published.warnings)),
        folder,
        published.results_name,
        error.exit_code if error else exit_code_of(view),
        error,
        published.missing,
    )
