"""The pass of collection: asks about lost answers, makes the tries that are due, takes in notices.

Apart from the pass of billing (recurring semantics 9). No transaction is open while a gateway is called; a
program killed anywhere leaves an attempt that the next pass asks about by its key.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Final

from billing.jobs.gateway_http import HttpGateway
from billing.jobs.gateway_stripe import StripeGateway
from billing.pricing.recurring.collection import AttemptState
from billing.pricing.recurring.retries import Outcome
from billing.services.recurring import charging, folios
from billing.services.recurring.charging import DEFAULT_POLICY, Policy, Started
from billing.services.recurring.gateways import Gateway, GatewaySilent, GatewayUnknown, Listener, Said
from billing.settings import GatewaySettings, read_settings
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.recurring_attempts import Try

GROUP: Final = "billing.gateways"
DAY_S: Final = 86_400
OURS: Final[Mapping[str, Callable[[str, GatewaySettings], Gateway]]] = {
    "http": HttpGateway,
    "stripe": StripeGateway,
}
"""Adapters by the name that settings call them."""

NEVER_ARRIVED: Final = Said(
    AttemptState.REJECTED, Outcome.TECHNICAL, "never_arrived", "the gateway never heard of this order"
)
"""An order that was lost on the way there is a failed try; the next one has a key of its own."""


@dataclass(slots=True)
class Collected:
    """What a pass of collection did."""

    tried: int = 0
    succeeded: int = 0
    failed: int = 0
    unknown: int = 0

    def count(self, said: Said) -> None:
        """Count one answer."""
        if said.state is AttemptState.SUCCEEDED:
            self.succeeded += 1
        elif said.state in {AttemptState.UNKNOWN, AttemptState.PENDING}:
            self.unknown += 1
        else:
            self.failed += 1


def gateways_of_settings() -> dict[str, Gateway]:
    """Return the gateways that the settings name.

    Raises:
        SettingsMistake: the settings cannot be read.
        GatewayUnknown: nobody brings the adapter that one of them names.
    """
    found: dict[str, Gateway] = {}
    for name, settings in read_settings().gateways.items():
        if settings.adapter in OURS:
            found[name] = OURS[settings.adapter](name, settings)
            continue
        brought = entry_points(group=GROUP, name=settings.adapter)
        if not brought:
            known = ", ".join(sorted({*OURS, *entry_points(group=GROUP).names}))
            raise GatewayUnknown(settings.adapter, known)
        found[name] = next(iter(brought)).load()(name, settings)
    return found


def policy_of_settings() -> Policy:
    """Return the company's retry schedule and what follows giving up, as the settings have them."""
    settings = read_settings()
    return Policy([days * DAY_S for days in settings.retry_days], settings.give_up)


def collect(store: Store, gateways: Mapping[str, Gateway], policy: Policy = DEFAULT_POLICY) -> Collected:
    """Take in notices, ask about lost answers, post to rooms, then make every try that is due.

    Returns:
        What came of it.
    """
    done = Collected()
    for name, gateway in gateways.items():
        _take_notices(store, name, gateway, policy)
    for attempt in charging.unanswered(store):
        _ask(store, gateways, attempt, done, policy)
    while (posted := folios.post_next(store)) is not None:
        done.tried += 1
        done.succeeded += posted
        done.failed += not posted
    while (started := charging.begin(store)) is not None:
        make(store, gateways, [started], done, policy)
    return done


def make(
    store: Store,
    gateways: Mapping[str, Gateway],
    started: Iterable[Started],
    done: Collected,
    policy: Policy = DEFAULT_POLICY,
) -> None:
    """Give orders that are written down to their gateways, and record the answers."""
    for each in started:
        gateway = gateways.get(each.attempt.gateway)
        done.tried += 1
        if gateway is None:
            mishap = GatewayUnknown(each.attempt.gateway, ", ".join(sorted(gateways)))
            said = Said(AttemptState.ERROR, Outcome.TECHNICAL, mishap.code, str(mishap))
        else:
            order = gateway.refund if each.refund else gateway.charge
            said = _heard(lambda order=order, each=each: order(each.order))  # type: ignore[misc] # bound here
        done.count(said)
        charging.record(store, each.attempt, said, 0 if gateway is None else gateway.payment_type, policy)


def make_now(store: Store, started: Iterable[Started]) -> Collected:
    """Give orders to the gateways of the settings at once, by the company's policy."""
    done = Collected()
    make(store, gateways_of_settings(), started, done, policy_of_settings())
    return done


def _heard(call: Callable[[], Said]) -> Said:
    """Return what a gateway says; silence is an answer as well: nobody knows."""
    try:
        return call()
    except GatewaySilent as silence:
        return Said(AttemptState.UNKNOWN, Outcome.TECHNICAL, silence.code, str(silence))


def _ask(
    store: Store, gateways: Mapping[str, Gateway], attempt: Try, done: Collected, policy: Policy
) -> None:
    gateway = gateways.get(attempt.gateway)
    if gateway is None:
        return
    said = _heard(lambda: gateway.ask(attempt.gateway_key) or NEVER_ARRIVED)
    done.count(said)
    charging.record(store, attempt, said, gateway.payment_type, policy)


def take_notice(store: Store, name: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Take in what came as a notice of the gateway ``name``; return whether it changed anything.

    Raises:
        Missing: no such gateway is set, or it sends no notices.
        NoticeWrong: the gateway did not sign it.
    """
    gateway = gateways_of_settings().get(name)
    if gateway is None or not isinstance(gateway, Listener):
        raise Missing("gateway that sends notices", name)
    notice = gateway.read_notice(headers, body, store.clock.now())
    return notice is not None and charging.take_notice(
        store, name, notice, gateway.payment_type, policy_of_settings()
    )


def _take_notices(store: Store, name: str, gateway: Gateway, policy: Policy) -> None:
    try:
        notices = gateway.notices()
    except GatewaySilent:
        return  # asked again by the next pass; the tries go on
    for notice in notices:
        charging.take_notice(store, name, notice, gateway.payment_type, policy)
