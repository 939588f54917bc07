"""What a service answers, and how a refusal is read: its meaning, its sentence, how long it asks to wait."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from clappper.base.clock import Clock
from clappper.providers.contract import FaultKind, ProviderFault

LONGEST_MESSAGE = 300
IN_SECONDS = re.compile(r"(?:resets?|retry|again) in ~?(\d+(?:\.\d+)?) ?s", re.IGNORECASE)
HINTS = {
    FaultKind.AUTH: "Check the key with: clappper keys test.",
    FaultKind.BILLING: "Add credit on the service's billing page, then resume the provider.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Read the body; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def record(self) -> dict[str, Any]:
        """Read the body as an object; empty where it is none."""
        found = self.json()
        return found if isinstance(found, dict) else {}


def usual_fault(name: str, answer: Answer, clock: Clock, *, is_create: bool = False) -> ProviderFault:
    """Read a refusal by its status; a create that broke on their side may have been accepted all the same."""
    said = message_of(answer)
    status = answer.status
    if status == 429:
        kind, message = FaultKind.RATE_LIMITED, f"{name} asks to wait: {said}"
    elif status in {401, 403}:
        kind, message = FaultKind.AUTH, f"{name} does not accept the key: {said}"
    elif status == 402:
        kind, message = FaultKind.BILLING, f"{name} wants to be paid first: {said}"
    elif status in {404, 410} and not is_create:
        kind, message = FaultKind.LOST, f"{name} does not know this job: {said}"
    elif status >= 500 or status in {408, 425} or status < 400:
        kind = FaultKind.AMBIGUOUS if is_create else FaultKind.TRANSIENT
        message = f"{name} has trouble (answer {status}): {said}"
    else:
        kind, message = FaultKind.INVALID, f"{name} refused the request: {said}"
    after = retry_after_seconds(answer, clock) if kind is FaultKind.RATE_LIMITED else None
    return ProviderFault(kind, message, HINTS.get(kind, ""), after)


def retry_after_seconds(answer: Answer, clock: Clock) -> float | None:
    """Say for how long a service asks to wait: by its header (digits or a date), its body, or its words."""
    stated = answer.headers.get("retry-after", "").strip()
    milliseconds = answer.headers.get("retry-after-ms", "").strip()
    if milliseconds.isdecimal():
        return int(milliseconds) / 1000
    in_body = answer.record().get("retry_after")
    if isinstance(in_body, (int, float)) and not isinstance(in_body, bool):
        return max(float(in_body), 0.0)
    if stated.isdecimal():
        return float(stated)
    if stated:
        return _until(stated, clock.now())
    found = IN_SECONDS.search(message_of(answer))
    return float(found[1]) if found else None


def _until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def message_of(answer: Answer) -> str:
    """Find the sentence in an error's body, whatever shape the service gives it."""
    found = answer.json()
    text = _sentence(found) if found is not None else ""
    if not text:
        raw = answer.body[: 4 * LONGEST_MESSAGE].decode("utf-8", "replace")
        text = "" if "<html" in raw.lower() or found is not None else " ".join(raw.split())
    return text[:LONGEST_MESSAGE] or f"no reason given (answer {answer.status})"


def _sentence(found: object) -> str:
    if isinstance(found, str):
        return " ".join(found.split())
    if isinstance(found, list):
        return "; ".join(filter(None, map(_complaint, found)))
    if isinstance(found, dict):
        parts = (found.get(name) for name in ("detail", "message", "error", "error_message", "title"))
        return next((text for part in parts if part and (text := _sentence(part))), "")
    return ""


def _complaint(one: object) -> str:
    """Read one entry of a list of faults, such as validation gives."""
    if isinstance(one, dict) and "loc" in one:
        where = ".".join(str(part) for part in one["loc"] if part != "body")
        return f"{where}: {one.get('msg', '')}"
    return _sentence(one)
