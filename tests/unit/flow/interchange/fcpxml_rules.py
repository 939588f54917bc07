"""What FCPXML 1.10 allows of the elements we write, after Apple's reference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

TIME = re.compile(r"-?\d+(/[1-9]\d*)?s")
TIMES = frozenset({"offset", "start", "duration", "time", "frameDuration", "tcStart"})
PLACES = frozenset({"offset", "duration"})
ANCHORED = "(audio|video|clip|title|caption|asset-clip|spine)*"
MARKED = "(marker|chapter-marker|keyword)*"
SEEN = "adjust-crop?,adjust-conform?,adjust-transform?,adjust-blend?"
HEARD = "adjust-volume?,adjust-panner?"


@dataclass(frozen=True, slots=True)
class Rule:
    """``children`` as a DTD writes them; ``must`` and ``may`` are its attributes."""

    children: str
    must: str = ""
    may: str = ""


RULES = {
    "fcpxml": Rule("resources?,library", "version"),
    "resources": Rule("(asset|effect|format|media)*"),
    "format": Rule("", "id", "name frameDuration width height colorSpace"),
    "asset": Rule(
        "media-rep+,metadata?",
        "id",
        "name start duration hasVideo format hasAudio videoSources audioSources audioChannels audioRate",
    ),
    "media-rep": Rule("", "src", "kind sig suggestedFilename"),
    "effect": Rule("", "id uid", "name src"),
    "library": Rule("event*", "", "location colorProcessing"),
    "event": Rule("project*", "", "name uid"),
    "project": Rule("sequence", "", "name uid id"),
    "sequence": Rule(
        "note?,spine,metadata?", "format", "duration tcStart tcFormat audioLayout audioRate renderFormat"
    ),
    "spine": Rule("(asset-clip|video|title|gap|transition)*", "", "lane offset name format"),
    "asset-clip": Rule(
        f"note?,timeMap?,{SEEN},{HEARD},{ANCHORED},{MARKED},filter-video*,filter-audio*,metadata?",
        "ref",
        "lane offset name start duration enabled format srcEnable tcFormat audioRole videoRole",
    ),
    "video": Rule(
        f"param*,note?,timeMap?,{SEEN},{ANCHORED},{MARKED},filter-video*",
        "ref duration",
        "lane offset name start enabled role",
    ),
    "title": Rule(
        f"param*,text*,text-style-def*,note?,{SEEN},{ANCHORED},{MARKED},filter-video*,metadata?",
        "ref duration",
        "lane offset name start enabled role",
    ),
    "gap": Rule(f"note?,{ANCHORED},{MARKED},metadata?", "duration", "name offset start enabled"),
    "transition": Rule("filter-video?,filter-audio?,marker*,metadata?", "duration", "name offset"),
    "filter-video": Rule("param*", "ref", "name enabled"),
    "timeMap": Rule("timept*", "", "frameSampling preservesPitch"),
    "timept": Rule("", "time value", "interp inTime outTime"),
    "adjust-transform": Rule("param*", "", "position scale rotation anchor enabled"),
    "adjust-blend": Rule("param*", "", "amount mode"),
    "adjust-volume": Rule("param*", "", "amount"),
    "param": Rule("fadeIn?,fadeOut?,keyframeAnimation?,param*", "name", "key value enabled"),
    "fadeIn": Rule("", "duration", "type"),
    "fadeOut": Rule("", "duration", "type"),
    "keyframeAnimation": Rule("keyframe*"),
    "keyframe": Rule("", "time value", "interp curve"),
    "text": Rule("text-style*"),
    "text-style-def": Rule("text-style", "id", "name"),
    "text-style": Rule("param*", "", "ref font fontSize fontColor alignment bold italic"),
    "marker": Rule("", "start value", "duration completed note"),
    "metadata": Rule("md*"),
    "md": Rule("", "key", "value type displayName"),
}


def faults(document: Element, frame: Fraction) -> tuple[str, ...]:
    """Name what Final Cut would refuse; ``frame`` is the length of a frame in seconds."""
    return tuple(_faults(document, frame))


def _faults(document: Element, frame: Fraction) -> Iterator[str]:
    ids = Counter(item.get("id") for item in document.iter() if item.get("id"))
    yield from (f"the id {name} is used {count} times" for name, count in ids.items() if count > 1)
    for item in document.iter():
        rule = RULES.get(item.tag)
        if rule is None:
            yield f"there is no element {item.tag}"
            continue
        if not _pattern(rule.children).fullmatch("".join(f"{child.tag}," for child in item)):
            yield f"{item.tag} holds {[child.tag for child in item]}, not {rule.children}"
        known = {*rule.must.split(), *rule.may.split()}
        yield from (f"{item.tag} has no attribute {name}" for name in item.attrib.keys() - known)
        yield from (f"{item.tag} needs {name}" for name in rule.must.split() if name not in item.attrib)
        yield from (
            f"{item.tag} points to {item.get(name)}, which is not there"
            for name in ("ref", "format")
            if item.get(name) and item.get(name) not in ids
        )
        yield from _times(item, frame)
    for spine in document.iter("spine"):
        yield from _holes(spine)


def _times(item: Element, frame: Fraction) -> Iterator[str]:
    for name in TIMES & item.attrib.keys():
        written = item.attrib[name]
        if not TIME.fullmatch(written):
            yield f"{item.tag} has the {name} {written}, which is no time"
        elif name in PLACES and item.tag not in ("fadeIn", "fadeOut") and _seconds(written) % frame:
            yield f"{item.tag} has the {name} {written}, which is on no frame"


def _holes(spine: Element) -> Iterator[str]:
    """A spine is without holes: each item but transitions begins where the one before ends."""
    end = Fraction(0)
    for item in spine:
        start, length = (_seconds(item.get(name, "0s")) for name in ("offset", "duration"))
        if item.tag == "transition":
            continue
        if start != end:
            yield f"{item.tag} {item.get('name')} begins at {start} s, not at {end} s"
        if length <= 0:
            yield f"{item.tag} {item.get('name')} has no length"
        end = start + length


def _seconds(time: str) -> Fraction:
    return Fraction(time.removesuffix("s"))


def _pattern(children: str) -> re.Pattern[str]:
    """Turn a DTD's list of children into a pattern over their names, each followed by a comma."""
    return re.compile(
        re.sub(r"[a-zA-Z]+(?:-[a-zA-Z]+)*", lambda name: f"(?:{name[0]},)", children)
        .replace("),(", ")(")
        .replace("?,(", "?(")
        .replace("*,(", "*(")
        .replace("+,(", "+(")
    )
