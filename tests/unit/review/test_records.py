from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.review.ratings import Comparison, Rating, flags, latest_by_reviewer
from clappper.review.records import ReviewRecords, StoredMetric
from clappper.store.database import Database


@pytest.fixture
def records(tmp_path: Path) -> Iterator[ReviewRecords]:
    db = Database.open(tmp_path / "project.db")
    yield ReviewRecords(db)
    db.close()


def rating(
    number: int,
    *,
    clip: str = "a",
    reviewer: str = "ann",
    overall: int | None = 4,
    tags: tuple[str, ...] = (),
    withdrawn: str = "",
) -> Rating:
    passed = None if overall is None else overall >= 4
    moment = f"2026-01-01T00:00:{number:02d}"
    return Rating(f"r{number}", clip, reviewer, overall, passed, tags, "fine", "blind", moment, withdrawn)


def test_ratings_come_back_as_they_were(records: ReviewRecords) -> None:
    assert records.ratings() == ()
    given = [rating(1, tags=("flicker",)), rating(2, overall=None, clip="b")]
    assert records.add_ratings(given) == 2
    assert list(records.ratings()) == given
    assert records.ratings("b") == (given[1],)


def test_merging_copies_loses_and_doubles_nothing(records: ReviewRecords) -> None:
    records.add_ratings([rating(1), rating(2)])
    theirs = [rating(2), rating(3, reviewer="bob"), rating(1, withdrawn="2026-01-02")]
    assert records.add_ratings(theirs) == 1
    assert records.add_ratings(theirs) == 0
    assert [one.id for one in records.ratings()] == ["r2", "r3"]
    assert [one.id for one in records.ratings(withdrawn=True)] == ["r1", "r2", "r3"]
    records.restore("r1")
    assert len(records.ratings()) == 3


def test_comparisons_and_metrics_are_kept(records: ReviewRecords) -> None:
    choice = Comparison("c1", "a", "b", tie=False, reviewer="ann", created="2026")
    records.add_comparison(choice)
    records.add_comparison(choice)
    assert records.comparisons() == (choice,)
    records.withdraw_comparison("c1", "2027")
    assert records.comparisons() == ()
    old = StoredMetric("a", "speed", "1", 2.0, "", "2026")
    records.keep_metrics([old])
    records.keep_metrics([StoredMetric("a", "speed", "2", None, "cannot compute: x", "2027")])
    (found,) = records.metrics("a")
    assert (found.version, found.value, found.reason) == ("2", None, "cannot compute: x")


def test_the_last_word_counts_and_flags_spend_nothing() -> None:
    said = [rating(1, overall=5), rating(2, overall=2), rating(3, reviewer="bob", overall=3)]
    assert [one.id for one in latest_by_reviewer(said)] == ["r2", "r3"]
    assert flags(said) == ("rated 2.5",)
    assert flags([rating(1, overall=5, tags=("unsafe",))]) == ("unsafe",)
    assert flags([rating(1, overall=5)]) == ()
    assert flags([]) == ()
