"""Measures the built-in renderer against its bars: same bytes, time, flicker, depth, edges, shadow, labels.

``python -m benchmarks.usd`` prints one table; ``--labels`` reads every product's label in every preset with
tesseract, which takes minutes; ``--foreign FOLDER`` draws every USD file of a folder as a draft, or says in
one sentence why not, and puts the pictures on a sheet. ``--out`` keeps what is rendered.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from clappper.base.errors import ClappperError
from clappper.base.settings import Settings
from clappper.media.light import weighed
from clappper.usd import rendering
from clappper.usd.building import build_recipe
from clappper.usd.builtin import variant
from clappper.usd.folder import read_sidecar
from clappper.usd.packet import read_geometry, read_job
from clappper.usd.products import MAKERS
from clappper.usd.recipe import recipe_of

BRAND = {"name": "Auric", "product": "Chrono Reserve", "colors": ["#D4AF37", "#111111"]}
SAUVOLA = ("-c", "thresholding_method=2")
"""Ink is told from paper by the surroundings of a pixel: light falls off across a curved label."""
PRESETS = ("soft_top", "golden_hour", "hard_rim", "neon")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", action="store_true", help="read all labels")
    parser.add_argument("--size", default="540x960")
    parser.add_argument("--foreign", type=Path, help="a folder with USD files")
    parser.add_argument("--out", type=Path, help="keep the pictures here")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = options.out or Path(scratch)
        for name, value in _chosen(options, folder):
            print(f"| {name} | {value} |", flush=True)


def _chosen(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str]]:
    if options.foreign:
        return foreign(options.foreign, folder)
    if options.labels:
        return labels(folder)
    width, height = (int(part) for part in options.size.split("x"))
    return measured(folder, width, height)


def foreign(source: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Draw what each file shows, small and in this process: it is its reading that is tried."""
    import mitsuba

    from clappper.usd.builtin.passes import Tracer
    from clappper.usd.builtin.tonemap import develop

    mitsuba.set_variant(variant.choose())
    pictures: list[tuple[str, Image.Image]] = []
    for number, file in enumerate(sorted(path for path in source.rglob("*.usd*") if path.is_file())):
        name = str(file.relative_to(source))
        camera = {"move": "static", "seconds": 0.1}
        recipe = recipe_of(
            {
                "product_usd": str(file),
                "camera": camera,
                "render": {"width": 240, "height": 240, "samples": 8},
            }
        )
        try:
            job = build_recipe(recipe, folder / str(number))
            tracer = Tracer(mitsuba, job, read_geometry(folder / str(number)))
            light = tracer.beauty(job.frames[0])
        except ClappperError as error:
            yield name, f"refused: {error.message}"
            continue
        pictures.append((name, Image.fromarray(develop(light, tracer.exposure(job.frames[0])))))
        yield name, f"{len(job.surfaces) - 1} surfaces. {' '.join(job.warnings)}".strip()
    _sheet(pictures).save(folder / "sheet.png")
    yield "sheet", str(folder / "sheet.png")


