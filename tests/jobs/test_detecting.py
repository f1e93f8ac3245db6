"""Detection finds every emulated family and says what it tried; a record never shows a password."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from billing.clock import SetClock
from billing.devices.address import Address
from billing.devices.standing import Identity
from billing.devices.talk import Command, Talk
from billing.devices.transport import LineBroken, PortBusy, Transport
from billing.documents import Receipt, SaleLine, read_document
from billing.emulators.memory import Memory
from billing.jobs.detecting import ask, detect, driver_for, places
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from billing.jobs.recording import recorded
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench, WireTransport


def on_wire(bench: Bench, speed: int = 0) -> Callable[[str, int], Transport]:
    """Give the bench's line, fresh for each probe; at another speed than ``speed`` nobody answers."""

    def opener(_: str, asked: int) -> Transport:
        bench.wire.reopen()
        return Silent(bench.clock) if speed not in {0, asked} else WireTransport(bench.wire, bench.clock)

    return opener


def nobody(clock: SetClock) -> Callable[[str, int], Transport]:
    """Give lines at whose other end nobody is."""
    return lambda *_: Silent(clock)


FAMILIES = ("datecs-p", "datecs-c", "datecs-x", "daisy", "eltrade", "incotex", "tremol", "isl-icp")


@dataclass
class Silent:
    """A line at whose other end nobody is."""

    clock: SetClock

    def write(self, data: bytes) -> None:
        pass

    def read(self, limit_s: float) -> bytes:
        self.clock.move(limit_s)
        return b""

    def pause(self, seconds: float) -> None:
        self.clock.move(seconds)

    def reopen(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_found_by_its_own_driver(family: str) -> None:
    bench = Bench(family)
    place = ask("wire", on_wire(bench), bench.clock)
    assert place.found is not None, place.tried
    assert place.found.address.startswith(f"{family}:wire")
    assert place.found.identity.device_number == bench.device.memory.device_number


def test_the_speed_is_found_and_kept_in_the_address() -> None:
    bench = Bench("datecs-p")
    place = ask("wire", on_wire(bench, 9_600), bench.clock)
    assert place.found is not None
    assert place.found.address == "datecs-p:wire?baudrate=9600"


def test_a_silent_place_says_what_was_tried() -> None:
    clock = SetClock(Bench().clock.instant)
    place = ask("socket://10.0.0.7:4999", nobody(clock), clock)
    assert place.found is None
    assert [line.partition(":")[0] for line in place.tried] == ["datecs-p", "datecs-x", "tremol", "isl-icp"]
    assert clock.monotonic() < 10


def test_a_taken_port_is_said_to_be_taken() -> None:
    def taken(url: str, _: int) -> Transport:
        raise PortBusy(url)

    (place,) = detect(["/dev/ttyS9"], opener=taken)
    assert place.found is None
    assert "/dev/ttyS9" in place.tried[0]


def test_hosts_are_asked_at_the_usual_ports_unless_told() -> None:
    assert places([], ["10.0.0.7", "10.0.0.8:5000"]) == [
        "socket://10.0.0.7:4999",
        "socket://10.0.0.7:9100",
        "socket://10.0.0.8:5000",
    ]


@pytest.mark.parametrize(
    ("probe", "number", "model", "driver"),
    [
        ("datecs-p", "DT278392", "FP-2000", "datecs-p"),
        ("datecs-p", "DT735762", "DP-150", "datecs-c"),
        ("datecs-x", "DT279013", "FP-700X", "datecs-x"),
        ("datecs-p", "DY000001", "COMPACT S 01", "daisy"),
        ("tremol", "ZK000001", "", "tremol"),
    ],
)
def test_the_driver_follows_from_number_and_model(probe: str, number: str, model: str, driver: str) -> None:
    assert driver_for(probe, Identity(number, "00000000", model)) == driver


@pytest.mark.parametrize("family", FAMILIES)
def test_a_record_masks_every_password_and_reads_as_vectors(family: str) -> None:
    """The operator's password that a family sends is nowhere in the record, in either direction."""
    bench = Bench(family)
    line = WireTransport(bench.wire, bench.clock)
    printer, recorder = recorded(Address.parse(f"{family}:wire"), line, bench.clock)
    document = read_document({name: value for name, value in RECEIPT.items() if name != "operator"})
    run(document, printer, MemoryNotebook())
    exchanges = tomllib.loads(recorder.toml(family, "made by a test"))["exchange"]
    sent = b"".join(bytes.fromhex(each["sent"]) for each in exchanges)
    assert isinstance(document, Receipt)
    for command in secret_commands(printer.dialect.open(document)):
        assert command.data not in sent
        assert b"*" * len(command.secrets[0]) in sent


def secret_commands(talk: Talk[None]) -> Iterator[Command]:
    """Yield the first command of ``talk`` if a part of it is secret; some families send no password."""
    command = next(talk)
    if any(command.secrets):
        yield command


def test_a_password_of_the_address_is_masked_in_a_record() -> None:
    bench = Bench("datecs-p")
    line = WireTransport(bench.wire, bench.clock)
    printer, recorder = recorded(Address.parse("datecs-p:wire?password=0000"), line, bench.clock)
    run(read_document(RECEIPT), printer, MemoryNotebook())
    exchanges = tomllib.loads(recorder.toml("datecs-p", "made by a test"))["exchange"]
    assert b"1,****," in b"".join(bytes.fromhex(each["sent"]) for each in exchanges)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_receipt_that_is_open_is_still_open_after_every_place_was_asked(family: str) -> None:
    """Every frame protocol at every speed is tried on it before the right one answers."""
    bench = Bench(family)
    printer = bench.printer()
    printer.connect()
    lines = [line for line in RECEIPT["lines"] if "text" in line][:2]
    document = read_document(
        {"kind": "receipt", "unique_sale_number": RECEIPT["unique_sale_number"], "lines": lines}
    )
    assert isinstance(document, Receipt)
    printer.do(printer.dialect.open(document))
    for sale in document.lines:
        assert isinstance(sale, SaleLine)
        printer.do(printer.dialect.sell(sale))
    before = fiscal(bench.device.memory)
    assert ask("wire", on_wire(bench, 9_600), bench.clock).found is not None
    assert fiscal(bench.device.memory) == before
    assert bench.device.memory.receipt is not None
    assert bench.device.memory.receipt.sales == 2


def fiscal(memory: Memory) -> dict[str, object]:
    """Return what of a device's memory no question may change: the open receipt, the day, the journal."""
    told = memory.model_dump(include={"receipt", "day", "journal", "printed"})
    told["receipt"].pop("extra")  # when a family last heard of its client
    return told


def test_a_line_that_breaks_is_a_probe_that_failed() -> None:
    class Broken(Silent):
        def write(self, data: bytes) -> None:
            raise LineBroken("wire", f"pulled at {data!r}")

    clock = SetClock(Bench().clock.instant)
    assert ask("socket://h:1", lambda *_: Broken(clock), clock).found is None
