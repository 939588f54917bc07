"""The icons: one set, drawn from its vectors at the size and colour that is wanted.

Names are Phosphor's own; ``resources/icons`` holds those in use.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clappper.base.paths import resource
from clappper.ui.tokens import Tokens

SIZES = (16, 20, 32, 40)
"""16 and 20 pixels on screens of ratio 1 and 2."""

TEXT_ROOM = 1.25
"""How wide an icon before words is, in its height."""


@cache
def icon(name: str, tokens: Tokens, *, colour: str = "") -> QIcon:
    """Give an icon in the text's colour, or in ``colour``; where it is switched on, in the accent.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    made, vector = QIcon(), _vector(name)
    states = (
        (colour or tokens.text, QIcon.Mode.Normal, QIcon.State.Off),
        (colour or tokens.accent, QIcon.Mode.Normal, QIcon.State.On),
        (tokens.disabled, QIcon.Mode.Disabled, QIcon.State.Off),
    )
    for shade, mode, state in states:
        for size in SIZES:
            made.addPixmap(_drawn(vector, shade, QSize(size, size), 1.0), mode, state)
    return made


@cache
def before_text(made: QIcon) -> QIcon:
    """Give an icon with room on its right, for buttons that also have words: styles leave too little."""
    spaced = QIcon()
    for state in (QIcon.State.Off, QIcon.State.On):
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            for size in SIZES:
                room = QPixmap(round(size * TEXT_ROOM), size)
                room.fill(Qt.GlobalColor.transparent)
                painter = QPainter(room)
                made.paint(painter, QRect(0, 0, size, size), mode=mode, state=state)
                painter.end()
                spaced.addPixmap(room, mode, state)
    return spaced


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Draw one icon, ``size`` logical pixels square, for a screen of the given pixel ratio."""
    return _drawn(_vector(name), colour, QSize(size, size), ratio)


def _drawn(vector: str, colour: str, size: QSize, ratio: float) -> QPixmap:
    drawn = QPixmap(size * ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _renderer(vector, colour).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@cache
def _vector(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(vector: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(tinted(vector, colour).encode()))


def tinted(vector: str, colour: str) -> str:
    """Give an icon's SVG in one colour."""
    return vector.replace("currentColor", colour)


def logo(size: int, ratio: float = 1.0) -> QPixmap:
    """Draw the program's own mark."""
    return _drawn(_vector("clappper"), "", QSize(size, size), ratio)
