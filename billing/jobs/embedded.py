"""The worker of a SQLite store: it looks for waiting documents at every sign of a commit, and now and then.

A new document is seen within a tenth of a second, whichever process queued it (``watching``).
"""

import logging

from billing.errors import BillingError
from billing.jobs import working
from billing.jobs.watching import SqliteWatch
from billing.jobs.working import LOOK_S
from billing.services.jobs import waiting_devices

logger = logging.getLogger(__name__)


class Worker(working.Worker):
    """Rings for every device that a document waits for, but for those that are left alone a while."""

    def _call(self) -> None:
        watch = SqliteWatch(self.store.engine.url.database or ":memory:")
        try:
            while not self.stopping.is_set():
                self._look()
                watch.wait(LOOK_S, self.stopping)
        finally:
            watch.close()

    def _end_calls(self) -> None:
        """It looks at ``stopping`` by itself, every few hundredths of a second."""

    def _look(self) -> None:
        try:
            for device in waiting_devices(self.store):
                line = self._line(device)
                if not line.failures and not line.held:
                    line.bell.set()
        except BillingError as error:
            logger.warning("the worker cannot look for waiting documents: %s", error)
        except Exception:
            logger.exception("the worker cannot look for waiting documents")
