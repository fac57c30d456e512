"""Polls of which half the voters are on paper: collected, scanned in a known order, decided by two."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_bytes

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.domain.ballot.packing import Packing
from survey.domain.definition.campaign import Campaign
from survey.domain.paper.answering import answered
from survey.domain.paper.answers import as_typed
from survey.domain.paper.decide import open_items
from survey.domain.paper.fate import ItemKind, PaperItem
from survey.domain.paper.reading import PageReading
from survey.domain.paper.record import PaperAnswer
from survey.domain.paper.sheet import PaperForm
from survey.secrecy.box import BoxKey, box_info
from survey.secrecy.custody import read_key_file
from survey.secrecy.paper_key import PaperKey
from survey.services.custody.key_files import key_path
from survey.services.operations import sealed_files
from survey.services.paper import collecting, keys, putting_in
from survey.services.paper.forms import forms_of
from survey.services.paper.waiting import Waiting
from survey.services.voting import casting
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.sheets import DOUBTFUL, a_page, scan

from . import polls as making
from .polls import LINES, VOTERS, Poll, Voter

PAPER = VOTERS // 2
RUNS = 2
"""Runs of the scanner a poll."""
BATCHES = RUNS + 1
"""What is put in together: each run's clear sheets, then those that people decided."""
_DOUBTFUL = 3
"""Sheets of a run of which one line is decided by two people; fewer than five in all would wait."""


@dataclass
class PaperPoll:
    """A poll and its paper: the key that is destroyed in the end, serials, and pictures of doubtful lines."""

    poll: Poll
    key: PaperKey
    forms: Mapping[str, PaperForm]
    pictures: list[bytes] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    writers: set[int] = field(default_factory=set)

    @property
    def on_paper(self) -> list[Voter]:
        """List those who voted on paper, in the order in which their sheets were scanned."""
        return self.poll.voters[-PAPER:]

    def serials(self) -> list[str]:
        """List the serials of their sheets."""
        return [self.key.serial_of(voter.digest) for voter in self.on_paper]

    @property
    def written(self) -> list[Voter]:
        """List those of whose sheets a text is typed in: whose line is doubtful writes too."""
        return [self.poll.voters[place] for place in sorted(self.writers)]

    def page(self, voter: Voter, doubtful: str = "") -> PageReading:
        """Return what is read of a voter's sheet."""
        [group] = [group for group, codes in self.poll.running.codes.items() if voter.code in codes]
        said = dict(zip(LINES, voter.ratings, strict=True))
        if doubtful:
            said[doubtful] = DOUBTFUL
            self.writers.add(self.poll.voters.index(voter))
        ink = ["form.comment"] if doubtful else []
        page = a_page(self.forms[group], self.key.serial_of(voter.digest), said, ink=ink)
        pictures = {name: token_bytes(64) for name in page.crops}
        self.pictures += pictures.values() if doubtful else ()
        return PageReading(page.code, page.group, page.lines, page.areas, pictures)


def open_polls(app: Flask, number: int) -> list[PaperPoll]:
    """Open polls on paper, make their keys as a printing does, let the first half vote by phone."""
    opened = []
    for at in range(number):
        poll = making.open_poll(app, f"paper-{at}", paper={"texts": "typed"})
        with transaction(write=True) as session:
            campaign = locked_campaign(session, poll.code)
            key = keys.make_paper_key(session, settings().keys, campaign)
        opened.append(PaperPoll(poll, key, {form.group: form for form in forms_of(campaign)}))
    queue = [one for one in opened for _ in range(VOTERS - PAPER)]
    random.shuffle(queue)
    waiting = {one.poll.code: iter(one.poll.voters) for one in opened}
    for one in queue:
        making.cast(next(waiting[one.poll.code]))
    return opened


def collect_all(polls: list[PaperPoll]) -> None:
    for one in polls:
        with transaction(write=True) as session:
            collecting.collect(session, one.poll.code, BY)


def scan_all(polls: list[PaperPoll]) -> None:
    """Scan the sheets of all polls, a part of a poll at a time, in an order drawn at random."""
    parts = [(one, at) for one in polls for at in range(RUNS)]
    random.shuffle(parts)
    for one, at in parts:
        size = PAPER // RUNS
        voters = one.on_paper[at * size : (at + 1) * size]
        asked = dict(zip(random.sample(range(size), _DOUBTFUL), random.sample(LINES, _DOUBTFUL), strict=True))
        pages = [one.page(voter, asked.get(place, "")) for place, voter in enumerate(voters)]
        scan(one.poll.code, pages)


def upload(polls: list[PaperPoll]) -> None:
    """Leave the files of a run in the instance, as an upload does while its job waits."""
    folder = sealed_files.sealed_folder(settings().instance)
    for one in polls:
        content = b"scanned " + "".join(one.serials()).encode()
        one.uploads.append(content)
        sealed_files.store(folder, one.key, [content])


def decide_all(polls: list[PaperPoll], account: str, *, put: bool = False) -> None:
    """Let one of two people say what is doubtful, as the voters meant it; ``put`` in what is ready then."""
    for one in polls:
        truth = {one.key.serial_of(voter.digest): voter for voter in one.on_paper}
        with transaction(write=True) as session:
            campaign = locked_campaign(session, one.poll.code)
            waiting = Waiting(session, campaign, one.key)
            rules = campaign.definition.paper
            assert rules
            for row, sheet in list(waiting.sheets()):
                form = one.forms[sheet.group]
                for item in open_items(form, sheet, rules):
                    said = PaperAnswer(item.key, account, meant(truth[sheet.serial], item))
                    sheet = answered(form, sheet, rules, said)
                waiting.replace(row, sheet)
            if put:
                putting_in.put_ready(session, campaign, one.key, BY)


def meant(voter: Voter, item: PaperItem) -> str:
    """Return what somebody who sees the picture answers."""
    if item.kind is ItemKind.TEXT:
        return as_typed(voter.text)
    return dict(zip(LINES, voter.ratings, strict=True))[item.fields[0]]


@contextmanager
def truth_of(polls: list[PaperPoll]) -> Iterator[None]:
    """Keep, as only the test may, which ballot was whose among those put in."""
    voters: dict[bytes, tuple[Poll, Voter]] = {}
    put_together = casting.put_together

    def keeping(session: Session, campaign: Campaign, ballots: Mapping[bytes, bytes]) -> frozenset[bytes]:
        voters.update((voter.digest, (one.poll, voter)) for one in polls for voter in one.on_paper)
        put = put_together(session, campaign, ballots)
        for digest in put:
            poll, voter = voters[digest]
            voter.sealed = ballots[digest]
            _open(campaign, poll, voter)
        return put

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casting, "put_together", keeping)
        yield


def _open(campaign: Campaign, poll: Poll, voter: Voter) -> None:
    key = BoxKey(read_key_file(key_path(settings().keys, poll.code)))
    packed = key.open(voter.sealed, box_info(poll.code, campaign.definition.digest))
    assert packed
    _, ballot = Packing(campaign.definition).unpack(packed)
    voter.packed, voter.receipt = packed, ballot.receipt


def states(polls: list[PaperPoll]) -> set[tuple[bool, bool]]:
    """Return whether the campaigns collect, and whether anything waits."""
    with transaction() as session:
        found = [find_campaign(session, one.poll.code) for one in polls]
        return {
            (campaign.collecting, any(True for _ in Waiting(session, campaign, one.key).sheets()))
            for campaign, one in zip(found, polls, strict=True)
        }
