"""The operations that can be asked of a subscription, as frozen values with their time (semantics 10)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from billing.pricing.recurring.terms import Change


class When(StrEnum):
    """When a cancel or change takes effect."""

    NOW = "now"
    PERIOD_END = "period_end"


class ResumeMode(StrEnum):
    """Whether the old grid goes on, or a new segment starts at the resume."""

    KEEP = "keep"
    RESTART = "restart"


class ReleasePolicy(StrEnum):
    """What becomes of the boundaries that a hold kept back."""

    ALL = "all"
    LAST = "last"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something asked at the instant ``at`` (UTC, whole seconds)."""

    name: ClassVar[str] = "operation"

    at: datetime


@dataclass(frozen=True, slots=True)
class Cancel(Operation):
    """End it. ``refund`` is minor units, or ``prorated`` for the share of the current period."""

    name: ClassVar[str] = "cancel"

    when: When = When.NOW
    refund: int = 0
    prorated: bool = False
    keep_open: bool = False


@dataclass(frozen=True, slots=True)
class Uncancel(Operation):
    """Undo a cancel at period end that still lies ahead."""

    name: ClassVar[str] = "uncancel"


@dataclass(frozen=True, slots=True)
class Pause(Operation):
    """Bill no boundary from here on."""

    name: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True)
class Resume(Operation):
    """Go on after a pause; ``partial`` bills the rest of a skipped period at once."""

    name: ClassVar[str] = "resume"

    mode: ResumeMode = ResumeMode.KEEP
    partial: bool = False


@dataclass(frozen=True, slots=True)
class ChangeTerms(Operation):
    """Put other terms in force."""

    name: ClassVar[str] = "change"

    when: When = When.NOW
    change: Change = field(default_factory=Change)


@dataclass(frozen=True, slots=True)
class Rezone(Operation):
    """Read the boundaries not yet generated in another zone."""

    name: ClassVar[str] = "rezone"

    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Release(Operation):
    """Let a held subscription go on."""

    name: ClassVar[str] = "release"

    policy: ReleasePolicy = ReleasePolicy.ALL
