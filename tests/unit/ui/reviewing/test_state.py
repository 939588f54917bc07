"""Judging clips by keys alone: nothing, one and many clips; undo, pairs, lists and what is worth a look."""

from dataclasses import replace
from unittest import mock

import pytest

from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import Filter, ReviewClip, sent_back
from clappper.review.inbox import to_look_at
from clappper.review.prediction import Prediction
from clappper.ui.errors import toasts_of
from clappper.ui.reviewing.state import WORTH
from tests.unit.ui.conftest import Stage
from tests.unit.ui.review_workspace import Maker

SURE = Prediction(0.97, 0.9, 0.99, 4.5, 1.0, (), "test")


def test_without_clips_nothing_happens(make: Maker) -> None:
    found = make(0)
    assert found.state.clip is None
    found.do("review_commit", "review_next", "review_flip", "review_wipe", "review_undo", "review_pairs")
    found.do("review_mark", "review_seam", "review_step", "rate_3", "review_list_all")
    assert found.state.desk.records.ratings() == ()


def test_one_clip_loops_and_is_judged(make: Maker, stage: Stage) -> None:
    found = make(1)
    stage.until(lambda: found.player.stage.has_picture and found.state.loop.frame > 0)
    found.do("rate_5", "tag_flicker", "review_commit")
    (rating,) = found.state.desk.records.ratings()
    assert (rating.overall, rating.passed, rating.tags) == (5, True, ("flicker",))
    stage.rest()
    assert found.queue.progress.text() == "1 of 1 judged"


def test_many_clips_are_judged_without_the_mouse(make: Maker, stage: Stage) -> None:
    found = make(4)
    seen = []
    for score in ("rate_2", "rate_4", "rate_3", "rate_5"):
        assert found.state.clip is not None
        seen.append(found.state.clip.asset_id)
        found.do(score, "review_commit")
    stage.rest()
    assert sorted(one.overall or 0 for one in found.state.desk.records.ratings()) == [2, 3, 4, 5]
    assert len(set(seen)) == 4
    assert any("All clips are judged" in text for text in toasts_of(found.player).texts)


def test_undo_brings_the_clip_back_with_what_was_said(make: Maker) -> None:
    found = make(3)
    for score in ("rate_2", "rate_4"):
        found.do(score, "review_commit")
    for place, overall in ((1, 4), (0, 2)):
        found.do("review_undo")
        assert (found.state.place, found.state.draft.overall) == (place, overall)
    assert found.state.desk.records.ratings() == ()


def test_undo_of_a_clip_that_is_gone_says_so(make: Maker) -> None:
    found = make(2)
    found.do("rate_2", "review_commit")
    found.state.everything = {}
    found.do("review_undo")
    assert any("not here any more" in text for text in toasts_of(found.player).texts)


def test_space_passes_then_fails(make: Maker) -> None:
    found = make(1)
    said = []
    for press in ("review_verdict", "review_verdict", "review_unsure"):
        found.do(press)
        said.append(found.state.draft.verdict)
    assert said == [True, False, None]
    assert found.state.draft.unsure


def test_pass_and_fail_have_keys_of_their_own(make: Maker) -> None:
    found = make(1)
    said = []
    for press in ("review_pass", "review_fail", "review_fail"):
        found.do(press)
        said.append(found.state.draft.verdict)
    assert said == [True, False, None]


def test_pairs_are_chosen_between_and_taken_back(make: Maker) -> None:
    found = make(3)
    found.do("review_pairs")
    left, right = found.state.clip, found.state.other
    assert left is not None
    assert right is not None
    found.do("rate_2")
    (choice,) = found.state.desk.records.comparisons()
    assert (choice.better, choice.worse) == (right.asset_id, left.asset_id)
    found.do("review_undo")
    assert found.state.desk.records.comparisons() == ()


def test_tags_are_sent_back_to_the_brief(make: Maker, asked: list[str], session: Session) -> None:
    found = make(1)
    found.do("tag_artifacts", "review_send_back")
    assert sent_back(session) == (("s0", "artifacts"),)
    assert asked == ["workspace_brief", "preflight"]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(words="boat 2"), 1),
        (Filter(scene_id="s1"), 1),
        (Filter(provider="nobody"), 0),
        (Filter(state="rated"), 0),
        (Filter(words="RED boat"), 3),
    ],
)
def test_lists_show_only_what_is_wanted(make: Maker, wanted: Filter, count: int) -> None:
    found = make(3)
    found.state.show_only(wanted)
    assert found.player.empty.isHidden() is (count > 0)
    assert len(found.state.clips) == count
    assert found.queue.model.rowCount() == count


def test_the_same_list_once_more_leaves_out_what_was_judged(make: Maker) -> None:
    found = make(3)
    found.do("rate_4", "review_commit", "review_list_unrated")
    assert (len(found.state.clips), found.state.place) == (2, 0)


def told_of(clips: dict[str, ReviewClip], unsure: str) -> dict[str, Prediction]:
    """Be sure of all clips but one."""
    return {name: replace(SURE, chance=0.5 if name.endswith(unsure) else 0.97) for name in clips}


def test_clips_worth_looking_at_are_those_the_predictor_is_unsure_of(make: Maker) -> None:
    found = make(6)
    told = told_of(dict(found.state.everything), "-2")
    with mock.patch.object(found.state.chances, "of", lambda clip: told[clip.asset_id]):
        found.do(f"review_list_{WORTH}")
    shown = {one.asset_id for one in found.state.clips}
    assert shown == to_look_at({name: one.chance for name, one in told.items()})
    assert "asset-alpha-2" in shown
    assert len(shown) < 6


def test_what_is_worth_looking_at_comes_first_and_the_clip_in_hand_stays(make: Maker, stage: Stage) -> None:
    found = make(8)
    state = found.state
    with mock.patch.object(state.chances, "of", return_value=None):
        state.show_only(Filter(state="all"))
    in_hand, last = state.clip, state.clips[-1].asset_id
    told = told_of(dict(state.everything), last)

    answers = iter((True, False, True, False))

    async def new(_: object) -> bool:
        return next(answers)

    with (
        mock.patch.object(state.chances, "of", lambda clip: told[clip.asset_id]),
        mock.patch.object(state.chances, "foretell", new),
    ):
        stage.live(state.foretell())
        worth = to_look_at({name: one.chance for name, one in told.items()})
        assert state.clips[0] == in_hand
        assert {one.asset_id for one in state.clips[1 : 1 + len(worth - {state.clips[0].asset_id})]} <= worth
        before = state.clips
        stage.live(state.foretell())
        assert state.clips == before


def test_a_list_filtered_by_tag_shows_what_was_given_it(make: Maker) -> None:
    found = make(3)
    found.do("tag_flicker", "rate_2", "review_commit")
    found.state.show_only(Filter(tag="flicker"))
    assert len(found.state.clips) == 1
