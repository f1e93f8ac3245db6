"""``billing recurring collect``, ``retry`` and ``gateway``: money of plans by a payment gateway."""

import sys
from typing import Annotated

import typer

from billing.cli.mishaps import give_up
from billing.cli.recurring_options import SubscriptionId, say
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.emulators.gateway import GatewayServer, PaperGateway
from billing.errors import BillingError
from billing.jobs.collecting import Collected, gateways_of_settings, make, policy_of_settings
from billing.jobs.collecting import collect as collect_all
from billing.services.recurring import charging


def collect(as_json: Json = False, db: Db = "") -> None:
    """Make the tries that are due at the gateways of the settings, and ask about lost answers.

    A gateway is a table of the settings file: [gateways.NAME] with url, secret and payment_type. A
    subscription is paid through it with the instrument NAME:CARD.

    Example: billing recurring collect
    """
    with opened(db) as store:
        try:
            done = collect_all(store, gateways_of_settings(), policy_of_settings())
        except BillingError as error:
            give_up(error, as_json=as_json)
    _tell(done, as_json=as_json)


def retry(
    bill: Annotated[
        int, typer.Argument(metavar="BILL", help="An unpaid bill of a plan.", min=1, max=2**63 - 1)
    ],
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Try an unpaid bill of a plan once more, now; this uses up nothing of its schedule.

    Example: billing recurring retry 12
    """
    with opened(db) as store:
        try:
            done = Collected()
            make(store, gateways_of_settings(), [charging.retry(store, bill)], done)
        except BillingError as error:
            give_up(error, as_json=as_json)
    _tell(done, as_json=as_json)


def instrument(
    subscription: SubscriptionId,
    given: Annotated[str, typer.Argument(metavar="INSTRUMENT", help="GATEWAY:CARD; '' for the till.")],
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Give a subscription another instrument; bills that were given up are tried once on it.

    Example: billing recurring instrument 7 paper:ok
    """
    with opened(db) as store:
        try:
            done = Collected()
            gateways = gateways_of_settings() if given else {}
            make(store, gateways, charging.give_instrument(store, subscription, given), done)
        except BillingError as error:
            give_up(error, as_json=as_json)
    _tell(done, as_json=as_json)


def _tell(done: Collected, *, as_json: bool) -> None:
    if as_json:
        write_json(
            {
                "tried": done.tried,
                "succeeded": done.succeeded,
                "failed": done.failed,
                "unknown": done.unknown,
            }
        )
        return
    say(f"{done.tried} tries: {done.succeeded} paid, {done.failed} failed, {done.unknown} not known yet")


def gateway(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 0,
) -> None:
    """Run a payment gateway of paper on this machine, until it is stopped; it moves no money.

    The card says how it behaves: ok, no-funds, gone, late, silent, slow, down.

    Example: billing recurring gateway --port 8090
    """
    server = GatewayServer(PaperGateway(), port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
