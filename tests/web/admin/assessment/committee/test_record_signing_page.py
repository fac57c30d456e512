"""Signing a score record on pages: two accounts, each with its proof, one after the other."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import assessments, score_records
from survey.services.audit import audit
from survey.storage.accounts import account_rows
from survey.storage.assessment.logged_rows import unlogged_assessments
from survey.storage.database import transaction
from tests.office import Office
from tests.services.assessment.sample_taken import everything
from tests.services.assessment.scored_year import YEAR, came_since, examining, score
from tests.services.assessment.scored_year import sign as sign_by_command
from tests.web.people import browser, totp

from .seated_record import BASE, seated, sign, signer, year

SIGN = f"{BASE}/sign"


@pytest.fixture
def signers(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    examining()
    score()
    return signer(app, "张计"), signer(app, "李监")


def signatures() -> list[tuple[str, str]]:
    with transaction() as session:
        record = score_records.last_record(session, year())
    return [(one.part.value, one.account) for one in record.signatures]


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in audit.history(session, assessments.logged_as(YEAR))]


def as_logged() -> bool:
    with transaction() as session:
        return unlogged_assessments(session.connection()) == []


def test_two_sign_one_after_the_other(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    page = one.get(SIGN).text
    for said in ("第 1 号", "sha256:", "92.88", "t1镇"):
        assert said in page, said
    assert sign(one) == 303
    assert signatures() == []
    assert as_logged()
    assert "计分人 张计 已签，等待第二人" in two.get(SIGN).text
    assert sign(two, "scrutineer") == 303
    assert signatures() == [("teller", "张计"), ("scrutineer", "李监")]
    assert acts()[-2:] == ["year-record", "assessment-sign"]
    assert as_logged()
    assert "两人已签字，计分结果已确认。" in one.get(SIGN).text


def test_the_second_part_may_be_signed_first(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    assert sign(one, "scrutineer") == 303
    assert sign(two, "teller") == 303
    assert signatures() == [("teller", "李监"), ("scrutineer", "张计")]
    assert as_logged()


def test_the_first_keeps_its_moment_and_how_its_account_stood(
    signers: tuple[FlaskClient, FlaskClient],
) -> None:
    one, two = signers
    sign(one)
    sign(two, "scrutineer")
    with transaction() as session:
        record = score_records.last_record(session, year())
        history = list(audit.history(session, assessments.logged_as(YEAR)))
    (first, _), (last, facts) = history[-2:]
    moments = {each.part.value: each.signed_at for each in record.signatures}
    assert moments == {"teller": first.at, "scrutineer": last.at}
    assert set(facts["accounts"]) == {"teller", "scrutineer"}


def test_one_account_signs_once(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, _ = signers
    sign(one)
    before = acts()
    for part in ("teller", "scrutineer"):
        assert sign(one, part, totp=totp(0)) in (303, 422, 409)
    assert acts() == before
    assert signatures() == []


def test_sent_twice_it_is_one_signature(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    digest = record_digest()
    sign(one)
    again = one.post(SIGN, data={"record": digest, "part": "teller"}, follow_redirects=True)
    assert "您已签字，不用再签。" in again.text
    sign(two, "scrutineer")
    again = two.post(SIGN, data={"record": digest, "part": "scrutineer"}, follow_redirects=True)
    assert "您已签字，不用再签。" in again.text
    assert acts().count("assessment-sign") == 1


def record_digest() -> str:
    with transaction() as session:
        return score_records.last_record(session, year()).digest


def test_a_part_is_signed_once(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    assert sign(two, "teller") == 409
    assert sign(two, "owner", totp=totp(0)) == 422
    assert signatures() == []


@pytest.mark.parametrize("changed", [{"password": "wrong"}, {"totp": "000000"}, {"totp": ""}, {"part": ""}])
def test_without_proof_nobody_signs(
    signers: tuple[FlaskClient, FlaskClient], changed: dict[str, str]
) -> None:
    before = everything()["year_records"]
    assert sign(signers[0], **changed) == 422
    assert everything()["year_records"] == before


def test_without_second_factor_one_is_led_to_it(app: Flask) -> None:
    examining()
    score()
    client = browser(app, "监票人", "scrutineer")
    assert "先启用动态口令" in client.get(SIGN).text
    assert sign(client) == 409
    assert acts()[-1] == "assessment-score"


def test_the_first_is_withdrawn(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    assert "没有等待中的您的签字" in two.post(f"{SIGN}/withdraw", follow_redirects=True).text
    for said in ("已撤回签字。", "没有等待中的您的签字"):
        assert said in one.post(f"{SIGN}/withdraw", follow_redirects=True).text
    assert as_logged()
    assert sign(two, "teller") == 303
    assert signatures() == []
    assert "计分人 李监 已签" in one.get(SIGN).text


def test_a_signed_record_is_not_withdrawn(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    sign(two, "scrutineer")
    assert "没有等待中的您的签字" in one.post(f"{SIGN}/withdraw", follow_redirects=True).text
    assert len(signatures()) == 2


def test_what_came_since_is_said_and_not_signed(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    came_since()
    page = two.get(SIGN).text
    assert "现在不能签字" in page
    assert "t3镇：领导评价，— → 99" in page
    assert two.post(SIGN, data=_typed("scrutineer")).status_code == 409
    assert signatures() == []


def _typed(part: str) -> dict[str, str]:
    from tests.signing_in import PASSWORD

    return {"record": record_digest(), "part": part, "password": PASSWORD, "totp": totp(1)}


def test_another_record_than_was_seen_is_not_signed(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    typed = _typed("scrutineer")
    came_since()
    score("收到更正函")
    answer = two.post(SIGN, data=typed)
    assert answer.status_code == 409
    assert "您看这一页以后情况有变化" in answer.text
    assert "尚未签字" in answer.text
    assert signatures() == []


def test_a_disabled_account_s_signature_does_not_wait(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    with transaction(write=True) as session:
        account = account_rows.find_account(session, "张计")
        assert account is not None
        account_rows.set_disabled(session, account.id, disabled=True)
    assert "尚未签字" in two.get(SIGN).text
    assert sign(two, "teller") == 303
    assert signatures() == []


def test_two_who_sign_by_command_go_before_one_that_waits(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    with transaction() as session:
        accounts = [account_rows.find_account(session, name) for name in ("李监", "张计")]
    assert accounts[0]
    assert accounts[1]
    sign_by_command(accounts[0], accounts[1])
    assert signatures() == [("teller", "李监"), ("scrutineer", "张计")]
    assert as_logged()
    assert sign(two, "scrutineer") in (303, 409)
    assert len(signatures()) == 2


def test_before_scoring_there_is_nothing_to_sign(app: Flask) -> None:
    examining()
    client = signer(app, "张计")
    assert "考核办计分以后才能签字" in client.get(SIGN).text
    assert sign(client) == 409
    assert client.post(f"{SIGN}/passkey").status_code == 404


def test_who_may_not_sign_finds_no_such_page(app: Flask) -> None:
    examining()
    score()
    for office in (Office(app), seated(app, SeatPart.COMMITTEE, "委员")):
        assert office.get(SIGN).status_code == 404
        assert office.post(SIGN).status_code == 404
        assert office.post(f"{SIGN}/withdraw").status_code == 404
    assert signatures() == []


def test_the_overview_says_what_waits_and_leads_on(
    signers: tuple[FlaskClient, FlaskClient], app: Flask
) -> None:
    one, two = signers
    office = Office(app)
    assert f'href="{BASE}/records"' in office.get(BASE).text.partition('id="next"')[2]
    sign(one)
    assert "计分结果等您签字" not in one.get(BASE).text
    assert "计分结果等您签字" in two.get(BASE).text
    sign(two, "scrutineer")
    assert "计分结果等您签字" not in two.get("/admin/a").text
    assert f'href="{BASE}/decide"' in office.get(BASE).text.partition('id="next"')[2]
    came_since()
    assert f'href="{BASE}/score"' in office.get(BASE).text.partition('id="next"')[2]
