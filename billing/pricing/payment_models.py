"""Payment models: one row each of what a model is. Rules read the row, never the name.

A host application adds a model with ``register_model`` and a subclass of ``models.Payment`` of that name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.errors import UsageError
from billing.pricing.refusals import Refusal


@dataclass(frozen=True, slots=True)
class PaymentModel:
    """What a payment model is.

    ``needs`` and ``takes`` name what a payment of it must, and may, be told beside type and value: columns of
    its class, such as the ``token`` of a service outside.
    """

    name: str
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


MODELS: dict[str, PaymentModel] = {
    model.name: model
    for model in (
        PaymentModel("plain"),
        PaymentModel("bank"),
        PaymentModel("external", needs=frozenset({"token"})),
        PaymentModel("paypal-express", needs=frozenset({"token"})),
        PaymentModel("room-transfer", takes=frozenset({"room"})),
    )
}
"""By name; a name that is not here is an ordinary model, told apart from the others by its name alone."""


class FactMissing(Refusal):
    """A payment came without what its model must be told."""

    code = "payment_fact_missing"

    def __init__(self, model: str, fact: str) -> None:
        super().__init__(f"a payment of model {model!r} needs its {fact}; it is taken through a program")
        self.fact = fact


class FactWrong(Refusal):
    """A payment came with what its model does not know, or cannot keep."""

    code = "payment_fact"

    def __init__(self, model: str, fact: str, why: str) -> None:
        super().__init__(f"a payment of model {model!r} {why}: {fact}")
        self.fact = fact


class ModelTaken(UsageError):
    """A payment model of this name is there already."""

    code = "payment_model"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a payment model {name!r} already; choose another name")


def register_model(model: PaymentModel) -> None:
    """Add a payment model; the same again changes nothing.

    Raises:
        ModelTaken: there is another of that name.
    """
    if MODELS.setdefault(model.name, model) != model:
        raise ModelTaken(model.name)


def model_named(name: str) -> PaymentModel:
    """Return the row of the model called ``name``."""
    return MODELS.get(name) or PaymentModel(name)


def judge_facts(name: str, facts: Mapping[str, str]) -> None:
    """Judge what a payment of the model called ``name`` was told.

    Raises:
        FactMissing: something it needs is not there.
        FactWrong: something it does not know, or blank.
    """
    model = model_named(name)
    for fact in sorted(model.needs):
        if not facts.get(fact, "").strip():
            raise FactMissing(name, fact)
    for fact, value in facts.items():
        if fact not in model.needs | model.takes:
            raise FactWrong(name, fact, "does not know")
        if not value.isprintable() or not value.strip():
            raise FactWrong(name, fact, "cannot keep")
