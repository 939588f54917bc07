from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clappper.base.units import FrameRate
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.media.probe import MediaFacts, probe
from clappper.render.canvas import Canvas
from clappper.render.file_checks import Order, Span, Tracks, check_file, read_tracks, top_boxes
from clappper.render.verdicts import Outcome

ORDER = Order(Canvas(64, 36, "16:9"), FrameRate(12), 12)


def written(
    path: Path, frames: int = 12, rate: FrameRate = ORDER.rate, size: tuple[int, int] = (64, 36)
) -> Path:
    """Write a film of a bar that moves, with a quiet tone."""
    tone = 0.1 * np.sin(np.arange(frames * 48_000 // 12) / 20).astype(np.float32)
    sound = np.stack([tone, tone], axis=1)
    with FrameWriter(path, Encoding(*size, rate), sound) as writer:
        for index in range(frames):
            picture = Yuv.blank(*size, luma=60)
            picture.y[:, index * 2 : index * 2 + 6] = 200
            writer.write(picture)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("film") / "film.mp4")


def failed(video: Path, order: Order = ORDER, facts: MediaFacts | None = None) -> set[str]:
    known = facts or probe(video)
    findings = check_file(video, known, read_tracks(video, known), order)
    return {finding.code for finding in findings if finding.outcome is Outcome.FAILED}


def test_a_film_as_ordered_passes(film: Path) -> None:
    assert failed(film) == set()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(ORDER, canvas=Canvas(36, 64, "9:16")), "size"),
        (replace(ORDER, rate=FrameRate(24), frames=24), "fps"),
        (replace(ORDER, frames=14), "duration"),
        (replace(ORDER, frames=10), "duration"),
    ],
)
def test_each_wrong_measure_fails_alone(film: Path, order: Order, code: str) -> None:
    assert failed(film, order) == {code}


def test_one_frame_too_many_is_tolerated(film: Path) -> None:
    assert failed(film, replace(ORDER, frames=11)) == set()


def test_a_heavy_file_and_an_unusual_codec_are_named(film: Path) -> None:
    facts = probe(film)
    assert failed(film, facts=replace(facts, size_bytes=3_000_000)) == {"file-size"}
    assert failed(film, facts=replace(facts, video_codec="mpeg4")) == {"codec"}
    assert failed(film, facts=replace(facts, pixel_format="yuv444p")) == {"codec"}
    assert failed(film, facts=replace(facts, is_variable_rate=True)) == {"fps"}


def test_an_untagged_file_with_its_index_at_the_end_fails_for_both(tmp_path: Path) -> None:
    path = tmp_path / "plain.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for index in range(12):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), index * 9, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert failed(path) == {"colour-tags", "faststart"}
    assert [name for name, _ in top_boxes(path)][:2] == [b"ftyp", b"free"]


def test_late_sound_drifts(film: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.mp4"
    with av.open(str(film)) as source, av.open(str(late), "w", options={"movflags": "faststart"}) as target:
        tracks = {track.index: target.add_stream_from_template(track) for track in source.streams}
        for packet in source.demux():
            if packet.pts is None or packet.dts is None:
                continue
            if source.streams[packet.stream_index].type == "audio":
                assert packet.time_base is not None
                shift = int(Fraction(1, 4) / packet.time_base)
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            packet.stream = tracks[packet.stream_index]
            target.mux(packet)
    facts = probe(late)
    findings = check_file(late, facts, read_tracks(late, facts), ORDER)
    drift = next(finding for finding in findings if finding.code == "av-drift")
    assert drift.outcome is Outcome.FAILED
    assert drift.message.endswith("ms after the picture.")
    assert drift.measured.startswith("start +2")


@pytest.mark.parametrize(
    ("sound", "message"),
    [
        (Span(0.0, 0.8), "ends 200 ms before"),
        (Span(0.0, 1.5), "ends 500 ms after"),
        (Span(0.3, 1.0), "starts 300 ms after"),
    ],
)
def test_drift_says_which_end_and_which_way(film: Path, sound: Span, message: str) -> None:
    tracks = Tracks(Span(0.0, 1.0), sound, 1.0, (1, 1, 1, 1))
    drift = next(f for f in check_file(film, probe(film), tracks, ORDER) if f.code == "av-drift")
    assert message in drift.message


def test_a_container_that_announces_more_than_there_is_drifts(film: Path) -> None:
    tracks = Tracks(Span(0.0, 1.0), Span(0.0, 1.0), 3.0, (1, 1, 1, 1))
    drift = next(f for f in check_file(film, probe(film), tracks, ORDER) if f.code == "av-drift")
    assert drift.message == "The container ends 2000 ms after the picture."


def test_without_sound_there_is_no_drift_to_measure(film: Path) -> None:
    tracks = Tracks(Span(0.0, 1.0), None, 1.0, (1, 1, 1, 1))
    drift = next(f for f in check_file(film, probe(film), tracks, ORDER) if f.code == "av-drift")
    assert drift.outcome is Outcome.CANNOT_MEASURE
