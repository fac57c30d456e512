"""What signed counts say of an assessment's units: as displayed, and only what the counts kept."""

from dataclasses import replace

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import Component, ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import CountedValue, CountedValues, Lacking
from survey.domain.assessment.totals.counted_values import value_of
from survey.domain.errors import UnknownCampaign
from survey.services.results import publishing
from survey.services.results.publishing import SIGNED
from survey.storage.campaign_rows import find_campaign


def counted_values(session: Session, definition: AssessmentDefinition, owner: str) -> CountedValues:
    """Return what campaigns say of every unit, by the keys of component and unit.

    ``owner`` is the unit of accounts that the assessment belongs to. A count that may not be read, for
    whatever reason, says nothing but that it is not certified: an assessment is no way to ask what there is.
    """
    found: dict[tuple[str, str], CountedValue] = {}
    for component in definition.components:
        if component.source is ComponentSource.CAMPAIGN:
            for unit, value in _of_component(session, definition, owner, component).items():
                found[component.key, unit] = value
    return found


def obstacle(session: Session, definition: AssessmentDefinition, owner: str, campaign_code: str) -> str:
    """Return why an assessment may not read a campaign's count, for the office itself; empty where it may.

    It has to be signed, of the assessment's own office, and no trial run.
    """
    try:
        campaign = find_campaign(session, campaign_code)
    except UnknownCampaign:
        campaign = None
    if campaign is None or campaign.unit != owner:
        return "there is no such campaign"
    organiser, office = campaign.definition.organiser.strip(), definition.office.strip()
    if organiser != office:
        return f'its organiser is "{organiser}", not "{office}"'
    if campaign.is_trial:
        return "it is a trial run"
    return "" if campaign.state in SIGNED else f"it is {campaign.state}, not certified"


def _of_component(
    session: Session, definition: AssessmentDefinition, owner: str, component: Component
) -> dict[str, CountedValue]:
    if obstacle(session, definition, owner, component.campaign):
        lacking = CountedValue(None, why=Lacking.NOT_CERTIFIED)
        return {unit.key: lacking for unit in definition.units}
    campaign, count, digest = publishing.counted(session, component.campaign)
    found = {}
    for unit in definition.units:
        ratee = component.ratees.get(unit.key, unit.key)
        value = value_of(count, campaign.definition, component, ratee)
        found[unit.key] = replace(value, source=digest)
    return found
