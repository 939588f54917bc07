"""The dashboard's charts, drawn by pyqtgraph in the window's colours."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy

from clappper.flow.dashboard import Share
from clappper.review.calibration import Bin
from clappper.review.posterior import Posterior
from clappper.ui.tokens import Tokens

HEIGHT = 200
LONGEST_NAME = 30


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
        for side, text in (("left", left), ("bottom", bottom)):
            axis = self.getAxis(side)
            axis.setPen(tokens.line)
            axis.setTextPen(tokens.secondary)
            axis.setLabel(text, color=tokens.secondary)

    def _names(self, names: Sequence[str]) -> None:
        short = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names]
        self.getAxis("bottom").setTicks([list(enumerate(short))])
        self.setXRange(-0.6, max(len(names) - 0.4, 0.6), padding=0)

    def _pen(self, colour: str, width: float = 2.0) -> object:
        return pg.mkPen(QColor(colour), width=width)


class OverTime(Chart):
    """The share that passed, day by day; the dots are as large as the day was long."""

    def show_shares(self, shares: Sequence[Share]) -> None:
        self.clear()
        days = [one for one in shares if one.kind == "day"]
        self._names([one.group for one in days])
        self.setYRange(0, 100, padding=0.05)
        places = list(range(len(days)))
        rates = [100 * one.rate for one in days]
        sizes = [min(20, 6 + one.judged / 4) for one in days]
        self.plot(
            places,
            rates,
            pen=self._pen(self._tokens.accent),
            symbol="o",
            symbolSize=sizes,
            symbolBrush=QColor(self._tokens.accent),
            symbolPen=None,
        )


class Calibration(Chart):
    """What was told against what came; on the diagonal the predictor holds what it says."""

    def show_bins(self, bins: Sequence[Bin]) -> None:
        self.clear()
        self.setXRange(0, 1, padding=0.02)
        self.setYRange(0, 1, padding=0.02)
        line = pg.mkPen(QColor(self._tokens.secondary), width=1, style=Qt.PenStyle.DashLine)
        self.plot([0, 1], [0, 1], pen=line)
        self.plot(
            [bar.told for bar in bins],
            [bar.came for bar in bins],
            pen=self._pen(self._tokens.info),
            symbol="o",
            symbolSize=[min(18, 5 + bar.count / 10) for bar in bins],
            symbolBrush=QColor(self._tokens.info),
            symbolPen=None,
        )


class PassRates(Chart):
    """Pass rates with their 90 % intervals."""

    def show_rates(self, rates: Sequence[Posterior]) -> None:
        self.clear()
        self._names([f"{one.scene_type}, {one.provider} ({one.count})" for one in rates])
        self.setYRange(0, 100, padding=0.05)
        places = list(range(len(rates)))
        bars = pg.BarGraphItem(
            x=places,
            height=[100 * one.rate for one in rates],
            width=0.5,
            brush=QColor(self._tokens.raised),
            pen=self._pen(self._tokens.accent, 1),
        )
        self.addItem(bars)
        for place, one in enumerate(rates):
            self.plot([place, place], [100 * one.low, 100 * one.high], pen=self._pen(self._tokens.text, 1.5))


class Tags(Chart):
    """How often each tag was given."""

    def show_tags(self, tags: Sequence[tuple[str, int]]) -> None:
        self.clear()
        self._names([name for name, _ in tags])
        most = max((count for _, count in tags), default=1)
        self.setYRange(0, most, padding=0.05)
        step = max(1, -(-most // 5))
        self.getAxis("left").setTicks([[(at, str(at)) for at in range(0, most + 1, step)]])
        bars = pg.BarGraphItem(
            x=list(range(len(tags))),
            height=[count for _, count in tags],
            width=0.5,
            brush=QColor(self._tokens.warn),
            pen=None,
        )
        self.addItem(bars)
