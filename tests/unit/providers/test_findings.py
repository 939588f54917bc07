from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clappper.providers.contract import FaultKind, ProviderError
from clappper.providers.findings import fraction_in, identity, last_line, moment, outputs_in, pause_after

URL = "https://a.example/x.mp4"


@pytest.mark.parametrize(
    ("found", "addresses"),
    [
        (URL, [URL]),
        ([URL, "https://a.example/y"], [URL, "https://a.example/y"]),
        ({"video": {"url": URL, "content_type": "video/mp4"}, "seed": 7}, [URL]),
        (
            {"images": [{"url": URL}, {"url": "data:image/png;base64,AA=="}]},
            [URL, "data:image/png;base64,AA=="],
        ),
        ({"version": "me/m:1", "weights": "https://a.example/w.tar"}, ["https://a.example/w.tar"]),
        ("just words", []),
        (None, []),
        ([1, None, {}], []),
        ("file:///etc/passwd", []),
    ],
)
def test_results_are_found_in_any_shape(found: object, addresses: list[str]) -> None:
    assert [output.location for output in outputs_in(found)] == addresses


def test_what_a_result_is_its_address_or_the_service_says() -> None:
    assert outputs_in("https://a.example/x.WAV?sig=1")[0].role == "sound"
    assert outputs_in("data:image/png;base64,AA==")[0].mime == "image/png"
    assert outputs_in({"url": "https://a.example/x", "content_type": "video/mp4"})[0].role == "video"
    assert outputs_in("https://a.example/w.tar")[0].role == "file"
    assert outputs_in("https://a.example/x")[0].role == "file"


@pytest.mark.parametrize(
    ("logs", "fraction"),
    [
        ("", None),
        ("loading weights", None),
        (" 10%|#    | 5/50 [00:01<00:09]\n 20%|##   | 10/50 [00:02<00:08]\ndone soon", 0.2),
        ("Steps:  12%|#| 180/1500 [00:01<00:09]", 0.12),
        ("  0%| | 0/0 [00:00<?]", None),
        ("a\r 50%|###  | 1/2 [..]", 0.5),
    ],
)
def test_progress_is_read_from_the_last_bar(logs: str, fraction: float | None) -> None:
    assert fraction_in(logs) == fraction


@pytest.mark.parametrize("found", [None, 3, "", "../../etc", "a/b", "x" * 200, "with space"])
def test_what_cannot_be_an_id_leaves_the_job_in_doubt(found: object) -> None:
    with pytest.raises(ProviderError) as doubt:
        identity({"id": found})
    assert doubt.value.fault.kind is FaultKind.AMBIGUOUS
    assert identity({"id": "hdwst0bb05rgp0cf0p29mzk2am"}) == "hdwst0bb05rgp0cf0p29mzk2am"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-04-22T11:15:15.329Z", datetime(2026, 4, 22, 11, 15, 15, 329000, UTC)),
        ("2026-04-22T11:15:15.123456789Z", datetime(2026, 4, 22, 11, 15, 15, 123456, UTC)),
        ("2026-04-22T11:15:15", datetime(2026, 4, 22, 11, 15, 15, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_time_stamps_of_any_precision_are_read(text: object, found: datetime | None) -> None:
    assert moment(text) == found


def test_looks_become_rarer() -> None:
    assert [pause_after(seconds) for seconds in (0, 19, 20, 299, 300)] == [2, 2, 5, 5, 10]
    assert last_line("a\n\n b \n") == "b"
    assert last_line("") == ""
