"""The second factor: numbers that fit once, recovery codes that fit once, also when two requests race."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import BadCredentials
from survey.services.accounts import accounts, second_factor
from survey.services.accounts.accounts import Account
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.builders import BY

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RACERS = 6


def later(seconds: float) -> By:
    return By(BY.actor, BY.at + timedelta(seconds=seconds))


def number(seconds: float = 0, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(BY.at + timedelta(seconds=seconds))


def made(name: str = "张三", role: str = "scrutineer") -> Account:
    with transaction(write=True) as session:
        return accounts.create(session, name, role, None, BY).account


def enrolled(name: str = "张三", role: str = "scrutineer") -> tuple[Account, list[str]]:
    """Return an account with a second factor that was set up two minutes ago, and its recovery codes."""
    account = made(name, role)
    with transaction(write=True) as session:
        codes = second_factor.enrol(session, account, SECRET, number(-120), later(-120))
        found = accounts.get_account(session, account.id)
    assert found is not None
    return found, codes


def check(account: Account, typed: str | None, by: By = BY) -> None:
    with transaction(write=True) as session:
        second_factor.require_fresh(session, account, typed, by)


def refused(account: Account, typed: str | None, by: By = BY) -> None:
    with pytest.raises(BadCredentials, match="second factor"):
        check(account, typed, by)


@pytest.mark.parametrize("seconds", [0, -30, 30])
def test_a_number_fits_within_a_step(each_app: Flask, seconds: int) -> None:
    account, _ = enrolled()
    check(account, f" {number(seconds)} ")


def test_full_width_digits_and_spaces_fit(app: Flask) -> None:
    account, _ = enrolled()
    typed = number()
    check(account, "".join(chr(ord(digit) + 0xFEE0) for digit in typed[:3]) + "　" + typed[3:])


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_number_of_another_time_does_not(app: Flask, seconds: int) -> None:
    refused(enrolled()[0], number(seconds))


@pytest.mark.parametrize("typed", [None, "", "000", "abcdef", "一二三四五六", "1" * 5000, "\0", "\udcff"])
def test_what_is_no_number(app: Flask, typed: str | None) -> None:
    refused(enrolled()[0], typed)


def test_a_number_is_taken_once(each_app: Flask) -> None:
    account, _ = enrolled()
    check(account, number())
    refused(account, number())
    refused(account, number(), later(20))
    check(account, number(30), later(30))


def test_an_older_number_is_not_taken_after_a_newer_one(app: Flask) -> None:
    account, _ = enrolled()
    check(account, number(30))
    refused(account, number())
    refused(account, number(-30))


def test_the_number_of_the_enrolment_is_used(app: Flask) -> None:
    account, _ = enrolled()
    refused(account, number(-120), later(-120))


def test_logging_in_and_signing_share_the_numbers(app: Flask) -> None:
    account, _ = enrolled()
    with transaction(write=True) as session:
        accounts.log_in(session, account, number(), BY)
    refused(account, number())


def race(act: Callable[[], None]) -> int:
    """Do one thing at once in several threads; return how often it was not refused."""
    barrier = Barrier(RACERS)

    def run(app: Flask) -> bool:
        with app.app_context():
            barrier.wait()
            try:
                act()
            except BadCredentials:
                return False
            return True

    from flask import current_app

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(RACERS) as threads:
        return sum(threads.map(run, [app] * RACERS))


def test_racing_requests_use_a_number_once(each_app: Flask) -> None:
    account, _ = enrolled()
    assert race(lambda: check(account, number())) == 1


def test_racing_requests_use_a_recovery_code_once(each_app: Flask) -> None:
    account, codes = enrolled()
    assert race(lambda: check(account, codes[3])) == 1


def test_recovery_codes(each_app: Flask) -> None:
    account, codes = enrolled()
    assert len(set(codes)) == second_factor.RECOVERY_CODES == 10
    for left, code in enumerate(reversed(codes)):
        check(account, f" {code.lower().replace('-', ' ')}")
        refused(account, code)
        with transaction() as session:
            assert second_factor.recovery_codes_left(session, account) == 9 - left
    check(account, number())


def test_recovery_codes_are_stored_as_digests_only(each_app: Flask) -> None:
    _, codes = enrolled()
    with transaction() as session:
        for table in ("recovery_codes", "audit", "accounts"):
            stored = repr(session.execute(text(f"SELECT * FROM {table}")).all())
            assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_recovery_code_of_somebody_else(app: Flask) -> None:
    account, _ = enrolled()
    _, theirs = enrolled("李四")
    refused(account, theirs[0])


def test_new_recovery_codes_replace_the_old(app: Flask) -> None:
    account, old = enrolled()
    with transaction(write=True) as session:
        new = second_factor.renew_recovery_codes(session, account, BY)
    refused(account, old[0])
    check(account, new[0])


def test_a_wrong_number_sets_nothing_up(app: Flask) -> None:
    account = made()
    for typed in ("", "123", number(300)):
        with transaction(write=True) as session, pytest.raises(BadCredentials):
            second_factor.enrol(session, account, SECRET, typed, BY)
    with transaction() as session:
        found = accounts.get_account(session, account.id)
        assert found is not None
        assert not second_factor.has(found)


def test_another_app_replaces_the_first(app: Flask) -> None:
    account, codes = enrolled()
    other = pyotp.random_base32()
    with transaction(write=True) as session:
        second_factor.enrol(session, account, other, number(-60, other), later(-60))
        found = accounts.get_account(session, account.id)
    assert found is not None
    refused(found, number())
    refused(found, codes[0])
    check(found, number(0, other))


def test_reset(each_app: Flask) -> None:
    account, codes = enrolled()
    with transaction(write=True) as session:
        second_factor.reset(session, account, BY)
        found = accounts.get_account(session, account.id)
        assert account_rows.count_recovery_codes(session, account.id) == 0
    assert found is not None
    assert not second_factor.has(found)
    refused(found, codes[0])


def test_who_needs_one(app: Flask) -> None:
    owner, organiser = made("甲", "owner"), made("乙", "organiser")
    assert second_factor.is_missing(owner)
    assert not second_factor.is_missing(organiser)
    assert not second_factor.is_missing(enrolled("丙", "owner")[0])
    with transaction(write=True) as session:
        second_factor.require(session, organiser, None, BY)  # logging in needs none where there is none
    refused(organiser, number())  # signing does


def test_the_log_names_the_acts_and_no_secret(app: Flask) -> None:
    account, codes = enrolled()
    check(account, codes[0])
    with transaction(write=True) as session:
        second_factor.reset(session, account, BY)
        audit.verify(session)
        said = session.execute(text("SELECT act, detail FROM audit ORDER BY number")).all()
    assert [act for act, _ in said] == ["account", "second-factor", "recovery-code", "second-factor-reset"]
    assert SECRET not in repr(said)
    assert codes[0] not in repr(said)


def test_the_address_for_the_app(app: Flask) -> None:
    address = second_factor.address(made(), SECRET)
    read = pyotp.parse_uri(address)
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer) == (SECRET, "张三", "民评")
