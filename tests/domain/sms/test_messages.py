"""When messages may go out, and how they are counted."""

from datetime import datetime

import pytest

from survey.domain.definition.reader import read_definition
from survey.domain.sms.messages import SmsNumbers, is_within
from tests.sms_clients import an_sms_definition


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        ("2026-11-23T07:59:59+08:00", False),
        ("2026-11-23T08:00:00+08:00", True),
        ("2026-11-23T00:00:00+00:00", True),
        ("2026-11-23T20:59:59+08:00", True),
        ("2026-11-23T21:00:00+08:00", False),
    ],
)
def test_hours_are_those_of_the_campaigns_place(moment: str, within: bool) -> None:
    assert is_within(read_definition(an_sms_definition()), datetime.fromisoformat(moment)) is within


def test_a_campaign_may_have_hours_of_its_own_and_another_zone() -> None:
    data = an_sms_definition()
    data["sms"]["window"] = ["09:30", "11:00"]
    data["campaign"]["time_zone"] = "Asia/Urumqi"
    definition = read_definition(data)
    found = [
        is_within(definition, datetime.fromisoformat(f"2026-11-23T{time}:00+06:00"))
        for time in ("09:29", "09:30", "10:59", "11:00")
    ]
    assert found == [False, True, True, False]


def test_without_text_messages_none_goes_out() -> None:
    data = an_sms_definition()
    del data["sms"]
    data["campaign"]["entry"] = "codes"
    assert not is_within(read_definition(data), datetime.fromisoformat("2026-11-23T12:00:00+08:00"))


def test_numbers_are_written_by_name() -> None:
    assert SmsNumbers(sent=3, replied=2).as_json()["replied"] == 2
    assert list(SmsNumbers().as_json())[:4] == ["listed", "left_out", "queued", "sent"]
