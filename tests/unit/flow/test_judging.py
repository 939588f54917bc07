"""Why a shot is made as it is, with the ratings that break ties."""

import asyncio

from clappper.flow.judging import Judge, why_routed
from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import Draft, ReviewDesk
from tests.unit.review.clips import land


def test_ratings_stand_beside_the_reason_with_their_counts(session: Session) -> None:
    before = asyncio.run(Judge(session).judge(session.brief))
    assert "judged" not in "".join(before.route_reasons().values())
    scene = session.brief.scenes[0]
    names = land(session.project, 3)
    session.project.db.rows("UPDATE jobs SET scene_id = ?", (scene.id,))
    desk = ReviewDesk(session, "ann")
    for name, overall in zip(names, (5, 5, 1), strict=True):
        desk.rate(desk.clips()[name], Draft(overall=overall))
    after = asyncio.run(Judge(session).judge(session.brief))
    why = after.route_reasons()[scene.id]
    assert why.startswith(before.route_reasons()[scene.id])
    assert f"Passed so far as {scene.type}: alpha 60% (" in why
    assert "3 judged). That breaks ties only." in why
    assert why_routed(after.routes[scene.id], "no such type", after.liked) == after.routes[scene.id].reason
