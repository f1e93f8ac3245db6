"""Plans, customers, subscriptions and the pass from the command line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from billing.cli.app import app
from billing.services.recurring.pass_ import PassResult
from billing.services.recurring.running import Worker

Run = Any
BILLING = [sys.executable, "-c", "from billing.cli.app import main; main()"]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``billing`` with these words on a store with the sample shop, a plan and a customer."""
    file = tmp_path / "billing.db"
    file.write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("BILLING_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    assert call("init", "--sample", "shop").exit_code == 0
    assert call("plan", "create", "gym", "--amount", "25").exit_code == 0
    assert call("customer", "create", "Anna", "--external-id", "anna").exit_code == 0
    return call


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def test_a_subscription_is_made_billed_and_read_as_an_invoice(run: Run) -> None:
    made = answer(run("subscription", "create", "gym", "anna", "--quantity", "2", "--json"))
    assert (made["state"], made["billed"], made["amount"]) == ("ACTIVE", 1, "25.00")
    assert "billed 50.00, settled 0.00, owed 50.00 EUR" in run("recurring", "feed", "1").stdout


def test_the_same_key_makes_one_subscription(run: Run) -> None:
    words = ("subscription", "create", "gym", "anna", "--key", "k", "--json")
    assert answer(run(*words)) == answer(run(*words))
    assert len(answer(run("subscription", "list", "--json"))["subscriptions"]) == 1


def test_the_pass_runs_with_a_time_of_ones_own_and_again_adds_nothing(run: Run) -> None:
    run("subscription", "create", "gym", "anna")
    assert answer(run("recurring", "run", "--now", "2200-01-01T00:00:00Z", "--json"))["generated"] > 2000
    assert answer(run("recurring", "run", "--now", "2200-01-01T00:00:00Z", "--json"))["generated"] == 0


def test_a_run_that_leaves_one_to_a_person_ends_with_3(run: Run) -> None:
    run("subscription", "create", "gym", "anna", "--max-catch-up", "1")
    result = run("recurring", "run", "--now", "2200-01-01T00:00:00Z")
    assert (result.exit_code, "1 held" in result.stdout) == (3, True)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("pause",), "PAUSED"),
        (("cancel",), "ENDING"),
        (("cancel", "--when", "now"), "CANCELED"),
        (("change", "--quantity", "3"), "ACTIVE"),
        (("change", "--plan", "gym", "--when", "period_end"), "ACTIVE"),
        (("rezone", "Europe/Athens"), "ACTIVE"),
    ],
)
def test_an_operation_answers_with_the_state(run: Run, words: tuple[str, ...], state: str) -> None:
    run("subscription", "create", "gym", "anna")
    name, *rest = words
    assert answer(run("subscription", name, "1", *rest, "--json"))["state"] == state


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("subscription", "pause", "7"), "subscription 7"),
        (("subscription", "create", "gym", "nobody"), "nobody"),
        (("subscription", "create", "none", "anna"), "none"),
        (("subscription", "create", "gym", "anna", "--start", "2026-01-01T00:00"), "offset"),
        (("subscription", "create", "gym", "anna", "--start", "2020-01-01T00:00Z"), "back-fill"),
        (("subscription", "create", "gym", "anna", "--amount", "x"), "decimal"),
        (("plan", "create", "bad"), "amount"),
        (("plan", "create", "bad", "--amount", "1", "--interval", "0"), "interval"),
        (("customer", "show", "nobody"), "nobody"),
    ],
)
def test_a_mistake_is_one_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code in {2, 3}
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_preview_forecast_owed_and_check_read_only(run: Run, tmp_path: Path) -> None:
    run("subscription", "create", "gym", "anna")
    coming = answer(run("recurring", "preview", "1", "--count", "3", "--json"))["coming"]
    assert [each["amount"] for each in coming] == ["25.00"] * 3
    picture = tmp_path / "forecast.png"
    table = run("recurring", "forecast", "--months", "2", "--csv", "--plot", str(picture)).stdout
    assert table.splitlines()[0] == "month,plan,periods,amount,currency,unpriced"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert answer(run("recurring", "owed", "--json"))["owed"][0]["due"] == "25.00"
    assert "agrees" in run("recurring", "check").stdout


