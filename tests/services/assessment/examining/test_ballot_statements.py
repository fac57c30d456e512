"""Statements onto ballots: only into a draft of the same office, once, and nothing written over unseen."""

import pytest
from flask import Flask

from survey.domain.definition.campaign import Custody
from survey.domain.errors import ChangedMeanwhile, UnknownCampaign, UnknownYearRecord, WrongState
from survey.services.assessment.examining import ballot_statements
from survey.services.assessment.examining.ballot_statements import BallotState, CampaignStatements
from survey.services.campaigns import campaigns, drafts
from survey.services.custody import key_files
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR

from .year_at_end import CAMPAIGN, at_end, draft, give_back, hand_in, on_ballot, read, written, year


def found() -> CampaignStatements:
    return read(lambda session: ballot_statements.on_ballots(session, year()))[0]


def states() -> list[BallotState]:
    return [one.state for one in found().lines]


def take(*units: str, version: int | None = None, campaign: str = CAMPAIGN) -> int:
    seen = draft().version if version is None else version
    return written(
        lambda session: ballot_statements.take_onto_ballot(session, YEAR, campaign, units, seen, BY)
    )


def arm() -> None:
    with key_files.Undo() as undo, transaction(write=True) as session:
        armed = campaigns.arm(session, CAMPAIGN, Custody.SERVER, BY)
        key_files.keep_key(settings().keys, armed, undo)


def type_by_hand(ratee: str, text: str) -> None:
    document = draft().document
    next(row for row in document["ratees"] if row["key"] == ratee)["statement"] = text
    written(lambda session: drafts.save(session, CAMPAIGN, document, draft().version, BY))


def test_taken_over_once_for_whom_the_total_maps_the_unit_to(each_app: Flask) -> None:
    at_end()
    hand_in("t1")
    hand_in("t2", hand_in=False)
    assert [(one.unit, one.ratee, one.name) for one in found().lines] == [
        ("t1", "c1", "干部c1"),
        ("t2", "c2", "干部c2"),
        ("t3", "c3", "干部c3"),
    ]
    assert states() == [BallotState.FRESH, BallotState.NONE, BallotState.NONE]
    version = draft().version
    assert take("t1") == 1
    assert on_ballot().startswith("成效一：first 的 heading <b>&\nfirst 的 text <b>&\n\n成效二：")
    assert take("t1", version=version) == 0
    assert states()[0] is BallotState.SAME
    assert (on_ballot("c2"), on_ballot("c3")) == ("", "")


def test_what_is_returned_or_changed_shows(app: Flask) -> None:
    at_end()
    given = hand_in("t1")
    take("t1")
    returned = give_back(given)
    assert states()[0] is BallotState.ONLY_THERE
    with pytest.raises(UnknownYearRecord):
        take("t1")
    hand_in("t1", seen=returned, first_text="改好了")
    assert states()[0] is BallotState.DIFFERS
    take("t1")
    assert "改好了" in on_ballot()


def test_what_was_typed_by_hand_is_replaced_only_where_it_is_chosen(app: Flask) -> None:
    at_end()
    hand_in("t1")
    hand_in("t2")
    type_by_hand("c2", "手工写的")
    assert states() == [BallotState.FRESH, BallotState.DIFFERS, BallotState.NONE]
    take("t1")
    assert on_ballot("c2") == "手工写的"


def test_a_draft_that_changed_meanwhile_is_not_written_over(each_app: Flask) -> None:
    at_end()
    hand_in("t1")
    version = draft().version
    type_by_hand("c3", "刚刚写的")
    with pytest.raises(ChangedMeanwhile):
        take("t1", version=version)
    assert (on_ballot("c1"), on_ballot("c3")) == ("", "刚刚写的")


def test_frozen_once_it_is_armed(each_app: Flask) -> None:
    at_end()
    hand_in("t1")
    hand_in("t2")
    take("t1")
    arm()
    assert found().is_frozen
    with pytest.raises(WrongState):
        take("t2", version=0)
    assert states() == [BallotState.SAME, BallotState.FRESH, BallotState.NONE]


def test_of_another_office_s_campaign_nothing_is_told_and_nothing_changed(app: Flask) -> None:
    at_end()
    hand_in("t1")
    document = draft().document
    with transaction(write=True) as session:
        drafts.delete(session, CAMPAIGN, BY)
        drafts.create(session, document | {"campaign": document["campaign"] | {"code": "theirs"}}, "乙局", BY)
    assert found() == CampaignStatements(CAMPAIGN, is_known=False)
    for code in (CAMPAIGN, "theirs", "nothing"):
        with pytest.raises(UnknownCampaign):
            take("t1", version=1, campaign=code)


def test_a_unit_that_is_none_or_has_nothing_takes_the_others_down_with_it(app: Flask) -> None:
    at_end()
    hand_in("t1")
    for units in (("t1", "t9"), ("t1", "t3")):
        with pytest.raises(UnknownYearRecord):
            take(*units)
    assert on_ballot() == ""


def test_a_ratee_that_is_not_there_is_named(app: Flask) -> None:
    at_end()
    hand_in("t3")
    document = draft().document
    document["ratees"] = document["ratees"][:2]
    written(lambda session: drafts.save(session, CAMPAIGN, document, draft().version, BY))
    assert states()[2] is BallotState.NO_RATEE
    assert take("t3") == 0
