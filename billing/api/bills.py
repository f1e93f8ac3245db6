"""Bills: created in one call, changed line by line, paid, voided, read and listed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from billing.api import schemas
from billing.api.access import BillReader, Caller, Seller
from billing.api.effects import Asked, Key, Wait, answer
from billing.api.json_text import Json
from billing.api.lines import naming, operators_of, payment_of, placed, texts_of
from billing.api.routes import ERRORS, ON_PAPER, WAITING, Before, Limit, Number, Responses, next_of
from billing.api.shapes import BillList, BillOut
from billing.pricing.states import State
from billing.services import jobs, listings
from billing.services.answers import placed_bill_json
from billing.services.idempotency import Answered
from billing.services.keeping import StoredBill
from billing.services.register import Register
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["bills"], responses=ERRORS)

WAITS: Responses = {200: {"description": ON_PAPER}, 202: {"model": BillOut, "description": WAITING}}


def answered(store: Store, stored: StoredBill, done: int = 200) -> Answered:
    """Return what is said of a bill: ``done``, or 202 while its receipt is on the way."""
    job = None
    if stored.job is not None and (stored.repeated or stored.bill.state is not State.HANDED_OVER):
        job = jobs.show_job(store, stored.job)
    waits = stored.job is not None and (job is None or job.answer is None)
    return Answered(202 if waits else done, placed_bill_json(stored, job), stored.job)


def at_bill(caller: Caller, store: Store, bill: int) -> Register:
    """Return a register at the origin of a bill.

    Raises:
        Missing: there is no such bill.
        Forbidden: the caller's token is for other origins.
    """
    origin = listings.origin_of_bill(store, bill)
    caller.judge_origin(origin)
    return caller.service.register(store, origin, caller.operator)


@router.post(
    "/bills",
    status_code=201,
    response_model=BillOut,
    summary="Create a bill",
    responses={201: {"description": ON_PAPER}, 202: WAITS[202]},
)
async def create(body: schemas.NewBill, caller: Seller, key: Key = None, wait: Wait = 0) -> Response:
    """Ring up a bill from text or objects in one call: all of its lines, or nothing.

    When its payments balance it is final, and its receipt goes to the origin's device; with ``wait``
    the answer has the receipt's numbers.
    """
    texts = texts_of(body, caller.service.settings.lines_limit)
    origin = caller.origin(body.origin)

    def effect(store: Store) -> Answered:
        if body.operator is not None:
            listings.judge_operator(store, body.operator)
        operator = caller.acting(store, body.operator, operators_of(texts))
        register = caller.service.register(store, origin, operator)
        with naming("origin"), placed(body):
            stored = register.ring(texts, key=body.key, park=body.park)
        caller.judge_origin(stored.origin)  # a bill that had the key before may be another origin's
        return answered(store, stored, 201)

    return await answer(caller, Asked(key, body, wait, 201), effect)


@router.post("/bills/{bill}/lines", response_model=BillOut, summary="Add lines", responses=WAITS)
async def add_lines(
    bill: Number, body: schemas.MoreLines, caller: Seller, key: Key = None, wait: Wait = 0
) -> Response:
    """Enter lines on a bill that is not final: all of them, or none."""
    texts = texts_of(body, caller.service.settings.lines_limit)

    def effect(store: Store) -> Answered:
        register = at_bill(caller, store, bill)
        caller.acting(store, None, operators_of(texts))
        stored = register.read(bill)
        with placed(body):
            for number, text in enumerate(texts, 1):
                stored = register.enter(text, bill, number=number)
        return answered(store, stored)

    return await answer(caller, Asked(key, body, wait), effect)


@router.post("/bills/{bill}/payments", response_model=BillOut, summary="Pay", responses=WAITS)
async def pay(
    bill: Number, body: schemas.NewPayment, caller: Seller, key: Key = None, wait: Wait = 0
) -> Response:
    """Take a payment; the one that balances the bill makes it final and prints its receipt."""

    def effect(store: Store) -> Answered:
        return answered(store, at_bill(caller, store, bill).enter(payment_of(body), bill))

    return await answer(caller, Asked(key, body, wait), effect)


@router.post("/bills/{bill}/finalise", response_model=BillOut, summary="Make final", responses=WAITS)
async def finalise(bill: Number, caller: Seller, key: Key = None, wait: Wait = 0) -> Response:
    """Make a balanced bill final on request."""

    def effect(store: Store) -> Answered:
        return answered(store, at_bill(caller, store, bill).finalise(bill))

    return await answer(caller, Asked(key, None, wait), effect)


@router.post("/bills/{bill}/park", response_model=BillOut, summary="Put aside")
async def park(bill: Number, caller: Seller, key: Key = None) -> Response:
    """Put a bill aside; entering a line takes it up again."""

    def effect(store: Store) -> Answered:
        return answered(store, at_bill(caller, store, bill).park(bill))

    return await answer(caller, Asked(key), effect)


@router.post("/bills/{bill}/void", response_model=BillOut, summary="Void")
async def void(bill: Number, body: schemas.Reason, caller: Seller, key: Key = None) -> Response:
    """Void a bill that is not final, with a reason; bill, rows and sale number stay as a record."""

    def effect(store: Store) -> Answered:
        operator = caller.acting(store, body.operator)
        return answered(store, at_bill(caller, store, bill).void(bill, body.reason, operator))

    return await answer(caller, Asked(key, body), effect)


Position = Number


@router.delete("/bills/{bill}/lines/{position}", response_model=BillOut, summary="Take a line off")
async def remove(bill: Number, position: Position, caller: Seller) -> Response:
    """Take a charge, a comment or the bill's modifier off; its row stays as a correction."""

    def effect(store: Store) -> Answered:
        return answered(store, at_bill(caller, store, bill).remove(bill, position, caller.operator))

    return await answer(caller, Asked(None), effect)


