"""Small clips, and projects in which they have landed."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clappper.base.clock import Clock
from clappper.jobs.ingest import examine
from clappper.jobs.model import Job, JobState
from clappper.jobs.records import JobRecords
from clappper.providers.contract import GenRequest, Kind
from clappper.store.assets import Asset
from clappper.store.project import ProjectFolder

Frame = NDArray[np.uint8]


def write_clip(path: Path, frames: list[Frame], fps: int = 8) -> Path:
    """Write RGB frames as H.264, nearly without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "1"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def texture(seed: int = 0, shape: tuple[int, int] = (72, 128)) -> Frame:
    rough = np.random.default_rng(seed).integers(40, 220, (shape[0] // 8, shape[1] // 8, 3), np.uint8)
    return np.kron(rough, np.ones((8, 8, 1), np.uint8)).astype(np.uint8)


def moving(count: int = 16, step: int = 2, seed: int = 0) -> list[Frame]:
    """A texture that slides to the right."""
    return [np.roll(texture(seed), number * step, axis=1) for number in range(count)]


def copy_clip(source: Path, path: Path) -> Path:
    """Write the same pictures as a file of other content: with its name in a box that players skip."""
    name = path.name.encode()
    path.write_bytes(source.read_bytes() + (8 + len(name)).to_bytes(4, "big") + b"free" + name)
    return path


def land(project: ProjectFolder, count: int, *, provider: str = "alpha", films: int = 0) -> list[str]:
    """Let ``count`` generated clips land in a project; give their asset ids.

    Their pictures are those of ``films`` kinds; with 0 each has its own.
    """
    records, now = JobRecords(project.db), Clock().now()
    names, folder = [], project.generated / provider
    for number in range(count):
        path = folder / f"clip{number}.mp4"
        if films and number >= films:
            copy_clip(folder / f"clip{number % films}.mp4", path)
        else:
            write_clip(path, moving(6, seed=number))
        found = examine(path)
        asset = project.assets.add(
            Asset(
                f"asset-{provider}-{number}",
                "video",
                project.relative(path),
                found.sha256,
                found.size_bytes,
                found.facts,
                f"job:job-{provider}-{number}",
                now.isoformat(),
            )
        )
        request = GenRequest(
            f"key-{number}", Kind.TEXT_TO_VIDEO, provider, "model-1", f"a red boat number {number}", 4.0
        )
        records.add(
            Job(
                id=f"job-{provider}-{number}",
                brief_id="ad",
                scene_id=f"s{number}",
                request=request,
                request_hash=f"{provider}{number}",
                state=JobState.DONE,
                created=now.isoformat(),
                updated=now.isoformat(),
                asset_id=asset.id,
            )
        )
        names.append(asset.id)
    return names
