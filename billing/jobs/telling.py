"""Posts events to webhooks, signed, from one thread; what is told of and when is ``services.webhooks``'s."""

import hashlib
import hmac
import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import IO, Any, Final

from billing.errors import BillingError
from billing.services import webhooks
from billing.services.events import event_json
from billing.services.webhooks import Telling
from billing.store.engine import Store

logger = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""How often the thread looks for what is due, seconds; it is woken by what this process writes."""
ANSWER_S: Final = 10.0
"""How long an answer is waited for, seconds."""


def signature(secrets: Sequence[str], moment: datetime, body: bytes) -> str:
    """Return ``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.body``, once for each secret."""
    stamp = str(int(moment.timestamp()))
    signed = stamp.encode() + b"." + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={stamp}", *(f"v1={mark}" for mark in marks)])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: events go to the address that was given."""

    def redirect_request(  # noqa: PLR0913, PLR0917 as its base
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,  # noqa: ANN401 as its base
        newurl: str,
    ) -> None:
        """Follow nothing."""
        del req, fp, code, msg, headers, newurl


class Teller:
    """Tells webhooks of the events of one store until it is stopped."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._anybody = False
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def wake(self) -> None:
        """Look for events now, if anybody was to be told of any a second ago."""
        if self._anybody:
            self._bell.set()

    def stop(self, limit_s: float = ANSWER_S + 5) -> None:
        """End after the answer that is being waited for."""
        self._stopping.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(limit_s)

    def tell(self) -> int:
        """Tell what is due; return how many tries that were."""
        self._anybody = webhooks.give_events(self.store)
        if not self._anybody:
            return 0
        taken = webhooks.take_tellings(self.store)
        for telling in taken:
            outcome, done = self._post(telling)
            webhooks.told(self.store, telling, outcome, done=done)
        return len(taken)

    def _post(self, telling: Telling) -> tuple[str, bool]:
        """Return what an address answered, and whether it took the event."""
        body = json.dumps(event_json(telling.event), ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310 create_webhook lets http and https through only
            telling.url,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": "billing",
                "Billing-Event": str(telling.event.number),
                "Billing-Attempt": str(telling.attempt),
                "Billing-Signature": signature(telling.secrets, self.store.clock.now(), body),
            },
        )
        try:
            with self._opener.open(request, timeout=ANSWER_S) as answer:
                status: int = answer.status
        except urllib.error.HTTPError as error:
            with error:
                status = error.code
        except (OSError, ValueError) as error:  # no such host, refused, silent, not HTTP
            return f"no answer: {error}", False
        return f"answered {status}", HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                more = self.tell()
            except BillingError as error:
                logger.warning("webhooks wait: %s", error)
                more = 0
            except Exception:
                logger.exception("telling webhooks failed")
                more = 0
            if not more:
                self._bell.wait(LOOK_S)
                self._bell.clear()
