"""The paper key of a campaign: made by the first printing, and found again by whatever reads ballots.

Its name is in the log from the first printing on. Another key would give a code another serial, and so two
ballots that count: where the one that was noted is missing, nothing makes a new one.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadFile, PaperKeyLost, WrongKey
from survey.secrecy.custody import destroy
from survey.secrecy.paper_key import (
    PaperKey,
    new_paper_key,
    paper_key_path,
    read_paper_key,
    write_paper_key,
)
from survey.services.audit import audit
from survey.storage.campaign_rows import list_campaigns

FACT = "paper_key"
"""What the log calls the name of the key."""
COPIED = "paper"
"""What it says where the paper key was among the keys that were copied."""


def paper_key_of(keys: Path, campaign: Campaign, session: Session | None = None) -> PaperKey:
    """Return the paper key of a campaign; with a ``session``, make sure that it is the one the log names.

    Raises ``PaperKeyLost`` and ``BadFile``, and ``WrongKey`` for another key.
    """
    key = read_paper_key(paper_key_path(keys, campaign.code), campaign.code)
    if session is not None:
        _require(session, key)
    return key


def noted_name(session: Session, campaign_code: str) -> str | None:
    """Return the name of the key under which ballots of a campaign were printed, ``None`` where none was."""
    return _last_name(facts for _, facts in audit.current_history(session, campaign_code))


def make_paper_key(session: Session, keys: Path, campaign: Campaign) -> PaperKey:
    """Return the paper key of a campaign for a printing; the first one makes it.

    Needs the campaign's lock held alone. A key that was made and not noted yet is another printing's, or was
    left by one that failed: nothing was handed out under it, and it is taken. Raises ``PaperKeyLost`` where a
    key was noted and is not there, ``WrongKey`` and ``BadFile``.
    """
    path = paper_key_path(keys, campaign.code)
    noted = noted_name(session, campaign.code)
    try:
        key = paper_key_of(keys, campaign)
    except PaperKeyLost:
        if noted is not None:
            raise
        return _made(path, campaign.code)
    if noted is None and key.name in _former_names(session, campaign.code):
        # Left by a disarming that was interrupted: what was printed under it can vote no more.
        destroy(path)
        return _made(path, campaign.code)
    _require(session, key)
    return key


def keep_paper_key(session: Session, keys: Path, key: PaperKey) -> None:
    """Make sure, under the campaign's lock and before its name is noted, that a key is in its place.

    Of two first printings that go on at once one may have failed and taken its key away. Raises
    ``WrongKey`` where another key was noted, or lies there, and ``BadFile``.
    """
    _require(session, key)
    path = paper_key_path(keys, key.campaign)
    try:
        there = read_paper_key(path, key.campaign)
    except PaperKeyLost:
        if noted_name(session, key.campaign) is not None:
            raise
        write_paper_key(path, key)
        return
    if there.name != key.name:
        raise WrongKey(f"another printing of {key.campaign} made another paper key meanwhile; print again")


def drop_unnoted_key(session: Session, keys: Path, campaign_code: str) -> None:
    """Destroy a key after a printing that failed, unless the log names one; needs the campaign's lock."""
    if noted_name(session, campaign_code) is None:
        destroy_paper_key(keys, campaign_code)


def destroy_paper_key(keys: Path, campaign_code: str) -> None:
    """Destroy the paper key of a campaign: nothing on paper can be read, or joined to a code, any more."""
    destroy(paper_key_path(keys, campaign_code))


def destroy_left_keys(session: Session, keys: Path) -> None:
    """Destroy paper keys in a node's folder that outlived the close; for a task of every minute.

    The close destroys the one on the node where it happens; another node, or somebody who puts a copy back,
    may have one more.
    """
    over = (State.CLOSED, State.COUNTED, State.CERTIFIED, State.SHREDDING, State.SHREDDED)
    for campaign in list_campaigns(session):
        if campaign.definition.paper is not None and campaign.state in over:
            destroy_paper_key(keys, campaign.code)


def is_copied(session: Session, campaign_code: str) -> bool:
    """Return whether somebody has a copy of the paper key, as far as the log knows."""
    acts = audit.current_history(session, campaign_code)
    return any(entry.act == Act.EXPORT_KEY and facts.get(COPIED) for entry, facts in acts)


def is_missing(session: Session, keys: Path, campaign: Campaign) -> bool:
    """Return whether ballots were printed under a key that is not in its place."""
    noted = noted_name(session, campaign.code)
    if noted is None:
        return False
    try:
        return paper_key_of(keys, campaign).name != noted
    except (PaperKeyLost, BadFile):
        return True


def _made(path: Path, campaign_code: str) -> PaperKey:
    key = new_paper_key(campaign_code)
    write_paper_key(path, key)
    return key


def _require(session: Session, key: PaperKey) -> None:
    noted = noted_name(session, key.campaign)
    if noted not in (None, key.name):
        raise WrongKey(
            f"the paper key of {key.campaign} is not the one under which its ballots were printed; "
            "put the exported copy of that one back into the folder of keys"
        )


def _last_name(acts: Iterable[Mapping[str, Any]]) -> str | None:
    names = [facts[FACT] for facts in acts if FACT in facts]
    return names[-1] if names else None


def _former_names(session: Session, campaign_code: str) -> set[str]:
    return {facts[FACT] for _, facts in audit.history(session, campaign_code) if FACT in facts}
