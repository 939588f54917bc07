from clappper.timeline.beats import set_beats
from clappper.timeline.model import Marker, Timeline
from clappper.timeline.snapping import Target, TargetKind, snap, targets
from clappper.timeline.tracks import add_marker


def test_all_kinds_attract_but_not_the_dragged_clip(timeline: Timeline) -> None:
    ready = add_marker(set_beats(timeline, (33,)), Marker(77, "logo"))
    found = targets(ready, playhead=12, without={"b", "voice"})
    assert {target.kind for target in found} == set(TargetKind)
    frames = {target.frame for target in found if target.kind is TargetKind.EDGE}
    assert frames == {0, 60, 100, 140, 150, 240}
    assert not any(target.name == "b" for target in found)


def test_the_nearest_edge_snaps() -> None:
    among = (Target(50, TargetKind.EDGE), Target(104, TargetKind.BEAT))
    found = snap((47, 107), among, reach=5)
    assert found
    assert (found.target.frame, found.by_frames) == (50, 3)
    found = snap((40, 103), among, reach=5)
    assert found
    assert (found.target.frame, found.by_frames) == (104, 1)
    assert snap((40, 90), among, reach=5) is None


def test_of_equally_near_targets_the_stronger_wins() -> None:
    among = (Target(52, TargetKind.BEAT), Target(48, TargetKind.MARKER))
    found = snap((50,), among, reach=3)
    assert found
    assert found.target.kind is TargetKind.MARKER
    assert found.by_frames == -2
