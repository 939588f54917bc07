"""Marking what of footage is wanted, at the pointer on its card."""

from __future__ import annotations

from collections.abc import Callable

from clappper.base.errors import ClappperError
from clappper.store.assets import Asset
from clappper.timeline.model import Take
from clappper.ui.bin.model import BinModel
from clappper.ui.bin.scrub import HoverScrub
from clappper.ui.editing import EditState


class Marking:
    """``take`` describes an asset, ``choose`` selects a row; both are the bin's."""

    def __init__(
        self,
        scrub: HoverScrub,
        model: BinModel,
        state: EditState,
        take: Callable[[Asset], Take],
        choose: Callable[[int], None],
    ) -> None:
        self._scrub, self._model, self._state = scrub, model, state
        self._take, self._choose = take, choose

    def marked_part(self, path: str) -> tuple[float, float] | None:
        """Give what is marked of a file, in parts of its length."""
        row = self._model.row_of(path)
        if path not in self._state.source_marks or row < 0:
            return None
        take = self._take(self._model.asset(self._model.index(row, 0)))
        wanted, all_of_it = self._state.wanted_of(take), take.available
        length = max(len(all_of_it), 1)
        return (wanted.start - all_of_it.start) / length, (wanted.end - all_of_it.start) / length

    def looked_at(self, path: str) -> float | None:
        seen = self._scrub.asset
        return self._scrub.share if seen is not None and seen.path == path and seen.kind != "still" else None

    def mark(self, *, start: bool) -> None:
        """Mark where the pointer is as the first or the last frame wanted of that footage."""
        asset = self._scrub.asset
        if asset is None or asset.kind == "still":
            raise ClappperError("The pointer is on no footage.", "Move it over a card, then mark.")
        take = self._take(asset)
        frame = take.available.start + int(self._scrub.share * len(take.available))
        self._state.mark_source(take, **{"start" if start else "end": frame})
        self._choose(self._model.row_of(asset.path))

    def unmark(self, chosen: tuple[Asset, ...]) -> None:
        """Forget the marks of what the pointer is on, else of what is selected."""
        for asset in (self._scrub.asset,) if self._scrub.asset else chosen:
            self._state.unmark_source(self._take(asset))
