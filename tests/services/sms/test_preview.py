"""What invitations will be, worked out by hand: texts, parts, numbers, cost."""

from decimal import Decimal

import pytest
from flask import Flask

from survey.domain.errors import NoSms
from survey.services.sms.preview import ShownInvitation, cost, invitations
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.builders import a_definition, armed_campaign
from tests.sms_clients import an_sms_definition, listed_campaign


def shown(code: str = "hotline") -> list[ShownInvitation]:
    with transaction() as session:
        return invitations(session, find_campaign(session, code))


def test_each_ratee_has_a_text_and_its_clients(app: Flask) -> None:
    listed_campaign(app, 7)
    found = shown()
    assert [(one.ratee, one.clients, len(one.parts), one.paid) for one in found] == [
        ("tax", 3, 1, 3),
        ("police", 2, 1, 2),
        ("water", 2, 1, 2),
    ]
    assert all(one.name in one.text for one in found)


def test_before_a_list_there_is_a_text_all_the_same(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    assert [one.clients for one in shown()] == [0, 0, 0]


def test_a_campaign_by_codes_has_none(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(NoSms):
        shown("small")


@pytest.mark.parametrize(
    ("units", "clients", "price", "said"),
    [
        (70, 100, "0.045", "4.50"),
        (71, 100, "0.045", "9.00"),
        (134, 1, "0.045", "0.09"),
        (135, 1, "0.045", "0.14"),
        (70, 0, "0.045", "0.00"),
        (70, 10_000, "0", "0.00"),
    ],
)
def test_cost_is_parts_times_price_to_the_cent(units: int, clients: int, price: str, said: str) -> None:
    one = ShownInvitation("tax", "办税窗口", "字" * units, clients)
    assert one.units == units
    assert cost([one], Decimal(price)) == Decimal(said)
