"""What one picture of the timeline is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from PySide6.QtGui import QColor, QFont, QFontMetrics

from clappper.base.units import FrameRange
from clappper.timeline.model import Timeline
from clappper.ui.timeline.layout import Part, Row
from clappper.ui.timeline.scale import Scale
from clappper.ui.timeline.strips import Strips
from clappper.ui.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Guide:
    """Where a dragged edge snapped, and to what."""

    frame: int
    words: str


@dataclass(frozen=True)
class Scene:
    """Everything that painting reads. ``stale`` are clips whose scene was written anew since."""

    timeline: Timeline
    rows: tuple[Row, ...]
    scale: Scale
    tokens: Tokens
    strips: Strips
    selection: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()
    marked: FrameRange | None = None
    hovered: str = ""
    picked: Part | None = None
    target_track: str = ""
    font: QFont = field(default_factory=QFont)
    ratio: float = 1.0

    @cached_property
    def small(self) -> QFont:
        font = QFont(self.tokens.sans)
        font.setPixelSize(self.tokens.dense_px)
        return font

    @cached_property
    def digits(self) -> QFont:
        font = QFont(self.tokens.mono)
        font.setPixelSize(self.tokens.dense_px - 1)
        return font

    @cached_property
    def metrics(self) -> QFontMetrics:
        return QFontMetrics(self.small)


def see_through(colour: str | QColor, alpha: float) -> QColor:
    """Give a colour with ``alpha`` 0..1."""
    thin = QColor(colour)
    thin.setAlphaF(alpha)
    return thin
