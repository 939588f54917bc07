from pathlib import Path

from clappper.flow.reviewing.reels import Reels
from tests.patience import wait_until
from tests.unit.review.clips import moving, texture, write_clip


def until_complete(reels: Reels, *paths: Path) -> None:
    wait_until(lambda: all(reels.reel(path).complete for path in paths))


def test_clips_are_decoded_ahead(tmp_path: Path) -> None:
    paths = [write_clip(tmp_path / f"{n}.mp4", moving(6, seed=n)) for n in range(3)]
    reels = Reels()
    reels.want(paths)
    until_complete(reels, *paths)
    assert [len(reels.reel(path).pictures) for path in paths] == [6, 6, 6]
    assert reels.reel(paths[0]).pictures[0].shape == (72, 128, 4)
    kept = reels.reel(paths[1])
    reels.want(paths[1:2])
    assert reels.reel(paths[1]) is kept
    reels.close()


def test_cuts_are_marked(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cut.mp4", moving(4, seed=1) + [texture(9)] * 4)
    reels = Reels()
    reels.want([path])
    wait_until(lambda: reels.reel(path).cuts == (4,))
    reels.close()


def test_what_cannot_be_shown_says_why(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"nothing")
    reels = Reels()
    reels.want([tmp_path / "bad.mp4", tmp_path / "gone.mp4"])
    until_complete(reels, tmp_path / "bad.mp4", tmp_path / "gone.mp4")
    assert reels.reel(tmp_path / "bad.mp4").fault
    assert reels.reel(tmp_path / "gone.mp4").fault
    reels.close()
