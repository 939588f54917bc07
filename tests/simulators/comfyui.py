"""A ComfyUI server on loopback: checks graphs against its nodes, and tells its progress over a socket."""

from __future__ import annotations

import asyncio
import re
import struct
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

from tests.patience import PATIENCE_SECONDS
from tests.simulators import footage
from tests.simulators.stage import Job, Simulator, SimulatorClock

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LINK, ANY = ["LINK"], ["STRING"]
READING_TURNS = 50
"""Turns of the loop in which whoever heard of all messages has long read them."""


def _node(**inputs: Any) -> dict[str, Any]:
    return {"input": {"required": inputs, "optional": {}}, "output": [], "output_node": False}


def _choice(*names: str) -> list[Any]:
    return ["COMBO", {"options": list(names)}]


NODES: dict[str, dict[str, Any]] = {
    "LoadImage": _node(image=[[]]),
    "LoadVideo": _node(file=[[]]),
    "GetVideoComponents": _node(video=LINK),
    "ImageOnlyCheckpointLoader": _node(ckpt_name=_choice("svd_xt.safetensors")),
    "SVD_img2vid_Conditioning": _node(
        clip_vision=LINK,
        init_image=LINK,
        vae=LINK,
        width=["INT"],
        height=["INT"],
        video_frames=["INT"],
        motion_bucket_id=["INT"],
        fps=["INT"],
        augmentation_level=["FLOAT"],
    ),
    "VideoLinearCFGGuidance": _node(model=LINK, min_cfg=["FLOAT"]),
    "KSampler": _node(
        model=LINK,
        positive=LINK,
        negative=LINK,
        latent_image=LINK,
        seed=["INT"],
        steps=["INT"],
        cfg=["FLOAT"],
        sampler_name=_choice("euler", "euler_ancestral", "uni_pc"),
        scheduler=_choice("karras", "normal", "simple"),
        denoise=["FLOAT"],
    ),
    "VAEDecode": _node(samples=LINK, vae=LINK),
    "CreateVideo": _node(images=LINK, fps=["FLOAT"]),
    "SaveVideo": _node(
        video=LINK, filename_prefix=ANY, format=_choice("auto", "mp4"), codec=_choice("auto", "h264")
    ),
    "UNETLoader": _node(unet_name=[["wan2.2_ti2v_5B_fp16.safetensors"]], weight_dtype=[["default"]]),
    "CLIPLoader": _node(clip_name=[["umt5_xxl_fp8_e4m3fn_scaled.safetensors"]], type=[["wan"]]),
    "VAELoader": _node(vae_name=[["wan2.2_vae.safetensors"]]),
    "CLIPTextEncode": _node(text=ANY, clip=LINK),
    "ModelSamplingSD3": _node(model=LINK, shift=["FLOAT"]),
    "Wan22ImageToVideoLatent": _node(
        vae=LINK, width=["INT"], height=["INT"], length=["INT"], batch_size=["INT"]
    ),
    "CheckpointLoaderSimple": _node(ckpt_name=[["v1-5-pruned-emaonly.safetensors"]]),
    "EmptyLatentImage": _node(width=["INT"], height=["INT"], batch_size=["INT"]),
    "ADE_StandardUniformContextOptions": _node(context_length=["INT"]),
    "ADE_AnimateDiffLoaderGen1": _node(
        model=LINK, model_name=[["mm_sd_v15_v2.ckpt"]], beta_schedule=[["autoselect"]]
    ),
    "VHS_VideoCombine": _node(images=LINK, frame_rate=["INT"], format=[["video/h264-mp4"]]),
    "RIFE VFI": _node(frames=LINK, ckpt_name=[["rife47.pth"]], multiplier=["INT"]),
}
TYPES = {"INT": int, "FLOAT": (int, float), "STRING": str, "LINK": list}


