"""A picture for each scene of the brief: of the clip that was made for it."""

from __future__ import annotations

from pathlib import Path

from clappper.flow.project.session import Session
from clappper.timeline.model import Footage


def stills_of_scenes(session: Session) -> dict[str, Path]:
    """Give the thumbnail of each scene's first clip on the timeline, else of its newest finished take."""
    project = session.project
    thumbnails = {asset.path: asset.derived.get("thumbnail", "") for asset in project.assets.list("video")}
    found: dict[str, Path] = {}
    for track in session.timeline.tracks:
        for clip in track.clips:
            if isinstance(clip.content, Footage) and clip.scene_id and clip.scene_id not in found:
                name = thumbnails.get(clip.content.take.path, "")
                if name and (project.path / name).is_file():
                    found[clip.scene_id] = project.path / name
    return found
