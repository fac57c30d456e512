"""Loading, issuing and amending assessments: what stands, what is refused, what the log says."""

import copy
import threading
from typing import Any

import pytest
from flask import Flask

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.errors import (
    AssessmentExists,
    BadNumbers,
    InvalidDefinition,
    UnknownAssessment,
    UnknownPeriod,
    WrongStage,
)
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Amendment, Assessment
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample

from .sample_taken import accept, close, current, everything, issued, loaded, rows, rows_of, take_all

WHY = Amendment("企业搬迁", "县考发〔2026〕9号", "领导小组", "")
HEAD = "unit,indicator,target"


def load(data: dict[str, Any], given: list[FileRow] | None = None) -> Assessment:
    with transaction(write=True) as session:
        return assessments.load(session, data, given, BY)


def amend(data: dict[str, Any], given: list[FileRow] | None = None, why: Amendment = WHY) -> Assessment:
    with transaction(write=True) as session:
        return assessments.amend(session, SAMPLE_CODE, data, given, why, BY)


def issue() -> None:
    with transaction(write=True) as session:
        assessments.issue(session, SAMPLE_CODE, BY)


def retitled(title: str = "清源县考核") -> dict[str, Any]:
    data = copy.deepcopy(sample("assessment.toml"))
    data["assessment"]["title"] = title
    return data


def logged() -> list[tuple[str, dict[str, Any]]]:
    with transaction() as session:
        return [(e.act, facts) for e, facts in audit.history(session, f"assessment:{SAMPLE_CODE}")]


def test_a_draft_is_loaded_read_and_listed(each_app: Flask) -> None:
    made = loaded()
    assert (made.stage, made.version, made.unit, len(made.targets)) == (Stage.DRAFT, 0, "甲局", 122)
    assert current() == made
    with transaction() as session:
        (listed,) = assessments.list_assessments(session)
    assert (listed.code, listed.year, listed.stage) == (SAMPLE_CODE, 2026, Stage.DRAFT)
    assert logged() == [("assessment-load", {"definition": made.digest})]


def test_loading_again_replaces_the_draft_and_the_same_file_nothing(each_app: Flask) -> None:
    first = loaded()
    before = everything()
    assert loaded() == first
    assert everything() == before
    again = load(retitled())
    assert (again.definition.title, again.unit, again.version) == ("清源县考核", "甲局", 0)
    # Without a file of targets those that were loaded stay.
    assert again.targets == first.targets
    assert len(logged()) == 2


def test_nothing_is_stored_of_a_faulty_file(each_app: Flask) -> None:
    before = everything()
    with pytest.raises(InvalidDefinition):
        load(retitled() | {"components": []}, rows_of("targets.csv"))
    with pytest.raises(BadNumbers) as refused:
        load(retitled(), rows(HEAD, "t1,nothing,3", "t99,output,3", "t1,output,many"))
    assert len(refused.value.faults) == 3
    assert everything() == before


def test_issuing_freezes(each_app: Flask) -> None:
    made = issued()
    assert made.stage is Stage.ISSUED
    assert logged()[-1] == ("assessment-issue", {"definition": made.digest})
    before = everything()
    with pytest.raises(AssessmentExists, match="minping assessment amend"):
        load(retitled())
    with pytest.raises(WrongStage, match="it is issued; next: minping assessment take"):
        issue()
    assert everything() == before


def test_what_has_no_targets_is_not_issued(each_app: Flask) -> None:
    load(sample("assessment.toml"))
    with pytest.raises(WrongStage, match="it has no targets"):
        issue()


def test_an_unknown_code_is_refused_everywhere(each_app: Flask) -> None:
    with transaction(write=True) as session:
        for act in (
            lambda: assessments.current(session, "x"),
            lambda: assessments.issue(session, "x", BY),
            lambda: assessments.amend(session, "x", retitled(), None, WHY, BY),
        ):
            with pytest.raises(UnknownAssessment):
                act()


def test_an_amendment_is_a_version_with_its_reason(each_app: Flask) -> None:
    first = issued()
    targets = rows_of("targets.csv")
    fewer = [row for row in targets if (row.text("unit"), row.text("indicator")) != ("t1", "output")]
    second = amend(sample("assessment.toml"), [*fewer, *rows(HEAD, "t1,output,50")])
    assert (second.version, second.stage) == (1, Stage.ISSUED)
    assert second.targets["t1", "output"].target == 50
    assert second.digest != first.digest
    assert second.definition.digest == first.definition.digest
    with transaction() as session:
        assert assessments.at_version(session, second, 0).targets == first.targets
        assert [version.amendment for version in assessments.versions_of(session, second)] == [
            None,
            Amendment(WHY.reason, WHY.document, WHY.approver, "2026-01"),
        ]
    act, facts = logged()[-1]
    assert act == "assessment-amend"
    assert (facts["version"], facts["since"], facts["definition"]) == (1, "2026-01", second.digest)


