"""Trial runs: a copy of a campaign with its own key and codes, to try everything out and then erase it."""

from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import UnknownCampaign, WrongState
from survey.secrecy.custody import destroy
from survey.secrecy.sms_key import destroy_sms_key
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.custody.key_files import key_path
from survey.services.paper.keys import destroy_paper_key
from survey.storage import campaign_rows, forgetting, paper_rows, statement_rows
from survey.storage.campaign_rows import find_campaign, locked_campaign, trials_of
from survey.storage.database import db, transaction
from survey.storage.operations.upkeep import forget_deleted, require_space

from . import campaigns, drafts

__all__ = ["trials_of"]

MARK = "【试投】"
"""Stands before the title, so that slips, ballots and tables of a trial run cannot be taken for real ones."""


def begin(session: Session, campaign_code: str, by: By) -> Campaign:
    """Make a trial run of a campaign that is not open yet: all its rules, no times, a code of its own.

    Raises ``UnfinishedDraft``, ``UnknownCampaign`` and ``WrongState``.
    """
    campaign = drafts.require_whole(session, campaign_code)
    if campaign.is_trial:
        raise WrongState(f"cannot try out: {campaign_code} is itself a trial run")
    campaign.require(State.DRAFT, State.ARMED, to="try out")
    document = drafts.copied(campaign_rows.document_of(session, campaign), _free_code(session, campaign_code))
    document["campaign"]["title"] = MARK + document["campaign"]["title"]
    made = campaigns.load(session, document, by, campaign.unit)
    campaign_rows.set_trial(session, made, campaign_code)
    statement_rows.copy_files(session, campaign_code, made.code)
    audit.record(session, by, Act.TRIAL, campaign_code, trial=made.code)
    return find_campaign(session, made.code)


def erase(campaign_code: str, keys: Path, handed_out: Path, by: By) -> str:
    """Erase a trial run: keys, codes, ballots, counts, texts and files; return what it tried out.

    The acts on it stay in the log. ``handed_out`` is the folder of files that jobs made. It opens its
    transactions itself: the database forgets only after the commit. Raises ``WrongState`` for a campaign
    that is no trial run, ``NoSpace``.
    """
    require_space(db.engine)
    with transaction(write=True) as session:
        campaign = locked_campaign(session, campaign_code)
        if campaign.trial_of is None:
            raise WrongState(f"cannot erase: {campaign_code} is no trial run")
        files = campaign_rows.files_of(session, campaign)
        campaign_rows.erase(session, campaign)
        audit.record(session, by, Act.ERASE, campaign_code, trial_of=campaign.trial_of)
        # Before the commit: a trial run that is still there can be erased again, one that is gone cannot.
        destroy(key_path(keys, campaign_code))
        destroy_paper_key(keys, campaign_code)
        destroy_sms_key(keys, campaign_code)
        for name in files:
            destroy(handed_out / Path(name).name)
    sms = forgetting.SMS if campaign.definition.by_sms else ()
    forget_deleted(db.engine, *campaign_rows.READABLE, *paper_rows.TABLES, *sms)
    return campaign.trial_of


def _free_code(session: Session, campaign_code: str) -> str:
    """Return a code that no campaign has or ever had: the log keeps the acts on former trial runs."""
    number = 1
    while True:
        made = f"{campaign_code}-trial" if number == 1 else f"{campaign_code}-trial-{number}"
        if not _is_known(session, made):
            return made
        number += 1


def _is_known(session: Session, campaign_code: str) -> bool:
    if any(True for _ in audit.history(session, campaign_code)):
        return True
    try:
        drafts.find(session, campaign_code)
    except UnknownCampaign:
        return False
    return True
