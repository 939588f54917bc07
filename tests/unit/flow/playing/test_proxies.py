from __future__ import annotations

from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import FrameRate
from clappper.flow.playing.proxies import Proxies
from clappper.jobs.ingest import AssetAdded, import_file
from clappper.jobs.workers import Workers
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.store.project import ProjectFolder
from tests.patience import until


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    with FrameWriter(path, Encoding(64, 36, FrameRate(12), options={"preset": "ultrafast"})) as writer:
        for level in (40, 60, 80):
            writer.write(Yuv.blank(64, 36, luma=level))
    return path


async def test_a_lost_proxy_is_made_anew_when_its_film_is_used(tmp_path: Path, film: Path) -> None:
    project, hub = ProjectFolder.create(tmp_path / "p"), EventHub()
    async with Workers(1) as workers:
        proxies = Proxies(project, workers, hub)
        assert proxies.paths() == {}
        asset = (await import_file(project, film, workers, hub)).asset
        known = proxies.paths()
        assert known == {asset.path: asset.derived["proxy"]}
        assert proxies.paths() is known, "asked for with every picture: not read again"
        hub.publish(AssetAdded(asset.id))
        assert proxies.paths() is not known
        lost = project.locate(asset.derived["proxy"])
        lost.unlink()
        proxies.mend([asset.path, "media/of-no-asset.mp4"])
        await until(lost.is_file)
        await proxies.aclose()
