"""Statements that units handed in, taken over onto the ballots of the campaigns that a year's total reads."""

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.examining.conference import campaigns_of
from survey.domain.assessment.examining.statement import UnitStatement
from survey.domain.errors import UnknownCampaign, UnknownYearRecord
from survey.services.audit.audit import By
from survey.services.campaigns import drafts
from survey.services.campaigns.statement_files import named_ratees
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

from .unit_statements import statements


class BallotState(StrEnum):
    """What a ballot shows of a ratee's statement, beside what its unit handed in."""

    NONE = "none"
    FRESH = "fresh"
    DIFFERS = "differs"
    SAME = "same"
    ONLY_THERE = "only-there"
    NO_RATEE = "no-ratee"
    SHARED = "shared"


TAKEN = (BallotState.FRESH, BallotState.DIFFERS)
"""What taking over changes."""


@dataclass(frozen=True)
class RateeStatement:
    """A unit's statement beside what stands on the ballot of the ratee that the unit is there."""

    unit: str
    ratee: str
    name: str
    state: BallotState
    handed_in: str
    on_ballot: str


@dataclass(frozen=True)
class CampaignStatements:
    """A campaign that the total reads: whose statement its ballot shows, and whether that can be changed.

    ``is_known`` tells whether there is such a campaign of the assessment's own office: of another's nothing
    else is told. ``version`` is the one of its draft.
    """

    campaign: str
    is_known: bool
    title: str = ""
    is_frozen: bool = False
    version: int = 0
    lines: tuple[RateeStatement, ...] = ()

    @property
    def takable(self) -> list[RateeStatement]:
        """Return those that taking over would change."""
        return [one for one in self.lines if one.state in TAKEN]


def on_ballots(session: Session, assessment: Assessment) -> list[CampaignStatements]:
    """Return each campaign of the total, with the statements that its ballot shows."""
    handed_in = statements(session, assessment)
    return [
        _campaign(session, assessment, campaign_code, handed_in)
        for campaign_code in campaigns_of(assessment.definition)
    ]


def ratees_of(definition: AssessmentDefinition, campaign_code: str) -> list[tuple[str, str]]:
    """Return which ratee of a campaign each unit is, as pairs of unit and ratee, each pair once."""
    pairs = [
        (unit.key, one.ratees.get(unit.key, unit.key))
        for unit in definition.units
        for one in definition.components
        if one.source is ComponentSource.CAMPAIGN and one.campaign == campaign_code
    ]
    return list(dict.fromkeys(pairs))


def take_onto_ballot(
    session: Session,
    assessment_code: str,
    campaign_code: str,
    units: Collection[str],
    version: int,
    by: By,
) -> int:
    """Write what units handed in into a campaign's draft as their ratees' statements.

    Returns how many changed; twice is once. ``version`` is the draft's that was seen. Raises
    ``UnknownCampaign`` where it is none of the total's or another office's, ``UnknownYearRecord`` where a
    unit has handed in none, ``WrongState`` once it is armed, and ``ChangedMeanwhile`` as saving a draft does.
    """
    assessment = locked_assessment(session, assessment_code)
    if campaign_code not in campaigns_of(assessment.definition):
        raise UnknownCampaign(campaign_code)
    if _own_draft(session, assessment, campaign_code) is None:
        raise UnknownCampaign(campaign_code)
    drafts.require_writable(session, campaign_code)
    found = _campaign(session, assessment, campaign_code, statements(session, assessment))
    wanted = [one for one in found.lines if one.unit in units]
    if {one.unit for one in wanted} != set(units) or any(not one.handed_in for one in wanted):
        raise UnknownYearRecord(f"no statement of these units of {assessment_code} is handed in")
    texts = {one.ratee: one.handed_in for one in wanted if one.state in TAKEN}
    if texts:
        draft = drafts.find(session, campaign_code)
        document = copy.deepcopy(draft.document)
        for row in document["ratees"]:
            if row.get("key") in texts:
                row["statement"] = texts[row["key"]]
        drafts.save(session, campaign_code, document, version, by)
    return len(texts)


def _own_draft(session: Session, assessment: Assessment, campaign_code: str) -> drafts.Draft | None:
    try:
        draft = drafts.find(session, campaign_code)
    except UnknownCampaign:
        return None
    return draft if draft.unit == assessment.unit else None


def _campaign(
    session: Session, assessment: Assessment, campaign_code: str, handed_in: Mapping[str, UnitStatement]
) -> CampaignStatements:
    draft = _own_draft(session, assessment, campaign_code)
    if draft is None:
        return CampaignStatements(campaign_code, is_known=False)
    pairs = ratees_of(assessment.definition, campaign_code)
    return CampaignStatements(
        campaign_code,
        is_known=True,
        title=str(draft.document.get("campaign", {}).get("title") or ""),
        is_frozen=drafts.is_frozen(session, campaign_code),
        version=draft.version,
        lines=tuple(_lines(draft.document, pairs, handed_in)),
    )


def _lines(
    document: Mapping[str, Any], pairs: list[tuple[str, str]], handed_in: Mapping[str, UnitStatement]
) -> Iterator[RateeStatement]:
    names = {one.key: one.name for one in named_ratees(document)}
    texts = {str(row.get("key")): str(row.get("statement") or "") for row in document.get("ratees") or ()}
    ratees = [ratee for _unit, ratee in pairs]
    for unit, ratee in pairs:
        text, there = handed_in[unit].ballot_text, texts.get(ratee, "")
        if ratee not in names:
            state = BallotState.NO_RATEE
        elif ratees.count(ratee) > 1:
            state = BallotState.SHARED
        else:
            state = _state(text, there)
        yield RateeStatement(unit, ratee, names.get(ratee, ""), state, text, there)


def _state(text: str, there: str) -> BallotState:
    if not text:
        return BallotState.ONLY_THERE if there else BallotState.NONE
    if not there:
        return BallotState.FRESH
    return BallotState.SAME if text == there else BallotState.DIFFERS
