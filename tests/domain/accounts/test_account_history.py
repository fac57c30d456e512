"""Whose hand may have been behind a reset, and whose word is another's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from survey.domain.accounts.account_history import (
    AccountActs,
    Change,
    Confirmation,
    ConfirmingRole,
    Hand,
    changes_of,
    from_facts,
    hand_of,
    to_facts,
)
from survey.domain.definition.canonical import canonical_json

BEGUN = datetime(2026, 11, 22, 9, tzinfo=UTC)
ARMED = 10
ACCOUNTS = frozenset({"王", "李", "赵", "甲", "乙", "丙"})
ROOT = "command line (root)"

Act = tuple[int, str, str, str]
"""Number in the log, actor, act, account."""


def at(number: int) -> datetime:
    return BEGUN + timedelta(minutes=number)


def seen(
    *acts: Act, confirmed: tuple[tuple[int, str, ConfirmingRole, str, set[int]], ...] = ()
) -> AccountActs:
    changes = changes_of(((n, at(n), actor, act, about) for n, actor, act, about in acts), ACCOUNTS)
    words = tuple(
        Confirmation(n, at(n), actor, hand_of(actor, "", ACCOUNTS), role, about, frozenset(resets))
        for n, actor, role, about, resets in confirmed
    )
    return AccountActs(tuple(changes), ARMED, words)


MADE: tuple[Act, ...] = (
    (1, ROOT, "account", "王"),
    (2, "王", "account", "李"),
    (3, "王", "account", "甲"),
    (4, "王", "account", "乙"),
    (5, "甲", "password", "甲"),
    (6, "甲", "second-factor", "甲"),
)


def open_resets(found: AccountActs, name: str, other: str | None = None) -> list[int]:
    return [one.change.number for one in found.standing(name, other).resets if one.is_open]


@pytest.mark.parametrize(
    ("act", "blocks"),
    [
        ("account", True),
        ("login-link", True),
        ("second-factor-reset", True),
        ("account-enabled", True),
        ("passkey-added", True),
        ("passkey-removed", True),
        ("account-disabled", False),
        ("login", False),
    ],
)
def test_what_another_account_does_after_arming(act: str, blocks: bool) -> None:
    acts = [
        one for one in (*MADE, (11, "王", act, "甲")) if one[2] != "login" and one[2] != "account-disabled"
    ]
    assert open_resets(seen(*acts), "甲") == ([11] if blocks else [])
    assert open_resets(seen(*MADE), "甲") == []


def test_what_holders_and_the_server_do_blocks_nobody_but_is_shown() -> None:
    found = seen(
        *MADE,
        (11, "甲", "password", "甲"),
        (12, "甲", "passkey-added", "甲"),
        (13, ROOT, "login-link", "甲"),
        (14, "甲", "password", "甲"),
    )
    standing = found.standing("甲")
    assert open_resets(found, "甲") == []
    assert [one.change.number for one in standing.resets] == [13]
    numbers = [
        one.number if one else None
        for one in (
            standing.made,
            standing.password,
            standing.password_reset,
            standing.factor,
            standing.factor_reset,
        )
    ]
    assert numbers == [3, 14, 13, 12, None]


def test_a_reset_stays_to_be_seen_behind_the_passwords_that_follow() -> None:
    """Who resets, logs in and changes the password once more is not covered by it."""
    found = seen(
        *MADE, (11, "王", "login-link", "甲"), (12, "甲", "password", "甲"), (13, "甲", "password", "甲")
    )
    standing = found.standing("甲")
    assert (standing.password or standing.made).number == 13  # type: ignore[union-attr]
    assert (standing.password_reset or standing.made).number == 11  # type: ignore[union-attr]
    assert open_resets(found, "甲") == [11]


def test_an_account_called_like_the_command_line_does_not_pass_for_it() -> None:
    named = ACCOUNTS | {ROOT}
    assert hand_of(ROOT, "甲", named) is Hand.ACCOUNT
    assert hand_of(ROOT, "甲", ACCOUNTS) is Hand.MACHINE
    assert hand_of("甲", "甲", ACCOUNTS) is Hand.HOLDER


LINK: Act = (11, "王", "login-link", "甲")
OWNER, SIGNER, MACHINE = ConfirmingRole.OWNER, ConfirmingRole.SIGNER, ConfirmingRole.MACHINE


@pytest.mark.parametrize(
    ("more", "actor", "role", "counts"),
    [
        ([], "李", OWNER, True),
        ([], "王", OWNER, False),  # who reset it
        ([], "甲", SIGNER, False),  # the account itself
        ([], "乙", SIGNER, True),
        ([], ROOT, MACHINE, True),
        ([(12, "王", "account", "赵")], "赵", OWNER, False),  # an owner of one's own making
        ([(12, "王", "login-link", "李")], "李", OWNER, False),
        ([(12, "李", "login-link", "乙")], "乙", SIGNER, False),
        ([(12, ROOT, "login-link", "李")], "李", OWNER, True),
        ([(40, "王", "login-link", "李")], "李", OWNER, True),  # after the word was given
    ],
)
def test_whose_word_counts(more: list[Act], actor: str, role: ConfirmingRole, counts: bool) -> None:
    found = seen(*MADE, LINK, *more, confirmed=((30, actor, role, "甲", {11}),))
    assert open_resets(found, "甲", "乙") == ([] if counts else [11])


def test_one_owner_does_not_reset_by_another_and_confirm() -> None:
    """王 takes 李 over, resets 甲 as 李, and confirms as 王: one person with two accounts."""
    mine = ((12, "王", "login-link", "李"), (13, "李", "login-link", "甲"))
    assert open_resets(seen(*MADE, *mine, confirmed=((30, "王", OWNER, "甲", {13}),)), "甲") == [13]
    # By a third one's account in between, too.
    chain = ((12, "王", "account", "赵"), (13, "赵", "login-link", "李"), (14, "李", "login-link", "甲"))
    assert open_resets(seen(*MADE, *chain, confirmed=((30, "王", OWNER, "甲", {14}),)), "甲") == [14]
    # But who is reset later was himself before.
    later = ((12, "李", "login-link", "甲"), (13, "王", "login-link", "李"))
    assert open_resets(seen(*MADE, *later, confirmed=((30, "王", OWNER, "甲", {12}),)), "甲") == []


def test_a_word_is_for_one_reset() -> None:
    word = (12, "李", OWNER, "甲", {11})
    assert open_resets(seen(*MADE, LINK, confirmed=(word,)), "甲") == []
    again = (13, "王", "second-factor-reset", "甲")
    assert open_resets(seen(*MADE, LINK, again, confirmed=(word,)), "甲") == [13]
    # Nor for one that comes later, nor for another account's.
    assert open_resets(seen(*MADE, LINK, again, confirmed=((12, "李", OWNER, "甲", {11, 13}),)), "甲") == [13]
    assert open_resets(seen(*MADE, LINK, confirmed=((12, "李", OWNER, "乙", {11}),)), "甲") == [11]


def test_a_signers_word_is_for_the_count_that_he_signs_too() -> None:
    found = seen(*MADE, LINK, confirmed=((12, "乙", SIGNER, "甲", {11}),))
    assert open_resets(found, "甲", "乙") == []
    assert open_resets(found, "甲", "丙") == [11]
    assert open_resets(found, "甲") == []  # the second signer is not known yet
    assert open_resets(replace(found, alone=True), "甲") == [11]


def test_what_was_before_arming_waits_for_nobody() -> None:
    found = seen(*MADE, (9, "王", "login-link", "甲"))
    assert found.standing("甲").resets == ()
    assert found.standing("甲").password_reset is not None
    unarmed = AccountActs(found.changes, 0)
    assert open_resets(unarmed, "甲") == [3, 9]


def test_it_stands_as_it_stood_at_a_number_of_the_log() -> None:
    found = seen(*MADE, (11, "甲", "password", "甲"), (12, "甲", "password", "甲"))
    assert found.standing("甲", upto=11).password == Change(11, at(11), "甲", "password", "甲", Hand.HOLDER)


def test_facts_of_the_log_give_the_same_standing() -> None:
    import json

    found = seen(
        *MADE,
        LINK,
        (12, "甲", "password", "甲"),
        (13, ROOT, "second-factor-reset", "甲"),
        confirmed=((14, "李", OWNER, "甲", {11}), (15, ROOT, MACHINE, "甲", {11})),
    )
    for name in ("甲", "王", "丙"):
        standing = found.standing(name)
        assert from_facts(name, json.loads(canonical_json(to_facts(standing)))) == standing
