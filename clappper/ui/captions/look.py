"""How captions look, all of them or those selected: face, the word being said, place and size.

What is chosen is tried on the picture first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QWidget

from clappper.timeline.captions import LARGEST, SMALLEST, Caption, set_caption_look, set_own_look
from clappper.timeline.model import CaptionFace, CaptionLook, CaptionPlace, Highlight
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.inspector.hand import Change, Hand
from clappper.ui.inspector.rows import named, number
from clappper.ui.inspector.scrub import Measure

FACES = {
    "Boxed": CaptionFace.BOXED,
    "Plain": CaptionFace.PLAIN,
    "Outlined": CaptionFace.OUTLINED,
    "Bold capitals": CaptionFace.BOLD,
}
HIGHLIGHTS = {"None": Highlight.NONE, "Colour": Highlight.COLOUR, "Box": Highlight.BOX}
PLACES = {"Bottom": CaptionPlace.BOTTOM, "Middle": CaptionPlace.MIDDLE, "Top": CaptionPlace.TOP}
_SIZE = Measure(SMALLEST, LARGEST, 0.01, 0, " %", 100, neutral=1)
ALL, SELECTED = "All captions", "Selected captions"
_OTHERS = {"Yellow": "#FFD54A", "Green": "#5FE08A"}


class LookRows(QWidget):
    """The look of all captions, or of those that ``selected`` gives.

    What the pointer is on in a list is shown in the viewer.
    """

    def __init__(self, bench: Bench, selected: Callable[[], tuple[Caption, ...]]) -> None:
        super().__init__()
        self._session, self._tokens, self._selected = bench.session, bench.tokens, selected
        self._hand = Hand(bench, self)
        self.scope = QComboBox()
        self.scope.setAccessibleName("Which captions look so")
        self.scope.addItems((ALL, SELECTED))
        self.scope.activated.connect(lambda _: self.refresh())
        self.alike = controls.button("Like all", self._make_alike, "link")
        self.alike.setToolTip("Let the selected captions look like all others again")
        self.face = self._choice("Face of the captions", "face", FACES)
        self.highlight = self._choice("The word being said", "highlight", HIGHLIGHTS)
        self.place = self._choice("Place of the captions", "place", PLACES)
        self.colour = self._choice("Colour of the word being said", "colour", {})
        self.amount = number(
            "Size of the captions",
            _SIZE,
            self._tokens,
            lambda value: self._hand.try_out(self._sized(value)),
            lambda value: self._hand.keep("Caption size", self._sized(value)),
            self._hand.give_up,
        )
        column = controls.column(self, gap=4)
        column.setContentsMargins(self._tokens.pad, 4, self._tokens.pad, self._tokens.gap)
        column.addLayout(named("For", self.scope, self.alike))
        column.addLayout(named("Look", self.face))
        column.addLayout(named("Spoken word", self.highlight, self.colour))
        column.addLayout(named("Place", self.place, self.amount))

    def refresh(self) -> None:
        """Show the look of the edit, or of what is selected, as it is now."""
        now, look = self._session.timeline, self._look()
        self.alike.setVisible(self._is_own() and any(one.look for one in self._selected()))
        brand = {f"Brand colour {number}": code for number, code in enumerate(now.branding.colours, 1)}
        self.colour.fill({"Brand": "", **brand, **_OTHERS})
        for box, value in (
            (self.face, look.face),
            (self.highlight, look.highlight),
            (self.place, look.place),
            (self.colour, look.colour),
        ):
            box.setCurrentIndex(box.values.index(value) if value in box.values else 0)
        self.colour.setEnabled(look.highlight is not Highlight.NONE)
        self.amount.show_value(look.size)

    def _choice(self, name: str, field: str, values: Mapping[str, object]) -> _Tried:
        box = _Tried(self._hand.give_up)
        box.setAccessibleName(name)
        box.fill(values)

        def change(index: int) -> Change:
            chosen: dict[str, Any] = {field: box.values[index]}
            return self._changed(**chosen)

        box.highlighted.connect(lambda index: self._hand.try_out(change(index)))
        box.activated.connect(lambda index: self._hand.keep("Caption look", change(index)))
        return box

    def _sized(self, value: float) -> Change:
        return self._changed(size=value)

    def _is_own(self) -> bool:
        return self.scope.currentText() == SELECTED and bool(self._selected())

    def _look(self) -> CaptionLook:
        usual = self._session.timeline.captions
        return (self._selected()[0].look or usual) if self._is_own() else usual

    def _changed(self, **chosen: Any) -> Change:
        look = replace(self._look(), **chosen)
        if not self._is_own():
            return lambda now: set_caption_look(now, look)
        frames = {one.frames for one in self._selected()}
        return lambda now: set_own_look(now, frames, look)

    def _make_alike(self) -> None:
        frames = {one.frames for one in self._selected()}
        self._hand.keep("Caption look", lambda now: set_own_look(now, frames, None))


class _Tried(QComboBox):
    """A choice that shows the edit as it is again when its list is closed."""

    def __init__(self, given_up: Callable[[], None]) -> None:
        super().__init__()
        self._given_up = given_up
        self.values: tuple[object, ...] = ()
        self.setMinimumWidth(60)

    def fill(self, values: Mapping[str, object]) -> None:
        """Offer values by their words; a colour has a swatch."""
        self.clear()
        self.values = tuple(values.values())
        for words, value in values.items():
            self.addItem(_swatch(value) if isinstance(value, str) and value[:1] == "#" else QIcon(), words)

    def hidePopup(self) -> None:
        super().hidePopup()
        self._given_up()


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
