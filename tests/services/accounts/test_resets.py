"""Resets of signers' accounts, on both databases: what is refused, who confirms, what is kept."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from survey.domain.errors import BadConfirmation, UnconfirmedReset, WrongState
from survey.services.accounts import accounts, resets
from survey.services.accounts.accounts import Account
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns
from survey.services.count import certificate, certifying
from survey.storage.database import transaction
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, issue
from tests.signing_in import an_account

WANG, LI = By("王主任", BY.at), By("李主任", BY.at)
LAST = 10**6


@pytest.fixture
def signers(each_app: Flask) -> tuple[Account, Account]:
    """Two signers and two owners from before arming, and a count; one signer was reset after."""
    return counted_and_reset(each_app, a_definition())


def counted_and_reset(each_app: Flask, definition: dict[str, Any]) -> tuple[Account, Account]:
    made = tuple(an_account("scrutineer", name=name) for name in ("计票人甲", "监票人乙"))
    for name in ("王主任", "李主任"):
        an_account("owner", name=name)
    armed_campaign(each_app, definition)
    codes = issue(each_app, "small", {"A": 7})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    for code in codes["A"]:
        cast(each_app, code, {"c1.de": "excellent"})
    close(each_app, "small")
    count(each_app, "small")
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, made[0], WANG)
    return made[0], made[1]


def sign(account: Account, part: str = "teller") -> None:
    with transaction(write=True) as session:
        certifying.sign(session, "small", account, part, By(account.name, BY.at))


def certify(signers: tuple[Account, Account]) -> None:
    with transaction(write=True) as session:
        certifying.certify(session, "small", *signers, BY)


def confirm(by: By, name: str = "计票人甲", upto: int = LAST) -> None:
    account = an_account("owner" if by.actor.endswith("主任") else "scrutineer", name=by.actor)
    with transaction(write=True) as session:
        resets.confirm(session, "small", [name], account, upto, by)


def test_either_way_of_signing_waits_for_a_second_person(signers: tuple[Account, Account]) -> None:
    with pytest.raises(UnconfirmedReset, match='"王主任" reset the account "计票人甲"'):
        certify(signers)
    with pytest.raises(UnconfirmedReset):
        sign(signers[0])
    for by in (WANG, By("计票人甲", BY.at)):
        with pytest.raises(BadConfirmation):
            confirm(by)
    with pytest.raises(BadConfirmation):
        confirm(LI, upto=3)  # what was seen
    with pytest.raises(BadConfirmation):
        confirm(LI, "监票人乙")  # who was not reset
    sign(signers[1], "scrutineer")
    with pytest.raises(UnconfirmedReset):
        sign(signers[0])
    confirm(LI)
    with pytest.raises(BadConfirmation):
        confirm(LI)
    sign(signers[0])
    with pytest.raises(WrongState, match="certified"):
        confirm(LI)
    with transaction() as session:
        audit.verify(session)
        about = certificate.certified(session, "small")
    teller, scrutineer = about.signers
    assert teller.standing is not None
    assert scrutineer.standing is not None
    (reset,) = teller.standing.resets
    assert (reset.change.act, reset.change.actor) == ("second-factor-reset", "王主任")
    assert reset.confirmed is not None
    assert (reset.confirmed.actor, reset.confirmed.role) == ("李主任", "owner")
    assert scrutineer.standing.resets == ()


def test_a_later_reset_wants_another_word_and_ends_a_signature(signers: tuple[Account, Account]) -> None:
    confirm(LI)
    sign(signers[0])
    with transaction(write=True) as session:
        accounts.replace_password(session, signers[0], WANG)
        campaign = campaigns.find_campaign(session, "small")
        assert certifying.waiting(session, campaign) is None
    with pytest.raises(UnconfirmedReset):
        certify(signers)
    confirm(LI)
    with transaction() as session:
        assert certifying.waiting(session, campaigns.find_campaign(session, "small")) is None
    certify(signers)


def test_a_certificate_shows_the_first_signer_as_he_stood(signers: tuple[Account, Account]) -> None:
    from survey.services.accounts import accounts
    from tests.signing_in import PASSWORD

    confirm(LI)
    sign(signers[0])
    with transaction(write=True) as session:
        accounts.set_password(session, signers[0], PASSWORD, By("计票人甲", BY.at))
    sign(signers[1], "scrutineer")
    with transaction() as session:
        about = certificate.certified(session, "small")
    standing = about.signers[0].standing
    assert standing is not None
    assert standing.password is None  # it came after the signature, which stands all the same
    from survey.documents.layout.certificate_words import signatures

    older = replace(about, signers=tuple(replace(one, standing=None) for one in about.signers))
    assert len(signatures(older)) == 2  # a line each, as before these facts were kept
    assert len(signatures(about)) == 8


def test_accounts_of_other_units_are_not_listed(signers: tuple[Account, Account]) -> None:
    other = an_account("scrutineer", "乙局", "监票人丙")
    with transaction(write=True) as session:
        accounts.replace_password(session, other, WANG)
        campaign = campaigns.find_campaign(session, "small")
        listed = [one.account.name for one in resets.concerned(session, campaign)]
        assert listed == ["计票人甲"]
        assert resets.number_unconfirmed(session, campaign) == 1


def test_where_one_signs_no_other_signers_word_counts(each_app: Flask) -> None:
    """Whoever could say so as another signer signs instead; a second owner's word stays good."""
    head = {"code": "small", "title": "小型调查", "organiser": "考核组", "signatures": 1}
    reset, other = counted_and_reset(each_app, a_definition(campaign=head))
    with pytest.raises(UnconfirmedReset):
        sign(reset, "scrutineer")
    with pytest.raises(BadConfirmation):
        confirm(By(other.name, BY.at))
    with transaction() as session:
        campaign = campaigns.find_campaign(session, "small")
        (listed,) = resets.concerned(session, campaign, other)
        assert listed.mine == ()
    confirm(LI)
    sign(reset, "scrutineer")
    with transaction() as session:
        about = certificate.certified(session, "small")
    (signer,) = about.signers
    assert (signer.part, signer.name, about.signatures) == ("scrutineer", reset.name, 1)
    assert signer.standing is not None
    (seen,) = signer.standing.resets
    assert seen.confirmed is not None
    assert seen.confirmed.actor == "李主任"


def test_where_one_signs_another_signer_can(each_app: Flask) -> None:
    head = {"code": "small", "title": "小型调查", "organiser": "考核组", "signatures": 1}
    _, other = counted_and_reset(each_app, a_definition(campaign=head))
    sign(other, "scrutineer")
    with transaction() as session:
        assert certificate.certified(session, "small").signers[0].name == other.name
