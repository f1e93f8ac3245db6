"""What the recurring tests share: a life given as words, and its answer as JSON has it."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.services.recurring.script import Script
from billing.services.recurring.simulate import simulate

Words = dict[str, Any]
Life = Callable[..., Words]


@pytest.fixture
def life() -> Life:
    """Play a script and return its answer; monthly in UTC from 2024-01-01 at 10:00 unless said otherwise.

    Instants come without seconds and the letter Z, so that a table of them can be read.
    """

    def play(now: str, *events: Words, **words: object) -> Words:
        script = {
            "anchor": "2024-01-01T10:00Z",
            "frequency": "MONTHLY",
            "now": now,
            "events": events,
            **words,
        }
        answer: Words = simulate(Script.model_validate(script)).model_dump(mode="json")
        return {name: _short(value) for name, value in answer.items()}

    return play


def _short(value: object) -> object:
    if isinstance(value, str) and value.endswith(":00Z"):
        return value.removesuffix(":00Z")
    if isinstance(value, list):
        return [_short(each) for each in value]
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    return value
