"""Where published results can be read, as the office is told it."""

from collections.abc import Sequence

from survey.domain.definition.campaign import Campaign, Publication
from survey.domain.publication.edition import Edition
from survey.services.results import publishing
from survey.web.context import settings, vault
from survey.web.public import links


def address_of(campaign: Campaign, editions: Sequence[Edition]) -> str:
    """Return the address of a campaign's results, of all its editions; empty where there is no page."""
    edition = publishing.in_force(campaign, editions)
    if edition is None or edition.choice is None:
        return ""
    path = f"/r/{campaign.code}"
    if edition.level is Publication.LINK:
        path = links.results_link(campaign.code, publishing.run_of(editions), vault().link_key)
    return settings().base_url + path
