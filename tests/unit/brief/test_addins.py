from clappper.brief import lexicons
from clappper.brief.addins import camera_addins, lighting_addins, style_addins
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.templates import template


def test_an_addin_changes_its_scene_and_no_other() -> None:
    brief = template("product-offer")
    first, *others = brief.scenes
    moves = {addin.title: addin.apply(brief) for addin in camera_addins(first.id)}
    cameras = [moved.scenes[0].camera for moved in moves.values()]
    assert {camera.move for camera in cameras if camera} >= {"dolly_in", "orbit", "static"}
    assert all(moved.scenes[1:] == tuple(others) for moved in moves.values())
    for addin in lighting_addins(first.id):
        assert lexicons.shot_words("lighting").first(addin.apply(brief).scenes[0].lighting or ""), addin.title


def test_a_style_is_the_whole_ads_and_leaves_its_grade() -> None:
    brief = template("product-offer")
    for addin in style_addins():
        style = addin.apply(brief).product.style_pack
        assert style.visual_style
        assert style.grade_lut == brief.product.style_pack.grade_lut


def test_what_is_added_is_a_valid_brief() -> None:
    brief: AdBrief = template("product-offer")
    scene = brief.scenes[0].id
    for addin in (*camera_addins(scene), *lighting_addins(scene), *style_addins()):
        after = addin.apply(brief)
        assert load_brief(to_dict(after)) == after, addin.title
