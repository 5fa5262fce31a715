"""The count of requests per minute."""

from datetime import UTC, datetime

from batch_offboard.commands.traffic import TrafficCount
from batch_offboard.genesys import SentCall
from batch_offboard.record.events import Event, Traffic
from tests.support import Listening


def sent(moment: str, status: int | None = 200) -> SentCall:
    """A request that was answered at this moment of a day."""
    at = datetime.fromisoformat(f"2026-10-31T{moment}").replace(tzinfo=UTC)
    return SentCall(at, "other", 1, status)


def test_each_minute_has_its_own_count() -> None:
    """From its first second to its last, also around the hour; without requests it has none."""
    recorded: list[Event] = []
    listener = Listening()
    count = TrafficCount(recorded.append, listener)
    count.flush()
    for each in (
        sent("08:58:00"),
        sent("08:58:59.999999", 429),
        sent("08:59:00"),
        sent("09:01:30", None),
        sent("09:58:00", 429),
    ):
        count.count(each)
    count.flush()
    assert recorded == [
        Traffic("2026-10-31T08:58Z", 2, 1),
        Traffic("2026-10-31T08:59Z", 1, 0),
        Traffic("2026-10-31T09:01Z", 1, 0),
        Traffic("2026-10-31T09:58Z", 1, 1),
    ]
    assert listener.sent_calls == 5
