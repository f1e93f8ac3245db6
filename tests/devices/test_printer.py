"""A printer carries talks: refusals are thrown into them, answers that cannot be read are named."""

import pytest

from billing.clock import SetClock
from billing.devices.dialect import Dialect
from billing.devices.drivers.datecs_p import DatecsP
from billing.devices.faults import DeviceError, Fault, NotSupported, Refused
from billing.devices.frames.isl import checksum
from billing.devices.link import Link
from billing.devices.printer import Nonsense, Printer
from billing.devices.talk import Command, Talk, ask
from billing.documents import Printed
from tests.devices.test_link import Fake, reply
from tests.devices.wired import NOON


def printer_that_hears(*answers: bytes) -> Printer:
    fake = Fake(list(answers), SetClock(NOON))
    dialect = DatecsP()
    return Printer(dialect, Link(fake, dialect.codec(), dialect.limits, fake.clock))


def refused_reply(seq: int, code: int) -> bytes:
    """Return an answer whose status says "not allowed now" (1.1)."""
    summed = bytes([0x2B, seq, code]) + b"\x04\xa0\x82\x80\x80\x86\x9a\x05"
    return b"\x01" + summed + checksum(summed) + b"\x03"


def test_an_identity_without_its_numbers_is_nonsense_and_no_bug() -> None:
    printer = printer_that_hears(reply(0x20, 0x5A, b"FP-2000,1.00BG,FFFF,0101"))
    with pytest.raises(Nonsense, match=r"identify: 'FP-2000,1.00BG,FFFF,0101' cannot be read"):
        printer.do(printer.dialect.identify())


def test_a_refusal_is_thrown_into_the_talk_which_may_go_on() -> None:
    def talk() -> Talk[str]:
        try:
            yield Command(0x31, b"x", "sell")
        except Refused as refused:
            caught = refused.code
        return caught + (yield ask(0x3E, "clock")).data.decode()

    printer = printer_that_hears(refused_reply(0x20, 0x31), reply(0x21, 0x3E, b", then go on"))
    assert printer.do(talk()) == "not-allowed, then go on"


def test_what_a_driver_lacks_is_refused_when_it_is_called() -> None:
    class Bare(Dialect):
        name = "bare"

    with pytest.raises(NotSupported, match="bare cannot open a drawer") as refused:
        Bare().drawer()
    assert (refused.value.exit_code, refused.value.printed) == (3, Printed.NO)


def test_what_is_known_of_the_paper_sets_the_exit_code() -> None:
    refused = Refused(Fault.PAPER_OUT, "sell", "status 2.0")
    assert (refused.exit_code, refused.code, refused.printed) == (4, "paper-out", Printed.NO)
    unknown = refused.after(Printed.UNKNOWN, "print it again")
    assert isinstance(unknown, DeviceError)
    assert (unknown.exit_code, unknown.maker_code) == (5, "status 2.0")
    assert str(unknown).endswith("print it again")
