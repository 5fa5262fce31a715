"""How soon queue calls are back at what is granted after isolated 429s, in virtual time."""

import asyncio
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

from batch_offboard.genesys import Settings
from batch_offboard.genesys.throttle import Turn

from .bench import Bench
from .granting import Bucket
from .virtual_time import now, run

OWN_PER_MINUTE = 285
"""What one token may do."""


@dataclass(frozen=True)
class Disturbed:
    """An organisation that refuses three queue calls which are within its limit.

    `granted` calls a minute are left by the other integrations (None: unlimited), `tokens` share
    them. The three are refused within half a minute, from `at` on, each with this Retry-After.
    Before, there is a call every `seconds_between`; 0 for as many as may be sent.
    """

    granted: float | None
    tokens: int = 1
    retry_after: float = 1
    seconds_between: float = 0
    at: tuple[float, ...] = (120, 134, 148)

    @property
    def most(self) -> float:
        """The calls a minute that can be let through at most."""
        return min(self.granted or math.inf, OWN_PER_MINUTE * self.tokens)

    def shares(self, minutes: int) -> tuple[list[float], int]:
        """The share of `most` let through in each minute after the third, and the 429s in all."""
        bench = run(self._work(self.at[-1] + 60 * minutes))
        bounds = [self.at[-1] + 60 * minute for minute in range(minutes + 1)]
        return [
            (_between(bench.times_of("queues"), *pair) - _between(bench.refused, *pair)) / self.most
            for pair in itertools.pairwise(bounds)
        ], len(bench.refused)

    async def _work(self, end: float) -> Bench:
        bench = Bench(Settings(tokens=self.tokens))
        answer = self._answer()

        async def trickle() -> None:
            while now() < self.at[-1]:
                await bench.call("queues", answer)
                await asyncio.sleep(self.seconds_between)

        if self.seconds_between:
            await trickle()
        await bench.calls_until(end, "queues", answer)
        return bench

    def _answer(self) -> Callable[[Turn], float]:
        limit = Bucket(lambda _: self.granted or math.inf, 0.1)
        to_come = list(self.at)

        def answer(_: Turn) -> float:
            if to_come and now() >= to_come[0]:
                to_come.pop(0)
                return self.retry_after
            needed = limit.wait_seconds(now()) if self.granted else 0
            return max(1, math.ceil(needed)) if needed else 0

        return answer


def _between(times: list[float], begin: float, end: float) -> int:
    return sum(begin <= at < end for at in times)
