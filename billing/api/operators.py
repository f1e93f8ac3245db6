"""Operators log in with their PIN; the session they get says in each request who does it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from billing.api.access import BillReader, Session
from billing.api.json_text import Json
from billing.api.routes import ERRORS
from billing.api.schemas import Body, Id
from billing.api.shapes import Out
from billing.services import operators
from billing.services.operators import LONGEST

router = APIRouter(prefix="/v1", tags=["operators"], responses=ERRORS)


class Login(Body):
    """Who, and the PIN that proves it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"operator": 2, "pin": "4711"}]})

    operator: Id
    pin: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x1f\x7f]+$")]


class LoginOut(Out):
    """An operator who is logged in; ``session`` goes into the header Operator and is not shown again."""

    session: str
    operator: int
    name: str
    role: str
    expires_at: str


@router.post("/operators/login", status_code=201, response_model=LoginOut, summary="Log in an operator")
async def log_in(body: Login, caller: BillReader) -> Response:
    """Prove an operator by his PIN; the answer has a session, this once, for the header ``Operator``.

    It takes no idempotency key, for the session is kept nowhere: asked again, it makes another one.
    Wrong PINs cost a pause that doubles (429 ``pin_locked``), and stand in the journal.
    """
    secret, found = await caller.run(lambda: operators.log_in(caller.store, body.operator, body.pin))
    caller.note(operator=found.number)
    answer = {
        "session": secret,
        "operator": found.number,
        "name": found.name,
        "role": found.role,
        "expires_at": found.expires_at.isoformat(),
    }
    return Json(answer, status_code=201, headers={"Cache-Control": "no-store"})


@router.post("/operators/logout", status_code=204, summary="Log out an operator")
async def log_out(caller: BillReader, operator: Session = None) -> Response:
    """End the session of the header ``Operator``; without one there is nothing to end."""
    if operator is not None:
        await caller.run(lambda: operators.log_out(caller.store, operator))
    return Response(status_code=204)
