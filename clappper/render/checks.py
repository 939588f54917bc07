"""Is the finished file the ad that was ordered? Everything is measured on the file, nothing is believed.

One pass decodes the pictures; memory does not grow with the length. What cannot be measured is said to be
so, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.brief.schema import AdBrief
from clappper.media.audio import read_audio
from clappper.media.decode import FrameReader
from clappper.media.encoding import Container
from clappper.media.probe import MediaFacts, probe
from clappper.render.canvas import Canvas
from clappper.render.demands import Demand, Expected, demands, demands_of, in_titles
from clappper.render.file_checks import Order, check_file, read_tracks
from clappper.render.picture_checks import PictureWatch
from clappper.render.search import READABLE_SHORT_SIDE, search
from clappper.render.sought import Sought, is_in_safe_zone, titles_of
from clappper.render.sound_checks import check_sound
from clappper.render.verdicts import CheckReport, Finding, Outcome, judged, unmeasured
from clappper.render.visibility import LOOKS_PER_SECOND, READ, Sighting, TitleWatch
from clappper.timeline.model import Clip, Timeline, Title, TitleRole, from_json


def check(
    video: Path,
    brief: AdBrief,
    *,
    aspect: str = "",
    scale: float = 1.0,
    rate: FrameRate | None = None,
    container: Container = Container.MP4,
    timeline: Timeline | None = None,
    root: Path | None = None,
    folder: Path | None = None,
) -> CheckReport:
    """Measure a finished file against its brief.

    ``aspect``, ``rate``, ``scale`` (of a draft, to the delivery size) and ``container`` are what was ordered
    where that is not the brief's own. Where the titles stand is read from ``timeline``, or else from the
    sidecar that export writes beside the video; without both they are searched for. ``root`` is the project
    folder and ``folder`` the brief's: one of them has the logo.

    Raises:
        UnusableInputError: the file is no clip, or cannot be read at all.
    """
    facts = probe(video)
    if facts.kind != "video":
        raise UnusableInputError(f"{video.name} is no clip.", "Give the finished ad, an MP4.")
    fps = rate or FrameRate(brief.project.fps)
    canvas = Canvas.of(aspect or brief.project.aspect, scale)
    order = Order(canvas, fps, fps.frame_at(brief.project.duration_s), container)
    places = [place for place in (root, folder, video.parent, video.parent.parent) if place]
    findings = [*check_file(video, facts, read_tracks(video, facts), order)]
    findings += _check_heard(video, facts)
    expected = _expected(video, facts, brief, order, timeline or _from_sidecar(video), places)
    findings += _check_pictures(video, facts, brief, order, expected)
    return CheckReport(tuple(findings))


def _check_heard(video: Path, facts: MediaFacts) -> Iterator[Finding]:
    if not facts.has_audio:
        return check_sound(None)
    try:
        return check_sound(read_audio(video))
    except UnusableInputError as error:
        return check_sound(None, error.message)


def _from_sidecar(video: Path) -> Timeline | None:
    """Read the timeline that export writes beside a video; None where there is none."""
    try:
        facts = json.loads(video.with_name(f"{video.name}.json").read_bytes())
        return from_json(json.dumps(facts["timeline"]))
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None


def _expected(
    video: Path,
    facts: MediaFacts,
    brief: AdBrief,
    order: Order,
    timeline: Timeline | None,
    places: Sequence[Path],
) -> tuple[Expected, ...]:
    """Say where to look for everything the brief demands."""
    wanted = (*demands(brief), *(demands_of(timeline) if timeline else ()))
    if (facts.width, facts.height) != (order.canvas.width, order.canvas.height):
        reason = "The picture has not the size that was ordered."
        return tuple(Expected(demand, problem=reason, is_fault=False) for demand in wanted)
    if timeline is not None and (found := _with_files(timeline, places)) is not None:
        titles = titles_of(found, Path(), order.canvas)
        return in_titles(wanted, [_at_rate(title, timeline.rate, facts.rate) for title in titles])
    logo = _first_file(brief.product.logo or "", places)
    return search(video, facts, brief, wanted, order.canvas, logo)


def _with_files(timeline: Timeline, places: Sequence[Path]) -> Timeline | None:
    """Give the timeline with absolute paths of logos and font; None when one is in none of the places."""
    tracks = []
    for track in timeline.tracks:
        clips = [_with_image(clip, places) for clip in track.clips]
        if any(isinstance(clip.content, Title) and clip.content.image == "?" for clip in clips):
            return None
        tracks.append(replace(track, clips=tuple(clips)))
    font = _first_file(timeline.branding.font, places)
    branding = replace(timeline.branding, font=str(font)) if font else timeline.branding
    return replace(timeline, tracks=tuple(tracks), branding=branding)


def _with_image(clip: Clip, places: Sequence[Path]) -> Clip:
    if not isinstance(clip.content, Title) or not clip.content.image:
        return clip
    found = _first_file(clip.content.image, places)
    return replace(clip, content=replace(clip.content, image=str(found) if found else "?"))


def _first_file(name: str, places: Sequence[Path]) -> Path | None:
    candidates = (place / name for place in places) if name else ()
    return next((path.resolve() for path in candidates if path.is_file()), None)


def _at_rate(title: Sought, planned: FrameRate, played: FrameRate) -> Sought:
    """Count a title's frames at the file's rate instead of the timeline's."""
    ratio = Fraction(played.fps / planned.fps)
    return replace(title, frames=FrameRange(int(title.frames.start * ratio), int(title.frames.end * ratio)))


