"""A campaign most of whose voters fill in sheets of paper: printed, ticked, scanned, looked at by two."""

import json
import random
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from bench.paper.urn import CIRCLED, scanned_sheets
from demo import steps
from demo.steps import FILES, SIGNERS, minping
from demo.voters import answers, vote_all
from survey.instance import ready_app
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import find_campaign
from survey.services.paper import review
from survey.services.paper.keys import paper_key_of
from survey.storage.accounts.account_rows import find_account
from survey.storage.database import transaction
from survey.web.context import now, settings

CODE = "town-paper"
FEWER = (("issue = 40", "issue = 14"), ("issue = 100", "issue = 18"))
"""The sample with fewer voters: drawing and scanning a sheet takes this machine a second or two."""
PHONES = 3
"""Every so manyth voter votes by phone; two of them put their empty sheet into the urn all the same."""
LEFT = 6
"""Sheets that nobody drew; their codes are voided."""
CIRCLES = 3
"""Voters who draw a circle instead of a tick, once; what they mean is …"""
MEANT = "competent"


def on_paper(port: int, passwords: Mapping[str, str]) -> None:
    """Run the campaign to its count."""
    codes = steps.issue(CODE, steps.renamed_sample(CODE, *FEWER, more="\n[paper]\n"), *steps.in_three_parts())
    ballots = FILES / f"{CODE}-ballots.pdf"
    minping("paper", "ballots", CODE, "--csv", str(codes), "--pdf", str(ballots))
    minping("campaign", "open", CODE)
    slips = steps.listed(codes)
    drawn = slips[: len(slips) - LEFT]
    phones = range(0, len(drawn), PHONES)
    server = steps.start_server(port)
    try:
        vote_all(port, [drawn[place]["token"] for place in phones])
        print(f"\n{len(phones)} voters voted by phone, {len(drawn) - len(phones)} tick sheets of paper …")
        steps.void(CODE, slips[len(drawn) :])
        minping("paper", "collect", CODE, "--yes")
        in_urn, scans = scanned(ballots, slips, len(drawn), phones)
        minping("paper", "counted", CODE, "--number", str(in_urn))
        minping("paper", "scan", CODE, *map(str, scans), "--destroy")
        decide()
        minping("paper", "status", CODE)
        steps.count_and_sign(CODE, dict(passwords))
    finally:
        server.terminate()
        server.wait(15)


def scanned(ballots: Path, slips: list[dict[str, str]], drawn: int, phones: range) -> tuple[int, list[Path]]:
    """Tick and scan what is in the urn; return how many sheets that is, and the files."""
    said = json.loads(steps.quietly("paper", "layout", CODE, "--json"))
    forms = {form["group"]: form for form in said["forms"]}
    # The PDF has one rater group after the other, each in the order of the list.
    order = sorted(range(len(slips)), key=lambda place: list(forms).index(slips[place]["group"]))
    circles = count()
    ticked: list[Mapping[str, str] | None] = []
    for place in order:
        if place >= drawn or place in phones[2:]:
            ticked.append(None)
        elif place in phones:
            ticked.append({})
        else:
            ticked.append(_ticks(forms[slips[place]["group"]], place, circled=next(circles) < CIRCLES))
    printed = [forms[slips[place]["group"]] for place in order]
    files = []
    for number, (_, content) in enumerate(scanned_sheets(ballots, printed, ticked, seed=1)):
        path = FILES / f"{CODE}-scan-{number:03}"
        path.write_bytes(content)
        files.append(path)
    print(
        f"{sum(one is not None for one in ticked)} sheets are counted by hand and scanned: {len(files)} pages"
    )
    return sum(one is not None for one in ticked), files


def _ticks(form: Mapping[str, Any], voter: int, *, circled: bool) -> dict[str, str]:
    lines = {
        line["field"]: [box["value"] for box in line["boxes"]]
        for page in form["pages"]
        for line in page["lines"]
    }
    found = answers(lines, random.Random(voter))
    if circled:
        field = next(name for name, values in lines.items() if MEANT in values)
        found[field] = CIRCLED + MEANT
    return found


def decide() -> None:
    """Let two accounts decide what is doubtful: the first says what it sees, the second cannot tell once."""
    first, second = SIGNERS
    alone = _answered(first, [MEANT]) + _answered(second, ["unsure", MEANT])
    print(f"\n{first} and {second} answered {alone} questions about doubtful lines, each alone …")
    print(f"… and {_together(first, second)} together, where one of them could not tell", flush=True)


def _answered(name: str, said: list[str]) -> int:
    """Let one account answer whatever it is asked; what is said last goes for all that follows."""
    number = 0
    with ready_app():
        while True:
            with transaction(write=True) as session:
                campaign, account = find_campaign(session, CODE), find_account(session, name)
                assert account is not None
                key = paper_key_of(settings().keys, campaign)
                item = review.next_item(session, campaign, key, account)
                if item is None:
                    return number
                spoken = said[min(number, len(said) - 1)]
                spoken = spoken if spoken in item.offers else "blank"
                review.answer(session, CODE, key, item.item, account, spoken, By(name, now()))
            number += 1


def _together(first: str, second: str) -> int:
    number = 0
    with ready_app():
        while True:
            with transaction(write=True) as session:
                campaign = find_campaign(session, CODE)
                one, other = (find_account(session, name) for name in (first, second))
                assert one is not None
                assert other is not None
                key = paper_key_of(settings().keys, campaign)
                item = review.next_joint(session, campaign, key, one)
                if item is None:
                    return number
                said = MEANT if MEANT in item.offers else item.offers[0]
                review.answer_joint(session, CODE, key, item.item, said, one, other, By(first, now()))
            number += 1
