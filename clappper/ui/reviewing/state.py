"""What a reviewer has in hand: the queue, the clip, its rating being given, and the take it is held against.

None of it is undone; what was said is stored by ``flow.reviewing.review_desk`` the moment it is committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from clappper.base.errors import ClappperError
from clappper.flow.learning.chances import Chances
from clappper.flow.reviewing.landmarks import Landmarks, landmarks
from clappper.flow.reviewing.review_desk import Draft, Filter, ReviewClip, ReviewDesk
from clappper.review.inbox import to_look_at
from clappper.review.ratings import Comparison, Mode, Rating
from clappper.ui.reviewing.drafts import draft_of, scored, tagged
from clappper.ui.reviewing.loop import ClipLoop

if TYPE_CHECKING:
    from clappper.review.prediction import Prediction

WORTH = "worth"
"""The list of clips that the predictor is unsure of, with some by chance."""
AHEAD = 2
"""How many clips are made ready before they are asked for."""


class Against(StrEnum):
    """How the other take is shown beside the clip."""

    NOTHING = "nothing"
    FLIP = "flip"
    WIPE = "wipe"
    PAIR = "pair"


class ReviewState(QObject):
    """The hand of whoever reviews; one for each open project, shared by the panels.

    The order stays while a filter stays: a stored clip keeps its place. ``told`` carries news: text, kind.
    """

    queue_changed = Signal()
    clip_changed = Signal()
    draft_changed = Signal()
    mode_changed = Signal()
    against_changed = Signal()
    guesses_changed = Signal()
    told = Signal(str, str)

    def __init__(self, desk: ReviewDesk, chances: Chances) -> None:
        super().__init__()
        self.desk, self.chances = desk, chances
        self.loop = ClipLoop(self)
        self.everything: Mapping[str, ReviewClip] = {}
        self.clips: tuple[ReviewClip, ...] = ()
        self.place = 0
        self.draft = Draft()
        self.against = Against.NOTHING
        self.wanted = Filter(state="unrated")
        self._landmarks: Mapping[str, Landmarks] = {}
        self._lead = ""
        self._worth: frozenset[str] = frozenset()
        self._weighed: frozenset[str] = frozenset()
        self._choices: list[Comparison] = []
        self._heard: dict[str, int] = {}
        self.refresh()

    @property
    def clip(self) -> ReviewClip | None:
        return self.clips[self.place] if self.place < len(self.clips) else None

    @property
    def other(self) -> ReviewClip | None:
        """Give the take to compare with: another of the same scene, else the next clip."""
        clip = self.clip
        if clip is None:
            return None
        others = [one for one in self.clips if one.asset_id != clip.asset_id]
        takes = [one for one in others if one.scene_id == clip.scene_id]
        following = [one for one in self.clips[self.place + 1 :] if one.asset_id != clip.asset_id]
        return next(iter((*takes, *following, *others)), None)

    @property
    def landmarks(self) -> Landmarks:
        """Give the keyframes and seams of the clip in hand."""
        return self._landmarks.get(self.clip.asset_id, Landmarks()) if self.clip else Landmarks()

    @property
    def guess(self) -> Prediction | None:
        """Give what the predictor expects of the clip; None as long as it is worked out."""
        return self.chances.of(self.clip) if self.clip else None

    def said(self) -> list[Rating | None]:
        """Give what this reviewer said of each clip of the queue.

        Of clips to judge it is what was said since the list was read, so that a hidden repeat tells nothing.
        """
        mine = self._mine()
        if self.wanted.state not in {"unrated", WORTH}:
            return [mine[one.asset_id][-1] if mine[one.asset_id] else None for one in self.clips]
        heard, found = dict(self._heard), []
        for one in self.clips:
            at = heard[one.asset_id] = heard.get(one.asset_id, 0) + 1
            found.append(next(iter(mine[one.asset_id][at - 1 : at]), None))
        return found

    def _mine(self) -> defaultdict[str, list[Rating]]:
        mine = defaultdict[str, list[Rating]](list)
        for one in self.desk.records.ratings():
            if one.reviewer == self.desk.reviewer:
                mine[one.asset_id].append(one)
        return mine

    def refresh(self) -> None:
        """Read the queue anew; the clip in hand stays in hand."""
        before = self.clip
        self.everything = self.desk.clips()
        self._landmarks = landmarks(self.desk.session, self.everything)
        self.clips = self.desk.queue(self._filter(), self._rank)
        self._heard = {name: len(said) for name, said in self._mine().items()}
        self.place = self._place_of(before.asset_id) if before else 0
        self.queue_changed.emit()
        if before is None or self.clip != before:
            self._show()

    def show_only(self, wanted: Filter) -> None:
        """Show a list, from its start; the same once more is read anew, without what was judged since."""
        self.wanted, self.clips, self._lead = wanted, (), ""
        self._worth, self._weighed = frozenset(), frozenset()
        if all(self.chances.of(clip) for clip in self.everything.values()):
            self._weigh()
        self.refresh()

    async def foretell(self) -> None:
        """Work out what the predictor expects of every clip.

        What is worth looking at comes first in the queue, behind the clip in hand. A clip that was weighed
        keeps its place, also when there is a newer predictor.

        Raises:
            ClappperError: the predictor cannot be loaded.
        """
        told = False
        while await self.chances.foretell(self._soonest()):
            told = True
            self.guesses_changed.emit()
        if not told:
            return
        if not self._weighed and self.place == 0 and self.clip is not None:
            self._lead = self.clip.asset_id
        if self._weigh():
            self.refresh()

    def _soonest(self) -> tuple[ReviewClip, ...]:
        """Give the clips in the order in which they will be seen, then those that this list leaves out."""
        return (*self.clips[self.place :], *self.everything.values())

    def _weigh(self) -> bool:
        """Choose what is worth looking at among the clips that are new; tells whether there are such."""
        guesses = {name: self.chances.of(clip) for name, clip in self.everything.items()}
        worth = to_look_at({name: guess.chance if guess else None for name, guess in guesses.items()})
        new = worth - self._weighed
        self._worth, self._weighed = self._worth | new, frozenset(self.everything)
        return bool(new)

    def _filter(self) -> Filter:
        if self.wanted.state != WORTH:
            return self.wanted
        return replace(self.wanted, state="unrated", only=self._worth)

    def _rank(self, name: str) -> int:
        return 0 if name == self._lead else 1 if name in self._worth else 2

    def forget_guesses(self) -> None:
        """Ask the predictor anew, as when there is a newer one."""
        self.chances.forget()
        self.guesses_changed.emit()

    def go(self, by: int) -> None:
        """Go to another clip; what was not stored of this one is let go."""
        if self.clips:
            self.go_to((self.place + by) % len(self.clips))

    def go_to(self, place: int) -> None:
        """Go to a place of the queue."""
        self.place = place
        self._show()

    def change(self, draft: Draft) -> None:
        """Say something else of the clip in hand; it is not stored yet."""
        self.draft = draft
        self.draft_changed.emit()

    def score(self, score: int) -> None:
        """Rate the clip; while pairs are shown, 1 to 3 choose between them."""
        if self.against is Against.PAIR:
            self._choose(score)
        else:
            self.change(scored(self.draft, score))

    def tag(self, code: str) -> None:
        self.change(tagged(self.draft, code))

    def commit(self) -> None:
        """Store the rating and go on.

        Raises:
            ClappperError: there is nothing to store, or it could not be.
        """
        clip = self.clip
        if clip is None:
            return
        self.desk.rate(clip, self.draft)
        if self.place < len(self.clips) - 1:
            self.go(1)
            return
        self.change(Draft())
        left = self.said().count(None)
        done = "All clips are judged." if not left else f"That was the last one; {left} were skipped."
        self.told.emit(done, "ok")

    def undo(self) -> None:
        """Take the last rating back and show its clip with it, to be said anew."""
        if self.against is Against.PAIR and self._choices:
            self.desk.uncompare(self._choices.pop())
            self.go(-1)
            return
        taken = self.desk.undo()
        if taken is None:
            self.told.emit("There is no rating to take back.", "info")
            return
        left = len(self._mine()[taken.asset_id])
        self._heard[taken.asset_id] = min(self._heard.get(taken.asset_id, 0), left)
        if taken.asset_id not in self.everything:
            self.told.emit("Taken back the rating of a clip that is not here any more.", "info")
            return
        if all(one.asset_id != taken.asset_id for one in self.clips):
            self.clips = (self.everything[taken.asset_id], *self.clips)
            self.queue_changed.emit()
        self.go_to(self._place_of(taken.asset_id))
        self.change(draft_of(taken))

    def _place_of(self, asset_id: str) -> int:
        """Find a clip, of which there may be a hidden repeat: the nearest one; 0 where there is none."""
        places = [at for at, one in enumerate(self.clips) if one.asset_id == asset_id]
        return min(places, key=lambda at: abs(at - self.place), default=0)

    def hold_against(self, how: Against) -> None:
        """Show the other take in this way; the same once more shows the clip alone."""
        if self.other is None:
            self.told.emit("There is no other clip to compare with.", "info")
            return
        before, self.against = self.against, Against.NOTHING if how is self.against else how
        if Against.PAIR in {before, self.against}:
            self._show()
        else:
            self.loop.compare(self.compared.path if self.compared else None)
        self.against_changed.emit()

    @property
    def compared(self) -> ReviewClip | None:
        """Give the take that is shown beside the clip; None while it stands alone."""
        return self.other if self.against is not Against.NOTHING else None

    def send_back(self) -> None:
        """Give the clip's tags to the brief's preflight.

        Raises:
            ClappperError: there is no tag.
        """
        tags = self.draft.tags or (self._given_tags(self.clip) if self.clip else ())
        if self.clip is None or not tags:
            raise ClappperError("Say first what is wrong with the clip.", "Press the key of a tag, then R.")
        self.desk.send_back(self.clip, tags)

    def switch(self, mode: Mode) -> None:
        """Show or hide who made the clips and what is expected; every rating says how it was given."""
        self.desk.mode = mode
        self.refresh()
        self.mode_changed.emit()

    def _given_tags(self, clip: ReviewClip) -> Sequence[str]:
        said = self.desk.records.ratings(clip.asset_id)
        return tuple(dict.fromkeys(tag for one in said for tag in one.tags))

    def _choose(self, score: int) -> None:
        clip, other = self.clip, self.other
        if clip is None or other is None or score > 3:
            return
        better, worse = (other, clip) if score == 2 else (clip, other)
        self._choices.append(self.desk.compare(better, worse, tie=score == 3))
        self.go(1)

    def _show(self) -> None:
        self.draft = Draft()
        if self.clip is None:
            self.loop.stop()
        else:
            following = [one.path for one in self.clips[self.place + 1 : self.place + 1 + AHEAD]]
            self.loop.play(self.clip.path, following, self.compared.path if self.compared else None)
        self.clip_changed.emit()
