"""What a worker does for recurring plans, round after round: bill what is due, then collect.

Any number of workers may do this at once; the rows' locks share the work out and the keys keep it single.
A round that fails is told and the next one goes on from what was committed.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from billing.errors import BillingError
from billing.jobs.collecting import Collected, collect, gateways_of_settings, policy_of_settings
from billing.services.recurring.gateways import Gateway
from billing.services.recurring.running import Worker
from billing.services.recurring.telling import tell_ended, tell_upcoming
from billing.services.recurring.upkeep import give_back_credit
from billing.settings import read_settings
from billing.store.engine import Store

logger = logging.getLogger(__name__)

EVERY_S: Final = 60.0
"""Between two rounds, seconds."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    generated: int
    held: int
    collected: Collected


def settle_time(store: Store) -> None:
    """Do what time alone asks for: give back what ended ones left, tell of ends and of what comes."""
    give_back_credit(store)
    tell_ended(store)
    tell_upcoming(store, timedelta(days=read_settings().upcoming_days))


class Recurring:
    """Bills and collects in a thread of its own until it is stopped.

    Args:
        store: whose plans.
        every_s: seconds between two rounds.
        gateways: gives the payment gateways, asked anew each round.
    """

    def __init__(
        self,
        store: Store,
        every_s: float = EVERY_S,
        gateways: Callable[[], Mapping[str, Gateway]] = gateways_of_settings,
    ) -> None:
        self._store = store
        self._every_s = every_s
        self._gateways = gateways
        self._worker = Worker(store)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recurring", daemon=True)

    def round(self) -> Round:
        """Bill everything that is due, give back what ended subscriptions left, then collect."""
        generated = held = 0
        for result in self._worker.run_all():
            generated += result.generated
            held += result.held
            if self._stopped.is_set():
                break
        settle_time(self._store)
        return Round(generated, held, collect(self._store, self._gateways(), policy_of_settings()))

    def start(self) -> None:
        """Begin with a round at once."""
        self._thread.start()

    def stop(self) -> None:
        """Return when the batch or try that is under way has ended."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.round()
            except BillingError as error:
                logger.warning("recurring plans: %s", error)
            except Exception:
                logger.exception("recurring plans: a round failed")
            self._stopped.wait(self._every_s)
