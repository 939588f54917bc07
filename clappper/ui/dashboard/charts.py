"""The dashboard's charts, drawn by pyqtgraph in the window's colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy

from clappper.flow.learning.dashboard import Share
from clappper.review.calibration import Bin
from clappper.ui import controls
from clappper.ui.tokens import Tokens

HEIGHT, AXIS, ROW, FEWEST_ROWS = 200, 48, 22, 6
LONGEST_NAME, NAMES_WIDTH = 26, 190
MOST_DAYS, MOST_TICKS = 8, 6


class Chart(pg.PlotWidget):  # type: ignore[misc, unused-ignore]
    """A chart that is looked at, not dragged about. ``name`` says what it shows, to screen readers too."""

    def __init__(self, tokens: Tokens, name: str, left: str, bottom: str = "") -> None:
        super().__init__(background=tokens.panel)
        self._tokens = tokens
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setMenuEnabled(False)
        self.empty = controls.label("", "secondary", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        controls.column(self, pad=tokens.group).addWidget(self.empty)
        self._begin("Adding up…")
        for side, text in (("left", left), ("bottom", bottom)):
            axis = self.getAxis(side)
            axis.enableAutoSIPrefix(enable=False)
            axis.setPen(tokens.line)
            axis.setTextPen(tokens.secondary)
            axis.setLabel(text, color=tokens.secondary)

    def _begin(self, nothing: str) -> None:
        """Wipe the chart; where there is nothing to show, say so in its middle."""
        self.clear()
        for side in ("left", "bottom"):
            self.showAxis(side, show=not nothing)
        self.empty.setText(nothing)
        self.empty.setVisible(bool(nothing))

    def _pen(self, colour: str, width: float = 2.0, *, dashed: bool = False) -> object:
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        return pg.mkPen(QColor(colour), width=width, style=style)

    def _dots(
        self,
        places: Sequence[float],
        values: Sequence[float],
        colour: str,
        counts: Sequence[int] | None,
        *,
        line: bool = True,
    ) -> None:
        """Draw points; with counts they are larger the more stands behind them, and say how many."""
        sizes = [min(18.0, 5 + count**0.5) for count in counts] if counts is not None else 9
        pen = self._pen(colour) if line else None
        brush = QColor(colour)
        self.plot(places, values, pen=pen, symbol="o", symbolSize=sizes, symbolBrush=brush, symbolPen=None)
        for x, y, count in zip(places, values, counts or (), strict=bool(counts)):
            words = pg.TextItem(
                str(count), color=self._tokens.secondary, anchor=(0.5, 1.4 if y < 85 else -0.4)
            )
            words.setPos(x, y)
            self.addItem(words)


class OverTime(Chart):
    """The share that passed, day by day; the dots are as large as the day was long."""

    def show_shares(self, shares: Sequence[Share]) -> None:
        days = [one for one in shares if one.kind == "day"]
        self._begin("" if days else "Nothing is judged yet.")
        every = max(1, -(-len(days) // MOST_DAYS))
        names = [_day(one.group) if place % every == 0 else "" for place, one in enumerate(days)]
        self.getAxis("bottom").setTicks([list(enumerate(names))])
        self.setXRange(-0.6, max(len(days) - 0.4, 0.6), padding=0)
        self.setYRange(0, 100, padding=0.05)
        self._dots(
            list(range(len(days))),
            [100 * one.rate for one in days],
            self._tokens.accent,
            [one.judged for one in days],
        )


class Calibration(Chart):
    """What was told against what came; on the diagonal the predictor holds what it says."""

    def show_bins(self, bins: Sequence[Bin]) -> None:
        self._begin(
            "" if bins else "No clips were kept apart yet to compare with: it takes 40 of your own ratings."
        )
        self.setXRange(0, 100, padding=0.04)
        self.setYRange(0, 100, padding=0.04)
        if not bins:
            return
        self.plot([0, 100], [0, 100], pen=self._pen(self._tokens.secondary, 1, dashed=True))
        told, came = [100 * bar.told for bar in bins], [100 * bar.came for bar in bins]
        self._dots(told, came, self._tokens.info, [bar.count for bar in bins])


@dataclass(frozen=True, slots=True)
class Range:
    """One row of ``Ranges``: a value with the interval that holds it, and from how many it comes."""

    name: str
    value: float
    low: float
    high: float
    count: int


class Ranges(Chart):
    """Values with their intervals, one under the other, so that their names can be read."""

    def show_ranges(self, found: Sequence[Range], nothing: str, *, low: float = 0, high: float = 100) -> None:
        self._begin("" if found else nothing)
        shown = list(reversed(found))
        names = [f"{_short(one.name)}  ({one.count})" for one in shown]
        self.getAxis("left").setTicks([list(enumerate(names))])
        self.getAxis("left").setWidth(NAMES_WIDTH if found else 0)
        self.setYRange(len(shown) - max(len(shown), FEWEST_ROWS) - 0.6, len(shown) - 0.4, padding=0)
        self.setXRange(low, high, padding=0.02)
        self.setFixedHeight(AXIS + ROW * max(len(shown), FEWEST_ROWS))
        for place, one in enumerate(shown):
            self.plot([one.low, one.high], [place, place], pen=self._pen(self._tokens.secondary, 3))
        values = [one.value for one in shown]
        self._dots(values, list(range(len(shown))), self._tokens.accent, None, line=False)


class Bars(Chart):
    """Amounts by name, one under the other."""

    def show_bars(
        self, found: Sequence[tuple[str, float]], nothing: str, colour: str, *, counts: bool = False
    ) -> None:
        """Show one bar for each; ``counts`` are whole numbers, and so are the ticks then."""
        self._begin("" if found else nothing)
        shown = list(reversed(found))
        self.getAxis("left").setTicks([list(enumerate(_short(name) for name, _ in shown))])
        self.getAxis("left").setWidth(NAMES_WIDTH if found else 0)
        self.setYRange(len(shown) - max(len(shown), FEWEST_ROWS) - 0.6, len(shown) - 0.4, padding=0)
        most = max((amount for _, amount in shown), default=1.0) or 1.0
        self.setXRange(0, most, padding=0.02)
        if counts:
            self.getAxis("bottom").setTicks([whole_ticks(int(most))])
        self.setFixedHeight(AXIS + ROW * max(len(shown), FEWEST_ROWS))
        bars = pg.BarGraphItem(
            x0=0,
            y=list(range(len(shown))),
            width=[amount for _, amount in shown],
            height=0.55,
            brush=QColor(colour),
            pen=None,
        )
        self.addItem(bars)


def whole_ticks(most: int) -> list[tuple[int, str]]:
    """Give a few whole numbers from 0 to ``most``, with their texts."""
    every = max(1, round(most / MOST_TICKS))
    return [(tick, str(tick)) for tick in range(0, most + 1, every)]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _day(text: str) -> str:
    """Write a day as 3 Nov; what is no day stays."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found:%b}"
