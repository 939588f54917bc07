from clappper.review.features import FEATURES, count_features


def test_counts_say_what_a_prompt_holds() -> None:
    rows = count_features(["close-up of two people dancing, golden hour, 35mm", ""])
    found = dict(zip([feature.name for feature in FEATURES], rows[0], strict=True))
    assert found["people"] == 1
    assert found["shot_size"] == 1
    assert found["commas"] == 2
    assert found["crowds"] == 1
    assert not rows[1].any()
    assert count_features([]).shape == (0, len(FEATURES))


def test_counts_are_told_in_words() -> None:
    people = next(feature for feature in FEATURES if feature.name == "people")
    assert [people.told(value) for value in (0, 1, 2)] == [
        "no kind of person",
        "1 kind of person",
        "2 kinds of people",
    ]
