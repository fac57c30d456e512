"""Reasons written on paper: from frames with ink to ballots that hold them, by way of two people."""

from typing import Any

from survey.domain.paper.answers import as_typed
from survey.services.accounts.accounts import Account
from survey.services.campaigns import campaigns, procedure
from survey.services.paper import review
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.sheets import Collected, ballots_of, collected, kept, scan, told
from tests.signing_in import an_account

GRADES = [
    {"key": "excellent", "label": "优秀", "points": 100},
    {"key": "competent", "label": "称职", "points": 80},
    {"key": "poor", "label": "不称职", "points": 40, "reason": "required"},
]
SCALES = [{"key": "cadre", "grades": GRADES, "abstain": {"label": "不了解"}}]
FRAME = "c1.de.reason"
ALL = [f"{ratee}.{key}" for ratee in ("c1", "c2", "c3") for key in ("de", "neng")]
POOR = dict.fromkeys(ALL, "excellent") | {"c1.de": "poor", "c1.neng": "poor"}


def poll(app: Any) -> Collected:
    return collected(app, 8, scales=SCALES, paper={"texts": "typed"})


def typed(of: Collected, account: Account, said: str) -> None:
    with transaction(write=True) as session:
        campaign = campaigns.find_campaign(session, of.code)
        item = review.next_text(session, campaign, of.key, account)
        assert item is not None
        assert (item.about, item.asking) == ("干部c1", ("不称职",))
        review.answer(session, of.code, of.key, item.item, account, as_typed(said), BY)


def test_one_reason_typed_by_two_serves_both_lines_of_its_ratee(app: Any) -> None:
    of = poll(app)
    tokens = of.codes["A"]
    others = [of.page(token, "excellent") for token in tokens[:5]]
    run = scan(of.code, [*others, of.page(tokens[5], POOR, ink=[FRAME])])
    assert (run.put_in.in_box, told(of).sheets.waiting) == (5, 1)
    [sheet] = [one for one in kept(of).values() if one.refusal is None]
    assert list(sheet.pages[0].crops) == [FRAME]
    typed(of, an_account("organiser", name="王芳"), " 不下基层 ")
    typed(of, an_account("scrutineer", name="李明"), "不下基层")
    procedure.close(of.code, BY, settings().keys)
    [ballot] = [ballot for ballot in ballots_of(of) if ballot.texts]
    assert ballot.texts == {FRAME: "不下基层", "c1.neng.reason": "不下基层"}
    assert ballot.ratings == (3, 3, 1, 1, 1, 1)


def test_lines_over_an_empty_frame_are_blank(app: Any) -> None:
    of = poll(app)
    run = scan(of.code, [of.page(token, POOR) for token in of.codes["A"][:5]])
    assert (run.put_in.in_box, told(of).sheets.waiting) == (5, 0)
    assert {ballot.ratings for ballot in ballots_of(of)} == {(0, 0, 1, 1, 1, 1)}
    assert not any(ballot.texts for ballot in ballots_of(of))
