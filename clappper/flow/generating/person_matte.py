"""People cut out of a clip by a fetched network: its matte is made once, kept, and shown like any matte."""

from __future__ import annotations

from dataclasses import replace

from clappper.base.errors import UnusableInputError
from clappper.flow.generating.fill import bare_request
from clappper.flow.generating.offers import Offer
from clappper.flow.project.session import Session
from clappper.jobs.recipes import MATTE
from clappper.media.matte.film import By
from clappper.media.matte.networks import demand_runtime
from clappper.providers.contract import Kind
from clappper.timeline.attributes import set_cutout
from clappper.timeline.model import Clip, Cutout, CutoutKind, Footage, MediaKind, Take, Timeline
from clappper.timeline.queries import clip_of
from clappper.timeline.takes import TakeChange


def cut_out_person(session: Session, clip_id: str, by: By) -> Offer:
    """Offer to cut a clip's people out by a network; the same clip by the same network is made only once.

    Raises:
        UnusableInputError: the clip shows no moving footage, or ONNX Runtime is not installed.
    """
    clip = clip_of(session.timeline, clip_id)
    if not isinstance(clip.content, Footage) or clip.content.take.kind is not MediaKind.VIDEO:
        raise UnusableInputError(f"Clip {clip.name or clip.id} shows no moving footage.", "Choose a shot.")
    if by is not By.SELFIE:
        demand_runtime()
    take = clip.content.take
    request = replace(
        bare_request(session, session.registry.model(*MATTE), Kind.VIDEO_TO_VIDEO, len(take.available)),
        width=take.width,
        height=take.height,
        extra={"by": by.value},
    )
    return Offer(
        "Cut out person",
        f"{by.label} tells people from what is around them, picture by picture; the matte is kept.",
        session.queue.estimate(request),
        clip_id,
        request,
        sources=(take,),
        place=lambda timeline, matte: TakeChange(_cut(timeline, clip_id, matte)),
        scene_id=clip.scene_id,
    )


def network_of(session: Session, cutout: Cutout | None) -> By | None:
    """Tell which network made the matte of a cut-out; None where none did."""
    if cutout is None or cutout.kind is not CutoutKind.MATTE:
        return By.SELFIE if cutout is not None and cutout.kind is CutoutKind.PERSON else None
    asset = session.project.assets.by_path(cutout.matte)
    if asset is None or not asset.origin.startswith("job:"):
        return None
    try:
        request = session.queue.job(asset.origin.removeprefix("job:")).request
    except UnusableInputError:
        return None
    return By(request.extra["by"]) if (request.provider, request.model) == MATTE else None


def _cut(timeline: Timeline, clip_id: str, matte: Take) -> Timeline:
    clip: Clip = clip_of(timeline, clip_id)
    cutout = clip.cutout or Cutout(CutoutKind.MATTE)
    made = replace(cutout, kind=CutoutKind.MATTE, matte=matte.path, level=0.0)
    return set_cutout(timeline, clip_id, made)
