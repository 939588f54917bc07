"""Ratings out of a project and into another: as lines to exchange, as a data set, as a page for a client."""

from __future__ import annotations

import base64
import html
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.flow.reviewing.review_desk import ReviewClip
from clappper.review.ratings import Rating, latest_by_reviewer
from clappper.review.records import ReviewRecords
from clappper.review.tags import BY_CODE
from clappper.store.files import disk_errors, write_atomically
from clappper.store.project import ProjectFolder

FORMAT = "clappper-ratings-1"


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines were new, were there already, or belong to clips this project does not have."""

    new: int
    known: int
    strange: int


def export_ratings(project: ProjectFolder, path: Path) -> int:
    """Write all ratings as JSON lines, withdrawn ones too, with their clips' checksums; give the count.

    Raises:
        StorageError: the disk does not take it.
    """
    sums = {asset.id: asset.sha256 for asset in project.assets.list()}
    ratings = ReviewRecords(project.db).ratings(withdrawn=True)
    head = json.dumps({"format": FORMAT})
    lines = [
        json.dumps({**asdict(one), "sha256": sums.get(one.asset_id, "")}, ensure_ascii=False)
        for one in ratings
    ]
    write_atomically(path, ("\n".join([head, *lines]) + "\n").encode())
    return len(ratings)


def import_ratings(project: ProjectFolder, path: Path) -> Imported:
    """Add another reviewer's ratings: all or nothing, and nothing twice. Clips are known by their content.

    Raises:
        UnusableInputError: the file is not what ``export_ratings`` wrote.
        StorageError: nothing was stored.
    """
    found, strange = [], 0
    for row in _lines(path):
        asset = project.assets.by_hash(row.pop("sha256"))
        if asset is None:
            strange += 1
            continue
        found.append(Rating(**{**row, "asset_id": asset.id, "tags": tuple(row["tags"])}))
    new = ReviewRecords(project.db).add_ratings(found)
    return Imported(new, len(found) - new, strange)


def _lines(path: Path) -> list[dict[str, Any]]:
    refusal = UnusableInputError(
        f"{path} does not hold ratings that this program exported.", "Make one with: clappper ratings export"
    )
    try:
        head, *rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        if head.get("format") != FORMAT:
            raise refusal
        names = set(Rating.__dataclass_fields__) | {"sha256"}
        if any(set(row) != names or not _plausible(row) for row in rows):
            raise refusal
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise refusal from error
    return rows


def _plausible(row: dict[str, Any]) -> bool:
    overall, passed = row["overall"], row["passed"]
    return (
        (overall is None or (isinstance(overall, int) and 1 <= overall <= 5))
        and (passed is None or isinstance(passed, bool))
        and all(isinstance(tag, str) for tag in row["tags"])
        and all(isinstance(row[name], str) for name in ("id", "reviewer", "notes", "mode", "created"))
    )


@dataclass(frozen=True, slots=True)
class DataSet:
    """What was written: the manifest, and how many clips passed and failed."""

    manifest: Path
    positives: int
    negatives: int


def export_dataset(clips: dict[str, ReviewClip], ratings: Sequence[Rating], folder: Path) -> DataSet:
    """Copy the rated clips into ``folder`` with one manifest line each: prompt, verdict, tags, facts.

    Raises:
        UnusableInputError: no clip was judged, or a clip's file is gone.
        StorageError: the disk does not take it.
    """
    lines = []
    with disk_errors(folder):
        for name, found in _by_clip(ratings, clips).items():
            votes = [one.passed for one in found if one.passed is not None]
            if votes:
                lines.append(_manifest_line(clips[name], found, votes, folder))
    if not lines:
        raise UnusableInputError("No clip has been judged yet.", "Rate some in the Review workspace.")
    manifest = folder / "manifest.jsonl"
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write_atomically(manifest, text.encode())
    positives = sum(line["passed"] for line in lines)
    return DataSet(manifest, positives, len(lines) - positives)


def _manifest_line(
    clip: ReviewClip, found: Sequence[Rating], votes: Sequence[bool], folder: Path
) -> dict[str, Any]:
    passed = 2 * sum(votes) >= len(votes)
    home = folder / ("positive" if passed else "negative")
    home.mkdir(parents=True, exist_ok=True)
    if not clip.path.is_file():
        raise UnusableInputError(f"The clip {clip.path} is gone.", "Relink it, or take back its rating.")
    copy = home / clip.path.name
    shutil.copyfile(clip.path, copy)
    scores = [one.overall for one in found if one.overall is not None]
    return {
        "file": copy.relative_to(folder).as_posix(),
        "prompt": clip.prompt,
        "passed": passed,
        "overall": sum(scores) / len(scores) if scores else None,
        "raters": len(found),
        "tags": sorted({tag for one in found for tag in one.tags}),
        "provider": clip.provider,
        "model": clip.model,
        "fps": clip.fps,
        "seconds": clip.seconds,
    }


def _by_clip(ratings: Iterable[Rating], clips: dict[str, ReviewClip]) -> dict[str, list[Rating]]:
    found: dict[str, list[Rating]] = {}
    for one in latest_by_reviewer(ratings):
        if one.asset_id in clips:
            found.setdefault(one.asset_id, []).append(one)
    return found


def write_review_pack(
    title: str, clips: dict[str, ReviewClip], ratings: Sequence[Rating], thumbs: dict[str, Path], folder: Path
) -> Path:
    """Write a folder that a client opens in any browser: every clip playing, with verdicts and notes.

    Raises:
        UnusableInputError: there is no clip.
        StorageError: the disk does not take it.
    """
    if not clips:
        raise UnusableInputError("There is no clip to show yet.", "Generate some first.")
    said = _by_clip(ratings, clips)
    with disk_errors(folder):
        (folder / "clips").mkdir(parents=True, exist_ok=True)
        for clip in clips.values():
            shutil.copyfile(clip.path, folder / "clips" / clip.path.name)
    cards = "\n".join(_card(clip, said.get(name, []), thumbs.get(name)) for name, clip in clips.items())
    page = folder / "index.html"
    write_atomically(page, PAGE.format(title=html.escape(title), cards=cards, count=len(clips)).encode())
    return page


def _card(clip: ReviewClip, found: Sequence[Rating], thumb: Path | None) -> str:
    scores = [one.overall for one in found if one.overall is not None]
    votes = [one.passed for one in found if one.passed is not None]
    verdict = "not judged" if not votes else "passed" if 2 * sum(votes) >= len(votes) else "to be made again"
    stars = f"{sum(scores) / len(scores):.1f} of 5" if scores else ""
    tags = ", ".join(sorted({BY_CODE[tag].text for one in found for tag in one.tags if tag in BY_CODE}))
    notes = "".join(f"<p>{html.escape(one.notes)}</p>" for one in found if one.notes)
    poster = ""
    if thumb is not None and thumb.is_file():
        data = base64.b64encode(thumb.read_bytes()).decode()
        poster = f' poster="data:image/{"png" if thumb.suffix == ".png" else "jpeg"};base64,{data}"'
    made = f"Made by {html.escape(clip.provider)} {html.escape(clip.model)}"
    if clip.provider == "runway":
        made += " · Powered by Runway"
    return (
        f'<article><video src="clips/{html.escape(clip.path.name)}"{poster} controls loop muted'
        f' preload="metadata"></video><h2>{html.escape(clip.scene_id)}</h2>'
        f"<p><strong>{verdict}</strong> {stars} {html.escape(tags)}</p>"
        f'{notes}<p class="dim">{html.escape(clip.prompt)}</p><p class="dim">{made}</p></article>'
    )


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: dark; }}
body {{ background: #1b1b1b; color: #e6e6e6; font: 15px/1.5 Inter, system-ui, sans-serif; margin: 32px; }}
main {{ display: grid; gap: 24px; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); }}
article {{ background: #232323; border-radius: 4px; padding: 12px; }}
video {{ width: 100%; max-height: 420px; background: #161616; }}
h1 {{ font-size: 22px; }} h2 {{ font-size: 15px; margin: 8px 0 0; }}
p {{ margin: 4px 0; }} .dim {{ color: #a0a0a0; font-size: 13px; }}
</style>
<h1>{title}</h1><p class="dim">{count} clips. Some pictures were made with generative models.</p>
<main>
{cards}
</main></html>
"""
