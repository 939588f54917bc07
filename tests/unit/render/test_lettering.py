"""One title: its box holds its ink, its button and its price look made, its pictures lie in their place."""

from pathlib import Path

import numpy as np
import pytest

from clappper.base.colours import channels
from clappper.render.contrast import Inks
from clappper.render.fonts import FontShelf
from clappper.render.lettering import Lettering, draw, letter
from clappper.render.typography import ROLES
from clappper.timeline.model import TitleRole

FONTS = FontShelf().stack("", Path())
INKS = Inks(text="#FFF8EE", accent="#D4AF37", fill="#D4AF37", label="#111111")
ROOM = (900.0, 600.0)


def lettered(role: TitleRole, text: str, unit: float = 0.25) -> Lettering:
    return letter(role, text, FONTS, ROLES[role], (ROOM[0] * unit, ROOM[1] * unit), unit)


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("text", ["Own Your Time", "اكتشف وقتك", "ÅÉgjy,"])
def test_every_picture_lies_at_the_titles_box(role: TitleRole, text: str) -> None:
    lettering = lettered(role, text)
    for part in draw(lettering, INKS, centred=False, shaded=False):
        height, width = part.picture.shape[:2]
        assert part.x >= -0.12 * lettering.em - 4
        assert part.x + width <= lettering.width + 0.12 * lettering.em + 4
        assert part.y >= -4
        assert part.y + height <= lettering.height + 5
        assert part.picture[0, :, 3].max() == 0 or role is TitleRole.BUTTON
        assert part.picture[..., 3].max() > 150


def test_a_button_is_a_pill_in_the_brands_colour_with_a_readable_label() -> None:
    (button,) = draw(lettered(TitleRole.BUTTON, "Shop Now"), INKS, centred=False, shaded=False)
    middle = button.picture.shape[0] // 2
    assert tuple(button.picture[middle, 8, :3]) == pytest.approx(channels(INKS.fill), abs=2)
    assert button.picture[2, 2, 3] < 30
    assert button.picture[..., :3][button.picture[..., 3] == 255].min() < 40


def test_a_leading_currency_sign_is_small_and_level_with_the_figures() -> None:
    price = lettered(TitleRole.PRICE, "$299", 1.0)
    plain = lettered(TitleRole.PRICE, "299", 1.0)
    sign = price.width - plain.width
    assert 0.2 < sign / price.em < 0.55
    assert price.block.lines[0].text == "$299"
    assert lettered(TitleRole.PRICE, "1 299,00 €", 1.0).block.lines[0].text == "1\u00a0299,00\u00a0€"


@pytest.mark.parametrize(
    "address", ["https://auric.example.com/", "HTTP://auric.example.com", "auric.example.com"]
)
def test_an_address_is_set_as_people_say_it(address: str) -> None:
    assert lettered(TitleRole.URL, address).block.lines[0].text == "auric.example.com"


def test_a_shadow_lies_under_the_letters_and_reaches_further() -> None:
    shadow, line = draw(lettered(TitleRole.HEADLINE, "Own"), INKS, centred=False, shaded=True)
    assert shadow.is_shadow
    assert not line.is_shadow
    assert shadow.x < line.x
    assert shadow.picture.shape[1] > line.picture.shape[1]
    assert shadow.picture[..., :3].max() == 0
    assert shadow.picture[0, :, 3].max() <= 2


def test_lines_of_arabic_end_where_latin_lines_begin() -> None:
    text = "اكتشف وقتك الآن مع أوريك كرونو"
    lettering = letter(TitleRole.HEADLINE, text, FONTS, ROLES[TitleRole.HEADLINE], (120.0, 300.0), 0.25)
    parts = draw(lettering, INKS, centred=False, shaded=False)
    assert len(parts) > 1
    ends = [part.x + int(np.flatnonzero(part.picture[..., 3].max(axis=0))[-1]) for part in parts]
    assert max(ends) - min(ends) <= 0.2 * lettering.em
