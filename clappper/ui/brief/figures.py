"""The scorecard's figures: each category's score, and what the ad will cost, take, and how it may please."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QWidget

from clappper.base.units import Money, price_range
from clappper.brief.preflight import Scorecard
from clappper.brief.rubric import PASS_MARK, Category
from clappper.flow.briefing.forecast import Forecast
from clappper.ui import controls
from clappper.ui.brief.explanation import missing
from clappper.ui.offering import time_range
from clappper.ui.tokens import Tokens

FORCED_REVIEW = (0.45, 0.65)
LIKELY = 0.75


class CategoryRow:
    """One category: its name, a bar, and its score in figures."""

    def __init__(self, tokens: Tokens, title: str) -> None:
        self.title = controls.label(title, "secondary")
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.score = controls.label("", "mono")
        self.score.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.score.setMinimumWidth(2 * tokens.base_px)

    def show_category(self, category: Category) -> None:
        self.bar.setValue(category.score)
        kind = (
            "ok" if category.score >= PASS_MARK else "warn" if category.score >= PASS_MARK // 2 else "error"
        )
        controls.set_kind(self.bar, kind)
        self.score.setText(str(category.score))
        short = (f"{one.name}: {one.advice}" for one in missing(category))
        tip = "\n".join(short) or "Nothing is missing."
        for part in (self.title, self.bar, self.score):
            part.setToolTip(f"Weighs {category.weight} %.\n{tip}")


class Costs(QWidget):
    """What the ad will cost and take, as ranges, and how likely it is to please."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.gap)
        grid.setVerticalSpacing(3)
        self.cost, self.time, self.chance = (controls.label("…", "mono") for _ in range(3))
        self._rows: tuple[tuple[QLabel, QLabel], ...] = tuple(
            (controls.label(name, "secondary"), value)
            for name, value in (("Cost", self.cost), ("Time", self.time), ("Predicted pass", self.chance))
        )
        for line, (name, value) in enumerate(self._rows):
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(name, line, 0)
            grid.addWidget(value, line, 1)
        grid.setColumnStretch(1, 1)
        self.show_forecast(None)

    def show_card(self, card: Scorecard, budget: float) -> None:
        estimate = card.estimate
        price = price_range(estimate.low, estimate.high or estimate.low) if estimate else "unknown"
        self.cost.setText(price if price == "free" else f"{price} of {Money.dollars(budget)}")
        self.time.setText(time_range(estimate))
        if estimate is not None:
            self.cost.setToolTip(estimate.basis)

    def show_forecast(self, found: Forecast | None) -> None:
        """Show the chance of a pass with its interval, and why on hovering; nothing if nothing is known."""
        shown = found is not None and found.chance is not None
        for part in self._rows[2]:
            part.setVisible(shown)
        if found is not None and found.chance is not None:
            low, high = found.low or 0.0, found.high or 1.0
            self.chance.setText(f"{found.chance:.0%} ({low:.0%}–{high:.0%}) · {_band(found.chance)}")
            for part in self._rows[2]:
                part.setToolTip(_why(found))


def _why(found: Forecast) -> str:
    """Say what the chance rests on, and for each shot what moves it most."""
    basis = "From public ratings only: advice, it stops nothing." if found.is_prior else ""
    lines = [basis or f"Learned from {found.labels} of your own ratings."]
    for shot in found.shots:
        if shot.generative and shot.prediction.chance is not None:
            reasons = (f"{100 * one.effect:+.0f} {one.text}" for one in shot.prediction.reasons[:3])
            lines.append(f"{shot.shot_id}: {shot.prediction.chance:.0%}. {'; '.join(reasons)}")
        elif shot.generative:
            lines.append(f"{shot.shot_id}: {shot.prediction.abstained}")
    return "\n".join(lines)


def _band(chance: float) -> str:
    if chance >= LIKELY:
        return "likely"
    low, high = FORCED_REVIEW
    return "review it" if low <= chance <= high else "unlikely" if chance < low else "possible"
