"""The prediction service over loopback: what it answers, and what it refuses with one sentence."""

import http.client
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clappper.base.errors import UnusableInputError
from clappper.brief.schema import to_dict
from clappper.brief.templates import template
from clappper.flow.learning.service import LARGEST_BYTES, PredictService
from clappper.flow.predictor import load_predictor_of
from tests.patience import PATIENCE_SECONDS

TOKEN = "for-tests-only"  # noqa: S105 - it opens nothing


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PredictService]:
    made = PredictService(tmp_path_factory.mktemp("home") / "models", token=TOKEN)
    made.start()
    yield made
    made.stop()


def ask(
    service: PredictService, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, Any]]:
    host, _, port = service.address.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_SECONDS)
    sent = {"Authorization": f"Bearer {TOKEN}"} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    connection.request(method, path, body or None, sent)
    answer = connection.getresponse()
    page = json.loads(answer.read())
    connection.close()
    return answer.status, page


def test_a_prompt_gets_what_the_predictor_says_in_the_program(
    service: PredictService, tmp_path: Path
) -> None:
    body = {"prompt": "a red boat crosses a calm lake at dawn, slow pan", "provider": "fal"}
    status, page = ask(service, "POST", "/predict", json.dumps(body).encode())
    same = load_predictor_of(tmp_path / "models").predict(body["prompt"], body["provider"])
    assert status == 200
    assert page["success_prob"] == same.chance
    assert page["quality"] == same.quality
    assert page["model_version"] == same.version
    assert page["reasons"] == [{"text": one.text, "effect": one.effect} for one in same.reasons]
    if same.chance is not None:
        assert page["interval"][0] <= same.chance <= page["interval"][1]


def test_a_brief_gets_an_answer_for_each_shot(service: PredictService) -> None:
    status, page = ask(service, "POST", "/predict", json.dumps(to_dict(template("big-reveal"))).encode())
    assert status == 200
    assert len(page["shots"]) >= len(template("big-reveal").scenes)
    assert {"shot_id", "success_prob", "interval", "quality", "reasons", "model_version"} <= page["shots"][
        0
    ].keys()


def test_health_names_the_predictor(service: PredictService) -> None:
    status, page = ask(service, "GET", "/health")
    assert (status, page["ok"]) == (200, True)
    assert page["model_version"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "no JSON"),
        (b"[" * 100_000, 400, "no JSON"),
        (b"[]", 422, "a brief, or one with a prompt"),
        (b'{"prompt": ""}', 422, "from 1 to 4000"),
        (b'{"prompt": 3}', 422, "must be texts"),
        (b'{"prompt": "a", "seed": 1}', 422, "not seed"),
        (b'{"project": {}}', 422, "project"),
    ],
)
def test_bad_input_is_refused_with_one_sentence(
    service: PredictService, body: bytes, status: int, words: str
) -> None:
    answered, page = ask(service, "POST", "/predict", body)
    assert answered == status
    assert page["ok"] is False
    assert words in page["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": ""}, 401),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_strangers_are_turned_away(service: PredictService, headers: dict[str, str], status: int) -> None:
    assert ask(service, "POST", "/predict", b'{"prompt": "a boat"}', **headers)[0] == status


def test_what_is_too_large_or_of_unknown_length_is_not_read(service: PredictService) -> None:
    status, page = ask(service, "POST", "/predict", b"{}", Content_Length=str(LARGEST_BYTES + 1))
    assert (status, page["error"]) == (413, "A request has at most 1 MB.")
    assert ask(service, "POST", "/predict", b"{}", Content_Length="many")[0] == 411


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/predict", 405), ("POST", "/health", 405), ("PUT", "/predict", 405), ("GET", "/", 404)],
)
def test_other_paths_and_methods_are_refused(
    service: PredictService, method: str, path: str, status: int
) -> None:
    answered, page = ask(service, method, path)
    assert (answered, page["ok"]) == (status, False)


def test_what_is_no_request_is_refused_in_json(service: PredictService) -> None:
    host, _, port = service.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as line:
        line.sendall(b"MAKE me a film please\r\n\r\n")
        with line.makefile("rb") as answer:
            said = answer.read()
    assert json.loads(said.rpartition(b"\r\n")[2])["ok"] is False


def test_too_many_requests_are_told_when_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PredictService, "_warm_up", lambda _: None)
    made = PredictService(tmp_path / "models", token=TOKEN, most_a_minute=2)
    made.start()
    try:
        answers = [ask(made, "GET", "/openapi.json") for _ in range(3)]
    finally:
        made.stop()
    assert [status for status, _ in answers] == [200, 200, 429]
    assert "more than 2 requests" in answers[2][1]["error"]


def test_it_describes_what_it_really_answers(service: PredictService) -> None:
    status, page = ask(service, "GET", "/openapi.json")
    assert status == 200
    parts = page["components"]["schemas"]
    assert {"AdBrief", "Scene", "Refusal"} <= parts.keys()
    names = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(page))
    assert set(names) <= parts.keys()
    schema = page["paths"]["/predict"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    of_prompt, of_brief = schema["oneOf"]
    body = json.dumps({"prompt": "a red boat", "provider": "fal"}).encode()
    assert ask(service, "POST", "/predict", body)[1].keys() == of_prompt["properties"].keys()
    brief = json.dumps(to_dict(template("big-reveal"))).encode()
    answer = ask(service, "POST", "/predict", brief)[1]
    assert answer.keys() == of_brief["properties"].keys()
    assert answer["shots"][0].keys() == of_brief["properties"]["shots"]["items"]["properties"].keys()


def test_it_listens_on_loopback_only_and_a_taken_port_is_told(
    service: PredictService, tmp_path: Path
) -> None:
    assert service.address.startswith("http://127.0.0.1:")
    with pytest.raises(UnusableInputError, match="cannot be used"):
        PredictService(tmp_path, port=int(service.address.rpartition(":")[2]))
