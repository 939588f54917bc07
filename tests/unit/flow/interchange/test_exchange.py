from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import FrameRange, FrameRate
from clappper.brief.schema import AdBrief
from clappper.flow.interchange.exchange import Format, import_timeline, read_timeline, write_timeline
from clappper.flow.project.session import Session, create_session
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.store import sidecar
from clappper.store.sidecar import CostPage, MediaPage, PromptPack, ProviderPack, Sidecar
from clappper.timeline.captions import Caption, captions_of, with_captions
from clappper.timeline.model import (
    Branding,
    Clip,
    Footage,
    Grade,
    Keyframe,
    Look,
    Marker,
    MediaKind,
    Motion,
    Solid,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)
from clappper.timeline.validate import validate

RATE = FrameRate(30)
SHARED = Path(__file__).parents[5] / "shared" / "media" / "timelines"


def take(name: str, kind: MediaKind = MediaKind.VIDEO, frames: int = 200) -> Take:
    available = FrameRange(0, 0 if kind is MediaKind.STILL else frames)
    return Take(name, f"media/{name}", kind, available, 640, 360)


def full_edit(rate: FrameRate = RATE) -> Timeline:
    """Make an edit with one of everything."""
    takes = Footage((take("a.mp4"), take("b.mp4")), active=1)
    dissolve, whip = Transition(TransitionKind.DISSOLVE, 9), Transition(TransitionKind.WHIP, 6)
    shots = (
        Clip("one", takes, FrameRange(5, 50), 10, name="Opening", scene_id="s1"),
        Clip("two", takes, FrameRange(50, 90), 30, Fraction(3, 2), transition=dissolve),
        Clip("ice", takes, FrameRange(90, 100), 30, Fraction(0)),
        Clip("ramp", takes, FrameRange(120, 140), 0, Fraction(1), ramp_to=Fraction(2)),
        Clip("photo", Footage((take("p.png", MediaKind.STILL),)), FrameRange(140, 160)),
        Clip("red", Solid("#aa0000"), FrameRange(160, 180), transition=whip),
    )
    motion = Motion(scale=(Keyframe(0, 0.5), Keyframe(10, 0.7)), x=(Keyframe(0, 0.2),))
    over = Clip(
        "over", Footage((take("c.mp4"),)), FrameRange(60, 80), motion=motion, grade=Grade(exposure=0.3)
    )
    price = Clip("price", Title(TitleRole.PRICE, "$49 <now>", "product.price_text"), FrameRange(20, 70))
    music = Footage((take("m.wav", MediaKind.AUDIO, 400),))
    song = Clip("song", music, FrameRange(0, 180), gain_db=(Keyframe(0, -6.0),), locked=True)
    tracks = (
        Track("v1", TrackKind.VIDEO, "Shots", shots),
        Track("v2", TrackKind.VIDEO, "Over", (over,), muted=True),
        Track("t", TrackKind.OVERLAY, "Titles", (price,)),
        Track("m", TrackKind.MUSIC, "Music", (song,), locked=True),
    )
    look, brand = Look(lut="media/x.cube", vignette=0.2), Branding(("#123456",), platform="tiktok")
    return Timeline(
        "ad", "Spring & Co", rate, 180, tracks, look, brand, (15, 30), (Marker(33, "Chorus", "RED"),)
    )


ORDER = ("timeMap", "adjust-transform", "adjust-blend", "adjust-volume", "marker", "metadata")
"""As Apple's DTD of 1.10 has the children of a clip."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a project folder in which one take has a story."""
    (tmp_path / "media").mkdir()
    story = Sidecar(
        media=MediaPage(name="b.mp4", kind="video", sha256="ab" * 32, size_bytes=9, facts={}),
        origin="job:j1",
        created="2026-01-01",
        job_id="j1",
        prompt_pack=PromptPack(
            kind="t2v", prompt="A can\nof tea", seconds=4, aspect="9:16", width=640, height=360, fps=30
        ),
        provider_pack=ProviderPack(provider="luma", model="ray", remote_id="r", sent={}),
        seeds=(7,),
        cost=CostPage(estimated_low=None, estimated_high=None, actual=400_000, billed="yes"),
    )
    sidecar.write(tmp_path / "media" / "b.mp4", story)
    return tmp_path


def written(timeline: Timeline, root: Path, to: Format) -> tuple[Path, tuple[str, ...]]:
    path = root / f"out.{to}"
    return path, write_timeline(timeline, root, path, to, "9:16")


