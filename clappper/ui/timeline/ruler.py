"""Painting the ruler: time, beats, markers, marks; and the playhead, which runs over everything."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from clappper.base.units import FrameRange
from clappper.timeline.model import Marker
from clappper.ui.timeline.layout import RULER, Pin
from clappper.ui.timeline.scale import ticks
from clappper.ui.timeline.scene import Guide, Scene, see_through

PLAYHEAD_HALF = 6


def paint_ruler(painter: QPainter, scene: Scene, rect: QRect, span: FrameRange) -> None:
    """Paint the part of the ruler that shows ``span``."""
    tokens = scene.tokens
    painter.fillRect(QRect(rect.left(), 0, rect.width(), RULER), QColor(tokens.panel))
    painter.fillRect(QRect(rect.left(), RULER - 1, rect.width(), 1), QColor(tokens.line))
    if scene.marked is not None:
        left, right = scene.scale.x_of(scene.marked.start), scene.scale.x_of(scene.marked.end)
        painter.fillRect(QRectF(left, 0, right - left, RULER - 1), see_through(tokens.accent, 0.10))
        painter.fillRect(QRectF(left, 0, right - left, 3), QColor(tokens.accent))
        for x in (left, right - 2):
            painter.fillRect(QRectF(x, 0, 2, RULER - 1), QColor(tokens.accent))
    _paint_times(painter, scene, span)
    _paint_beats(painter, scene, span)
    for marker in scene.timeline.markers:
        if span.start - 40 <= marker.frame <= span.end:
            _paint_marker(painter, scene, marker)


def _paint_times(painter: QPainter, scene: Scene, span: FrameRange) -> None:
    tokens, scale, rate = scene.tokens, scene.scale, scene.timeline.rate
    steps = ticks(scale, rate)
    painter.setFont(scene.digits)
    first = span.start // steps.labelled * steps.labelled
    for frame in range(first, span.end + steps.every, steps.every):
        x = scale.x_of(frame)
        is_labelled = frame % steps.labelled == 0
        painter.fillRect(
            QRectF(x, RULER - (12 if is_labelled else 6), 1, 11 if is_labelled else 5),
            QColor(tokens.disabled if is_labelled else tokens.line),
        )
        if is_labelled:
            painter.setPen(QColor(tokens.secondary))
            painter.drawText(QPointF(x + 4, RULER - 12), rate.timecode(frame))


def _paint_beats(painter: QPainter, scene: Scene, span: FrameRange) -> None:
    """Beats are drawn while they stand far enough apart to be told from each other."""
    beats = scene.timeline.beats
    start, end = bisect_left(beats, span.start), bisect_left(beats, span.end + 1)
    shown = beats[start:end]
    if len(shown) > 1 and scene.scale.pixels * (shown[-1] - shown[0]) / (len(shown) - 1) < 4:
        return
    colour = QColor(scene.tokens.info)
    for beat in shown:
        painter.fillRect(QRectF(scene.scale.x_of(beat), RULER - 5, 2, 4), colour)


def _paint_marker(painter: QPainter, scene: Scene, marker: Marker) -> None:
    x = scene.scale.x_of(marker.frame)
    colour = QColor(marker.colour or scene.tokens.ok)
    flag = (QPointF(x - 4, 1), QPointF(x + 4, 1), QPointF(x + 4, 7), QPointF(x, 11), QPointF(x - 4, 7))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    is_picked = scene.picked == Pin(marker.frame)
    painter.setPen(QPen(QColor(scene.tokens.accent), 2) if is_picked else Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(flag))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(QRectF(x, 11, 1, RULER - 12), see_through(colour, 0.5))


def paint_playhead(painter: QPainter, scene: Scene, frame: int, height: int) -> None:
    x = round(scene.scale.x_of(frame))
    colour = QColor(scene.tokens.accent)
    painter.fillRect(QRect(x, 12, 1, height - 12), colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    half = PLAYHEAD_HALF
    corners = ((-half, 2), (half, 2), (half, 11), (0, 17), (-half, 11))
    painter.drawPolygon(QPolygonF([QPointF(x + 0.5 + dx, y) for dx, y in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_guide(painter: QPainter, scene: Scene, guide: Guide, height: int) -> None:
    """Show what a dragged edge snapped to."""
    x = round(scene.scale.x_of(guide.frame))
    colour = QColor(scene.tokens.info)
    painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
    painter.drawLine(x, RULER, x, height)
    painter.setFont(scene.small)
    width = scene.metrics.horizontalAdvance(guide.words) + 12
    label = QRectF(x + 5, RULER + 4, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(label, 3, 3)
    painter.setPen(QColor(scene.tokens.well))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, guide.words)
