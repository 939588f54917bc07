"""What all verbs share: changing a timeline, doing the same to many clips, beginning a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clappper.flow.chat.reply import Change
from clappper.flow.chat.targets import Target, names_title
from clappper.flow.desk import Desk
from clappper.timeline.model import Clip, Timeline, Title
from clappper.timeline.queries import clip_of


def titles_named(text: str, desk: Desk) -> bool:
    """Tell whether a clause is about a title, in an ad that shows any."""
    shown = (clip.content for track in desk.timeline.tracks for clip in track.clips)
    return names_title(text) and any(isinstance(content, Title) for content in shown)


def each(target: Target, one: Callable[[Timeline, Clip], Timeline]) -> Change:
    """Do the same to every clip of a target, as it stands when its turn comes."""

    def change(desk: Desk) -> Desk:
        timeline = desk.timeline
        for clip_id in target.clip_ids:
            timeline = one(timeline, clip_of(timeline, clip_id))
        return with_timeline(desk, timeline)

    return change


def with_timeline(desk: Desk, timeline: Timeline) -> Desk:
    return replace(desk, timeline=timeline)


def start(words: str) -> str:
    return words[:1].upper() + words[1:]
