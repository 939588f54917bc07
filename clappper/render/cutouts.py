"""The subjects of clips, cut out for the painter and made to sit in what is below them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clappper.media.matte.edges import Steadier, refined
from clappper.media.matte.key import Alpha, Cut, Key, screen_named
from clappper.media.matte.settle import blurred_by_motion, coloured_like, grained_like
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv
from clappper.timeline.model import Cutout, CutoutKind

if TYPE_CHECKING:
    from clappper.media.matte.person import PersonMatte

PERSON = "selfie"
Step = tuple[float, float]
STILL: Step = (0.0, 0.0)
EDGE = 0.08
"""How soft the edge is where a depth map is cut at a level, in its own range of 0 to 1."""

MAX_CUTS = 8
RUN_UP, LONGEST_RUN_UP = 2, 16
"""How many pictures before steady an edge, and how many frames back they are looked for."""

Place = tuple[object, ...]
"""What is cut: file, size and place in the source."""


class Cutouts:
    """Cuts pictures and remembers the newest cuts, for the pictures after them and for a paused viewer."""

    def __init__(self) -> None:
        self._person: PersonMatte | None = None
        self._cuts: OrderedDict[tuple[object, ...], Cut] = OrderedDict()

    def cut(self, cutout: Cutout, place: Place, read: Callable[[], tuple[Yuv, Yuv | None]]) -> Cut:
        """Give the subject of one picture; ``read`` gives the picture and the matte that ``cutout`` names."""
        how = replace(cutout, shadow=0.0, colour=0.0, grain=0.0, steady=0.0, blur=0.0)
        return self._known((how, *place), lambda: self._refined(how, *read()))

    def steadied(self, cutout: Cutout, place: Place, cuts: Callable[[], Sequence[Cut]]) -> Cut:
        """Give the last of some cuts with its edge steadied by those before it, oldest first."""
        how = replace(cutout, shadow=0.0, colour=0.0, grain=0.0, blur=0.0)
        return self._known(("steady", how, *place), lambda: _steadied(cuts(), cutout.steady))

    def _known(self, key: tuple[object, ...], make: Callable[[], Cut]) -> Cut:
        if key not in self._cuts:
            made = make()
            self._cuts[key] = made
            if len(self._cuts) > MAX_CUTS:
                self._cuts.popitem(last=False)
        self._cuts.move_to_end(key)
        return self._cuts[key]

    def _refined(self, cutout: Cutout, picture: Yuv, matte: Yuv | None) -> Cut:
        made = self._made(cutout, picture, matte)
        return replace(made, alpha=refined(made.alpha, shrink=cutout.shrink, soften=cutout.soften))

    def _made(self, cutout: Cutout, picture: Yuv, matte: Yuv | None) -> Cut:
        if cutout.kind is CutoutKind.MATTE:
            assert matte is not None
            return Cut(picture, alpha_of(matte, cutout.level, inverted=cutout.inverted))
        if cutout.kind is CutoutKind.PERSON:
            made = self._people().cut(picture)
        else:
            screen = screen_named(cutout.screen) if cutout.screen else None
            made = Key(screen, despill=cutout.despill).cut(picture)
        return replace(made, alpha=1 - made.alpha) if cutout.inverted else made

    def _people(self) -> PersonMatte:
        if self._person is None:
            from clappper.media.matte.person import PersonMatte

            self._person = PersonMatte(ModelStore.open(Path()).get(PERSON))
        return self._person


def alpha_of(matte: Yuv, level: float, *, inverted: bool) -> Alpha:
    """Read a matte's luma as what is kept; above a level of 0 all that is brighter is."""
    alpha = np.clip((matte.y.astype(np.float32) - 16) / 219, 0, 1)
    if level > 0:
        alpha = np.clip((alpha - level) / EDGE + 0.5, 0, 1)
    return np.asarray(1 - alpha if inverted else alpha, np.float32)


def _steadied(cuts: Sequence[Cut], amount: float) -> Cut:
    alpha = Steadier.over([(cut.picture.y, cut.alpha) for cut in cuts], amount)
    return replace(cuts[-1], alpha=alpha)


def run_up(place: Callable[[int], Place], frame: int) -> list[int]:
    """List the frames before ``frame``, oldest first, at which the source stood at other places.

    They follow from the frame alone, so that an edge is the same however a frame is reached.
    """
    found: list[int] = []
    last = place(frame)
    for before in range(frame - 1, frame - 1 - LONGEST_RUN_UP, -1):
        if place(before) != last:
            found.insert(0, before)
            last = place(before)
        if len(found) == RUN_UP:
            break
    return found


def settled(cut: Cut, cutout: Cutout, below: Yuv | None, frame: int, step: Step = STILL) -> Cut:
    """Bring a subject's colours and grain near those of what is below, and smear it along its movement.

    ``step`` is how far it moves in a frame, in pixels of its own picture.
    """
    if cutout.blur > 0 and step != STILL:
        picture, alpha = blurred_by_motion(cut.picture, cut.alpha, np.array(step), cutout.blur)
        cut = replace(cut, picture=picture, alpha=alpha)
    if below is None:
        return cut
    picture = coloured_like(cut.picture, cut.alpha, below, cutout.colour)
    if cutout.grain > 0:
        picture = grained_like(picture, below, frame)
    return replace(cut, picture=picture)
