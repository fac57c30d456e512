"""Polls by text message whose truth is known: who replied what, and which sealed ballot it became."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import text

from survey.domain.ballot.packing import Packing
from survey.secrecy.box import BoxKey, box_info
from survey.secrecy.custody import read_key_file
from survey.secrecy.sms_key import SmsKey, read_sms_key
from survey.services.custody.key_files import key_path
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.web.context import settings
from tests.builders import Running
from tests.sms_clients import (
    BEGAN,
    a_reply,
    an_sms_definition,
    close_sms,
    invite,
    number_of,
    open_sms,
    receive,
    shake_sms,
)

from .evidence import Disk, Evidence
from .polls import VOTERS, Poll, Voter

LINES = 8
SPARE = 10
"""Clients on a list who do not reply."""


@dataclass
class SmsPoll:
    """A poll, its key that is destroyed in the end, and its clients' numbers."""

    poll: Poll
    key: SmsKey
    numbers: list[str] = field(default_factory=list)


def a_definition_of(code: str, at: int) -> dict[str, Any]:
    """Return a campaign about one service in eight lines, so that ballots differ."""
    made = an_sms_definition(code)
    made["sms"]["extension"] = f"{at:03}"
    made["sections"][0]["criteria"] = [{"key": f"k{line}", "label": f"第{line}项"} for line in range(LINES)]
    made["ratees"] = made["ratees"][:1]
    return made


def open_polls(app: Flask, number: int) -> list[SmsPoll]:
    """Open polls, invite everybody, and draw distinct replies."""
    made = []
    for at in range(number):
        data = a_definition_of(f"sms-{at}", at)
        code = open_sms(app, VOTERS + SPARE, data, ratees=("tax",))
        invite(code)
        with transaction() as session:
            definition = find_campaign(session, code).definition
        key = read_sms_key(settings().keys, code)
        poll = Poll(code, Running(code, definition, {}))
        drawn = random.sample(range(4**LINES), VOTERS)
        for client, ballot in zip(random.sample(range(VOTERS + SPARE), VOTERS), drawn, strict=True):
            digits = "".join(str(ballot // 4**line % 4) for line in range(LINES))
            voter = Voter(number_of(client), key.pseudonym_of(number_of(client)), tuple(digits), "")
            poll.voters.append(voter)
        made.append(SmsPoll(poll, key, [number_of(client) for client in range(VOTERS + SPARE)]))
    return made


def reply_all(polls: list[SmsPoll]) -> None:
    """Let all clients of all polls reply, interleaved; what the test alone may know is kept."""
    waiting = [(one, voter) for one in polls for voter in one.poll.voters]
    random.shuffle(waiting)
    for one in polls:
        one.poll.voters = [voter for of, voter in waiting if of is one]
    for at, (one, voter) in enumerate(waiting):
        to = f"1069{one.poll.running.definition.sms.extension}" if one.poll.running.definition.sms else ""
        reply = a_reply(int(voter.code[-8:]), "".join(voter.ratings), at / 60, to=to)
        receive(reply)
    for one in polls:
        _keep_sealed(one)


def _keep_sealed(one: SmsPoll) -> None:
    box = BoxKey(read_key_file(key_path(settings().keys, one.poll.code)))
    definition = one.poll.running.definition
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT pseudonym, sealed FROM sms_replies")).all()
    sealed = {bytes(pseudonym): bytes(content) for pseudonym, content in rows}
    for voter in one.poll.voters:
        voter.sealed = sealed[voter.digest]
        packed = box.open(voter.sealed, box_info(one.poll.code, definition.digest))
        assert packed
        voter.packed, voter.receipt = packed, Packing(definition).unpack(packed)[1].receipt


def close_all(polls: list[SmsPoll]) -> None:
    """Close all polls, then shake them once their ten minutes are over."""
    for one in polls:
        close_sms(one.poll.code, 120)
    for one in polls:
        shake_sms(one.poll.code, 131)


ENDED = BEGAN + timedelta(hours=8, minutes=1)
"""When the keys of all polls are due to be destroyed."""


@dataclass
class WithPseudonyms:
    """A disk on which whoever holds the SMS key reads rows of clients as a voter's own."""

    disk: Disk
    rows: dict[str, dict[str, list[bytes]]]

    def evidence(self, code: str) -> Evidence:
        """Return ballots as the disk shows them, and in place of codes the clients in all orders."""
        found = self.disk.evidence(code)
        found.spent = self.rows[code]
        found.spent_marks = {}
        return found

    def close(self) -> None:
        self.disk.close()


def client_orders(polls: list[SmsPoll]) -> dict[str, dict[str, list[bytes]]]:
    """Return the pseudonyms of those who replied, as rows of clients lie in the database."""
    return {one.poll.code: _orders_of(one) for one in polls}


def _orders_of(one: SmsPoll) -> dict[str, list[bytes]]:
    ours = {voter.digest for voter in one.poll.voters}
    orders = {}
    with db.engine.connect() as connection:
        for table in ("sms_entries", "sms_outbox", "sms_replies"):
            by = ("ctid", "xmin::text::bigint") if connection.dialect.name == "postgresql" else ("pseudonym",)
            for order in (*by, "campaign_id, pseudonym"):
                rows = connection.execute(text(f"SELECT pseudonym FROM {table} ORDER BY {order}"))
                found = [bytes(row) for row in rows.scalars() if bytes(row) in ours]
                if found:
                    orders[f"{table} by {order}"] = found
    return orders


def joined_rows(one: SmsPoll) -> dict[int, object]:
    """Return what the rows of replies say before the close: which sealed ballot is under which pseudonym."""
    place = {voter.digest: at for at, voter in enumerate(one.poll.voters)}
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT pseudonym, sealed FROM sms_replies")).all()
    return {place[bytes(pseudonym)]: bytes(sealed) for pseudonym, sealed in rows if bytes(pseudonym) in place}
