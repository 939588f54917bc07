"""Painting the tracks and their clips: as little as shows, and nothing that has to be waited for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Footage, Grade, MediaKind, Motion, Solid, Title, TrackKind
from clappper.timeline.pieces import plays
from clappper.timeline.queries import transition_range
from clappper.ui.brief.fields import title_of
from clappper.ui.timeline.bands import paint_band, paint_poses
from clappper.ui.timeline.layout import (
    BAR_FROM,
    CLIP_HEAD,
    FADE_GRIP,
    RULER,
    SOUND,
    WIDEST_BAR,
    Joint,
    Row,
    clips_in,
)
from clappper.ui.timeline.scene import Scene, see_through
from clappper.ui.timeline.strips import Strip
from clappper.ui.timeline.waves import wave_image
from clappper.ui.tints import ClipColours, clip_colours, provider_tint

_DETAILED, _NAMED = 14, 34
_CORNER, _CORNERED = 6, 40
_UNGRADED, _UNMOVED = Grade(), Motion()
INVITATION = "Drag footage here, or generate it from the brief."


def paint_tracks(painter: QPainter, scene: Scene, rect: QRect, span: FrameRange) -> None:
    """Paint the part of all tracks inside ``rect``, which shows ``span``."""
    tokens = scene.tokens
    painter.fillRect(rect, QColor(tokens.well))
    for row in scene.rows:
        if row.bottom <= max(rect.top(), RULER) or row.top > rect.bottom():
            continue
        _paint_row(painter, scene, row, rect, span)
    if scene.marked is not None:
        left, right = scene.scale.x_of(scene.marked.start), scene.scale.x_of(scene.marked.end)
        painter.fillRect(QRectF(left, RULER, right - left, rect.bottom()), see_through(tokens.accent, 0.06))
    end = scene.scale.x_of(scene.timeline.length_frames)
    if end < rect.right():
        beyond = QRectF(max(end, rect.left()), RULER, rect.right() + 1 - end, rect.height())
        painter.fillRect(beyond, see_through("#000000", 0.28))
        painter.fillRect(QRectF(end, RULER, 1, rect.bottom()), QColor(tokens.disabled))


def paint_invitation(painter: QPainter, scene: Scene, whole: QRect) -> None:
    """Say on an empty timeline what goes there."""
    row = next((row for row in scene.rows if row.track.kind is TrackKind.VIDEO), None)
    place = QRect(0, row.top, whole.width(), row.height) if row else whole
    painter.setFont(scene.small)
    painter.setPen(QColor(scene.tokens.secondary))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, INVITATION)


def _paint_row(painter: QPainter, scene: Scene, row: Row, rect: QRect, span: FrameRange) -> None:
    tokens = scene.tokens
    if row.track.id == scene.target_track:
        painter.fillRect(
            QRect(rect.left(), row.top, rect.width(), row.height), see_through(tokens.text, 0.03)
        )
    painter.fillRect(QRect(rect.left(), row.bottom - 1, rect.width(), 1), QColor(tokens.panel))
    colours = clip_colours(row.track.kind, tokens)
    painter.setOpacity(0.4 if row.track.muted else 1.0)
    for clip in clips_in(row.track, span):
        _paint_clip(painter, scene, row, clip, colours, rect)
    for index, clip in _entered(row, span):
        _paint_transition(painter, scene, row, index, clip)
    painter.setOpacity(1.0)
    if row.track.locked:
        hatch = QBrush(see_through(tokens.text, 0.10), Qt.BrushStyle.BDiagPattern)
        painter.fillRect(QRect(rect.left(), row.top, rect.width(), row.height - 1), hatch)


def _entered(row: Row, span: FrameRange) -> Iterator[tuple[int, Clip]]:
    if not any(clip.transition for clip in row.track.clips):
        return
    wide = FrameRange(max(0, span.start - WIDEST_BAR), span.end + WIDEST_BAR)
    places = {clip.id: index for index, clip in enumerate(row.track.clips)}
    for clip in clips_in(row.track, wide):
        if clip.transition:
            yield places[clip.id], clip


def _paint_clip(
    painter: QPainter, scene: Scene, row: Row, clip: Clip, colours: ClipColours, rect: QRect
) -> None:
    left, right = scene.scale.x_of(clip.placed.start), scene.scale.x_of(clip.placed.end)
    selected = clip.id in scene.selection
    if right - left - 1 < _DETAILED:
        _paint_narrow(painter, scene, row, (left, right), colours, selected=selected)
        return
    box = QRectF(left, row.top + 1, right - left - 1, row.height - 3)
    painter.fillRect(box, colours.body)
    tall = box.height() > CLIP_HEAD + 12
    inner = QRectF(left, box.top() + CLIP_HEAD, box.width(), box.height() - CLIP_HEAD) if tall else box
    strip = scene.strips.of(clip.content.take) if isinstance(clip.content, Footage) else None
    seen = inner.intersected(QRectF(rect))
    if strip is not None and not seen.isEmpty():
        _paint_footage(painter, scene, row, clip, strip, colours, inner, seen)
    elif isinstance(clip.content, Solid):
        painter.fillRect(inner, QColor(clip.content.colour))
    head = QRectF(left, box.top(), box.width(), CLIP_HEAD) if tall else box
    painter.fillRect(head, colours.head)
    if box.width() >= _NAMED:
        _paint_head(painter, scene, clip, head)
    if strip is not None and strip.provider:
        painter.fillRect(QRectF(left, box.bottom() - 2, box.width(), 2), provider_tint(strip.provider))
    if tall and not seen.isEmpty():
        paint_band(painter, scene, row, clip, seen)
        paint_poses(painter, scene, row, clip, seen)
    _paint_ends(painter, scene, clip, box)
    _paint_fades(painter, scene, clip, box, shown=selected or clip.id == scene.hovered)
    if strip is not None and strip.missing:
        _paint_missing(painter, scene, inner)
    if selected:
        painter.setPen(QPen(QColor(scene.tokens.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    elif clip.id == scene.hovered:
        painter.setPen(QPen(see_through(scene.tokens.text, 0.45), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0, 0, -1, -1))


def _paint_narrow(
    painter: QPainter,
    scene: Scene,
    row: Row,
    across: tuple[float, float],
    colours: ClipColours,
    *,
    selected: bool,
) -> None:
    """Paint a clip that has no room for more than its colours; there may be hundreds of them."""
    left, width = round(across[0]), max(1, round(across[1] - across[0]) - 1)
    top, height = row.top + 1, row.height - 3
    head = min(CLIP_HEAD, height)
    painter.fillRect(left, top, width, head, colours.head)
    if height > head:
        painter.fillRect(left, top + head, width, height - head, colours.body)
    if selected:
        painter.fillRect(left, top, width, 3, QColor(scene.tokens.accent))


def _paint_footage(
    painter: QPainter,
    scene: Scene,
    row: Row,
    clip: Clip,
    strip: Strip,
    colours: ClipColours,
    inner: QRectF,
    seen: QRectF,
) -> None:
    if row.track.kind in SOUND:
        if strip.peaks is not None:
            image = wave_image(scene, clip, strip, seen, colours.wave)
            painter.drawImage(seen.topLeft(), image)
        return
    if strip.pixmap is None:
        return
    _paint_tiles(painter, scene, clip, strip, inner, seen)


def _paint_tiles(
    painter: QPainter, scene: Scene, clip: Clip, strip: Strip, inner: QRectF, seen: QRectF
) -> None:
    """Lay pictures side by side, each of the moment at its own middle."""
    assert strip.pixmap is not None
    assert isinstance(clip.content, Footage)
    tile_width = strip.pixmap.width() / strip.tiles
    width = tile_width * inner.height() / strip.pixmap.height()
    available = clip.content.take.available
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
    painter.save()
    painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
    number = int((seen.left() - inner.left()) // width)
    while (x := inner.left() + number * width) < seen.right():
        frame = scene.scale.left + (x + width / 2) / scene.scale.pixels
        source = clip.source_at(min(max(int(frame), clip.placed.start), clip.placed.end - 1))
        share = (source - available.start) / len(available) if len(available) else 0.0
        tile = min(max(int(share * strip.tiles), 0), strip.tiles - 1)
        painter.drawPixmap(
            QRectF(x, inner.top(), width, inner.height()),
            strip.pixmap,
            QRectF(tile * tile_width, 0, tile_width, strip.pixmap.height()),
        )
        number += 1
    painter.restore()


def _paint_head(painter: QPainter, scene: Scene, clip: Clip, head: QRectF) -> None:
    """Write the name where it can be read, even while the clip's start is scrolled away."""
    tokens = scene.tokens
    gripped = clip.id in scene.selection or clip.id == scene.hovered
    left = max(head.left() + (2 * FADE_GRIP + 2 if gripped else 6), 6.0)
    right = head.right() - (2 * FADE_GRIP + 2 if gripped else 4)
    for words, fill, ink in _pills(scene, clip):
        width = scene.metrics.horizontalAdvance(words) + 8
        if right - width < left + 24:
            break
        pill = QRectF(right - width, head.top() + (head.height() - 13) / 2, width, 13)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(pill, 3, 3)
        painter.setPen(ink)
        painter.setFont(scene.small)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
        right -= width + 3
    room = right - left
    if room < 12:
        return
    words = scene.metrics.elidedText(label_of(clip), Qt.TextElideMode.ElideRight, int(room))
    painter.setFont(scene.small)
    painter.setPen(QColor(tokens.text))
    painter.drawText(QRectF(left, head.top(), room, head.height()), Qt.AlignmentFlag.AlignVCenter, words)