def _check_pictures(
    video: Path, facts: MediaFacts, brief: AdBrief, order: Order, expected: Sequence[Expected]
) -> Iterator[Finding]:
    """Decode the film once; every watch looks at every frame."""
    cards = [scene for scene in brief.scenes if scene.type == "endcard"]
    held = [FrameRange(*map(facts.rate.frame_at, (card.start_s, card.end_s + 1))) for card in cards]
    pictures = PictureWatch(facts.rate, held)
    titles = TitleWatch([title for item in expected for title in item.titles], facts.rate, order.canvas)
    size = (facts.width // 2 * 2 or 2, facts.height // 2 * 2 or 2)
    with FrameReader(video, rate=facts.rate, width=size[0], height=size[1]) as reader:
        for frame in range(max(1, facts.rate.frame_at(facts.duration_seconds))):
            picture = reader.at(frame)
            pictures.show(picture.y)
            titles.show(frame, picture)
        damaged = reader.damaged_frames
    yield judged("damage", damaged == 0, f"{damaged} frames", "none", f"{damaged} frames cannot be decoded.")
    yield from pictures.findings()
    sightings = iter(titles.sightings())
    for item in expected:
        yield from _judge(item, [next(sightings) for _ in item.titles], brief.project.platform, order, facts)


def _judge(
    item: Expected, seen: Sequence[Sighting], platform: str, order: Order, facts: MediaFacts
) -> Iterator[Finding]:
    """Judge one demand by what was seen of it: how long, how clear, and where."""
    role, demand = item.demand.role, item.demand
    wanted = f"at least {demand.least_seconds:.1f} s in one go"
    if not item.titles:
        outcome = Outcome.FAILED if item.is_fault else Outcome.CANNOT_MEASURE
        yield Finding(f"{role}-visible", outcome, "", wanted, item.problem)
        return
    stretches = [(stretch, sighting) for sighting in seen for stretch in sighting.seen]
    if not stretches:
        start = facts.rate.seconds_at(min(title.frames.start for title in item.titles))
        message = f"{_named(demand)} cannot be seen where it should be."
        yield Finding(f"{role}-visible", Outcome.FAILED, "not seen", wanted, message, start)
        return
    longest = max((stretch for stretch, _ in stretches), key=len)
    seconds, start = facts.rate.seconds_at(len(longest)), facts.rate.seconds_at(longest.start)
    message = f"{_named(demand)} is on screen for only {seconds:.1f} s."
    passed = seconds + 0.5 / LOOKS_PER_SECOND >= demand.least_seconds
    yield judged(f"{role}-visible", passed, f"{seconds:.1f} s from {start:.1f} s on", wanted, message, start)
    clearest = max(seen, key=_seen_frames)
    if role is TitleRole.PRICE:
        yield _wording(demand, clearest, start, order)
    yield _contrast(demand, clearest, start)
    yield _safe_zone(demand, [sighting.sought for sighting in seen if sighting.seen], platform, order, start)


def _seen_frames(sighting: Sighting) -> int:
    return sum(map(len, sighting.seen))


def _named(demand: Demand) -> str:
    return "The logo" if not demand.text else f"The {demand.role} {demand.text!r}"


def _wording(demand: Demand, sighting: Sighting, start: float, order: Order) -> Finding:
    """A price has to read as the brief says, digit by digit."""
    code, wanted = f"{demand.role}-text", f"every digit at least {READ:.0%} alike"
    measured = f"worst digit {sighting.reading:.0%} alike"
    if sighting.reading < READ and min(order.canvas.width, order.canvas.height) < READABLE_SHORT_SIDE:
        return unmeasured(code, wanted, "The picture is too small to read it digit by digit.")
    message = f"What is shown does not read as {demand.text!r}."
    return judged(code, sighting.reading >= READ, measured, wanted, message, start)


def _contrast(demand: Demand, sighting: Sighting, start: float) -> Finding:
    wanted = f"at least {demand.least_contrast:g}:1"
    message = f"{_named(demand)} stands out too little: {sighting.contrast:.1f}:1."
    passed = sighting.contrast >= demand.least_contrast - 0.05
    return judged(f"{demand.role}-contrast", passed, f"{sighting.contrast:.1f}:1", wanted, message, start)


def _safe_zone(
    demand: Demand, titles: Sequence[Sought], platform: str, order: Order, start: float
) -> Finding:
    outside = [title for title in titles if not is_in_safe_zone(title, platform, order.canvas)]
    shown = outside[0] if outside else titles[0]
    measured = "x {}-{}, y {}-{}".format(*(shown.ink_box[at] for at in (0, 2, 1, 3)))
    message = f"{_named(demand)} reaches where {platform} puts its own buttons ({measured})."
    return judged(
        f"{demand.role}-safe-zone", not outside, measured, f"inside {platform}'s safe zone", message, start
    )
