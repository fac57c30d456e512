"""What a committee decides stands beside a signed score record."""

import pytest
from flask import Flask
from sqlalchemy import update

from survey.domain.assessment.facts import Stage
from survey.domain.definition.canonical import digest_of_text
from survey.domain.errors import BadDecision, BrokenRecord, NotScored, UnknownUnit, WrongStage
from survey.services.assessment import assessments, deciding
from survey.services.audit import audit
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_tables import ScoreRecordRow
from survey.storage.database import transaction

from .sample_taken import everything
from .scored_year import YEAR, account, came_since, decide, examining, score, sign, signed, stage


def bands(record: int = 1) -> dict[str, str]:
    with transaction() as session:
        return deciding.bands_of(session, assessments.current(session, YEAR), record)


def test_once_all_are_decided_so_is_the_assessment(each_app: Flask) -> None:
    signed()
    assert [decide("t1"), decide("t2")] == [1, 2]
    assert stage() is Stage.SCORED
    decide("t3", "fair")
    assert stage() is Stage.DECIDED
    assert bands() == {"t1": "good", "t2": "good", "t3": "fair"}
    with transaction() as session:
        *_, (entry, facts) = audit.history(session, assessments.logged_as(YEAR))
        made = deciding.decisions_of(session, assessments.current(session, YEAR), 1)["t3"]
    assert (entry.act, facts["unit"], facts["number"]) == ("assessment-decide", "t3", 3)
    assert made.content.committee == "县委常委会"


def test_the_last_decision_holds_and_the_earlier_stays(each_app: Flask) -> None:
    signed()
    decide("t1", "fair")
    decide("t1", reason="复议")
    assert bands() == {"t1": "good"}
    with transaction() as session:
        found = assessments.current(session, YEAR)
        assert [one.content.band for one in score_record_rows.decisions(session, found.id)] == [
            "fair",
            "good",
        ]


def test_a_decision_said_again_changes_nothing(each_app: Flask) -> None:
    signed()
    assert decide("t1", "fair") == 1
    before = everything()
    assert decide("t1", "fair") == 1
    assert everything() == before
    assert decide("t1", "fair", reason="复议") == 2


def test_only_beside_a_signed_record(each_app: Flask) -> None:
    examining()
    with pytest.raises(WrongStage):
        decide("t1")
    score()
    with pytest.raises(NotScored, match="not signed"):
        decide("t1")
    assert bands() == {}


def test_faults_are_named_and_nothing_is_kept(app: Flask) -> None:
    signed()
    with pytest.raises(UnknownUnit, match='no unit "t9"'):
        decide("t9")
    with pytest.raises(BadDecision) as refused:
        decide("t1", "best", committee="", on="2028-01-01")
    assert refused.value.faults == {"band": "no-band", "committee": "missing", "decided_on": "future"}
    assert bands() == {}


def test_beside_a_new_record_everything_is_decided_anew(each_app: Flask) -> None:
    signed()
    for unit in ("t1", "t2", "t3"):
        decide(unit)
    score("复核")
    assert stage() is Stage.SCORED
    assert (bands(1).keys(), bands(2)) == ({"t1", "t2", "t3"}, {})
    with pytest.raises(NotScored):
        decide("t1")
    sign(account("丙"), account("丁"))
    decide("t1")
    assert (stage(), bands(2)) == (Stage.SCORED, {"t1": "good"})


def test_a_record_put_in_the_place_of_the_signed_one_is_refused(app: Flask) -> None:
    signed()
    with transaction(write=True) as session:
        found = assessments.current(session, YEAR)
        text = score_record_rows.find_record(session, found.id, 1).text.replace('"92.88"', '"92.98"')
        changed = {"content": text, "digest": digest_of_text(text)}
        session.execute(update(ScoreRecordRow).values(**changed))
    with pytest.raises(BrokenRecord, match="not the one that the log names"):
        decide("t1")


def test_nothing_is_decided_beside_a_record_after_which_something_came(each_app: Flask) -> None:
    """A committee would decide on a sum that no longer is the sum."""
    signed()
    came_since()
    with pytest.raises(WrongStage, match=r"cannot decide year-2026: .* after score record 1; next"):
        decide("t3")
    assert bands() == {}
