"""A list is taken whole or not at all; nobody who opted out is on it, and no number lies in clear."""

import contextlib

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import BadClientList, NoSms, SmsKeyLost, SmsPlaceTaken, WrongState
from survey.secrecy.sms_key import destroy_sms_key, read_sms_key
from survey.services.campaigns import campaigns
from survey.services.sms import client_lists
from survey.services.sms.keys import sms_key_of
from survey.services.voting import tokens
from survey.storage import token_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.sms import client_rows
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign, count
from tests.sms_clients import (
    a_list,
    a_reply,
    accounted,
    an_sms_definition,
    close_sms,
    listed_campaign,
    number_of,
    numbers_of,
    receive,
    secrets_here,
    shake_sms,
)


def take(content: bytes, code: str = "hotline") -> client_lists.ListTaken:
    with transaction(write=True) as session:
        return client_lists.take(session, secrets_here(), code, "list.csv", content, BY)


def test_a_list_is_taken_and_counts_as_issued(each_app: Flask) -> None:
    armed_campaign(each_app, an_sms_definition())
    taken = take(a_list(30))
    assert (taken.taken, taken.groups, taken.left_out) == (30, {"all": 30}, 0)
    with transaction() as session:
        campaign = find_campaign(session, "hotline")
        assert token_rows.turnout(session, campaign)["all"].issued == 30
        key = sms_key_of(session, settings().keys, campaign)
        entry = client_rows.find_entry(session, campaign.id, key.pseudonym_of(number_of(4)))
        assert entry
        assert (entry.group, entry.ratee) == ("all", "police")
        assert key.decrypt(entry.number, entry.pseudonym) == number_of(4)
    assert (numbers_of("hotline").listed, numbers_of("hotline").queued) == (30, 0)


def test_sealed_numbers_are_equally_long_and_all_different(app: Flask) -> None:
    listed_campaign(app, 20)
    with db.engine.connect() as connection:
        sealed = connection.execute(text("SELECT number FROM sms_entries")).scalars().all()
    assert len({len(one) for one in sealed}) == 1
    assert len(set(sealed)) == 20


def test_all_faults_are_named_by_row_and_nothing_is_taken(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    rows = "13800000000,tax\n02081234567,tax\n138000,tax\n+86 138 0000 0000,water\n13800000002,bank\n,tax\n"
    with pytest.raises(BadClientList) as refused:
        take(("number,ratee\n" + rows).encode())
    assert [(fault.place, fault.flaw) for fault in refused.value.faults] == [
        ("A3", "landline"),
        ("A4", "too-short"),
        ("A5", "double"),
        ("B6", "unknown-ratee"),
        ("A7", "missing"),
    ]
    assert "138" not in "".join(map(str, refused.value.faults))
    with transaction() as session:
        assert client_rows.standing(session, find_campaign(session, "hotline")) is None


def test_those_who_want_no_message_are_left_out_and_counted(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    with transaction(write=True) as session:
        assert client_lists.opt_out(session, secrets_here(), number_of(1), BY)
        assert not client_lists.opt_out(session, secrets_here(), number_of(1), BY)
    taken = take(a_list(3))
    assert (taken.taken, taken.left_out, numbers_of("hotline").left_out) == (2, 1, 1)


def test_a_second_list_adds_to_the_first_and_no_number_comes_twice(app: Flask) -> None:
    listed_campaign(app, 3)
    with pytest.raises(BadClientList) as refused:
        take(a_list(3, first=2))
    assert [(fault.place, fault.flaw) for fault in refused.value.faults] == [("A2", "taken-before")]
    take(a_list(3, first=3))
    assert numbers_of("hotline").listed == 6


def test_no_list_without_text_messages_and_none_once_voting_is_open(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(NoSms):
        take(a_list(1), "small")
    listed_campaign(app, 1)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "hotline", "http://127.0.0.1", allow_http=False, by=BY)
    with pytest.raises(WrongState):
        take(a_list(1, first=7))


def test_voting_does_not_open_without_a_list_and_codes_are_not_made_by_hand(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    with transaction(write=True) as session, pytest.raises(WrongState, match="minping sms take hotline"):
        campaigns.open_voting(session, "hotline", "http://127.0.0.1", allow_http=False, by=BY)
    with transaction(write=True) as session, pytest.raises(WrongState, match="asks by sms"):
        tokens.issue(session, vault(), "hotline", {"all": 3}, BY)


def test_two_campaigns_of_one_place_do_not_run_at_once(app: Flask) -> None:
    listed_campaign(app, 2)
    other = an_sms_definition("other")
    armed_campaign(app, other)
    with pytest.raises(SmsPlaceTaken):
        take(a_list(2), "other")
    other = an_sms_definition("third")
    other["sms"]["extension"] = "7"
    armed_campaign(app, other)
    assert take(a_list(2), "third").taken == 2


def test_a_lost_key_is_not_replaced(app: Flask) -> None:
    listed_campaign(app, 2)
    destroy_sms_key(settings().keys, "hotline")
    with pytest.raises(SmsKeyLost):
        take(a_list(2, first=5))


def test_a_key_of_a_list_that_failed_is_replaced(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    with contextlib.suppress(ZeroDivisionError), transaction(write=True) as session:
        client_lists.take(session, secrets_here(), "hotline", "list.csv", a_list(2), BY)
        raise ZeroDivisionError
    left = read_sms_key(settings().keys, "hotline").name
    take(a_list(2))
    assert read_sms_key(settings().keys, "hotline").name != left


def test_a_list_that_takes_the_place_of_another_adds_up_in_the_count(app: Flask) -> None:
    code = listed_campaign(app, 6)
    with transaction(write=True) as session:
        taken = client_lists.take(
            session, secrets_here(), code, "list.csv", a_list(4, first=3), BY, replacing=True
        )
    assert taken.taken == 4
    with transaction(write=True) as session:
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=BY)
    receive(a_reply(0, "1"), a_reply(3, "1"), a_reply(6, "2"))
    close_sms(code)
    shake_sms(code)
    count(app, code)
    total = accounted(code).total
    assert (total.issued, total.voided, total.unused, total.returned) == (10, 6, 2, 2)
