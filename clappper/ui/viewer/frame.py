"""Where the picture lies on the viewer: fractions of the canvas and pixels of the widget, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from clappper.render.aspects import INTERFACES, SafeZone, safe_zone
from clappper.render.canvas import ASPECTS

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of the canvas."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture's rectangle in the widget."""

    rect: QRectF

    def to_widget(self, box: Box) -> QRectF:
        left, top, right, bottom = box
        rect = self.rect
        return QRectF(
            rect.left() + left * rect.width(),
            rect.top() + top * rect.height(),
            (right - left) * rect.width(),
            (bottom - top) * rect.height(),
        )

    def shift(self, by: QPointF) -> tuple[float, float]:
        """Turn a distance in pixels into fractions of the canvas."""
        return by.x() / max(self.rect.width(), 1), by.y() / max(self.rect.height(), 1)

    def fraction(self, point: QPointF) -> tuple[float, float]:
        return self.shift(point - self.rect.topLeft())


def fitted(aspect: str, width: float, height: float, margin: float = 8.0) -> Frame:
    """Lay the canvas of ``aspect`` as large as possible into the middle of a widget."""
    across, down = ASPECTS[aspect]
    scale = max(0.01, min((width - 2 * margin) / across, (height - 2 * margin) / down))
    size_x, size_y = round(across * scale), round(down * scale)
    return Frame(QRectF(round((width - size_x) / 2), round((height - size_y) / 2), size_x, size_y))


def magnified(frame: Frame, width: float, view: QRectF, pan: QPointF) -> Frame:
    """Make a picture ``width`` pixels wide, moved by ``pan`` while some of it lies outside ``view``."""
    scale = width / max(frame.rect.width(), 1)
    height = frame.rect.height() * scale
    loose_x, loose_y = max(0.0, width - view.width()) / 2, max(0.0, height - view.height()) / 2
    middle = view.center() + QPointF(
        min(max(pan.x(), -loose_x), loose_x), min(max(pan.y(), -loose_y), loose_y)
    )
    return Frame(QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height))


def zone_box(zone: SafeZone) -> Box:
    return zone.left, zone.top, 1 - zone.right, 1 - zone.bottom


def platforms(aspect: str) -> tuple[str, ...]:
    """Name the platforms whose interface covers part of this aspect."""
    return tuple(dict.fromkeys(platform for platform, shown in INTERFACES if shown == aspect))


def zone_of(platform: str, aspect: str) -> Box:
    return zone_box(safe_zone(platform, aspect))


def snapped(
    box: Box, by: tuple[float, float], zone: Box, reach: float = 0.012
) -> tuple[tuple[float, float], tuple[bool, bool]]:
    """Let a dragged box meet the canvas's middle and the safe zone's edges; tell where it does.

    ``by`` is how far it was dragged; the answer is how far it goes.
    """
    across, met_x = _met((box[0], box[2]), by[0], (zone[0], zone[2]), reach)
    down, met_y = _met((box[1], box[3]), by[1], (zone[1], zone[3]), reach)
    return (across, down), (met_x, met_y)


def _met(span: tuple[float, float], by: float, zone: tuple[float, float], reach: float) -> tuple[float, bool]:
    middle = (span[0] + span[1]) / 2
    wanted = [(0.5 - middle), *(edge - place for edge, place in zip(zone, span, strict=True))]
    nearest = min(wanted, key=lambda goal: abs(goal - by))
    return (nearest, True) if abs(nearest - by) <= reach else (by, False)
