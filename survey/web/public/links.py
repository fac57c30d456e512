"""Signed links to results: for those who hold the link, and for one person each.

Nothing is stored of a link: it is the signature of what it opens, so the office can list it again. Paths are
written here and not taken from the routes: the command that publishes signs links too, without pages.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from survey.domain.publication.edition import Edition

FIELD = "k"
_PAGE, _PERSON, _OUTCOME = "results-link", "person-link", "outcome-link"


@dataclass(frozen=True)
class PersonLink:
    """What a link to one person's results was signed for."""

    ratee: str
    edition: int
    until: datetime


def results_link(campaign_code: str, run: int, key: bytes) -> str:
    """Return the path of a campaign's results for those who are given the link.

    ``run`` is how often results were withdrawn before: a correction keeps the link, withdrawing ends it.
    """
    return f"/r/{campaign_code}?{FIELD}={_signer(key, _PAGE).dumps([campaign_code, run])}"


def opens_results(campaign_code: str, run: int, token: str, key: bytes) -> bool:
    """Return whether what stands in an address opens a campaign's results."""
    return bool(_read(token, key, _PAGE) == [campaign_code, run])


def outcome_link(assessment_code: str, run: int, key: bytes) -> str:
    """Return the path of an assessment's outcome for those who are given the link; ``run`` as of results."""
    return f"/a/{assessment_code}?{FIELD}={_signer(key, _OUTCOME).dumps([assessment_code, run])}"


def opens_outcome(assessment_code: str, run: int, token: str, key: bytes) -> bool:
    """Return whether what stands in an address opens an assessment's outcome."""
    return bool(_read(token, key, _OUTCOME) == [assessment_code, run])


def person_link(campaign_code: str, ratee: str, edition: Edition, key: bytes) -> str:
    """Return the path of one person's results in an edition that has links to persons."""
    if edition.personal is None:
        raise ValueError("an edition without links to persons")
    until = int(edition.personal.until.timestamp())
    token = _signer(key, _PERSON).dumps([campaign_code, ratee, edition.number, until])
    return f"/r/{campaign_code}/p/{token}"


def read_person(campaign_code: str, token: str, key: bytes) -> PersonLink | None:
    """Return what a link to one person of a campaign was signed for, ``None`` where it was not."""
    match _read(token, key, _PERSON):
        case [str(campaign), str(ratee), int(edition), int(until)] if campaign == campaign_code:
            return PersonLink(ratee, edition, datetime.fromtimestamp(until, UTC))
    return None


def _read(token: str, key: bytes, salt: str) -> object:
    try:
        return _signer(key, salt).loads(token)
    except BadData:
        return None


def _signer(key: bytes, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=salt)
