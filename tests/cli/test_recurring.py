"""``billing recurring simulate --jsonl``: a script a line in, an answer a line out (semantics 18)."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from billing.cli.app import app
from billing.cli.recurring import answers

SCRIPT = {
    "id": "s1",
    "zone": "Europe/Sofia",
    "anchor": "2024-01-31T09:00:00+02:00",
    "frequency": "MONTHLY",
    "interval": 1,
    "trial_days": None,
    "now": "2024-02-29T07:00:00Z",
}


def run(*lines: str) -> list[dict[str, Any]]:
    return [json.loads(answer) for answer in answers(line.encode() for line in lines)]


def test_rule_18_one_script_gives_one_answer_with_exactly_the_words_of_the_page() -> None:
    outcome = CliRunner().invoke(app, ["recurring", "simulate", "--jsonl"], input=json.dumps(SCRIPT) + "\n")
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout) == {
        "id": "s1",
        "runs": ["2024-01-31T07:00:00Z", "2024-02-29T07:00:00Z"],
        "amounts": [1000, 1000],
        "adjustments": [],
        "next": "2024-03-31T06:00:00Z",
        "state": "ACTIVE",
        "attempts": [],
        "bill": "SETTLED",
        "error": None,
        "error_event": None,
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("\xff", "not JSON"),
        ("[1]", "a script is a JSON object; found list"),
        ('{"id": 7, "anchor": NaN}', "NaN is no number of JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_rule_18_a_line_that_is_no_script_gets_an_answer_and_the_next_is_read(line: str, words: str) -> None:
    bad, good = run(line, json.dumps(SCRIPT))
    assert (bad["id"], bad["error"], bad["error_event"]) == (None, "bad_script", None)
    assert words in bad["message"]
    assert good["state"] == "ACTIVE"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"anchor": "2024-01-31T09:00:00"}, "anchor: Input should have timezone info"),
        ({"frequency": "HOURLY"}, "frequency: Input should be 'DAILY', 'WEEKLY', 'MONTHLY' or 'YEARLY'"),
        ({"now": None}, "now: Field required"),
        ({"anchor": "9999-12-31T23:00:00Z"}, "the year is 9999; expected 1000 to 9000"),
        ({"events": 5}, "events: Input should be a valid tuple"),
        ({"amount": 10.5}, "amount: Input should be a valid integer"),
        ({"discount": {"percent": 101}}, "discount.percent: Input should be less than or equal to 100"),
    ],
)
def test_rule_18_a_script_that_does_not_fit_is_told_where(change: dict[str, Any], words: str) -> None:
    (bad,) = run(json.dumps({**SCRIPT, **change}))
    assert (bad["id"], bad["error"]) == ("s1", "bad_script")
    assert words in bad["message"]


def test_rule_18_a_refusal_is_told_as_a_sentence_on_standard_error() -> None:
    script = {**SCRIPT, "events": [{"at": "2024-02-01T00:00:00Z", "do": "resume", "mode": "keep"}]}
    outcome = CliRunner().invoke(app, ["recurring", "simulate", "--jsonl"], input=json.dumps(script))
    assert json.loads(outcome.stdout)["error"] == "not_paused"
    assert "line 1: event 0 is refused: resume needs a subscription that is PAUSED" in outcome.stderr


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"at": "2024-02-01T00:00:00Z", "do": "dance"}, "bad_event"),
        ({"at": "2024-02-01T00:00:00Z"}, "bad_event"),
        ({"at": "yesterday", "do": "pause"}, "bad_event"),
        ({"do": "pause"}, "bad_event"),
        ({"at": "2024-02-01T00:00:00Z", "do": "change_quantity"}, "bad_event"),
        ({"at": "2024-02-01T00:00:00Z", "do": "cancel", "refund": -5}, "bad_event"),
        (7, "bad_event"),
        ({"at": "2024-02-01T00:00:00Z", "do": "change_plan", "interval": 2.5}, "invalid_interval"),
        ({"at": "2024-02-01T00:00:00Z", "do": "change_plan", "interval": 1e99}, "invalid_interval"),
    ],
)
def test_rule_18_an_event_that_does_not_fit_is_refused_alone(event: object, code: str) -> None:
    cancel = {"at": "2024-02-10T00:00:00Z", "do": "cancel", "when": "period_end"}
    said, same = run(
        json.dumps({**SCRIPT, "events": [event, cancel]}), json.dumps(SCRIPT | {"events": [cancel]})
    )
    assert (said["error"], said["error_event"]) == (code, 0)
    assert said | {"error": None, "error_event": None} == same


@pytest.mark.parametrize("interval", [0, -1, 1.5, 10**30])
def test_rule_18_an_interval_that_is_no_whole_number_of_steps_refuses_the_creation(interval: float) -> None:
    (answer,) = run(json.dumps({**SCRIPT, "interval": interval}))
    assert (answer["error"], answer["error_event"], answer["runs"]) == ("invalid_interval", None, [])


def test_rule_18_an_interval_written_with_a_point_is_whole() -> None:
    (answer,) = run(json.dumps({**SCRIPT, "interval": 2.0}))
    assert answer["next"] == "2024-03-31T06:00:00Z"


@pytest.mark.parametrize("name", [1.5, {"a": [1, 2.5, "я", None]}, [], "", 0, None, True])
def test_rule_18_the_id_comes_back_as_it_was_given(name: object) -> None:
    good, bad = run(json.dumps(SCRIPT | {"id": name}), json.dumps({"id": name}))
    assert good["id"] == bad["id"] == name


def test_rule_18_a_field_that_means_nothing_is_named_on_standard_error() -> None:
    script = {**SCRIPT, "trail_days": 3, "events": [{"at": "2024-02-01T00:00:00Z", "do": "tick", "x": 1}]}
    outcome = CliRunner().invoke(app, ["recurring", "simulate", "--jsonl"], input=json.dumps(script))
    assert outcome.stderr.count("means nothing here") == 2


def test_rule_18_blank_lines_are_passed_over() -> None:
    assert len(run("", json.dumps(SCRIPT), "  ")) == 1


def test_rule_18_a_percentage_is_never_a_binary_float() -> None:
    """2.675 % of 20000 is 535 exactly."""
    (answer,) = run(json.dumps({**SCRIPT, "amount": 20000, "discount": {"percent": 2.675, "runs": 1}}))
    assert answer["amounts"][0] == 20000 - 535


def test_rule_18_answers_come_one_by_one_as_lines_are_read() -> None:
    read = []

    def lines() -> Any:  # noqa: ANN401 a generator of the test
        for number in range(3):
            read.append(number)
            yield json.dumps(SCRIPT).encode()

    stream = answers(lines())
    next(stream)
    assert read == [0]


def test_rule_18_time_that_goes_back_is_refused_and_the_rest_goes_on() -> None:
    events = [
        {"at": "2024-03-10T00:00:00Z", "do": "pause"},
        {"at": "2024-02-10T00:00:00Z", "do": "resume"},
        {"at": "2024-03-11T00:00:00Z", "do": "resume"},
    ]
    (answer,) = run(json.dumps(SCRIPT | {"now": "2024-04-01T00:00:00Z", "events": events}))
    assert (answer["error"], answer["error_event"], answer["state"]) == ("clock_went_back", 1, "ACTIVE")


def test_rule_18_every_answer_has_every_word_also_that_of_a_line_that_is_no_script() -> None:
    good, bad = run(json.dumps(SCRIPT), "no script")
    assert set(bad) == {*good, "message"}


def test_rule_18_no_answer_knows_of_the_one_before() -> None:
    line = json.dumps(SCRIPT).encode()
    assert len(set(answers([line, b"{", line, line]))) == 2
