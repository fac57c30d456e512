"""A provider's request as a value shows nothing of what it holds."""

from datetime import datetime, timedelta

import pytest

from survey.channels.sms.webhook import CHINA, behind, china_time, moment_of
from tests.channels.sms.conftest import SECRET, a_request


def test_a_request_shows_neither_body_nor_query_nor_address() -> None:
    shown = repr(a_request("很不满意", path="/sms/own", query={"text": "很不满意"}, headers={"a": "h1"}))
    assert [word for word in ("不满", "h1", "203.0") if word in shown] == []


@pytest.mark.parametrize(
    ("path", "secret"),
    [(f"/sms/office/{SECRET}", SECRET), ("/sms/office", ""), ("/sms/office/a/b", "a/b"), ("/", "")],
)
def test_the_secret_stands_behind_the_name(path: str, secret: str) -> None:
    assert a_request(path=path).secret == secret


def test_times_of_providers_are_of_china() -> None:
    at = datetime(2026, 6, 1, 8, 0, 5, tzinfo=CHINA)
    assert china_time("2026-06-01 08:00:05") == china_time("20260601080005") == at
    assert at.utcoffset() == timedelta(hours=8)
    assert [china_time(text) for text in ("", "2026-13-01 00:00:00", "now")] == [None] * 3
    assert moment_of("0") == datetime(1970, 1, 1, 8, tzinfo=CHINA)
    assert [moment_of(value) for value in (None, "x", 10**20, "")] == [None] * 4


@pytest.mark.parametrize(
    ("to", "number", "sub_number", "exact"),
    [
        ("10690000107", "106900001", "07", True),
        ("+106900001", "106900001", "", True),
        ("07", "106900001", "07", False),
        ("07", "", "07", False),
    ],
)
def test_a_sub_number_is_what_stands_behind(to: str, number: str, sub_number: str, exact: bool) -> None:
    assert behind(to, number) == (sub_number, exact)
