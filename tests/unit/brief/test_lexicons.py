import pytest

from clappper.brief import lexicons


@pytest.mark.parametrize(
    "kind", ["camera_move", "shot_size", "angle", "lens", "composition", "lighting", "setting", "action"]
)
def test_shot_words_find_themselves(kind: lexicons.ShotWord) -> None:
    words = lexicons.table("shots")[kind]
    assert len(words) > 25
    assert len(words) == len(set(words))
    assert all(lexicons.shot_words(kind).first(word) for word in words)


def test_every_pair_of_opposites_has_two_sides_that_can_be_found() -> None:
    pairs = lexicons.table("contradictions")["pair"]
    assert len(pairs) >= 25
    assert len({pair["code"] for pair in pairs}) == len(pairs)
    for pair, read in zip(pairs, lexicons.opposites(), strict=True):
        assert pair["keep"] in {"left", "right"}
        for side, (asked, ruled_out) in (("left", read.left), ("right", read.right)):
            for phrase in pair[side]:
                wanted = asked.first(phrase)
                banned = ruled_out.find(phrase.replace("!", "no "))
                assert wanted or banned, (pair["code"], phrase)


def test_replacements_are_not_vague_themselves() -> None:
    for word, concrete in lexicons.table("vague")["words"].items():
        assert not lexicons.vague_words().first(concrete), word
        assert lexicons.concrete_for(word) == concrete


def test_safety_rules_say_what_they_are() -> None:
    rules = lexicons.safety_rules()
    assert len({rule.code for rule in rules}) == len(rules)
    assert all(rule.message.endswith(".") for rule in rules)
    assert {rule.severity for rule in rules} == {"must_fix", "warning"}


def test_risky_words_say_why() -> None:
    assert lexicons.risk_of("bomb") == "Filters refuse bombs."
    assert lexicons.risky_words().wanted("a bath bomb fizzes") == ()


def test_goods_know_their_category() -> None:
    found = lexicons.goods().find("trail running shoes with a glass bottle")
    assert [name for name, _ in found] == ["footwear"]


def test_timecodes() -> None:
    assert lexicons.timecodes().findall("0-2 s the cap turns, at 3.5 s it opens, 00:04 logo") == [
        "0-2 s",
        "at 3.5 s",
        "00:04",
    ]
    assert not lexicons.timecodes().search("shot at 24 fps in 35mm")
