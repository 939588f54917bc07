"""Adding, moving and removing scenes, so that they still lie end to end over the whole ad."""

from __future__ import annotations

from clappper.base.errors import ClappperError
from clappper.brief.fixes import retimed
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.templates import Story, preset


def add_scene(brief: AdBrief, preset_name: str, after: int) -> AdBrief:
    """Put a preset's scene behind the one at place ``after``; all others give a little of their time."""
    name = free_id(brief, preset_name)
    scene = preset(preset_name, _story(brief), scene_id=name, start=0.0, end=_usual_seconds(brief))
    return _in_order(brief, (*brief.scenes[: after + 1], scene, *brief.scenes[after + 1 :]))


def duplicate_scene(brief: AdBrief, place: int) -> AdBrief:
    """Put a copy of a scene behind it."""
    scene = brief.scenes[place]
    copy = scene.model_copy(update={"id": free_id(brief, scene.id)})
    return _in_order(brief, (*brief.scenes[: place + 1], copy, *brief.scenes[place + 1 :]))


def remove_scene(brief: AdBrief, place: int) -> AdBrief:
    """Take a scene away; the others take its time.

    Raises:
        ClappperError: it is the only one.
    """
    if len(brief.scenes) == 1:
        raise ClappperError("An ad needs at least one scene.", "Add another one first.")
    return _in_order(brief, (*brief.scenes[:place], *brief.scenes[place + 1 :]))


def move_scene(brief: AdBrief, place: int, to: int) -> AdBrief:
    """Move a scene to another place in the order; each keeps its length."""
    scenes = list(brief.scenes)
    scenes.insert(to, scenes.pop(place))
    return _in_order(brief, tuple(scenes))


def scene_title(brief: AdBrief, shot_id: str) -> str:
    """Name the scene of a shot as people see it, such as ``3 Montage``; what is no shot of a scene by its id.

    ``shot_id`` is a scene's id, or ``id.2`` for the second shot of a scene.
    """
    whole, _, part = shot_id.rpartition(".")
    name, part = (whole, part) if part.isdigit() and whole else (shot_id, "")
    for number, scene in enumerate(brief.scenes, start=1):
        if scene.id == name:
            return f"{number}{f'.{part}' if part else ''} {scene.type.capitalize()}"
    return shot_id


def free_id(brief: AdBrief, base: str) -> str:
    """Give an id like ``base`` that no scene has."""
    taken = {scene.id for scene in brief.scenes}
    names = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _in_order(brief: AdBrief, scenes: tuple[Scene, ...]) -> AdBrief:
    """Lay scenes out one after the other, then fit all of them to the ad's length."""
    laid, reached = [], 0.0
    for scene in scenes:
        end = round(reached + scene.seconds, 2)
        laid.append(scene.model_copy(update={"start_s": reached, "end_s": end}))
        reached = end
    return retimed(brief.model_copy(update={"scenes": tuple(laid)}))


def _usual_seconds(brief: AdBrief) -> float:
    return round(brief.project.duration_s / (len(brief.scenes) + 1), 2)


def _story(brief: AdBrief) -> Story:
    product = brief.product
    return Story(
        product=product.name,
        benefit=product.key_benefit,
        palette=product.style_pack.palette_hint,
        price=product.price_text or "",
        has_logo=bool(product.logo) and not product.no_logo,
    )
