"""What is generated between keyframes is as long as a clip that is sold, and never dearer than allowed."""

from __future__ import annotations

import random
from itertools import pairwise

from clappper.base.units import Money
from clappper.brief.keyframes import Keyframe, Reason
from clappper.brief.windows import Clip, choose_windows, spaced_by


def keyframes(last: int = 143, **others: int) -> tuple[Keyframe, ...]:
    inner = [Keyframe(frame, Reason[name.upper()], "") for name, frame in others.items()]
    ends = Keyframe(0, Reason.START, ""), Keyframe(last, Reason.END, "")
    return tuple(sorted((*ends, *inner), key=lambda keyframe: keyframe.frame))


def spans(*arguments: object, two_sided: bool = True) -> list[tuple[int, int]]:
    windows = choose_windows(*arguments, two_sided=two_sided)  # type: ignore[arg-type]
    return [(window.start, window.end) for window in windows]


DIME = Money.dollars("0.10")


def test_a_stretch_starts_with_an_action_and_lies_around_a_peak() -> None:
    assert spans(keyframes(beat=40), [Clip(50, DIME)], DIME) == [(40, 90)]
    assert spans(keyframes(motion=70), [Clip(50, DIME)], DIME) == [(45, 95)]
    assert spans(keyframes(beat=139), [Clip(50, DIME)], DIME) == [(93, 143)]


def test_few_frames_beside_a_stretch_are_not_left_over() -> None:
    assert spans(keyframes(beat=4), [Clip(50, DIME)], DIME) == [(0, 50)]
    assert spans(keyframes(beat=90), [Clip(50, DIME)], DIME) == [(93, 143)]


def test_as_much_as_the_money_pays_for_is_generated_in_few_clips() -> None:
    clips = [Clip(48, DIME), Clip(96, Money.dollars("0.20"))]
    assert len(spans(keyframes(), clips, Money.dollars("0.20"))) == 1
    assert sum(end - start for start, end in spans(keyframes(), clips, Money.dollars("0.20"))) == 96
    assert len(spans(keyframes(), clips[:1], Money.dollars("0.20"))) == 2
    assert spans(keyframes(), clips, Money(99_999)) == []
    assert spans(keyframes(), [], DIME) == []


def test_a_model_that_does_not_arrive_runs_to_the_end() -> None:
    assert spans(keyframes(beat=20), [Clip(50, DIME)], Money.dollars(1), two_sided=False) == [(93, 143)]


def test_keyframes_inside_a_stretch_are_not_paid_for() -> None:
    known = keyframes(beat=40, motion=70, even=120)
    windows = choose_windows(known, [Clip(50, DIME)], DIME, two_sided=True)
    assert spaced_by(known, windows) == (
        (0, Reason.START),
        (40, Reason.BEAT),
        (90, Reason.CLIP),
        (120, Reason.EVEN),
        (143, Reason.END),
    )


def test_in_any_market_the_money_is_kept_to_and_stretches_do_not_overlap() -> None:
    rng = random.Random(1)
    for _ in range(300):
        last = rng.randint(20, 300)
        beats = {"beat": rng.randint(1, last - 1), "motion": rng.randint(1, last - 1)}
        clips = [Clip(rng.randint(2, 200), Money(rng.randint(1, 10**6))) for _ in range(rng.randint(1, 4))]
        budget = Money(rng.randint(0, 2 * 10**6))
        windows = choose_windows(keyframes(last, **beats), clips, budget, two_sided=rng.random() < 0.8)
        assert sum(window.cost.micros for window in windows) <= budget.micros
        assert all(0 <= window.start < window.end <= last for window in windows)
        assert all(one.end <= other.start for one, other in pairwise(windows))
        longest = max(clip.frames for clip in clips)
        assert all(window.end - window.start <= longest for window in windows)
        frames = [frame for frame, _ in spaced_by(keyframes(last, **beats), windows)]
        assert frames == sorted(set(frames))
        starts = set(pairwise(frames))
        assert all((window.start, window.end) in starts for window in windows)
