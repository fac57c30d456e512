"""Accounts, links and recovery codes as rows: each thing that is used up is used up once."""

from sqlalchemy.orm import Session

from survey.storage.accounts import account_rows as rows
from survey.storage.accounts import passkey_rows
from survey.storage.accounts.passkey_rows import Passkey

from ..stored import AT, HOUR, SECOND, account


def again(session: Session, number: int) -> rows.Account:
    session.expire_all()
    found = rows.get_account(session, number)
    assert found is not None
    return found


def test_an_account_comes_back_by_name_and_by_number(session: Session) -> None:
    made = rows.add_account(session, "王芳", "owner", "hash", AT, "甲局")
    assert rows.find_account(session, "王芳") == rows.get_account(session, made.id) == made
    assert (made.role, made.password_hash, made.unit, made.created_at) == ("owner", "hash", "甲局", AT)
    assert (made.disabled, made.totp_secret, made.has_second_factor) == (False, None, False)
    assert rows.find_account(session, "王芳方") is None
    assert rows.find_account(session, "王\0芳") is None
    assert rows.get_account(session, made.id + 1) is None


def test_a_secret_is_not_written_where_an_account_is(session: Session) -> None:
    made = account(session)
    rows.set_totp(session, made.id, "JBSWY3DP", None)
    assert "JBSWY3DP" not in repr(again(session, made.id))


def test_accounts_are_listed_by_unit_and_name(session: Session) -> None:
    for name, unit in (("b", "2"), ("c", "1"), ("a", "2")):
        account(session, name, unit=unit)
    assert [(one.unit, one.name) for one in rows.list_accounts(session)] == [
        ("1", "c"),
        ("2", "a"),
        ("2", "b"),
    ]


def test_changes_are_of_one_account(session: Session) -> None:
    one, other = account(session), account(session, "李四")
    rows.set_password(session, one.id, "hash")
    rows.set_disabled(session, one.id, disabled=True)
    rows.set_totp(session, one.id, "secret", 7)
    changed = again(session, one.id)
    assert (changed.password_hash, changed.disabled, changed.totp_secret) == ("hash", True, "secret")
    assert changed.has_second_factor
    assert again(session, other.id) == other


def test_a_passkey_is_a_second_factor_too(session: Session) -> None:
    made = account(session)
    passkey_rows.add_passkey(session, Passkey(b"c", made.id, b"k", 0, "手机", AT))
    assert again(session, made.id).passkeys == 1
    assert again(session, made.id).has_second_factor


def test_disabled_accounts_and_other_roles_are_not_counted(session: Session) -> None:
    kept, out = account(session, "a", "owner"), account(session, "b", "owner")
    account(session, "c", "viewer")
    rows.set_disabled(session, out.id, disabled=True)
    assert rows.count_active(session, "owner") == 1
    rows.set_disabled(session, kept.id, disabled=True)
    assert rows.count_active(session, "owner") == 0


def test_a_time_step_is_taken_once_and_never_an_older_one(session: Session) -> None:
    made = account(session)
    assert rows.take_step(session, made.id, 10)
    assert not rows.take_step(session, made.id, 10)
    assert not rows.take_step(session, made.id, 9)
    assert rows.take_step(session, made.id, 11)


def test_a_new_secret_begins_after_the_step_that_set_it_up(session: Session) -> None:
    made = account(session)
    rows.set_totp(session, made.id, "secret", 20)
    assert not rows.take_step(session, made.id, 20)
    assert rows.take_step(session, made.id, 21)


def test_a_recovery_code_is_taken_once_by_its_own_account(session: Session) -> None:
    one, other = account(session), account(session, "李四")
    rows.replace_recovery_codes(session, one.id, [b"a", b"b"])
    assert not rows.take_recovery_code(session, other.id, b"a")
    assert rows.take_recovery_code(session, one.id, b"a")
    assert not rows.take_recovery_code(session, one.id, b"a")
    assert rows.count_recovery_codes(session, one.id) == 1


def test_new_recovery_codes_replace_the_old_ones_of_that_account(session: Session) -> None:
    one, other = account(session), account(session, "李四")
    rows.replace_recovery_codes(session, other.id, [b"z"])
    rows.replace_recovery_codes(session, one.id, [b"a"])
    rows.replace_recovery_codes(session, one.id, [b"b", b"c"])
    assert not rows.take_recovery_code(session, one.id, b"a")
    assert rows.count_recovery_codes(session, one.id) == 2
    assert rows.count_recovery_codes(session, other.id) == 1


def test_a_link_is_found_often_and_taken_once(session: Session) -> None:
    made = account(session)
    rows.add_link(session, made, b"d", AT + HOUR)
    assert rows.find_link(session, b"d", AT) == made.id
    assert rows.take_link(session, b"d", AT) == made.id
    assert rows.find_link(session, b"d", AT) is None
    assert rows.take_link(session, b"d", AT) is None


def test_a_link_ends_at_its_moment(session: Session) -> None:
    made = account(session)
    rows.add_link(session, made, b"d", AT + HOUR)
    assert rows.find_link(session, b"d", AT + HOUR - SECOND) == made.id
    assert rows.find_link(session, b"d", AT + HOUR) is None
    assert rows.take_link(session, b"d", AT + HOUR) is None


def test_links_of_one_account_are_forgotten(session: Session) -> None:
    one, other = account(session), account(session, "李四")
    rows.add_link(session, one, b"a", AT + HOUR)
    rows.add_link(session, other, b"b", AT + HOUR)
    rows.drop_links(session, one.id)
    assert rows.find_link(session, b"a", AT) is None
    assert rows.find_link(session, b"b", AT) == other.id


def test_those_in_use_are_of_one_unit_and_some_roles(session: Session) -> None:
    for name, role, unit in (("b", "scrutineer", "甲"), ("a", "scrutineer", "甲"), ("c", "scrutineer", "乙")):
        account(session, name, role, unit)
    out = account(session, "d", "scrutineer", "甲")
    rows.set_disabled(session, out.id, disabled=True)
    assert [one.name for one in rows.list_in_use(session, ["scrutineer"], "甲")] == ["a", "b"]
    assert rows.list_in_use(session, ["viewer", "owner"], "甲") == []
