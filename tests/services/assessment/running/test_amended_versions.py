"""The versions of a year with what each changed, and an amendment as it is planned."""

import pytest
from flask import Flask

from survey.domain.errors import ChangedMeanwhile, Flaw, InvalidDefinition, WrongStage
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.running import amended_versions
from survey.services.assessment.running.amended_versions import YearVersions
from survey.storage.database import transaction
from tests.builders import BY
from tests.domain.editing import changed
from tests.sample_year import SAMPLE_CODE, sample
from tests.services.assessment.sample_taken import accept, close, current, everything, issued, loaded, rows_of

WHY = Amendment("调整", "文件", "县委", "")


def year() -> YearVersions:
    with transaction() as session:
        return amended_versions.year_versions(session, SAMPLE_CODE)


def amend(title: str, since: str = "", read: str | None = None) -> None:
    data = changed("assessment.title", title, sample("assessment.toml"))
    with transaction(write=True) as session:
        why = Amendment("调整", "文件", "县委", since)
        assessments.amend(session, SAMPLE_CODE, data, None, why, BY, read=read)


def test_versions_tell_what_they_changed(each_app: Flask) -> None:
    loaded()
    assert year().open_from == ()
    issued_year = year()
    assert len(issued_year.versions) == 1


def test_each_version_is_set_beside_the_one_before(each_app: Flask) -> None:
    issued()
    amend("甲")
    amend("乙", "2026-03")
    found = year()
    assert [one.version.number for one in found.versions] == [2, 1, 0]
    assert [(one.where, one.before, one.after) for one in found.versions[0].changes] == [
        ("title", "甲", "乙")
    ]
    assert found.versions[-1].changes == ()
    assert found.open_from[0] == "2026-03"


def test_closed_periods_are_none_to_amend_from(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,output,3")
    close("2026-02")
    assert year().open_from[0] == "2026-03"
    accept("2026-12,t1,output,3")
    close("2026-12")
    assert year().open_from == ()


def test_a_plan_stores_nothing(each_app: Flask) -> None:
    issued()
    before = everything()
    data = changed("assessment.title", "甲", sample("assessment.toml"))
    with transaction() as session:
        fewer = rows_of("targets.csv")[1:]
        planned = amended_versions.planned_amendment(session, SAMPLE_CODE, data, fewer, WHY)
    assert planned.amendment.since == "2026-01"
    assert [one.where.partition(".")[0] for one in planned.changes] == ["title", "targets"]
    assert len(planned.before.targets) == len(planned.targets) + 1
    assert everything() == before
    with transaction() as session, pytest.raises(WrongStage, match="nothing would change"):
        amended_versions.planned_amendment(session, SAMPLE_CODE, sample("assessment.toml"), None, WHY)


def test_an_amendment_of_another_version_than_was_read_is_refused(each_app: Flask) -> None:
    issued()
    read = current().digest
    amend("甲", read=read)
    with pytest.raises(ChangedMeanwhile):
        amend("乙", read=read)
    assert current().version == 1


@pytest.mark.parametrize(("name", "value"), [("measure", "件"), ("runs", "level")])
def test_numbers_on_record_stay_numbers_of_the_same(each_app: Flask, name: str, value: str) -> None:
    issued()
    place = next(place for place, one in enumerate(current().definition.indicators) if one.key == "output")
    data = changed(f"indicators[{place}].{name}", value, sample("assessment.toml"))
    with transaction() as session:
        assert amended_versions.planned_amendment(session, SAMPLE_CODE, data, None, WHY).changes
    accept("2026-01,t1,output,3")
    with transaction() as session, pytest.raises(InvalidDefinition) as caught:
        amended_versions.planned_amendment(session, SAMPLE_CODE, data, None, WHY)
    [fault] = caught.value.faults
    assert (fault.path, fault.flaw) == (f"indicators[{place}].{name}", Flaw.FIXED)
