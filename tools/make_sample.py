"""Makes the sample project that ships: the demo ad, by the embedded providers, its clips packed small.

    python -m tools.make_sample [PROJECT]

Where extra ``render`` is installed, packshot and end card are rendered in 3D, which takes a quarter of an
hour. PROJECT is one that ``clappper demo`` made before. Needs ffmpeg on the path. The clips are encoded again
at a lower rate; every record of their content follows: the asset's row and the page beside the file.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from clappper.app import Studio
from clappper.base.events import EventHub
from clappper.base.paths import AppPaths, resource
from clappper.flow.generating.make import Order
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.store.project import DATABASE
from clappper.store.relocate import PROJECT

CLIP_QUALITY, PROXY_QUALITY = 25, 30
NAME = "kilnmoor-daybreak.clappper"
PASSES = ("frames", "signals")
LEFT_OUT = {"project.lock", "project.db-journal"}
MUSIC = ["-c:a", "pcm_s16le"]
TAGS = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        project = taken(Path(sys.argv[1]), root) if sys.argv[1:] else make(root)
        made_in = Path(sys.argv[1]).resolve() if sys.argv[1:] else project
        shrink(project, made_in)
        pack(project, resource("sample.zip"))
    print(f"{resource('sample.zip')}: {resource('sample.zip').stat().st_size / 1e6:.1f} MB")


def make(root: Path) -> Path:
    paths = AppPaths(*(root / name for name in ("config", "cache", "models", "logs")))
    order = Order(resource("demo", "brief.json"), root / "out", root / NAME)
    asyncio.run(Studio(paths, EventHub()).make(order, lambda *_: None))
    return root / NAME


def taken(finished: Path, root: Path) -> Path:
    """Copy a finished project without what is made anew."""
    return shutil.copytree(finished, root / NAME, ignore=shutil.ignore_patterns("scratch", *PASSES))


def shrink(project: Path, made_in: Path) -> None:
    """Keep what the editor needs; of 3D scenes, the stage: its pictures are in the clips."""
    shutil.rmtree(project / "scratch", ignore_errors=True)
    for scene in (project / "scenes").glob("*"):
        for name in PASSES:
            shutil.rmtree(scene / name, ignore_errors=True)
        for file in scene.glob("*"):
            if file.is_file():
                file.unlink()
    with sqlite3.connect(project / DATABASE) as database:
        rows = database.execute("SELECT id, kind, path, derived FROM assets WHERE kind != 'still'").fetchall()
        for asset_id, kind, name, derived in rows:
            media = project / name
            if kind == "video":
                encode(project / json.loads(derived)["proxy"], picture(PROXY_QUALITY))
            encode(media, picture(CLIP_QUALITY) if kind == "video" else MUSIC)
            digest, size = sha256_of(media), media.stat().st_size
            page = sidecar.read(media)
            changed = page.media.model_copy(update={"sha256": digest, "size_bytes": size})
            sidecar.write(media, page.model_copy(update={"media": changed}))
            database.execute(
                "UPDATE assets SET sha256 = ?, size_bytes = ? WHERE id = ?", (digest, size, asset_id)
            )
        change = (made_in.as_posix(), PROJECT)
        database.execute("UPDATE jobs SET request = replace(request, ?, ?)", change)
        database.execute("UPDATE attempts SET sent = replace(sent, ?, ?)", change)
        database.commit()
        database.execute("VACUUM")


def picture(quality: int) -> list[str]:
    return ["-map", "0:v", "-c:v", "libx264", "-preset", "slow", "-crf", str(quality), "-g", "30", *TAGS]


def encode(path: Path, options: list[str]) -> None:
    smaller = path.with_suffix(f".smaller{path.suffix}")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", path, *options, smaller], check=True)
    smaller.replace(path)


def pack(project: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(project.rglob("*")):
            if path.is_file() and path.name not in LEFT_OUT:
                archive.write(path, path.relative_to(project).as_posix())


if __name__ == "__main__":
    main()
