import numpy as np
import pytest

from clappper.base.colours import contrast
from clappper.usd.artwork import SEEN, draw, reversed_out
from clappper.usd.products import LOGO, MAKERS, READABLE_DEG, build
from clappper.usd.recipe import Brand

COLOURS = ("#D4AF37", "#111111")


@pytest.mark.parametrize("kind", MAKERS)
def test_every_product_stands_on_the_ground_and_faces_outwards(kind: str) -> None:
    made = build(kind, COLOURS)
    assert min(part.mesh.points[:, 1].min() for part in made.parts) == pytest.approx(0, abs=1e-9)
    for part in made.parts:
        mesh = part.mesh
        corners = mesh.points[mesh.quads]
        across = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
        outward = (across * mesh.normals[mesh.quads].mean(axis=1)).sum(axis=1)
        assert (outward > -1e-9).all(), part.name
        assert np.isfinite(mesh.points).all()
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1)


@pytest.mark.parametrize("kind", MAKERS)
def test_every_product_has_one_artwork_that_faces_the_camera(kind: str) -> None:
    made = build(kind, COLOURS)
    (label,) = (part for part in made.parts if part.label == LOGO)
    assert label.look.artwork == made.artworks[0].name
    assert label.mesh.normals[:, 2].mean() > 0.6


@pytest.mark.parametrize("colours", [(), ("#FFFFFF",), ("#000000",), ("#FFD400", "#FFE680"), COLOURS])
@pytest.mark.parametrize("kind", ["bottle", "can", "watch", "phone"])
def test_print_can_be_read_on_its_ground(kind: str, colours: tuple[str, ...]) -> None:
    art = build(kind, colours).artworks[0]
    assert contrast(art.ground, art.ink) >= 4.5


def test_artwork_is_opaque_and_in_proportion() -> None:
    art = build("bottle", COLOURS).artworks[0]
    drawn = draw(art, Brand(name="Auric", product="Chrono S & Co <1>"))
    assert (drawn[..., 3] == 255).all()
    assert drawn.shape[1] / drawn.shape[0] == pytest.approx(art.width / art.height, rel=0.01)
    assert len(np.unique(drawn.reshape(-1, 4), axis=0)) > 20


@pytest.mark.parametrize("kind", MAKERS)
def test_type_on_a_curve_stays_where_it_is_seen_from_the_front(kind: str) -> None:
    art = build(kind, COLOURS).artworks[0]
    assert art.type_width <= 0.8 * art.width
    if art.is_curved:
        assert art.type_width / art.width * art.half_angle_deg <= READABLE_DEG


def test_a_logo_is_reversed_only_where_it_would_sink() -> None:
    logo = np.full((1, 2, 4), 255, np.uint8)
    logo[0, :, :3] = [[40, 30, 20], [232, 163, 61]]
    shown = reversed_out(logo, "#231A14", "#FFFFFF")
    assert shown[0].tolist() == [[255, 255, 255, 255], [232, 163, 61, 255]]
    assert contrast("#E8A33D", "#231A14") > SEEN