def _sheet(pictures: list[tuple[str, Image.Image]], across: int = 6) -> Image.Image:
    side = 240
    sheet = Image.new("RGB", (side * across, (side + 16) * -(-len(pictures) // across)), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (name, picture) in enumerate(pictures):
        left, top = number % across * side, number // across * (side + 16)
        sheet.paste(picture, (left, top + 16))
        pen.text((left + 3, top + 2), name[-38:], "black")
    return sheet


def measured(folder: Path, width: int, height: int) -> Iterator[tuple[str, str]]:
    recipe = recipe_of(
        {
            "builtin_product": "bottle",
            "brand": BRAND,
            "camera": {"move": "dolly_in", "seconds": 4 / 30},
            "render": {"width": width, "height": height},
        }
    )
    rendering.render(recipe, folder / "one", Settings())
    other = rendering.render(recipe, folder / "two", Settings())
    same = _hashes(folder / "one") == _hashes(folder / "two")
    yield "two runs, all frames, passes and the film", "same bytes" if same else "DIFFERENT"
    sidecar = read_sidecar(folder / "two")
    assert sidecar is not None
    yield (
        "CPU s a frame, with masks and depth",
        f"{np.median(list(sidecar.cpu_seconds.values())):.1f} ({other.device})",
    )
    yield "flicker of the still backdrop, mean of 0..1", f"{_flicker(folder / 'dolly', width, height):.5f}"
    yield from _traced(folder / "traced", width, height)


def _hashes(folder: Path) -> dict[str, str]:
    files = [*folder.glob("frames/*.png"), *folder.glob("signals/*/*"), *folder.glob("*.mp4")]
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def _flicker(folder: Path, width: int, height: int) -> float:
    """Compare neighbouring frames at four places of a dolly, where both show only backdrop."""
    import mitsuba

    from clappper.usd.builtin.passes import Tracer
    from clappper.usd.builtin.tonemap import develop

    camera = {"move": "dolly_in", "seconds": 3}
    job = build_recipe(
        recipe_of({"brand": BRAND, "camera": camera, "render": {"width": width, "height": height}}), folder
    )
    mitsuba.set_variant(variant.choose())
    tracer = Tracer(mitsuba, job, read_geometry(folder))
    ev = tracer.exposure(job.frames[-1])
    found = []
    for first in (4, 22, 66, 84):
        (before, old), (after, new) = (
            (develop(tracer.beauty(one), ev) / 255, tracer.names(one).cover)
            for one in job.frames[first : first + 2]
        )
        still = (old[..., 2] > 0.999) & (new[..., 2] > 0.999)
        found.append(float(np.abs(after - before).mean(axis=-1)[still].mean()))
    return float(np.mean(found))


def _traced(folder: Path, width: int, height: int) -> Iterator[tuple[str, str]]:
    import mitsuba

    from clappper.usd.builtin.passes import Tracer
    from clappper.usd.builtin.tonemap import develop

    recipe = recipe_of(
        {
            "builtin_product": "box",
            "brand": {"colors": ["#111111"]},
            "camera": {"move": "static", "seconds": 0.1},
            "render": {"width": width, "height": height},
            "replicator": {"shadow": True},
        }
    )
    build_recipe(recipe, folder)
    job = read_job(folder)
    mitsuba.set_variant(variant.choose())
    tracer = Tracer(mitsuba, job, read_geometry(folder))
    camera = job.frames[0]
    names, light, ev = tracer.names(camera), tracer.beauty(camera), tracer.exposure(camera)
    yield "depth against the floor's own distance, worst 99 %", f"{_depth_error(job, camera, names):.3%}"
    shown = weighed(develop(light, ev).astype(float))
    yield "edge of the mask against the picture's, px, mean and 95 %", _edge_error(shown, names.cover)
    bare = Tracer(mitsuba, replace(job, surfaces=[s for s in job.surfaces if s.label == "backdrop"]),
                  read_geometry(folder)).beauty(camera)  # fmt: skip
    again = bare * tracer.shadow(camera, light)[..., None]
    on_paper = names.cover[..., 2] > 0.999
    error = np.abs(develop(again, ev).astype(float) - develop(light, ev).astype(float)).mean(axis=-1)[
        on_paper
    ]
    yield "shadow on the empty set against the picture, mean of 255", f"{error.mean():.2f}"


def _depth_error(job: Any, camera: Any, names: Any) -> float:
    """Compare with rays cut by the floor, y = 0, at pixels' centres."""
    matrix = np.array(camera.matrix)
    height, width = names.depth.shape
    x = ((np.arange(width) + 0.5) / width - 0.5) * camera.h_ap / camera.focal_mm
    y = (0.5 - (np.arange(height) + 0.5) / height) * camera.v_ap / camera.focal_mm
    rays = np.stack(np.broadcast_arrays(x[None], y[:, None], -1.0), -1) @ matrix[:3, :3]
    distance = -matrix[3, 1] / rays[..., 1] * job.meters_per_unit
    nearest = np.abs(distance) < abs(matrix[3, 2]) * job.meters_per_unit
    on_floor = (names.cover[..., 2] > 0.999) & (rays[..., 1] < 0) & nearest
    return float(np.quantile(np.abs(names.depth / distance - 1)[on_floor], 0.99))


def _edge_error(shown: Any, cover: Any) -> str:
    """Find the left edge of a dark product in each row, in the picture and in the mask."""
    product = cover[..., 0] + cover[..., 1]
    errors = []
    for row in np.flatnonzero((product > 0.5).sum(axis=1) > 20)[5:-5]:
        edge = int(np.argmax(product[row] > 0.5))
        around = slice(max(edge - 6, 0), edge + 7)
        line = shown[row, around]
        half = (line[:3].mean() + line[-3:].mean()) / 2
        if abs(line[:3].mean() - line[-3:].mean()) > 30:
            found = int(np.argmax((line < half) == (line[-1] < half)))
            errors.append(abs(found + max(edge - 6, 0) - edge))
    return f"{np.mean(errors):.2f}, {np.quantile(errors, 0.95):.1f}" if errors else "no edge found"


def labels(folder: Path) -> Iterator[tuple[str, str]]:
    """Render every product in every preset and read it."""
    if not shutil.which("tesseract"):
        yield "labels", "tesseract is not installed"
        return
    for kind in MAKERS:
        read = []
        for preset in PRESETS:
            recipe = recipe_of(
                {
                    "builtin_product": kind,
                    "brand": BRAND,
                    "camera": {"move": "static", "seconds": 0.1},
                    "lighting": {"preset": preset},
                    "render": {"width": 720, "height": 1280, "fps": 10},
                    "replicator": {"depth": False},
                }
            )
            made = rendering.render(recipe, folder / f"{kind}-{preset}", Settings())
            read.append(f"{preset} {_legible(made.folder):.0%}")
        yield f"label of the {kind}, words read", ", ".join(read)


def _legible(folder: Path) -> float:
    """Give the share of the brand's and the product's words that tesseract finds in the label."""
    picture = Image.open(folder / "frames/0000.png").convert("L")
    cover = np.asarray(Image.open(folder / "signals/masks/0000.png"))[..., 1] > 128
    rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
    label = picture.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
    label = label.resize((label.width * 3, label.height * 3), Image.Resampling.LANCZOS)
    said = set()
    for number, page in enumerate((label, Image.eval(label, lambda value: 255 - value))):
        file = folder / f"label{number}.png"
        page.save(file)
        for mode in ("6", "11"):
            answer = subprocess.run(
                ["tesseract", str(file), "-", "--psm", mode, *SAUVOLA],
                capture_output=True,
                text=True,
                check=False,
            )
            said |= set(re.findall(r"[a-z]+", answer.stdout.lower()))
    words = f"{BRAND['name']} {BRAND['product']}".lower().split()
    return sum(word in said for word in words) / len(words)


if __name__ == "__main__":
    main()
