"""What a scene says about its shot, whether in its own fields or in the words of its intent and prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from clappper.brief import lexicons
from clappper.brief.lexicons import ShotWord
from clappper.brief.schema import AdBrief, Product, Scene
from clappper.brief.words import Hit, Words, read

Part = Literal["subject", "action", "setting", "lighting", "camera", "style"]
PARTS: tuple[Part, ...] = get_args(Part)

Source = Literal["own", "shared", ""]
"""Where a part is stated: in the scene, only in what all scenes share, or nowhere."""

NUMBER_WITH_UNIT = re.compile(
    r"\b\d+(?:[.,]\d+)?\s?(?:mm|cm|m|km|s|ml|l|kg|g|fps|k|°|degrees?|seconds?|percent|%)(?!\w)", re.IGNORECASE
)


COUNT = re.compile(r"(?<![\w:.,/-])(?:[2-9]|[1-9]\d)(?![\w:.%/-])")
"""A bare number from 2 to 99; one that has a unit is a measure."""
CAMERA_TERMS: tuple[ShotWord, ...] = ("camera_move", "shot_size", "angle", "lens")
JOIN_REACH = 3
"""An action that begins so few words after "and" is joined to what stands before."""

MANNER = re.compile(
    r"\b(?:then|slowly|gently|smoothly|gradually|quickly|steadily|gracefully|also|dramatically)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One scene, read. ``text`` is all it asks for; ``details`` are its colours, materials and measures.

    ``moments`` counts the things that happen one after another, at least one; ``steps`` those that the words
    tell, beside the scene's own beats. ``movers`` counts kinds of people and animals, and each "two" or
    "group"; ``open_words`` can be read in two ways: whom "it" means, which of two joined actions comes first.
    """

    text: str
    words: Words
    stated: tuple[tuple[Part, Source], ...]
    camera_words: tuple[str, ...]
    sizes: tuple[str, ...]
    angles: tuple[str, ...]
    lenses: tuple[str, ...]
    composition: tuple[str, ...]
    lighting: tuple[str, ...]
    details: tuple[str, ...]
    actions: tuple[str, ...]
    movers: int
    open_words: tuple[str, ...]
    steps: int
    moments: int

    def source(self, part: Part) -> Source:
        return dict(self.stated)[part]

    @property
    def missing(self) -> tuple[Part, ...]:
        """Give the parts that nothing states."""
        return tuple(part for part, source in self.stated if not source)


def scene_text(scene: Scene) -> str:
    """Join everything a scene asks to be seen."""
    beats = [f"{beat.action}, {beat.camera}" if beat.camera else beat.action for beat in scene.beats]
    return ". ".join(text for text in (_fields_text(scene), *beats) if text)


def _fields_text(scene: Scene) -> str:
    """Join what a scene says apart from its beats."""
    given = (
        scene.intent,
        scene.t2v_prompt,
        scene.subject,
        scene.action,
        scene.setting,
        scene.lighting,
        scene.style,
    )
    return ". ".join(text for text in given if text)


def _plainly(text: str) -> str:
    """Drop the adverbs that stand between a camera and what it does: "the camera slowly pans"."""
    return MANNER.sub("", text)


def _camera_words(text: str) -> tuple[str, ...]:
    return lexicons.shot_words("camera_move").wanted(_plainly(text))


def worded_moves(text: str) -> tuple[str, ...]:
    """Give the brief's camera moves that the words ask for, each once, in order."""
    found = lexicons.camera_moves().find(_plainly(text))
    return tuple(dict.fromkeys(move for move, hit in found if not hit.ruled_out))


def ruled_out_text(brief: AdBrief, scene: Scene) -> str:
    """Join everything that must not be seen in a scene, each with its own "no"."""
    separate = (*scene.negatives, *brief.product.style_pack.negative_style)
    listed = tuple(re.split(r"[,;]", scene.t2v_negative or ""))
    return ". ".join(_negated(text.strip()) for text in (*separate, *listed) if text.strip())


