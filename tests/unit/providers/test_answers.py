from __future__ import annotations

import json
from typing import Any

import pytest

from clappper.providers.answers import Answer, message_of, retry_after_seconds, usual_fault
from clappper.providers.contract import FaultKind
from tests.simulators.stage import SimulatorClock


def refusal(status: int, body: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"" if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refusal(429, retry_after="7"), 7.0),
        (refusal(429, retry_after=" 0 "), 0.0),
        (refusal(429, retry_after="Mon, 30 Nov 2026 12:01:30 GMT"), 90.0),
        (refusal(429, retry_after="Mon, 30 Nov 2026 11:00:00 GMT"), 0.0),
        (refusal(429, retry_after="soon"), None),
        (refusal(429, retry_after_ms="1500"), 1.5),
        (refusal(429, {"retry_after": 5}), 5.0),
        (refusal(429, {"detail": "Your rate limit resets in ~12s."}), 12.0),
        (refusal(429), None),
    ],
)
def test_how_long_to_wait_is_read_from_header_body_or_words(answer: Answer, seconds: float | None) -> None:
    assert retry_after_seconds(answer, SimulatorClock()) == seconds


@pytest.mark.parametrize(
    ("status", "called", "created"),
    [
        (401, FaultKind.AUTH, FaultKind.AUTH),
        (402, FaultKind.BILLING, FaultKind.BILLING),
        (404, FaultKind.LOST, FaultKind.INVALID),
        (422, FaultKind.INVALID, FaultKind.INVALID),
        (429, FaultKind.RATE_LIMITED, FaultKind.RATE_LIMITED),
        (500, FaultKind.TRANSIENT, FaultKind.AMBIGUOUS),
        (302, FaultKind.TRANSIENT, FaultKind.AMBIGUOUS),
        (408, FaultKind.TRANSIENT, FaultKind.AMBIGUOUS),
    ],
)
def test_a_status_has_a_meaning(status: int, called: FaultKind, created: FaultKind) -> None:
    clock = SimulatorClock()
    assert usual_fault("It", refusal(status), clock).kind is called
    assert usual_fault("It", refusal(status), clock, is_create=True).kind is created


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"detail": "too many\n cooks"}, "too many cooks"),
        ({"error": {"message": "no credits", "code": 3}}, "no credits"),
        ({"detail": [{"loc": ["body", "prompt"], "msg": "missing"}]}, "prompt: missing"),
        ({"detail": None, "message": "second"}, "second"),
        ({"number": 3}, "no reason given (answer 400)"),
        ("plain", "plain"),
    ],
)
def test_the_sentence_in_an_error_is_found(body: Any, text: str) -> None:
    assert message_of(refusal(400, body)) == text


def test_a_page_is_no_sentence() -> None:
    assert message_of(Answer(502, {}, b"<html><h1>Bad gateway</h1></html>")) == "no reason given (answer 502)"
    assert message_of(Answer(502, {}, b"upstream is down")) == "upstream is down"
