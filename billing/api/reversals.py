"""Reversals: a bill of its own that takes back lines of a final bill."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from billing.api.access import Reverser
from billing.api.bills import WAITS, answered
from billing.api.effects import Asked, Key, Wait, answer
from billing.api.routes import ERRORS, ON_PAPER, Number
from billing.api.schemas import Body, ExternalKey, Id, Quantity
from billing.api.shapes import BillOut
from billing.documents import Original, ReversalReason
from billing.services import listings, reversals
from billing.services.idempotency import Answered
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["reversals"], responses=ERRORS)


class Part(Body):
    """A line of the original, by its position; without a quantity all that is left of it."""

    position: Annotated[int, Field(ge=1, le=999_999_999)]
    qty: Quantity | None = None


class NewReversal(Body):
    """What is taken back, and why; without lines all that is left of the bill."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "refund", "lines": [{"position": 1, "qty": "1"}]}]}
    )

    reason: ReversalReason
    lines: Annotated[tuple[Part, ...], Field(max_length=500)] = ()
    operator: Id | None = None
    payment_type: Annotated[
        Id | None, Field(description="How the money goes back; by default the way it came.")
    ] = None
    key: Annotated[ExternalKey | None, Field(description="Your own name of the reversal, unique.")] = None
    original: Annotated[
        Original | None,
        Field(description="The original's numbers off the paper, where its device told none."),
    ] = None
    invoice_number: Annotated[str, Field(pattern=r"^[0-9]{0,10}$")] = ""

    def asked(self, operator: int | None) -> reversals.Asked:
        """Return it as the service takes it, done by ``operator``."""
        return reversals.Asked(
            reason=self.reason,
            parts=tuple(reversals.Part(part.position, part.qty) for part in self.lines),
            operator=operator,
            payment_type=self.payment_type,
            key=self.key,
            original=self.original,
            invoice_number=self.invoice_number,
        )


@router.post(
    "/bills/{bill}/reversals",
    status_code=201,
    response_model=BillOut,
    summary="Reverse a bill",
    responses={201: {"description": ON_PAPER}, 202: WAITS[202]},
)
async def reverse(
    bill: Number, body: NewReversal, caller: Reverser, key: Key = None, wait: Wait = 0
) -> Response:
    """Take back lines of a final bill for one of the law's three reasons; the answer is a bill of its own."""

    def effect(store: Store) -> Answered:
        caller.judge_origin(listings.origin_of_bill(store, bill))
        operator = caller.acting(store, body.operator)
        return answered(store, reversals.reverse(store, bill, body.asked(operator)), 201)

    return await answer(caller, Asked(key, body, wait, 201), effect)
