"""What comes in, as schemas. Amounts, quantities and rates are decimal strings."""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from billing.documents import Amount, Text

DECIMAL: Final = r"^[+-]?[0-9]{1,12}(\.[0-9]{1,9})?$"
ZERO_UP: Final = r"^[0-9]{1,12}(\.[0-9]{1,9})?$"

Number = Annotated[
    Amount, WithJsonSchema({"type": "string", "pattern": DECIMAL, "examples": ["-10"]}), Field(strict=False)
]
Price = Annotated[
    Amount, Field(ge=0), WithJsonSchema({"type": "string", "pattern": ZERO_UP, "examples": ["1.20"]})
]
Quantity = Annotated[
    Amount, Field(gt=0), WithJsonSchema({"type": "string", "pattern": ZERO_UP, "examples": ["2.5"]})
]
Id = Annotated[int, Field(ge=1, le=999_999_999)]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
ExternalKey = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Body(BaseModel):
    """A request's body; a member that we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModifierValue(Body):
    """A discount (below zero) or surcharge."""

    kind: Literal["percent", "fixed"]
    value: Number


class ChargeLine(Body):
    """A charge; what is left out is found in the nomenclature."""

    kind: Literal["charge"]
    qty: Quantity = Decimal(1)
    price: Price | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    plu: Id | None = None
    department: Id | None = None
    tax_group: Id | None = None
    modifier: ModifierValue | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _something_is_charged(self) -> "ChargeLine":
        if self.price is None and self.plu is None:
            raise ValueError("a charge has a price or a PLU")
        if self.plu is not None and self.department is not None:
            raise ValueError("a PLU has its own department; give one of the two")
        return self


class CommentLine(Body):
    """Text on the bill and its receipt."""

    kind: Literal["comment"]
    text: Text


class ModifierLine(Body):
    """The bill's one discount (below zero) or surcharge."""

    kind: Literal["modifier"]
    modifier: ModifierValue
    text: Text | None = None


class PaymentFields(Body):
    """Money against the bill; without a value all that is due, without a type the default one."""

    type: Id | None = None
    value: Price | None = None
    profile: Annotated[Id | None, Field(description="Asks for an invoice made out to this profile.")] = None


class PaymentLine(PaymentFields):
    """A payment as a line."""

    kind: Literal["payment"]


class OperatorLine(Body):
    """Who works on the bill from here on."""

    kind: Literal["operator"]
    operator: Id


def _form(line: Any) -> str:  # noqa: ANN401 whatever the caller sent
    if isinstance(line, str):
        return "text line"
    if isinstance(line, dict):
        return str(line.get("kind"))
    return str(getattr(line, "kind", None))


LineIn = Annotated[
    Annotated[str, Field(max_length=600), Tag("text line")]
    | Annotated[ChargeLine, Tag("charge")]
    | Annotated[CommentLine, Tag("comment")]
    | Annotated[ModifierLine, Tag("modifier")]
    | Annotated[PaymentLine, Tag("payment")]
    | Annotated[OperatorLine, Tag("operator")],
    Discriminator(_form),
]
"""A line: bill text, or the same as an object."""


class Lines(Body):
    """Lines of bill text: one by one (each a text or an object), or as one text."""

    lines: Annotated[
        list[LineIn] | None, Field(examples=[["2*1.20/Tea", {"kind": "charge", "plu": 3, "qty": "2"}, "@"]])
    ] = None
    text: Annotated[str | None, Field(description="The same as one text, a line each.")] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Lines":
        if (self.lines is None) == (self.text is None):
            raise ValueError("give either lines or text")
        return self


class NewBill(Lines):
    """A bill in one call: all of its lines, or nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"lines": ["2*#3", "1.20/Tea", "@1/10"], "origin": "shop", "key": "order-1017"}]
        }
    )

    origin: Annotated[Name | None, Field(description="Where it is sold; by default the store's.")] = None
    operator: Annotated[Id | None, Field(description="Who sells; by default the store's.")] = None
    key: Annotated[
        ExternalKey | None,
        Field(description="Your own name of the bill, unique; the same again: the same bill."),
    ] = None
    park: Annotated[bool, Field(description="Keep a bill that is not paid in full.")] = False


class MoreLines(Lines):
    """Lines for a bill that is not final: all of them, or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": ["1.20/Tea"]}]})


class NewPayment(PaymentFields):
    """A payment of a bill."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"type": 1, "value": "10.00"}]})


class Reason(Body):
    """Why, for the journal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the guest left"}]})

    reason: Annotated[Text, Field(min_length=1)]
    operator: Id | None = None


class ToPrice(Lines):
    """What to price; ``nomenclature`` as for ``billing price`` (by default the store's)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": ["2*1.20/Tea", "-10%"]}]})

    nomenclature: dict[str, Any] | None = None


class ToParse(Lines):
    """What to explain."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "2.5*#23-20%"}]})


class Resolution(Body):
    """What a person found on the paper: the document's number, or that it is not there."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"printed": True, "document_number": "0000123"}]}
    )

    printed: bool
    document_number: Annotated[str, Field(pattern=r"^[0-9]{1,10}$")] | None = None
    operator: Id | None = None

    @model_validator(mode="after")
    def _number_of_paper(self) -> "Resolution":
        if self.printed != (self.document_number is not None):
            raise ValueError("printed takes the document_number that is on the paper, not printed takes none")
        return self


class ReportOf(Body):
    """Whose day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"origin": "shop"}]})

    origin: Name | None = None
