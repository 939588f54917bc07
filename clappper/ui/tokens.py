"""The look as data: every colour, size and duration that the windows use, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Colours are ``#rrggbb``; sizes are logical pixels; durations are milliseconds.

    Greys have no tint, so that footage is judged fairly. ``selected`` is the accent laid thinly over a
    panel; ``on_accent`` is text on the full accent.
    """

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    well: str
    line: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    selected: str
    ok: str
    warn: str
    error: str
    error_fill: str
    on_error: str
    info: str
    gap: int = 8
    pad: int = 12
    group: int = 16
    control: int = 26
    row: int = 28
    radius: int = 4
    base_px: int = 12
    dense_px: int = 11
    title_px: int = 13
    score_px: int = 28
    motion_ms: int = 140
    sans: str = "Inter"
    mono: str = "JetBrains Mono"


DARK = Tokens(
    name="dark",
    window="#1b1b1b",
    panel="#232323",
    raised="#2b2b2b",
    hover="#363636",
    well="#161616",
    line="#343434",
    text="#e6e6e6",
    secondary="#a0a0a0",
    disabled="#6a6a6a",
    accent="#e8a33d",
    accent_hover="#f2b559",
    on_accent="#1b1b1b",
    selected="#3f3424",
    ok="#4cb782",
    warn="#e2b93b",
    error="#ee6b64",
    error_fill="#c23c35",
    on_error="#ffffff",
    info="#5b9bd5",
)

LIGHT = Tokens(
    name="light",
    window="#e9e9e9",
    panel="#f6f6f6",
    raised="#ffffff",
    hover="#e2e2e2",
    well="#ffffff",
    line="#d2d2d2",
    text="#1c1c1c",
    secondary="#5a5a5a",
    disabled="#9a9a9a",
    accent="#8f5600",
    accent_hover="#a96700",
    on_accent="#ffffff",
    selected="#f1e2c9",
    ok="#1c6e46",
    warn="#725300",
    error="#b3261e",
    error_fill="#b3261e",
    on_error="#ffffff",
    info="#23629c",
)
