"""The emulated devices by name, each imported only when it is asked for."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from billing.clock import SYSTEM_CLOCK, Clock
from billing.emulators.device import Emulator
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from billing.errors import UsageError


@dataclass(frozen=True, slots=True)
class Family:
    """Where a device's class stands, and the two letters its numbers begin with.

    The class is called as ``class(memory, faults, clock, paper)``.
    """

    module: str
    name: str
    prefix: str


FAMILIES: Final[dict[str, Family]] = {
    "datecs-p": Family("billing.emulators.datecs_p", "DatecsP", "DT"),
    "datecs-c": Family("billing.emulators.datecs_c", "DatecsC", "DT"),
    "datecs-x": Family("billing.emulators.datecs_x", "DatecsX", "DT"),
    "daisy": Family("billing.emulators.daisy", "Daisy", "DY"),
    "eltrade": Family("billing.emulators.eltrade", "Eltrade", "ED"),
    "incotex": Family("billing.emulators.incotex", "Incotex", "IN"),
    "tremol": Family("billing.emulators.tremol", "Tremol", "ZK"),
    "tremol-v2": Family("billing.emulators.tremol", "TremolV2", "ZK"),
    "isl-icp": Family("billing.emulators.isl_icp", "IslIcp", "IS"),
}


class UnknownEmulator(UsageError):
    """No emulated device has that name."""

    code = "unknown_emulator"

    def __init__(self, name: str) -> None:
        super().__init__(f"no emulated device is called {name!r}: expected one of {', '.join(FAMILIES)}")
        self.name = name


def make(
    name: str,
    *,
    state: Path | None = None,
    faults: Faults | None = None,
    clock: Clock = SYSTEM_CLOCK,
    paper: Paper | None = None,
) -> Emulator:
    """Return the emulated device called ``name``.

    Args:
        name: a key of ``FAMILIES``.
        state: the file that keeps its memory; without one it is forgotten with the object.
        faults: what breaks; by default nothing.
        clock: what it tells its time by.
        paper: where it prints; by default nowhere.

    Raises:
        UnknownEmulator: when there is none of that name.
        StateMistake: when the state file does not hold a device or cannot be written.
    """
    if name not in FAMILIES:
        raise UnknownEmulator(name)
    family = FAMILIES[name]
    memory = Memory.load(state, family.prefix) if state is not None else Memory.fresh(family.prefix)
    memory.save()
    make_device = getattr(importlib.import_module(family.module), family.name)
    return cast("Emulator", make_device(memory, faults or Faults(), clock, paper or Paper()))
