"""What is told to other programs of a clip: what it is called, and how its file was made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.units import Money
from clappper.timeline.model import Clip, Footage, Take, Title

Facts = dict[str, str]


def name_of(clip: Clip) -> str:
    """Give a clip's own name, else what tells it apart in a list."""
    match clip.content:
        case _ if clip.name:
            return clip.name
        case Footage() as footage:
            return footage.take.label or Path(footage.take.path).stem
        case Title() as title:
            return title.text or title.role.value
        case _:
            return clip.id


def facts_of(take: Take, root: Path) -> Facts:
    """Read the story of a take from the sidecar beside its file; empty where there is none."""
    from clappper.store import sidecar

    try:
        page = sidecar.read(root / take.path)
    except UnusableInputError:
        return {}
    return dict(_facts(page, take))


def _facts(page: object, take: Take) -> Iterator[tuple[str, str]]:
    from clappper.store.sidecar import Sidecar

    assert isinstance(page, Sidecar)
    if page.prompt_pack is not None:
        yield "prompt", page.prompt_pack.prompt
        if page.prompt_pack.negative:
            yield "negative", page.prompt_pack.negative
    if page.provider_pack is not None:
        yield "provider", page.provider_pack.provider
        yield "model", page.provider_pack.model
    if page.seeds:
        yield "seed", ", ".join(map(str, page.seeds))
    if page.cost is not None and page.cost.actual is not None:
        yield "cost", str(Money(page.cost.actual))
    if page.job_id:
        yield "job", page.job_id
    if badge := page.badge or take.badge:
        yield "badge", badge
    yield "sha256", page.media.sha256
