"""Replies to a process that is killed again and again: none lost once acknowledged, none counted twice.

And a sender that is killed between sending and committing: nobody is invited twice.
"""

import multiprocessing
import os
import random
import signal
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import event

from survey.config import Settings
from survey.domain.sms.incoming import Incoming, Refused, Sent, Unknown
from survey.instance import ready_app
from survey.services.sms import sending
from survey.services.sms.replies import Brought, keep_all
from survey.services.sms.sending import LEASE
from survey.storage.database import db
from tests.conftest import settings_on
from tests.lengths import times
from tests.sms_clients import (
    BEGAN,
    Provider,
    a_reply,
    close_sms,
    grades_in_box,
    invite,
    number_of,
    numbers_of,
    open_sms,
    queued,
    secrets_here,
    send_all,
    shake_sms,
)

pytestmark = pytest.mark.slow

KILLS = 3
_children = multiprocessing.get_context("forkserver")
GRADE = {"1": "good", "2": "fair", "3": "poor", "0": "-"}


def drawn_replies(clients: int, number: int, seed: int) -> tuple[list[Incoming], dict[int, str]]:
    """Draw replies, a tenth of them doubled, in any order; return them and what holds of each client."""
    drawn = random.Random(seed)
    last: dict[int, tuple[float, str]] = {}
    replies = []
    for at in range(number):
        client, minutes, text = at % clients, drawn.random() * 119, drawn.choice("0123")
        replies.append(a_reply(client, text, minutes, f"m{at}"))
        last[client] = max(last.get(client, (-1.0, "")), (minutes, text))
    replies += drawn.sample(replies, number // 10)
    drawn.shuffle(replies)
    return replies, {client: text for client, (_, text) in last.items()}


def serve(settings: Settings, to_take: Connection, dies_at: int, before_commit: bool) -> None:
    """Keep what is brought, that of several requests in one transaction, and die before or after a commit."""
    with ready_app(settings):
        number = 0
        while True:
            incoming = to_take.recv()
            if incoming is None:
                return
            number += len(incoming)
            if number >= dies_at and before_commit:
                event.listen(db.engine, "commit", lambda _conn: os.kill(os.getpid(), signal.SIGKILL))
            now, secrets_of = BEGAN + timedelta(hours=2), secrets_here()
            assert not any(keep_all([Brought("mas", [one], now, secrets_of) for one in incoming]))
            if number >= dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            to_take.send(True)


def bring_all(settings: Settings, replies: Sequence[Incoming], seed: int) -> None:
    """Bring replies as a carrier does: what was not acknowledged comes again, to the next process."""
    drawn = random.Random(seed)
    waiting = list(replies)
    for kill in range(KILLS + 1):
        dies_at = len(replies) // (KILLS + 1) if kill < KILLS else 1 << 30
        ours, theirs = _children.Pipe()
        child = _children.Process(target=serve, args=(settings, theirs, dies_at, kill % 2 == 0))
        child.start()
        theirs.close()
        try:
            while waiting:
                together = waiting[: drawn.randint(1, 8)]
                ours.send(together)
                ours.recv()
                del waiting[: len(together)]
            ours.send(None)
        except (EOFError, OSError):
            pass
        child.join(60)
        assert child.exitcode == (-signal.SIGKILL if kill < KILLS else 0)
        child.close()
        ours.close()
    assert not waiting


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_three_kills_lose_nothing_and_count_nothing_twice(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    number = times(300, 10_000)
    clients = number * 2 // 3
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    settings = settings_on(database, tmp_path, server)
    replies, truth = drawn_replies(clients, number, seed=number)
    with ready_app(settings) as app:
        invite(open_sms(app, clients))
    bring_all(settings, replies, seed=number)
    with ready_app(settings):
        assert numbers_of("hotline").replied == clients
        close_sms("hotline")
        shake_sms("hotline")
        assert grades_in_box("hotline") == sorted(GRADE[text] for text in truth.values())


class _Dying(Provider):
    """A channel whose process dies once the message is out."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Sent | Refused | Unknown:
        with (self.folder / "sent").open("a") as out:
            out.write(f"{number}\n")
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody outlives this")


def _send_and_die(settings: Settings, folder: Path) -> None:
    with ready_app(settings):
        send_all(_Dying(folder))


def test_a_sender_killed_between_sending_and_committing_invites_nobody_twice(tmp_path: Path) -> None:
    settings = settings_on("sqlite", tmp_path, None)
    with ready_app(settings) as app:
        open_sms(app, 6)
        queued("hotline")
    for _ in range(KILLS):
        child = _children.Process(target=_send_and_die, args=(settings, tmp_path))
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
    with ready_app(settings):
        assert sending.give_up_claims(BEGAN + LEASE) == KILLS
        provider = Provider()
        send_all(provider, BEGAN + 2 * LEASE)
        died = (tmp_path / "sent").read_text().split()
        assert sorted(died + provider.numbers) == [number_of(at) for at in range(6)]
        assert (numbers_of("hotline").uncertain, numbers_of("hotline").sent) == (KILLS, 3)
