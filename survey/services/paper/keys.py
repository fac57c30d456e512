"""The paper key of a campaign: made by the first printing, and found again by whatever reads ballots."""

from pathlib import Path

from survey.domain.definition.campaign import Campaign
from survey.secrecy.paper_key import PaperKey, paper_key_path, read_paper_key


def paper_key_of(keys: Path, campaign: Campaign) -> PaperKey:
    """Return the paper key of a campaign; raises ``PaperKeyLost`` and ``BadFile``."""
    return read_paper_key(paper_key_path(keys, campaign.code), campaign.code)
