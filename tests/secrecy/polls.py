"""Polls whose truth is known: who voted when, with which code, for what, and what became of the ballot."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import event

from survey import create_app
from survey.config import Settings
from survey.domain.ballot.packing import Packing
from survey.secrecy.token import digest
from survey.services.accounts import accounts
from survey.services.campaigns import procedure
from survey.services.count import certifying
from survey.services.voting import casting
from survey.storage.accounts import account_rows
from survey.storage.database import db, transaction
from survey.web.context import settings, vault
from tests.builders import BY, Running, a_definition, close, count, running_campaign

VOTERS = 40
GRADES = ("excellent", "competent", "poor", "-")
LINES = [f"{ratee}.{criterion}" for ratee in ("c1", "c2", "c3") for criterion in ("de", "neng")]


@dataclass
class Voter:
    """One voter, in truth: the attacker knows ``code`` and when it was used, never the rest."""

    code: str
    digest: bytes
    ratings: tuple[str, ...]
    text: str
    sealed: bytes = b""
    receipt: str = ""
    packed: bytes = b""


@dataclass
class Poll:
    """A campaign with its voters in the order in which they cast."""

    code: str
    running: Running
    voters: list[Voter] = field(default_factory=list)


@contextmanager
def quick_app(configured: Settings) -> Iterator[Flask]:
    """Run an application whose commits do not wait for the disk; what is written stays the same."""
    app = create_app(configured)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF").close())
        else:
            event.listen(db.engine, "connect", _do_not_wait)
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _do_not_wait(raw: object, _record: object) -> None:
    raw.execute("SET synchronous_commit = off")  # type: ignore[attr-defined]
    raw.commit()  # type: ignore[attr-defined]


def open_poll(app: Flask, code: str, voters: int = VOTERS, **tables: Any) -> Poll:
    """Open a campaign of two rater groups and draw its voters' distinct ballots."""
    data = a_definition(campaign={"code": code, "title": "小型测评", "organiser": "考核组"}, **tables)
    data["sections"][0]["comment"] = True
    running = running_campaign(app, data, voters // 2)
    codes = [made for group in running.codes.values() for made in group]
    random.shuffle(codes)
    ballots = random.sample(range(len(GRADES) ** len(LINES)), voters)
    key = vault().token_key
    poll = Poll(code, running)
    for number, made in zip(ballots, codes, strict=True):
        ratings = tuple(GRADES[number // len(GRADES) ** place % len(GRADES)] for place in range(len(LINES)))
        poll.voters.append(
            Voter(made, digest(key, made), ratings, f"意见{code}之{random.getrandbits(64):016x}")
        )
    return poll


def cast(voter: Voter) -> None:
    """Cast one ballot through the services, keeping what only the test may know."""
    posted = {line: [rating] for line, rating in zip(LINES, voter.ratings, strict=True)}
    posted["form.comment"] = [voter.text]
    now = datetime.now(UTC)
    with transaction() as session:
        ticket = casting.admit(session, vault(), voter.code, now)
    sealed = casting.seal(ticket, posted)
    with transaction(write=True) as session:
        voter.receipt = casting.cast(session, sealed, now)
    voter.sealed = sealed.content
    posted["receipt"] = [sealed.receipt]
    voter.packed = Packing(ticket.definition).pack(ticket.form.check(posted))


def cast_all(polls: list[Poll], after_each: Callable[[], None] | None = None) -> None:
    """Let all voters of all polls cast, the polls interleaved at random."""
    queue = [number for number, poll in enumerate(polls) for _ in poll.voters]
    random.shuffle(queue)
    waiting = [iter(poll.voters) for poll in polls]
    for number in queue:
        cast(next(waiting[number]))
        if after_each:
            after_each()


def close_all(app: Flask, polls: list[Poll]) -> None:
    for poll in polls:
        close(app, poll.code)


def certify_all(app: Flask, polls: list[Poll]) -> None:
    """Count every poll and have it signed."""
    for poll in polls:
        count(app, poll.code)
        certify(poll.code)


def certify(code: str) -> None:
    """Have one counted campaign signed by two accounts."""
    with transaction(write=True) as session:
        signers = [
            account_rows.find_account(session, name)
            or accounts.create(session, name, "scrutineer", None, BY).account
            for name in ("计票人甲", "监票人乙")
        ]
        certifying.certify(session, code, signers[0], signers[1], BY)


def shred_all(polls: list[Poll]) -> None:
    for poll in polls:
        procedure.shred(poll.code, settings().keys, BY)
