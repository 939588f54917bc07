"""How an export's state is told: in words, with a sign and a colour, the same wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from clappper.flow.delivering.export_queue import Export, ExportState
from clappper.ui.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Telling:
    """``kind`` names a colour of the tokens, ``icon`` a sign that says the same."""

    text: str
    icon: str
    kind: str

    def colour(self, tokens: Tokens) -> str:
        colour: str = getattr(tokens, self.kind)
        return colour


def telling(export: Export) -> Telling:
    """Say where an export stands."""
    match export.state:
        case ExportState.QUEUED:
            return Telling("Waiting", "clock", "secondary")
        case ExportState.RUNNING:
            return Telling("Rendering", "film-strip", "info")
        case ExportState.FAILED:
            return Telling("Failed", "x-circle-fill", "error")
        case ExportState.CANCELLED:
            return Telling("Cancelled", "prohibit", "secondary")
        case ExportState.DONE:
            return _verdict(export)


def _verdict(export: Export) -> Telling:
    checks = export.checks
    if faults := len(checks.failures):
        return Telling(f"{faults} check{'s' * (faults > 1)} failed", "warning-circle-fill", "error")
    if unknown := len(checks.unmeasured):
        return Telling(f"Done, {unknown} not measured", "warning-circle", "warn")
    if not checks.findings:
        return Telling("Done, checks not kept", "warning-circle", "warn")
    return Telling("Done, all checks passed", "check-circle-fill", "ok")


def size_text(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes else ""
