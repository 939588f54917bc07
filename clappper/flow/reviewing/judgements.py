"""A project's judgements for the command line: to look at, to exchange, to hand on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.flow.reviewing.rating_files import (
    DataSet,
    Imported,
    export_dataset,
    export_ratings,
    import_ratings,
    write_review_pack,
)
from clappper.flow.reviewing.review_desk import generated_clips
from clappper.review.ratings import flags
from clappper.review.records import ReviewRecords
from clappper.store.project import ProjectFolder

if TYPE_CHECKING:
    from clappper.review.agreement import Agreement
    from clappper.review.pairwise import Strength


@dataclass(frozen=True, slots=True)
class Report:
    """``flagged`` gives by clip why it should be made again; nothing is spent by that."""

    clips: int
    ratings: int
    reviewers: tuple[str, ...]
    agreement: tuple[Agreement, ...]
    strengths: tuple[Strength, ...]
    flagged: dict[str, tuple[str, ...]]


class Judgements:
    """What people said of a project's clips; it may be open elsewhere, except for ``import_from``."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def export_to(self, file: Path) -> int:
        """Write the ratings, and give how many."""
        with ProjectFolder.open(self._project, read_only=True) as folder:
            return export_ratings(folder, file)

    def import_from(self, file: Path) -> Imported:
        with ProjectFolder.open(self._project) as folder:
            return import_ratings(folder, file)

    def report(self) -> Report:
        """Say how far the reviewers agree and what should be made again."""
        from clappper.review.agreement import agreement
        from clappper.review.pairwise import strengths

        with ProjectFolder.open(self._project, read_only=True) as folder:
            records = ReviewRecords(folder.db)
            ratings = records.ratings()
            by_clip = {one.asset_id: [r for r in ratings if r.asset_id == one.asset_id] for one in ratings}
            return Report(
                len(generated_clips(folder)),
                len(ratings),
                tuple(sorted({one.reviewer for one in ratings})),
                agreement(ratings),
                strengths(records.comparisons()),
                {name: why for name, found in by_clip.items() if (why := flags(found))},
            )

    def dataset_in(self, out: Path) -> DataSet:
        """Copy the rated clips with a manifest: see ``rating_files.export_dataset``."""
        with ProjectFolder.open(self._project, read_only=True) as folder:
            return export_dataset(generated_clips(folder), ReviewRecords(folder.db).ratings(), out)

    def review_pack_in(self, out: Path) -> Path:
        """Write the page for a client: see ``rating_files.write_review_pack``."""
        with ProjectFolder.open(self._project, read_only=True) as folder:
            clips = generated_clips(folder)
            derived = {asset.id: asset.derived for asset in folder.assets.list("video")}
            thumbs = {
                name: folder.path / derived[name]["thumbnail"]
                for name in clips
                if "thumbnail" in derived[name]
            }
            ratings = ReviewRecords(folder.db).ratings()
            return write_review_pack(self._project.stem, clips, ratings, thumbs, out)
