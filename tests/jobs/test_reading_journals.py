"""The electronic journal read back over the line: one question, many lines (Daisy C3h, Tremol 7Ch)."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from billing.devices.faults import DeviceError, NotSupported
from tests.devices.documents import RECEIPT
from tests.devices.isl_receipts import receipt
from tests.devices.wired import NOON, Bench

DOCUMENTS = {"daisy": receipt("daisy"), "tremol": RECEIPT, "tremol-v2": RECEIPT}
EACH = pytest.mark.parametrize("driver", DOCUMENTS)
TODAY = NOON.date()


def sold(driver: str) -> Bench:
    """Return a device that sold one receipt and made a Z."""
    bench = Bench(driver)
    bench.print(DOCUMENTS[driver])
    bench.print({"kind": "z-report", "key": "z"})
    return bench


def read(bench: Bench, number: int | None = None) -> Sequence[str]:
    """Return the lines of today's journal, or of one document."""
    printer = bench.printer()
    printer.connect()
    dialect = printer.dialect
    return printer.do(dialect.journal(TODAY, TODAY) if number is None else dialect.journal_document(number))


def kept(bench: Bench, number: int | None = None) -> list[str]:
    """Return what the device keeps, by its own books."""
    memory = bench.device.memory
    return [line for each in memory.journal if number in {None, each.number} for line in each.text]


@EACH
def test_every_line_of_the_day_is_read_in_its_order(driver: str) -> None:
    bench = sold(driver)
    assert read(bench) == kept(bench)
    assert len(kept(bench)) > 30


@EACH
def test_one_document_is_read_by_its_number(driver: str) -> None:
    bench = sold(driver)
    lines = read(bench, 1)
    assert lines == kept(bench, 1)
    assert any(RECEIPT["lines"][0]["text"] in line for line in lines)


@EACH
def test_a_document_that_is_not_there_has_no_lines(driver: str) -> None:
    assert read(sold(driver), 77) == []


@EACH
def test_a_day_without_documents_has_no_lines(driver: str) -> None:
    printer = sold(driver).printer()
    printer.connect()
    day = TODAY - timedelta(days=40)
    assert printer.do(printer.dialect.journal(day, day)) == []


@pytest.mark.parametrize(
    ("driver", "kind"),
    [
        *(
            (driver, kind)
            for driver in DOCUMENTS
            for kind in ("drop", "late:3", "refuse", "busy:5", "hangup")
        ),
        *(("tremol", kind) for kind in ("corrupt", "noise")),
    ],
)
def test_a_fault_while_the_journal_is_read_ends_in_its_lines_or_an_error(driver: str, kind: str) -> None:
    """Never in a part of them that looks like all; a Daisy's lines are bare text, without a checksum."""
    word, colon, argument = kind.partition(":")
    code = "c3" if driver == "daisy" else "7c"
    bench = Bench(driver, f"{word}@cmd={code}{colon}{argument}")
    bench.print(DOCUMENTS[driver])
    try:
        lines = read(bench)
    except DeviceError:
        bench.wire.reopen()
        lines = read(bench)
    assert lines == kept(bench)


@EACH
def test_the_device_sells_on_after_its_journal_was_read(driver: str) -> None:
    bench = sold(driver)
    read(bench)
    number = DOCUMENTS[driver]["unique_sale_number"][:-1] + "9"
    bench.print(DOCUMENTS[driver] | {"unique_sale_number": number})
    assert (bench.receipts, bench.turnover) == (1, "24.24")


@pytest.mark.parametrize("driver", ["eltrade", "incotex", "isl-icp"])
def test_a_family_whose_protocol_reads_no_journal_says_so_before_the_first_byte(driver: str) -> None:
    printer = Bench(driver).printer()
    with pytest.raises(NotSupported):
        printer.dialect.journal(TODAY, TODAY)
    with pytest.raises(NotSupported):
        printer.dialect.journal_document(1)
