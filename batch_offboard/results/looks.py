"""How a results file looks to its reader, beside what its cells say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A sentence about how a results file looks; `deceives` if a reader may see a wrong value."""

    text: str
    deceives: bool = True
