"""Things a shot asks for that cannot both be true: a locked-off camera and a handheld one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from clappper.brief import fixes, lexicons
from clappper.brief.fixes import Fix
from clappper.brief.lexicons import Opposites
from clappper.brief.reading import ruled_out_text, scene_text, worded_moves
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.words import Lexicon


@dataclass(frozen=True, slots=True)
class Side:
    """One half of a clash: a phrase that is asked for, or one that is ruled out."""

    phrase: str
    ruled_out: bool

    def __str__(self) -> str:
        return f"“no {self.phrase}”" if self.ruled_out else f"“{self.phrase}”"


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides of one scene that cannot both be true, and what settles it, if anything simple does."""

    code: str
    kept: Side
    dropped: Side
    fix: Fix | None


def find_clashes(brief: AdBrief, scene: Scene) -> tuple[Clash, ...]:
    """Find every contradiction of a scene: in its words, its camera, its negatives and the style pack."""
    asked, ruled_out = _asked_text(brief, scene), ruled_out_text(brief, scene)
    clashes = [_with_fix(brief, scene, pair, sides) for pair, sides in _clashing(asked, ruled_out)]
    return (*_camera_clash(scene), *clashes)


def _asked_text(brief: AdBrief, scene: Scene) -> str:
    pack = brief.product.style_pack
    palette = f"palette {pack.palette_hint}" if pack.palette_hint else ""
    return ". ".join(text for text in (scene_text(scene), *pack.visual_style, palette) if text)


@lru_cache(maxsize=1024)
def _clashing(asked: str, ruled_out: str) -> tuple[tuple[Opposites, tuple[Side, Side]], ...]:
    found: list[tuple[Opposites, tuple[Side, Side]]] = []
    for pair in lexicons.opposites():
        left = _side(pair.left, asked, ruled_out)
        right = _side(pair.right, asked, ruled_out) if left else None
        if left and right and not pair.unless.first(asked):
            found.append((pair, (left, right)))
    return tuple(found)


def _side(side: tuple[Lexicon, Lexicon], asked: str, ruled_out: str) -> Side | None:
    asks, rules_out = side
    if found := asks.first(asked):
        return Side(found, ruled_out=False)
    banned = [hit.phrase for text in (asked, ruled_out) for hit in rules_out.find(text) if hit.ruled_out]
    return Side(banned[0], ruled_out=True) if banned else None


def _with_fix(brief: AdBrief, scene: Scene, pair: Opposites, sides: tuple[Side, Side]) -> Clash:
    kept, dropped = sides if pair.keeps_left else sides[::-1]
    for keep, drop in ((kept, dropped), (dropped, kept)):
        fix = (
            fixes.drop_negative(scene.id, drop.phrase)
            if drop.ruled_out
            else fixes.drop_phrase(scene.id, drop.phrase)
        )
        if _settles(fix, brief, scene, pair):
            return Clash(pair.code, keep, drop, fix)
    return Clash(pair.code, kept, dropped, None)


def _settles(fix: Fix, brief: AdBrief, scene: Scene, pair: Opposites) -> bool:
    fixed = fix.apply(brief)
    changed = next(other for other in fixed.scenes if other.id == scene.id)
    remaining = _clashing(_asked_text(fixed, changed), ruled_out_text(fixed, changed))
    return all(other.code != pair.code for other, _ in remaining)


def _camera_clash(scene: Scene) -> tuple[Clash, ...]:
    """Compare the camera field with the moves that the intent and the prompt name."""
    moves = worded_moves(scene_text(scene))
    if scene.camera is None or not moves or scene.camera.move in moves:
        return ()
    field, words = Side(f"camera {scene.camera.move}", ruled_out=False), Side(moves[0], ruled_out=False)
    return (Clash("camera_and_words", words, field, fixes.follow_words(scene.id, moves[0])),)
