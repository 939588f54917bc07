"""Our edit as Final Cut Pro X XML, version 1.10 (Apple's DTD of that version gives names and order).

The first picture track becomes the spine; everything else hangs on what lies below it, in lanes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from clappper.base.units import FrameRange
from clappper.flow.interchange.curves import adjustments, seconds, time_map
from clappper.flow.interchange.facts import facts_of, name_of
from clappper.timeline.model import (
    Clip,
    Easing,
    Footage,
    MediaKind,
    Motion,
    Solid,
    Take,
    Timeline,
    Title,
    Track,
    TrackKind,
)
from clappper.timeline.queries import gaps, transition_range

VERSION = "1.10"
DISSOLVE_UID = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
TITLE_UID = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"
SOLID_UID = ".../Generators.localized/Solids.localized/Custom.localized/Custom.motn"
METADATA = "com.clappper"
SAMPLES = 48_000
TITLE_SIZE = "63"


def to_fcpxml(timeline: Timeline, root: Path, size: tuple[int, int]) -> tuple[str, tuple[str, ...]]:
    """Give the document, and what it has no words for. ``size`` is the delivery's width and height."""
    writer = _Writer(timeline, root, size)
    return writer.document(), tuple(dict.fromkeys(writer.notes))


class _Writer:
    def __init__(self, timeline: Timeline, root: Path, size: tuple[int, int]) -> None:
        self.notes: list[str] = []
        self._timeline, self._root, self._size = timeline, root, size
        self._resources = Element("resources")
        self._assets: dict[str, str] = {}
        self._effects: dict[str, str] = {}
        self._styles = 0

    def document(self) -> str:
        timeline = self._timeline
        name = timeline.name or "Untitled"
        self._format()
        document = Element("fcpxml", version=VERSION)
        document.append(self._resources)
        library = SubElement(document, "library")
        project = SubElement(SubElement(library, "event", name=name), "project", name=name)
        sequence = SubElement(
            project,
            "sequence",
            format="r1",
            duration=self._time(timeline.length_frames),
            tcStart="0s",
            tcFormat="NDF",
            audioLayout="stereo",
            audioRate="48k",
        )
        self._spine(SubElement(sequence, "spine"))
        indent(document)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{tostring(document, "unicode")}\n'

    def _format(self) -> None:
        frame = 1 / self._timeline.rate.fps
        SubElement(
            self._resources,
            "format",
            id="r1",
            name="FFVideoFormatRateUndefined",
            frameDuration=seconds(frame),
            width=str(self._size[0]),
            height=str(self._size[1]),
            colorSpace="1-1-1 (Rec. 709)",
        )

    def _spine(self, spine: Element) -> None:
        timeline = self._timeline
        pictures = [track for track in timeline.tracks if track.kind is TrackKind.VIDEO]
        main = next((track for track in pictures if track.clips), Track("none", TrackKind.VIDEO, ""))
        carriers: list[tuple[FrameRange, Element, int]] = []
        for place, clip in self._in_order(main):
            if isinstance(clip, FrameRange):
                element = SubElement(spine, "gap", name="Gap", offset=self._time(clip.start))
                element.set("start", "0s")
                element.set("duration", self._time(len(clip)))
                carriers.append((clip, element, 0))
                continue
            self._transition(spine, main, place)
            element = self._item(spine, clip, clip.placed.start)
            carriers.append((clip.placed, element, self._start(clip)))
        self._hang(carriers, [track for track in timeline.tracks if track is not main and track.clips])
        for marker in timeline.markers:
            span, element, start = _below(carriers, marker.frame)
            at = self._time(start + marker.frame - span.start)
            SubElement(element, "marker", start=at, duration=self._time(1), value=marker.name or "Marker")
        shown = [element for _, element, _ in carriers if element.tag != "gap"]
        for clip, element in zip(main.clips, shown, strict=True):
            self._metadata(element, clip)

    def _in_order(self, main: Track) -> Iterator[tuple[int, Clip | FrameRange]]:
        """Give clips and gaps in order; a timeline without clips is one gap."""
        holes = list(gaps(main, self._timeline.length_frames))
        items: list[tuple[int, int, Clip | FrameRange]] = [(hole.start, -1, hole) for hole in holes]
        items += [(clip.placed.start, index, clip) for index, clip in enumerate(main.clips)]
        for _, index, item in sorted(items, key=lambda item: item[0]):
            yield index, item

    def _transition(self, spine: Element, track: Track, index: int) -> None:
        span = transition_range(track, index)
        style = track.clips[index].transition
        if not len(span) or style is None:
            return
        if style.kind.value != "dissolve":
            self.notes.append(f"The {style.kind.value} into {track.clips[index].id} became a cross dissolve.")
        element = SubElement(
            spine,
            "transition",
            name="Cross Dissolve",
            offset=self._time(span.start),
            duration=self._time(len(span)),
        )
        SubElement(
            element, "filter-video", ref=self._effect("Cross Dissolve", DISSOLVE_UID), name="Cross Dissolve"
        )

    def _hang(self, carriers: list[tuple[FrameRange, Element, int]], tracks: list[Track]) -> None:
        """Connect the clips of the other tracks, pictures above the spine and sounds below."""
        above = [t for t in tracks if t.kind in {TrackKind.VIDEO, TrackKind.OVERLAY}]
        below = [t for t in tracks if t not in above]
        lanes = [(lane, track) for lane, track in enumerate(above, 1)]
        lanes += [(-lane, track) for lane, track in enumerate(below, 1)]
        for lane, track in lanes:
            for clip in track.clips:
                if clip.transition is not None:
                    self.notes.append(f"The transition into {clip.id} is left out: it is on an upper track.")
                span, carrier, start = _below(carriers, clip.placed.start)
                element = self._item(carrier, clip, start + clip.placed.start - span.start)
                element.set("lane", str(lane))
                self._metadata(element, clip)

    def _item(self, parent: Element, clip: Clip, offset: int) -> Element:
        match clip.content:
            case Footage() as footage:
                element = SubElement(parent, "asset-clip", ref=self._asset(footage.take))
                element.set("format", "r1")
            case Title() as title:
                element = SubElement(parent, "title", ref=self._effect("Basic Title", TITLE_UID))
                self._words(element, title)
            case Solid() as solid:
                element = SubElement(parent, "video", ref=self._effect("Custom", SOLID_UID))
                SubElement(
                    element, "param", name="Color", key="9999/10003/10005/2", value=_floats(solid.colour)
                )
        element.set("name", name_of(clip))
        element.set("offset", self._time(offset))
        element.set("start", self._time(self._start(clip)))
        element.set("duration", self._time(len(clip.placed)))
        self._adjust(element, clip)
        return element

    def _start(self, clip: Clip) -> int:
        """Give where a clip starts on its own clock, which a change of speed stretches."""
        if not isinstance(clip.content, Footage) or clip.content.take.kind is MediaKind.STILL:
            return 0
        return round(clip.source_start / clip.mean_speed) if clip.mean_speed else 0

    def _adjust(self, element: Element, clip: Clip) -> None:
        if isinstance(clip.content, Footage) and (clip.mean_speed != 1 or clip.ramp_to is not None):
            element.append(time_map(clip, self._start(clip), self._timeline.rate))
        told = adjustments(clip, self._start(clip), self._timeline.rate, self._size)
        element.extend(told)
        if any(one.tag == "adjust-transform" for one in told) and _is_eased(clip.motion):
            self.notes.append("Moves go from keyframe to keyframe by Final Cut's own easing.")

    def _words(self, element: Element, title: Title) -> None:
        self._styles += 1
        style = f"ts{self._styles}"
        words = SubElement(element, "text")
        SubElement(words, "text-style", ref=style).text = title.text or title.role.value
        definition = SubElement(element, "text-style-def", id=style)
        SubElement(
            definition,
            "text-style",
            font="Helvetica",
            fontSize=TITLE_SIZE,
            fontColor="1 1 1 1",
            alignment="center",
        )
        if title.image:
            self.notes.append("Logos are exported as titles with their names.")

    def _asset(self, take: Take) -> str:
        if take.path in self._assets:
            return self._assets[take.path]
        ref = self._assets[take.path] = f"r{len(self._resources) + 1}"
        frames = len(take.available)
        told = {
            "id": ref,
            "name": take.label or Path(take.path).stem,
            "start": "0s",
            "duration": self._time(frames) if frames else "0s",
        }
        if take.kind is not MediaKind.AUDIO:
            told |= {"hasVideo": "1", "videoSources": "1", "format": "r1"}
        if take.kind is MediaKind.AUDIO or take.has_audio:
            told |= {"hasAudio": "1", "audioSources": "1", "audioChannels": "2", "audioRate": str(SAMPLES)}
        asset = SubElement(self._resources, "asset", told)
        source = (self._root / take.path).absolute().as_uri()
        SubElement(asset, "media-rep", kind="original-media", src=source)
        return ref

    def _effect(self, name: str, uid: str) -> str:
        if name not in self._effects:
            self._effects[name] = f"r{len(self._resources) + 1}"
            SubElement(self._resources, "effect", id=self._effects[name], name=name, uid=uid)
        return self._effects[name]

    def _metadata(self, element: Element, clip: Clip) -> None:
        """Tell how the clip was made; comes after everything that hangs on it."""
        facts = facts_of(clip.content.take, self._root) if isinstance(clip.content, Footage) else {}
        if element.tag == "asset-clip" and facts:
            holder = SubElement(element, "metadata")
            for name, value in facts.items():
                SubElement(holder, "md", key=f"{METADATA}.{name}", value=value)

    def _time(self, frame: int) -> str:
        return seconds(frame / self._timeline.rate.fps)


def _below(carriers: list[tuple[FrameRange, Element, int]], frame: int) -> tuple[FrameRange, Element, int]:
    """Find what lies in the spine under a frame; beyond its end, the last of it."""
    return next((one for one in carriers if frame in one[0]), carriers[-1])


def _is_eased(motion: Motion) -> bool:
    curves = (motion.x, motion.y, motion.scale, motion.rotation)
    return any(key.easing not in (Easing.LINEAR, Easing.HOLD) for curve in curves for key in curve[:-1])


def _floats(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.4f}" for at in (1, 3, 5)) + " 1"
