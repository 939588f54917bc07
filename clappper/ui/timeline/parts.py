"""What is done with what can be picked besides clips: keyframes, transitions and markers."""

from __future__ import annotations

from dataclasses import replace

from clappper.timeline import attributes, curves, selections, tracks
from clappper.timeline.model import Easing, Timeline, TransitionKind
from clappper.timeline.queries import clip_of
from clappper.ui.timeline.hand import Hand
from clappper.ui.timeline.layout import Joint, Key, Part, Pin


class PartCommands:
    """Each is one named undo step; each may raise ``ClappperError``: then nothing was changed."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def remove(self, part: Part) -> None:
        match part:
            case Key():
                self._remove_key(part)
            case Joint(clip_id):
                self._hand.edit(
                    "Remove transition", lambda now: selections.set_transitions(now, (clip_id,), None)
                )
            case Pin(frame):
                self._hand.edit("Remove marker", lambda now: tracks.remove_marker(now, frame))

    def _remove_key(self, key: Key) -> None:
        def change(now: Timeline) -> Timeline:
            if key.channel is None:
                return curves.remove_pose(now, key.clip_id, key.frame)
            return attributes.remove_keyframe(now, key.clip_id, key.channel, key.frame)

        self._hand.edit("Remove keyframe", change)

    def ease(self, key: Key, easing: Easing) -> None:
        """Choose how the value moves from a keyframe, or from all of a pose, to the next one."""
        channels = (key.channel,) if key.channel else curves.POSE

        def change(now: Timeline) -> Timeline:
            for channel in channels:
                held = attributes.curve_of(clip_of(now, key.clip_id), channel)
                if any(one.frame == key.frame for one in held):
                    now = curves.ease_keyframe(now, key.clip_id, channel, key.frame, easing)
            return now

        self._hand.edit("Set easing", change)

    def enter_by(self, joint: Joint, kind: TransitionKind) -> None:
        """Make another kind of transition of one, as long as it is."""
        old = clip_of(self._hand.now, joint.clip_id).transition
        if old is not None and old.kind is not kind:
            new = replace(old, kind=kind)
            self._hand.edit(
                f"Change to {kind.value}", lambda now: attributes.set_transition(now, joint.clip_id, new)
            )

    def name(self, pin: Pin, words: str) -> None:
        self._hand.edit("Rename marker", lambda now: tracks.change_marker(now, pin.frame, name=words))

    def colour(self, pin: Pin, colour: str) -> None:
        self._hand.edit("Colour marker", lambda now: tracks.change_marker(now, pin.frame, colour=colour))
