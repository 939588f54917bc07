"""Reading what services say about finished and running work, in the shapes that several of them share."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from clappper.providers.contract import FaultKind, Output, ProviderError, ProviderFault

BAR = re.compile(r"^\D*?(\d+)%\s*\|.+?\|\s*(\d+)/(\d+)")
"""A line of a progress bar: percents, the bar, and how many of how many."""
ROLES = {"video": "video", "image": "picture", "audio": "sound"}
IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


def fraction_in(logs: str) -> float | None:
    """Read how far a generation is from the last progress bar in its log; None without one."""
    for line in reversed(logs.splitlines()[-200:]):
        found = BAR.match(line.rpartition("\r")[2].strip())
        if found and int(found[3]):
            return min(int(found[2]) / int(found[3]), 1.0)
    return None


def last_line(logs: str) -> str:
    """Give the last line of a log that says something, cut to 120 characters."""
    lines = [line.strip() for line in logs.splitlines() if line.strip()]
    return lines[-1][:120] if lines else ""


def outputs_in(found: object, mime: str = "") -> tuple[Output, ...]:
    """Find every address in a result: a text, a list, or an object in an object."""
    return tuple(_outputs(found, mime))


def _outputs(found: object, mime: str) -> Iterator[Output]:
    if isinstance(found, str) and found.startswith(("https://", "http://", "data:")):
        kind = mime or _mime(found)
        yield Output(found, kind, ROLES.get(kind.partition("/")[0], "file"))
    elif isinstance(found, list):
        for one in found:
            yield from _outputs(one, mime)
    elif isinstance(found, Mapping):
        if isinstance(found.get("url"), str):
            yield from _outputs(found["url"], str(found.get("content_type") or mime))
        else:
            for one in found.values():
                yield from _outputs(one, mime)


def _mime(address: str) -> str:
    if address.startswith("data:"):
        return address[5:].partition(",")[0].partition(";")[0]
    return mimetypes.guess_type(urlsplit(address).path)[0] or ""


def identity(answer: Mapping[str, Any], field: str = "id") -> str:
    """Give the id in an answer to a create.

    Raises:
        ProviderError: AMBIGUOUS, there is none that can be one: the work may be accepted all the same.
    """
    found = answer.get(field)
    if isinstance(found, str) and IDENTITY.fullmatch(found):
        return found
    raise ProviderError(ProviderFault(FaultKind.AMBIGUOUS, "The service accepted the job without naming it."))


def moment(text: object) -> datetime | None:
    """Read a time stamp with any number of fraction digits; None where it is none."""
    if not isinstance(text, str):
        return None
    short = re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00"))
    try:
        found = datetime.fromisoformat(short)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def pause_after(seconds: float) -> float:
    """Say how long to wait before the next look at what runs for ``seconds``: 2 s at first, up to 10 s."""
    if seconds < 20:
        return 2.0
    return 5.0 if seconds < 300 else 10.0
