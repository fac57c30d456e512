"""Corrections of the wording: logged, followed by digests, and noticed by no ballot."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from survey.documents.export.results_json import results_json
from survey.documents.layout import certificate_words
from survey.domain.count.results import work_out
from survey.domain.definition.campaign import Campaign, Definition, State
from survey.domain.definition.canonical import canonical_json, digest
from survey.domain.errors import BadCorrection, BrokenLog, ChangedMeanwhile, WrongState
from survey.domain.results.official import make_report
from survey.services.audit import audit
from survey.services.campaigns import campaigns, correcting, drafts, procedure, trial
from survey.services.count import certificate
from survey.services.voting import casting
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow
from survey.web.context import settings, vault
from tests.builders import (
    BY,
    a_definition,
    armed_campaign,
    cast,
    close,
    count,
    issue,
    running_campaign,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
NAME = {"ratees.c1.name": "王芳"}


def found() -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, "small")


def shown(definition: Definition | None = None) -> str:
    definition = definition or found().definition
    return definition.wording or definition.digest


def correct(wanted: dict[str, str], seen: str | None = None) -> str:
    with transaction(write=True) as session:
        return correcting.correct(session, "small", wanted, seen or shown(), BY, "李明")


def verify() -> None:
    with transaction() as session:
        audit.verify(session)
        correcting.verify(session)


def why(wanted: dict[str, str]) -> tuple[str, str]:
    before = shown()
    with pytest.raises(BadCorrection) as refused:
        correct(wanted)
    assert shown() == before
    return refused.value.why, refused.value.path


def test_ballots_of_before_while_and_after_are_counted_together(each_app: Flask) -> None:
    codes = running_campaign(each_app, a_definition(), 9).codes["A"]
    armed = found().definition.digest
    for code in codes[:3]:
        cast(each_app, code, {"c1.de": "excellent"})
    with transaction() as session:
        tickets = [casting.admit(session, vault(), code, NOW) for code in codes[3:6]]
    sealed = [casting.seal(ticket, {"c1.de": ["excellent"]}) for ticket in tickets]
    value = correct(NAME | {"campaign.title": "小型民主测评", "ratees.c2.post": "副镇长"})
    with transaction() as session:
        assert audit.verify(session)[1] == value
    for one in sealed:
        with transaction(write=True) as session:
            assert casting.cast(session, one, NOW)
    with transaction() as session:
        ticket = casting.admit(session, vault(), codes[6], NOW)
    assert ticket.definition.digest == armed
    assert ticket.definition.title == "小型民主测评"
    assert ticket.form.lines[0].ratee.name == "王芳"
    correct({"ratees.c1.name": "王方"})
    for code in codes[6:]:
        cast(each_app, code, {"c1.de": "excellent"})
    verify()
    close(each_app, "small")
    counted = count(each_app, "small").count
    total = counted.accounting.total
    assert (total.returned, total.valid, total.unreadable) == (9, 9, 0)
    results = work_out(found().definition, counted)
    assert results_json(results, "counted")["definition"] == armed
    assert results.definition.ratee["c1"].name == "王方"


def test_the_log_has_old_and_new_wording_and_both_digests(each_app: Flask) -> None:
    armed_campaign(each_app, a_definition())
    issue(each_app, "small", {"A": 2})
    before = found().definition
    correct(NAME)
    correct({"sections.form.title": "干部测评表"})
    with transaction() as session:
        one, two = correcting.corrections(session, found())
        document = campaign_rows.document_of(session, found())
        assert digest(campaign_rows.armed_document_of(session, found())) == before.digest
    assert (one.old, one.second, one.actor) == (before.digest, "李明", "test")
    assert [(change.path, change.before, change.after) for change in one.changes] == [
        ("ratees.c1.name", "干部c1", "王芳")
    ]
    assert (two.old, two.new) == (one.new, digest(document))
    now = found().definition
    assert (now.digest, now.wording, len(now.changes)) == (before.digest, two.new, 2)
    verify()


def test_what_is_no_correction_is_refused_and_changes_nothing(app: Flask) -> None:
    armed_campaign(app, a_definition())
    assert why({"ratees.c1.name": "干部c1"}) == ("nothing", "")
    assert why({"ratees.c1.key": "c9"}) == ("unknown", "ratees.c1.key")
    assert why({"scales.cadre.grades": "x"}) == ("unknown", "scales.cadre.grades")
    assert why({"ratees.c1.name": ""})[0] == "fault"
    assert why({"ratees.c1.name": "王\x07芳"})[0] == "fault"
    assert why({"ratees.c1.name": "干部c2"}) == ("another", "ratees.c1.name")
    correct(NAME)
    assert why({"ratees.c2.name": "干部c1"}) == ("another", "ratees.c2.name")
    assert why({"ratees.c1.name": "干部c2", "ratees.c2.name": "王芳"})[0] == "another"


def test_only_while_it_is_armed_or_open(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    with pytest.raises(WrongState):
        correct(NAME)
    running_campaign(app, a_definition(), 6)
    correct(NAME)
    close(app, "small")
    with pytest.raises(WrongState):
        correct({"ratees.c1.name": "王方"})


def test_of_two_who_correct_at_once_the_second_is_told(app: Flask) -> None:
    armed_campaign(app, a_definition())
    seen = shown()
    correct(NAME, seen)
    with pytest.raises(ChangedMeanwhile):
        correct({"ratees.c2.name": "李强"}, seen)


def test_voters_under_way_are_never_refused(each_app: Flask) -> None:
    """Ballots and corrections at the same time, from several threads: every ballot is in, and counted."""
    codes = running_campaign(each_app, a_definition(), 40).codes["A"]
    begun = threading.Event()

    def vote(some: list[str]) -> int:
        begun.wait()
        for code in some:
            cast(each_app, code, {"c1.de": "competent"})
        return len(some)

    with ThreadPoolExecutor(4) as pool:
        voters = [pool.submit(vote, codes[place::4]) for place in range(4)]
        begun.set()
        for number in range(8):
            correct({"ratees.c1.name": f"王芳{number}"})
        assert sum(voter.result() for voter in voters) == 40
    verify()
    close(each_app, "small")
    total = count(each_app, "small").count.accounting.total
    assert (total.returned, total.valid, total.unreadable) == (40, 40, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"corrected": None, "wording": None},
        {"wording": "sha256:0"},
        {"corrected": canonical_json(a_definition())},
        {"definition": canonical_json(a_definition(ratees=["c1"]))},
    ],
)
def test_a_wording_that_does_not_follow_from_the_log_is_found(app: Flask, changed: dict[str, Any]) -> None:
    armed_campaign(app, a_definition())
    correct(NAME)
    verify()
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(**changed))
    with pytest.raises(BrokenLog, match="small"), transaction() as session:
        correcting.verify(session)


def test_a_wording_corrected_past_the_log_is_found(app: Flask) -> None:
    armed_campaign(app, a_definition())
    verify()
    forged = a_definition(ratees=["c1", "c3", "c2"])
    with transaction(write=True) as session:
        campaign_rows.set_corrected(session, found(), forged, digest(forged))
    with pytest.raises(BrokenLog), transaction() as session:
        correcting.verify(session)


def test_tables_and_certificate_name_what_was_corrected(app: Flask) -> None:
    codes = running_campaign(app, a_definition(), 6).codes["A"]
    correct(NAME | {"campaign.organiser": "县委考核组"})
    for code in codes:
        cast(app, code, {f"c{number}.de": "excellent" for number in (1, 2, 3)})
    close(app, "small")
    counted = count(app, "small")
    report = make_report(work_out(found().definition, counted.count), counted.digest, State.COUNTED)
    said = {(sheet.kind, sheet.key): " ".join(sheet.notes) for sheet in report.sheets}
    for sheet, notes in said.items():
        assert "更正：主办单位“考核组”更正为“县委考核组”" in notes, sheet
    assert "测评对象“干部c1”更正为“王芳”" in said["accounting", ""]
    own = [notes for (kind, key), notes in said.items() if key == "c1"]
    others = [notes for (kind, key), notes in said.items() if key == "c2"]
    assert own
    assert others
    assert all("王芳" in notes for notes in own)
    assert not any("王芳" in notes for notes in others)
    with transaction() as session:
        about = certificate.gather(session, found())
    [line] = certificate_words.corrections(about)
    assert line.startswith("更正：")
    assert "李明 确认" in line
    assert "“干部c1”更正为“王芳”" in line
    assert about.definition_digest == found().definition.digest
    assert [step.act for step in about.steps].count("correct") == 1


def test_taken_back_the_draft_says_what_was_corrected(app: Flask) -> None:
    armed_campaign(app, a_definition())
    correct(NAME)
    wording = found().definition.wording
    procedure.disarm("small", settings().keys, settings().instance / "handout", BY)
    back = found().definition
    assert (back.digest, back.wording, back.changes) == (wording, "", ())
    with transaction() as session:
        assert drafts.find(session, "small").document["ratees"][0]["name"] == "王芳"
    armed_campaign(app, a_definition())
    verify()


def test_a_trial_run_tries_the_corrected_wording(app: Flask) -> None:
    armed_campaign(app, a_definition())
    correct(NAME)
    with transaction(write=True) as session:
        assert trial.begin(session, "small", BY).definition.ratee["c1"].name == "王芳"


def test_nobody_gets_a_name_that_another_had_between_two_corrections(app: Flask) -> None:
    armed_campaign(app, a_definition())
    correct(NAME)
    correct({"ratees.c1.name": "王方"})
    assert why({"ratees.c2.name": "王 芳"}) == ("another", "ratees.c2.name")
    assert why({"ratees.c2.name": "李强", "ratees.c3.name": "李强"})[0] == "another"
    correct(NAME)
