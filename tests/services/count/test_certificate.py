"""What is certified of a count, as the log and the storage have it, and as it stands on paper."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.count.certificate import Certificate
from survey.domain.errors import BrokenLog, WrongState
from survey.services.audit import audit
from survey.services.campaigns import campaigns, deadlines, procedure
from survey.services.count import certificate, certifying
from survey.services.results import publishing
from survey.services.voting import receipts, tokens
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, issue
from tests.statement_files import running as running_with_files

ENDS = datetime(2030, 1, 1, 10, tzinfo=UTC)


def run(app: Flask) -> dict[str, list[str]]:
    """Run a campaign to its count: codes before and after opening, some voided, the end put off."""
    data = a_definition(
        campaign={"code": "small", "title": "小型测评", "organiser": "考核组", "closes_at": ENDS}
    )
    armed_campaign(app, data)
    codes = issue(app, "small", {"A": 8, "B": 8})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", codes["B"][:2], BY)
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
        tokens.issue(session, vault(), "small", {"A": 3}, BY)
        deadlines.extend(session, "small", ENDS + timedelta(hours=1), BY)
    for code in codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", codes["A"][7:], BY)
    close(app, "small")
    count(app, "small")
    return codes


def signed(app: Flask) -> None:
    run(app)
    with transaction(write=True) as session:
        campaigns.set_present(session, "small", "A", 7, BY)
        made = [add_account(session, name, "scrutineer", None, BY.at) for name in ("计票甲", "监票乙")]
        certifying.certify(session, "small", *made, BY)


def certified() -> Certificate:
    with transaction() as session:
        return certificate.certified(session, "small")


def test_it_names_every_issue_and_void(app: Flask) -> None:
    signed(app)
    about = certified()
    assert [(one.voided, one.groups, one.after_opening) for one in about.moved] == [
        (False, (("A票", 8), ("B票", 8)), False),
        (True, (("B票", 2),), False),
        (False, (("A票", 3),), True),
        (True, (("A票", 1),), True),
    ]
    assert [(one.late, one.by, one.second) for one in about.moved] == [
        ((), "", None),
        ((), "", None),
        ((("A票", 8),), "test", None),
        ((), "", None),
    ]
    assert [account.present for _, account in about.accounts] == [7, None]
    assert [(one.actor, one.before, one.to) for one in about.extensions] == [
        ("test", ENDS, ENDS + timedelta(hours=1))
    ]
    assert (about.total.issued, about.total.voided, about.total.returned, about.total.unused) == (
        19,
        3,
        6,
        10,
    )


def test_check_values_are_those_of_the_log(app: Flask) -> None:
    signed(app)
    about = certified()
    with transaction() as session:
        log = {entry.act: audit.check_value(entry.hash) for entry, _ in audit.history(session, "small")}
    found = {step.act: step.check_value for step in about.steps}
    wanted = ("arm", "issue", "void", "open", "extend", "close", "shake", "count", "certify")
    assert [act for act in found if act in wanted] == [act for act in log if act in wanted]
    assert all(found[act] == log[act] for act in wanted)
    assert "load" not in found


def test_digests_can_be_worked_out_again(app: Flask) -> None:
    signed(app)
    about = certified()
    with transaction() as session:
        listed = "".join(f"{one}\n" for one in receipts.list_receipts(session, "small"))
        campaign, _, digest = publishing.results(session, "small")
    assert about.receipts_digest == "sha256:" + sha256(listed.encode()).hexdigest()
    assert listed.count("\n") == 6
    assert about.count_digest == digest
    assert about.definition_digest == campaign.definition.digest


def test_signers_and_the_destruction(app: Flask) -> None:
    signed(app)
    about = certified()
    assert [(one.part, one.name, one.signed_at, one.account_made) for one in about.signers] == [
        ("teller", "计票甲", BY.at, BY.at),
        ("scrutineer", "监票乙", BY.at, BY.at),
    ]
    assert about.destruction is None
    procedure.shred("small", settings().keys, BY, ["张三", "李四"])
    about = certified()
    assert about.destruction is not None
    assert about.destruction.confirmed == ("张三", "李四")
    assert about.destruction.ended_at == BY.at
    assert [step.act for step in about.steps][-2:] == ["shredding", "shred"]


def test_there_is_none_before_the_signatures(app: Flask) -> None:
    run(app)
    with transaction() as session:
        with pytest.raises(WrongState):
            certificate.certified(session, "small")
        with pytest.raises(WrongState):
            certificate.checkable(session, "small")
        about = certificate.gather(session, campaigns.find_campaign(session, "small"))
    assert about.signers == ()


def test_a_broken_log_is_not_certified(app: Flask) -> None:
    signed(app)
    with transaction(write=True) as session:
        session.execute(text("DROP TRIGGER audit_refuses_update"))
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    with pytest.raises(BrokenLog):
        certified()


def test_reports_that_came_as_files_stand_on_it_by_the_digest_of_their_arming(app: Flask) -> None:
    running = running_with_files(app)
    with transaction() as session:
        fixed = campaigns.find_campaign(session, running.code).statements
    close(app, running.code)
    count(app, running.code)
    with transaction(write=True) as session:
        # Whoever writes to the database can change this one, and not the log, whose check value is on paper.
        session.execute(text("UPDATE campaigns SET statements = 'other'"))
        found = certificate.gather(session, campaigns.find_campaign(session, running.code))
    assert fixed is not None
    assert found.digests["statements"] == fixed
