"""What a clip is: name, place, speed, fades, the transition into it, and what can be made of it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from clappper.timeline.attributes import rename, set_fades, set_smooth, set_transition
from clappper.timeline.model import Clip, Footage, Timeline, Transition, TransitionKind
from clappper.timeline.queries import clip_of
from clappper.timeline.trims import set_speed
from clappper.ui import controls, icons
from clappper.ui.inspector.cutout import CutoutRows
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.keyframes import KeyframeStrip
from clappper.ui.inspector.match import shots
from clappper.ui.inspector.rows import choice, named, number, section
from clappper.ui.inspector.scene import SceneSection
from clappper.ui.inspector.scrub import Measure, ScrubField
from clappper.ui.tokens import Tokens

HARD_CUT = "Hard cut"
VERBS = (
    ("clip_vary_seed", "Vary seed", "shuffle"),
    ("clip_extend_tail", "Extend tail", "arrow-line-right"),
    ("clip_style_swap", "Style swap…", "palette"),
    ("clip_replace", "Replace shot…", "swap"),
    ("clip_upscale", "Upscale", "arrows-out"),
    ("clip_spread_look", "Spread look…", "paint-brush"),
    ("clip_save_picture", "Save picture…", "image"),
)


class ClipSection(QWidget):
    """For the first clip in hand."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand, self._tokens = hand, tokens
        self._clip: Clip | None = None
        layout = controls.column(self, gap=0)
        holder, column = section("", tokens)
        self._name = QLineEdit()
        self._name.setAccessibleName("Name of the clip")
        self._name.editingFinished.connect(self._rename)
        column.addLayout(named("Name", self._name))
        self._place = controls.label("", "secondary")
        column.addLayout(named("Place", self._place))
        self._speed = self._number(
            "Speed", Measure(0.05, 10, 0.01, 0, " %", 100, neutral=1), self._with_speed
        )
        self._ramp = self._number(
            "Ramp to", Measure(0.05, 10, 0.01, 0, " %", 100, neutral=1), self._with_ramp
        )
        self._in = self._number("Fade in", Measure(0, 9000, 0.2, 0, " f"), self._with_fade_in)
        self._out = self._number("Fade out", Measure(0, 9000, 0.2, 0, " f"), self._with_fade_out)
        column.addLayout(named("Speed", self._speed, controls.label("to", "secondary"), self._ramp))
        self._smooth = QCheckBox("Draw the pictures between")
        self._smooth.setAccessibleName("Smooth slow motion")
        self._smooth.setToolTip("Slow motion and ramps show drawn pictures where the footage has none.")
        self._smooth.clicked.connect(self._set_smooth)
        column.addLayout(named("Smooth", self._smooth))
        column.addLayout(named("Fades", self._in, self._out))
        kinds = (HARD_CUT, *(kind.value.capitalize() for kind in TransitionKind))
        self._kind = choice("Transition into the clip", kinds, self._enter)
        self._length = self._number(
            "Transition length", Measure(1, 300, 0.2, 0, " f", neutral=15), self._with_length
        )
        column.addLayout(named("Enters by", self._kind, self._length))
        layout.addWidget(holder)
        self.scene = SceneSection(hand, tokens)
        layout.addWidget(self.scene)
        self._cutout = CutoutRows(hand, tokens)
        layout.addWidget(self._cutout)
        self._again, again = section("Make it anew", tokens)
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (verb, text, icon) in enumerate(VERBS):
            button = controls.button(text, partial(hand.bench.do, verb), icon=icons.icon(icon, tokens))
            grid.addWidget(button, place // 2, place % 2)
        again.addLayout(grid)
        layout.addWidget(self._again)
        self.keyframes = KeyframeStrip(hand, tokens)
        layout.addWidget(self.keyframes)
        layout.addStretch()

    def show_clip(self, clip: Clip, playhead: int) -> None:
        del playhead
        self._clip = clip
        self.scene.show_clip(clip)
        rate = self._hand.timeline.rate
        if not self._name.hasFocus():
            self._name.setText(clip.name)
        placed = clip.placed
        self._place.setText(f"{rate.timecode(placed.start)}   {rate.timecode(len(placed))} long")
        self._speed.show_value(float(clip.speed))
        self._ramp.show_value(float(clip.ramp_to if clip.ramp_to is not None else clip.speed))
        self._in.show_value(clip.fade_in_frames)
        self._out.show_value(clip.fade_out_frames)
        self._kind.setCurrentText(clip.transition.kind.value.capitalize() if clip.transition else HARD_CUT)
        self._length.setEnabled(clip.transition is not None)
        self._length.show_value(clip.transition.length_frames if clip.transition else 0)
        is_footage = isinstance(clip.content, Footage)
        self._again.setVisible(is_footage)
        for field in (self._speed, self._ramp):
            field.setEnabled(is_footage)
        self._smooth.setEnabled(bool(shots((clip,))))
        self._smooth.setChecked(clip.smooth)
        self._cutout.show_clip(clip)
        self.keyframes.show_clip(clip)

    def _number(
        self, name: str, measure: Measure, change: Callable[[Timeline, Clip, float], Timeline]
    ) -> ScrubField:
        def made(value: float) -> Callable[[Timeline], Timeline]:
            clips = self._hand.clips

            def whole(now: Timeline) -> Timeline:
                for clip in clips:
                    now = change(now, clip_of(now, clip.id), value)
                return now

            return whole

        return number(
            name,
            measure,
            self._tokens,
            lambda value: self._hand.try_out(made(value)),
            lambda value: self._hand.keep(f"Set {name.lower()}", made(value)),
            self._hand.give_up,
        )

    def _with_speed(self, now: Timeline, clip: Clip, value: float) -> Timeline:
        return set_speed(now, clip.id, Fraction(round(value * 100), 100), ripple=True)

    def _with_ramp(self, now: Timeline, clip: Clip, value: float) -> Timeline:
        end = Fraction(round(value * 100), 100)
        return set_speed(now, clip.id, clip.speed, None if end == clip.speed else end, ripple=True)

    def _with_fade_in(self, now: Timeline, clip: Clip, value: float) -> Timeline:
        return set_fades(
            now, clip.id, min(round(value), len(clip.placed) - clip.fade_out_frames), clip.fade_out_frames
        )

    def _with_fade_out(self, now: Timeline, clip: Clip, value: float) -> Timeline:
        return set_fades(
            now, clip.id, clip.fade_in_frames, min(round(value), len(clip.placed) - clip.fade_in_frames)
        )

    def _set_smooth(self, smooth: bool) -> None:
        clips = shots(self._hand.clips)

        def change(now: Timeline) -> Timeline:
            for clip in clips:
                now = set_smooth(now, clip.id, smooth=smooth)
            return now

        self._hand.keep("Smooth slow motion" if smooth else "Stop smoothing", change)

    def _with_length(self, now: Timeline, clip: Clip, value: float) -> Timeline:
        if clip.transition is None:
            return now
        return set_transition(now, clip.id, replace(clip.transition, length_frames=max(1, round(value))))

    def _enter(self, words: str) -> None:
        clip = self._clip
        if clip is None:
            return
        if words == HARD_CUT:
            self._hand.keep("Remove transition", lambda now: set_transition(now, clip.id, None))
            return
        kind = TransitionKind(words.lower())
        before = clip.transition.length_frames if clip.transition else self._hand.timeline.rate.frame_at(0.5)
        self._hand.keep(
            f"Add {kind.value}", lambda now: set_transition(now, clip.id, Transition(kind, before))
        )

    def _rename(self) -> None:
        clip, name = self._clip, self._name.text().strip()
        if clip is not None and name != clip.name:
            self._hand.keep("Rename clip", lambda now: rename(now, clip.id, name))