def label_of(clip: Clip) -> str:
    """Name a clip as an editor would call it, with its speed when that is not the footage's own."""
    if isinstance(clip.content, Title):
        name = clip.content.text or clip.name or clip.content.role.value.capitalize()
    elif isinstance(clip.content, Footage):
        name = clip.name or clip.content.take.label or clip.id
    else:
        name = clip.name or clip.id
    if clip.mean_speed == Fraction(1) or isinstance(clip.content, Title):
        return name
    return f"{name}  {float(clip.mean_speed):.0%}" if clip.mean_speed else f"{name}  freeze"


def _pills(scene: Scene, clip: Clip) -> Iterator[tuple[str, QColor, QColor]]:
    """Give the marks at the right of a clip's head, the most pressing first."""
    tokens = scene.tokens
    if clip.badge:
        yield "!", QColor(tokens.error_fill), QColor(tokens.on_error)
    if clip.id in scene.stale:
        yield "stale", QColor(tokens.warn), QColor("#161616")
    if isinstance(clip.content, Footage) and len(clip.content.takes) > 1:
        counter = f"{clip.content.active + 1}/{len(clip.content.takes)}"
        yield counter, see_through("#000000", 0.4), QColor("#ffffff")
    if _has_effects(clip):
        yield "fx", see_through("#000000", 0.4), QColor(tokens.accent)
    if clip.locked:
        yield "locked", see_through("#000000", 0.4), QColor("#ffffff")
    if clip.link:
        yield "∞", see_through("#000000", 0.25), QColor("#ffffff")


