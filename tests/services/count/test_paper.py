"""Ballots that came on paper, from the box to every account of them."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.documents.export.results_json import results_json
from survey.domain.count.discrepancies import Discrepancy, DiscrepancyKind
from survey.domain.definition.campaign import State
from survey.services.audit import audit
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate, certifying, counting
from survey.services.operations import backup
from survey.services.results import publishing
from survey.services.voting import receipts
from survey.services.voting.turnout import shown_turnout
from survey.storage import box_rows, token_rows
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from tests.builders import BY, Running, a_definition, cast, close, count, running_campaign
from tests.oracle.count import SPOILED_ON_PAPER
from tests.oracle.count import count as by_hand
from tests.paper_box import note_urn, put_paper

BEST, WORST = {"c1.de": "excellent", "c1.neng": "competent"}, {"c1.de": "poor"}
DATA = a_definition(paper={})


def voted(
    app: Flask, a: tuple[int, int, int] = (5, 6, 1), b: tuple[int, int, int] = (6, 0, 0)
) -> tuple[Running, dict[str, Any]]:
    """Vote in two groups, each by phone, on paper, and spoiled on paper; return also what is to come out."""
    running = running_campaign(app, DATA, 20)
    wanted: list[tuple[str, Any]] = []
    sheets: dict[str, dict[str, str] | None] = {}
    for group, (phone, paper, spoiled) in (("A", a), ("B", b)):
        codes = iter(running.codes[group])
        for _ in range(phone):
            cast(app, next(codes), dict(BEST))
        sheets |= {next(codes): dict(WORST) for _ in range(paper)}
        sheets |= {next(codes): None for _ in range(spoiled)}
        wanted += [(group, BEST)] * phone + [(group, WORST)] * paper
        wanted += [(group, SPOILED_ON_PAPER)] * spoiled
    put_paper(app, running, sheets)
    on_paper = {"A": a[1] + a[2], "B": b[1] + b[2]}
    return running, by_hand(DATA, wanted, {"A": 20, "B": 20}, paper=on_paper)


def results() -> dict[str, Any]:
    with transaction() as session:
        campaign, found, _ = publishing.results(session, "small")
    value = json.loads(json.dumps(results_json(found, campaign.state)))
    del value["definition"]
    return value


@pytest.mark.parametrize("b", [(6, 0, 0), (2, 1, 0), (0, 0, 2)], ids=["none", "few", "few spoiled"])
def test_the_count_is_what_it_is_by_hand(each_app: Flask, b: tuple[int, int, int]) -> None:
    _, wanted = voted(each_app, b=b)
    close(each_app, "small")
    counted = count(each_app, "small")
    assert counted.notes == ()
    assert results() == wanted
    total = counted.count.accounting.total
    assert total.paper == 7 + b[1] + b[2]
    assert total.returned == 12 + sum(b)
    assert total.spoiled == 1 + b[2]
    with transaction() as session:
        assert len(list(receipts.list_receipts(session, "small"))) == total.returned


def test_the_count_is_the_same_again(each_app: Flask) -> None:
    voted(each_app)
    close(each_app, "small")
    first = count(each_app, "small")
    again = count(each_app, "small")
    assert again.recount
    assert again.notes == ()
    assert again.digest == first.digest


def test_turnout_and_balance_take_paper_for_returned(each_app: Flask) -> None:
    voted(each_app)
    with transaction() as session:
        campaign = find_campaign(session, "small")
        turnout = token_rows.turnout(session, campaign)
        assert [(one.returned, one.paper) for one in turnout.values()] == [(12, 7), (6, 0)]
        assert box_rows.out_of_balance(session) == []
        assert backup.check(session).faults == ()
        # In steps while voting runs: of 12 and 6, 10 and 5 are shown, and 5 of 7 on paper.
        shown = shown_turnout(session, campaign)
        assert (shown.total.returned, shown.paper) == (15, 5)
    close(each_app, "small")
    for counted in (False, True):
        if counted:
            count(each_app, "small")
        with transaction() as session:
            campaign = find_campaign(session, "small")
            shown = shown_turnout(session, campaign)
            assert (shown.total.returned, shown.paper) == (18, 7)
            assert campaign.state is (State.COUNTED if counted else State.CLOSED)


def test_a_ballot_missing_beside_paper_is_found(each_app: Flask) -> None:
    voted(each_app)
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM ballots WHERE key = (SELECT min(key) FROM ballots)"))
        assert box_rows.out_of_balance(session) == ["small"]


def test_nothing_is_said_of_paper_where_nobody_votes_on_paper(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, dict(BEST))
    close(app, "small")
    assert count(app, "small").count.accounting.total.paper is None
    assert all("paper" not in row for row in results()["accounting"]["groups"])
    with transaction() as session:
        assert len(json.loads(session.scalar(text("SELECT record FROM counts")))["accounting"]["total"]) == 7


def test_what_is_kept_does_not_tell_how_a_small_group_spoiled(app: Flask) -> None:
    """Three of B, all on paper, all spoiled; A on phones only: the total would be B's own."""
    voted(app, a=(9, 0, 0), b=(0, 0, 3))
    close(app, "small")
    count(app, "small")
    with transaction() as session:
        kept = json.loads(session.scalar(text("SELECT record FROM counts")))["accounting"]
    assert kept["groups"] == [["A", 20, 0, 9, None, None, 0, None], ["B", 20, 0, 3, None, None, 0, None]]
    assert kept["total"] == [40, 0, 12, 9, 3, 0, None, 3]


