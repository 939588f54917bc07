"""The names of the tracks at the timeline's left, with what can be switched on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from clappper.timeline.model import Track
from clappper.ui import icons
from clappper.ui.timeline.layout import RULER, Row
from clappper.ui.tints import clip_colours
from clappper.ui.tokens import Tokens

WIDTH = 148


@dataclass(frozen=True, slots=True)
class Asked:
    """What the headers ask for, by the track's id."""

    aim: Callable[[str], None]
    mute: Callable[[str], None]
    lock: Callable[[str], None]
    menu: Callable[[str, QContextMenuEvent], None]
    rename: Callable[[str], None]


class TrackHeaders(QWidget):
    """A column of headers, each as high as its track."""

    def __init__(self, tokens: Tokens, asked: Asked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens, self._asked = tokens, asked
        self._headers: dict[str, TrackHeader] = {}
        self._time = QLabel("00:00:00:00", self)
        self._time.setAccessibleName("Playhead")
        self._time.setStyleSheet(
            f"font-family: '{tokens.mono}'; font-size: 15px; color: {tokens.accent};"
            f" background: {tokens.panel}; padding-left: 12px;"
        )
        self._time.setGeometry(0, 0, WIDTH - 1, RULER - 1)
        self.setFixedWidth(WIDTH)

    def show_time(self, timecode: str) -> None:
        self._time.setText(timecode)

    def show_rows(self, rows: tuple[Row, ...], target: str) -> None:
        """Make as many headers as there are tracks, and put each beside its own."""
        for gone in self._headers.keys() - {row.track.id for row in rows}:
            header = self._headers.pop(gone)
            header.hide()
            header.deleteLater()
        for row in rows:
            header = self._headers.get(row.track.id) or self._made(row.track)
            header.setGeometry(0, row.top, WIDTH, row.height - 1)
            header.show_track(row.track, is_target=row.track.id == target)
            header.setVisible(row.bottom > RULER)
        for header in self._headers.values():
            header.lower()

    def place_of(self, track_id: str) -> QRect:
        """Give where a track's header lies, in the column's pixels."""
        return self._headers[track_id].geometry()

    def _made(self, track: Track) -> TrackHeader:
        header = self._headers[track.id] = TrackHeader(track, self._tokens, self._asked, self)
        return header

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.panel))
            painter.fillRect(QRect(0, RULER - 1, WIDTH, 1), QColor(self._tokens.line))
            painter.fillRect(QRect(WIDTH - 1, 0, 1, self.height()), QColor(self._tokens.line))


class TrackHeader(QWidget):
    """One track's name and switches. A click makes it the target of what is inserted."""

    def __init__(self, track: Track, tokens: Tokens, asked: Asked, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens, self._asked, self._track = tokens, asked, track
        self._is_target = False
        self._name = QLabel(track.name)
        self._name.setMinimumWidth(10)
        self._mute = self._switch("Mute", lambda: asked.mute(self._track.id))
        self._lock = self._switch("Lock", lambda: asked.lock(self._track.id))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 6, 0)
        layout.setSpacing(2)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._mute)
        layout.addWidget(self._lock)

    def show_track(self, track: Track, *, is_target: bool) -> None:
        self._track, self._is_target = track, is_target
        name = track.name or track.id
        self._name.setText(name)
        self._name.setToolTip(f"{name}: what you insert goes to the highlighted track. Click to aim here.")
        tokens = self._tokens
        for button, on, icons_of, words in (
            (self._mute, track.muted, ("speaker-slash", "speaker-high"), ("Unmute", "Mute")),
            (self._lock, track.locked, ("lock", "lock-open"), ("Unlock", "Lock")),
        ):
            is_picture = track.kind.value in ("video", "overlay")
            pair = ("eye-slash", "eye") if is_picture and button is self._mute else icons_of
            spoken = ("Show", "Hide") if is_picture and button is self._mute else words
            button.setIcon(
                icons.icon(pair[0 if on else 1], tokens, colour=tokens.accent if on else tokens.secondary)
            )
            button.setToolTip(f"{spoken[0 if on else 1]} {name}")
            button.setAccessibleName(f"{spoken[0 if on else 1]} {name}")
        self.setAccessibleName(f"Track {name}")
        self.update()

    def _switch(self, words: str, clicked: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(words)
        button.setAutoRaise(True)
        button.setFixedSize(22, 22)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _: clicked())
        return button

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._asked.aim(self._track.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self._asked.rename(self._track.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._asked.aim(self._track.id)
        self._asked.menu(self._track.id, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = clip_colours(self._track.kind, self._tokens)
        with QPainter(self) as painter:
            ground = self._tokens.raised if self._is_target else self._tokens.panel
            painter.fillRect(self.rect(), QColor(ground))
            painter.fillRect(QRect(0, 0, 3, self.height()), colours.wave if self._is_target else colours.head)
            painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), QColor(self._tokens.well))
