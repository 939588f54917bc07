"""A tiny model with random weights goes the whole way on the processor; skipped without the extra local."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from clappper.base.errors import ClappperError
from clappper.media.probe import probe
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from tests.simulators import footage

pytest.importorskip("torch", reason="needs the extra local")
pytest.importorskip("diffusers", reason="needs the extra local")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a pipeline of the right kind with hardly anything in it."""
    import diffusers
    import torch
    import transformers

    torch.manual_seed(0)
    unet = diffusers.UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=8,
        in_channels=8,
        out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=32,
        num_attention_heads=8,
        projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
    )
    vae = diffusers.AutoencoderKLTemporalDecoder(
        block_out_channels=[32, 64],
        down_block_types=["DownEncoderBlock2D", "DownEncoderBlock2D"],
        latent_channels=4,
    )
    seer = transformers.CLIPVisionModelWithProjection(
        transformers.CLIPVisionConfig(
            hidden_size=32,
            projection_dim=32,
            num_hidden_layers=1,
            num_attention_heads=4,
            image_size=224,
            intermediate_size=37,
            patch_size=56,
        )
    )
    scheduler = diffusers.EulerDiscreteScheduler(prediction_type="v_prediction", use_karras_sigmas=True)
    pipe = diffusers.StableVideoDiffusionPipeline(
        vae=vae,
        image_encoder=seer,
        unet=unet,
        scheduler=scheduler,
        feature_extractor=transformers.CLIPImageProcessor(crop_size=224, size=224),
    )
    made = tmp_path_factory.mktemp("svd-tiny")
    pipe.save_pretrained(made, safe_serialization=True)
    return made


def recipe_of(folder: Path, **changes: Any) -> Any:
    from clappper.providers.diffusion.film import Recipe

    usual = {
        "number": "float32",
        "frames": 4,
        "steps": 2,
        "width": 64,
        "height": 32,
        "fps": 7.0,
        "device": "cpu",
    }
    return Recipe("StableVideoDiffusionPipeline", folder, **{**usual, **changes})


def wish(tmp_path: Path) -> GenRequest:
    path = tmp_path / "first.png"
    path.write_bytes(footage.picture())
    file = InputFile(Role.FIRST_FRAME, str(path), "f", "image/png")
    return GenRequest("k", Kind.IMAGE_TO_VIDEO, "diffusers", "svd-xt", "", 0.45, seed=3, files=(file,))


def test_a_clip_is_drawn_and_told_of_and_the_same_again(folder: Path, tmp_path: Path) -> None:
    from clappper.providers.diffusion.film import make

    told: list[float] = []
    for name in ("a.mp4", "b.mp4"):
        make(wish(tmp_path), tmp_path / name, lambda fraction, _: told.append(fraction), recipe_of(folder))
    facts = probe(tmp_path / "a.mp4")
    assert (facts.width, facts.height, facts.frame_count) == (64, 32, 3)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    half = told[: len(told) // 2]
    assert half == sorted(half)
    assert len(half) == 5


def test_weights_that_are_not_of_the_safe_kind_are_refused(folder: Path, tmp_path: Path) -> None:
    from clappper.providers.diffusion.film import make

    shutil.copytree(folder, tmp_path / "model")
    for file in (tmp_path / "model").rglob("*.safetensors"):
        file.rename(file.with_suffix(".bin"))
    with pytest.raises(ClappperError, match="cannot be loaded"):
        make(wish(tmp_path), tmp_path / "c.mp4", lambda *_: None, recipe_of(tmp_path / "model"))
    assert not (tmp_path / "c.mp4").exists()
