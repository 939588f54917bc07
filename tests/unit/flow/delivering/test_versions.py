import csv
from pathlib import Path

from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.flow.delivering.export_queue import Export
from clappper.flow.delivering.versions import calm_frame, versions, write_test_plan
from clappper.flow.desk import Desk, empty_timeline
from clappper.render.presets import Preset
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Solid, Title, TitleRole


def desk_of(brief: AdBrief) -> Desk:
    button = Clip("button", Title(TitleRole.BUTTON, "Shop Now", "cta.button_text"), FrameRange(100, 160))
    return Desk(brief, with_clips(empty_timeline(brief), {"titles": [button]}))


def test_versions_are_those_that_show_on_the_same_shots(brief: AdBrief) -> None:
    desk = desk_of(brief)
    ad, *others = versions(desk, 3)
    assert (ad.name, ad.variant.desk) == ("", desk)
    assert 1 <= len(others) <= 3
    for one in others:
        assert one.hypothesis
        assert one.variant.desk.timeline != desk.timeline
        assert 100 <= one.poster_frame < 160
    assert len({one.name for one in others}) == len(others)


def test_none_are_offered_where_nothing_on_the_timeline_would_change(brief: AdBrief) -> None:
    assert len(versions(Desk(brief, empty_timeline(brief)), 6)) == 1


def test_the_plan_names_every_file_with_what_it_should_show(brief: AdBrief, tmp_path: Path) -> None:
    found = versions(desk_of(brief), 1)
    exports = [
        Export(f"e{n}", n, one.name, Preset("9:16"), str(tmp_path / f"{n}.mp4"), "edit")
        for n, one in enumerate(found)
    ]
    rows = list(csv.DictReader(write_test_plan(found, exports).read_text().splitlines()))
    assert [row["file"] for row in rows] == ["0.mp4", "1.mp4"]
    assert [row["version"] for row in rows] == ["original", found[1].name]
    assert rows[1]["hypothesis"] == found[1].hypothesis


def test_the_ad_stands_for_itself_in_the_middle_of_its_longest_shot(brief: AdBrief) -> None:
    shots = [Clip(f"s{at}", Solid("#aa2222"), FrameRange(at, end)) for at, end in ((0, 40), (40, 140))]
    assert calm_frame(with_clips(empty_timeline(brief), {"shots": shots})) == 90
