"""What readers are given of an edition: the page for all of them, and the one for a single person."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.campaign import Campaign
from survey.domain.edition import Choice, Personal, project, project_person
from survey.domain.form import Ratee
from survey.domain.results import Results
from survey.domain.section_mean import SectionMean, section_mean
from survey.domain.written_texts import Texts, by_subject, subjects_of_person

from . import comments, publishing


@dataclass(frozen=True)
class Page:
    """What the page of an edition shows: a projection of the results, and texts."""

    results: Results
    digest: str
    texts: Texts


@dataclass(frozen=True)
class PersonPage:
    """What the page of one person shows; ``mean`` is the section's, where it was chosen."""

    results: Results
    digest: str
    texts: Texts
    ratee: Ratee
    mean: SectionMean | None


def released_texts(session: Session, campaign: Campaign, choice: Choice) -> Texts:
    """Return the texts that the page shows now: what a moderator keeps back is gone from it at once."""
    if not choice.comments:
        return ()
    about = {f"section:{key}" for key in choice.sections}
    about |= {f"ratee:{one.key}" for one in campaign.definition.ratees if one.section in choice.sections}
    about |= {f"question:{one.key}" for one in campaign.definition.questions}
    return _about(session, campaign, about)


def page(session: Session, campaign: Campaign, choice: Choice, texts: Texts) -> Page:
    """Return what a page shows of a campaign's results; ``texts`` are those released."""
    _, results, digest = publishing.results(session, campaign.code)
    return Page(project(results, choice), digest, texts)


def person_page(session: Session, campaign: Campaign, personal: Personal, ratee: Ratee) -> PersonPage:
    """Return what the page of one person shows."""
    _, results, digest = publishing.results(session, campaign.code)
    texts: Texts = ()
    if personal.reasons:
        texts = _about(session, campaign, subjects_of_person(campaign.definition, ratee.key))
    mean = section_mean(results, ratee) if personal.mean else None
    return PersonPage(project_person(results, ratee, personal), digest, texts, ratee, mean)


def _about(session: Session, campaign: Campaign, subjects: Collection[str]) -> Texts:
    released = comments.released(session, campaign.code)
    return by_subject(campaign.definition, (text for text in released if text.subject in subjects))
