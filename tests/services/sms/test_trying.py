"""A message to the office itself: in the log before it goes out, and its number nowhere."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign
from survey.domain.errors import OptedOut, OutsideWindow
from survey.domain.sms.incoming import Refused, Sent, Unknown
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.sms import client_lists
from survey.services.sms.trying import send_one
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.builders import BY
from tests.sms_clients import BEGAN, Provider, an_sms_definition, listed_campaign, number_of, secrets_here

NOON = By("test", BEGAN)


class Broken(Provider):
    """A channel that fails in a way nobody foresaw."""

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Sent | Refused | Unknown:
        raise RuntimeError("broken")


def log() -> list[tuple[str, str]]:
    with transaction() as session:
        return [(entry.act, entry.detail) for entry, _ in audit.history(session, "hotline")]


def a_campaign(app: Flask) -> Campaign:
    sms = {"channel": "mas", "sender": "x", "extension": "12"}
    listed_campaign(app, 1, an_sms_definition() | {"sms": sms})
    with transaction() as session:
        return find_campaign(session, "hotline")


def test_it_is_in_the_log_without_its_number(app: Flask) -> None:
    campaign, provider = a_campaign(app), Provider()
    tried = send_one("mas", provider, number_of(7), "测试", NOON, secrets_here(), campaign=campaign)
    assert tried == Sent("id-1")
    assert provider.numbers == [number_of(7)]
    assert provider.sub_numbers == {"12"}
    assert log()[-1] == ("sms-try", '{"channel":"mas","number":1}')


def test_it_is_in_the_log_also_where_nobody_knows_what_became_of_it(app: Flask) -> None:
    campaign = a_campaign(app)
    with pytest.raises(RuntimeError):
        send_one("mas", Broken(), number_of(7), "测试", NOON, secrets_here(), campaign=campaign)
    assert log()[-1][0] == "sms-try"


def test_who_opted_out_gets_none(app: Flask) -> None:
    campaign, provider = a_campaign(app), Provider()
    with transaction(write=True) as session:
        client_lists.opt_out(session, secrets_here(), number_of(7), BY)
    for one in (campaign, None):
        with pytest.raises(OptedOut):
            send_one("mas", provider, number_of(7), "测试", NOON, secrets_here(), campaign=one)
    assert provider.sent == []
    assert "sms-try" not in {act for act, _ in log()}


@pytest.mark.parametrize(("hours", "sent"), [(-4.01, 0), (-4, 1), (8.99, 1), (9, 0)])
def test_an_invitation_goes_out_at_its_hours_alone(app: Flask, hours: float, sent: int) -> None:
    campaign, provider = a_campaign(app), Provider()
    then = By("test", BEGAN + timedelta(days=1, hours=hours))
    with nullcontext() if sent else pytest.raises(OutsideWindow):
        send_one("mas", provider, number_of(7), "测试", then, secrets_here(), campaign=campaign)
    send_one("mas", provider, number_of(8), "测试", then, secrets_here())
    assert len(provider.sent) == sent + 1
