"""Taking an armed campaign back to a draft, while no code of it can be in anybody's hands.

Its key is void from the commit on, for no box is made under it; the file that holds it is destroyed after
that (``procedure.disarm``), or by whoever finds it first: the worker, and the next arming.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import CannotDisarm, FileGone, UnknownCampaign
from survey.domain.operations.job import Job, JobState
from survey.secrecy.box import key_name
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.operations import download_folder
from survey.storage import audit_rows, box_rows, campaign_rows, token_rows
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.operations import job_rows
from survey.storage.sms import client_rows


def require_disarmable(session: Session, campaign: Campaign) -> None:
    """Refuse with ``WrongState``, or ``CannotDisarm`` naming why, a campaign that cannot be taken back."""
    campaign.require(State.ARMED, to="disarm")
    if campaign.is_trial:
        raise CannotDisarm("trial", f"cannot disarm: {campaign.code} is a trial run; erase it instead")
    if job_rows.unfinished(session, campaign.code):
        raise CannotDisarm(
            "job", f"cannot disarm: slips of {campaign.code} are being made; wait, or cancel that job"
        )
    if box_rows.has_more_than(session, campaign, 0):
        raise CannotDisarm("ballots", f"cannot disarm: there are ballots in the box of {campaign.code}")
    unseen = {job.detail.get("check") for job in _unfetched(session, campaign)}
    for entry, facts in audit.current_history(session, campaign.code):
        # Of a list of numbers nobody holds a code, and nothing is sent before voting is open.
        held = entry.act == Act.ISSUE and not facts.get("sms")
        if held and audit.check_value(entry.hash) not in unseen:
            raise CannotDisarm(
                "codes-out",
                f"cannot disarm: codes of {campaign.code} were handed out; "
                "correct its wording, or copy the campaign under another code",
            )


def take_back(
    session: Session, campaign_code: str, folder: Path, by: By, held: ExitStack
) -> tuple[str, list[Path]]:
    """Make an armed campaign a draft under the same code, its definition as it was armed.

    ``folder`` is where files of slips wait to be fetched; those that nobody fetched go into ``held``, so that
    nobody can until the caller destroys them, after the commit. Return the log's check value and these files.
    Raises ``WrongState`` and ``CannotDisarm``.
    """
    campaign = locked_campaign(session, campaign_code)
    require_disarmable(session, campaign)
    issued = sum(turnout.issued for turnout in token_rows.turnout(session, campaign).values())
    files = []
    for job in _unfetched(session, campaign):
        if job.file is not None and (folder / job.file).exists():
            files.append(folder / job.file)
            _hold(held, folder, job)
        job_rows.drop_file(session, job.key, download_folder.EXPIRED)
    campaign_rows.take_back(session, campaign)
    if campaign.definition.by_sms:
        client_rows.drop_list(session, campaign)
    check = audit.record(
        session,
        by,
        Act.DISARM,
        campaign_code,
        key=key_name(campaign.public_key or b""),
        custody=campaign.custody,
        codes=issued,
        issued_set=token_rows.issued_set(session, campaign),
    )
    return check, files


def is_taken_back(session: Session, campaign: Campaign) -> bool:
    """Return whether a campaign is a draft because it was taken back."""
    done = [entry.act for entry, _ in audit.history(session, campaign.code)]
    return campaign.state is State.DRAFT and Act.DISARM in done


def has_no_box(session: Session, campaign_code: str) -> bool:
    """Return whether a campaign has no key at all: it is a draft, or deleted."""
    try:
        return find_campaign(session, campaign_code).public_key is None
    except UnknownCampaign:
        return True


def former_keys(session: Session) -> Mapping[str, frozenset[str]]:
    """Map the codes of campaigns that were taken back to the names of the keys that ended with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in audit_rows.entries_of_acts(session, [Act.DISARM]):
        found[entry.campaign or ""].add(json.loads(entry.detail)["key"])
    return {campaign_code: frozenset(names) for campaign_code, names in found.items()}


def _hold(held: ExitStack, folder: Path, job: Job) -> None:
    try:
        held.enter_context(download_folder.opened(folder, job))
    except FileGone as error:
        raise CannotDisarm(
            "fetching", f"cannot disarm: slips of {job.campaign} are being fetched right now"
        ) from error


def _unfetched(session: Session, campaign: Campaign) -> list[Job]:
    """List the jobs whose codes nobody can know: their file was never fetched."""
    return [
        job
        for job in job_rows.of_campaign(session, campaign.code)
        if job.state is JobState.DONE and (job.file is not None or job.fault == download_folder.EXPIRED)
    ]
