"""A score record is signed by two accounts, once."""

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.assessment.facts import Stage
from survey.domain.audit.acts import Act
from survey.domain.definition.canonical import digest_of_text
from survey.domain.errors import BadCredentials, BrokenLog, BrokenRecord, NotScored, WrongStage
from survey.services.assessment import assessments, score_records, signing
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.count import certifying
from survey.storage.assessment import score_record_rows
from survey.storage.database import transaction
from tests.builders import BY

from .scored_year import YEAR, account, came_since, counted_campaign, examining, score, sign, signed, stage


def test_two_sign(each_app: Flask) -> None:
    examining()
    score()
    value = sign(account("计票人"), account("监票人"))
    assert len(value) == 14
    with transaction() as session:
        record = score_records.signed_record(session, assessments.current(session, YEAR))
        *_, (entry, facts) = audit.history(session, assessments.logged_as(YEAR))
    assert [(one.part, one.account) for one in record.signatures] == [
        ("teller", "计票人"),
        ("scrutineer", "监票人"),
    ]
    assert (entry.act, facts["digest"]) == ("assessment-sign", record.digest)
    assert facts["teller"] == ["计票人", "2026-11-22T09:00:00+00:00"]
    assert stage() is Stage.SCORED


def test_nobody_signs_twice_and_nobody_else(each_app: Flask) -> None:
    examining()
    score()
    one = account("甲")
    with pytest.raises(BadCredentials, match="two accounts"):
        sign(one, one)
    with pytest.raises(BadCredentials, match="only a scrutineer"):
        sign(one, account("主任", "organiser"))
    sign(one, account("乙"))
    with pytest.raises(WrongStage, match="signed already"):
        sign(one, account("丙"))


def test_nothing_is_signed_before_it_is_scored(app: Flask) -> None:
    examining()
    with pytest.raises(WrongStage, match="minping assessment score"):
        sign(account("甲"), account("乙"))


def test_a_new_record_is_unsigned(each_app: Flask) -> None:
    signed()
    score("复核")
    with transaction() as session:
        found = assessments.current(session, YEAR)
        assert score_record_rows.find_record(session, found.id, 1).is_signed
        with pytest.raises(NotScored, match="not signed"):
            score_records.signed_record(session, found)


def test_a_broken_log_is_not_signed_over(app: Flask) -> None:
    examining()
    score()
    with transaction(write=True) as session:
        session.execute(text("DROP TRIGGER audit_refuses_update"))
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 1"))
    with pytest.raises(BrokenLog):
        sign(account("甲"), account("乙"))


def test_a_record_that_the_log_does_not_name_is_not_signed(each_app: Flask) -> None:
    """Whoever changes a record in the database can give it its digest as well, not the log."""
    examining()
    score()
    with transaction(write=True) as session:
        found = assessments.current(session, YEAR)
        changed = score_records.last_record(session, found).text.replace('"92.88"', '"92.98"')
        session.execute(
            text("UPDATE score_records SET content = :text, digest = :digest"),
            {"text": changed, "digest": digest_of_text(changed)},
        )
    with pytest.raises(BrokenRecord, match="not the one that the log names"):
        sign(account("甲"), account("乙"))


def test_an_outcome_that_does_not_follow_is_not_signed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    examining()
    score()
    worked_out = score_records.units_json
    monkeypatch.setattr(score_records, "units_json", lambda *given: worked_out(*given)[:-1])
    with pytest.raises(BrokenRecord, match="does not follow from its evidence"):
        sign(account("甲"), account("乙"))


def test_whoever_cannot_sign_is_told_before_a_password_is_asked_for(app: Flask) -> None:
    examining()
    with transaction() as session, pytest.raises(WrongStage, match="minping assessment score"):
        signing.require_signable(session, YEAR)
    score()
    with transaction() as session:
        assert signing.require_signable(session, YEAR).number == 1
    sign(account("甲"), account("乙"))
    with transaction() as session, pytest.raises(WrongStage, match="signed already"):
        signing.require_signable(session, YEAR)


def test_the_log_says_how_the_accounts_stood(app: Flask) -> None:
    """Whoever got at an account after the record was made is named beside the signature."""
    examining()
    one, other = account("甲"), account("乙")
    score()
    with transaction(write=True) as session:
        audit.record(session, By("主任", BY.at), Act.PASSWORD, name="甲")
    sign(one, other)
    with transaction() as session:
        *_, (_, facts) = audit.history(session, assessments.logged_as(YEAR))
    assert "主任" in str(facts["accounts"]["teller"])
    assert "主任" not in str(facts["accounts"]["scrutineer"])


def test_nobody_signs_what_something_came_after(each_app: Flask) -> None:
    examining()
    score()
    one, other = account("甲"), account("乙")
    came_since()
    with pytest.raises(WrongStage, match="came after score record 1"):
        sign(one, other)
    score("收到更正函")
    sign(one, other)


def test_a_count_signed_meanwhile_is_not_left_out(app: Flask) -> None:
    examining()
    counted_campaign(app)
    score()
    one, other = account("甲"), account("乙")
    with transaction(write=True) as session:
        certifying.certify(session, "small", one, other, BY)
    with pytest.raises(WrongStage, match="a signed count came after"):
        sign(one, other)


def test_nobody_signs_another_record_than_was_shown(each_app: Flask) -> None:
    """Somebody scores again while the second password is typed: what was read is not what is on record."""
    examining()
    score()
    one, other = account("甲"), account("乙")
    with transaction() as session:
        seen = signing.require_signable(session, YEAR).digest
    came_since()
    score("收到更正函")
    with transaction(write=True) as session, pytest.raises(WrongStage, match=r"score record 2 .* made since"):
        signing.sign(session, YEAR, one, other, BY, seen=seen)
    with transaction() as session:
        assert not score_records.last_record(session, assessments.current(session, YEAR)).is_signed
