"""Making a clip anew: what would be done and what it costs is said first, then it is one undo step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QInputDialog, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.generating import regenerate
from clappper.flow.generating.fill import Model, onward_models
from clappper.flow.generating.offers import Offer
from clappper.media.pick import Spot, save_picture
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import source_frame
from clappper.ui import dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.offering import ask_and_accept, terms_of

TAIL_SECONDS = 1.0


class Anew:
    """The verbs that make something, for the clips in hand of one project."""

    def __init__(self, bench: Bench, owner: QWidget) -> None:
        self._session, self._state, self._owner = bench.session, bench.edit, owner
        self._models = bench.judge.models

    async def vary_seed(self) -> None:
        await self._take(regenerate.vary_seed(self._session, self._clip().id))

    async def extend_tail(self) -> None:
        frames, clip = self._session.timeline.rate.frame_at(TAIL_SECONDS), self._clip()
        here = regenerate.extend_tail(self._session, clip.id, frames)

        async def by(model: Model) -> Offer:
            return regenerate.extend_tail(self._session, clip.id, frames, model)

        await self._one_of(here, by)

    async def style_swap(self) -> None:
        clip = self._clip()
        style = await self._words(
            "Style swap", "Which style? For example: film noir, watercolour, 35 mm film."
        )
        if style:
            await self._take(regenerate.style_swap(self._session, clip.id, style))

    async def replace(self) -> None:
        """Make the clip in hand from new words; with none in hand, fill the gap at the playhead."""
        if not self._state.chosen(self._session.timeline):
            await self.fill_gap()
            return
        clip = self._clip()
        prompt = await self._words("Replace shot", "What does the new shot show?")
        if prompt:
            await self._take(regenerate.replace_shot(self._session, clip.id, prompt))

    async def upscale(self) -> None:
        await self._take(regenerate.upscale(self._session, self._clip().id))

    async def spread_look(self) -> None:
        """Take the look of the frame at the playhead from a picture of it that was edited elsewhere."""
        clip, frame = self._at_playhead()
        path = await dialogs.chosen_file(
            self._owner, "Choose the edited picture of this frame", Path.home(), "Pictures (*.png)"
        )
        if path is not None:
            await self._take(regenerate.spread_look(self._session, clip.id, [(frame, path)]))

    async def save_picture(self) -> None:
        """Write the shot's own picture at the playhead, without grade and titles, as a PNG."""
        clip, frame = self._at_playhead()
        assert isinstance(clip.content, Footage)
        source = self._session.project.locate(clip.content.take.path)
        spot = Spot(source, source_frame(clip, frame), self._session.timeline.rate)
        start = Path.home() / f"{clip.name or clip.id}-{frame}.png"
        path = await dialogs.chosen_target(self._owner, "Save picture", start, "Pictures (*.png)")
        if path is not None:
            saved = await asyncio.to_thread(_save, spot, path)
            errors.tell(self._owner, f"Saved {saved.name}.", "Edit it, then spread its look.")

    async def fill_gap(self) -> None:
        target = self._state.target(self._session.timeline)
        if target is None:
            raise ClappperError("There is no track.", "Add one first.")
        place = target.id, self._state.playhead
        here = await regenerate.fill_gap(self._session, *place)

        async def by(model: Model) -> Offer:
            return await regenerate.fill_gap(self._session, *place, model)

        await self._one_of(here, by)

    async def _one_of(self, here: Offer, by: Callable[[Model], Awaitable[Offer]]) -> None:
        """Take what is done here for nothing, or, where services go on from a picture, what is chosen."""
        models = () if here.edit is not None else onward_models(await self._models())
        offers = [here, *[await by(model) for model in models]]
        ways = [f"{offer.how} {terms_of(offer.cost)}" for offer in offers]
        if len(offers) == 1:
            await self._take(here)
            return
        box = QInputDialog(self._owner)
        box.setWindowTitle(here.name)
        box.setLabelText("How?")
        box.setComboBoxItems(ways)
        box.setOkButtonText(here.name)
        if await dialogs.shown(box):
            await self._take(offers[ways.index(box.textValue())])

    def _at_playhead(self) -> tuple[Clip, int]:
        clip, frame = self._clip(), self._state.playhead
        if frame not in clip.placed:
            raise ClappperError("The playhead is not on the shot.", "Put it on the frame that you mean.")
        return clip, frame

    def _clip(self) -> Clip:
        footage = [c for c in self._state.chosen(self._session.timeline) if isinstance(c.content, Footage)]
        if not footage:
            raise ClappperError("There is no shot in hand.", "Select one, or put the playhead on it.")
        return footage[0]

    async def _take(self, offer: Offer) -> None:
        await ask_and_accept(self._owner, self._session, offer)

    async def _words(self, title: str, question: str) -> str:
        box = QInputDialog(self._owner)
        box.setWindowTitle(title)
        box.setLabelText(question)
        box.setOkButtonText(title)
        box.resize(420, 120)
        return box.textValue().strip() if await dialogs.shown(box) else ""


def _save(spot: Spot, path: Path) -> Path:
    """Write a picture over the file that was agreed on; another one is never replaced."""
    target = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
    if target != path and target.exists():
        raise ClappperError(f"{target.name} is there already.", "Choose another name.")
    fresh = target.with_name(f".{target.name}.new")
    try:
        save_picture(spot, fresh)
        fresh.replace(target)
    except OSError as error:
        raise ClappperError(
            f"{target.name} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
    return target