@pytest.mark.parametrize("rate", [RATE, FrameRate(24), FrameRate(30000, 1001)])
def test_our_own_edit_comes_back_equal(root: Path, rate: FrameRate) -> None:
    edit = full_edit(rate)
    path, notes = written(edit, root, Format.OTIO)
    read = read_timeline(path, rate, root)
    assert read.timeline == edit
    assert (notes, read.notes, read.media) == ((), (), {})


def test_others_find_cuts_takes_speeds_and_stories_in_it(root: Path) -> None:
    import opentimelineio as otio

    path, _ = written(full_edit(), root, Format.OTIO)
    told: Any = otio.adapters.read_from_file(str(path))
    shots = [item for item in told.tracks[0] if isinstance(item, otio.schema.Clip)]
    assert [clip.name for clip in shots][:2] == ["Opening", "b"]
    assert shots[0].active_media_reference_key == "b.mp4"
    assert set(shots[0].media_references()) == {"a.mp4", "b.mp4"}
    assert shots[0].media_reference.metadata["clappper"]["generation"]["seed"] == "7"
    assert shots[1].effects[0].time_scalar == 1.5
    assert shots[1].range_in_parent().start_time.value == 50
    assert [track.kind for track in told.tracks] == ["Video", "Video", "Video", "Audio"]


def test_what_another_program_changed_is_taken_over(root: Path) -> None:
    import opentimelineio as otio

    path, _ = written(full_edit(), root, Format.OTIO)
    told: Any = otio.adapters.read_from_file(str(path))
    first = next(item for item in told.tracks[0] if isinstance(item, otio.schema.Clip))
    start, length = otio.opentime.RationalTime(20, 30), otio.opentime.RationalTime(35, 30)
    first.source_range = otio.opentime.TimeRange(start, length)
    otio.adapters.write_to_file(told, str(path))
    clips = read_timeline(path, RATE, root).timeline.tracks[0].clips
    assert (clips[0].source_start, clips[0].placed) == (20, FrameRange(5, 40))
    assert (clips[0].scene_id, clips[1].placed.start) == ("s1", 40)


def test_an_edl_reads_as_what_it_was(root: Path) -> None:
    edit = replace(full_edit(), tracks=full_edit().tracks[:1])
    path, notes = written(edit, root, Format.EDL)
    text = path.read_text()
    assert "* PROMPT: A can of tea" in text
    assert "M2   B        045.0" in text
    assert notes == ()
    (track,) = read_timeline(path, RATE, root).timeline.tracks
    assert [clip.placed.start for clip in track.clips][:3] == [0, 45, 85]
    assert track.clips[1].speed == Fraction(3, 2)
    assert track.clips[1].transition is not None


def test_every_track_of_footage_and_sound_has_a_list_of_its_own(root: Path) -> None:
    path, notes = written(full_edit(), root, Format.EDL)
    assert "beside it: out.V2.edl, out.A1.edl" in notes[0]
    assert "left out: Titles" in notes[1]
    assert "001  A        V     C" in path.read_text() or "001  B        V     C" in path.read_text()
    (over,) = read_timeline(root / "out.V2.edl", RATE, root).timeline.tracks
    assert [len(clip.placed) for clip in over.clips] == [20]
    (sound,) = read_timeline(root / "out.A1.edl", RATE, root).timeline.tracks
    assert sound.kind is not TrackKind.VIDEO
    assert [(clip.placed, clip.name) for clip in sound.clips] == [(FrameRange(0, 180), "song")]
    assert isinstance(sound.clips[0].content, Footage)
    assert sound.clips[0].content.take.path.endswith("media/m.wav")


def test_final_cut_gets_a_spine_lanes_and_stories(root: Path) -> None:
    path, notes = written(full_edit(), root, Format.FCPXML)
    document = ET.fromstring(path.read_bytes())  # noqa: S314 - our own file
    assert document.get("version") == "1.10"
    spine = document.find(".//spine")
    assert spine is not None
    shots = "gap asset-clip transition asset-clip asset-clip gap asset-clip asset-clip transition video"
    assert " ".join(item.tag for item in spine) == shots
    lanes = {item.get("name"): item.get("lane") for item in document.iter() if item.get("lane")}
    assert lanes == {"c": "1", "$49 <now>": "2", "m": "-1"}
    first = spine[1]
    assert (first.get("offset"), first.get("start"), first.get("duration")) == ("1/6s", "1/3s", "3/2s")
    assert first.find("metadata/md[@key='com.clappper.prompt']") is not None
    assert first[-1].tag == "metadata"
    wanted = {item.get("ref") for item in document.iter() if item.get("ref", "").startswith("r")}
    assert wanted <= {item.get("id") for item in document.iter()}
    assert any("whip" in note for note in notes)
    assert not any("mean speed" in note or "first position" in note for note in notes)
    assert [len(item.findall("timeMap/timept")) for item in spine if item.find("timeMap") is not None][-1] > 2
    for item in document.iter():
        order = [ORDER.index(child.tag) for child in item if child.tag in ORDER]
        assert order == sorted(order), f"{item.tag}: {[child.tag for child in item]}"


