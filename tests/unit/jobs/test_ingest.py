from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clappper.base.errors import UnusableInputError
from clappper.jobs import ingest
from clappper.jobs.ingest import AssetAdded, facts_of, import_file
from clappper.jobs.workers import WorkerDiedError, Workers
from clappper.store import sidecar

Bench = Any
Tone = Callable[[Path, int], None]


async def test_a_users_file_is_copied_in_once(bench: Bench, tmp_path: Path, tone: Tone) -> None:
    added: list[AssetAdded] = []
    bench.hub.subscribe(AssetAdded, added.append)
    tone(tmp_path / "Song.WAV", 1)
    tone(tmp_path / "same.wav", 1)

    first = await import_file(bench.project, tmp_path / "Song.WAV", bench.workers, bench.hub)
    second = await import_file(bench.project, tmp_path / "same.wav", bench.workers, bench.hub)

    assert (first.reused, second.reused) == (False, True)
    assert second.asset == first.asset
    assert second.saved_bytes == first.asset.size_bytes
    assert added == [AssetAdded(first.asset.id)]
    assert first.asset.origin == "import:Song.WAV"
    assert first.asset.path.startswith("media/")
    assert first.asset.path.endswith(".wav")
    assert facts_of(first.asset).kind == "audio"
    page = sidecar.read(bench.project.locate(first.asset.path))
    assert page.provider_pack is None
    assert page.media.sha256 == first.asset.sha256


@pytest.mark.parametrize("content", [None, b"", b"<html></html>"])
async def test_what_is_no_media_leaves_nothing(bench: Bench, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnusableInputError, match=r"clip\.mp4"):
        await import_file(bench.project, path, bench.workers, bench.hub)
    assert not list(bench.project.media.iterdir())


async def test_a_file_that_changes_meanwhile_is_refused(
    bench: Bench, tmp_path: Path, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    tone(tmp_path / "song.wav", 1)
    monkeypatch.setattr(ingest, "copy_atomically", lambda *_: "another")
    with pytest.raises(UnusableInputError, match="changed while"):
        await import_file(bench.project, tmp_path / "song.wav", bench.workers, bench.hub)


async def test_a_file_that_crashes_the_decoder_is_named(bench: Bench, tmp_path: Path) -> None:
    class DyingWorkers(Workers):
        async def run(self, *_: object, **__: object) -> Any:
            raise WorkerDiedError("gone")

    with pytest.raises(UnusableInputError, match=r"evil\.mp4 cannot be read") as caught:
        await import_file(bench.project, tmp_path / "evil.mp4", DyingWorkers(), bench.hub)
    assert isinstance(caught.value.__cause__, WorkerDiedError)


async def test_pictures_and_clips_get_their_companions(bench: Bench, tmp_path: Path) -> None:
    import av
    import numpy as np

    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for shade in range(6):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), 40 * shade, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    imported = await import_file(bench.project, path, bench.workers, bench.hub)
    assert set(imported.asset.derived) == {"proxy", "thumbnail", "filmstrip"}
    assert all(bench.project.locate(name).stat().st_size for name in imported.asset.derived.values())
    assert not list(bench.project.path.rglob("*.part"))
