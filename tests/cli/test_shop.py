"""A whole small day through the ``billing`` command, on a real emulated device on a real pseudo-terminal."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Counter:
    """A folder with a sample shop, the ``billing`` command in it, and its emulated printer."""

    folder: Path
    device: "subprocess.Popen[str] | None" = None
    faults: list[str] = field(default_factory=list)

    def billing(self, *words: str, code: int = 0, text: str | None = None) -> str:
        """Run the command, hold its exit code against ``code``, and return standard output and error."""
        done = subprocess.run(
            [sys.executable, "-m", "billing", *words],
            cwd=self.folder,
            env={"HOME": str(self.folder), "BILLING_DATABASE_URL": f"sqlite:///{self.folder}/billing.db"},
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def json(self, *words: str, code: int = 0) -> Any:  # noqa: ANN401 JSON is anything
        """Run the command with ``--json`` and return what it answered."""
        return json.loads(self.billing(*words, "--json", code=code).splitlines()[0])

    def plug_in(self, faults: str = "") -> None:
        """Switch the printer on."""
        words = ["emulate", "datecs-p", "--pty", "printer", "--state", "printer.json", "--paper", "paper.txt"]
        self.device = subprocess.Popen(
            [sys.executable, "-m", "billing", *words, *(["--faults", faults] if faults else [])],
            cwd=self.folder,
            env={"HOME": str(self.folder)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.device.stdout is not None
        assert self.device.stdout.readline().startswith("ready ")

    def unplug(self, by: int = signal.SIGTERM) -> None:
        """Switch the printer off."""
        if self.device is not None:
            self.device.send_signal(by)
            self.device.communicate()
            self.device = None

    @property
    def paper(self) -> str:
        """All that was printed."""
        return (self.folder / "paper.txt").read_text("utf-8")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    shop = Counter(tmp_path)
    shop.billing("init", "--sample", "shop")
    shop.plug_in()
    yield shop
    shop.unplug()


def test_a_day_is_rung_read_and_closed(counter: Counter) -> None:
    """ring, report x, report z, jobs list: the device agrees with the bills."""
    bill = counter.json("ring", "2*#23-20%", "1.2/Чай", "-5%", "@2/1", "@1/10")
    assert (bill["total"], bill["change"], bill["receipt"]["document_number"]) == ("3.57", "7.43", "0000001")
    assert bill["receipt"]["printed"] == "yes"
    assert "Чай" in counter.paper
    x = counter.json("report", "x", "-o", "shop")
    assert (x["differences"], x["figures"]["total"]) == ([], "3.57")
    z = counter.json("report", "z", "-o", "shop")
    assert (z["state"], z["differences"], z["z_number"]) == ("balanced", [], 1)
    states = [job["state"] for job in counter.json("jobs", "list")["jobs"]]
    assert states == ["done", "done", "done", "done"]  # the receipt, X, Z, and the slip after it
    assert "attempt 1" in counter.billing("jobs", "show", "1")


def test_lines_come_from_standard_input_too(counter: Counter) -> None:
    assert "change 3.80" in counter.billing("ring", text="1.2\n@1/5\n")


def test_a_wrong_line_is_refused_with_its_place_and_leaves_no_bill(counter: Counter) -> None:
    refused = counter.billing("ring", "1.2", "20−2", "@", code=3)
    assert "line 2, column 3" in refused
    assert "20−2\n  ^" in refused
    assert counter.json("jobs", "list")["jobs"] == []
    assert "PLU 99999" in counter.billing("ring", "#99999", "@", code=3)
    assert "1.20 EUR is still due" in counter.billing("ring", "1.2", code=3)


def test_the_same_key_gives_the_first_answer(counter: Counter) -> None:
    first = counter.json("ring", "--key", "till-7-0001", "1.2", "@")
    assert counter.json("ring", "--key", "till-7-0001", "1.2", "@")["receipt"] == first["receipt"]
    assert counter.paper.count("ФИСКАЛЕН БОН") == 1
    assert "was used for bill 1" in counter.billing("ring", "--key", "till-7-0001", "9", "@", code=3)


def test_an_unpaid_bill_is_kept_only_when_parked(counter: Counter) -> None:
    assert counter.json("ring", "--park", "1.2")["parked"] is True


def test_a_printer_that_is_off_keeps_the_bill_and_its_job(counter: Counter) -> None:
    counter.unplug(signal.SIGKILL)
    refused = counter.json("ring", "--key", "a", "1.2", "@", code=4)
    assert (refused["error"]["printed"], refused["state"]) == ("no", "handed_over")
    counter.plug_in()
    assert counter.json("jobs", "retry", "1")["receipt"]["document_number"] == "0000001"
    assert counter.json("ring", "--key", "a", "1.2", "@")["receipt"]["document_number"] == "0000001"


def test_a_device_that_dies_between_close_and_answer_is_asked_not_told_again(counter: Counter) -> None:
    """The printer is killed by a hang-up right after it closed; the next ring finds the receipt printed."""
    counter.unplug()
    counter.plug_in("power-after@cmd=38")
    first = counter.json("ring", "--key", "a", "1.2", "@")
    assert first["receipt"]["printed"] == "yes"
    assert counter.paper.count("ФИСКАЛЕН БОН") == 1


def test_a_missing_store_says_what_to_do(tmp_path: Path) -> None:
    assert "billing init" in Counter(tmp_path).billing("ring", "1", "@", code=3)


def test_a_device_is_added_listed_and_checked(counter: Counter) -> None:
    """The sample's printer agrees with the store; a second one is asked before it is kept."""
    lines = counter.json("device", "check", "printer")["lines"]
    assert {line["verdict"] for line in lines} == {"ok"}
    assert "open                   none" in counter.billing("device", "status", "printer")
    address = f"datecs-p:{counter.folder}/printer"
    added = counter.json("device", "add", "second", address, "-o", "bar")
    assert (added["device_number"], added["origins"]) == ("DT000600", ["bar"])
    assert "second" in counter.billing("device", "list")
    assert "choose another name" in counter.billing("device", "add", "second", address, code=3)
    assert "there is no driver" in counter.billing("device", "add", "third", "nonsense:/dev/x", code=2)