def test_a_collection_without_gateways_leaves_the_bill_to_the_till(run: Run) -> None:
    run("subscription", "create", "gym", "anna")
    assert answer(run("recurring", "collect", "--json"))["tried"] == 0
    assert "EUR OPEN" in run("customer", "show", "anna").stdout


def test_a_run_that_is_stopped_keeps_what_it_did_and_the_next_one_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        run("subscription", "create", "gym", "anna")
    late = ("recurring", "run", "--now", "2030-01-01T00:00:00Z", "--batch", "1", "--json")

    def stop_after_one(self: Worker, *words: Any) -> Iterator[PassResult]:  # noqa: ANN401 as the stopped
        yield self.run(*words)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "run_all", stop_after_one)
        stopped = run(*late)
    assert (stopped.exit_code, "goes on" in stopped.stderr) == (130, True)
    assert answer(run(*late))["subscriptions"] == 1


def test_a_quantity_beyond_every_number_kept_is_refused_in_one_sentence(run: Run) -> None:
    refused = run("subscription", "create", "gym", "anna", "--quantity", str(10**19))
    assert refused.exit_code == 3
    assert refused.stderr == (
        "billing: the quantity is 10000000000000000000; expected a whole number from 1 to 1000000000\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("plan", "create", "x", "--amount", "1.234"), 3, "the amount is 1.234 EUR; EUR has 2 decimals"),
        (("plan", "create", "x", "--amount", "1e999999"), 2, "'1e999999' is out of reach; expected a number"),
        (("subscription", "change", "1", "--amount", "30.005"), 3, "the amount is 30.005 EUR; EUR has 2"),
        (("subscription", "cancel", "1", "--when", "now", "--refund", "0.001"), 3, "the amount is 0.001 EUR"),
        (("subscription", "cancel", "1", "--when", "now", "--refund", "-5"), 3, "the amount is -500 minor"),
        (("subscription", "create", "gym", "anna", "--amount", "9.999"), 3, "the amount is 9.999 EUR"),
        (("subscription", "create", "gym", "anna", "--discount-sum", "0.001"), 3, "the amount is 0.001 EUR"),
        (("subscription", "create", "gym", "anna", "--max-runs", str(10**30)), 2, "--max-runs"),
        (("subscription", "show", str(10**30)), 2, "SUBSCRIPTION"),
        (("subscription", "usage", "1", "1e30", "--key", "a"), 2, "'1e30' is out of reach"),
    ],
)
def test_a_number_that_cannot_be_kept_as_it_stands_is_refused(
    run: Run, words: tuple[str, ...], code: int, sentence: str
) -> None:
    """Money is whole minor units (semantics 3): nothing is rounded without a word."""
    answer(run("subscription", "create", "gym", "anna", "--json"))
    refused = run(*words)
    assert (refused.exit_code, sentence in refused.stderr) == (code, True), refused.stderr


def test_a_change_of_nothing_is_refused_and_leaves_no_trace(run: Run) -> None:
    answer(run("subscription", "create", "gym", "anna", "--json"))
    before = run("recurring", "feed", "1").stdout
    refused = run("subscription", "change", "1")
    assert (refused.exit_code, "the change names nothing" in refused.stderr) == (3, True)
    assert run("recurring", "feed", "1").stdout == before


@pytest.mark.parametrize("words", [("plan", "create", "{}", "--amount", "5"), ("customer", "create", "{}")])
@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\N{DUCK}" * 256])
def test_a_name_that_cannot_be_read_out_is_refused(run: Run, words: tuple[str, ...], name: str) -> None:
    refused = run(*(word.format(name) for word in words))
    assert (refused.exit_code, "expected 1 to" in refused.stderr) == (3, True)


def test_a_plot_that_cannot_be_written_says_which_file(run: Run, tmp_path: Path) -> None:
    answer(run("subscription", "create", "gym", "anna", "--json"))
    file = tmp_path / "nowhere" / "forecast.png"
    ended = subprocess.run(
        [*BILLING, "recurring", "forecast", "--plot", str(file)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == f"billing: {file}: input or output failed: No such file or directory\n"