class ComfySimulator(Simulator):
    """``nodes`` may be taken away. ``is_old``: it ignores our ids. Without ``has_socket`` nobody listens."""

    failures: ClassVar[frozenset[str]] = frozenset({"broken", "memory"})

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.nodes = dict(NODES)
        self.is_old = False
        self.has_socket = True
        self.sockets: dict[web.WebSocketResponse, asyncio.Event] = {}
        self.freed = 0

    def admits(self, request: web.Request) -> bool:
        if request.headers.get("Authorization") or request.headers.get("Origin"):
            self.mistakes.append("a key or an origin where none belongs")
        return True

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ws", self._socket),
            web.get("/system_stats", self._stats),
            web.get("/object_info", self._object_info),
            web.post("/upload/image", self._upload),
            web.post("/prompt", self._prompt),
            web.get("/queue", self._queue),
            web.post("/queue", self._drop),
            web.post("/interrupt", self._interrupt),
            web.get("/history/{id}", self._history),
            web.get("/history", self._history),
            web.post("/free", self._free),
            web.get("/view", self._view),
        ]

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self.has_socket:
            return self.refusal(404)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets[socket] = asyncio.Event()
        async for message in socket:
            if message.type is WSMsgType.PONG:
                self.sockets[socket].set()
            elif message.type is WSMsgType.PING:
                await socket.pong(message.data)
        return socket

    async def _stats(self, _request: web.Request) -> web.Response:
        device = {"name": "Test GPU", "vram_total": 12 << 30, "vram_free": 10 << 30}
        return web.json_response({"system": {"comfyui_version": "0.9.9"}, "devices": [device]})

    async def _object_info(self, _request: web.Request) -> web.Response:
        return web.json_response(self.nodes)

    async def _upload(self, request: web.Request) -> web.Response:
        """Keep a file, under another name than it was given."""
        form = await request.post()
        file = form["image"]
        assert isinstance(file, web.FileField)
        name = f"kept-{self.new_id()}.bin"
        self.files[name] = file.file.read()
        return web.json_response({"name": name, "subfolder": form["subfolder"], "type": form["type"]})

    async def _prompt(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        prompt_id = body.get("prompt_id", "")
        if not UUID.fullmatch(prompt_id):
            return web.json_response({"error": {"type": "invalid_prompt_id", "message": "x"}}, status=400)
        if errors := self._errors(body["prompt"]):
            error = {"type": "prompt_outputs_failed_validation", "message": "invalid", "details": ""}
            return web.json_response({"error": error, "node_errors": errors}, status=400)
        words = " ".join(str(node["inputs"].get("text", "")) for node in body["prompt"].values())
        given = str(uuid.uuid4()) if self.is_old else prompt_id
        job = self.accept(words, body, given)
        return web.json_response({"prompt_id": job.id, "number": len(self.jobs), "node_errors": {}})

    def _errors(self, graph: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, node in graph.items():
            kind = node["class_type"]
            faults = self._node_errors(graph, node) if kind in self.nodes else ["missing_node_type"]
            if faults:
                errors = [{"type": one, "message": one, "details": ""} for one in faults]
                found[name] = {"errors": errors, "class_type": kind, "dependent_outputs": []}
        return found

    def _node_errors(self, graph: Mapping[str, Any], node: Mapping[str, Any]) -> list[str]:
        faults = []
        for name, told in self.nodes[node["class_type"]]["input"]["required"].items():
            value = node["inputs"].get(name)
            if value is None:
                faults.append(f"required_input_missing {name}")
            elif isinstance(told[0], list) or told[0] == "COMBO":
                choices = told[0] if isinstance(told[0], list) else told[1]["options"]
                is_upload = str(value).startswith("clappper/kept-")
                if value not in choices and not is_upload:
                    faults.append("value_not_in_list")
            elif not isinstance(value, TYPES[told[0]]):  # type: ignore[arg-type]  # a type or a few of them
                faults.append(f"invalid_input_type {name}")
            elif told[0] == "LINK" and value[0] not in graph:
                faults.append(f"bad_linked_input {name}")
        return faults

    def _entry(self, job: Job) -> list[Any]:
        body = job.request
        return [list(self.jobs).index(job.id), job.id, body["prompt"], body["extra_data"], []]

    async def _queue(self, _request: web.Request) -> web.Response:
        waiting = [self._entry(job) for job in self.jobs.values() if self.phase(job) == "queued"]
        running = [job for job in self.jobs.values() if self.phase(job) == "running"]
        for job in running:
            await self._tell(job)
        told = {"queue_running": [self._entry(job) for job in running], "queue_pending": waiting}
        return web.json_response(told)

    async def _tell(self, job: Job) -> None:
        """Say over the socket how far a job is, and show a picture; goes on when it was heard."""
        sampler = next(
            (name for name, node in job.request["prompt"].items() if "KSampler" in node["class_type"]), "1"
        )
        value = round(20 * self.fraction(job))
        messages = (
            {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 1}}}},
            {"type": "executing", "data": {"node": sampler, "prompt_id": job.id}},
            {"type": "progress", "data": {"value": value, "max": 20, "prompt_id": job.id, "node": sampler}},
            {
                "type": "progress",
                "data": {"value": 20, "max": 20, "prompt_id": "of-somebody-else", "node": "1"},
            },
        )
        for socket, heard in [one for one in self.sockets.items() if not one[0].closed]:
            heard.clear()
            for message in messages:
                await socket.send_json(message)
            await socket.send_bytes(struct.pack(">II", 1, 2) + footage.picture())
            await socket.ping()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await heard.wait()
        for _ in range(READING_TURNS):
            await asyncio.sleep(0)

    async def _drop(self, request: web.Request) -> web.Response:
        for name in (await request.json()).get("delete", ()):
            if name in self.jobs and self.phase(self.jobs[name]) == "queued":
                del self.jobs[name]
        return web.Response()

    async def _interrupt(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        if not body.get("prompt_id"):
            self.mistakes.append("an interrupt for everybody")
        job = self.jobs.get(body.get("prompt_id", ""))
        if job and self.phase(job) == "running":
            job.cancelled_at = self.clock.elapsed
        return web.Response()

    async def _history(self, request: web.Request) -> web.Response:
        wanted = request.match_info.get("id")
        over = [
            job
            for job in self.jobs.values()
            if (self.phase(job) in {"done", "failed", "cancelled"} or self.frozen)
            and wanted in {None, job.id}
        ]
        return web.json_response({job.id: self._told(job) for job in over})

    def _told(self, job: Job) -> dict[str, Any]:
        phase = self.phase(job)
        messages: list[Any] = [["execution_start", {"prompt_id": job.id}]]
        outputs: dict[str, Any] = {}
        if phase == "cancelled":
            messages.append(["execution_interrupted", {"prompt_id": job.id}])
        elif phase == "failed":
            kind = {"memory": "torch.OutOfMemoryError"}.get(job.outcome, "RuntimeError")
            error = {"node_type": "KSampler", "exception_type": kind, "exception_message": "it broke"}
            messages.append(["execution_error", error])
        elif phase == "done":
            graph = job.request["prompt"]
            save = next(name for name, node in graph.items() if "clappper:output" in str(node.get("_meta")))
            file = {"filename": f"{job.id}.mp4", "subfolder": "clappper", "type": "output"}
            outputs = {save: {"images": [file], "animated": [True]}}
            self.files[f"{job.id}.mp4"] = footage.clip()
        status = {
            "status_str": "success" if phase == "done" else "error",
            "completed": True,
            "messages": messages,
        }
        if self.frozen:
            status["status_str"] = self.frozen
        return {"prompt": self._entry(job), "outputs": outputs, "status": status, "meta": {}}

    async def _free(self, _request: web.Request) -> web.Response:
        self.freed += 1
        return web.Response()

    async def _view(self, request: web.Request) -> web.StreamResponse:
        data = self.files.get(request.query["filename"])
        if data is None or request.query["type"] != "output":
            return self.refusal(404)
        return await self._given(request, data)