@router.delete("/bills/{bill}/payments/{position}", response_model=BillOut, summary="Withdraw a payment")
async def withdraw(bill: Number, position: Position, caller: Seller) -> Response:
    """Take a payment back; its row stays, and the journal says so."""

    def effect(store: Store) -> Answered:
        return answered(store, at_bill(caller, store, bill).withdraw(bill, position, caller.operator))

    return await answer(caller, Asked(None), effect)


@router.get("/bills/{bill}", response_model=BillOut, summary="Read a bill")
async def read(bill: Number, caller: BillReader) -> Response:
    """Return a bill as it stands, with its receipt's numbers once they are there."""

    def look() -> Response:
        stored = at_bill(caller, caller.store, bill).read(bill)
        job = None if stored.job is None else jobs.show_job(caller.store, stored.job)
        return Json(placed_bill_json(stored, job))

    caller.note(bill=bill)
    return await caller.run(look)


@router.get("/bills", response_model=BillList, summary="List bills")
async def list_(  # noqa: PLR0913, PLR0917 one parameter for each option
    caller: BillReader,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    origin: Annotated[
        str | None,
        Query(max_length=40, description="Only those of this origin.", pattern=r"^[^\x00-\x1f\x7f]*$"),
    ] = None,
    key: Annotated[
        str | None,
        Query(
            max_length=200, description="Only the one with this key of yours.", pattern=r"^[^\x00-\x1f\x7f]*$"
        ),
    ] = None,
    cursor: Before = None,
    limit: Limit = 50,
) -> Response:
    """List bills, the newest first."""
    if origin is not None:
        caller.judge_origin(origin)
    origins = caller.origins() if origin is None else [origin]

    def look() -> Response:
        rows = listings.list_bills(
            caller.store, state=state, origins=origins, key=key, before=cursor, limit=limit
        )
        return Json({"bills": rows, "next": next_of(rows, "bill", limit)})

    return await caller.run(look)
