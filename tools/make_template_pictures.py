"""Makes the pictures of the templates on the welcome page: three moments of each template's own ad.

    python -m tools.make_template_pictures

The ads are made by the embedded providers, with the demo's mug. Needs ffmpeg on the path.
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from clappper.app import Studio
from clappper.base.events import EventHub
from clappper.base.paths import AppPaths, resource
from clappper.brief.fields import with_value
from clappper.brief.schema import AdBrief
from clappper.brief.templates import TEMPLATES
from clappper.flow.briefs import write_brief
from clappper.flow.generating.make import Order

MOMENTS = 3
WIDTH, HEIGHT = 130, 231
"""One moment, in pixels; the picture is shown half as large."""
PRODUCTS = {
    "brand-story": ("#231A14", "#E8A33D"),
    "product-offer": ("#E8A33D", "#231A14"),
    "real-life": ("#B9683F", "#F6EBDD"),
    "big-reveal": ("#171310", "#E8A33D"),
}


def main() -> None:
    for name in TEMPLATES:
        with tempfile.TemporaryDirectory() as place:
            film, brief = made(name, Path(place))
            strip(film, brief, Path(place)).save(target(name), quality=88, optimize=True)
        print(target(name))


def target(name: str) -> Path:
    return resource("templates", f"{name}.jpg")


def made(name: str, root: Path) -> tuple[Path, AdBrief]:
    """Make a template's ad for the mug; give its film."""
    paths = AppPaths(*(root / one for one in ("config", "cache", "models", "logs")))
    studio = Studio(paths, EventHub())
    brief = studio.brief_from_template(name)
    for field, value in (
        ("product.name", "Daybreak Mug"),
        ("product.brand_colors", list(PRODUCTS[name])),
        ("cta.headline", brief.cta.headline.replace("Your Product", "the Mug")),
        ("assets.product_images", [str(resource("demo", "mug.jpg"))]),
    ):
        brief = with_value(brief, field, value)
    write_brief(brief, root / "brief.json")
    order = Order(root / "brief.json", root / "out")
    asyncio.run(studio.make(order, lambda *_: None))
    return next((root / "out").glob("*.mp4")), brief


def strip(film: Path, brief: AdBrief, root: Path) -> Image.Image:
    """Lay the middles of the first, a middle and the last scene beside each other."""
    scenes = brief.scenes
    chosen = [scenes[round(place * (len(scenes) - 1) / (MOMENTS - 1))] for place in range(MOMENTS)]
    picture = Image.new("RGB", (WIDTH * MOMENTS, HEIGHT))
    for place, scene in enumerate(chosen):
        moment, frame = (scene.start_s + 2 * scene.end_s) / 3, root / f"{place}.png"
        command = ["ffmpeg", "-v", "error", "-y", "-ss", f"{moment}", "-i", film, "-frames:v", "1", frame]
        subprocess.run(command, check=True)
        shot = Image.open(frame).convert("RGB")
        high = shot.resize((WIDTH, round(shot.height * WIDTH / shot.width)), Image.Resampling.LANCZOS)
        top = max(0, (high.height - HEIGHT) // 2)
        picture.paste(high.crop((0, top, WIDTH, top + HEIGHT)), (place * WIDTH, 0))
    return picture


if __name__ == "__main__":
    main()
