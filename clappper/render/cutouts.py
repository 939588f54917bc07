"""The subjects of clips, cut out for the painter and made to sit in what is below them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clappper.media.matte.edges import refined
from clappper.media.matte.key import Alpha, Cut, Key, screen_named
from clappper.media.matte.settle import coloured_like, grained_like
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv
from clappper.timeline.model import Cutout, CutoutKind

if TYPE_CHECKING:
    from clappper.media.matte.person import PersonMatte

PERSON = "selfie"
EDGE = 0.08
"""How soft the edge is where a depth map is cut at a level, in its own range of 0 to 1."""

MAX_CUTS = 3


class Cutouts:
    """Cuts pictures and remembers the newest cuts, because a paused viewer asks for the same one again."""

    def __init__(self) -> None:
        self._person: PersonMatte | None = None
        self._cuts: OrderedDict[tuple[object, ...], tuple[Yuv, Yuv | None, Cut]] = OrderedDict()

    def cut(self, cutout: Cutout, picture: Yuv, matte: Yuv | None) -> Cut:
        """Give the subject of a picture; ``matte`` is the file that ``cutout`` names, of the same size."""
        how = replace(cutout, shadow=0.0, colour=0.0, grain=0.0)
        key = (how, id(picture), id(matte))
        if key not in self._cuts:
            made = self._made(how, picture, matte)
            edge = refined(made.alpha, shrink=cutout.shrink, soften=cutout.soften)
            self._cuts[key] = picture, matte, replace(made, alpha=edge)
            if len(self._cuts) > MAX_CUTS:
                self._cuts.popitem(last=False)
        return self._cuts[key][2]

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


def settled(cut: Cut, cutout: Cutout, below: Yuv | None, frame: int) -> Cut:
    """Bring a subject's colours and grain near those of what is below."""
    if below is None:
        return cut
    picture = coloured_like(cut.picture, cut.alpha, below, cutout.colour)
    if cutout.grain > 0:
        picture = grained_like(picture, below, frame)
    return replace(cut, picture=picture)
