"""The file that is looked at: played as it was written, or a picture of what it would be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from clappper.flow.delivering.export_queue import Export, ExportChanged, ExportState
from clappper.ui import controls, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.deliver.posters import Posters
from clappper.ui.outputs import newest
from clappper.ui.tokens import Tokens

POSTER_HEIGHT = 960
SECONDS = 1000


class _Screen(QWidget):
    """A picture as large as fits, in its own shape."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._picture: QImage | None = None
        self.setAccessibleName("Picture of the file")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)

    def show_picture(self, picture: QImage | None) -> None:
        self._picture = picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.well))
        if self._picture is None or self._picture.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._picture)


class OutputPanel(QWidget):
    """Plays the newest export of the cell that is looked at."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        controls.set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bench, self._outputs = bench, bench.outputs
        self._file, self._number = "", 0
        self._posters = Posters(self, bench.session, self._show_poster)
        self._player = QMediaPlayer(self)
        self._sound = QAudioOutput(self)
        self._sink = QVideoSink(self)
        self._player.setAudioOutput(self._sound)
        self._player.setVideoSink(self._sink)
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        """Give what this panel can do, by the ids of ``verbs.ROWS``."""
        return {"deliver_play": self._toggle} if self._file else {}

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setAccessibleName("The file")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = controls.label("", "title")
        self._detail = controls.label("", "secondary")
        top = controls.line(gap=tokens.pad)
        top.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
        top.addWidget(self._title)
        top.addWidget(self._detail)
        top.addStretch()
        self._screen = _Screen(tokens)
        self._play = controls.icon_button("play-fill", tokens, "Play  (Space)", self._toggle)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Position in the file")
        self._time = controls.label("0:00.0 / 0:00.0", "mono")
        self._bar = controls.panel()
        row = controls.line(self._bar, gap=tokens.gap)
        row.setContentsMargins(tokens.pad, 6, tokens.pad, 6)
        row.addWidget(self._play)
        row.addWidget(self._slider, 1)
        row.addWidget(self._time)
        layout = controls.column(self, gap=0)
        layout.addLayout(top)
        layout.addWidget(self._screen, 1)
        layout.addWidget(self._bar)

    def _bind(self) -> None:
        player = self._player
        self._outputs.looked_at_changed.connect(self._refresh)
        self._outputs.versions_changed.connect(self._refresh)
        watch(self, self._bench.session.hub, ExportChanged, lambda _: self._refresh())
        self._sink.videoFrameChanged.connect(self._on_frame)
        player.positionChanged.connect(self._on_position)
        player.durationChanged.connect(self._on_length)
        player.playbackStateChanged.connect(self._on_state)
        player.errorOccurred.connect(
            lambda _, text: self._detail.setText(f"It cannot be played here: {text}")
        )
        self._slider.sliderMoved.connect(player.setPosition)

    def _refresh(self) -> None:
        cell = self._outputs.looked_at
        export = newest(self._bench.session.exports, cell)
        version = self._outputs.version(cell.version)
        self._title.setText(f"{version.title if version else cell.version} · {cell.aspect}")
        done = export is not None and export.state is ExportState.DONE
        self._load(export if done else None)
        self._bar.setVisible(bool(self._file))
        self._detail.setText(Path(self._file).name if self._file else "Not exported yet: this is the edit.")
        if not self._file:
            self._show_poster()

    def _load(self, export: Export | None) -> None:
        """Take up a file; one that was written anew is opened anew."""
        file = export.path if export and Path(export.path).is_file() else ""
        if (file, export.number if export else 0) == (self._file, self._number):
            return
        self._file, self._number = file, export.number if export else 0
        self._player.stop()
        self._player.setSource(QUrl.fromLocalFile(file) if file else QUrl())
        if file:
            self._player.pause()

    def _show_poster(self) -> None:
        version = self._outputs.version(self._outputs.looked_at.version)
        if self._file or version is None:
            return
        self._screen.show_picture(
            self._posters.picture(version, self._outputs.looked_at.aspect, POSTER_HEIGHT)
        )

    def _toggle(self) -> None:
        if self._player.isPlaying():
            self._player.pause()
        elif self._file:
            self._player.play()

    def _on_frame(self, frame: QVideoFrame) -> None:
        if self._file and frame.isValid():
            self._screen.show_picture(frame.toImage())

    def _on_length(self, length: int) -> None:
        self._slider.setRange(0, length)
        self._on_position(self._player.position())

    def _on_position(self, position: int) -> None:
        if not self._slider.isSliderDown():
            self._slider.setValue(position)
        self._time.setText(f"{_clock(position)} / {_clock(self._player.duration())}")

    def _on_state(self, state: QMediaPlayer.PlaybackState) -> None:
        playing = state is QMediaPlayer.PlaybackState.PlayingState
        self._play.setIcon(icons.icon("pause-fill" if playing else "play-fill", self._bench.tokens))
        self._play.setAccessibleName("Pause" if playing else "Play")


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds / SECONDS, 60)
    return f"{int(minutes)}:{rest:04.1f}"
