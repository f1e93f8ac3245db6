"""Every driver says what its vectors say, however the answer is cut on its way."""

import pytest

from billing.devices.faults import Refused
from billing.devices.link import LinkLost
from billing.devices.printer import Printer
from billing.devices.registry import drivers
from billing.devices.talk import Repeat
from tests.devices.vectors import FOLDER, Vector, printer_for, vectors

VECTORS = list(vectors())
CUTS = {
    "whole": lambda answer: [answer],
    "byte by byte": lambda answer: [answer[at : at + 1] for at in range(len(answer))],
    "with junk before": lambda answer: [b"\x7f\x00zz" + answer],
}


def is_as_expected(vector: Vector, printer: Printer) -> bool:
    """Return whether the talk comes to what the vector says."""
    try:
        value = printer.do(vector.start(printer))
    except Refused as refused:
        return refused.code == vector.refused
    return not vector.refused and vector.is_result(value)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector.driver}: {vector.name}")
def test_a_vector_is_said_and_its_answer_understood(vector: Vector, cut: str) -> None:
    printer, script = printer_for(vector, CUTS[cut])
    assert is_as_expected(vector, printer)
    assert script.said == list(vector.sent)


def repeatable(vector: Vector) -> bool:
    """Return whether the operation begins with a command that may be sent again after silence.

    Under other numbers the frames of several commands would not be those of the vector.
    """
    printer = printer_for(vector, CUTS["whole"])[0]
    codec = printer.link.codec
    if codec.numbers and not codec.remembers and len(vector.sent) > 1:
        return False
    return next(vector.start(printer)).repeat is not Repeat.ONCE


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if repeatable(vector) and not vector.asks_back],
    ids=lambda vector: f"{vector.driver}: {vector.name}",
)
def test_an_answer_cut_short_is_asked_for_again_or_called_lost(vector: Vector) -> None:
    """Only a device that remembers its last number is sent the same frame again."""
    printer, _ = printer_for(vector, lambda answer: [answer[: len(answer) // 2]])
    if not printer.link.codec.remembers:
        printer.link.next_number = lambda: vector.seq or 0  # type: ignore[method-assign]  # one number, one frame
    if printer.link.codec.remembers or next(vector.start(printer)).repeat is Repeat.SAFE:
        assert is_as_expected(vector, printer)
    else:
        with pytest.raises(LinkLost):
            printer.do(vector.start(printer))


@pytest.mark.parametrize("driver", sorted(drivers()))
def test_every_driver_has_vectors(driver: str) -> None:
    assert (FOLDER / f"{driver}.toml").exists()
