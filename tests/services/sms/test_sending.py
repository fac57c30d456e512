"""Messages go out once, at their hours, to those who want them; what is cut off is uncertain and stays so."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey.domain.errors import OutsideWindow, WrongState
from survey.domain.sms.incoming import Receipt, Refused, Sent, Unknown
from survey.domain.sms.messages import MessageKind
from survey.services.audit.audit import By
from survey.services.sms import client_lists, outbox, sending
from survey.services.sms.sending import LEASE, PUT_OFF, Step
from survey.storage.database import transaction
from survey.storage.tables import SmsOutboxRow
from tests.builders import BY
from tests.sms_clients import (
    BEGAN,
    Provider,
    a_reply,
    an_sms_definition,
    close_sms,
    invite,
    listed_campaign,
    number_of,
    numbers_of,
    open_sms,
    queued,
    receive,
    secrets_here,
    send_all,
)


class Killed(BaseException):
    """What a process that dies raises nowhere; nothing after it is done."""


class Dying(Provider):
    """A channel whose process dies when the message is out."""

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Sent | Refused | Unknown:
        super().send(number, text, reference, sub_number)
        raise Killed


def test_everybody_is_invited_once(each_app: Flask) -> None:
    open_sms(each_app, 7)
    assert (queued("hotline"), queued("hotline")) == (7, 0)
    provider = Provider()
    assert send_all(provider) == 7
    assert sorted(provider.numbers) == [number_of(at) for at in range(7)]
    assert len({reference for _, _, reference in provider.sent}) == 7
    text = next(text for number, text, _ in provider.sent if number == number_of(1))
    assert text == (
        "【政务服务局】窗口服务评价:户籍窗口的服务,1满意2一般3不满意0不了解。回复数字即可,拒收请回复R"
    )
    assert (numbers_of("hotline").sent, numbers_of("hotline").queued) == (7, 0)
    assert queued("hotline") == 0


def test_replies_are_to_come_to_the_campaigns_sub_number(app: Flask) -> None:
    open_sms(app, 1, an_sms_definition() | {"sms": {"channel": "mas", "sender": "x", "extension": "12"}})
    queued("hotline")
    provider = Provider()
    send_all(provider)
    assert provider.sub_numbers == {"12"}


def test_only_some_are_chosen_and_the_others_come_later(app: Flask) -> None:
    open_sms(app, 7)
    assert [queued("hotline", only=3), queued("hotline", only=10)] == [3, 4]
    assert send_all(Provider()) == 7


def test_who_opts_out_between_queueing_and_sending_gets_nothing(app: Flask) -> None:
    open_sms(app, 4)
    queued("hotline")
    receive(a_reply(1, "拒收"))
    with transaction(write=True) as session:
        client_lists.opt_out(session, secrets_here(), number_of(2), BY)
    provider = Provider()
    send_all(provider)
    assert sorted(provider.numbers) == [number_of(0), number_of(3)]
    assert (numbers_of("hotline").sent, numbers_of("hotline").refused) == (2, 2)


def test_what_is_cut_off_between_sending_and_committing_is_uncertain_and_not_sent_again(
    each_app: Flask,
) -> None:
    open_sms(each_app, 3)
    queued("hotline")
    dying = Dying()
    with pytest.raises(Killed):
        send_all(dying)
    provider = Provider()
    assert send_all(provider) == 2
    assert not set(dying.numbers) & set(provider.numbers)
    assert (numbers_of("hotline").queued, numbers_of("hotline").uncertain) == (1, 0)
    assert sending.give_up_claims(BEGAN + LEASE - timedelta(seconds=1)) == 0
    assert sending.give_up_claims(BEGAN + LEASE) == 1
    assert (numbers_of("hotline").queued, numbers_of("hotline").uncertain) == (0, 1)
    assert send_all(provider, BEGAN + timedelta(hours=2)) == 0
    assert queued("hotline") == 0


def test_a_receipt_tells_that_an_uncertain_one_was_delivered(app: Flask) -> None:
    open_sms(app, 2)
    queued("hotline")
    provider = Provider([Unknown("no answer"), Sent("abc")])
    send_all(provider)
    assert (numbers_of("hotline").uncertain, numbers_of("hotline").sent) == (1, 1)
    with transaction(write=True) as session:
        receipts = [Receipt(provider.sent[0][2], True), Receipt("", False, "abc"), Receipt("", True, "zzz")]
        assert sending.note_receipts(session, "mas", receipts, secrets_here()) == 2
        assert sending.note_receipts(session, "other", receipts, secrets_here()) == 0
    numbers = numbers_of("hotline")
    assert (numbers.uncertain, numbers.sent, numbers.delivered, numbers.failed) == (0, 2, 1, 1)


def test_what_the_channel_is_given_stands_nowhere_in_the_database(each_app: Flask) -> None:
    open_sms(each_app, 2)
    queued("hotline")
    provider = Provider()
    sending.send_next("mas", provider, secrets_here(), BEGAN)
    ((_, _, reference),) = provider.sent
    with transaction() as session:
        rows = session.execute(select(SmsOutboxRow.__table__)).all()
    assert len(rows) == 2
    assert not {reference, reference.encode(), bytes.fromhex(reference)} & {
        one for row in rows for one in row
    }
    assert sum(row.reference is not None for row in rows) == 1
    with transaction(write=True) as session:
        assert sending.note_receipts(session, "mas", [Receipt(reference, True)], secrets_here()) == 1
    assert numbers_of("hotline").delivered == 1


def test_what_a_channel_refuses_for_now_is_queued_again(app: Flask) -> None:
    open_sms(app, 1)
    queued("hotline")
    provider = Provider([Refused("busy", later=True), Refused("blocked")])
    turn = sending.send_next("mas", provider, secrets_here(), BEGAN)
    assert (turn, numbers_of("hotline").queued) == (Step.LATER, 1)
    before = BEGAN + PUT_OFF - timedelta(seconds=1)
    assert sending.send_next("mas", provider, secrets_here(), before) is Step.NOTHING
    assert sending.send_next("mas", provider, secrets_here(), BEGAN + PUT_OFF) is Step.SETTLED
    assert numbers_of("hotline").refused == 1
    assert sending.send_next("mas", provider, secrets_here(), BEGAN) is Step.NOTHING


def test_a_number_that_had_too_many_holds_up_no_other(each_app: Flask) -> None:
    open_sms(each_app, 3)
    queued("hotline")
    full = Refused("too many to this number", later=True, of_number=True)
    provider = Provider([full])
    assert send_all(provider) == 3
    assert len(set(provider.numbers)) == 3
    assert (numbers_of("hotline").sent, numbers_of("hotline").queued) == (2, 1)
    assert send_all(provider, BEGAN + PUT_OFF) == 1
    assert provider.numbers[3] == provider.numbers[0]


def test_a_channel_that_fails_leaves_it_uncertain(app: Flask) -> None:
    open_sms(app, 1)
    queued("hotline")

    class Broken(Provider):
        def send(
            self, number: str, text: str, reference: str, sub_number: str = ""
        ) -> Sent | Refused | Unknown:
            raise OSError("reset")

    assert sending.send_next("mas", Broken(), secrets_here(), BEGAN) is Step.SETTLED
    assert numbers_of("hotline").uncertain == 1


@pytest.mark.parametrize(("hours", "out"), [(-5, 0), (-4, 2), (8.99, 2), (9, 0)])
def test_messages_go_out_at_their_hours(app: Flask, hours: float, out: int) -> None:
    open_sms(app, 2)
    queued("hotline")
    assert send_all(Provider(), BEGAN + timedelta(days=1, hours=hours)) == out


def test_outside_the_hours_sending_is_refused_unless_a_moment_is_named(app: Flask) -> None:
    open_sms(app, 2)
    night = By("test", BEGAN + timedelta(hours=11))
    with transaction(write=True) as session, pytest.raises(OutsideWindow):
        outbox.queue(session, "hotline", MessageKind.INVITATION, night)
    morning = BEGAN + timedelta(hours=21)
    with transaction(write=True) as session:
        assert outbox.queue(session, "hotline", MessageKind.INVITATION, night, at=morning) == 2
    assert send_all(Provider(), morning - timedelta(minutes=1)) == 0
    assert send_all(Provider(), morning) == 2


def test_reminders_go_to_those_who_were_invited_and_have_not_replied(app: Flask) -> None:
    open_sms(app, 4)
    queued("hotline", only=3)
    provider = Provider()
    send_all(provider)
    invited = {int(number[-8:]) for number in provider.numbers}
    replied = min(invited)
    receive(a_reply(replied, "1"))
    assert queued("hotline", MessageKind.REMINDER) == 2
    assert queued("hotline", MessageKind.REMINDER) == 0
    reminding = Provider()
    send_all(reminding)
    assert {int(number[-8:]) for number in reminding.numbers} == invited - {replied}
    assert all("】提醒:" in text for _, text, _ in reminding.sent)


def test_the_clock_reminds_once(app: Flask) -> None:
    data = an_sms_definition()
    data["sms"]["reminder_after"] = 24
    open_sms(app, 2, data)
    queued("hotline")
    send_all(Provider())
    for hours, codes in ((23, []), (24, ["hotline"]), (25, [])):
        with transaction(write=True) as session:
            assert outbox.remind_due(session, BEGAN + timedelta(hours=hours)) == codes


def test_who_replies_between_queueing_and_sending_gets_no_reminder(each_app: Flask) -> None:
    open_sms(each_app, 3)
    queued("hotline")
    send_all(Provider())
    assert queued("hotline", MessageKind.REMINDER) == 3
    receive(a_reply(1, "1"))
    reminding = Provider()
    send_all(reminding)
    assert sorted(reminding.numbers) == [number_of(0), number_of(2)]
    assert (numbers_of("hotline").sent, numbers_of("hotline").refused) == (5, 1)


def test_a_reminder_goes_to_nobody_whose_invitation_is_not_out(app: Flask) -> None:
    open_sms(app, 4)
    queued("hotline")
    provider = Provider([Sent("1"), Unknown("no answer"), Refused("blocked")])
    for _ in range(3):
        sending.send_next("mas", provider, secrets_here(), BEGAN)
    assert queued("hotline", MessageKind.REMINDER) == 2
    reminding = Provider()
    send_all(reminding)
    reminded = [number for number, text, _ in reminding.sent if "】提醒:" in text]
    assert sorted(reminded) == sorted(provider.numbers[:2])


def test_the_clock_waits_with_the_reminder_until_all_invitations_are_out(app: Flask) -> None:
    data = an_sms_definition()
    data["sms"]["reminder_after"] = 1
    open_sms(app, 2, data)
    queued("hotline")
    due = BEGAN + timedelta(hours=2)
    sending.send_next("mas", Provider(), secrets_here(), BEGAN)
    with transaction(write=True) as session:
        assert outbox.remind_due(session, due) == []
    with pytest.raises(Killed):
        sending.send_next("mas", Dying(), secrets_here(), BEGAN)
    with transaction(write=True) as session:
        assert outbox.remind_due(session, due) == []
    sending.give_up_claims(due)
    with transaction(write=True) as session:
        assert outbox.remind_due(session, due) == ["hotline"]


def test_nothing_goes_out_before_voting_is_open_and_after_it_is_over(app: Flask) -> None:
    listed_campaign(app, 2)
    with pytest.raises(WrongState):
        queued("hotline")
    open_sms(
        app, 2, an_sms_definition("second") | {"sms": {"channel": "mas", "sender": "x", "extension": "2"}}
    )
    queued("second")
    close_sms("second", 5)
    assert send_all(Provider(), BEGAN + timedelta(minutes=6)) == 0


def test_what_is_stopped_goes_out_when_it_is_resumed_and_help_all_the_while(app: Flask) -> None:
    code = open_sms(app, 4)
    invite(code)
    queued(code, MessageKind.REMINDER)
    with transaction(write=True) as session:
        assert outbox.stop(session, code, BY) == 4
    receive(a_reply(0, "什么"))
    provider = Provider()
    assert send_all(provider) == 1
    assert "没有读懂" in provider.sent[0][1]
    with transaction(write=True) as session:
        assert outbox.resume(session, code, BY) == 4
    assert send_all(provider) == 4


def test_after_a_restore_nothing_goes_out_until_somebody_resumes(app: Flask) -> None:
    data = an_sms_definition()
    data["sms"]["reminder_after"] = 24
    code = open_sms(app, 3, data)
    queued(code, only=2)
    send_all(Provider())
    queued(code)
    with transaction(write=True) as session:
        outbox.stop_after_restore(session)
    assert numbers_of(code).uncertain == 1
    due = BEGAN + timedelta(hours=25)
    with transaction(write=True) as session:
        assert outbox.remind_due(session, due) == []
    with transaction(write=True) as session:
        outbox.resume(session, code, BY)
        assert outbox.remind_due(session, due) == [code]


def test_sending_again_ends_a_stop(app: Flask) -> None:
    code = open_sms(app, 4)
    queued(code, only=1)
    with transaction(write=True) as session:
        outbox.stop(session, code, BY)
    assert queued(code) == 3
    assert send_all(Provider()) == 4


def test_nothing_is_stopped_before_it_began_or_after_it_ended(app: Flask) -> None:
    code = listed_campaign(app, 2)
    for act in (outbox.stop, outbox.resume):
        with pytest.raises(WrongState), transaction(write=True) as session:
            act(session, code, BY)
