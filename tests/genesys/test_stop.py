"""One request to stop, seen by everybody who waits."""

import asyncio

import pytest

from batch_offboard.errors import InterruptedRunError, StoppedError
from batch_offboard.genesys import Stop

from .virtual_time import now, run


def test_what_is_awaited_comes_through() -> None:
    """Without a stop `unless` changes nothing."""

    async def work() -> str:
        return await Stop().unless(asyncio.sleep(5, "rested"))

    assert run(work()) == "rested"


def test_an_error_comes_through() -> None:
    """What the work raises is raised."""

    async def fail() -> None:
        raise KeyError("no")

    async def work() -> None:
        await Stop().unless(fail())

    with pytest.raises(KeyError):
        run(work())


def test_a_stop_ends_every_wait_at_once_with_its_error() -> None:
    """Waits of hours end when a stop is requested, and the first request wins."""
    stop, first = Stop(), StoppedError("first")

    async def wait() -> float:
        with pytest.raises(StoppedError, match="first"):
            await stop.unless(asyncio.sleep(3600))
        return now()

    async def work() -> list[float]:
        waits = [asyncio.create_task(wait()) for _ in range(5)]
        await asyncio.sleep(10)
        stop.request(first)
        stop.request(InterruptedRunError("second"))
        return await asyncio.gather(*waits)

    ended = run(work())
    assert all(10 <= moment < 10.1 for moment in ended)
    assert (stop.requested, stop.error) == (True, first)


def test_a_wait_that_begins_after_the_stop_ends_at_once() -> None:
    """Nobody hears of the request any more, so it is looked for."""
    stop = Stop()
    stop.request(StoppedError("now"))

    async def work() -> float:
        with pytest.raises(StoppedError, match="now"):
            await stop.unless(asyncio.sleep(3600))
        return now()

    assert run(work()) < 0.1


def test_only_who_still_waits_is_called() -> None:
    """At once where the stop was requested before, and never after the context."""
    stop, called, late = Stop(), [], []
    with stop.calling(called.append):
        assert called == []
    stop.request(error := StoppedError("now"))
    with stop.calling(late.append):
        assert (called, late) == ([], [error])


def test_what_would_be_left_behind_is_removed_from_the_last_to_the_first() -> None:
    """What cannot be removed hinders nothing; nothing is removed of a context that has ended."""
    stop, removed = Stop(), []

    def fail() -> None:
        raise OSError("in use")

    with stop.leaving(lambda: removed.append("a")), stop.leaving(fail):
        with stop.leaving(lambda: removed.append("b")):
            stop.remove_traces()
        assert removed == ["b", "a"]
        stop.remove_traces()
    stop.remove_traces()
    assert removed == ["b", "a", "a"]


def test_what_is_already_there_is_given_even_when_stopping() -> None:
    """An answer that has come in is not thrown away."""

    async def work() -> str:
        stop = Stop()
        stop.request(StoppedError("now"))
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        done.set_result("kept")
        return await stop.unless(done)

    assert run(work()) == "kept"


def test_who_was_stopped_can_go_on_waiting() -> None:
    """To tidy up: nothing of the stop is left in the task."""
    stop = Stop()

    async def work() -> tuple[int, str]:
        asyncio.get_running_loop().call_later(1, stop.request, StoppedError("now"))
        with pytest.raises(StoppedError):
            await stop.unless(asyncio.sleep(3600))
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling(), await asyncio.sleep(1, "tidy")

    assert run(work()) == (0, "tidy")


@pytest.mark.parametrize("stopped", [False, True])
def test_whoever_is_cancelled_is_not_taken_for_stopped(stopped: bool) -> None:
    """A shell that ends a task does so also in the moment of a stop."""
    stop = Stop()

    async def work() -> tuple[bool, int]:
        task = asyncio.create_task(stop.unless(asyncio.sleep(3600)))
        await asyncio.sleep(1)
        if stopped:
            stop.request(StoppedError("now"))
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled(), task.cancelling()

    assert run(work()) == (True, 1)


def test_a_wait_that_ends_with_the_stop_takes_nothing_of_it_along() -> None:
    """The stop came too late for this wait: it must not end the next thing that the task does."""
    stop = Stop()

    async def ask() -> str:
        stop.request(StoppedError("now"))
        return "answer"

    async def work() -> tuple[str, str]:
        return await stop.unless(ask()), await asyncio.sleep(1, "rested")

    assert run(work()) == ("answer", "rested")
