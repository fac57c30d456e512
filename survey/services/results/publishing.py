"""Results for those who may read them, and what is published of them to whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.count.accounting import Accounting
from survey.domain.count.disclosure import Count
from survey.domain.count.results import Results
from survey.domain.definition.campaign import Campaign, Publication, State
from survey.domain.errors import WrongState
from survey.domain.publication.edition import Choice, Edition, Personal, everything
from survey.domain.results.voting_period import VotingPeriod, voting_period
from survey.services.audit import audit, protocol
from survey.services.audit.audit import By
from survey.services.count.written_names import outcome_of
from survey.storage import campaign_rows, count_rows, publication_rows
from survey.storage.campaign_rows import find_campaign, locked_campaign

from . import kept_results

COUNTED = (State.COUNTED, State.CERTIFIED, State.SHREDDING, State.SHREDDED)
SIGNED = (State.CERTIFIED, State.SHREDDING, State.SHREDDED)


@dataclass(frozen=True)
class Chosen:
    """What an organiser chose to publish: ``choice`` for the page, ``personal`` for links to persons."""

    level: Publication
    choice: Choice | None
    personal: Personal | None = None
    note: str = ""


def results(session: Session, campaign_code: str) -> tuple[Campaign, Results, str]:
    """Return a campaign, its results and the digest of its count; raises ``WrongState`` before the count."""
    campaign = find_campaign(session, campaign_code)
    campaign.require(*COUNTED, to="show results")
    kept = kept_results.results_of(session, campaign)
    # Decided beside the count, and read each time as decisions are.
    names = outcome_of(session, campaign)
    return campaign, replace(kept.results, names=names), kept.digest


def counted(session: Session, campaign_code: str) -> tuple[Campaign, Count, str]:
    """Return a campaign, its count and the count's digest; raises ``WrongState`` before the count."""
    campaign = find_campaign(session, campaign_code)
    campaign.require(*COUNTED, to="show results")
    count, digest, _ = count_rows.find_count(session, campaign)
    return campaign, count, digest


def accounting(session: Session, campaign: Campaign) -> Accounting:
    """Return the ballot accounting of a counted campaign."""
    return count_rows.find_accounting(session, campaign)[0]


def voted(session: Session, campaign: Campaign) -> VotingPeriod:
    """Return when people voted in a campaign, as the log has it."""
    return voting_period(campaign.definition, protocol.acts(session, campaign.code), campaign.closes_at)


def require_publishable(campaign: Campaign) -> None:
    """Refuse with ``WrongState`` before the count is signed, and for a trial run always."""
    campaign.require(*SIGNED, to="publish")
    if campaign.is_trial:
        raise WrongState(f"cannot publish: {campaign.code} is a trial run; it can only be erased")


def edition_of(session: Session, campaign: Campaign, chosen: Chosen, at: datetime) -> Edition:
    """Return the edition that would be published now.

    Raises ``WrongState`` and ``BadEdition``.
    """
    require_publishable(campaign)
    before = publication_rows.editions(session, campaign)
    edition = Edition(
        number=len(before) + 1,
        level=chosen.level,
        choice=chosen.choice,
        personal=chosen.personal,
        note=chosen.note,
        decisions=last_decision(session, campaign),
        published_at=at,
    )
    edition.require_sound(campaign.definition)
    return edition


def may_tell(session: Session, campaign: Campaign, edition: Edition) -> bool:
    """Return whether an edition, with those before it, shows what together may tell rows that are withheld.

    Rows of rater groups and rows of a breakdown are withheld each by itself; where a whole group chose one
    option, the two together can say more (docs/secrecy.md).
    """
    all_of_them = [*publication_rows.editions(session, campaign), edition]
    shown = [part for one in all_of_them for part in (one.choice, one.personal) if part]
    if not (any(part.groups for part in shown) and any(part.breakdowns for part in shown)):
        return False
    count = kept_results.results_of(session, campaign).results.count
    return any(None in rows.values() for rows in count.breakdowns.values())


def publish(session: Session, campaign_code: str, publication: Publication, by: By) -> None:
    """Publish all tables, or withdraw what is published. Raises ``WrongState``, for a trial run always."""
    if publication is Publication.WITHDRAWN:
        withdraw(session, campaign_code, by)
        return
    campaign = find_campaign(session, campaign_code)
    publish_edition(session, campaign_code, Chosen(publication, everything(campaign.definition)), by)


def publish_edition(session: Session, campaign_code: str, chosen: Chosen, by: By) -> Edition:
    """Publish what was chosen, in place of what was published before.

    Links to persons that an earlier edition made end. Raises ``WrongState`` and ``BadEdition``.
    """
    campaign = locked_campaign(session, campaign_code)
    edition = edition_of(session, campaign, chosen, by.at)
    publication_rows.add_edition(session, campaign, edition, by.actor)
    campaign_rows.set_publication(session, campaign, chosen.level)
    audit.record(session, by, Act.PUBLISH, campaign_code, publication=chosen.level, edition=edition.number)
    return edition


def withdraw(session: Session, campaign_code: str, by: By) -> None:
    """Withdraw what was published. Raises ``WrongState``, for a trial run always."""
    campaign = locked_campaign(session, campaign_code)
    require_publishable(campaign)
    if edition := current_edition(session, campaign):
        publication_rows.set_withdrawn(session, campaign, edition.number, by.at)
    campaign_rows.set_publication(session, campaign, Publication.WITHDRAWN)
    audit.record(session, by, Act.PUBLISH, campaign_code, publication=Publication.WITHDRAWN)


def last_decision(session: Session, campaign: Campaign) -> int:
    """Return the number of the decision recorded last beside a campaign's count, 0 without any."""
    return max((entry.number for entry in publication_rows.entries_of(session, campaign)), default=0)


def editions(session: Session, campaign: Campaign) -> list[Edition]:
    """Return all editions of a campaign, the first one first."""
    return publication_rows.editions(session, campaign)


def current_edition(session: Session, campaign: Campaign) -> Edition | None:
    """Return the edition that can be read now, if there is one."""
    return in_force(campaign, publication_rows.editions(session, campaign))


def in_force(campaign: Campaign, editions: Sequence[Edition]) -> Edition | None:
    """Return which of a campaign's editions can be read now, if one can."""
    if not campaign.is_published or not editions or editions[-1].withdrawn_at:
        return None
    return editions[-1]


def run_of(editions: Sequence[Edition]) -> int:
    """Count how often a campaign's results were withdrawn: a link given out before that opens nothing."""
    return sum(edition.withdrawn_at is not None for edition in editions)