def test_another_reader_of_final_cut_xml_finds_the_cuts(root: Path) -> None:
    first, second = full_edit().tracks[0].clips[:2]
    shots = (first, replace(second, transition=None, speed=Fraction(1)))
    plain = replace(full_edit(), tracks=(Track("v1", TrackKind.VIDEO, "Shots", shots),), markers=())
    path, _ = written(plain, root, Format.FCPXML)
    clips = read_timeline(path, RATE, root).timeline.tracks[0].clips
    assert [(clip.placed, clip.source_start) for clip in clips] == [
        (FrameRange(5, 50), 10),
        (FrameRange(50, 90), 30),
    ]


def test_captions_go_out(root: Path) -> None:
    captions = (Caption(FrameRange(3, 40), "Hello"), Caption(FrameRange(60, 90), "again"))
    path, _ = written(with_captions(full_edit(), captions), root, Format.SRT)
    assert path.read_text().startswith("1\n00:00:00,100 --> 00:00:01,333\nHello\n")
    with pytest.raises(UnusableInputError, match="no captions"):
        written(full_edit(), root, Format.SRT)


@pytest.fixture
async def session(tmp_path: Path, brief: AdBrief) -> AsyncIterator[Session]:
    opened = await create_session(tmp_path / "project", brief, EventHub())
    yield opened
    await opened.aclose()


async def test_an_import_brings_its_media_and_names_what_is_missing(session: Session, root: Path) -> None:
    with FrameWriter(root / "media" / "a.mp4", Encoding(64, 36, RATE)) as writer:
        for _ in range(60):
            writer.write(Yuv.blank(64, 36))
    path, _ = written(full_edit(), root, Format.OTIO)
    (root / "media" / "words.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHi\n")
    notes = await import_timeline(session, path)
    assert any("b.mp4" in note for note in notes)
    assert session.undo_name == "Import out.otio"
    shot = session.timeline.tracks[0].clips[0]
    assert isinstance(shot.content, Footage)
    there = [session.project.locate(one.path).is_file() for one in shot.content.takes]
    assert there == [True, False]
    assert (shot.placed, shot.content.takes[0].width) == (FrameRange(5, 50), 64)
    await import_timeline(session, root / "media" / "words.srt")
    assert captions_of(session.timeline) == (Caption(FrameRange(30, 60), "Hi"),)
    session.undo()
    session.undo()
    assert not any(track.clips for track in session.timeline.tracks)


BROKEN = [
    ("a.otio", "{"),
    ("a.otio", '{"OTIO_SCHEMA": "Clip.2"}'),
    ("a.fcpxml", "<fcpxml><oops/></fcpxml>"),
    ("a.fcpxml", "not xml"),
    ("a.xml", "<a/>"),
    ("a.edl", "\x00\x01"),
    ("a.kdenlive", "<mlt/>"),
    ("a.txt", ""),
    ("a.srt", "\xff\xfe"),
]


async def test_what_cannot_be_read_is_refused_in_one_sentence(session: Session, tmp_path: Path) -> None:
    for name, text in BROKEN:
        (tmp_path / name).write_text(text)
        with pytest.raises(UnusableInputError) as caught:
            await import_timeline(session, tmp_path / name)
        assert "\n" not in str(caught.value)
        assert caught.value.hint
    for name in ("none.otio", "none.srt"):
        with pytest.raises(UnusableInputError, match="no file"):
            await import_timeline(session, tmp_path / name)
    assert session.undo_name == ""


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development media is not on this machine")
def test_edits_of_other_programs_open_or_are_refused(tmp_path: Path) -> None:
    refused, messages = [], []
    for path in sorted(SHARED.iterdir()):
        try:
            read = read_timeline(path, RATE, tmp_path)
        except UnusableInputError as error:
            refused.append(path.name)
            messages.append(error.message)
        else:
            assert validate(read.timeline) == ()
            assert any(track.clips for track in read.timeline.tracks)
    assert not any("\n" in message for message in messages)
    assert refused == ["dissolve_test_fail.edl", "mix-luma.kdenlive", "premiere_example.otio"]
