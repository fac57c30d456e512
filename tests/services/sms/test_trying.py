"""A message to the office itself: in the log before it goes out, and its number nowhere."""

import pytest
from flask import Flask

from survey.domain.sms.incoming import Refused, Sent, Unknown
from survey.services.audit import audit
from survey.services.sms.trying import send_one
from survey.storage.database import transaction
from tests.builders import BY
from tests.sms_clients import Provider, number_of


class Broken(Provider):
    """A channel that fails in a way nobody foresaw."""

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Sent | Refused | Unknown:
        raise RuntimeError("broken")


def log() -> list[tuple[str, str]]:
    with transaction() as session:
        return [(entry.act, entry.detail) for entry, _ in audit.history(session, "hotline")]


def test_it_is_in_the_log_without_its_number(app: Flask) -> None:
    provider = Provider()
    assert send_one(
        "mas", provider, number_of(7), "测试", BY, campaign_code="hotline", sub_number="12"
    ) == Sent("id-1")
    assert provider.numbers == [number_of(7)]
    assert provider.sub_numbers == {"12"}
    assert log()[-1] == ("sms-try", '{"channel":"mas","number":1}')


def test_it_is_in_the_log_also_where_nobody_knows_what_became_of_it(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        send_one("mas", Broken(), number_of(7), "测试", BY, campaign_code="hotline")
    assert log()[-1][0] == "sms-try"
