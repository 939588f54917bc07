"""From one sentence to a whole brief, offline; every field that the sentence leaves open is a named guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from clappper.base.errors import UnusableInputError
from clappper.brief import lexicons, templates
from clappper.brief.findings import PreflightContext
from clappper.brief.fixes import palette_of
from clappper.brief.preflight import apply_all_fixes
from clappper.brief.schema import AdBrief, Objective, load_brief
from clappper.brief.templates import Story, goods_of
from clappper.brief.wish import Wish, read_wish

SHORTEST_SECONDS, LONGEST_SECONDS, USUAL_SECONDS = 8, 60, 15
MOST_VARIATIONS = 9
LONGEST_SENTENCE = 4000
SLOW_BPM, FAST_BPM = 84, 128
LONGEST_NAME_IN_HEADLINE = 26


@dataclass(frozen=True, slots=True)
class FromText:
    """A brief made from a sentence. Each of ``guessed`` is a field path and why it holds what it holds."""

    brief: AdBrief
    variations: int
    guessed: tuple[str, ...]


def brief_from_text(sentence: str) -> FromText:
    """Fill a brief from a wish such as "3 variations of a 15 second TikTok ad for energy drinks".

    Raises:
        UnusableInputError: the sentence is empty, far too long, or names nothing to advertise.
    """
    if not sentence.strip():
        raise UnusableInputError(
            "There is no wish to read.", 'Say what the ad is for: "a 15 second ad for …".'
        )
    if len(sentence) > LONGEST_SENTENCE:
        raise UnusableInputError(
            f"The wish has {len(sentence)} characters; {LONGEST_SENTENCE} are read.",
            "Shorten it to what matters.",
        )
    wish = read_wish(sentence)
    if len(wish.product) < 2:
        raise UnusableInputError(
            "The wish does not say what is advertised.", 'Name it: "an ad for running shoes".'
        )
    draft = _Draft(wish)
    brief, settled = apply_all_fixes(load_brief(draft.values()), PreflightContext())
    mended = [f"{finding.field}: {finding.fix.title}" for finding in settled if finding.fix is not None]
    return FromText(brief, draft.variations(), tuple(draft.guessed + mended))


class _Draft:
    """Turns a wish into plain values, and notes down what it had to guess."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.guessed: list[str] = []
        self._goods = goods_of(wish.category)
        self._kind = wish.category.replace("_", " ")

    def _or_guess(self, field: str, said: Any, guess: Any, why: str) -> Any:
        if said:
            return said
        shown = ", ".join(guess) if isinstance(guess, tuple) else guess
        self.guessed.append(f"{field}: {shown} ({why})")
        return guess

    def variations(self) -> int:
        return min(MOST_VARIATIONS, self.wish.variations or 1)

    def values(self) -> dict[str, Any]:
        """Give the brief as plain values for ``load_brief``."""
        wish = self.wish
        project = self._project()
        plan = lexicons.table("templates")[templates.template_for(project["objective"])]
        product = self._product(plan)
        audio = self._audio(plan)
        story = Story(
            product=product["name"],
            benefit=product["key_benefit"],
            category=wish.category or "any",
            palette=product["style_pack"]["palette_hint"],
            theme=wish.theme,
            price=product.get("price_text", ""),
            has_logo="logo" in product,
        )
        scenes = templates.scenes_of(
            templates.template_for(project["objective"]), story, project["duration_s"]
        )
        return {
            "project": project,
            "product": product,
            "cta": self._cta(plan),
            "audio": audio,
            "assets": {"product_images": self._pictures()},
            "scenes": scenes,
            "safety": {"allow_faces": self._faces()},
        }

    def _project(self) -> dict[str, Any]:
        wish = self.wish
        platform = self._or_guess("project.platform", wish.platform, "instagram", "no platform was named")
        usual = "16:9" if platform == "web" else "9:16"
        return {
            "name": f"{wish.product} ad",
            "objective": cast("Objective", self._objective()),
            "target_audience": self._or_guess(
                "project.target_audience", wish.audience, self._goods["audience"], self._usual("buyers")
            ),
            "platform": platform,
            "aspect": self._or_guess("project.aspect", wish.aspect, usual, f"usual on {platform}"),
            "duration_s": self._duration(),
            "fps": self._fps(),
        }

    def _objective(self) -> str:
        implied = "conversion" if self.wish.price else "awareness"
        why = "a price is named" if self.wish.price else "no aim was named"
        objective: str = self._or_guess("project.objective", self.wish.objective, implied, why)
        return objective

    def _duration(self) -> int:
        if self.wish.seconds is None:
            return int(self._or_guess("project.duration_s", None, USUAL_SECONDS, "no length was named"))
        fitting = min(LONGEST_SECONDS, max(SHORTEST_SECONDS, round(self.wish.seconds)))
        if fitting != self.wish.seconds:
            why = f"{self.wish.seconds:g} s is outside {SHORTEST_SECONDS} to {LONGEST_SECONDS} whole seconds"
            self.guessed.append(f"project.duration_s: {fitting} ({why})")
        return fitting

    def _fps(self) -> int:
        asked = self.wish.fps or 30
        fitting = min(30, max(24, asked))
        if fitting != asked:
            self.guessed.append(f"project.fps: {fitting} ({asked} is outside 24 to 30)")
        return fitting

    def _usual(self, what: str) -> str:
        return f"the usual {what} of {self._kind}" if self._kind else f"no {what} were named"

    def _product(self, plan: dict[str, Any]) -> dict[str, Any]:
        wish = self.wish
        palette = self._palette(plan)
        values: dict[str, Any] = {
            "name": wish.product,
            "key_benefit": self._or_guess(
                "product.key_benefit", wish.benefit, self._goods["benefit"], self._usual("benefits")
            ),
            "brand_colors": list(
                self._or_guess("product.brand_colors", wish.colors, *self._usual_colours(palette))
            ),
            "style_pack": {
                "palette_hint": palette,
                "visual_style": list(
                    self._or_guess(
                        "product.style_pack.visual_style", wish.styles, tuple(plan["styles"]), "suits the aim"
                    )
                ),
            },
        }
        if wish.price:
            values["price_text"] = wish.price
        logo = next((path for path in wish.pictures if "logo" in path.lower()), "")
        if not logo:
            self.guessed.append("product.no_logo: true (no logo file was named)")
        return values | ({"logo": logo} if logo else {"no_logo": True})

    def _usual_colours(self, palette: str) -> tuple[tuple[str, ...], str]:
        """Choose a pair of colours by the wish's own words, else by its palette; tell why."""
        wish, market = self.wish, lexicons.table("market")
        said = " ".join((*wish.styles, wish.product, wish.theme, self._kind)).lower()
        for row in market["colour_pair"]:
            word = next((word for word in row["words"] if re.search(rf"\b{word}\b", said)), "")
            if word and wish.palette in {"", None, palette_of(row["colors"][0])}:
                return tuple(row["colors"]), f"suits {word}"
        return tuple(market["default_colors"][palette]), f"a {palette} pair"

    def _palette(self, plan: dict[str, Any]) -> str:
        wish = self.wish
        implied = palette_of(wish.colors[0]) if wish.colors else plan["palette"]
        why = "from the brand colours" if wish.colors else "suits the aim"
        palette: str = self._or_guess("product.style_pack.palette_hint", wish.palette, implied, why)
        return palette

    def _cta(self, plan: dict[str, Any]) -> dict[str, Any]:
        wish = self.wish
        headline = plan["headline"].format(product=wish.product)
        if len(wish.product) > LONGEST_NAME_IN_HEADLINE:
            headline = plan["short_headline"]
        usual = lexicons.table("market")["button_of_goods"].get(wish.category, plan["button"])
        values = {
            "headline": self._or_guess("cta.headline", wish.headline, headline, "no headline was given"),
            "button_text": self._or_guess(
                "cta.button_text", wish.button, usual, "no call to action was given"
            ),
        }
        return values | ({"url": wish.url} if wish.url else {})

    def _audio(self, plan: dict[str, Any]) -> dict[str, Any]:
        wish = self.wish
        implied = {"slow": SLOW_BPM, "fast": FAST_BPM}.get(wish.tempo, plan["bpm"])
        asked = min(180, max(60, wish.bpm)) if wish.bpm else None
        voice = wish.voice or not wish.music
        values: dict[str, Any] = {"mode": ("both" if wish.music else "voiceover") if voice else "music"}
        if wish.song:
            values["file"] = wish.song
        else:
            why = f"the wish sounds {wish.tempo}" if wish.tempo else "suits the aim"
            values["music_bpm"] = self._or_guess("audio.music_bpm", asked, implied, why)
        return values | ({"script": wish.script} if wish.script else {})

    def _pictures(self) -> list[str]:
        return [path for path in self.wish.pictures if "logo" not in path.lower()]

    def _faces(self) -> bool:
        if self.wish.faces:
            self.guessed.append("safety.allow_faces: true (the wish asks for faces)")
        return self.wish.faces
