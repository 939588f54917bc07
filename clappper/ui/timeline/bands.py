"""The line of volume or opacity over a clip, and its keyframes: where they lie, how they are painted.

The line of a selected clip can be taken hold of. Keyframes of position, scale and rotation stand at the
clip's foot and move in time only.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from clappper.timeline.attributes import Channel, curve_of
from clappper.timeline.curves import is_moving, pose_frames, value_of
from clappper.timeline.model import Clip, Easing, Timeline, TrackKind
from clappper.timeline.queries import all_clips
from clappper.ui.timeline.layout import CLIP_HEAD, SOUND, Hit, Joint, Key, Part, Pin, Row, Zone
from clappper.ui.timeline.scale import Scale
from clappper.ui.timeline.scene import Scene, see_through

LOUDEST, SOFTEST = 6.0, -30.0
"""What the top and the bottom of a clip stand for, in decibels."""
REACH = 5
_FOOT = 6
_LOWEST_ROW = 40
_PAD = 4
_STEP = 6


def channel_of(kind: TrackKind) -> Channel:
    return Channel.GAIN if kind in SOUND else Channel.OPACITY


def has_room(row: Row) -> bool:
    return row.height >= _LOWEST_ROW


def height_of(row: Row) -> float:
    """Give the pixels between the lowest and the highest value."""
    return row.height - CLIP_HEAD - 3 - 2 * _PAD


def share_of(channel: Channel, value: float) -> float:
    """Map a value to 0 (bottom) .. 1 (top) of the clip."""
    share = (value - SOFTEST) / (LOUDEST - SOFTEST) if channel is Channel.GAIN else value
    return min(max(share, 0.0), 1.0)


def rise_of(channel: Channel, share: float) -> float:
    """Map a part of the clip's height to a difference of values."""
    return share * (LOUDEST - SOFTEST) if channel is Channel.GAIN else share


def key_at(row: Row, clip: Clip, scale: Scale, x: float, y: float) -> Key | None:
    """Find the keyframe under a point."""
    if not has_room(row):
        return None
    channel = channel_of(row.track.kind)
    left = scale.x_of(clip.placed.start)
    if is_moving(clip, channel):
        for key in reversed(curve_of(clip, channel)):
            near = abs(left + key.frame * scale.pixels - x) <= REACH
            if near and abs(y_of(row, channel, key.value) - y) <= REACH:
                return Key(clip.id, channel, key.frame)
    if abs(_foot(row) - y) <= REACH:
        for frame in pose_frames(clip):
            if abs(left + frame * scale.pixels - x) <= REACH:
                return Key(clip.id, None, frame)
    return None


def on_band(hit: Hit, row: Row, clip: Clip, scale: Scale, x: float, y: float) -> Hit:
    """Say what a point on a clip means where its line and keyframes can be taken hold of."""
    if key := key_at(row, clip, scale, x, y):
        return replace(hit, zone=Zone.KEY, key=key)
    if hit.zone is Zone.BODY and is_on_line(row, clip, scale, x, y):
        return replace(hit, zone=Zone.LINE)
    return hit


def still_there(part: Part | None, timeline: Timeline) -> Part | None:
    """Let go of a keyframe, transition or marker that an edit took away."""
    if part is None:
        return None
    if isinstance(part, Pin):
        return part if any(marker.frame == part.frame for marker in timeline.markers) else None
    clip = next((clip for _, clip in all_clips(timeline) if clip.id == part.clip_id), None)
    if clip is None:
        return None
    if isinstance(part, Joint):
        return part if clip.transition else None
    channel = part.channel
    frames = pose_frames(clip) if channel is None else [one.frame for one in curve_of(clip, channel)]
    return part if part.frame in frames else None


def is_on_line(row: Row, clip: Clip, scale: Scale, x: float, y: float) -> bool:
    channel = channel_of(row.track.kind)
    frame = round(scale.left + x / scale.pixels) - clip.placed.start
    return has_room(row) and abs(y_of(row, channel, value_of(clip, channel, frame)) - y) <= REACH - 1


