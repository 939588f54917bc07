"""Every text is legible in both themes."""

import pytest

from clappper.base.colours import contrast
from clappper.ui.tokens import DARK, LIGHT, Tokens

SURFACES = ("window", "panel", "raised", "well")
INKS = ("text", "secondary", "accent", "ok", "warn", "error", "info")


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_every_ink_reads_on_every_surface(tokens: Tokens) -> None:
    faint = {
        (ink, surface)
        for ink in INKS
        for surface in SURFACES
        if contrast(getattr(tokens, ink), getattr(tokens, surface)) < 4.5
    }
    assert not faint
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_error, tokens.error_fill) >= 4.5
    assert contrast(tokens.text, tokens.selected) >= 4.5


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_greys_have_no_tint(tokens: Tokens) -> None:
    for name in ("window", "panel", "raised", "well", "line"):
        colour = getattr(tokens, name)
        assert colour[1:3] == colour[3:5] == colour[5:7]
