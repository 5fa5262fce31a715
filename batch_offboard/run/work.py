"""Reading the open callbacks and conversations of people: read only, many people a request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from batch_offboard.genesys.concurrency import for_each
from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.leftovers import WORK, open_work_of, unread
from batch_offboard.offboarding.limits import DAYS_PER_QUERY, PEOPLE_PER_QUERY
from batch_offboard.offboarding.models import ApiError, Leftovers, OpenConversation
from batch_offboard.offboarding.steps.hand_over_callbacks import WORK_SEEN
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.unseen import unseen_of

_DIMENSIONS = ("userId", "scoredAgentId")
_BAD_REQUEST = 400


async def survey_work(run: Run, progress: Progress) -> Mapping[int, ApiError]:
    """Read the open work of everybody; always returns no errors.

    Nobody is held because of it: what could not be read is one line of the plan.
    """
    people = list(progress.people.values())
    unseen = await unseen_of(run, WORK, WORK_SEEN, people)
    if unseen is not None:
        progress.unseen.append(unseen)
        people = [each for each in people if each.user.division not in unseen.divisions]
    error = await refresh_work(run, progress, [each.row for each in people])
    if error is not None:
        progress.unseen.append(unread(WORK, error))
    return {}


async def refresh_work(run: Run, progress: Progress, rows: Sequence[int]) -> ApiError | None:
    """Read the open work of these rows' people; returns an error if that fails."""
    ids = {row: progress.people[row].user.id for row in rows}
    found = await _open_conversations(run, list(ids.values())) if ids else ()
    if isinstance(found, ApiError):
        return found
    for row, user_id in ids.items():
        # Other parts of the survey may have read more of the person meanwhile.
        known = progress.people[row]
        leftovers = replace(known.leftovers or Leftovers(), **open_work_of(user_id, found))
        progress.people[row] = replace(known, leftovers=leftovers)
    return None


async def _open_conversations(
    run: Run, user_ids: Sequence[str]
) -> tuple[OpenConversation, ...] | ApiError:
    """The open conversations of these users that began in the last days, each once."""
    found: dict[str, OpenConversation] = {}
    errors: list[ApiError] = []
    items = [(each, chunk) for chunk in chunks(user_ids, PEOPLE_PER_QUERY) for each in _DIMENSIONS]
    with Phase(run, "work", "Reading open conversations", len(items), "requests") as phase:

        async def read(item: tuple[str, tuple[str, ...]]) -> None:
            listed = await _read(run, *item)
            if isinstance(listed, ApiError):
                errors.append(listed)
            else:
                found.update({each.id: _both(found.get(each.id), each) for each in listed})
            phase.advance(1)

        await for_each(items, read, run.width)
    return errors[0] if errors else tuple(found.values())


def _both(known: OpenConversation | None, found: OpenConversation) -> OpenConversation:
    """A conversation that several queries have shown."""
    if known is None:
        return found
    return replace(
        found, owners=known.owners | found.owners, inside={**known.inside, **found.inside}
    )


async def _read(
    run: Run, dimension: str, user_ids: tuple[str, ...]
) -> tuple[OpenConversation, ...] | ApiError:
    """One query; in halves where Genesys takes fewer people a query (how many is [assumed])."""
    end = run.clock.now().replace(microsecond=0)
    listed = await run.genesys.open_conversations(
        dimension, user_ids, (end - timedelta(days=DAYS_PER_QUERY), end)
    )
    refused = isinstance(listed, ApiError) and listed.status == _BAD_REQUEST
    if not refused or len(user_ids) < 2:
        return listed
    middle = len(user_ids) // 2
    parts = [await _read(run, dimension, each) for each in (user_ids[:middle], user_ids[middle:])]
    return _joined(parts)


def _joined(
    parts: Iterable[tuple[OpenConversation, ...] | ApiError],
) -> tuple[OpenConversation, ...] | ApiError:
    found: list[OpenConversation] = []
    for part in parts:
        if isinstance(part, ApiError):
            return part
        found += part
    return tuple(found)
