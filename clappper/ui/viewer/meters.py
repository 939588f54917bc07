"""The level meters over the transport: two thin bars of what is heard, with held peaks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clappper.base.units import FrameRate
from clappper.ui.tokens import Tokens

LOWEST_DB = -60.0
LOUD_DB, HOT_DB = -12.0, -1.0
"""From here on a bar warns, and warns of clipping: -1 dBFS is the ceiling of what is delivered."""
HOLD_SECONDS = 1.5
_BAR, _GAP = 4, 2


class PeakHold:
    """The highest level of the last moments of playing; a jump forgets it."""

    def __init__(self) -> None:
        self.level_db = LOWEST_DB
        self._since = self._last = 0

    def feed(self, frame: int, level_db: float, rate: FrameRate) -> None:
        hold = round(HOLD_SECONDS * rate.fps)
        is_jump = not 0 <= frame - self._last <= hold
        if is_jump or level_db >= self.level_db or frame - self._since > hold:
            self.level_db, self._since = level_db, frame
        self._last = frame


class LevelMeters(QWidget):
    """Left over right, from -60 to 0 dBFS; empty while there is no mix."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._levels = (LOWEST_DB, LOWEST_DB)
        self.holds = (PeakHold(), PeakHold())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(2 * _BAR + 3 * _GAP)
        self.setAccessibleName("Audio levels")
        self.setToolTip("Levels of the mix: play once to see them")

    def show_levels(self, frame: int, left_db: float, right_db: float, lufs: float, rate: FrameRate) -> None:
        """Show the peaks and the momentary loudness of ``frame``."""
        self._levels = (left_db, right_db)
        for hold, level in zip(self.holds, self._levels, strict=True):
            hold.feed(frame, level, rate)
        words = f"Left {_decibels(left_db)}, right {_decibels(right_db)} dBFS; {lufs:.1f} LUFS momentary"
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        tokens = self._tokens
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(tokens.panel))
            for row, (level, hold) in enumerate(zip(self._levels, self.holds, strict=True)):
                top = _GAP + row * (_BAR + _GAP)
                painter.fillRect(self._between(LOWEST_DB, 0, top), QColor(tokens.well))
                for low, high, colour in self._zones:
                    if level > low:
                        painter.fillRect(self._between(low, min(level, high), top), QColor(colour))
                if hold.level_db > LOWEST_DB:
                    held = self._between(LOWEST_DB, hold.level_db, top)
                    held.setLeft(held.right() - 2)
                    painter.fillRect(held, QColor(self._colour(hold.level_db)))

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    @property
    def _zones(self) -> tuple[tuple[float, float, str], ...]:
        tokens = self._tokens
        return (
            (LOWEST_DB, LOUD_DB, tokens.ok),
            (LOUD_DB, HOT_DB, tokens.warn),
            (HOT_DB, 0.0, tokens.error),
        )

    def _colour(self, level_db: float) -> str:
        return next((colour for low, _, colour in reversed(self._zones) if level_db > low), self._tokens.ok)

    def _between(self, low_db: float, high_db: float, top: int) -> QRectF:
        room = self.width() - 2 * self._tokens.pad
        left, right = (room * share(level) for level in (low_db, high_db))
        return QRectF(self._tokens.pad + left, top, right - left, _BAR)


def share(level_db: float) -> float:
    """Tell how far along a bar a level stands, 0..1."""
    return min(1.0, max(0.0, 1 - level_db / LOWEST_DB))


def _decibels(level_db: float) -> str:
    return f"{level_db:.1f}" if level_db > LOWEST_DB else "below -60"
