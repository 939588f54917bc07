"""Which titles an ad shows, when and for how long: editorial timing over the storyboard's scenes.

Titles come a moment after the cut and go before the next one. Everything the viewer must act on stays
long enough to be read, and the end card builds up and then stands until the last frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.brief.fields import with_value
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.storyboard import Storyboard
from clappper.timeline.model import Clip, Timeline, Title, TitlePosition, TitleRole, Track, TrackKind

ENTER_SECONDS = 0.15
LEAVE_SECONDS = 0.1
PRICE_SECONDS = 1.5
CTA_SECONDS = 2.5
CLOSING_SECONDS = 3.0
NAME_SECONDS = 2.5
LONGEST_CHARACTERS = 60
ENDCARD = "endcard"
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_LAYERS = (
    TitleRole.TEXT,
    TitleRole.SUBHEAD,
    TitleRole.HEADLINE,
    TitleRole.PRODUCT,
    TitleRole.PRICE,
    TitleRole.BUTTON,
    TitleRole.URL,
    TitleRole.LEGAL,
    TitleRole.LOGO,
)


@dataclass(frozen=True, slots=True)
class _Stage:
    """One scene of the brief as titles see it: ``free`` is its time clear of the transitions at its ends."""

    index: int
    scene: Scene
    frames: FrameRange
    free: FrameRange


def title_tracks(brief: AdBrief, storyboard: Storyboard, logo: str) -> tuple[Track, ...]:
    """Make the overlay tracks, bottom to top. ``logo`` is its path in the project, or empty.

    It stands on the end card in any case, elsewhere where a scene asks for it; a brief with ``no_logo``
    has none.
    """
    logo = "" if brief.product.no_logo else logo
    stages = _stages(brief, storyboard)
    clips = [
        *_logos(stages, storyboard, logo),
        *_names(brief, stages, storyboard.rate),
        *_prices(brief, stages, storyboard),
        *_texts(brief, stages),
        *_closing(brief, stages, storyboard, logo),
    ]
    return tuple(track for role in _LAYERS for track in _tracks(role, clips))


def text_of(brief: AdBrief, field: str) -> str | None:
    """Read the brief's field at a path such as ``scenes[0].overlays.text_blocks[1].text``.

    None when it is not there or not given any more.
    """
    value: object = brief
    for name, index in _STEP.findall(field):
        if name:
            value = getattr(value, name, None)
        else:
            value = value[int(index)] if isinstance(value, Sequence) and int(index) < len(value) else None
    return value if isinstance(value, str) else None


def with_text(brief: AdBrief, field: str, text: str) -> AdBrief:
    """Let the brief say ``text`` at a path as ``text_of`` reads it; every title bound to it will follow.

    Raises:
        ClappperError: there is no such field, or the brief does not allow such a text.
    """
    if text_of(brief, field) is None:
        raise ClappperError(f"The brief has no text at {field}.", "Unbind the title to write on it freely.")
    return with_value(brief, field, text)


def rebind_titles(timeline: Timeline, brief: AdBrief) -> Timeline:
    """Let every bound title say what the brief says now; a title whose field is gone goes too."""
    return replace(timeline, tracks=tuple(_rebound(track, brief) for track in timeline.tracks))


def _rebound(track: Track, brief: AdBrief) -> Track:
    clips = []
    for clip in track.clips:
        title = clip.content
        if not isinstance(title, Title) or not title.field or title.role is TitleRole.LOGO:
            clips.append(clip)
        elif (text := text_of(brief, title.field)) is not None:
            clips.append(clip if text == title.text else replace(clip, content=replace(title, text=text)))
    return track if tuple(clips) == track.clips else replace(track, clips=tuple(clips))


def _stages(brief: AdBrief, storyboard: Storyboard) -> tuple[_Stage, ...]:
    index = {scene.id: place for place, scene in enumerate(brief.scenes)}
    stages = []
    for scene_id, group in groupby(storyboard.scenes, key=lambda shot: shot.scene_id):
        shots = tuple(group)
        frames = FrameRange(shots[0].frames.start, shots[-1].frames.end)
        after_cut = shots[0].transition.after_frames if shots[0].transition else 0
        start = frames.start + max(after_cut, storyboard.rate.frame_at(ENTER_SECONDS))
        last = frames.end == storyboard.length_frames
        gap = max(shots[-1].handle_after, storyboard.rate.frame_at(LEAVE_SECONDS))
        end = frames.end - (0 if last else gap)
        free = FrameRange(start, end) if end > start else frames
        stages.append(_Stage(index[scene_id], brief.scenes[index[scene_id]], frames, free))
    return tuple(stages)


def _is_closing(stage: _Stage, storyboard: Storyboard) -> bool:
    return stage.scene.type == "endcard" and stage.frames.end == storyboard.length_frames


def _runs(stages: Sequence[_Stage], wanted: Sequence[bool]) -> Iterator[tuple[_Stage, _Stage]]:
    """Give the first and last stage of each run of neighbours that are wanted."""
    for is_wanted, group in groupby(zip(wanted, stages, strict=True), key=lambda pair: pair[0]):
        run = [stage for _, stage in group]
        if is_wanted:
            yield run[0], run[-1]


def _logos(stages: Sequence[_Stage], storyboard: Storyboard, logo: str) -> Iterator[Clip]:
    if not logo:
        return
    wanted = [stage.scene.overlays.show_logo and not _is_closing(stage, storyboard) for stage in stages]
    for first, last in _runs(stages, wanted):
        title = Title(TitleRole.LOGO, field="product.logo", image=logo, group=first.scene.id)
        yield _clip(f"logo-{first.scene.id}", title, FrameRange(first.free.start, last.free.end), first)


def _prices(brief: AdBrief, stages: Sequence[_Stage], storyboard: Storyboard) -> Iterator[Clip]:
    """Show the price where scenes ask for it, at least 1.5 s, if need be into the next scene."""
    if not brief.product.price_text:
        return
    closing = next((stage.frames.start for stage in stages if _is_closing(stage, storyboard)), None)
    latest = storyboard.length_frames if closing is None else closing
    least = storyboard.rate.frame_at(PRICE_SECONDS)
    wanted = [stage.scene.overlays.show_price and not _is_closing(stage, storyboard) for stage in stages]
    free_from = 0
    for first, last in _runs(stages, wanted):
        start = max(first.free.start, free_from)
        end = min(max(last.free.end, start + least), latest)
        start = max(min(start, end - least), free_from)
        title = Title(TitleRole.PRICE, brief.product.price_text, "product.price_text", group=first.scene.id)
        if end > start:
            yield _clip(f"price-{first.scene.id}", title, FrameRange(start, end), first)
            free_from = end


def _names(brief: AdBrief, stages: Sequence[_Stage], rate: FrameRate) -> Iterator[Clip]:
    """Introduce the product over the first packshot, and say what it is good for over a lifestyle scene.

    Not where text is set already, nor what other text says.
    """
    said = {block.text.casefold() for stage in stages for block in stage.scene.overlays.text_blocks}
    names: list[tuple[str, str, str, TitleRole, str]] = [
        ("packshot", "product", "product.name", TitleRole.PRODUCT, brief.product.name),
        ("lifestyle", "benefit", "product.key_benefit", TitleRole.TEXT, brief.product.key_benefit),
    ]
    for scene_type, stem, field, role, text in names:
        stage = next((stage for stage in stages if stage.scene.type == scene_type), None)
        if not stage or stage.scene.overlays.text_blocks or text.casefold() in said:
            continue
        if len(text) > LONGEST_CHARACTERS:
            continue
        end = min(stage.free.end, stage.free.start + rate.frame_at(NAME_SECONDS))
        title = Title(role, text, field, position=TitlePosition.SAFE_LOWER_THIRD, group=stage.scene.id)
        yield _clip(f"{stem}-{stage.scene.id}", title, FrameRange(stage.free.start, end), stage)


def _texts(brief: AdBrief, stages: Sequence[_Stage]) -> Iterator[Clip]:
    """Set the text blocks of every scene; under the call to action those that repeat it are left out."""
    said = {
        brief.cta.headline,
        brief.cta.button_text,
        brief.cta.subhead or "",
        brief.product.price_text or "",
    }
    repeated = {text.casefold() for text in said}
    for stage in stages:
        card = stage.scene.type == "endcard"
        for number, block in enumerate(stage.scene.overlays.text_blocks):
            if (card or stage is stages[-1]) and block.text.casefold() in repeated:
                continue
            field = f"scenes[{stage.index}].overlays.text_blocks[{number}].text"
            group = ENDCARD if card else stage.scene.id
            title = Title(
                TitleRole.TEXT, block.text, field, position=TitlePosition(block.position), group=group
            )
            yield _clip(f"text-{stage.scene.id}-{number + 1}", title, stage.free, stage)


def _closing(brief: AdBrief, stages: Sequence[_Stage], storyboard: Storyboard, logo: str) -> Iterator[Clip]:
    """Set the end card, which stands to the last frame; its parts start together and follow each other in.

    It is locked: edits before it leave it where it is until a person unlocks it.

    An end card too short for its call to action starts with the cut. Without an end card scene the last
    seconds of the ad carry the call to action.
    """
    stage, rate = stages[-1], storyboard.rate
    end = storyboard.length_frames
    card = stage.scene.type == "endcard"
    if not card:
        start = max(stage.free.start, end - rate.frame_at(CLOSING_SECONDS))
    else:
        enough = end - stage.free.start >= rate.frame_at(CTA_SECONDS)
        start = stage.free.start if enough else stage.frames.start
    group = ENDCARD if card else stage.scene.id
    price = brief.product.price_text if card and stage.scene.overlays.show_price else None
    parts: list[tuple[TitleRole, str, str | None]] = [
        (TitleRole.LOGO, "product.logo", logo if card else None),
        (TitleRole.HEADLINE, "cta.headline", brief.cta.headline),
        (TitleRole.SUBHEAD, "cta.subhead", brief.cta.subhead),
        (TitleRole.PRICE, "product.price_text", price),
        (TitleRole.BUTTON, "cta.button_text", brief.cta.button_text),
        (TitleRole.URL, "cta.url", brief.cta.url),
        (TitleRole.LEGAL, "cta.legal_disclaimer", brief.cta.legal_disclaimer),
    ]
    shown = [(role, field, text) for role, field, text in parts if text]
    for role, field, text in shown:
        is_logo = role is TitleRole.LOGO
        words, image = ("", text) if is_logo else (text, "")
        title = Title(role, words, field, image=image, group=group, leave="hold")
        yield replace(_clip(f"{ENDCARD}-{role}", title, FrameRange(start, end), stage), locked=True)


def _clip(clip_id: str, title: Title, placed: FrameRange, stage: _Stage) -> Clip:
    name = title.text or title.role.value.capitalize()
    return Clip(clip_id, title, placed, name=name, scene_id=stage.scene.id)


def _tracks(role: TitleRole, clips: Sequence[Clip]) -> list[Track]:
    """Share the clips of one role among as many tracks as they need to not overlap."""
    mine = (clip for clip in clips if isinstance(clip.content, Title) and clip.content.role is role)
    rows: list[list[Clip]] = []
    for clip in sorted(mine, key=lambda clip: clip.placed):
        row = next((row for row in rows if row[-1].placed.end <= clip.placed.start), None)
        if row is None:
            rows.append(row := [])
        row.append(clip)
    name = role.value.capitalize()
    return [
        Track(
            f"titles-{role}" + (f"-{number}" if number > 1 else ""),
            TrackKind.OVERLAY,
            name + (f" {number}" if number > 1 else ""),
            tuple(row),
        )
        for number, row in enumerate(rows, start=1)
    ]
