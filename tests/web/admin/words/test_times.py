"""Moments as an organiser reads and types them: on the campaign's clock, there and back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.web.admin.words import times
from tests.web.spoken import is_said

NEW_YEAR = datetime(2026, 12, 31, 16, 5, 59, tzinfo=UTC)
"""Five past midnight on the first of January in Beijing."""
ZONES = [zone for zone, _ in times.ZONES]


def test_a_moment_is_written_on_the_campaigns_clock(chinese: None) -> None:
    assert times.moment(NEW_YEAR, "Asia/Shanghai") == "2027 年 1 月 1 日 00:05"
    assert times.moment(NEW_YEAR, "UTC") == "2026 年 12 月 31 日 16:05"
    assert times.short_moment(NEW_YEAR, "Asia/Urumqi") == "12 月 31 日 22:05"
    assert times.day_of(NEW_YEAR, "Asia/Shanghai") == "2027-01-01"
    assert times.day_of(NEW_YEAR, "UTC") == "2026-12-31"


def test_in_english_too(english: None) -> None:
    assert is_said(times.moment(NEW_YEAR, "Asia/Shanghai"), "en")
    assert "2027" in times.moment(NEW_YEAR, "Asia/Shanghai")
    assert "2027" not in times.short_moment(NEW_YEAR, "Asia/Shanghai")


def test_zones_that_are_offered_have_names(language: str) -> None:
    said = [times.zone_name(zone, NEW_YEAR) for zone in ZONES]
    assert len(set(said)) == len(said)
    assert all(is_said(name, language) for name in said)


@pytest.mark.parametrize(
    ("zone", "month", "name"),
    [
        ("Europe/Berlin", 1, "Europe/Berlin，UTC+01:00"),
        ("Europe/Berlin", 7, "Europe/Berlin，UTC+02:00"),
        ("Asia/Kathmandu", 1, "Asia/Kathmandu，UTC+05:45"),
        ("America/New_York", 1, "America/New_York，UTC-05:00"),
    ],
)
def test_others_are_named_with_the_offset_of_the_day(chinese: None, zone: str, month: int, name: str) -> None:
    assert times.zone_name(zone, datetime(2026, month, 15, tzinfo=UTC)) == name


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.sampled_from(ZONES))
def test_what_a_field_shows_is_read_back_to_the_minute(when: datetime, zone: str) -> None:
    at = when.replace(tzinfo=UTC)
    read = times.typed_moment(times.field_moment(at, zone), zone)
    assert read is not None
    # The hour that a clock repeats in autumn is read as its first.
    assert at.replace(second=0, microsecond=0) - read in (timedelta(0), timedelta(hours=1))


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01T00:00", "2026-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59x"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    """The first of all days has no time in UTC where it began eight hours earlier."""
    assert times.typed_moment(text, "Asia/Shanghai") is None


def test_a_day_alone_begins_at_midnight() -> None:
    assert times.typed_moment("2026-11-22", "Asia/Shanghai") == datetime(2026, 11, 21, 16, tzinfo=UTC)
