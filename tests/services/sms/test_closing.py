"""The close: pseudonyms go, the box is shaken, six hours later key, numbers and outbox are destroyed."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from survey.domain.definition.campaign import Custody
from survey.domain.errors import WrongState
from survey.secrecy.sms_key import sms_key_path
from survey.services.campaigns import campaigns, deadlines, procedure, trial
from survey.services.sms import client_lists, closing
from survey.services.voting.turnout import shown_turnout
from survey.storage import forgetting
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.sms import client_rows
from survey.web.context import settings
from survey.web.jobs import each_minute
from tests.builders import BY, count
from tests.sms_clients import (
    Provider,
    a_list,
    a_reply,
    accounted,
    an_sms_definition,
    close_sms,
    listed_campaign,
    numbers_of,
    open_sms,
    queued,
    receive,
    secrets_here,
    send_all,
    shake_sms,
)


def rows(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_the_close_takes_pseudonyms_away_and_the_files_forget(each_app: Flask) -> None:
    open_sms(each_app, 30)
    receive(*(a_reply(at, "1", at) for at in range(20)))
    closed = close_sms("hotline")
    assert (rows("sms_replies"), rows("ballots")) == (20, 0)
    # The clock's look within the ten minutes does nothing, the one after them all the rest.
    assert deadlines.close_due(closed + timedelta(minutes=9), settings().keys) == []
    assert deadlines.close_due(closed + timedelta(minutes=10), settings().keys) == ["hotline"]
    assert (rows("sms_replies"), rows("sms_seen"), rows("ballots")) == (0, 0, 20)
    with db.engine.begin() as connection:
        assert not set(forgetting.noted(connection)) & set(forgetting.SMS)
    with transaction() as session:
        campaign = find_campaign(session, "hotline")
        assert (campaign.shaken, campaign.forgotten) == (True, True)
    assert numbers_of("hotline").replied == 20
    count(each_app, "hotline")
    counted = accounted("hotline").total
    assert (counted.issued, counted.returned, counted.unused) == (30, 20, 10)


def test_the_close_and_the_end_leave_nothing_of_when_somebody_opted_out(each_app: Flask) -> None:
    open_sms(each_app, 20)
    for at in (7, 3, 11, 5):
        receive(a_reply(at, "R"))
    closed = close_sms("hotline")
    shake_sms("hotline")
    assert rows("sms_opt_outs") == 4
    assert _tell_no_order()
    with transaction(write=True) as session:
        client_lists.opt_out(session, secrets_here(), "+8613800000002", BY)
    closing.erase_due(closed + timedelta(hours=6), settings().keys)
    procedure.forget_left()
    assert rows("sms_opt_outs") == 5
    assert _tell_no_order()
    with transaction() as session:
        assert client_rows.has_opted_out(session, secrets_here().opt_out_digest("+8613800000002"))


def _tell_no_order() -> bool:
    """Return whether opt-outs lie in the order of their digests, written by one transaction."""
    asked = "SELECT digest FROM sms_opt_outs"
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            listed = connection.execute(text(asked)).scalars().all()
            return listed == sorted(listed)
        listed = connection.execute(text(f"{asked} ORDER BY ctid")).scalars().all()
        written = connection.execute(text("SELECT count(DISTINCT xmin::text) FROM sms_opt_outs")).scalar_one()
        pages = connection.execute(text("SELECT min(ctid)::text FROM sms_opt_outs")).scalar_one()
        return ([*map(bytes, listed)], written, pages) == (sorted(map(bytes, listed)), 1, "(0,1)")


def test_nothing_is_counted_before_the_replies_had_their_time(app: Flask) -> None:
    open_sms(app, 5)
    close_sms("hotline")
    try:
        count(app, "hotline")
    except WrongState:
        return
    raise AssertionError("counted before the shake")


def test_six_hours_later_key_numbers_and_outbox_are_gone_and_the_numbers_of_them_stay(
    each_app: Flask,
) -> None:
    open_sms(each_app, 6)
    queued("hotline")
    send_all(Provider())
    receive(a_reply(0, "1"), a_reply(1, "?"), a_reply(2, "R"))
    closed = close_sms("hotline")
    shake_sms("hotline")
    before = numbers_of("hotline")
    assert (before.sent, before.replied, before.invalid, before.opted_out) == (6, 1, 1, 1)
    assert closing.erase_due(closed + timedelta(hours=5, minutes=59), settings().keys) == []
    assert sms_key_path(settings().keys, "hotline").exists()
    assert closing.erase_due(closed + timedelta(hours=6), settings().keys) == ["hotline"]
    assert not sms_key_path(settings().keys, "hotline").exists()
    assert [rows(table) for table in forgetting.SMS] == [0, 0, 0, 0]
    assert numbers_of("hotline") == before
    assert rows("sms_opt_outs") == 1
    assert closing.erase_due(closed + timedelta(hours=7), settings().keys) == []


def test_a_copy_of_the_key_that_is_put_back_is_destroyed(app: Flask) -> None:
    open_sms(app, 2)
    path = sms_key_path(settings().keys, "hotline")
    copied = path.read_bytes()
    closed = close_sms("hotline")
    shake_sms("hotline")
    closing.erase_due(closed + timedelta(hours=6), settings().keys)
    path.write_bytes(copied)
    closing.erase_due(closed + timedelta(hours=9), settings().keys)
    assert not path.exists()


def test_a_key_is_not_destroyed_while_the_box_is_not_shaken(app: Flask) -> None:
    open_sms(app, 2)
    receive(a_reply(0, "1"))
    closed = close_sms("hotline")
    assert closing.erase_due(closed + timedelta(hours=7), settings().keys) == []
    shake_sms("hotline")
    assert closing.erase_due(closed + timedelta(hours=7), settings().keys) == ["hotline"]
    assert numbers_of("hotline").replied == 1


def test_the_worker_does_all_of_it(app: Flask) -> None:
    data = an_sms_definition()
    open_sms(app, 3, data)
    receive(a_reply(0, "1"))
    close_sms("hotline", 0)
    each_minute(app)  # the clock is long past 2026-11-23
    with transaction() as session:
        assert find_campaign(session, "hotline").forgotten
    each_minute(app)
    assert not sms_key_path(settings().keys, "hotline").exists()
    assert rows("sms_entries") == 0


def test_a_trial_run_goes_with_its_list_and_key(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, an_sms_definition(), BY)
    with transaction(write=True) as session:
        made = trial.begin(session, "hotline", BY)
    with transaction(write=True) as session:
        campaigns.arm(session, made.code, Custody.SERVER, BY)
    with transaction(write=True) as session:
        client_lists.take(session, secrets_here(), made.code, "list.csv", a_list(3), BY)
    trial.erase(made.code, settings().keys, settings().instance / "handed-out", BY)
    assert not sms_key_path(settings().keys, made.code).exists()
    assert [rows(table) for table in (*forgetting.SMS, "sms_campaigns")] == [0] * 5


def test_a_wrong_list_is_taken_back_with_the_campaign_before_voting_opens(each_app: Flask) -> None:
    listed_campaign(each_app, 3)
    before = sms_key_path(settings().keys, "hotline").read_bytes()
    procedure.disarm("hotline", settings().keys, settings().instance / "handed-out", BY)
    assert not sms_key_path(settings().keys, "hotline").exists()
    assert [rows(table) for table in (*forgetting.SMS, "sms_campaigns", "tokens")] == [0] * 6
    with transaction(write=True) as session:
        campaigns.arm(session, "hotline", Custody.SERVER, BY)
    with transaction(write=True) as session:
        client_lists.take(session, secrets_here(), "hotline", "list.csv", a_list(4), BY)
    assert numbers_of("hotline").listed == 4
    assert sms_key_path(settings().keys, "hotline").read_bytes() != before


def test_pages_show_replies_in_steps_while_voting_runs_and_exactly_after(app: Flask) -> None:
    open_sms(app, 40)
    receive(*(a_reply(at, "1") for at in range(13)))
    with transaction() as session:
        assert shown_turnout(session, find_campaign(session, "hotline")).total.returned == 10
    close_sms("hotline")
    with transaction() as session:
        assert shown_turnout(session, find_campaign(session, "hotline")).total.returned == 13
    shake_sms("hotline")
    with transaction() as session:
        assert shown_turnout(session, find_campaign(session, "hotline")).total.returned == 13
