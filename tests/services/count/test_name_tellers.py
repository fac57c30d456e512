"""Who decides on written names: places freed by owners, what that cannot do, and accounts that were reset."""

import json

import pytest
from flask import Flask

from survey.documents.layout.certificate_words import signatures as signatures_of
from survey.domain.accounts.account_history import Hand
from survey.domain.errors import (
    BadConfirmation,
    BadCredentials,
    CannotRelease,
    CannotTakePart,
    UnconfirmedReset,
    WrongState,
)
from survey.services.accounts import accounts, resets
from survey.services.audit.audit import By, history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate, certifying, name_tellers, teller_acts, written_names
from survey.services.count.written_names import NameState
from survey.storage.accounts.account_rows import Account
from survey.storage.count_rows import signatures
from survey.storage.database import transaction
from tests.builders import BY
from tests.name_tellers import choose, counted, desk, release, scrutineers, states, take_part
from tests.signing_in import an_account

LAST = 10**6


def why_not(owner: Account | None, account: Account) -> str:
    with pytest.raises(CannotRelease) as refused:
        release(owner, account)
    return refused.value.why


def not_in(account: Account) -> str:
    with pytest.raises(CannotTakePart) as refused:
        take_part(account)
    return refused.value.why


def admit(account: Account, reason: str = "四人停用") -> None:
    with transaction(write=True) as session:
        name_tellers.admit(session, "nominate", account, reason, By("command line (root)", BY.at))


def disable(by: str, *tellers: Account, enabled: bool = False) -> None:
    for teller in tellers:
        with transaction(write=True) as session:
            change = accounts.enable if enabled else accounts.disable
            change(session, teller, By(by, BY.at))


def certified(first: Account, second: Account) -> list[str]:
    """Sign, and return what the certificate says of signers and tellers."""
    with transaction(write=True) as session:
        certifying.certify(session, "nominate", first, second, BY)
    with transaction() as session:
        return signatures_of(certificate.certified(session, "nominate"))


def test_a_place_is_freed_and_what_was_chosen_stays(each_app: Flask) -> None:
    counted(each_app, ["小张", "李四"])
    owner = an_account("owner", name="王主任")
    first, ill, away, fourth = scrutineers("甲乙丙丁")
    take_part(first, ill, away)
    choose(ill, 小张=("张三", ""))
    assert choose(first, 小张=("张三", ""), 李四=("李四", "")) == 2
    with pytest.raises(WrongState):
        take_part(fourth)
    release(owner, ill)
    assert states(first)["小张"] is NameState.SETTLED, "the choice of who was released still counts"
    assert desk(ill).items == ()
    with pytest.raises(BadCredentials):
        choose_blindly(ill)
    take_part(fourth)
    choose(fourth, 李四=("李四", ""))
    said = certified(first, fourth)
    at = said.index("另荐人选认定人 乙")
    assert said[at + 1].endswith("由账号“王主任”解除，理由：调离。")
    assert said[at + 2] == "所作的认定照样算数。"
    assert said[said.index("另荐人选认定人 丙") + 1] == "没有作过认定。"
    with transaction() as session:
        done = [(entry.act, json.loads(entry.detail)) for entry, _ in history(session, "nominate")]
    assert [facts for act, facts in done if act == "name-teller-released"] == [
        {"name": "乙", "reason": "调离"}
    ]


def choose_blindly(teller: Account) -> None:
    with transaction(write=True) as session:
        written_names.choose(session, "nominate", teller, {}, BY)


def test_an_owner_cannot_walk_through_tellers_until_one_agrees(app: Flask) -> None:
    """Whoever was sent away still speaks: two of them who agree settle it against the one who stayed."""
    counted(app, ["小张"])
    owner = an_account("owner", name="王主任")
    friend, *honest = scrutineers("甲乙丙丁戊己")
    take_part(friend, honest[0], honest[1])
    choose(friend, 小张=("张三", ""))
    choose(honest[0], 小张=("张五", ""))
    release(owner, honest[0])
    take_part(honest[2])
    choose(honest[2], 小张=("张五", ""))
    assert states(friend) == {"小张": NameState.SETTLED}
    assert why_not(owner, honest[2]) == "decided"
    choose(honest[2], 小张=None)
    release(owner, honest[1])
    take_part(honest[3])
    with pytest.raises(WrongState):
        take_part(honest[4])
    release(owner, honest[2])
    with pytest.raises(WrongState):
        take_part(honest[4])
    # Five accounts in all; one that was released may come back to its own choice.
    take_part(honest[0])
    assert states(honest[0]) == {"小张": NameState.SPLIT}


