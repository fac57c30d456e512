"""What readers are given of an edition: the page for all of them, and the one for a single person."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.count.results import Results
from survey.domain.decisions.decisions import Decisions, decision_tables
from survey.domain.decisions.score_differences import Gain, gains
from survey.domain.definition.campaign import Campaign, Definition
from survey.domain.definition.form import Ratee
from survey.domain.publication.edition import Choice, Edition, Personal, project, project_person
from survey.domain.publication.written_texts import Texts, by_subject, subjects_of_person
from survey.domain.results.table import Table
from survey.domain.results.voting_period import VotingPeriod
from survey.storage import publication_rows

from . import comments, kept_results, publishing


@dataclass(frozen=True)
class Page:
    """What the page of an edition shows: a projection of the results, texts, and what was decided.

    ``voted`` says on which days people voted.
    """

    results: Results
    digest: str
    texts: Texts
    decided: tuple[Table, ...]
    voted: VotingPeriod


@dataclass(frozen=True)
class PersonPage(Page):
    """What the page of one person shows; ``gains`` set the section's mean beside it, where it was chosen."""

    ratee: Ratee
    gains: tuple[Gain, ...]


def released_texts(session: Session, campaign: Campaign, choice: Choice) -> Texts:
    """Return the texts that the page shows now: what a moderator keeps back is gone from it at once."""
    if not choice.comments:
        return ()
    about = {f"section:{key}" for key in choice.sections}
    about |= {f"ratee:{one.key}" for one in campaign.definition.ratees if one.section in choice.sections}
    about |= {f"question:{one.key}" for one in campaign.definition.questions}
    return _about(session, campaign, about)


def page(session: Session, campaign: Campaign, edition: Edition, choice: Choice, texts: Texts) -> Page:
    """Return what a page shows of a campaign's results; ``texts`` are those released."""
    _, results, digest = publishing.results(session, campaign.code)
    shown = project(results, choice)
    decided: tuple[Table, ...] = ()
    if choice.decisions:
        decisions = _decisions(session, campaign, edition, shown.definition)
        beside = shown if choice.ranking else None
        decided = tuple(decision_tables(shown.definition, decisions, results=beside))
    return Page(shown, digest, texts, decided, publishing.voted(session, campaign))


def person_page(
    session: Session, campaign: Campaign, edition: Edition, personal: Personal, ratee: Ratee
) -> PersonPage:
    """Return what the page of one person shows."""
    _, results, digest = publishing.results(session, campaign.code)
    shown = project_person(results, ratee, personal)
    texts: Texts = ()
    if personal.reasons:
        texts = _about(session, campaign, subjects_of_person(campaign.definition, ratee.key))
    decided: tuple[Table, ...] = ()
    if personal.decisions:
        decisions = _decisions(session, campaign, edition, campaign.definition)
        decided = tuple(decision_tables(campaign.definition, decisions, results=shown, ratee=ratee.key))
    beside: tuple[Gain, ...] = ()
    if personal.mean:
        means = kept_results.results_of(session, campaign).means(ratee.section)
        beside = tuple(gains(results, ratee, means=means))
    voted = publishing.voted(session, campaign)
    return PersonPage(shown, digest, texts, decided, voted, ratee, beside)


def _decisions(session: Session, campaign: Campaign, edition: Edition, definition: Definition) -> Decisions:
    """Return what had been decided when an edition was published: a later decision wants another edition."""
    entries = publication_rows.entries_of(session, campaign)
    return Decisions(definition, (entry for entry in entries if entry.number <= edition.decisions))


def _about(session: Session, campaign: Campaign, subjects: Collection[str]) -> Texts:
    released = comments.released(session, campaign.code)
    return by_subject(campaign.definition, (text for text in released if text.subject in subjects))