def _paint_fades(painter: QPainter, scene: Scene, clip: Clip, box: QRectF, *, shown: bool) -> None:
    pixels = scene.scale.pixels
    into, out = clip.fade_in_frames * pixels, clip.fade_out_frames * pixels
    if not (into or out or shown):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(QPen(see_through(scene.tokens.text, 0.8), 1))
    painter.setBrush(see_through("#000000", 0.45))
    if into:
        corners = (box.topLeft(), QPointF(box.left() + into, box.top()), box.bottomLeft())
        painter.drawPolygon(QPolygonF(corners))
    if out:
        corners = (box.topRight(), QPointF(box.right() - out, box.top()), box.bottomRight())
        painter.drawPolygon(QPolygonF(corners))
    if shown and box.width() >= 4 * FADE_GRIP:
        painter.setBrush(QColor(scene.tokens.text))
        painter.setPen(QPen(QColor(scene.tokens.well), 1))
        for x in (box.left() + into + FADE_GRIP, box.right() - out - FADE_GRIP):
            painter.drawEllipse(QPointF(x, box.top() + FADE_GRIP), 3.5, 3.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _has_effects(clip: Clip) -> bool:
    return clip.grade != _UNGRADED or clip.motion != _UNMOVED or clip.cutout is not None


def _paint_ends(painter: QPainter, scene: Scene, clip: Clip, box: QRectF) -> None:
    """Mark the corners where the footage has no more to trim out, as editors know them."""
    if not isinstance(clip.content, Footage) or box.width() < _CORNERED or not plays(clip):
        return
    available = clip.content.take.available
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(see_through(scene.tokens.text, 0.7))
    if clip.source_start <= available.start:
        corner = box.bottomLeft()
        painter.drawPolygon(QPolygonF((corner, corner + QPointF(_CORNER, 0), corner - QPointF(0, _CORNER))))
    played = len(clip.placed) * clip.speed.numerator // clip.speed.denominator
    if clip.ramp_to is None and clip.source_start + played >= available.end:
        corner = box.bottomRight()
        painter.drawPolygon(QPolygonF((corner, corner - QPointF(_CORNER, 0), corner - QPointF(0, _CORNER))))


def _paint_missing(painter: QPainter, scene: Scene, inner: QRectF) -> None:
    painter.fillRect(inner, QBrush(see_through(scene.tokens.error, 0.5), Qt.BrushStyle.BDiagPattern))
    if inner.width() > 90:
        painter.setFont(scene.small)
        painter.setPen(QColor(scene.tokens.text))
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, "Media missing")


