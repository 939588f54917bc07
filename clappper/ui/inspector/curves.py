"""Keyframed numbers: a value at the playhead, and a diamond that sets or removes its keyframe there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from clappper.timeline.attributes import (
    Channel,
    curve_of,
    remove_keyframe,
    set_curve,
    set_gain,
    set_keyframe,
)
from clappper.timeline.curves import add_keyframe, is_moving
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Clip, Easing, Keyframe, Timeline
from clappper.timeline.queries import clip_of
from clappper.ui import controls, icons
from clappper.ui.inspector.hand import Change, Hand
from clappper.ui.inspector.rows import choice, named, number, section
from clappper.ui.inspector.scrub import Measure, ScrubField
from clappper.ui.tokens import Tokens

EASINGS = {
    "Ease in and out": Easing.EASE_IN_OUT,
    "Linear": Easing.LINEAR,
    "Ease in": Easing.EASE_IN,
    "Ease out": Easing.EASE_OUT,
    "Hold": Easing.HOLD,
}


@dataclass(frozen=True, slots=True)
class Property:
    """A keyframed property as it is shown."""

    channel: Channel
    name: str
    measure: Measure


PICTURE = (
    Property(Channel.X, "Position X", Measure(-2, 2, 0.001, 1, " %", 100)),
    Property(Channel.Y, "Position Y", Measure(-2, 2, 0.001, 1, " %", 100)),
    Property(Channel.SCALE, "Scale", Measure(0.05, 8, 0.005, 1, " %", 100, neutral=1)),
    Property(Channel.ROTATION, "Rotation", Measure(-360, 360, 0.5, 1, "°")),
    Property(Channel.OPACITY, "Opacity", Measure(0, 1, 0.005, 0, " %", 100, neutral=1)),
)
SOUND = (Property(Channel.GAIN, "Volume", Measure(-60, 24, 0.1, 1, " dB")),)


def with_value(now: Timeline, clip_id: str, channel: Channel, frame: int, value: float) -> Timeline:
    """Set a property: at ``frame`` of the clip where it is keyframed, else everywhere."""
    clip = clip_of(now, clip_id)
    if is_moving(clip, channel):
        known = next((key for key in curve_of(clip, channel) if key.frame == frame), None)
        easing = known.easing if known else Easing.EASE_IN_OUT
        return set_keyframe(now, clip_id, channel, Keyframe(frame, value, easing))
    if channel is Channel.GAIN:
        return set_gain(now, clip_id, value)
    return set_curve(now, clip_id, channel, (Keyframe(0, value, Easing.HOLD),))


class CurveRows(QWidget):
    """Rows for some properties of the first clip in hand; a change goes to all clips in hand."""

    def __init__(self, title: str, properties: tuple[Property, ...], hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand, self._tokens, self._properties = hand, tokens, properties
        self._fields: dict[Channel, ScrubField] = {}
        self._diamonds: dict[Channel, QToolButton] = {}
        holder, column = section(title, tokens)
        controls.column(self).addWidget(holder)
        for one in properties:
            self._add_row(column, one)
        self._easing = choice("Easing to the next keyframe", tuple(EASINGS), self._ease)
        column.addLayout(named("Easing", self._easing))
        column.addStretch()

    def _add_row(self, column: QVBoxLayout, one: Property) -> None:
        field = number(
            one.name,
            one.measure,
            self._tokens,
            lambda value: self._hand.try_out(self._setting(one, value)),
            lambda value: self._hand.keep(f"Set {one.name.lower()}", self._setting(one, value)),
            self._hand.give_up,
        )
        buttons = [
            controls.icon_button(icon, self._tokens, f"{words} of {one.name.lower()}", do)
            for icon, words, do in (
                ("caret-left", "Previous keyframe", lambda: self._go(one, -1)),
                ("diamond-fill", "Set or remove keyframe", lambda: self._toggle(one)),
                ("caret-right", "Next keyframe", lambda: self._go(one, 1)),
            )
        ]
        self._fields[one.channel], self._diamonds[one.channel] = field, buttons[1]
        column.addLayout(named(one.name, field, *buttons))

    def show_clip(self, clip: Clip, playhead: int) -> None:
        frame = playhead - clip.placed.start
        easing = None
        for one in self._properties:
            curve = curve_of(clip, one.channel)
            self._fields[one.channel].show_value(value_at(curve, frame, one.measure.neutral))
            here = next((key for key in curve if key.frame == frame), None)
            moving = is_moving(clip, one.channel)
            colour = (
                self._tokens.accent
                if moving and here
                else self._tokens.text
                if moving
                else self._tokens.disabled
            )
            self._diamonds[one.channel].setIcon(icons.icon("diamond-fill", self._tokens, colour=colour))
            easing = easing or (here.easing if here and moving else None)
        self._easing.setEnabled(easing is not None)
        if easing is not None:
            self._easing.setCurrentText(next(words for words, value in EASINGS.items() if value is easing))

    def _setting(self, one: Property, value: float) -> Change:
        clips, playhead = self._hand.clips, self._hand.playhead

        def change(now: Timeline) -> Timeline:
            for clip in clips:
                now = with_value(now, clip.id, one.channel, playhead - clip.placed.start, value)
            return now

        return change

    def _toggle(self, one: Property) -> None:
        for clip in self._hand.clips[:1]:
            self._toggle_on(clip, one, self._hand.playhead - clip.placed.start)

    def _toggle_on(self, clip: Clip, one: Property, frame: int) -> None:
        channel, curve = one.channel, curve_of(clip, one.channel)
        if is_moving(clip, channel) and any(key.frame == frame for key in curve):
            self._hand.keep("Remove keyframe", lambda now: remove_keyframe(now, clip.id, channel, frame))
            return
        self._hand.keep("Set keyframe", lambda now: add_keyframe(now, clip.id, channel, frame))

    def _go(self, one: Property, direction: int) -> None:
        for clip in self._hand.clips[:1]:
            here = self._hand.playhead - clip.placed.start
            frames = [key.frame for key in curve_of(clip, one.channel) if (key.frame - here) * direction > 0]
            if frames:
                self._hand.go_to(clip.placed.start + (min if direction > 0 else max)(frames))

    def _ease(self, words: str) -> None:
        for clip in self._hand.clips[:1]:
            frame = self._hand.playhead - clip.placed.start

            def change(now: Timeline, clip: Clip = clip, frame: int = frame) -> Timeline:
                for one in self._properties:
                    for key in curve_of(clip, one.channel):
                        if key.frame == frame:
                            eased = Keyframe(frame, key.value, EASINGS[words])
                            now = set_keyframe(now, clip.id, one.channel, eased)
                return now

            self._hand.keep("Set easing", change)
