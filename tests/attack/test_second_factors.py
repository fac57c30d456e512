"""Whoever has read the whole database, and knows the password: what second factor do they have now?

The database as it stands at one moment, with everything in it, is what a stolen backup gives. Numbers fall to
it, as docs/threats.md says; what a passkey signs does not, since its private key was never here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from survey.domain.errors import BadCredentials
from survey.services.accounts import passkey_challenges, second_factor
from survey.services.accounts.accounts import Account
from survey.services.accounts.passkeys import Signed
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from survey.storage.tables import Base
from tests.authenticator import Authenticator, encoded
from tests.services.accounts.test_passkeys import HERE, PURPOSE, SITE, asked, check, present, with_passkey
from tests.services.accounts.test_second_factor import made

ORDER = int("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16)


def now() -> By:
    return By("thief", datetime.now(UTC))


def everything() -> list[dict[str, Any]]:
    """Return every row of every table."""
    with transaction() as session:
        return [
            dict(row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(table.select()).mappings()
        ]


def numbers(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Work out the numbers of every authenticator whose secret was found."""
    for row in rows:
        if row.get("totp_secret"):
            yield pyotp.TOTP(row["totp_secret"]).at(datetime.now(UTC))


def forgers(rows: list[dict[str, Any]]) -> Iterator[Authenticator]:
    """Take every stored value for the private key of every passkey, and a key of one's own."""
    values = {value for row in rows for value in row.values() if isinstance(value, bytes)}
    for credential in {row["credential"] for row in rows if "credential" in row}:
        yield Authenticator(credential=credential)
        for value in values:
            if number := int.from_bytes(value[-32:], "big") % ORDER:
                key = ec.derive_private_key(number, ec.SECP256R1())
                yield Authenticator(credential=credential, key=key)


def gets_in(account: Account, given: second_factor.Given) -> bool:
    try:
        with transaction(write=True) as session:
            second_factor.require_fresh(session, account, given, now())
    except BadCredentials:
        return False
    return True


def test_a_stolen_database_signs_for_no_passkey(each_app: Flask) -> None:
    account, key = with_passkey()
    for _ in range(2):
        check(account, key.sign(asked(account)))
    seen = key.sign(asked(account))
    rows = everything()
    assert not list(numbers(rows))
    forging = list(forgers(rows))
    assert len(forging) > 3
    for forger in [*forging, key]:
        with transaction(write=True) as session:
            challenge = passkey_challenges.make(session, account, HERE, PURPOSE, now().at)
        answer = forger.sign({"challenge": encoded(challenge)})
        assert not gets_in(account, Signed(SITE, challenge, seen))
        assert gets_in(account, Signed(SITE, challenge, answer)) == (forger is key)


def test_a_stolen_database_does_give_numbers(each_app: Flask) -> None:
    """The control: the same thief gets in where there is an authenticator app."""
    account = made()
    with transaction(write=True) as session:
        account_rows.set_totp(session, account.id, pyotp.random_base32(), None)
    account = present(account)
    assert any(gets_in(account, number) for number in numbers(everything()))
