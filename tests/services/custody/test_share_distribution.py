"""Giving a key out in shares, gathering them again, and signing: the services behind the pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.errors import BadCredentials, BadShare, NotCertifiable, StalePage, WrongState
from survey.secrecy.box import BoxKey
from survey.secrecy.custody import combine
from survey.services.audit import audit
from survey.services.campaigns import campaigns, procedure
from survey.services.count import certifying
from survey.services.custody import share_collection, share_distribution
from survey.services.custody.share_distribution import ShareDistribution
from survey.storage import box_rows, count_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, count, issue, running_campaign
from tests.signing_in import an_account

NAMES = ("张三", "李四", "王五")


def loaded() -> Campaign:
    with transaction(write=True) as session:
        return campaigns.load(session, a_definition(), BY)


def found() -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, "small")


def given_out(made: ShareDistribution, names: tuple[str, ...] = NAMES) -> tuple[ShareDistribution, list[str]]:
    """Give every share out and have it confirmed, the state written down and read between the steps."""
    words = []
    for name in names:
        made = share_distribution.name_holder(made, name)
        made = share_distribution.read_distribution(made.as_bytes())
        words.append(made.share.words)
        split = made.share.words.split()
        made = share_distribution.confirm(made, [split[place - 1] for place in made.asked])
    return made, words


def armed() -> list[str]:
    made, words = given_out(share_distribution.begin(loaded(), 3, 2, BY.at))
    with transaction(write=True) as session:
        share_distribution.finish(session, made, BY)
    return words


def test_a_campaign_is_armed_under_a_key_given_out_before(each_app: Flask) -> None:
    words = armed()
    campaign = found()
    assert (campaign.state, campaign.custody) == (State.ARMED, Custody.SCRUTINEERS)
    assert BoxKey(combine(words[:2])).public_bytes() == campaign.public_key
    codes = issue(each_app, "small", {"A": 6, "B": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    for code in codes["A"]:
        cast(each_app, code, {"c1.de": "excellent"})
    close(each_app, "small")
    gathered = share_collection.begin(found(), BY.at)
    for one in words[1:]:
        gathered = share_collection.read_collection(share_collection.add(gathered, found(), one).as_bytes())
    counted = procedure.count("small", share_collection.seed_of(gathered), BY)
    assert counted.count.accounting.total.valid == 6


def test_what_travels_never_holds_a_share_that_was_confirmed(app: Flask) -> None:
    made = share_distribution.begin(loaded(), 3, 2, BY.at)
    for number, name in enumerate(NAMES):
        made, [words] = given_out(made, (name,))
        assert words.encode() not in made.as_bytes()
        assert len(made.waiting) == 2 - number


def test_the_seed_itself_never_travels(app: Flask) -> None:
    made = share_distribution.begin(loaded(), 3, 2, BY.at)
    seed = combine(made.waiting[:2])
    assert seed not in made.as_bytes()
    assert seed.hex().encode() not in made.as_bytes()


@pytest.mark.parametrize(("shares", "threshold"), [(1, 1), (2, 1), (3, 4), (11, 2), (0, 0)])
def test_impossible_numbers(app: Flask, shares: int, threshold: int) -> None:
    with pytest.raises(BadShare):
        share_distribution.begin(loaded(), shares, threshold, BY.at)


def test_no_arming_while_a_holder_is_missing(app: Flask) -> None:
    made, _ = given_out(share_distribution.begin(loaded(), 3, 2, BY.at), NAMES[:2])
    with transaction(write=True) as session, pytest.raises(StalePage):
        share_distribution.finish(session, made, BY)
    assert found().state is State.DRAFT


STALE: list[Callable[[ShareDistribution], tuple[ShareDistribution, timedelta]]] = [
    lambda made: (replace(made, holders=("甲",)), timedelta()),
    lambda made: (made, share_distribution.LIFE + timedelta(seconds=1)),
    lambda made: (replace(made, definition="sha256:0"), timedelta()),
]


@pytest.mark.parametrize("case", STALE, ids=["ahead", "expired", "changed"])
def test_what_is_stale(
    app: Flask, case: Callable[[ShareDistribution], tuple[ShareDistribution, timedelta]]
) -> None:
    campaign = loaded()
    made = share_distribution.begin(campaign, 3, 2, BY.at)
    with transaction() as session:
        share_distribution.require_fresh(session, made, campaign, BY.at)
        stale, later = case(made)
        with pytest.raises(StalePage):
            share_distribution.require_fresh(session, stale, campaign, BY.at + later)


def test_a_step_that_the_log_knows_is_over(app: Flask) -> None:
    campaign = loaded()
    made = share_distribution.name_holder(share_distribution.begin(campaign, 3, 2, BY.at), "甲")
    with transaction(write=True) as session:
        share_distribution.note_given(session, made, BY)
        share_distribution.note_given(session, made, BY)
        assert [facts for entry, facts in audit.history(session, "small") if entry.act == "share"] == [
            {"ceremony": made.ceremony, "number": 1, "of": 3, "holder": "甲"}
        ]
        with pytest.raises(StalePage):
            share_distribution.require_fresh(session, made, campaign, BY.at)
        share_distribution.require_fresh(session, made, campaign, BY.at, again=True)
        share_distribution.require_fresh(session, replace(made, holders=("甲",)), campaign, BY.at)
        other = share_distribution.begin(campaign, 3, 2, BY.at)
        share_distribution.require_fresh(session, other, campaign, BY.at)


# Signing in turn


def counted(app: Flask, ballots: int = 6) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:ballots]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")


def sign(name: str, part: str, role: str = "scrutineer") -> str:
    account = an_account(role, name=name)
    with transaction(write=True) as session:
        return certifying.sign(session, "small", account, part, BY)


def waiting() -> str | None:
    with transaction() as session:
        first = certifying.waiting(session, found())
    return first.account if first else None


def test_two_signatures_certify_as_the_command_does(each_app: Flask) -> None:
    counted(each_app)
    sign("乙", "scrutineer")
    assert (found().state, waiting()) == (State.COUNTED, "乙")
    sign("甲", "teller")
    assert found().state is State.CERTIFIED
    with transaction() as session:
        signed = count_rows.signatures(session, found())
        *_, (entry, facts) = audit.history(session, "small")
    assert [(one.part, one.account) for one in signed] == [("scrutineer", "乙"), ("teller", "甲")]
    assert (entry.act, facts["teller"][0], facts["scrutineer"][0]) == ("certify", "甲", "乙")
    assert {one.count_digest for one in signed} == {facts["count"]}


def test_one_account_or_one_part_twice(app: Flask) -> None:
    counted(app)
    sign("甲", "teller")
    for name, part, error in (
        ("甲", "teller", BadCredentials),
        ("甲", "scrutineer", BadCredentials),
        ("乙", "teller", WrongState),
        ("乙", "judge", WrongState),
    ):
        with pytest.raises(error):
            sign(name, part)
    with pytest.raises(BadCredentials):
        sign("丙", "scrutineer", "organiser")
    assert (found().state, waiting()) == (State.COUNTED, "甲")


def test_a_differing_recount_drops_the_waiting_signature(each_app: Flask) -> None:
    counted(each_app)
    sign("甲", "teller")
    count(each_app, "small")
    assert waiting() == "甲"
    with transaction(write=True) as session:
        box_rows.destroy(session, found())
    count(each_app, "small")
    assert waiting() is None
    with pytest.raises(NotCertifiable):
        sign("乙", "scrutineer")


def test_the_command_takes_the_place_of_a_waiting_signature(app: Flask) -> None:
    counted(app)
    sign("丙", "teller")
    teller, scrutineer = (an_account("scrutineer", name=name) for name in ("甲", "乙"))
    with transaction(write=True) as session:
        certifying.certify(session, "small", teller, scrutineer, BY)
    with transaction() as session:
        assert {one.account for one in count_rows.signatures(session, found())} == {"甲", "乙"}


def test_a_receipt_that_occurs_twice_is_named(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 8)
    for code in running.codes["A"][:3]:
        cast(each_app, code, {"receipt": "7K3M-9QXT-2FVB"})
    cast(each_app, running.codes["B"][0], {"receipt": "0000-0000-0000"})
    close(each_app, "small")
    assert count(each_app, "small").notes == ("receipt 7K3M-9QXT-2FVB occurs 3 times",)
    sign("甲", "teller")
    assert waiting() == "甲"
