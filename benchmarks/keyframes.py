"""What a shot costs from keyframes and fill, against generating all of it, at the same services' prices.

A shot of 6 s with a keyframe every 2 s: pictures at the price of the cheapest picture model that states one,
and of its three segments none, one or all generated from picture to picture; the others are drawn here.
Simulated: prices as this program knows them, nothing is sent.

Run it with ``python -m benchmarks.keyframes``.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from clappper.base.units import Money
from clappper.flow.keyframe_shots import cheapest
from clappper.jobs.recipes import Moment, Recipe, Segment, Way, image_request, native_request, segment_request
from clappper.providers import registry as providers
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Kind, Role
from clappper.providers.fitting import made_seconds
from clappper.providers.registry import Registry
from clappper.providers.workbench import Workbench

FPS, SECONDS, EVERY = 24.0, 6.0, 2.0
PICTURE = InputFile(Role.KEYFRAME, "keyframe.png", "0" * 64, "image/png")


def main() -> None:
    registry = providers.load(Workbench(Path(tempfile.mkdtemp())))
    image = cheapest([m for m in registry.capabilities() if m.price], Kind.TEXT_TO_IMAGE)
    assert image is not None
    frames = [round(second * FPS) for second in (0, EVERY, 2 * EVERY, SECONDS)]
    moments = tuple(Moment(frame, "a kettle", 1) for frame in frames)
    recipe = Recipe(
        "s1", "s1", "a kettle", "", "16:9", 1920, 1080, FPS, moments, (image.provider, image.model)
    )
    pictures = cost(registry, [image_request(recipe, moment, image, None) for moment in moments])
    print(f"keyframes: {len(moments)} by {image.model}, {pictures}")
    print("| service | full | drawn only | one of three generated | all generated | one call through all |")
    print("|---|---|---|---|---|---|")
    for model in registry.capabilities():
        by_the_second = model.price is not None and model.price.unit == "second"
        if by_the_second and model.last_frame and Kind.TEXT_TO_VIDEO in model.kinds:
            print(row(registry, recipe, model, pictures))


def row(registry: Registry, recipe: Recipe, model: Capabilities, pictures: Money) -> str:
    full = cost(registry, [whole(recipe, model)])
    segment = segment_request(recipe, 0, Segment(Way.I2V, ""), (PICTURE, PICTURE), model)
    one = cost(registry, [segment])
    native = native_request(recipe, [PICTURE] * len(recipe.moments), model)
    paid = (Money(), one, Money(3 * one.micros), *([cost(registry, [native])] if native else []))
    cells = [share(pictures + part, full) for part in paid]
    return f"| {model.provider} {model.model} | {full} | {' | '.join(cells)} |" + (
        " – |" if not native else ""
    )


def whole(recipe: Recipe, model: Capabilities) -> GenRequest:
    request = segment_request(recipe, 0, Segment(Way.I2V, ""), (PICTURE, PICTURE), model)
    return replace(request, kind=Kind.TEXT_TO_VIDEO, seconds=made_seconds(SECONDS, model), files=())


def cost(registry: Registry, requests: list[GenRequest]) -> Money:
    highs = [registry.get(request.provider).estimate(request).high for request in requests]
    return Money(sum(high.micros for high in highs if high is not None))


def share(part: Money, full: Money) -> str:
    return f"{part} ({100 * part.micros / max(1, full.micros):.0f} %)"


if __name__ == "__main__":
    main()
