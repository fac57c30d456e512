"""The ballot box as rows: a code is spent once, and what is written anew is the same set."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.storage import box_rows, campaign_rows, token_rows
from survey.storage.campaign_rows import find_campaign

from .stored import stored

CODES = {bytes([at]) * 16: "A" if at < 4 else "B" for at in range(6)}
FIRST = next(iter(CODES))


@pytest.fixture
def campaign(session: Session) -> Campaign:
    made = stored(session)
    token_rows.add_tokens(session, made, CODES)
    campaign_rows.set_state(session, made, State.OPEN)
    return find_campaign(session, made.code)


def test_a_code_is_spent_once(session: Session, campaign: Campaign) -> None:
    assert box_rows.spend(session, campaign.id, FIRST)
    assert not box_rows.spend(session, campaign.id, FIRST)
    assert token_rows.turnout(session, campaign)["A"].returned == 1


def test_no_other_code_is_spent(session: Session, campaign: Campaign) -> None:
    other = stored(session, "other")
    campaign_rows.set_state(session, other, State.OPEN)
    assert not box_rows.spend(session, other.id, FIRST)
    assert not box_rows.spend(session, campaign.id, b"\xff" * 16)
    assert token_rows.void_token(session, campaign, FIRST)
    assert not box_rows.spend(session, campaign.id, FIRST)


@pytest.mark.parametrize("state", [state for state in State if state is not State.OPEN])
def test_only_an_open_campaign_takes_ballots(session: Session, campaign: Campaign, state: State) -> None:
    campaign_rows.set_state(session, campaign, state)
    assert not box_rows.spend(session, campaign.id, FIRST)


def test_a_held_campaign_takes_none(session: Session, campaign: Campaign) -> None:
    campaign_rows.set_held(session, campaign, held=True)
    assert not box_rows.spend(session, campaign.id, FIRST)
    campaign_rows.set_held(session, campaign, held=False)
    assert box_rows.spend(session, campaign.id, FIRST)


def fill(session: Session, campaign: Campaign) -> set[bytes]:
    sealed = {f"ballot {at}".encode() for at in range(4)}
    for (digest, _), ballot in zip(CODES.items(), sorted(sealed), strict=False):
        box_rows.spend(session, campaign.id, digest)
        box_rows.put(session, campaign.id, ballot)
    return sealed


def test_what_was_put_in_is_read_of_one_campaign(session: Session, campaign: Campaign) -> None:
    other = stored(session, "other")
    box_rows.put(session, other.id, b"elsewhere")
    sealed = fill(session, campaign)
    assert set(box_rows.sealed_ballots(session, campaign)) == sealed
    assert list(box_rows.sealed_ballots(session, other)) == [b"elsewhere"]


@pytest.mark.parametrize(("number", "more"), [(0, True), (3, True), (4, False), (5, False)])
def test_more_than_so_many(session: Session, campaign: Campaign, number: int, more: bool) -> None:
    fill(session, campaign)
    assert box_rows.has_more_than(session, campaign, number) is more


def keys(session: Session) -> set[bytes]:
    return {bytes(key) for (key,) in session.execute(text("SELECT key FROM ballots"))}


def test_shaken_the_box_is_the_same_under_other_keys(session: Session, campaign: Campaign) -> None:
    sealed = fill(session, campaign)
    other = stored(session, "other")
    box_rows.put(session, other.id, b"elsewhere")
    before, turnout, issued = (
        keys(session),
        token_rows.turnout(session, campaign),
        issued_of(session, campaign),
    )
    box_rows.shake(session, campaign)
    assert set(box_rows.sealed_ballots(session, campaign)) == sealed
    assert len(keys(session) & before) == 1  # the other campaign's
    assert token_rows.turnout(session, campaign) == turnout
    assert issued_of(session, campaign) == issued
    assert list(box_rows.sealed_ballots(session, other)) == [b"elsewhere"]


def issued_of(session: Session, campaign: Campaign) -> str:
    return token_rows.issued_set(session, campaign)


def test_destroyed_nothing_is_left_of_it_and_all_of_others(session: Session, campaign: Campaign) -> None:
    fill(session, campaign)
    other = stored(session, "other")
    token_rows.add_tokens(session, other, {b"o" * 16: "A"})
    box_rows.put(session, other.id, b"elsewhere")
    for _ in range(2):
        box_rows.destroy(session, campaign)
        assert not box_rows.has_more_than(session, campaign, 0)
        assert token_rows.turnout(session, campaign)["A"].issued == 0
    assert box_rows.has_more_than(session, other, 0)
    assert token_rows.turnout(session, other)["A"].issued == 1


def test_as_many_ballots_as_spent_codes_or_the_campaign_is_named(
    session: Session, campaign: Campaign
) -> None:
    fill(session, campaign)
    stored(session, "empty")
    assert box_rows.out_of_balance(session) == []
    box_rows.put(session, campaign.id, b"one more")
    assert box_rows.out_of_balance(session) == ["small"]
    box_rows.spend(session, campaign.id, list(CODES)[4])
    box_rows.spend(session, campaign.id, list(CODES)[5])
    assert box_rows.out_of_balance(session) == ["small"]
    box_rows.put(session, campaign.id, b"another")
    assert box_rows.out_of_balance(session) == []


def test_a_database_of_ones_own_takes_writes(session: Session) -> None:
    assert box_rows.takes_writes(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION READ ONLY"))
        assert not box_rows.takes_writes(session)
