"""What single services have beyond the promises that all of them share."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from clappper.base.units import Money
from clappper.media.probe import probe
from clappper.media.sniff import sniff
from clappper.providers.comfy.workflows import shipped
from clappper.providers.contract import FaultKind, Kind, ProviderError, RemoteState, Role
from tests.contract.promises import fault_of
from tests.contract.services import SERVICES, rig_of
from tests.patience import PATIENCE_SECONDS
from tests.simulators.stage import QUEUED_SECONDS, Fault


async def test_runway_is_looked_at_no_more_often_than_it_allows_and_tells_its_price(tmp_path: Path) -> None:
    async with rig_of(SERVICES["runway"], tmp_path) as rig:
        rig.patience = 60.0
        remote_id = await rig.provider.submit(rig.sample())
        last = (await rig.settle(remote_id))[-1]
        assert rig.sim.hurried == 0
        assert last.cost == Money.dollars("0.60")
        assert rig.model.brand_line == "Powered by Runway"


@pytest.mark.parametrize("name", ["replicate", "fal"])
async def test_a_service_is_asked_to_call_back_only_where_somebody_listens(tmp_path: Path, name: str) -> None:
    async with rig_of(SERVICES[name], tmp_path) as rig:
        await rig.provider.submit(rig.sample())
        assert "webhook" not in f"{rig.sim.bodies[-1]} {rig.sim.ledger[-1]}"
        rig.provider = rig.anew(webhook_url="https://me.example.com/")
        await rig.provider.submit(rig.sample())
        asked = f"{rig.sim.bodies[-1]} {unquote(rig.sim.ledger[-1])}"
        assert f"https://me.example.com/{name}" in asked
        assert await rig.provider.webhook_keys()  # type: ignore[attr-defined]  # these two call back


async def test_runway_without_credits_wants_to_be_paid(tmp_path: Path) -> None:
    async with rig_of(SERVICES["runway"], tmp_path) as rig:
        rig.sim.fail("POST", "_to_", Fault(400, body={"error": "You do not have enough credits"}))
        assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.BILLING


async def test_luma_goes_through_many_pictures_in_one_call(tmp_path: Path) -> None:
    async with rig_of(SERVICES["luma"], tmp_path) as rig:
        frames = [
            dataclasses.replace(rig.file(Role.KEYFRAME, 100 + at), at_seconds=at / 10) for at in (0, 25, 50)
        ]
        request = rig.request(rig.model, Kind.KEYFRAMES)
        request = dataclasses.replace(request, files=tuple(frames))
        await rig.provider.submit(request)
        video = rig.sim.bodies[-1]["video"]
        assert video["keyframe_indexes"] == [0, 60, 120]
        assert [set(one) for one in video["keyframes"]] == [{"file_id"}] * 3


async def test_luma_loops_are_short(tmp_path: Path) -> None:
    async with rig_of(SERVICES["luma"], tmp_path) as rig:
        request = dataclasses.replace(rig.sample(), seconds=8.0, loop=True)
        assert any(issue.field == "loop" and issue.blocking for issue in rig.provider.validate(request))


async def test_pikaframes_lets_each_step_take_its_time(tmp_path: Path) -> None:
    async with rig_of(SERVICES["fal"], tmp_path) as rig:
        model = next(one for one in rig.provider.models() if one.model == "pikaframes-2.2")
        times = (0, 30, 90)
        frames = [dataclasses.replace(rig.file(Role.KEYFRAME, 100 + at), at_seconds=at / 10) for at in times]
        request = dataclasses.replace(rig.request(model, Kind.KEYFRAMES), seconds=9.0, files=tuple(frames))
        await rig.provider.submit(request)
        assert rig.sim.bodies[-1]["transitions"] == [{"duration": 3}, {"duration": 6}]
        assert rig.provider.estimate(request).high == Money.dollars("0.36")


async def test_fal_locked_for_lack_of_money_is_no_matter_of_the_key(tmp_path: Path) -> None:
    async with rig_of(SERVICES["fal"], tmp_path) as rig:
        rig.sim.fail(
            "POST", "/fal-ai/", Fault(403, body={"detail": "User is locked. Reason: Exhausted balance."})
        )
        assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.BILLING


@pytest.mark.parametrize("name", ["replicate", "fal"])
async def test_schemas_are_read_anew_from_the_service(name: str, tmp_path: Path) -> None:
    async with rig_of(SERVICES[name], tmp_path) as rig:
        adapter = rig.provider
        before = adapter.models()
        for schema in rig.sim.models.values():
            schema["inputs"]["brand_new"] = {"type": "string"}
        changed = await adapter.refresh()  # type: ignore[attr-defined]  # these two can
        assert len(changed) >= 5
        assert "brand_new" not in before[0].extra_fields
        assert "brand_new" in adapter.models()[0].extra_fields
        assert "brand_new" in rig.anew().models()[0].extra_fields


async def test_a_training_makes_its_destination_and_brings_weights(tmp_path: Path) -> None:
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        model = next(one for one in rig.provider.models() if Kind.TRAIN in one.kinds)
        request = dataclasses.replace(rig.request(model, Kind.TRAIN), extra={"trigger_word": "KLNM"})
        since = rig.sim.clock.now() - timedelta(minutes=1)
        remote_id = await rig.provider.submit(request)
        assert rig.sim.destinations == {"nobody/clappper-test-0"}
        assert await rig.anew().reconcile(request, since) == remote_id
        last = (await rig.settle(remote_id))[-1]
        assert last.state is RemoteState.SUCCEEDED
        assert last.cost == Money(4 * 1525)
        weights = next(output for output in last.outputs if output.role == "file")
        await rig.provider.fetch(remote_id, weights, tmp_path / "weights")
        assert (tmp_path / "weights").stat().st_size == 700


async def test_replicate_says_how_often_one_with_little_credit_may_ask(tmp_path: Path) -> None:
    detail = "Request was throttled. Your rate limit resets in ~5s."
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        rig.sim.fail("POST", "/predictions", Fault(429, body={"detail": detail}))
        with pytest.raises(ProviderError) as refused:
            await rig.provider.submit(rig.sample())
    assert refused.value.fault.retry_after_seconds == 5.0
    assert "throttled" in refused.value.message


async def test_replicate_tells_a_deadline_and_a_job_that_never_began(tmp_path: Path) -> None:
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        remote_id = await rig.provider.submit(rig.sample())
        assert rig.sim.jobs[remote_id].extra["deadline"] == "30m"
        outcome = await rig.provider.cancel(remote_id)
        assert outcome.still_billed is False
        assert (await rig.provider.poll(remote_id)).cost == Money()
        second = await rig.provider.submit(rig.sample())
        rig.sim.clock.advance(3)
        assert (await rig.provider.cancel(second)).still_billed is True


async def test_comfyui_says_what_to_install_before_anything_is_sent(tmp_path: Path) -> None:
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        for name in ("ADE_AnimateDiffLoaderGen1", "Wan22ImageToVideoLatent"):
            del rig.sim.nodes[name]
        health = await rig.provider.check()
        assert health.ready
        assert "Can run: svd, rife" in health.detail
        assert "Test GPU, 10.0 of 12.0 GB free" in health.detail
        assert "For animatediff install the nodes ADE_AnimateDiffLoaderGen1." in health.hint
        assert "Too large for 12 GB: wan-2.2-5b-t2v" in health.hint
        with pytest.raises(ProviderError, match="lacks the nodes Wan22ImageToVideoLatent") as refused:
            await rig.provider.submit(rig.sample())
        assert refused.value.fault.kind is FaultKind.SETUP
        assert rig.creates() == 0


async def test_comfyui_shows_a_picture_while_it_works_and_works_without_a_socket_too(tmp_path: Path) -> None:
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        remote_id = await rig.provider.submit(rig.sample())
        await rig.provider.poll(remote_id)
        rig.sim.clock.advance(QUEUED_SECONDS + 1)
        preview = ""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not preview:
                preview = (await rig.provider.poll(remote_id)).preview
        assert sniff(Path(preview)).name == "PNG"
        await rig.settle(remote_id)
        rig.sim.has_socket = False
        rig.provider = rig.anew()
        seen = await rig.settle(await rig.provider.submit(rig.sample()))
        assert seen[-1].state is RemoteState.SUCCEEDED
        assert {one.fraction for one in seen[:-1]} == {None}


async def test_comfyui_out_of_memory_frees_it(tmp_path: Path) -> None:
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        last = (await rig.settle(await rig.provider.submit(rig.sample("too much [memory]"))))[-1]
        assert last.error is not None
        assert last.error.kind is FaultKind.RESOURCE
        assert rig.sim.freed == 1


async def test_comfyui_that_was_restarted_has_lost_the_job(tmp_path: Path) -> None:
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        remote_id = await rig.provider.submit(rig.sample())
        rig.sim.jobs.clear()
        assert await fault_of(rig.provider.poll(remote_id)) is FaultKind.LOST


async def test_an_old_comfyui_has_ids_of_its_own(tmp_path: Path) -> None:
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        rig.sim.is_old = True
        request = rig.sample()
        remote_id = await rig.provider.submit(request)
        assert await rig.anew().reconcile(request, rig.sim.clock.now()) == remote_id
        assert (await rig.settle(remote_id))[-1].state is RemoteState.SUCCEEDED


async def test_a_workflow_of_ones_own_runs_without_code(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    text = shipped("wan-2.2-5b-t2v").read_text(encoding="utf-8").replace("clappper/wan", "mine/wan")
    (folder / "my own.json").write_text(text, encoding="utf-8")
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        rig.provider = rig.anew(comfyui_workflows=str(folder))
        model = next(one for one in rig.provider.models() if one.model == "my own")
        remote_id = await rig.provider.submit(rig.request(model, Kind.TEXT_TO_VIDEO))
        assert "mine/wan" in str(rig.sim.bodies[-1])
        assert (await rig.settle(remote_id))[-1].state is RemoteState.SUCCEEDED


async def test_without_a_server_comfyui_says_how_to_set_one_up(tmp_path: Path) -> None:
    async with rig_of(SERVICES["comfyui"], tmp_path) as rig:
        provider = rig.anew(comfyui_url="")
        health = await provider.check()
        assert not health.ready
        assert "comfyui_url" in health.hint
        assert await fault_of(provider.submit(rig.sample())) is FaultKind.SETUP


async def test_a_cosmos_container_that_loads_is_waited_for(tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos generator"], tmp_path) as rig:
        rig.sim.is_loading = True
        assert not (await rig.provider.check()).ready
        assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.OFFLINE


@pytest.mark.parametrize("dialect", ["generator", "predict", "transfer", "unknown"])
async def test_a_cosmos_container_says_which_one_it_is(dialect: str, tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos generator"], tmp_path) as rig:
        rig.sim.dialect = dialect
        rig.provider = rig.anew(cosmos_dialect="auto")
        assert len(rig.provider.models()) == 3
        assert (await rig.provider.check()).ready
        (model,) = rig.provider.models()
        assert model.model == f"cosmos-{'predict' if dialect == 'unknown' else dialect}"


async def test_a_cosmos_container_of_another_kind_is_not_asked(tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos generator"], tmp_path) as rig:
        rig.sim.dialect = "transfer"
        rig.provider = rig.anew(cosmos_dialect="auto")
        request = rig.sample(model=rig.provider.models()[0])
        assert await fault_of(rig.provider.submit(request)) is FaultKind.SETUP
        assert rig.creates() == 0


async def test_a_cosmos_container_makes_one_clip_at_a_time_and_notices_hanging_up(tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos generator"], tmp_path) as rig:
        first = await rig.submit(rig.sample())
        second = await rig.provider.submit(dataclasses.replace(rig.sample(), key="second"))
        assert (await rig.provider.poll(first)).state is RemoteState.RUNNING
        assert (await rig.provider.poll(second)).state is RemoteState.QUEUED
        await rig.provider.cancel(first)
        last = (await rig.settle(second))[-1]
        assert last.state is RemoteState.SUCCEEDED
        assert (rig.sim.most_at_once, rig.sim.hung_up) == (1, 1)
        assert await fault_of(rig.anew().poll(second)) is FaultKind.LOST


async def test_what_cosmos_makes_is_a_film_that_can_be_read(tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos predict"], tmp_path) as rig:
        remote_id = await rig.submit(rig.sample())
        last = (await rig.settle(remote_id))[-1]
        await rig.provider.fetch(remote_id, last.outputs[0], tmp_path / "clip.mp4")
        assert probe(tmp_path / "clip.mp4").kind == "video"


async def test_an_hour_of_ones_own_card_has_its_price(tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos generator"], tmp_path) as rig:
        rig.provider = rig.anew(cosmos_usd_per_gpu_hour=3.6)
        assert rig.provider.estimate(rig.sample()).low is None
        last = (await rig.settle(await rig.submit(rig.sample())))[-1]
        assert last.cost is not None
        assert last.cost >= Money(6000)


async def test_the_hosted_experiment_is_off_until_a_person_wants_it(tmp_path: Path) -> None:
    async with rig_of(SERVICES["cosmos_hosted"], tmp_path) as rig:
        provider = rig.anew(cosmos_hosted=False)
        health = await provider.check()
        assert not health.ready
        assert "cosmos_hosted" in health.hint
        assert await fault_of(provider.submit(rig.sample())) is FaultKind.SETUP
        assert rig.sim.ledger == []


async def test_a_lost_job_is_found_although_new_ones_push_the_pages_on(tmp_path: Path) -> None:
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        since = rig.sim.clock.now() - timedelta(minutes=15)
        lost = rig.sample("the lost one")
        rig.sim.fail("POST", "/predictions", Fault(0, after=True))
        assert await fault_of(rig.provider.submit(lost)) is FaultKind.AMBIGUOUS
        wanted = next(iter(rig.sim.jobs))
        for number in range(9):
            await rig.provider.submit(rig.sample(f"later {number}"))
        pages = rig.sim.count("GET", "/predictions")
        rig.sim.each_list = lambda: rig.sim.accept("pushed in", {"prompt": "x"}, model=lost.model)
        assert await rig.provider.reconcile(lost, since) == wanted
        assert rig.sim.count("GET", "/predictions") - pages >= 3


async def test_an_id_that_cannot_be_one_leaves_the_job_in_doubt(tmp_path: Path) -> None:
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        rig.sim.new_id = lambda: "../../account"
        assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.AMBIGUOUS
        assert rig.sim.billed == 1


async def test_a_create_takes_a_connection_of_its_own(tmp_path: Path) -> None:
    async with rig_of(SERVICES["replicate"], tmp_path) as rig:
        for _ in range(2):
            await rig.provider.poll(await rig.provider.submit(rig.sample()))
        creates = [peer for line, peer in rig.sim.peers if line.startswith("POST")]
        looks = {peer for line, peer in rig.sim.peers if line.startswith("GET")}
        assert len(set(creates)) == 2
        assert not looks & set(creates)
        assert len(looks) == 1
