"""The row that grades the shots in hand to sit beside the one before or after them."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.editing.colour_match import match_colour
from clappper.timeline.model import Clip, Footage, MediaKind, Timeline
from clappper.timeline.queries import locate
from clappper.ui import controls, errors
from clappper.ui.bridge import run
from clappper.ui.inspector.hand import Hand

_SIDES = {-1: "Previous shot", 1: "Next shot"}


class MatchRow(QWidget):
    """One button for each side; a match is one undo step and stays an ordinary correction."""

    def __init__(self, hand: Hand) -> None:
        super().__init__()
        self._hand = hand
        self._buttons = {
            side: controls.button(
                text,
                partial(self._press, side),
                tip=f"Correct brightness, contrast, saturation and warmth to sit beside the {text.lower()}",
            )
            for side, text in _SIDES.items()
        }
        row = controls.line(self, gap=4)
        for side, button in self._buttons.items():
            button.setAccessibleName(f"Match colour to {_SIDES[side].lower()}")
            row.addWidget(button, 1)

    def refresh(self) -> None:
        """Offer the sides on which there is a shot."""
        for side, button in self._buttons.items():
            button.setEnabled(beside(self._hand.timeline, shots(self._hand.clips), side) is not None)

    async def match(self, side: int) -> None:
        """Match the shots in hand to the one before (-1) or after (1) them.

        Raises:
            ClappperError: no shot is in hand, there is none on that side, or a file cannot be read.
        """
        mine = shots(self._hand.clips)
        if not mine:
            raise ClappperError("No shot is selected.", "Select one on the timeline.")
        other = beside(self._hand.timeline, mine, side)
        if other is None:
            raise ClappperError(f"There is no {_SIDES[side].lower()}.", "Match it to the other side.")
        self.setEnabled(False)
        try:
            notes = await match_colour(self._hand.bench.session, [clip.id for clip in mine], other.id)
        finally:
            self.setEnabled(True)
        kind = "info" if notes else "ok"
        errors.tell(self, f"Matched to {other.name or other.id}.", " ".join(notes), kind=kind)

    def _press(self, side: int) -> None:
        run(self, self.match(side))


def shots(clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
    """Pick those that show footage."""
    return tuple(
        clip
        for clip in clips
        if isinstance(clip.content, Footage) and clip.content.take.kind is not MediaKind.AUDIO
    )


def beside(timeline: Timeline, clips: tuple[Clip, ...], side: int) -> Clip | None:
    """Find the nearest shot before (-1) or after (1) all of ``clips`` on the first one's track."""
    if not clips:
        return None
    track, _ = locate(timeline, clips[0].id)
    places = [place for place, clip in enumerate(track.clips) if clip in clips]
    rest = track.clips[: places[0]][::-1] if side < 0 else track.clips[places[-1] + 1 :]
    return next(iter(shots(rest)), None)