def test_an_amendment_holds_from_its_period_on(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-02")
    with pytest.raises(UnknownPeriod, match="2026-02 of qingyuan-2026 is closed"):
        amend(retitled(), why=Amendment("x", "y", "", "2026年2月"))
    with pytest.raises(UnknownPeriod, match='no period "2027-01"'):
        amend(retitled(), why=Amendment("x", "y", "", "2027-01"))
    amend(retitled("三月起"))
    now = amend(retitled("七月起"), why=Amendment("x", "y", "", "2026-07"))
    versions = {}
    with transaction() as session:
        for period in ("2026-01", "2026-02", "2026-03", "2026-06", "2026-07", "2026-12"):
            versions[period] = assessments.in_force(session, now, period).version
    assert versions == {
        "2026-01": 0,
        "2026-02": 0,
        "2026-03": 1,
        "2026-06": 1,
        "2026-07": 2,
        "2026-12": 2,
    }


def test_once_all_periods_are_closed_nothing_is_amended(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-12")
    before = everything()
    for since in ("", "2026-12"):
        with pytest.raises(WrongStage, match="it is examining; next: minping assessment score"):
            amend(retitled(), why=Amendment("x", "y", "", since))
    assert everything() == before


def test_an_amendment_does_not_bring_an_earlier_one_forward(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    amend(retitled("七月起"), why=Amendment("x", "y", "", "2026-07"))
    before = everything()
    for since in ("", "2026-03", "2026-06"):
        with pytest.raises(UnknownPeriod, match=r"version 1 forward, .* take --from 2026-07 or a later"):
            amend(retitled("更早"), why=Amendment("x", "y", "", since))
    assert everything() == before
    assert amend(retitled("同一期起"), why=Amendment("x", "y", "", "2026-07")).version == 2
    close("2026-08")
    # The first period that is open lies behind it.
    assert amend(retitled("下一期起")).version == 3


@pytest.mark.parametrize("act", ["load", "amend"])
def test_targets_are_not_lost_where_a_unit_is_spelt_in_another_way(each_app: Flask, act: str) -> None:
    issued() if act == "amend" else loaded()
    mistyped = retitled()
    unit = next(one for one in mistyped["units"] if one["key"] == "t1")
    unit["key"] = "t1x"
    before = everything()
    with pytest.raises(BadNumbers) as refused:
        amend(mistyped) if act == "amend" else load(mistyped)
    places = [fault.place for fault in refused.value.faults]
    assert places == [f"t1, {indicator}" for unit, indicator in current().targets if unit == "t1"]
    assert everything() == before
    # Whoever gives the targets again says what there is.
    fewer = [row for row in rows_of("targets.csv") if row.text("unit") != "t1"]
    assert len((amend(mistyped, fewer) if act == "amend" else load(mistyped, fewer)).targets) < 122


def test_amendments_that_are_refused_change_nothing(each_app: Flask) -> None:
    loaded()
    with pytest.raises(WrongStage, match="cannot amend"):
        amend(retitled())
    issue()
    take_all()
    before = everything()
    with pytest.raises(WrongStage, match="nothing would change"):
        amend(sample("assessment.toml"))
    with pytest.raises(WrongStage, match="a reason and the document"):
        amend(retitled(), why=Amendment(" ", "文", "", ""))
    gone = retitled()
    gone["units"] = [unit for unit in gone["units"] if unit["key"] != "t1"]
    with pytest.raises(InvalidDefinition, match="t1"):
        amend(gone)
    other = retitled()
    other["assessment"]["year"] = 2027
    with pytest.raises(InvalidDefinition):
        amend(other)
    with pytest.raises(BadNumbers):
        amend(retitled(), rows(HEAD, "t1,output,many"))
    assert everything() == before


def test_what_is_visited_is_not_amended_away(each_app: Flask) -> None:
    """Pages of visits name it, and what is found is a number of it, also where nothing was reported."""
    issued()
    accept("2026-01,t1,petitions,1")
    plan = {"group": "组", "sample": "", "asked_by": "", "day": "2026-02-01", "days": 5}
    with transaction(write=True) as session:
        held = assessments.locked_assessment(session, SAMPLE_CODE)
        put_on_record(session, held, YearRecordKind.VISIT_PLAN, "2026-01/t1/output", plan, BY)
    other = retitled()
    next(one for one in other["indicators"] if one["key"] == "output")["measure"] = "吨"
    with pytest.raises(InvalidDefinition, match='there are numbers of "output"'):
        amend(other)
    with transaction(write=True) as session:
        held = assessments.locked_assessment(session, SAMPLE_CODE)
        dropped = plan | {"dropped": True}
        put_on_record(session, held, YearRecordKind.VISIT_PLAN, "2026-01/t1/output", dropped, BY)
    assert amend(other).version == 1


def test_two_who_load_the_same_code_at_once_make_one(each_app: Flask) -> None:
    failed: list[BaseException] = []

    def load_it(title: str) -> None:
        try:
            with each_app.app_context():
                load(retitled(title), rows_of("targets.csv"))
        except BaseException as error:
            failed.append(error)

    loaders = [threading.Thread(target=load_it, args=(f"第{number}版",)) for number in range(4)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert failed == []
    with transaction() as session:
        assert len(assessments.list_assessments(session)) == 1
    assert len(logged()) == 4
    assert logged()[-1][1]["definition"] == current().digest
