"""Definitions while organisers write them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Custody, State
from survey.domain.definition.canonical import digest
from survey.domain.errors import (
    CampaignExists,
    ChangedMeanwhile,
    InvalidDefinition,
    UnfinishedDraft,
    UnknownCampaign,
    WrongState,
)
from survey.services.audit.audit import history, verify
from survey.services.campaigns import campaigns, drafts
from survey.storage import campaign_rows
from survey.storage.database import transaction
from tests.builders import BY, EXAMPLES, a_definition, example
from tests.domain.editing import GONE, changed, full

UNIT = "组织部"


def create(document: dict[str, Any]) -> drafts.Draft:
    with transaction(write=True) as session:
        return drafts.create(session, document, UNIT, BY)


def save(document: dict[str, Any], version: int, code: str = "full-2026") -> int:
    with transaction(write=True) as session:
        return len(drafts.save(session, code, document, version, BY))


def found(code: str = "full-2026") -> drafts.Draft:
    with transaction() as session:
        return drafts.find(session, code)


def arm(code: str = "full-2026") -> None:
    with transaction(write=True) as session:
        campaigns.arm(session, code, Custody.SERVER, BY)


def campaign(code: str = "full-2026") -> Any:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def test_a_whole_document_is_a_campaign_at_once(each_app: Flask) -> None:
    create(full())
    assert campaign().state is State.DRAFT
    assert campaign().unit == UNIT
    assert campaign().definition.digest == digest(full())


def test_a_document_with_faults_is_kept_and_is_no_campaign(each_app: Flask) -> None:
    document = drafts.empty("full-2026") | {"groups": [{"key": "A", "label": "", "weight": "三成"}]}
    create(document)
    assert found().document == document
    with pytest.raises(UnknownCampaign):
        campaign()
    with transaction() as session:
        assert [draft.code for draft in drafts.list_unfinished(session)] == ["full-2026"]
        with pytest.raises(UnfinishedDraft):
            drafts.require_whole(session, "full-2026")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("groups", {"A": 30}),
        ("groups[0]", "A"),
        ("sections[0].criteria[0]", ["德"]),
        ("ratees[0].key", ["c1"]),
        ("rates[0].grades", 5),
        ("results.rank", {}),
        ("campaign", []),
    ],
)
def test_what_no_form_could_show_is_not_kept(app: Flask, path: str, value: Any) -> None:
    shapeless = changed(path, value)
    with pytest.raises(InvalidDefinition):
        create(shapeless)
    create(full())
    with pytest.raises(InvalidDefinition):
        save(shapeless, 1)
    assert found().document == full()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_comes_back_as_it_was_written(app: Flask, number: str) -> None:
    create(changed("groups[0].weight", Decimal(number)))
    kept = found().document["groups"][0]["weight"]
    assert isinstance(kept, Decimal)
    assert str(kept) == number


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_what_is_stored_comes_back_equal(app: Flask, name: str) -> None:
    document = example(name)
    create(document)
    assert found(name).document == document
    assert campaign(name).definition.digest == digest(document)


def test_times_keep_their_offset(each_app: Flask) -> None:
    create(full())
    assert found().document == full()
    assert found().document["campaign"]["opens_at"].utcoffset() == timedelta(hours=8)
    broken = changed("campaign.opens_at", "下周一")
    save(broken, 1)
    assert found().document == broken


def test_saving_replaces_the_campaigns_definition(each_app: Flask) -> None:
    create(full())
    after = changed("campaign.title", "改过的题目")
    assert save(after, 1) == 0
    assert campaign().definition.title == "改过的题目"
    assert campaign().unit == UNIT
    assert found().version > 1


def test_saving_the_same_changes_nothing(app: Flask) -> None:
    create(full())
    save(full(), 1)
    assert found().version == 1


def test_the_second_of_two_who_edit_at_once_is_told(each_app: Flask) -> None:
    create(full())
    save(changed("campaign.title", "甲改的"), 1)
    with pytest.raises(ChangedMeanwhile):
        save(changed("campaign.title", "乙改的"), 1)
    assert campaign().definition.title == "甲改的"


def test_a_file_loaded_meanwhile_is_told_too(app: Flask) -> None:
    create(full())
    with transaction(write=True) as session:
        campaigns.load(session, changed("campaign.title", "命令行载入"), BY)
    assert found().document["campaign"]["title"] == "命令行载入"
    with pytest.raises(ChangedMeanwhile):
        save(changed("campaign.title", "页面上改的"), 1)


def test_what_the_command_line_loaded_can_be_edited(each_app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, full(), BY, UNIT)
    assert (found().document, found().version, found().unit) == (full(), 0, UNIT)
    save(changed("campaign.title", "改过"), 0)
    assert campaign().definition.title == "改过"
    with pytest.raises(ChangedMeanwhile):
        save(changed("campaign.title", "又改"), 0)


def test_stale_content_cannot_be_armed(each_app: Flask) -> None:
    create(full())
    assert save(changed("campaign.title", ""), 1) == 1
    assert campaign().definition.title == "民主测评"
    with transaction() as session, pytest.raises(UnfinishedDraft):
        drafts.require_whole(session, "full-2026")
    with pytest.raises(UnfinishedDraft):
        arm()
    save(full(), found().version)
    with transaction() as session:
        assert drafts.require_whole(session, "full-2026").code == "full-2026"
    arm()
    assert campaign().state is State.ARMED


def test_nothing_is_saved_after_arming(app: Flask) -> None:
    create(full())
    arm()
    with transaction() as session:
        assert drafts.is_frozen(session, "full-2026")
    assert found().document == full()
    for act in (
        lambda: save(changed("campaign.title", "晚了"), found().version),
        lambda: delete("full-2026"),
    ):
        with pytest.raises(WrongState):
            act()
    assert campaign().definition.title == "民主测评"


def test_a_trial_cannot_be_edited(app: Flask) -> None:
    create(full())
    with transaction(write=True) as session:
        campaign_rows.set_trial(session, campaigns.find_campaign(session, "full-2026"), "other")
    with transaction() as session:
        assert drafts.is_frozen(session, "full-2026")
    with pytest.raises(WrongState):
        save(changed("campaign.title", "试投里改"), 1)


def delete(code: str) -> None:
    with transaction(write=True) as session:
        drafts.delete(session, code, BY)


def test_a_deleted_draft_takes_its_campaign_along(each_app: Flask) -> None:
    create(full())
    delete("full-2026")
    with pytest.raises(UnknownCampaign):
        found()
    with pytest.raises(UnknownCampaign):
        campaign()
    create(full())


def test_a_code_is_taken_once_and_never_changed(app: Flask) -> None:
    create(full())
    for taken in (full(), drafts.empty("full-2026")):
        with pytest.raises(CampaignExists):
            create(taken)
    for bad in ("", "中文", "A B"):
        with pytest.raises(InvalidDefinition):
            create(drafts.empty(bad))
    with pytest.raises(InvalidDefinition):
        create(changed("campaign.code", GONE))
    with pytest.raises(WrongState):
        save(changed("campaign.code", "other"), 1)
    with transaction() as session:
        assert drafts.free_code(session, "full-2026") == "full-2026-2"
        assert drafts.free_code(session, "other") == "other"


def test_a_copy_leaves_code_and_times_behind(app: Flask) -> None:
    copy = drafts.copied(full(), "next-year")
    assert copy["campaign"].keys() == full()["campaign"].keys() - {"opens_at", "closes_at"}
    assert copy["campaign"]["code"] == "next-year"
    assert drafts.faults(copy) == ()
    copy["groups"][0]["label"] = "别的"
    assert full()["groups"][0]["label"] == "A票"


def test_a_code_stays_with_the_unit_that_wrote_under_it(app: Flask) -> None:
    """Its acts are in the log, where those who have a campaign of this code read them."""
    with transaction(write=True) as session:
        drafts.create(session, drafts.empty("mine"), "甲", BY)
        campaigns.load(session, changed("campaign.code", "mine", a_definition()), BY)
        assert campaigns.find_campaign(session, "mine").unit == drafts.find(session, "mine").unit == "甲"
        campaigns.load(session, a_definition(), BY, "甲")
    delete("small")
    for unit, free in (("乙", False), ("", False), ("甲", True)):
        with transaction(write=True) as session:
            if free:
                drafts.create(session, a_definition(), unit, BY)
                continue
            with pytest.raises(CampaignExists):
                drafts.create(session, a_definition(), unit, BY)


def test_acts_are_in_the_log(app: Flask) -> None:
    create(a_definition())
    save(changed("campaign.title", "", a_definition()), 1, "small")
    delete("small")
    with transaction() as session:
        acts = [entry.act for entry, _ in history(session, "small")]
        verify(session)
    assert acts == ["draft", "load", "draft", "draft-deleted"]