# The urn, counted by hand


def standing() -> tuple[Discrepancy, ...]:
    with transaction() as session:
        return counting.standing(session, find_campaign(session, "small")).findings


@pytest.mark.parametrize(
    ("noted", "refused", "found"),
    [
        (7, None, ()),
        (9, {"already-cast": 1, "unknown": 1, "already-scanned": 4}, ()),
        (8, None, (Discrepancy(DiscrepancyKind.URN, number=8, of=7),)),
        (7, {"voided": 1}, (Discrepancy(DiscrepancyKind.URN, number=7, of=8),)),
    ],
)
def test_the_hand_count_is_compared(
    app: Flask, noted: int, refused: dict[str, int] | None, found: tuple[Discrepancy, ...]
) -> None:
    running, _ = voted(app)
    note_urn(app, running, noted, refused)
    close(app, "small")
    assert count(app, "small").findings == found
    assert standing() == found


def test_a_hand_count_noted_again_stands(app: Flask) -> None:
    running, _ = voted(app)
    note_urn(app, running, 9)
    note_urn(app, running, 7)
    close(app, "small")
    assert count(app, "small").findings == ()


def certified(app: Flask) -> certificate.Certificate:
    with transaction(write=True) as session:
        made = [add_account(session, name, "scrutineer", None, BY.at) for name in ("计票甲", "监票乙")]
        certifying.certify(session, "small", *made, BY)
    with transaction() as session:
        return certificate.certified(session, "small")


def test_the_certificate_has_paper_and_the_hand_count_and_is_signed_all_the_same(app: Flask) -> None:
    running, _ = voted(app)
    note_urn(app, running, 11, {"voided": 2})
    close(app, "small")
    count(app, "small")
    about = certified(app)
    assert [account.paper for _, account in about.accounts] == [7, 0]
    assert (about.total.paper, about.counted_by_hand, about.refused_paper) == (7, 11, 2)
    assert [step.act for step in about.steps if step.act in ("put-in", "urn")] == ["put-in", "urn"]


def test_the_certificate_of_few_has_paper_in_the_total_only(app: Flask) -> None:
    voted(app, a=(5, 3, 0))
    close(app, "small")
    count(app, "small")
    about = certified(app)
    assert [account.paper for _, account in about.accounts] == [None, None]
    assert (about.total.paper, about.counted_by_hand, about.refused_paper) == (3, None, 0)
    with transaction() as session:
        audit.verify(session)