def test_another_rate_on_the_device_shows_in_its_check(counter: Counter) -> None:
    counter.unplug()
    rates = ["0", "9", "20", "9", None, None, None, None]
    (counter.folder / "printer.json").write_text(json.dumps({"rates": rates}))
    counter.plug_in()
    found = counter.json("device", "check", "printer", code=3)
    wrong = [line for line in found["lines"] if line["verdict"] == "differs"]
    assert [(line["what"], line["ours"], line["device"]) for line in wrong] == [
        ("tax group 2", "20 %", "9 %")
    ]
    refused = counter.json("ring", "1.2", "@", code=3)
    assert refused["error"]["code"] == "rate_differs"


def test_a_corrected_rate_lets_the_next_bill_through(counter: Counter) -> None:
    """The store still has the wrong one: the device is looked at again before the bill is refused."""
    counter.unplug()
    state = counter.folder / "printer.json"
    right = json.loads(state.read_text("utf-8"))
    state.write_text(json.dumps(right | {"rates": ["0", "9", "20", "9", None, None, None, None]}))
    counter.plug_in()
    counter.billing("device", "check", "printer", code=3)
    counter.billing("ring", "1.2", "@", code=3)
    counter.unplug()
    state.write_text(json.dumps(right))
    counter.plug_in()
    assert counter.json("ring", "1.2", "@")["receipt"]["printed"] == "yes"


def test_a_line_of_a_bill_is_reversed_and_printed(counter: Counter) -> None:
    bill = counter.json("ring", "2*5/а", "3/б", "@")["bill"]
    back = counter.json("reverse", str(bill), "--line", "1=1", "--reason", "refund")
    assert (back["reverses"], back["reversal_reason"], back["total"]) == (bill, "refund", "5.00")
    assert back["receipt"]["printed"] == "yes"
    assert "СТОРНО" in counter.paper
    said = counter.billing("reverse", str(bill), "--line", "1=2", "--reason", "refund", code=3)
    assert "2 of line 1 ('а') cannot be reversed: 1 is left of it" in said
    assert "expected operator-error" in counter.billing("reverse", str(bill), "--reason", "so", code=2)
    assert "such as 0000123" in counter.billing(
        "reverse", str(bill), "--reason", "refund", "--original", "7", code=2
    )
