"""Campaigns by text message for tests: what they ask, and clients who answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import update

from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting
from survey.domain.sms.incoming import Incoming, Refused, Sent, Unknown
from survey.domain.sms.messages import MessageKind, MessageState, SmsNumbers
from survey.secrecy.box import BoxKey, box_info
from survey.secrecy.custody import read_key_file
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, procedure
from survey.services.custody.key_files import key_path
from survey.services.results.publishing import accounting as accounting_of
from survey.services.sms import accounting, client_lists, outbox, sending
from survey.services.sms.keys import SmsSecrets
from survey.services.sms.replies import Taken, take
from survey.services.sms.sending import Step
from survey.storage import box_rows
from survey.storage.campaign_rows import find_campaign, open_campaigns
from survey.storage.database import transaction
from survey.storage.tables import SmsOutboxRow
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign

RATEES = ("tax", "police", "water")
GRADES = ("good", "fair", "poor")
BEGAN = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Noon in the campaign's zone."""


def an_sms_definition(code: str = "hotline", **tables: Any) -> dict[str, Any]:
    """Return a definition of three services, one line each, asked by text message."""
    made = a_definition(
        groups=["all"],
        campaign={"code": code, "title": "窗口服务评价", "organiser": "政务服务局", "entry": "sms"},
        scales=[
            {
                "key": "satisfied",
                "grades": [
                    {"key": "good", "label": "满意", "points": 100},
                    {"key": "fair", "label": "一般", "points": 60},
                    {"key": "poor", "label": "不满意", "points": 0},
                ],
                "abstain": {"label": "不了解"},
            }
        ],
        sections=[
            {
                "key": "service",
                "title": "服务评价表",
                "scale": "satisfied",
                "criteria": [{"key": "all", "label": "总体"}],
            }
        ],
        sms={"channel": "mas", "sender": "政务服务局"},
    )
    ratees = (("tax", "办税窗口"), ("police", "户籍窗口"), ("water", "供水窗口"))
    made["ratees"] = [{"key": key, "section": "service", "name": name} for key, name in ratees]
    return made | tables


def number_of(at: int) -> str:
    """Return the number of a client, in E.164."""
    return f"+86138{at:08}"


def a_list(numbers: int, ratees: Sequence[str] = RATEES, first: int = 0) -> bytes:
    """Return a list of clients as CSV, the ratees in turn."""
    rows = [f"{number_of(first + at)[3:]},{ratees[at % len(ratees)]}" for at in range(numbers)]
    return "\n".join(["number,ratee", *rows]).encode()


def secrets_here() -> SmsSecrets:
    """Return the secrets of the application that runs."""
    return SmsSecrets(settings().keys, vault().opt_out_key)


def listed_campaign(
    app: Flask, numbers: int, data: dict[str, Any] | None = None, ratees: Sequence[str] = RATEES
) -> str:
    """Arm a campaign by text message and take a list; return its code."""
    made = data or an_sms_definition()
    armed_campaign(app, made)
    with transaction(write=True) as session:
        client_lists.take(
            session, secrets_here(), made["campaign"]["code"], "list.csv", a_list(numbers, ratees), BY
        )
    return str(made["campaign"]["code"])


def open_sms(
    app: Flask, numbers: int, data: dict[str, Any] | None = None, ratees: Sequence[str] = RATEES
) -> str:
    """Open a campaign by text message with a list; return its code."""
    campaign_code = listed_campaign(app, numbers, data, ratees)
    with transaction(write=True) as session:
        campaigns.open_voting(session, campaign_code, "http://127.0.0.1", allow_http=False, by=BY)
    return campaign_code


def a_reply(
    number: int, text: str, minutes: float = 0, named: str | None = None, to: str = "10690012"
) -> Incoming:
    """Return a reply of a client, sent so many minutes after voting began."""
    at = BEGAN + timedelta(minutes=minutes)
    return Incoming(number_of(number), to, text, uuid4().hex if named is None else named, at)


def receive(*replies: Incoming, now: datetime | None = None) -> list[Taken]:
    """Take replies in one transaction; in an open campaign that asked nobody all have been asked before."""
    with transaction() as session:
        unasked = [one.code for one in open_campaigns(session) if outbox.is_uninvited(session, one)]
    for campaign_code in unasked:
        invite(campaign_code)
    arrived = now or max([BEGAN + timedelta(hours=1), *(one.at for one in replies if one.at)])
    with transaction(write=True) as session:
        return take(session, "mas", replies, arrived, secrets_here())


def queued(campaign_code: str, kind: MessageKind = MessageKind.INVITATION, **how: Any) -> int:
    """Queue messages at noon."""
    with transaction(write=True) as session:
        return outbox.queue(session, campaign_code, kind, By("test", BEGAN), **how)


def invite(campaign_code: str) -> None:
    """Let the invitations of all have been sent."""
    queued(campaign_code)
    with transaction(write=True) as session:
        sent = update(SmsOutboxRow).where(
            SmsOutboxRow.campaign_id == find_campaign(session, campaign_code).id,
            SmsOutboxRow.kind == MessageKind.INVITATION,
        )
        session.execute(sent.values(state=MessageState.SENT))


def close_sms(campaign_code: str, minutes: float = 120) -> datetime:
    """Close so many minutes after voting began, and let the worker finish it; return when it closed."""
    at = BEGAN + timedelta(minutes=minutes)
    procedure.close(campaign_code, By("test", at), settings().keys)
    return at


def shake_sms(campaign_code: str, minutes: float = 131) -> None:
    """Finish the close once replies are waited for no more."""
    procedure.close(campaign_code, By("clock", BEGAN + timedelta(minutes=minutes)), settings().keys)


def numbers_of(campaign_code: str) -> SmsNumbers:
    """Return what a campaign's messages came to."""
    with transaction() as session:
        return accounting.numbers_of(session, find_campaign(session, campaign_code))


def accounted(campaign_code: str) -> Accounting:
    """Return the accounting of a counted campaign."""
    with transaction() as session:
        return accounting_of(session, find_campaign(session, campaign_code))


def grades_in_box(campaign_code: str) -> list[str]:
    """Open the box as only a test may, and return what its ballots give, in order."""
    key = BoxKey(read_key_file(key_path(settings().keys, campaign_code)))
    with transaction() as session:
        campaign = find_campaign(session, campaign_code)
        sealed = list(box_rows.sealed_ballots(session, campaign))
    found = []
    for one in sealed:
        packed = key.open(one, box_info(campaign_code, campaign.definition.digest))
        assert packed
        _, ballot = Packing(campaign.definition).unpack(packed)
        (rating,) = [rating for rating in ballot.ratings if rating]
        found.append((*GRADES, "-")[rating - 1])
    return sorted(found)


@dataclass
class Provider:
    """A channel that keeps what it sent, and answers what it is told to."""

    answers: list[Sent | Refused | Unknown] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    sub_numbers: set[str] = field(default_factory=set)

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Sent | Refused | Unknown:
        """Send one message."""
        self.sub_numbers.add(sub_number)
        self.sent.append((number, text, reference))
        return self.answers.pop(0) if self.answers else Sent(f"id-{len(self.sent)}")

    @property
    def numbers(self) -> list[str]:
        """Return to whom was sent, in order."""
        return [number for number, _, _ in self.sent]


def send_all(provider: Provider, now: datetime | None = None) -> int:
    """Send all that is due; return how many turns it took."""
    turns = 0
    while sending.send_next("mas", provider, secrets_here(), now or BEGAN) is Step.SETTLED:
        turns += 1
    return turns
