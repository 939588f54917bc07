"""What has to be said about a film because of what it is made of: brand lines, and licences to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.store import sidecar
from clappper.store.sidecar import ProviderPack
from clappper.timeline.model import Footage, Timeline
from clappper.timeline.queries import clips_at

CAUTIONS = {
    "nc": "{model} of {provider} is not licensed for commerce: {name} must not be in an ad that is shown.",
    "unknown": "Nobody knows whether {model} of {provider} may be used for commerce: {name}.",
}


@dataclass(frozen=True, slots=True)
class Credits:
    """``brand_lines`` must be shown with the film. ``cautions`` are sentences about licences that forbid it
    or that nobody knows.
    """

    brand_lines: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def credits_of(timeline: Timeline, root: Path) -> Credits:
    """Gather what the sidecars of all files in use ask for; ``root`` is the project's folder."""
    lines: dict[str, None] = {}
    cautions: dict[str, None] = {}
    for name in dict.fromkeys(_files(timeline)):
        pack = _pack(root / name)
        if pack is None:
            continue
        if pack.brand_line:
            lines[pack.brand_line] = None
        if caution := CAUTIONS.get(pack.licence):
            said = caution.format(model=pack.model, provider=pack.provider, name=Path(name).name)
            cautions[said] = None
    return Credits(tuple(lines), tuple(cautions))


class BrandLines:
    """Whose line belongs beside a frame. Each file's sidecar is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, str] = {}

    def at(self, timeline: Timeline, frame: int) -> str:
        """Give the lines of what is seen at ``frame``, joined; empty where there are none."""
        names = (
            clip.content.take.path for clip in clips_at(timeline, frame) if isinstance(clip.content, Footage)
        )
        return ", ".join(dict.fromkeys(line for name in names if (line := self._line(name))))

    def _line(self, name: str) -> str:
        if name not in self._known:
            pack = _pack(self._root / name)
            self._known[name] = pack.brand_line if pack else ""
        return self._known[name]


def _files(timeline: Timeline) -> Iterator[str]:
    for track in timeline.tracks:
        yield from (clip.content.take.path for clip in track.clips if isinstance(clip.content, Footage))


def _pack(path: Path) -> ProviderPack | None:
    """Read who made a file; None for one that nobody generated."""
    try:
        return sidecar.read(path).provider_pack
    except UnusableInputError:
        return None
