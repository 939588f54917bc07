"""Colour: the clip's own correction, the style pack over all clips, and scopes that measure both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.assembling.looks import keep_look, name_of, shipped_looks
from clappper.flow.playing.playback import Picture
from clappper.media import scopes
from clappper.timeline.attributes import set_grade
from clappper.timeline.model import Clip, Grade, Look, Timeline
from clappper.timeline.queries import clip_of
from clappper.timeline.tracks import set_look
from clappper.ui import controls, dialogs, errors
from clappper.ui.bridge import run
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.match import MatchRow
from clappper.ui.inspector.rows import choice, named, number, section
from clappper.ui.inspector.scrub import Measure, ScrubField
from clappper.ui.tokens import Tokens

_GRADE = {
    "exposure": ("Exposure", Measure(-3, 3, 0.01, 2, " st")),
    "contrast": ("Contrast", Measure(-1, 1, 0.005, 0, "", 100)),
    "saturation": ("Saturation", Measure(-1, 1, 0.005, 0, "", 100)),
    "temperature": ("Temperature", Measure(-1, 1, 0.005, 0, "", 100)),
}
_LOOK = {
    "lut_strength": ("LUT strength", Measure(0, 1, 0.005, 0, " %", 100, neutral=1)),
    "vignette": ("Vignette", Measure(0, 1, 0.005, 0, " %", 100)),
    "grain": ("Grain", Measure(0, 1, 0.005, 0, " %", 100)),
}
NO_LUT = "No LUT"
OTHER = "Choose a .cube file…"


class Scope(QWidget):
    """Draws one scope of the picture that is seen: press to change which."""

    KINDS = ("Waveform", "Parade", "Vectorscope")

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._kind = 0
        self._pixels: NDArray[np.uint8] | None = None
        self.setFixedHeight(150)
        self.setAccessibleName("Scope")
        self.setToolTip("Press for another scope")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_picture(self, picture: Picture) -> None:
        step = max(1, picture.height // 180)
        whole = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 4)
        self._pixels = whole[::step, ::step]
        if self.isVisible():
            self.update()

    def mousePressEvent(self, event: object) -> None:
        del event
        self._kind = (self._kind + 1) % len(self.KINDS)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.well))
            if self._pixels is not None:
                image, square = self._drawn(self._pixels)
                side = min(self.width(), self.height())
                target = QRect((self.width() - side) // 2, 0, side, side) if square else self.rect()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(target, image)
            painter.setPen(QColor(self._tokens.line))
            for part in (0.25, 0.5, 0.75):
                painter.drawLine(0, round(self.height() * part), self.width(), round(self.height() * part))
            painter.setPen(QColor(self._tokens.secondary))
            painter.drawText(
                self.rect().adjusted(6, 4, -6, -4), Qt.AlignmentFlag.AlignTop, self.KINDS[self._kind]
            )

    def _drawn(self, pixels: NDArray[np.uint8]) -> tuple[QImage, bool]:
        if self._kind == 1:
            return _image(scopes.parade(pixels)), False
        counts = scopes.waveform(pixels) if self._kind == 0 else scopes.vectorscope(pixels)
        green = np.array([0.55, 1.0, 0.65], np.float32)
        return _image(counts[..., None] * green), self._kind == 2


def _image(rgb: NDArray[np.float32]) -> QImage:
    shades = np.zeros((*rgb.shape[:2], 4), np.uint8)
    shades[..., :3] = np.clip(rgb[..., ::-1] * 255, 0, 255).astype(np.uint8)
    shades[..., 3] = 255
    height, width = rgb.shape[:2]
    return QImage(shades.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32).copy()


class GradeSection(QWidget):
    """The correction of the clips in hand, and the look of the whole ad."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand, self._tokens = hand, tokens
        layout = controls.column(self, gap=0)
        self.scope = Scope(tokens)
        layout.addWidget(self.scope)
        holder, column = section("This clip", tokens)
        self._grade: dict[str, ScrubField] = {}
        for key, (name, measure) in _GRADE.items():
            self._grade[key] = self._field(name, measure, lambda value, key=key: self._graded(key, value))  # type: ignore[misc]
            column.addLayout(named(name, self._grade[key]))
        self.match = MatchRow(hand)
        column.addLayout(named("Match to", self.match))
        reset = controls.button("Reset correction", self._reset, "link")
        column.addWidget(reset, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(holder)
        self._whole, column = section("The whole ad", tokens)
        self._lut = choice("Look-up table", (), self._choose_lut)
        column.addLayout(named("LUT", self._lut))
        self._look: dict[str, ScrubField] = {}
        for key, (name, measure) in _LOOK.items():
            self._look[key] = self._field(name, measure, lambda value, key=key: self._looked(key, value))  # type: ignore[misc]
            column.addLayout(named(name, self._look[key]))
        layout.addWidget(self._whole)
        layout.addStretch()

    def show_clip(self, clip: Clip, playhead: int) -> None:
        del playhead
        for key, field in self._grade.items():
            field.show_value(getattr(clip.grade, key))
        self.match.refresh()
        self.show_look(self._hand.timeline.look)

    def show_look(self, look: Look) -> None:
        for key, field in self._look.items():
            field.show_value(getattr(look, key))
        own = name_of(look.lut)
        names = [NO_LUT, *shipped_looks(), *([own] if own and own not in shipped_looks() else []), OTHER]
        if names != [self._lut.itemText(place) for place in range(self._lut.count())]:
            self._lut.clear()
            self._lut.addItems(names)
        self._lut.setCurrentText(own or NO_LUT)

    def _field(
        self, name: str, measure: Measure, made: Callable[[float], Callable[[Timeline], Timeline]]
    ) -> ScrubField:
        return number(
            name,
            measure,
            self._tokens,
            lambda value: self._hand.try_out(made(value)),
            lambda value: self._hand.keep(f"Set {name.lower()}", made(value)),
            self._hand.give_up,
        )

    def _graded(self, key: str, value: float) -> Callable[[Timeline], Timeline]:
        clips = self._hand.clips

        def change(now: Timeline) -> Timeline:
            for clip in clips:
                grade = replace(clip_of(now, clip.id).grade, **{key: value})
                now = set_grade(now, clip.id, grade)
            return now

        return change

    def _looked(self, key: str, value: float) -> Callable[[Timeline], Timeline]:
        changes: dict[str, Any] = {key: value}
        return lambda now: set_look(now, replace(now.look, **changes))

    def _reset(self) -> None:
        clips = self._hand.clips

        def change(now: Timeline) -> Timeline:
            for clip in clips:
                now = set_grade(now, clip.id, Grade())
            return now

        self._hand.keep("Reset correction", change)

    def _choose_lut(self, name: str) -> None:
        if name == OTHER:
            run(self, self._bring_lut())
        elif name == NO_LUT:
            self._hand.keep("Take LUT away", lambda now: set_look(now, replace(now.look, lut="")))
        elif name in shipped_looks():
            self._wear(shipped_looks()[name])

    async def _bring_lut(self) -> None:
        path = await dialogs.chosen_file(self, "Choose a look-up table", Path.home(), "LUT (*.cube)")
        if path is not None:
            self._wear(path)
        self.show_look(self._hand.timeline.look)

    def _wear(self, path: Path) -> None:
        try:
            kept = keep_look(self._hand.bench.session.project, path)
        except ClappperError as error:
            errors.show(self, error)
            return
        self._hand.keep(f"Use LUT {path.stem}", lambda now: set_look(now, replace(now.look, lut=kept)))
