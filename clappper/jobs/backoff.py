"""What to do about a fault: wait and repeat, start anew, ask a person, or give up.

The rules are those of the provider protocol: a create is sent once, and only a refusal that is certain
may be repeated by itself. What may be paid for is never given up because its provider is hard to reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clappper.providers.contract import FaultKind, ProviderFault

LONGEST_BACKOFF_SECONDS = 60.0
LONGEST_ASKED_SECONDS = 3600.0
OFFLINE_SECONDS = 15.0
TRANSIENT_TRIES = 5
PAID_TRIES = 35
"""How often paid work is asked for before a person is: about half an hour with waits of up to a minute."""
RESUBMITS = 2
LOST_RESUBMITS = 3

PASSING = frozenset(
    {
        FaultKind.TRANSIENT,
        FaultKind.TRANSIENT_MODEL,
        FaultKind.AMBIGUOUS,
        FaultKind.RATE_LIMITED,
        FaultKind.OFFLINE,
    }
)
"""Faults that may be gone the next time."""


class Step(StrEnum):
    """What met the fault: one of our calls, the provider's own work (``remote``), or the file it brought."""

    SUBMIT = "submit"
    POLL = "poll"
    CANCEL = "cancel"
    FETCH = "fetch"
    INGEST = "ingest"
    REMOTE = "remote"


class Action(StrEnum):
    """``wait`` repeats the call, ``resubmit`` starts a new attempt, ``repoll`` asks for fresh addresses,
    ``pause`` and ``doubt`` leave the job to a person, ``fail`` ends it.
    """

    WAIT = "wait"
    RESUBMIT = "resubmit"
    REPOLL = "repoll"
    PAUSE = "pause"
    DOUBT = "doubt"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, after how many seconds."""

    action: Action
    seconds: float = 0.0


def backoff_seconds(tries: int) -> float:
    """Give 1, 2, 4 … up to 60 seconds for the first, second, third … failure in a row."""
    return float(min(2 ** min(tries - 1, 10), LONGEST_BACKOFF_SECONDS))


def decide(fault: ProviderFault, step: Step, tries: int, *, is_free: bool) -> Decision:
    """Choose what follows the ``tries``-th fault of this kind in a row, counted from 1.

    ``is_free``: the work can be done again at no cost, so nothing is ever in doubt.
    """
    if step is Step.REMOTE:
        return _after_failure(fault, tries)
    match fault.kind:
        case FaultKind.RATE_LIMITED:
            decision = Decision(Action.WAIT, _asked_seconds(fault, tries))
        case FaultKind.OFFLINE:
            decision = Decision(Action.WAIT, OFFLINE_SECONDS)
        case FaultKind.AUTH | FaultKind.BILLING:
            decision = Decision(Action.PAUSE)
        case FaultKind.TRANSIENT | FaultKind.TRANSIENT_MODEL | FaultKind.AMBIGUOUS:
            decision = _after_transient(fault, step, tries, is_free=is_free)
        case FaultKind.LOST:
            decision = _after_loss(tries, is_free=is_free)
        case FaultKind.EXPIRED:
            decision = Decision(Action.REPOLL if step is Step.FETCH and tries == 1 else Action.FAIL)
        case _:
            is_certain = is_free or step in {Step.SUBMIT, Step.INGEST}
            decision = Decision(Action.FAIL if is_certain else Action.DOUBT)
    return decision


def _asked_seconds(fault: ProviderFault, tries: int) -> float:
    """Wait as long as the provider asks, within reason, or ever longer when it does not say."""
    asked = fault.retry_after_seconds
    return backoff_seconds(tries) if asked is None else min(max(asked, 0.0), LONGEST_ASKED_SECONDS)


def _after_failure(fault: ProviderFault, tries: int) -> Decision:
    """The generation is over at its provider: another look at it changes nothing."""
    if fault.kind in {FaultKind.AUTH, FaultKind.BILLING}:
        return Decision(Action.PAUSE)
    if fault.kind in PASSING and fault.kind is not FaultKind.AMBIGUOUS and tries <= RESUBMITS:
        return Decision(Action.RESUBMIT, _asked_seconds(fault, tries))
    return Decision(Action.FAIL)


def _after_transient(fault: ProviderFault, step: Step, tries: int, *, is_free: bool) -> Decision:
    """A submit that broke may have been accepted; looking or fetching again is harmless."""
    if step is Step.SUBMIT and not is_free:
        return Decision(Action.DOUBT)
    if step is Step.INGEST and tries <= RESUBMITS:
        return Decision(Action.REPOLL, backoff_seconds(tries))
    if step is not Step.INGEST and tries <= (TRANSIENT_TRIES if is_free else PAID_TRIES):
        return Decision(Action.WAIT, _asked_seconds(fault, tries))
    return Decision(Action.FAIL if is_free else Action.DOUBT)


def _after_loss(tries: int, *, is_free: bool) -> Decision:
    if not is_free:
        return Decision(Action.DOUBT)
    return Decision(Action.RESUBMIT) if tries <= LOST_RESUBMITS else Decision(Action.FAIL)