def paint_band(painter: QPainter, scene: Scene, row: Row, clip: Clip, seen: QRectF) -> None:
    """Draw the line where it says something: on sound, on what is selected, on what is keyframed."""
    channel = channel_of(row.track.kind)
    curve = curve_of(clip, channel)
    selected, moving = clip.id in scene.selection, bool(curve) and is_moving(clip, channel)
    if not has_room(row) or not (selected or moving or row.track.kind in SOUND):
        return
    tokens = scene.tokens
    colour = QColor(tokens.accent) if selected else see_through(tokens.text, 0.55 if moving else 0.25)
    if not moving:
        y = y_of(row, channel, value_of(clip, channel, 0))
        painter.fillRect(QRectF(seen.left(), round(y), seen.width(), 1), colour)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        if row.track.kind not in SOUND:
            painter.setPen(QPen(see_through("#000000", 0.6), 3))
            painter.drawPolyline(_line(scene, row, clip, channel, seen))
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolyline(_line(scene, row, clip, channel, seen))
        for key in curve_of(clip, channel):
            x = scene.scale.x_of(clip.placed.start + key.frame)
            if seen.left() - REACH <= x <= seen.right() + REACH:
                one = Key(clip.id, channel, key.frame)
                _paint_key(painter, scene, one, QPointF(x, y_of(row, channel, key.value)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_poses(painter: QPainter, scene: Scene, row: Row, clip: Clip, seen: QRectF) -> None:
    """Mark at the clip's foot where its picture is placed by keyframes."""
    frames = pose_frames(clip) if has_room(row) else ()
    if not frames:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    for frame in frames:
        x = scene.scale.x_of(clip.placed.start + frame)
        if seen.left() - REACH <= x <= seen.right() + REACH:
            _paint_key(painter, scene, Key(clip.id, None, frame), QPointF(x, _foot(row)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_key(painter: QPainter, scene: Scene, key: Key, at: QPointF) -> None:
    tokens = scene.tokens
    picked = key == scene.picked
    half = 5.0 if picked else 4.0
    painter.setPen(QPen(QColor(tokens.well), 1))
    painter.setBrush(QColor(tokens.accent if picked or key.clip_id in scene.selection else tokens.text))
    corners = ((0, -half), (half, 0), (0, half), (-half, 0))
    painter.drawPolygon(QPolygonF([QPointF(at.x() + dx, at.y() + dy) for dx, dy in corners]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _line(scene: Scene, row: Row, clip: Clip, channel: Channel, seen: QRectF) -> QPolygonF:
    """Follow the curve from keyframe to keyframe, in small steps where it bends."""
    scale, start, curve = scene.scale, clip.placed.start, curve_of(clip, channel)
    first = max(0, floor(seen.left() / scale.pixels + scale.left - start))
    last = min(len(clip.placed), ceil(seen.right() / scale.pixels + scale.left - start))
    frames = {float(first), float(last), *(float(key.frame) for key in curve if first < key.frame < last)}
    for key, following in pairwise(curve):
        if key.easing is Easing.HOLD:
            frames.add(following.frame - 0.001)
        elif key.easing is not Easing.LINEAR:
            step = max(1, round(_STEP / scale.pixels))
            frames.update(range(max(first, key.frame), min(last, following.frame), step))
    return QPolygonF(
        [
            QPointF(scale.x_of(start + frame), y_of(row, channel, value_of(clip, channel, floor(frame))))
            for frame in sorted(frames)
            if first <= frame <= last
        ]
    )


def _top(row: Row) -> int:
    return row.top + CLIP_HEAD + 1 + _PAD


def y_of(row: Row, channel: Channel, value: float) -> float:
    return _top(row) + (1 - share_of(channel, value)) * height_of(row)


def _foot(row: Row) -> float:
    return row.bottom - _FOOT - 2
