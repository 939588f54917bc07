"""The passes of one frame: beauty, masks, planar depth, normals and shadow, as arrays."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.base.colours import LUMA
from clappper.usd.builtin import scene as scenes
from clappper.usd.builtin.tonemap import auto_exposure
from clappper.usd.packet import FrameCamera, RenderJob, Triangles

Pixels = NDArray[np.float32]

COVER_SAMPLES = GUIDE_SAMPLES = 16
PROBE_PIXELS, PROBE_SAMPLES = 14_400, 4


@dataclass(frozen=True, slots=True)
class Names:
    """What is where: ``cover`` (h, w, 3) product, logo, backdrop by share; ``depth`` planar, in metres."""

    cover: Pixels
    depth: Pixels
    normal: Pixels


class Tracer:
    """Renders frames of one job. One seed for all of them: noise that stands still does not flicker."""

    def __init__(self, mi: Any, job: RenderJob, geometry: list[Triangles]) -> None:
        import mitsuba_oidn

        self._mi, self._job, self._oidn = mi, job, mitsuba_oidn
        self._device = mitsuba_oidn.Device(mitsuba_oidn.DeviceType.CPU)
        self._device.commit()
        self._geometry = geometry
        self._lit, self._guide = self._pair(geometry, bare=False)
        self._named = scenes.naming_scene(mi, job, geometry)
        self._movers = [scenes.Mover(mi, one, job) for one in (self._lit, self._guide, self._named)]
        self._eye = scenes.Eye(mi, job, job.width, job.height, pinhole=False)
        self._sharp_eye = scenes.Eye(mi, job, job.width, job.height, pinhole=True)
        self._bare = self._pair(geometry, bare=True) if "shadow" in job.passes else None

    def pose(self, camera: FrameCamera) -> None:
        """Bring what moves to where it is in a frame."""
        place = next(i for i, one in enumerate(self._job.frames) if one.frame == camera.frame)
        for mover in self._movers:
            mover.go(place, self._geometry)

    def beauty(self, camera: FrameCamera) -> Pixels:
        """Render and denoise one frame: (h, w, 3), linear."""
        return self._clean(self._lit, self._guide, camera)

    def shadow(self, camera: FrameCamera, beauty: Pixels) -> Pixels:
        """Give how much darker the backdrop is for the product being there: (h, w), 1 without shadow."""
        if self._bare is None:
            raise ValueError("the job has no shadow pass")
        without = self._clean(*self._bare, camera)
        light = np.array(LUMA, np.float32)
        ratio = (beauty @ light) / np.maximum(without @ light, 1e-5)
        shade: Pixels = np.clip(ratio, 0.0, 1.0).astype(np.float32)
        return shade

    def names(self, camera: FrameCamera) -> Names:
        """Trace what each pixel shows; depth by one ray a pixel, so that edges stay edges."""
        sensor = self._sharp_eye.look(camera)
        cover = self._render(self._named, sensor, COVER_SAMPLES)[..., :3]
        single = self._render(self._named, sensor, 1)
        return Names(cover, self._planar(single[..., 3], camera), single[..., 4:7])

    def exposure(self, camera: FrameCamera) -> float:
        """Find the exposure from a small draft of one frame."""
        self.pose(camera)
        width, height = self._job.width, self._job.height
        shrink = (PROBE_PIXELS / (width * height)) ** 0.5
        small = max(16, round(width * shrink)), max(16, round(height * shrink))
        sensor = scenes.Eye(self._mi, self._job, *small, pinhole=True).look(camera)
        light = self._render(self._lit, sensor, PROBE_SAMPLES)[..., :3]
        cover = self._render(self._named, sensor, PROBE_SAMPLES)[..., :3]
        product = cover[..., 0] + cover[..., 1]
        return auto_exposure(light, product, cover[..., 2], self._job.levels)

    def seconds_a_frame(self, camera: FrameCamera) -> float:
        """Time a small draft of one frame, its kernels compiled, and give how long a whole one takes."""
        width, height = self._job.width, self._job.height
        shrink = (PROBE_PIXELS / (width * height)) ** 0.5
        small = max(16, round(width * shrink)), max(16, round(height * shrink))
        sensor = scenes.Eye(self._mi, self._job, *small, pinhole=True).look(camera)
        self._render(self._lit, sensor, PROBE_SAMPLES)
        began = time.perf_counter()
        light = np.ascontiguousarray(self._render(self._lit, sensor, PROBE_SAMPLES))
        traced = time.perf_counter()
        self._oidn.denoise(light, hdr=True, device=self._device)
        cleaned = time.perf_counter()
        larger = width * height / (small[0] * small[1])
        rays = larger * (self._job.spp + GUIDE_SAMPLES / 8) / PROBE_SAMPLES
        return float((traced - began) * rays + (cleaned - traced) * larger)

    def _pair(self, geometry: list[Triangles], *, bare: bool) -> tuple[Any, Any]:
        return (
            scenes.lit_scene(self._mi, self._job, geometry, bare=bare),
            scenes.guiding_scene(self._mi, self._job, geometry, bare=bare),
        )

    def _clean(self, lit: Any, guide: Any, camera: FrameCamera) -> Pixels:
        sensor = self._eye.look(camera)
        light = self._render(lit, sensor, self._job.spp)
        seen = self._render(guide, sensor, GUIDE_SAMPLES)
        albedo, normal = (np.ascontiguousarray(seen[..., i : i + 3]) for i in (0, 3))
        clean: Pixels = self._oidn.denoise(
            np.ascontiguousarray(light),
            np.clip(albedo, 0, 1),
            normal,
            hdr=True,
            clean_aux=True,
            device=self._device,
        )
        return clean

    def _render(self, scene: Any, sensor: Any, samples: int) -> Pixels:
        found = self._mi.render(scene, sensor=sensor, spp=samples, seed=self._job.seed)
        pixels: Pixels = np.nan_to_num(np.array(found, np.float32))
        return pixels

    def _planar(self, distance: Pixels, camera: FrameCamera) -> Pixels:
        """Turn distances along rays into distances to the picture's plane, in metres; nothing is inf."""
        height, width = distance.shape
        x = ((np.arange(width) + 0.5) / width - 0.5) * camera.h_ap + camera.h_off
        y = (0.5 - (np.arange(height) + 0.5) / height) * camera.v_ap + camera.v_off
        cosine = camera.focal_mm / np.sqrt(camera.focal_mm**2 + x[None] ** 2 + y[:, None] ** 2)
        planar = distance * cosine * self._job.meters_per_unit
        return np.where(distance > 0, planar, np.inf).astype(np.float32)
