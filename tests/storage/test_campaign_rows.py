"""Campaigns as rows: what is changed is one campaign's, and what is erased is all of one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Custody, Publication, State
from survey.domain.definition.reader import read_definition
from survey.domain.errors import UnknownCampaign
from survey.storage import campaign_rows as rows
from survey.storage import token_rows
from survey.storage.tables import AuditRow, Base, TextRow
from tests.builders import a_definition
from tests.domain.editing import LATER, full

from .operations.test_job_rows import a_job
from .stored import AT, account, stored


def test_a_definition_comes_back_as_it_was(session: Session) -> None:
    data = full()
    rows.add_campaign(session, read_definition(data), data, "甲局")
    found = rows.find_campaign(session, "full-2026")
    assert found.definition == read_definition(data)
    assert rows.document_of(session, found) == data
    assert (found.state, found.publication, found.unit) == (State.DRAFT, Publication.NONE, "甲局")
    assert (found.custody, found.public_key, found.trial_of, found.extended_to) == (None, None, None, None)
    assert (found.shaken, found.forgotten, found.held) == (False, False, False)


def test_an_unknown_campaign_is_refused_by_name(session: Session) -> None:
    with pytest.raises(UnknownCampaign, match="nowhere"):
        rows.find_campaign(session, "nowhere")
    with pytest.raises(UnknownCampaign, match="nowhere"):
        rows.locked_campaign(session, "nowhere")


def test_campaigns_are_listed_as_they_were_loaded(session: Session) -> None:
    for code in ("b", "a", "c"):
        rows.set_state(session, stored(session, code), State.OPEN if code != "a" else State.CLOSED)
    session.expire_all()
    assert [one.code for one in rows.list_campaigns(session)] == ["b", "a", "c"]
    assert [one.code for one in rows.open_campaigns(session)] == ["b", "c"]


def test_every_change_is_kept_and_of_one_campaign(session: Session) -> None:
    other, campaign = stored(session, "other"), stored(session)
    rows.set_armed(session, campaign, Custody.SCRUTINEERS, b"public")
    rows.set_shaken(session, campaign)
    rows.set_forgotten(session, campaign)
    rows.set_held(session, campaign, held=True)
    rows.set_extended(session, campaign, LATER)
    rows.set_trial(session, campaign, "other")
    rows.set_publication(session, campaign, Publication.LINK)
    session.expire_all()
    found = rows.locked_campaign(session, "small")
    assert (found.state, found.custody, found.public_key) == (State.ARMED, Custody.SCRUTINEERS, b"public")
    assert (found.shaken, found.forgotten, found.held) == (True, True, True)
    assert (found.extended_to, found.trial_of, found.publication) == (LATER, "other", Publication.LINK)
    assert rows.trials_of(session, "other") == ["small"]
    assert rows.find_campaign(session, "other") == other


def test_another_definition_takes_the_place_of_a_drafts(session: Session) -> None:
    campaign = stored(session)
    data = a_definition(groups=("X",))
    rows.replace_definition(session, campaign, read_definition(data), data)
    session.expire_all()
    assert [one.key for one in rows.find_campaign(session, "small").definition.groups] == ["X"]


def test_persons_present_are_noted_and_corrected(session: Session) -> None:
    campaign = stored(session)
    rows.set_present(session, campaign, "A", 3)
    rows.set_present(session, campaign, "B", 0)
    rows.set_present(session, campaign, "A", 4)
    assert rows.present(session, campaign) == {"A": 4, "B": 0}
    assert rows.present(session, stored(session, "other")) == {}


def written(session: Session, number: int, *statuses: str) -> None:
    for at, status in enumerate(statuses):
        values = {"campaign_id": number, "key": bytes([at]) * 16, "status": status}
        session.execute(insert(TextRow).values(kind="comment", subject="section:form", text="好", **values))


def test_texts_that_wait_are_counted(session: Session) -> None:
    campaign, other = stored(session), stored(session, "other")
    written(session, campaign.id, "waiting", "released", "waiting")
    written(session, other.id, "waiting")
    assert rows.number_of_waiting_texts(session, campaign) == 2


def test_files_that_wait_to_be_fetched(session: Session) -> None:
    campaign = stored(session)
    owner = account(session)
    for key, code, file in (("a", "small", "a.zip"), ("b", "small", None), ("c", "other", "c.zip")):
        a_job(session, owner.id, key, campaign=code, file=file)
    assert rows.files_of(session, campaign) == ["a.zip"]


def left(session: Session, campaign_id: int, code: str) -> dict[str, int]:
    """Count the rows of every table that are of a campaign."""
    found = {}
    for table in Base.metadata.sorted_tables:
        column = table.columns.get("campaign_id", table.columns.get("campaign"))
        if column is not None:
            value = campaign_id if column.name == "campaign_id" else code
            number = select(func.count()).select_from(table).where(column == value)
            found[table.name] = session.scalars(number).one()
    return {name: number for name, number in found.items() if number}


def test_erased_everything_of_one_campaign_is_gone_but_its_acts(session: Session) -> None:
    from survey.storage import draft_rows

    owner = account(session)
    campaigns = [stored(session, code) for code in ("small", "other")]
    for at, campaign in enumerate(campaigns):
        token_rows.add_tokens(session, campaign, {bytes([at + 1]) * 16: "A"})
        rows.set_present(session, campaign, "A", 3)
        written(session, campaign.id, "waiting")
        a_job(session, owner.id, f"job-{at}", campaign=campaign.code)
        draft_rows.add_draft(session, campaign.code, "", {"campaign": {}}, AT + timedelta(hours=at))
        act = {"number": at + 1, "at": AT, "actor": "x", "act": "arm", "campaign": campaign.code}
        session.execute(insert(AuditRow).values(**act, detail="{}", previous="", hash=str(at)))
    gone, kept = campaigns
    before = left(session, kept.id, kept.code)
    rows.erase(session, gone)
    assert left(session, gone.id, gone.code) == {"audit": 1}
    assert left(session, kept.id, kept.code) == before
    assert draft_rows.find_draft(session, "small") is None
    assert draft_rows.find_draft(session, "other") is not None
    with pytest.raises(UnknownCampaign):
        rows.find_campaign(session, "small")


def test_a_draft_that_is_dropped_leaves_the_others(session: Session) -> None:
    campaign = stored(session)
    stored(session, "other")
    rows.drop_campaign(session, campaign)
    session.expire_all()
    assert [one.code for one in rows.list_campaigns(session)] == ["other"]
