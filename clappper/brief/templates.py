"""Ads to begin with: whole ones that pass preflight as they stand, single scenes, and quick add-ins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from clappper.base.errors import UnusableInputError
from clappper.brief import lexicons
from clappper.brief.fixes import tone_of
from clappper.brief.schema import AdBrief, Objective, Scene, load_brief

TEMPLATES: dict[str, str] = {
    "brand-story": "Awareness: a macro hook, the product in its world, a calm end card.",
    "product-offer": "Conversion: packshot, benefit, details, the price, and the button.",
    "real-life": "User-made feel: unboxing by hand, use at home, an honest close-up.",
    "big-reveal": "Launch: a silhouette comes to light, turns, bursts into colour.",
}
"""The whole-ad templates by name, with what each is for."""

DEFAULT_SECONDS = 15
END_CARD_SECONDS = 3
LONGEST_TEXT_BLOCK = 40
"""Characters of a benefit that still read at a glance in one line or two."""


@dataclass(frozen=True, slots=True)
class Story:
    """What a template is filled with. ``category`` is a kind of goods, such as ``footwear``."""

    product: str
    benefit: str
    category: str = "any"
    palette: str | None = None
    theme: str = ""
    price: str = ""
    has_logo: bool = True


def template(name: str) -> AdBrief:
    """Give a whole ad to begin with, for a product yet to be named.

    Raises:
        UnusableInputError: there is no such template; the message names the nearest.
    """
    if name not in TEMPLATES:
        near = process.extractOne(name, list(TEMPLATES), scorer=fuzz.WRatio)
        raise UnusableInputError(
            f"There is no template {name}.", f"Did you mean {near[0]}? Known: {known()}."
        )
    plan = lexicons.table("templates")[name]
    goods = goods_of("any")
    story = Story("Your Product", goods["benefit"], palette=plan["palette"], has_logo=False, price="$49")
    return load_brief(
        {
            "project": {
                "name": plan["name"],
                "objective": plan["objective"],
                "target_audience": plan["audience"],
                "aspect": "9:16",
                "duration_s": DEFAULT_SECONDS,
            },
            "product": {
                "name": story.product,
                "key_benefit": story.benefit,
                "price_text": story.price,
                "brand_colors": plan["brand_colors"],
                "no_logo": True,
                "style_pack": {"palette_hint": plan["palette"], "visual_style": plan["styles"]},
            },
            "cta": {
                "headline": plan["headline"].format(product=story.product),
                "button_text": plan["button"],
            },
            "audio": {"music_bpm": plan["bpm"]},
            "scenes": scenes_of(name, story, DEFAULT_SECONDS),
        }
    )


def known() -> str:
    """List the templates' names, for a sentence."""
    return ", ".join(TEMPLATES)


def template_for(objective: Objective) -> str:
    """Name the template of an objective."""
    return next(name for name in TEMPLATES if lexicons.table("templates")[name]["objective"] == objective)


def goods_of(category: str) -> Mapping[str, str]:
    """Say what a kind of goods looks like in use."""
    goods: dict[str, dict[str, str]] = lexicons.table("goods")
    return goods.get(category, goods["any"])


def scenes_of(name: str, story: Story, seconds: int) -> list[dict[str, Any]]:
    """Lay a template's scenes over an ad of ``seconds``, as plain values for ``load_brief``."""
    plan = lexicons.table("templates")[name]
    middle = plan["middle"][: scene_count(seconds) - 2]
    presets = [plan["open"], *middle, plan["close"]]
    edges = _edges(len(presets), seconds)
    return [
        _filled(preset, story)
        | {"id": f"s{number + 1}", "start_s": edges[number], "end_s": edges[number + 1]}
        for number, preset in enumerate(presets)
    ]


def scene_count(seconds: int) -> int:
    """Say how many shots an ad needs: about one in 3 s when short, one in 5 s when long; 3 to 12."""
    pace = 3 if seconds <= 20 else 3.75 if seconds <= 40 else 5
    return min(12, max(3, round(seconds / pace)))


def _edges(count: int, seconds: int) -> list[float]:
    """Share the time out: the end card stays 2.5 to 4 s, the others are equally long."""
    closing = min(4.0, max(2.5, round(seconds / 5, 1)))
    each = (seconds - closing) / (count - 1)
    return [round(each * number, 2) for number in range(count)] + [float(seconds)]


def preset(name: str, story: Story, *, scene_id: str, start: float, end: float) -> Scene:
    """Give one scene, such as ``classic-packshot``, ``lifestyle-macro`` or ``end-card``."""
    return Scene.model_validate(_filled(name, story) | {"id": scene_id, "start_s": start, "end_s": end})


def with_end_card(brief: AdBrief) -> AdBrief:
    """Give the last part of the last scene, half of it or at most 3 s, to an end card."""
    last, product = brief.scenes[-1], brief.product
    cut = round(last.end_s - min(END_CARD_SECONDS, last.seconds / 2), 2)
    story = Story(
        product=product.name,
        benefit=product.key_benefit,
        palette=product.style_pack.palette_hint,
        price=product.price_text or "",
        has_logo=bool(product.logo) and not product.no_logo,
    )
    name = _free_id("endcard", {scene.id for scene in brief.scenes})
    card = preset("end-card", story, scene_id=name, start=cut, end=last.end_s)
    beats = tuple(beat for beat in last.beats if beat.end <= cut - last.start_s)
    shortened = last.model_copy(update={"end_s": cut, "beats": beats})
    return brief.model_copy(update={"scenes": (*brief.scenes[:-1], shortened, card)})


def _free_id(base: str, taken: set[str]) -> str:
    candidates = (base, *(f"{base}{number}" for number in range(2, len(taken) + 2)))
    return next(name for name in candidates if name not in taken)


def presets() -> dict[str, str]:
    """List the scene presets by name, with their titles."""
    return {name: values["title"] for name, values in lexicons.table("presets").items()}


def _filled(name: str, story: Story) -> dict[str, Any]:
    goods = goods_of(story.category)
    values = {
        "product": story.product,
        "benefit": story.benefit,
        "use": goods["use"],
        "place": goods["place"],
        "detail": goods["detail"],
        "tone": tone_of(story.palette),
        "theme": story.theme,
    }
    scene = {
        key: _fill(value, values) for key, value in lexicons.table("presets")[name].items() if key != "title"
    }
    return scene | {"overlays": _overlays(scene.get("overlays", {}), story)}


def _fill(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(values).replace(", ,", ",").strip(" ,")
    if isinstance(value, dict):
        return {key: _fill(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values) for item in value]
    return value


def _overlays(overlays: Mapping[str, Any], story: Story) -> dict[str, Any]:
    """Show only what there is: no logo or price that does not exist, no text too long to read."""
    shown = dict(overlays)
    shown["show_logo"] = bool(overlays.get("show_logo")) and story.has_logo
    shown["show_price"] = bool(overlays.get("show_price")) and bool(story.price)
    blocks = overlays.get("text_blocks", [])
    shown["text_blocks"] = [block for block in blocks if len(block["text"]) <= LONGEST_TEXT_BLOCK]
    return shown
