import re

from clappper.base.ids import new_id


def test_ids_are_unique_named_and_sort_by_birth() -> None:
    ids = [new_id("job") for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(re.fullmatch(r"job_[0-9a-hjkmnp-tv-z]{16}", one) for one in ids)
    births = [one[4:13] for one in ids]
    assert births == sorted(births)