def _negated(text: str) -> str:
    return text if text.lower().startswith(("no ", "without ", "avoid ")) else f"no {text}"


@lru_cache(maxsize=1024)
def read_shot(product: Product, scene: Scene) -> Shot:
    """Find out what a scene of this product says about its shot."""
    text = scene_text(scene)
    camera_words = _camera_words(text)
    lighting = lexicons.shot_words("lighting").wanted(text)
    steps = _steps(_fields_text(scene))
    return Shot(
        text=text,
        words=read(text),
        stated=tuple((part, _source(part, text, product, scene)) for part in PARTS),
        camera_words=camera_words,
        sizes=lexicons.shot_words("shot_size").wanted(text),
        angles=lexicons.shot_words("angle").wanted(text),
        lenses=lexicons.shot_words("lens").wanted(text),
        composition=lexicons.shot_words("composition").wanted(text),
        lighting=lighting,
        details=_details(text),
        actions=tuple(dict.fromkeys(hit.phrase for hit in _actions(text))),
        movers=_movers(text),
        open_words=_open_words(text),
        steps=steps,
        moments=max(len(scene.beats), _steps(text)),
    )


def _source(part: Part, text: str, product: Product, scene: Scene) -> Source:
    match part:
        case "camera":
            own = scene.camera is not None or bool(_camera_words(text))
            return "own" if own or bool(lexicons.shot_words("shot_size").first(text)) else ""
        case "subject":
            return _subject_source(text, product, scene)
        case "style":
            if scene.style or lexicons.look_words("style").first(text):
                return "own"
            return "shared" if product.style_pack.visual_style else ""
        case "action":
            found = lexicons.shot_words("action").first(text) or lexicons.action_forms().first(text)
            return "own" if scene.action or found else ""
        case "setting" | "lighting":
            given = scene.setting if part == "setting" else scene.lighting
            return "own" if given or lexicons.shot_words(part).first(text) else ""


def _subject_source(text: str, product: Product, scene: Scene) -> Source:
    if scene.subject or lexicons.subjects().first(text) or product.name.lower() in text.lower():
        return "own"
    known = lexicons.goods().find(f"{product.name}. {product.key_benefit}")
    return "shared" if known or scene.type in {"packshot", "endcard"} else ""


def _details(text: str) -> tuple[str, ...]:
    found = [
        *lexicons.look_words("colour").wanted(text),
        *lexicons.look_words("material").wanted(text),
        *lexicons.look_words("mood").wanted(text),
        *(match.group().lower() for match in NUMBER_WITH_UNIT.finditer(text)),
    ]
    return tuple(dict.fromkeys(found))


def _actions(text: str) -> tuple[Hit, ...]:
    """Find what happens, in order; not the verbs of camera terms such as "close-up" or "focus pull"."""
    terms: set[int] = set()
    for kind in CAMERA_TERMS:
        for term in lexicons.shot_words(kind).find(text):
            terms |= set(range(term.start, term.end))
    found = {
        hit.start: hit
        for lexicon in (lexicons.action_forms(), lexicons.shot_words("action"))
        for hit in lexicon.find(text)
        if not hit.ruled_out and hit.start not in terms
    }
    return tuple(found[start] for start in sorted(found))


def _steps(text: str) -> int:
    return 1 + len(lexicons.sequence_words().wanted(text)) + len(lexicons.timecodes().findall(text))


def _movers(text: str) -> int:
    counted = len(lexicons.counts().wanted(text)) + len(COUNT.findall(NUMBER_WITH_UNIT.sub("", text)))
    return len(lexicons.people().wanted(text)) + len(lexicons.animals().wanted(text)) + counted


def _open_words(text: str) -> tuple[str, ...]:
    words, begins = read(text), {hit.start for hit in _actions(text)}
    return tuple(
        word
        for place, word in enumerate(words.plain)
        if place not in words.ruled_out
        and (
            word in lexicons.pronouns()
            or word == "or"
            or (word == "and" and begins & set(range(place + 1, place + 1 + JOIN_REACH)))
        )
    )
