"""CLIPScore by the real open_clip: a small network of its own classes, untrained, in a file like OpenAI's."""

import copy
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.flow.models import get_model
from clappper.media.models import ModelStore
from clappper.providers.workbench import EMBEDDED
from clappper.review.scorers import language
from clappper.review.scorers.sample import take_sample
from tests.unit.review.clips import moving, write_clip

open_clip: Any = pytest.importorskip("open_clip", reason="the extra ml is not installed")
torch: Any = pytest.importorskip("torch", reason="the extra ml is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")

NUMBERS = {"input_resolution": 32, "context_length": 77, "vocab_size": 49408}
NAME = "clappper-tiny-quickgelu"
CONFIG = """{"embed_dim": 512, "quick_gelu": true,
"vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 8},
"text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 2}}"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    configs = tmp_path_factory.mktemp("configs")
    (configs / f"{NAME}.json").write_text(CONFIG)
    open_clip.add_model_config(configs)
    torch.manual_seed(0)
    return open_clip.create_model(NAME, pretrained=None).eval().half().float()


@pytest.fixture(scope="module")
def archive(network: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write what OpenAI publishes: a TorchScript archive in half precision with three numbers beside."""
    copied = copy.deepcopy(network)
    for name, value in NUMBERS.items():
        if hasattr(copied, name):
            delattr(copied, name)
        copied.register_buffer(name, torch.tensor(value))
    tokens = open_clip.get_tokenizer(NAME)(["a boat"])
    traced = torch.jit.trace(copied, (torch.rand(1, 3, 32, 32), tokens), check_trace=False, strict=False)
    path = tmp_path_factory.mktemp("weights") / "tiny.pt"
    torch.jit.save(traced.half(), str(path))
    return path


@pytest.fixture
def paths(tmp_path: Path, archive: Path) -> AppPaths:
    found = AppPaths(tmp_path / "config", tmp_path / "cache", tmp_path / "models", tmp_path / "logs")
    found.config.mkdir()
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    (found.config / "models.toml").write_text(
        '[tiny]\ntitle = "Tiny"\npurpose = "testing"\nlicence = "MIT"\nsource = "https://example.org"\n'
        f'files = [{{ name = "t.pt", checksum = "sha256:{checksum}", url = "https://example.org/t.pt" }}]\n'
    )
    return found


def _store(paths: AppPaths) -> ModelStore:
    return ModelStore.open(paths.models, paths.config / "models.toml")


class Net:
    """Stands for the network."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __call__(self, url: str, destination: Path) -> None:
        assert url == "https://example.org/t.pt"
        destination.write_bytes(self.body)  # noqa: ASYNC240 - a file of a test


async def test_the_score_is_open_clips_own(
    paths: AppPaths, archive: Path, network: Any, tmp_path: Path
) -> None:
    whole = Net(archive.read_bytes())  # noqa: ASYNC240 - a file of a test
    await get_model(paths, "tiny", "MIT", EMBEDDED, lambda _: None, whole)
    ours = language.OpenClip(NAME, _store(paths).get("tiny").file())
    sample = take_sample(write_clip(tmp_path / "a.mp4", moving(6)), tmp_path)
    found = {one.name: one.value for one in language.measure(sample, "a red boat", ours)}

    _, _, prepare = open_clip.create_model_and_transforms(NAME, pretrained=None)
    from PIL import Image

    with torch.no_grad():
        pictures = torch.stack([prepare(Image.fromarray(picture)) for picture in sample.keys])
        seen = network.encode_image(pictures, normalize=True)
        said = network.encode_text(open_clip.get_tokenizer(NAME)(["a red boat"]), normalize=True)
    theirs = 2.5 * np.maximum((seen @ said.T).numpy().ravel(), 0)
    assert found["clipscore_mean"] == pytest.approx(float(theirs.mean()), abs=1e-5)
    assert found["clipscore_min"] == pytest.approx(float(theirs.min()), abs=1e-5)
    assert found["aesthetic_mean"] == pytest.approx(float(language.aesthetic(seen.numpy()).mean()), abs=1e-4)
    again = {one.name: one.value for one in language.measure(sample, "a red boat", ours)}
    assert again == found


async def test_an_archive_that_is_another_one_is_not_loaded(paths: AppPaths, archive: Path) -> None:
    cut = Net(archive.read_bytes()[:-1])  # noqa: ASYNC240 - a file of a test
    with pytest.raises(UnusableInputError, match="checksum"):
        await get_model(paths, "tiny", "MIT", EMBEDDED, lambda _: None, cut)
    assert not _store(paths).has("tiny")
