"""Earlier prompts by outcome, what was foretold of them, and using one again as one undo step."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from clappper.base.errors import ClappperError
from clappper.brief.direction import own_words
from clappper.brief.plan import plan
from clappper.brief.schema import Camera
from clappper.flow.learning import prompt_history as module
from clappper.flow.learning.foretold import KIND, Foretold, foretold
from clappper.flow.learning.prompt_history import (
    Outcome,
    history_of,
    matching,
    prompt_history,
    questions,
    told_now,
    used,
)
from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import Draft, ReviewDesk
from tests.unit.review.answers import CHANCE, foretell
from tests.unit.review.clips import land


@pytest.fixture
def judged(session: Session) -> Session:
    """Four clips of four prompts: one passed, one failed, one unsure, one not judged."""
    land(session.project, 4)
    desk = ReviewDesk(session, "ann")
    clips = desk.clips()
    for name, draft in (
        ("asset-alpha-0", Draft(overall=5)),
        ("asset-alpha-1", Draft(overall=1, tags=("flicker",))),
        ("asset-alpha-2", Draft(unsure=True)),
    ):
        desk.rate(clips[name], draft)
    return session


def test_prompts_tell_what_came_of_them(judged: Session) -> None:
    found = {one.prompt: one for one in prompt_history(judged.project, judged.brief)}
    assert len(found) == 4
    outcomes = [found[f"a red boat number {number}"].outcome for number in range(4)]
    assert outcomes == [Outcome.GOOD, Outcome.BAD, Outcome.UNRATED, Outcome.UNRATED]
    bad = found["a red boat number 1"]
    assert (bad.judged, bad.passed, bad.rating, bad.tags) == (1, 0, 1.0, (("Flicker", 1),))
    assert bad.cost is None


@pytest.mark.parametrize(
    ("words", "outcome", "count"),
    [
        ("", None, 4),
        ("9:16 good", None, 1),
        ("FLICKER boat", None, 1),
        ("", Outcome.BAD, 1),
        ("alpha model-1", Outcome.UNRATED, 2),
        ("submarine", None, 0),
    ],
)
def test_they_are_found_by_outcome_and_words(
    judged: Session, words: str, outcome: Outcome | None, count: int
) -> None:
    assert len(matching(prompt_history(judged.project, judged.brief), words, outcome)) == count


def test_then_and_now_stand_side_by_side(judged: Session) -> None:
    page = {"chance": 0.4, "quality": 3.0, "version": "prior-1", "moment": "2026"}
    judged.project.documents.keep_one(KIND, "job-alpha-0", json.dumps(page))
    assert foretold(judged.project) == {"job-alpha-0": Foretold(**page)}  # type: ignore[arg-type]
    found = prompt_history(judged.project, judged.brief)
    told = told_now(found, foretell(questions(found)))
    first = {one.prompt: one for one in told}["a red boat number 0"]
    assert (first.then, first.now) == (0.4, CHANCE)


def test_a_project_tells_its_history_while_it_is_open_elsewhere(
    judged: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "load_predictor_of", lambda _: SimpleNamespace(foretell=foretell))
    found = history_of(judged.project.path, tmp_path / "models")
    assert [one.now for one in found] == [CHANCE] * 4


def test_using_one_again_is_one_undo_step(judged: Session) -> None:
    past = prompt_history(judged.project, judged.brief)[0]
    before, scene = judged.brief, judged.brief.scenes[1].id
    judged.edit_brief("Use", used(past, scene)(judged.brief))
    assert judged.brief.scenes[1].t2v_prompt == past.prompt
    assert judged.brief.scenes[0] == before.scenes[0]
    judged.undo()
    assert judged.brief == before


def test_what_a_prompt_says_is_not_said_twice(judged: Session) -> None:
    shot = plan(judged.brief).scenes[0]
    words = own_words(shot.prompt)
    assert all(clause in shot.prompt for clause in words.split(". "))
    assert "product: " not in words
    assert " palette" not in words
    scene = judged.brief.scenes[0]
    past = prompt_history(judged.project, judged.brief)[0]
    brief = used(replace(past, prompt=shot.prompt), scene.id)(judged.brief)
    again = plan(brief).scenes[0].prompt
    assert len(again) <= len(shot.prompt) + 4


def test_style_camera_and_what_to_keep_out_come_along(judged: Session) -> None:
    brief = judged.brief
    source, target = brief.scenes[0], brief.scenes[1]
    wanted = source.model_copy(
        update={"style": "grainy film", "camera": Camera(move="orbit"), "t2v_negative": "smoke"}
    )
    asked = plan(brief.model_copy(update={"scenes": (wanted, *brief.scenes[1:])})).scenes[0]
    some = prompt_history(judged.project, brief)[0]
    past = replace(some, prompt=asked.prompt, negative=asked.negative, style="grainy film")
    changed = used(past, target.id)(brief).scenes[1]
    assert (changed.style, changed.t2v_negative) == ("grainy film", "smoke")
    assert changed.camera is not None
    assert changed.camera.move == "orbit"
    assert "grainy film" not in (changed.t2v_prompt or "")
    plain = used(replace(past, style=", ".join(brief.product.style_pack.visual_style)), target.id)(brief)
    assert plain.scenes[1].style is None


def test_a_scene_that_is_not_there_is_told(judged: Session) -> None:
    past = prompt_history(judged.project, judged.brief)[0]
    with pytest.raises(ClappperError, match="no scene nowhere"):
        used(past, "nowhere")(judged.brief)
