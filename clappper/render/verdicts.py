"""What the checks of a finished file say: passed, failed, or honestly not measurable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "pass"
    FAILED = "fail"
    CANNOT_MEASURE = "cannot_measure"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    ``code`` names it (``size``, ``black-frames``, ``headline-visible``); ``measured`` and ``wanted`` are
    for people, with their units. ``message`` is one sentence: what is wrong, or why it cannot be
    measured, empty when it passed. ``at_seconds`` is where in the ad to look, if that is one place.
    """

    code: str
    outcome: Outcome
    measured: str
    wanted: str
    message: str = ""
    at_seconds: float | None = None

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings of one file, in the order of the checks."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed; what could not be measured does not count as passed nor as failed."""
        return not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.outcome is Outcome.FAILED)

    @property
    def unmeasured(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.outcome is Outcome.CANNOT_MEASURE)


UNCHECKED = CheckReport(())
"""What is said of a file that nobody looked at."""


def judged(
    code: str, passed: bool, measured: str, wanted: str, message: str, at_seconds: float | None = None
) -> Finding:
    """Make a finding of a measurement; ``message`` is what to say if it did not pass."""
    if passed:
        return Finding(code, Outcome.PASSED, measured, wanted)
    return Finding(code, Outcome.FAILED, measured, wanted, message, at_seconds)


def unmeasured(code: str, wanted: str, why: str) -> Finding:
    """Say that a check could not be made, and why."""
    return Finding(code, Outcome.CANNOT_MEASURE, "", wanted, why)
