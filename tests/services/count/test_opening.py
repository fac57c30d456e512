"""A box opened by several processes gives what one gives; one that is lost loses the count, not a ballot."""

import os
import secrets
import signal
import subprocess
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.definition.campaign import Campaign
from survey.domain.errors import Unavailable
from survey.secrecy.custody import read_key_file
from survey.services.campaigns import procedure
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import opening, parallel_opening
from survey.services.count.opener import Opened
from survey.services.custody.key_files import key_path
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, cast, close, running_campaign

BALLOTS = 12
QUESTIONS = [
    {"key": "words", "label": "建议", "kind": "text"},
    {
        "key": "age",
        "label": "年龄",
        "kind": "choice",
        "breakdown": True,
        "options": [{"key": "old", "label": "长"}, {"key": "young", "label": "青"}],
    },
]


@pytest.fixture
def closed(app: Flask) -> Campaign:
    """A campaign with a box of some ballots: some with texts, some are no ballots."""
    running = running_campaign(app, a_definition(questions=QUESTIONS), 8)
    for number, code in enumerate([*running.codes["A"][:6], *running.codes["B"][:6]]):
        written = {"q.words": f"第{number}句", "q.age": "old"} if number % 5 == 3 else {}
        cast(app, code, {"c1.de": "excellent" if number % 2 else "competent", **written})
    close(app, "small")
    for spoilt in (b"", b"short", secrets.token_bytes(5000)):
        _put(spoilt)
    with transaction() as session:
        return find_campaign(session, "small")


def _put(sealed: bytes) -> None:
    with transaction(write=True) as session:
        order = text("INSERT INTO ballots (campaign_id, key, sealed) VALUES (1, :key, :sealed)")
        session.execute(order, {"key": secrets.token_bytes(16), "sealed": sealed})


def _read(campaign: Campaign) -> Opened:
    seed = read_key_file(key_path(settings().keys, campaign.code))
    with transaction() as session:
        return opening.read_box(session, campaign, seed)


def _given(opened: Opened, campaign: Campaign) -> list[Any]:
    tally = opened.tally
    groups = [group.key for group in campaign.definition.groups]
    cells = [(tally.cells(group), tally.options("age", group)) for group in groups]
    split = [tally.split("age", option) for option in ("old", "young", "-")]
    return [
        tally.valid,
        tally.spoiled,
        cells,
        split,
        list(opened.receipts),
        sorted(opened.texts),
        opened.repeated,
    ]


@pytest.mark.parametrize("through_pipes", [False, True])
def test_several_processes_give_what_one_gives(
    closed: Campaign, monkeypatch: pytest.MonkeyPatch, *, through_pipes: bool
) -> None:
    if through_pipes:
        monkeypatch.setattr(opening.box_rows, "file_of", lambda _: None)
    alone = _given(_read(closed), closed)
    monkeypatch.setattr(opening, "ALONE", 0)
    monkeypatch.setattr(opening, "_cores", lambda: 2)
    monkeypatch.setattr(parallel_opening, "CHUNK", 2)
    assert _given(_read(closed), closed) == alone
    assert sum(alone[0].values()) == BALLOTS
    assert alone[4] == sorted(alone[4])
    assert len(alone[5]) == 2


def test_what_several_processes_find_twice_is_counted_once(
    closed: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = _given(_read(closed), closed)
    with transaction() as session:
        sealed = session.execute(text("SELECT sealed FROM ballots WHERE length(sealed) < 5000 LIMIT 4"))
        copies = [bytes(row[0]) for row in sealed if len(row[0]) > 100]
    for copy in copies:
        _put(copy)
    monkeypatch.setattr(opening, "ALONE", 0)
    monkeypatch.setattr(opening, "_cores", lambda: 2)
    assert _given(_read(closed), closed) == [*alone[:-1], len(copies)]


def test_a_lost_process_is_named_and_nothing_is_written(
    closed: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "ALONE", 0)
    monkeypatch.setattr(opening, "_cores", lambda: 2)
    started: list[subprocess.Popen[bytes]] = []

    class Lost(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)
            if len(started) == 2:
                os.kill(self.pid, signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", Lost)
        with pytest.raises(Unavailable, match="nothing was written, count again"):
            procedure.count("small", read_key_file(key_path(settings().keys, "small")), BY)
    assert all(process.poll() is not None for process in started)
    counted = procedure.count("small", read_key_file(key_path(settings().keys, "small")), BY)
    assert counted.count.accounting.total.valid == BALLOTS
    assert not counted.recount
