"""Signing, shredding, publishing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.count.certificate import SigningPart
from survey.domain.definition.campaign import Publication, State
from survey.domain.errors import BadCredentials, BrokenLog, NotCertifiable, WrongState
from survey.services.audit import audit
from survey.services.campaigns import campaigns, procedure
from survey.services.count import certifying
from survey.services.custody.key_files import key_path
from survey.services.results import publishing
from survey.services.voting import receipts
from survey.storage.accounts.account_rows import Account, add_account
from survey.storage.count_rows import signatures
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, cast, close, count, running_campaign


def account(name: str, role: str = "scrutineer") -> Account:
    with transaction(write=True) as session:
        return add_account(session, name, role, None, BY.at)


def counted(app: Flask, present: dict[str, int] | None = None) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    for group, number in (present or {}).items():
        with transaction(write=True) as session:
            campaigns.set_present(session, "small", group, number, BY)
    close(app, "small")
    count(app, "small")


def sign(teller: Account, scrutineer: Account) -> str:
    with transaction(write=True) as session:
        return certifying.certify(session, "small", teller, scrutineer, BY)


def certified(app: Flask) -> None:
    counted(app)
    sign(account("计票人"), account("监票人"))


def state() -> State:
    with transaction() as session:
        return campaigns.find_campaign(session, "small").state


def rows(statement: str) -> list[Any]:
    with transaction() as session:
        return list(session.execute(text(statement)))


# Signing


def test_two_sign(each_app: Flask) -> None:
    counted(each_app)
    value = sign(account("计票人"), account("监票人"))
    assert len(value) == 14
    assert state() is State.CERTIFIED
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        assert [(s.part, s.account) for s in signatures(session, found)] == [
            ("scrutineer", "监票人"),
            ("teller", "计票人"),
        ]
        _, _, digest = publishing.results(session, "small")
        *_, (entry, detail) = audit.history(session, "small")
    assert (entry.act, detail["count"]) == ("certify", digest)
    assert detail["teller"] == ["计票人", "2026-11-22T09:00:00+00:00"]
    assert rows("SELECT DISTINCT count_digest FROM signatures") == [(digest,)]


def test_one_account_cannot_sign_twice(app: Flask) -> None:
    counted(app)
    one = account("一")
    with pytest.raises(BadCredentials, match="two accounts"):
        sign(one, one)
    assert state() is State.COUNTED
    assert rows("SELECT * FROM signatures") == []


@pytest.mark.parametrize("role", ["organiser", "viewer", "owner"])
@pytest.mark.parametrize("place", [0, 1])
def test_only_scrutineers_sign(app: Flask, role: str, place: int) -> None:
    counted(app)
    signers = [account("a"), account("b")]
    signers[place] = account("c", role)
    with pytest.raises(BadCredentials, match=f'"c" is {role}'):
        sign(*signers)
    assert state() is State.COUNTED


@pytest.mark.parametrize(("present", "signed"), [({"A": 6}, True), ({"A": 5}, False), ({"B": 0}, True)])
def test_no_more_ballots_than_people(app: Flask, present: dict[str, int], signed: bool) -> None:
    counted(app, present)
    if signed:
        assert sign(account("a"), account("b"))
    else:
        with pytest.raises(NotCertifiable, match="group A returned 6 ballots of 5 persons present"):
            sign(account("a"), account("b"))


def test_all_reasons_at_once(app: Flask) -> None:
    counted(app, {"A": 1})
    with transaction(write=True) as session:
        session.execute(text("UPDATE tokens SET rater_group = 'B' WHERE spent = 0"))
    with pytest.raises(NotCertifiable) as refused:
        sign(account("a"), account("b"))
    assert "persons present" in str(refused.value)
    assert "set of issued codes" in str(refused.value)


def test_a_broken_log_is_not_signed(app: Flask) -> None:
    counted(app)
    with transaction(write=True) as session:
        session.execute(text("DROP TRIGGER audit_refuses_update"))
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    with pytest.raises(BrokenLog, match="from entry 2 on"):
        sign(account("a"), account("b"))


def test_signing_twice_or_too_early(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    signers = account("a"), account("b")
    with pytest.raises(WrongState, match="open"):
        sign(*signers)
    close(app, "small")
    with pytest.raises(WrongState, match="closed"):
        sign(*signers)
    count(app, "small")
    sign(*signers)
    with pytest.raises(WrongState, match="certified"):
        sign(*signers)
    with pytest.raises(WrongState, match="certified"):
        count(app, "small")


# One signature


ALONE = a_definition(campaign={"code": "small", "title": "小型调查", "organiser": "考核组", "signatures": 1})


def counted_alone(app: Flask) -> None:
    running = running_campaign(app, ALONE, 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")


def test_one_signs_alone_where_the_rules_say_so(each_app: Flask) -> None:
    counted_alone(each_app)
    one = account("监票人")
    with transaction(write=True) as session:
        certifying.certify(session, "small", None, one, BY)
    assert state() is State.CERTIFIED
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        assert [(one.part, one.account) for one in signatures(session, found)] == [("scrutineer", "监票人")]
        *_, (entry, detail) = audit.history(session, "small")
    assert entry.act == "certify"
    assert detail["scrutineer"] == ["监票人", "2026-11-22T09:00:00+00:00"]
    assert "teller" not in detail
    assert set(detail["accounts"]) == {"scrutineer"}
    assert procedure.shred("small", settings().keys, BY)


def test_on_the_pages_one_signature_certifies_at_once(app: Flask) -> None:
    counted_alone(app)
    one, owner = account("监票人"), account("王主任", "owner")
    with pytest.raises(WrongState, match='"teller" is no part'), transaction(write=True) as session:
        certifying.sign(session, "small", one, "teller", BY)
    with pytest.raises(BadCredentials, match="owner"), transaction(write=True) as session:
        certifying.sign(session, "small", owner, "scrutineer", BY)
    assert state() is State.COUNTED
    with transaction(write=True) as session:
        certifying.sign(session, "small", one, "scrutineer", BY)
    assert state() is State.CERTIFIED


def test_a_teller_beside_the_only_signer_is_refused(app: Flask) -> None:
    counted_alone(app)
    with pytest.raises(BadCredentials, match="one account signs small"):
        sign(account("a"), account("b"))
    assert state() is State.COUNTED


def test_one_signature_is_never_enough_where_two_are_asked_for(app: Flask) -> None:
    counted(app)
    one = account("监票人")
    with pytest.raises(BadCredentials, match="two accounts sign small"), transaction(write=True) as session:
        certifying.certify(session, "small", None, one, BY)
    with transaction(write=True) as session:
        certifying.sign(session, "small", one, "scrutineer", BY)
    assert state() is State.COUNTED
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        digest = certifying.require_signable(session, found)
    signers = {SigningPart.SCRUTINEER: one}
    with pytest.raises(BadCredentials, match="two accounts sign small"), transaction(write=True) as session:
        certifying.complete(session, found, digest, signers, BY)
    assert state() is State.COUNTED


# Shredding


def test_what_is_left_after_shredding(each_app: Flask) -> None:
    certified(each_app)
    with transaction() as session:
        before = publishing.results(session, "small")[1:]
        kept = list(receipts.list_receipts(session, "small"))
    key = key_path(settings().keys, "small")
    assert key.exists()
    value = procedure.shred("small", settings().keys, BY)
    assert len(value) == 14
    assert state() is State.SHREDDED
    assert not key.exists()
    assert rows("SELECT * FROM ballots") == []
    assert rows("SELECT * FROM tokens") == []
    with transaction() as session:
        assert publishing.results(session, "small")[1:] == before
        assert list(receipts.list_receipts(session, "small")) == kept
        assert len(kept) == 6
        assert [entry.act for entry, _ in audit.history(session, "small")][-2:] == ["shredding", "shred"]


def test_shredding_leaves_other_campaigns_alone(each_app: Flask) -> None:
    other = running_campaign(
        each_app, a_definition(campaign={"code": "o", "title": "o", "organiser": "o"}), 3
    )
    cast(each_app, other.codes["A"][0], {})
    certified(each_app)
    procedure.shred("small", settings().keys, BY)
    assert len(rows("SELECT * FROM ballots")) == 1
    assert len(rows("SELECT * FROM tokens")) == 6
    assert key_path(settings().keys, "o").exists()


STEPS: list[Callable[[], object]] = [
    lambda: None,
    lambda: key_path(settings().keys, "small").unlink(),
]


@pytest.mark.parametrize("step", STEPS, ids=["nothing done yet", "key gone"])
def test_shredding_goes_on_where_it_stopped(app: Flask, step: Callable[[], object]) -> None:
    certified(app)
    with transaction(write=True) as session:
        certifying.begin_shredding(session, "small", BY)
    step()
    assert state() is State.SHREDDING
    procedure.shred("small", settings().keys, BY)
    assert state() is State.SHREDDED
    with transaction() as session:
        acts = [entry.act for entry, _ in audit.history(session, "small")]
    assert acts.count("shredding") == acts.count("shred") == 1


def test_shredding_too_early_or_twice(app: Flask) -> None:
    counted(app)
    with pytest.raises(WrongState, match="counted"):
        procedure.shred("small", settings().keys, BY)
    assert len(rows("SELECT * FROM ballots")) == 6
    sign(account("a"), account("b"))
    procedure.shred("small", settings().keys, BY)
    with pytest.raises(WrongState, match="shredded"):
        procedure.shred("small", settings().keys, BY)


def test_nothing_reads_the_box_while_it_is_shredded(app: Flask) -> None:
    certified(app)
    with transaction(write=True) as session:
        certifying.begin_shredding(session, "small", BY)
    with pytest.raises(WrongState, match="shredding"):
        procedure.count("small", bytes(32), BY)
    with pytest.raises(WrongState, match="shredding"):
        sign(account("x"), account("y"))


def test_ballots_are_destroyed_only_while_shredding(app: Flask) -> None:
    certified(app)
    with transaction(write=True) as session, pytest.raises(WrongState):
        certifying.destroy_ballots(session, "small")
    with transaction(write=True) as session, pytest.raises(WrongState):
        certifying.end_shredding(session, "small", BY)
    assert len(rows("SELECT * FROM ballots")) == 6


def test_results_from_certified_on_can_be_published(app: Flask) -> None:
    counted(app)
    with transaction(write=True) as session, pytest.raises(WrongState, match="counted"):
        publishing.publish(session, "small", Publication.PUBLIC, BY)