def test_who_releases_takes_no_part_and_who_takes_part_releases_nobody(app: Flask) -> None:
    counted(app, ["小张"])
    owner, other = (an_account("owner", name=name) for name in ("王主任", "李主任"))
    first, second, third = scrutineers("甲乙丙")
    take_part(first, second)
    assert why_not(owner, first) == "free"
    take_part(owner)
    assert why_not(owner, first) == "party"
    release(other, first)
    assert not_in(other) == "sent-away"
    take_part(third)
    with pytest.raises(BadCredentials):
        release(first, second)
    release(None, second, "出差")
    with transaction() as session:
        done = teller_acts.read(session, find_campaign(session, "nominate"))
    assert [(one.name, one.hand, one.reason) for one in done.releases] == [
        ("甲", Hand.ACCOUNT, "调离"),
        ("乙", Hand.MACHINE, "出差"),
    ]


def test_disabling_a_teller_is_no_way_round(app: Flask) -> None:
    counted(app, ["小张"])
    owner = an_account("owner", name="王主任")
    first, second, third = scrutineers("甲乙丙")
    take_part(first, second)
    with transaction(write=True) as session:
        accounts.disable(session, second, By("王主任", BY.at))
    assert not_in(owner) == "sent-away"
    take_part(third)
    for teller in (first, third):
        choose(teller, 小张=("张三", ""))
    said = certified(first, third)
    assert "签字确认时，账号已停用。" in said[said.index("另荐人选认定人 乙") :]


def test_a_second_account_of_the_same_owner_releases_nobody(app: Flask) -> None:
    counted(app, ["小张"])
    owner = an_account("owner", name="王主任")
    take_part(owner, *scrutineers("甲乙"))
    with transaction(write=True) as session:
        made = accounts.create(session, "李主任", "owner", None, By("王主任", BY.at), "").account
    assert why_not(made, scrutineers("甲")[0]) == "reset"


def test_an_account_that_was_reset_decides_once_another_person_confirmed_it(each_app: Flask) -> None:
    """Whoever resets a colleague's account would choose twice."""
    counted(each_app, ["张三"])
    owner, other = (an_account("owner", name=name) for name in ("王主任", "李主任"))
    first = an_account("organiser", name="甲")
    take_part(owner, first)
    choose(owner, 张三=("张三", ""))
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, first, By("王主任", BY.at))
    assert (desk(first).items, desk(first).reset_by) == ((), "王主任")
    with pytest.raises(UnconfirmedReset):
        choose_blindly(first)
    confirming(owner, first, refused=True)
    confirming(other, first)
    assert choose(first, 张三=("张三", "")) == 1
    assert states(owner) == {"张三": NameState.SETTLED}
    with transaction() as session:
        assert resets.number_unconfirmed(session, find_campaign(session, "nominate")) == 0


def confirming(by: Account, account: Account, *, refused: bool = False) -> None:
    with transaction(write=True) as session:
        if refused:
            with pytest.raises(BadConfirmation):
                resets.confirm(session, "nominate", [account.name], by, LAST, By(by.name, BY.at))
        else:
            resets.confirm(session, "nominate", [account.name], by, LAST, By(by.name, BY.at))


def test_an_account_made_after_arming_takes_no_part_before_it_is_confirmed(app: Flask) -> None:
    counted(app, ["张三"])
    an_account("owner", name="王主任")
    vouching = an_account("scrutineer", name="甲")
    with transaction(write=True) as session:
        made = accounts.create(session, "乙", "scrutineer", None, By("王主任", BY.at), "").account
    with pytest.raises(UnconfirmedReset):
        take_part(made)
    confirming(vouching, made)
    take_part(made)
    assert desk(made).is_teller


def test_what_was_chosen_before_a_reset_counts_and_a_reset_of_a_teller_leaves_a_signature(app: Flask) -> None:
    counted(app, ["张三"])
    owner = an_account("owner", name="王主任")
    first, second = scrutineers("甲乙")
    take_part(first, second)
    for teller in (first, second):
        choose(teller, 张三=("张三", ""))
    with transaction(write=True) as session:
        accounts.replace_password(session, second, By(owner.name, BY.at))
        certifying.sign(session, "nominate", first, "teller", By("甲", BY.at))
    assert states(first) == {"张三": NameState.SETTLED}
    with transaction() as session:
        assert len(signatures(session, find_campaign(session, "nominate"))) == 1
    said = certified(first, scrutineers("丙")[0])
    assert sum("还没有人确认，确认以前不能认定" in line for line in said) == 1


