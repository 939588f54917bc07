from __future__ import annotations

from typing import Any

import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers.inputs import Inputs, Rule, from_openapi, from_record, to_record

SCHEMAS: dict[str, Any] = {
    "Shape": {"type": "string", "enum": ["16:9", "9:16"]},
    "Input": {
        "type": "object",
        "required": ["prompt", "gone"],
        "properties": {
            "prompt": {"type": "string", "maxLength": 2500},
            "image": {"type": "string", "format": "uri"},
            "aspect": {"allOf": [{"$ref": "#/components/schemas/Shape"}], "default": "16:9"},
            "seconds": {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3, "maximum": 15}]},
            "old": {"type": "string", "deprecated": True},
        },
    },
}


def test_a_services_own_schema_is_read() -> None:
    inputs = from_openapi(SCHEMAS, "Input", version="v", as_of="2026-11-30")
    assert inputs.required == {"prompt"}
    assert inputs.rules == {
        "prompt": Rule("string", longest=2500),
        "image": Rule("uri"),
        "aspect": Rule("string", ("16:9", "9:16"), default="16:9"),
        "seconds": Rule("integer", low=3, high=15),
    }
    assert from_record(to_record(inputs)) == inputs
    assert inputs.defaults() == {"aspect": "16:9"}
    with pytest.raises(UnusableInputError):
        from_openapi(SCHEMAS, "Output", version="", as_of="")
    assert from_record(to_record(Inputs())) == Inputs()


@pytest.mark.parametrize(
    ("rule", "wanted", "value"),
    [
        (Rule("integer", (5, 10)), 5.0, 5),
        (Rule("integer", (5, 10)), 5.1, 10),
        (Rule("integer", (5, 10)), 12, 10),
        (Rule("string", ("5s", "10s")), 7, "10s"),
        (Rule("string", ("14_frames_with_svd", "25_frames_with_svd_xt")), 20, "25_frames_with_svd_xt"),
        (Rule("string", ("1080p", "720p", "4k")), 1100, "4k"),
        (Rule("integer", low=3, high=15), 2.2, 3),
        (Rule("integer", low=3, high=15), 4.2, 5),
        (Rule("integer", low=3, high=15), 44, 15),
        (Rule("number", low=0.5), 0.7, 0.7),
        (Rule("integer", ("auto", 4)), 3, 4),
    ],
)
def test_the_nearest_value_that_is_enough_is_found(rule: Rule, wanted: float, value: object) -> None:
    assert rule.nearest(wanted) == value


@pytest.mark.parametrize(
    ("rule", "value", "word"),
    [
        (Rule("integer"), "5", "type integer"),
        (Rule("integer"), True, "type integer"),
        (Rule("string", ("a", "b")), "c", "one of a, b"),
        (Rule("number", low=1), 0.5, "at least 1"),
        (Rule("number", high=1), 1.5, "at most 1"),
        (Rule("string", longest=2), "abc", "2 characters"),
    ],
)
def test_a_value_that_does_not_suit_is_told_why(rule: Rule, value: object, word: str) -> None:
    assert word in rule.refusal(value)
    assert Rule("boolean").refusal(value=False) == ""
