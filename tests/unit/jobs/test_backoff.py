from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.jobs.backoff import Action, Decision, Step, backoff_seconds, decide
from clappper.providers.contract import FaultKind, ProviderFault

A, K, S = Action, FaultKind, Step


@pytest.mark.parametrize(
    ("kind", "step", "tries", "is_free", "action"),
    [
        (K.RATE_LIMITED, S.SUBMIT, 99, False, A.WAIT),
        (K.OFFLINE, S.SUBMIT, 99, False, A.WAIT),
        (K.TRANSIENT, S.POLL, 5, False, A.WAIT),
        (K.TRANSIENT, S.POLL, 6, True, A.FAIL),
        (K.TRANSIENT, S.POLL, 35, False, A.WAIT),
        (K.TRANSIENT, S.POLL, 36, False, A.DOUBT),
        (K.TRANSIENT, S.FETCH, 36, False, A.DOUBT),
        (K.TRANSIENT, S.INGEST, 2, False, A.REPOLL),
        (K.TRANSIENT, S.INGEST, 3, False, A.DOUBT),
        (K.TRANSIENT, S.INGEST, 3, True, A.FAIL),
        (K.RATE_LIMITED, S.REMOTE, 2, False, A.RESUBMIT),
        (K.RATE_LIMITED, S.REMOTE, 3, False, A.FAIL),
        (K.OFFLINE, S.REMOTE, 3, False, A.FAIL),
        (K.AMBIGUOUS, S.REMOTE, 1, False, A.FAIL),
        (K.BILLING, S.REMOTE, 1, False, A.PAUSE),
        (K.EXPIRED, S.POLL, 1, False, A.FAIL),
        (K.INVALID, S.POLL, 1, False, A.DOUBT),
        (K.INVALID, S.FETCH, 1, False, A.DOUBT),
        (K.INVALID, S.FETCH, 1, True, A.FAIL),
        (K.MODEL, S.INGEST, 1, True, A.FAIL),
        (K.TRANSIENT, S.SUBMIT, 1, False, A.DOUBT),
        (K.TRANSIENT, S.SUBMIT, 1, True, A.WAIT),
        (K.AMBIGUOUS, S.SUBMIT, 1, False, A.DOUBT),
        (K.TRANSIENT_MODEL, S.REMOTE, 2, False, A.RESUBMIT),
        (K.TRANSIENT_MODEL, S.REMOTE, 3, False, A.FAIL),
        (K.EXPIRED, S.FETCH, 1, False, A.REPOLL),
        (K.EXPIRED, S.FETCH, 2, False, A.FAIL),
        (K.LOST, S.POLL, 1, True, A.RESUBMIT),
        (K.LOST, S.POLL, 4, True, A.FAIL),
        (K.LOST, S.POLL, 1, False, A.DOUBT),
        (K.AUTH, S.POLL, 1, False, A.PAUSE),
        (K.BILLING, S.SUBMIT, 1, False, A.PAUSE),
        (K.INVALID, S.SUBMIT, 1, False, A.FAIL),
        (K.POLICY, S.REMOTE, 1, False, A.FAIL),
        (K.SETUP, S.SUBMIT, 1, True, A.FAIL),
        (K.RESOURCE, S.REMOTE, 1, True, A.FAIL),
        (K.MODEL, S.REMOTE, 1, False, A.FAIL),
    ],
)
def test_the_table(kind: FaultKind, step: Step, tries: int, *, is_free: bool, action: Action) -> None:
    assert decide(ProviderFault(kind, ""), step, tries, is_free=is_free).action is action


@given(
    kind=st.sampled_from(FaultKind),
    tries=st.integers(1, 10**6),
    asked=st.none() | st.floats(allow_nan=False),
)
def test_a_paid_submit_is_repeated_only_after_a_certain_refusal(
    kind: FaultKind, tries: int, asked: float | None
) -> None:
    decision = decide(ProviderFault(kind, "", "", asked), Step.SUBMIT, tries, is_free=False)
    if kind not in {FaultKind.RATE_LIMITED, FaultKind.OFFLINE}:
        assert decision.action not in {Action.WAIT, Action.RESUBMIT}
    assert 0 <= decision.seconds <= 3600


@given(
    kind=st.sampled_from(FaultKind),
    step=st.sampled_from([Step.POLL, Step.FETCH, Step.CANCEL]),
    tries=st.integers(1, 10**6),
)
def test_what_is_paid_for_fails_only_when_it_is_gone(kind: FaultKind, step: Step, tries: int) -> None:
    action = decide(ProviderFault(kind, ""), step, tries, is_free=False).action
    assert action is not Action.RESUBMIT
    assert (action is Action.FAIL) <= (kind is FaultKind.EXPIRED)


def test_waiting_doubles_up_to_a_minute() -> None:
    assert [backoff_seconds(tries) for tries in (1, 2, 3, 7, 5000)] == [1, 2, 4, 60, 60]


def test_the_providers_own_wish_counts() -> None:
    fault = ProviderFault(FaultKind.RATE_LIMITED, "", "", 7.5)
    assert decide(fault, Step.POLL, 3, is_free=False) == Decision(Action.WAIT, 7.5)
