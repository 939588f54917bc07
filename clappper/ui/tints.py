"""Colours of clips, mixed from the tokens: quiet fills by kind of track, thin bars by provider."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QColor

from clappper.timeline.model import TrackKind
from clappper.ui.tokens import Tokens

_HUES = {
    TrackKind.VIDEO: "#5b86b4",
    TrackKind.OVERLAY: "#9a78c4",
    TrackKind.VOICE: "#55a67e",
    TrackKind.MUSIC: "#4a9fa5",
    TrackKind.EFFECTS: "#b08a52",
}
_TINTS = ("#5b9bd5", "#4cb782", "#c678b4", "#d58b5b", "#8f86e0", "#5bc0c4", "#c4b25b", "#d56f7d")


@dataclass(frozen=True, slots=True)
class ClipColours:
    """``head`` carries the name, ``body`` lies under pictures, ``wave`` is drawn on it."""

    head: QColor
    body: QColor
    wave: QColor
    edge: QColor


def mixed(first: str, second: str, share: float) -> QColor:
    """Mix ``share`` of ``second`` into ``first``."""
    a, b = QColor(first), QColor(second)
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    )


@lru_cache(maxsize=32)
def clip_colours(kind: TrackKind, tokens: Tokens) -> ClipColours:
    hue = _HUES[kind]
    return ClipColours(
        head=mixed(tokens.raised, hue, 0.42),
        body=mixed(tokens.well, hue, 0.24),
        wave=mixed(hue, tokens.text, 0.25),
        edge=mixed(tokens.well, hue, 0.08),
    )


def provider_tint(provider: str) -> QColor:
    """Give a provider the same colour everywhere and always."""
    return QColor(_TINTS[sum(provider.encode()) % len(_TINTS)])
