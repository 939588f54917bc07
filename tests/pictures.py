"""Pictures of widgets, and where two of them differ."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

LETTERS = "Hamburgefonstiv 0123456789 $4.20"
BLOCK = 12
"""Side of the squares that are compared, in pixels at 100 %: about a control's height of text."""
MOST_AWAY = 16.0
"""How far the mean of a square may be from what was approved, in codes of 255."""


def drawn(root: QWidget, size: QSize, ratio: int) -> Image.Image:
    """Draw a widget as a screen of the given pixel ratio shows it."""
    root.resize(size)
    root.ensurePolished()
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.black)
    root.render(picture)
    return _image(picture)


def away(found: Image.Image, approved: Image.Image, ratio: int) -> list[tuple[int, int]]:
    """List the places, in pixels at 100 %, where two pictures of one size are not alike."""
    difference = np.abs(np.asarray(found, np.int16) - np.asarray(approved, np.int16)).max(axis=2)
    means = _block_means(difference.astype(np.float64), BLOCK * ratio)
    return [(int(x) * BLOCK, int(y) * BLOCK) for y, x in np.argwhere(means > MOST_AWAY)]


def hand(families: tuple[str, ...]) -> str:
    """Give a digest of how letters are drawn here: it changes with Qt, FreeType and their settings."""
    canvas = QImage(600, 40 * len(families) * 2, QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.white)
    painter = QPainter(canvas)
    for place, family in enumerate(families):
        for step, pixels in enumerate((11, 13)):
            font = QFont(family)
            font.setPixelSize(pixels)
            painter.setFont(font)
            painter.drawText(QRect(0, 40 * (2 * place + step), 600, 40), 0, LETTERS)
    painter.end()
    return hashlib.sha256(bytes(canvas.constBits())).hexdigest()[:16]


def _block_means(values: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    high, wide = (length // side * side for length in values.shape)
    blocks = values[:high, :wide].reshape(high // side, side, wide // side, side)
    means: NDArray[np.float64] = blocks.mean(axis=(1, 3))
    return means


def _image(picture: QPixmap) -> Image.Image:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.toImage().save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGB")


def approved_at(folder: Path, name: str, ratio: int) -> Path:
    return folder / f"{name}-{ratio}00.png"
