"""Why the score is what it is: what each category misses, and what would earn it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clappper.brief.preflight import Scorecard
from clappper.brief.rubric import CATEGORY_NAMES, Category, Criterion
from clappper.ui import controls
from clappper.ui.tokens import Tokens


class Explanation(QWidget):
    """Lists categories that are not full, the weightiest loss first."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._layout = controls.column(self, gap=tokens.gap // 2)
        self.setAccessibleName("Explanation of the score")
        self.hide()

    def show_card(self, card: Scorecard) -> None:
        controls.clear(self._layout)
        losing = sorted(card.categories, key=lambda one: one.weight * (one.score - 100))
        short = [one for one in losing if missing(one)]
        for category in short:
            title = f"{CATEGORY_NAMES[category.name]}: {category.score} of 100, weighs {category.weight} %"
            self._layout.addWidget(controls.label(title))
            for criterion in missing(category):
                self._layout.addWidget(controls.label(_advice(criterion), "dense", wrap=True))
            self._layout.addSpacing(4)
        if not short:
            self._layout.addWidget(controls.label("Nothing is missing.", "secondary"))


def missing(category: Category) -> list[Criterion]:
    return [one for one in category.criteria if one.earned < one.possible]


def _advice(criterion: Criterion) -> str:
    advice = f"{criterion.advice[:1].upper()}{criterion.advice[1:]}"
    return f"{advice} ({criterion.name} {float(criterion.earned):.0f} of {criterion.possible})."
