"""Something that can be done to a clip: first said with its price, then done, as one step.

Making an offer asks nobody and costs nothing. Accepting it generates, waits and places what came; taken up
again after a crash it finds what was made and pays nothing twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.flow.open_project import demand_done
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import take_of
from clappper.jobs.model import Job
from clappper.media.pick import Spot, save_picture
from clappper.providers.contract import Estimate, GenRequest, InputFile, Role
from clappper.store.files import sha256_of
from clappper.timeline.model import Take, Timeline
from clappper.timeline.takes import TakeChange

AT_ONCE = Estimate(Money(), Money(), (0.0, 0.0), "an edit, nothing is made")
FRAMES_FOLDER = "frames"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a take that goes with a request; ``frame`` is a source frame at the timeline's rate."""

    role: Role
    take: Take
    frame: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done. ``name`` is the undo step's, ``how`` says in a sentence what is going to happen.

    ``place`` puts the finished take on the timeline. What takes more than one request is made by ``make``.
    Where nothing has to be made, ``edit`` is all there is to do.
    """

    name: str
    how: str
    cost: Estimate
    clip_id: str
    request: GenRequest | None = None
    pictures: tuple[Picture, ...] = ()
    sources: tuple[Take, ...] = ()
    place: Callable[[Timeline, Take], TakeChange] | None = None
    edit: Callable[[Timeline], Timeline] | None = None
    scene_id: str = ""
    make: Callable[[], Awaitable[Job]] | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What was done. ``note`` is empty, or a sentence on what is different from what was asked."""

    clip_id: str
    note: str = ""


async def accept(session: Session, offer: Offer, *, accept_unknown_price: bool = False) -> Placed:
    """Do what was offered and place it as one undo step called ``offer.name``.

    Raises:
        BudgetError: it may cost more than is left, or nobody knows its price.
        InDoubtError: nobody knows whether the provider has accepted it.
        ClappperError: it failed; or it was made, but the clip it is for is gone: then it stays in the bin.
    """
    if offer.edit is not None:
        session.edit(offer.name, offer.edit)
        return Placed(offer.clip_id)
    if offer.make is not None:
        made = await offer.make()
        return _placed(session, offer, take_of(made, session.timeline.rate, session.shop, label=offer.name))
    assert offer.request is not None
    request = await _with_files(session, offer, offer.request)
    asked = session.queue.enqueue(
        request,
        brief_id=session.brief_id,
        scene_id=offer.scene_id or offer.clip_id,
        accept_unknown_price=accept_unknown_price,
    )
    session.start_jobs()
    (job,) = await session.queue.wait_for([asked.job.id])
    demand_done(job)
    label = f"{job.request.provider} {offer.name.lower()}"
    return _placed(session, offer, take_of(job, session.timeline.rate, session.shop, label=label))


def _placed(session: Session, offer: Offer, take: Take) -> Placed:
    place, note = offer.place, ""
    assert place is not None

    def change(timeline: Timeline) -> Timeline:
        nonlocal note
        changed = place(timeline, take)
        note = changed.report
        return changed.timeline

    try:
        session.edit(offer.name, change)
    except ClappperError as error:
        raise ClappperError(
            f"{offer.name}: the clip is made, but cannot be placed: {error.message}",
            "It is in the project's media; drag it from the bin.",
        ) from error
    return Placed(offer.clip_id, note)


async def _with_files(session: Session, offer: Offer, request: GenRequest) -> GenRequest:
    """Take the pictures that the request needs out of their clips."""
    files = list(request.files)
    for picture in offer.pictures:
        spot = Spot(session.project.locate(picture.take.path), picture.frame, session.timeline.rate)
        name = f"{picture.take.id}-{picture.frame}.png"
        path = session.project.media / FRAMES_FOLDER / name
        await session.workers.run(save_picture, spot, path)
        files.append(
            InputFile(picture.role, str(path), await session.workers.run(sha256_of, path), "image/png")
        )
    for take in offer.sources:
        path = session.project.locate(take.path)
        digest = await session.workers.run(sha256_of, path)
        files.append(InputFile(Role.SOURCE_VIDEO, str(path), digest, "video/mp4"))
    return replace(request, files=tuple(files))
