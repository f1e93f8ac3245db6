"""What stands in the way of a Z, and the sentence that clears each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from billing.errors import RuleError
from billing.store import figures, queue
from billing.store.currencies import currency_on
from billing.store.origins import OriginFacts
from billing.store.work import Work

CLEARS: Final[Mapping[str, str]] = {
    "queued": "it waits for its device: 'billing jobs retry {0}', or 'billing jobs cancel {0}'",
    "printing": "it is being printed, or its process died: 'billing jobs retry {0}'",
    "unknown": "look at the paper: 'billing jobs resolve {0} --printed NUMBER' or '--not-printed'",
    "failed": "'billing jobs show {0}' says why; 'billing jobs retry {0}' or 'cancel {0}'",
}
"""What clears a job that blocks a Z, by its state."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way of a Z: a ``bill`` or a ``job`` by number, and the sentence that clears it."""

    what: str
    number: int
    state: str
    clears: str

    def __str__(self) -> str:
        return f"{self.what} {self.number} is {self.state.replace('_', ' ')}: {self.clears}"


class ZRefused(RuleError):
    """The day cannot be closed yet."""

    code = "z_refused"

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__("the day cannot be closed yet:\n" + "\n".join(f"  {b}" for b in blockers))
        self.blockers = tuple(blockers)


def blockers_of(work: Work, wanted: OriginFacts, group: Sequence[OriginFacts]) -> list[Blocker]:
    """Return what stands in the way of a Z of the origins ``group``, on the device of ``wanted``."""
    currency = currency_on(work, work.now.astimezone(ZoneInfo(wanted.time_zone)).date())
    found = [
        Blocker(
            "bill",
            number,
            "partly_paid",
            f"{currency.from_minor(due)} {currency.code} is due: take it, or withdraw the payment and void",
        )
        for number, due in figures.unfinished_bills(work, [each.id for each in group])
    ]
    if wanted.device is not None:
        found += [
            Blocker("job", number, state, CLEARS[state].format(number))
            for number, _, state in queue.blocking(work, wanted.device.id)
        ]
    return found