def _paint_transition(painter: QPainter, scene: Scene, row: Row, index: int, clip: Clip) -> None:
    assert clip.transition is not None
    span = transition_range(row.track, index)
    left, right = scene.scale.x_of(span.start), scene.scale.x_of(span.end)
    if right - left < 3:
        return
    top = row.top + round(row.height * BAR_FROM)
    box = QRectF(left, top, right - left - 1, row.bottom - 4 - top)
    painter.fillRect(box, see_through("#e9dcc3", 0.88))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(see_through("#8a744a", 0.45))
    painter.drawPolygon(QPolygonF((box.bottomLeft(), box.topRight(), box.bottomRight())))
    painter.setPen(QPen(QColor("#5a4a2c"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    if scene.picked == Joint(clip.id):
        painter.setPen(QPen(QColor(scene.tokens.accent), 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    words = clip.transition.kind.value.capitalize()
    if scene.metrics.horizontalAdvance(words) + 8 <= box.width():
        painter.setFont(scene.small)
        painter.setPen(QColor("#1b1b1b"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def tip_of(clip: Clip, kind: TrackKind, *, stale: bool) -> str:
    """Say in words what the marks of a clip mean."""
    lines = [label_of(clip)]
    if isinstance(clip.content, Footage) and len(clip.content.takes) > 1:
        lines.append(f"Take {clip.content.active + 1} of {len(clip.content.takes)}: T shows the next one.")
    if clip.badge:
        lines.append(f"{clip.badge.capitalize()}: preflight had blocked the brief.")
    if stale:
        lines.append("Stale: its scene was written anew since. G generates it again.")
    if _has_effects(clip):
        lines.append("fx: graded, cut out or moved in the inspector.")
    if isinstance(clip.content, Title) and clip.content.field:
        lines.append(f"From the brief: {title_of(clip.content.field)}.")
    if isinstance(clip.content, Footage) and clip.content.take.kind is MediaKind.STILL:
        lines.append("A still.")
    if kind in SOUND and clip.gain_db:
        lines.append(f"{clip.gain_db[0].value:+.1f} dB")
    return "\n".join(lines)
