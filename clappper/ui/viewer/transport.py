"""The row under the picture: time, transport, aspect, quality."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QSlider, QToolButton, QWidget

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRate
from clappper.ui import controls, icons
from clappper.ui.editing import ASPECTS, QUALITIES
from clappper.ui.tokens import Tokens

_QUALITY_NAMES = {1: "Full", 2: "½", 4: "¼"}
_BUTTONS = (
    ("go_start", "skip-back", "Go to start  (Home)"),
    ("frame_back", "caret-left", "One frame back  (←)"),
    ("play", "play-fill", "Play  (Space)"),
    ("frame_on", "caret-right", "One frame on  (→)"),
    ("go_end", "skip-forward", "Go to end  (End)"),
)

_WIPES = (
    ("wipe", "Without grades and look"),
    ("wipe_takes", "Next take of this shot"),
    ("wipe_before", "Before the last step"),
)


class Transport(QWidget):
    """Shows and asks; what is asked for is told by signals or started as an action."""

    frame_entered = Signal(int)
    aspect_chosen = Signal(str)
    quality_chosen = Signal(int)
    volume_chosen = Signal(float)

    def __init__(self, tokens: Tokens, do: Callable[[str], None]) -> None:
        super().__init__()
        self._tokens, self._rate, self._frame = tokens, FrameRate(30), 0
        self.setAccessibleName("Transport")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = controls.line(self, gap=4)
        row.setContentsMargins(tokens.pad, 4, tokens.pad, 4)
        self._time = _TimeField(tokens)
        self._time.returnPressed.connect(self._enter_time)
        self._length = controls.label("", "mono")
        self._length.setStyleSheet(f"color: {tokens.secondary}; font-size: {tokens.dense_px}px;")
        row.addWidget(self._time)
        row.addWidget(self._length)
        row.addStretch()
        self._buttons: dict[str, QToolButton] = {}
        for name, icon, tip in _BUTTONS:
            button = controls.icon_button(icon, tokens, tip, lambda name=name: do(name))  # type: ignore[misc]
            self._buttons[name] = button
            row.addWidget(button)
        self._loop = controls.icon_button("repeat", tokens, "Loop", lambda: do("loop"))
        self._loop.setCheckable(True)
        row.addWidget(self._loop)
        row.addStretch()
        self._dropped = controls.label("", "dense")
        row.addWidget(self._dropped)
        row.addWidget(controls.icon_button("frame-corners", tokens, "Safe zones", lambda: do("safe_zone")))
        row.addWidget(self._wipe_button(do))
        self._sound = controls.icon_button("speaker-high", tokens, "Mute", self._toggle_sound)
        row.addWidget(self._sound)
        self._volume = self._slider()
        row.addWidget(self._volume)
        self._aspect = self._choice("Aspect", ASPECTS, self.aspect_chosen.emit)
        self._quality = self._choice("Playback quality", tuple(_QUALITY_NAMES.values()), self._choose_quality)
        row.addWidget(self._aspect)
        row.addWidget(self._quality)
        row.addWidget(
            controls.icon_button(
                "corners-out", tokens, "Viewer full screen", lambda: do("viewer_full_screen")
            )
        )

    def _wipe_button(self, do: Callable[[str], None]) -> QToolButton:
        button = controls.icon_button("split-horizontal", self._tokens, "A/B wipe")
        choices = QMenu(button)
        for name, text in _WIPES:
            choices.addAction(text, lambda name=name: do(name))  # type: ignore[misc]
        button.setMenu(choices)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setValue(100)
        slider.setFixedWidth(64)
        slider.setAccessibleName("Volume")
        slider.setToolTip("Volume of the monitor; the export keeps its own")
        slider.valueChanged.connect(lambda value: self.volume_chosen.emit(value / 100))
        return slider

    def _choice(self, name: str, texts: tuple[str, ...], chosen: Callable[[str], object]) -> QComboBox:
        box = QComboBox()
        box.addItems(list(texts))
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.textActivated.connect(chosen)
        return box

    def _choose_quality(self, text: str) -> None:
        self.quality_chosen.emit(next(q for q in QUALITIES if _QUALITY_NAMES[q] == text))

    def _toggle_sound(self) -> None:
        self._volume.setValue(0 if self._volume.value() else 100)

    def show_time(self, frame: int, length: int, rate: FrameRate) -> None:
        self._rate, self._frame = rate, frame
        if not self._time.hasFocus():
            self._time.setText(rate.timecode(frame))
        self._length.setText(f"/ {rate.timecode(length)}")

    def show_state(self, *, playing: bool, speed: float, loops: bool, silent: bool, dropped: int) -> None:
        play = self._buttons["play"]
        play.setIcon(icons.icon("pause-fill" if playing else "play-fill", self._tokens))
        play.setToolTip("Stop  (Space)" if playing else "Play  (Space)")
        self._loop.setChecked(loops)
        self._sound.setIcon(
            icons.icon(
                "speaker-slash" if silent or not self._volume.value() else "speaker-high", self._tokens
            )
        )
        self._sound.setToolTip(
            "No sound is heard: there is no device, or the mix is being made" if silent else "Mute"
        )
        fast = f"{speed:g}×  " if playing and speed != 1 else ""
        self._dropped.setText(fast + (f"{dropped} dropped" if dropped else ""))
        controls.set_kind(self._dropped, "warn" if dropped else "secondary")

    def show_view(self, aspect: str, quality: int) -> None:
        self._aspect.setCurrentText(aspect)
        self._quality.setCurrentText(_QUALITY_NAMES[quality])

    def _enter_time(self) -> None:
        with suppress(ClappperError):
            self.frame_entered.emit(frame_of(self._time.text(), self._rate, self._frame))
        self._time.clearFocus()
        self._time.setText(self._rate.timecode(self._frame))


class _TimeField(QLineEdit):
    """Takes a timecode: ``1:15``, ``00:00:01:15``, ``+12`` and ``-12`` are frames from here."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__("00:00:00:00")
        self.setAccessibleName("Timecode")
        self.setToolTip("Type a timecode such as 4:12, or +10 and -10 frames")
        self.setFixedWidth(124)
        self.setStyleSheet(
            f"font-family: '{tokens.mono}'; font-size: 15px; color: {tokens.accent};"
            " background: transparent; border: 0; padding: 0;"
        )


def frame_of(text: str, rate: FrameRate, here: int = 0) -> int:
    """Read a timecode: the last part is frames, then seconds, minutes, hours; a sign counts from ``here``.

    Raises:
        ClappperError: the text is no time.
    """
    sign = {"+": 1, "-": -1}.get(text.strip()[:1], 0)
    parts = text.strip().lstrip("+-").replace(".", ":").replace(";", ":").split(":")
    if not all(part.isdigit() for part in parts) or len(parts) > 4:
        raise ClappperError(f"{text!r} is no timecode.", "Type it as 4:12 or 00:00:04:12.")
    base = round(rate.fps)
    hours, minutes, seconds, frames = ([0] * 4 + [int(part) for part in parts])[-4:]
    frame = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    return here + sign * frame if sign else frame