def test_where_five_took_part_and_four_are_gone_the_server_admits_a_sixth(each_app: Flask) -> None:
    counted(each_app, ["小张"])
    *gone, last = five = scrutineers("甲乙丙丁戊")
    take_part(*five[:3])
    disable("command line (root)", *gone[:2])
    take_part(*five[3:])
    disable("command line (root)", *gone[2:])
    (sixth,) = scrutineers("己")
    assert not_in(sixth) == "used-up"
    assert why_not(None, last) == "used-up"
    with pytest.raises(WrongState, match="took part already"):
        admit(last)
    admit(sixth)
    take_part(sixth)
    for teller in (last, sixth):
        choose(teller, 小张=("张三", ""))
    said = certified(last, sixth)
    at = said.index("另荐人选认定人 己")
    assert said[at + 1].startswith("先后已有五人认定，")
    assert said[at + 1].endswith("由服务器命令行 (root)准许另增，理由：四人停用。")


def test_nobody_is_admitted_where_another_account_can_take_part_as_it_is(app: Flask) -> None:
    counted(app, ["小张"])
    first, second = scrutineers("甲乙")
    with pytest.raises(WrongState, match="as it is"):
        admit(first)
    with pytest.raises(BadCredentials):
        admit(an_account("viewer", name="查看"))
    take_part(first, second)
    for teller in (first, second):
        choose(teller, 小张=("张三", ""))
    with pytest.raises(WrongState, match="decided"):
        admit(scrutineers("丙")[0])


def test_what_two_chose_who_are_gone_yields_to_three_who_chose_another(app: Flask) -> None:
    counted(app, ["小张"])
    owner = an_account("owner", name="王主任")
    first, second, third, fourth, fifth = scrutineers("甲乙丙丁戊")
    take_part(first, second, third)
    choose(first, 小张=("张三", ""))
    choose(second, 小张=("张五", ""))
    release(owner, first)
    take_part(fourth)
    release(owner, third)
    take_part(fifth)
    choose(fourth, 小张=("张三", ""))
    assert states(second) == {"小张": NameState.SETTLED}
    choose(fifth, 小张=("张五", ""))
    assert states(second) == {"小张": NameState.SPLIT}
    disable("command line (root)", fifth)
    take_part(third)
    choose(third, 小张=("张五", ""))
    assert states(second) == {"小张": NameState.SETTLED}


def test_a_teller_who_returns_covers_up_no_disabling(app: Flask) -> None:
    counted(app, ["小张"])
    owner = an_account("owner", name="王主任")
    first, second, third = scrutineers("甲乙丙")
    take_part(first, second, third)
    disable("王主任", third)
    disable("command line (root)", third, enabled=True)
    release(None, third)
    take_part(third)
    release(None, first)
    assert not_in(owner) == "sent-away"
    choose(second, 小张=("张三", ""))
    choose(third, 小张=("张三", ""))
    said = certified(second, third)
    at = said.index("另荐人选认定人 丙")
    assert any(line.endswith("账号由账号“王主任”停用。") for line in said[at : at + 4])
    assert "签字确认时，账号已停用。" not in said


def test_an_owner_who_reset_a_teller_takes_no_place_and_releases_nobody_before_it_is_confirmed(
    app: Flask,
) -> None:
    counted(app, ["小张"])
    owner, other = (an_account("owner", name=name) for name in ("王主任", "李主任"))
    first, second, third = scrutineers("甲乙丙")
    take_part(first, second)
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, first, By("王主任", BY.at))
    assert not_in(owner) == "sent-away"
    take_part(third)
    assert why_not(owner, first) == "resetter"
    confirming(other, first)
    release(owner, third)


def test_whoever_is_enabled_again_finds_the_place_taken(app: Flask) -> None:
    counted(app, ["小张"])
    first, second, third, fourth = scrutineers("甲乙丙丁")
    take_part(first, second, third)
    disable("command line (root)", third)
    take_part(fourth)
    disable("command line (root)", third, enabled=True)
    assert not desk(third).is_teller
    with pytest.raises(BadCredentials):
        choose_blindly(third)
    assert not_in(third) == "full"
    release(None, fourth)
    assert desk(third).is_teller, "a place is free again"


def test_a_page_that_tells_who_can_be_released_does_not_hold_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(app, ["小张"])
    owner = an_account("owner", name="王主任")
    take_part(*scrutineers("甲乙丙"))

    def held(*_: object) -> None:
        raise AssertionError("the log is held")

    monkeypatch.setattr(resets, "lock_audit", held)
    with transaction() as session:
        campaign = find_campaign(session, "nominate")
        assert name_tellers.releasable(session, campaign, owner) == sorted("甲乙丙")
        assert name_tellers.obstacle(session, campaign, "甲", owner) is None
