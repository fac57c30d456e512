"""What signed counts say of an assessment's units: as displayed, and only what the counts kept."""

from dataclasses import replace

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import Component, ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import CountedValue, CountedValues, Lacking
from survey.domain.assessment.totals.counted_values import value_of
from survey.domain.definition.campaign import Campaign
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


def readable_campaign(
    session: Session, definition: AssessmentDefinition, owner: str, campaign_code: str
) -> Campaign | None:
    """Return a campaign whose count an assessment may read.

    It has to be signed, of the assessment's own office, and no trial run.
    """
    try:
        campaign = find_campaign(session, campaign_code)
    except UnknownCampaign:
        return None
    own = campaign.unit == owner and campaign.definition.organiser.strip() == definition.office.strip()
    return campaign if own and campaign.state in SIGNED and not campaign.is_trial else None


def _of_component(
    session: Session, definition: AssessmentDefinition, owner: str, component: Component
) -> dict[str, CountedValue]:
    campaign = readable_campaign(session, definition, owner, component.campaign)
    if campaign is None:
        lacking = CountedValue(None, why=Lacking.NOT_CERTIFIED)
        return {unit.key: lacking for unit in definition.units}
    _, count, digest = publishing.counted(session, campaign.code)
    found = {}
    for unit in definition.units:
        ratee = component.ratees.get(unit.key, unit.key)
        value = value_of(count, campaign.definition, component, ratee)
        found[unit.key] = replace(value, source=digest)
    return found
