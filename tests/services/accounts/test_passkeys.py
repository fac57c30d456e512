"""Passkeys as second factors: what fits, once, and every way in which something does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import text

from survey.config import Settings, read_settings
from survey.domain.errors import BadCredentials, ClonedPasskey, LastSecondFactor
from survey.instance import ready_app
from survey.services.accounts import accounts, passkey_challenges, passkeys, second_factor
from survey.services.accounts.accounts import Account
from survey.services.accounts.passkeys import Signed, Site, site_of
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.operations import backup
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.authenticator import HOST, ORIGIN, PRESENT, Authenticator, decoded, encoded
from tests.builders import BY
from tests.job import minping

from .test_second_factor import later, made, race

SITE = Site(HOST, ORIGIN)
HERE = "the secret of a session"
PURPOSE = "sign small sha256:00"


def present(account: Account) -> Account:
    with transaction() as session:
        found = accounts.get_account(session, account.id)
    assert found is not None
    return found


def begun(account: Account, by: By = BY) -> Any:
    with transaction(write=True) as session:
        return passkeys.begin(session, SITE, account, HERE, by.at)


def added(account: Account, key: Authenticator, by: By = BY, label: str = "手机") -> list[str]:
    options = begun(account, by)
    with transaction(write=True) as session:
        challenge = passkey_challenges.take(session, account, HERE, passkeys.REGISTERING, by.at)
    with transaction(write=True) as session:
        signed = Signed(SITE, challenge, key.make(options))
        return second_factor.add_passkey(session, account, signed, label, by)


def with_passkey(name: str = "张三", key: Authenticator | None = None) -> tuple[Account, Authenticator]:
    account, key = made(name), key or Authenticator()
    added(account, key)
    return present(account), key


def asked(account: Account, purpose: str = PURPOSE, place: str = HERE, by: By = BY) -> Any:
    with transaction(write=True) as session:
        return passkeys.ask(session, SITE, account, place, purpose, by.at)


def check(
    account: Account, answer: str, purpose: str = PURPOSE, place: str = HERE, by: By = BY, site: Site = SITE
) -> None:
    """Do as pages do: use the challenge up, then look whether the answer fits."""
    with transaction(write=True) as session:
        challenge = passkey_challenges.take(session, account, place, purpose, by.at)
    with transaction(write=True) as session:
        second_factor.require_fresh(session, account, Signed(site, challenge, answer), by)


def refused(account: Account, answer: str, why: str, **more: Any) -> None:
    with pytest.raises(BadCredentials, match=why):
        check(account, answer, **more)


# What fits


def test_a_passkey_is_a_second_factor(each_app: Flask) -> None:
    account = made(role="owner")
    assert second_factor.is_missing(account)
    codes = added(account, key := Authenticator())
    account = present(account)
    assert len(codes) == second_factor.RECOVERY_CODES
    assert (second_factor.has(account), second_factor.is_missing(account)) == (True, False)
    check(account, key.sign(asked(account)))
    with transaction() as session:
        (listed,) = passkeys.list_of(session, account)
    assert (listed.label, listed.made_at, listed.used_at) == ("手机", BY.at, BY.at)


def test_the_options_say_what_a_browser_wants_to_know(app: Flask) -> None:
    account, key = with_passkey()
    made_from, signed = begun(account), asked(account)
    assert made_from["rp"] == {"name": "民评", "id": HOST}
    assert made_from["user"]["name"] == "张三"
    assert "张三".encode() not in decoded(made_from["user"]["id"])
    assert [one["alg"] for one in made_from["pubKeyCredParams"]] == [-7, -8, -257]
    assert made_from["attestation"] == "none"
    assert made_from["excludeCredentials"] == [{"type": "public-key", "id": encoded(key.credential)}]
    assert signed["allowCredentials"] == made_from["excludeCredentials"]
    assert (signed["rpId"], signed["userVerification"]) == (HOST, "preferred")
    assert len(decoded(signed["challenge"])) == 32
    assert signed["challenge"] != made_from["challenge"] != asked(account)["challenge"]


def test_several_passkeys_and_an_app_stand_side_by_side(app: Flask) -> None:
    account, first = with_passkey()
    second = Authenticator()
    assert added(account, second) == []
    account = present(account)
    assert account.passkeys == 2
    for key in (first, second):
        check(account, key.sign(asked(account)))


@pytest.mark.parametrize("counter", [0, 7])
def test_a_counter_grows_or_is_none(each_app: Flask, counter: int) -> None:
    account, key = with_passkey(key=Authenticator(counter=counter))
    for _ in range(3):
        check(account, key.sign(asked(account)))


def test_recovery_codes_fit_beside_passkeys(app: Flask) -> None:
    account = made()
    codes = added(account, Authenticator())
    with transaction(write=True) as session:
        second_factor.require_fresh(session, present(account), codes[0], BY)
    with transaction(write=True) as session, pytest.raises(BadCredentials):
        second_factor.require_fresh(session, present(account), codes[0], BY)


def test_without_an_app_no_number_fits(app: Flask) -> None:
    account, _ = with_passkey()
    for typed in (None, "", "000000", "123456"):
        with transaction(write=True) as session, pytest.raises(BadCredentials):
            second_factor.require_fresh(session, account, typed, BY)


def test_whoever_has_none_passes_at_login_only(app: Flask) -> None:
    account = made()
    _, key = with_passkey("李四")
    options = {"challenge": encoded(bytes(32))}
    with transaction(write=True) as session:
        second_factor.require(session, account, None, BY)
        with pytest.raises(BadCredentials, match="no second factor"):
            second_factor.require_fresh(session, account, Signed(SITE, bytes(32), key.sign(options)), BY)


# What does not


WRONG: dict[str, tuple[Callable[[Authenticator], Authenticator], str]] = {
    "another origin": (lambda key: replace(key, origin="https://localhost"), "Invalid origin"),
    "a port": (lambda key: replace(key, origin="http://localhost:8000"), "Invalid origin"),
    "a host below": (lambda key: replace(key, origin="http://evil.localhost"), "Invalid origin"),
    "another site": (lambda key: replace(key, host="evil.example"), "Wrong RP ID"),
    "nobody there": (lambda key: replace(key, flags=0), "User Present"),
    "another key": (
        lambda key: replace(key, key=ec.generate_private_key(ec.SECP256R1())),
        "Invalid signature",
    ),
    "unknown credential": (lambda key: replace(key, credential=b"x" * 32), "Unknown credential"),
    "another challenge": (
        lambda key: replace(key, client={"challenge": encoded(b"y" * 32)}),
        "Wrong challenge",
    ),
    "no challenge": (lambda key: replace(key, client={"challenge": ""}), "Wrong challenge"),
    "made, not used": (lambda key: replace(key, client={"type": "webauthn.create"}), "Incorrect type"),
    "in a foreign page": (lambda key: replace(key, client={"crossOrigin": True}), "another page"),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused_for_that_reason(
    app: Flask, change: Callable[[Authenticator], Authenticator], why: str
) -> None:
    account, key = with_passkey()
    refused(account, change(key).sign(asked(account)), why)
    check(account, key.sign(asked(account)))  # nothing else was in the way


def test_a_signature_over_other_bytes(app: Flask) -> None:
    account, key = with_passkey()
    answer = json.loads(key.sign(asked(account)))
    data = bytearray(decoded(answer["response"]["authenticatorData"]))
    data[32] ^= 0x08
    answer["response"]["authenticatorData"] = encoded(bytes(data))
    refused(account, json.dumps(answer), "Invalid signature")


def test_nobody_verified_is_enough_beside_a_password(app: Flask) -> None:
    account, key = with_passkey()
    check(account, replace(key, flags=PRESENT).sign(asked(account)))


def test_a_passkey_of_another_account(app: Flask) -> None:
    account, _ = with_passkey()
    _, theirs = with_passkey("李四")
    refused(account, theirs.sign(asked(account)), "Unknown credential")


def test_what_another_account_was_asked(app: Flask) -> None:
    account, key = with_passkey()
    other, _ = with_passkey("李四")
    refused(account, key.sign(asked(other)), "asked for this")


def test_an_answer_is_taken_once(each_app: Flask) -> None:
    account, key = with_passkey()
    answer = key.sign(asked(account))
    check(account, answer)
    refused(account, answer, "asked for this")
    asked(account)
    refused(account, answer, "Wrong challenge")


def test_racing_requests_use_an_answer_once(each_app: Flask) -> None:
    account, key = with_passkey()
    answer = key.sign(asked(account))
    assert race(lambda: check(account, answer)) == 1


@pytest.mark.parametrize(("registered", "said"), [(9, 9), (9, 8), (9, 0), (9, 1)])
def test_a_counter_that_does_not_grow_is_a_copy(each_app: Flask, registered: int, said: int) -> None:
    account, key = with_passkey(key=Authenticator(counter=registered))
    answer = replace(key, counter=said).sign(asked(account))
    with pytest.raises(ClonedPasskey):
        check(account, answer)
    check(account, key.sign(asked(account)))


def test_what_browsers_would_never_send(app: Flask) -> None:
    account, key = with_passkey()
    whole = json.loads(key.sign(asked(account)))
    response = whole["response"]
    for answer in (
        *("", "{}", "[]", "null", "1", '"x"', "[" * 10_000, "{" * 100, "\0", "\udcff", "x" * 20_000),
        json.dumps(whole | {"response": {}}),
        json.dumps(whole | {"rawId": 7, "id": 7}),
        json.dumps(whole | {"id": "other"}),
        *(json.dumps(whole | {"response": response | {name: "AA"}}) for name in response),
        *(json.dumps(whole | {"response": response | {name: 5}}) for name in response),
        *(
            json.dumps(whole | {"response": response | {name: encoded(b"\x9b" + b"\xff" * 90)}})
            for name in response
        ),
    ):
        asked(account)
        refused(account, answer, "answer")


# Making one


MADE_WRONG: dict[str, tuple[Callable[[Authenticator], Authenticator], str]] = {
    name: WRONG[name]
    for name in (
        "another origin",
        "a port",
        "another site",
        "nobody there",
        "another challenge",
        "in a foreign page",
    )
} | {
    "used, not made": (lambda key: replace(key, client={"type": "webauthn.get"}), "Incorrect type"),
    "another algorithm": (lambda key: replace(key, algorithm=-35), "Algorithm"),
    "no such algorithm": (lambda key: replace(key, algorithm=-99), "Algorithm"),
    "no name": (lambda key: replace(key, credential=b""), "No credential"),
    "long name": (lambda key: replace(key, credential=b"x" * 1024), "No credential"),
}


@pytest.mark.parametrize(("change", "why"), MADE_WRONG.values(), ids=MADE_WRONG)
def test_what_is_made_wrongly_is_refused(
    app: Flask, change: Callable[[Authenticator], Authenticator], why: str
) -> None:
    account = made()
    with pytest.raises(BadCredentials, match=why):
        added(account, change(Authenticator()))
    assert not second_factor.has(present(account))


def test_a_key_that_no_signature_fits(app: Flask) -> None:
    account, key = made(), Authenticator()
    with transaction(write=True) as session:
        challenge = passkey_challenges.make(session, account, HERE, passkeys.REGISTERING, BY.at)
        answer = key.make({"challenge": encoded(challenge)}, y=bytes(32))
        with pytest.raises(BadCredentials):
            second_factor.add_passkey(session, account, Signed(SITE, challenge, answer), "x", BY)


def test_nothing_is_made_without_having_been_begun(app: Flask) -> None:
    account = made()
    answer = Authenticator().make(begun(account))
    with transaction(write=True) as session, pytest.raises(BadCredentials, match="was to be made"):
        second_factor.add_passkey(session, account, Signed(SITE, None, answer), "x", BY)


def test_a_passkey_belongs_to_one_account(each_app: Flask) -> None:
    _, key = with_passkey()
    for other in (made("李四"), made("王五")):
        with pytest.raises(BadCredentials, match="already"):
            added(other, key)
        assert not second_factor.has(present(other))


def test_there_are_ten_at_most(app: Flask) -> None:
    account, _ = with_passkey()
    for _ in range(passkeys.MAX_PASSKEYS - 1):
        added(account, Authenticator())
    with pytest.raises(BadCredentials, match="remove one first"):
        added(account, Authenticator())


# Taking them away


def test_removing(each_app: Flask) -> None:
    account, key = with_passkey()
    added(account, other := Authenticator(), later(60), label="电脑")
    with transaction(write=True) as session:
        first, second = passkeys.list_of(session, account)
        assert passkeys.find(session, account, first.key) == first
        assert (first.label, second.label) == ("手机", "电脑")
        second_factor.remove_passkey(session, account, first.key, BY)
    account = present(account)
    assert account.passkeys == 1
    refused(account, key.sign(asked(account)), "Unknown credential")
    check(account, other.sign(asked(account)))


def test_the_last_second_factor_is_not_removed(app: Flask) -> None:
    account, _ = with_passkey()
    with transaction(write=True) as session:
        (one,) = passkeys.list_of(session, account)
        with pytest.raises(LastSecondFactor):
            second_factor.remove_passkey(session, account, one.key, BY)
        account_rows.set_totp(session, account.id, "JBSWY3DPEHPK3PXP", None)
    with transaction(write=True) as session:
        second_factor.remove_passkey(session, present(account), one.key, BY)
    assert present(account).passkeys == 0


def test_nobody_removes_anothers(app: Flask) -> None:
    account, _ = with_passkey()
    other, _ = with_passkey("李四")
    added(other, Authenticator())
    with transaction(write=True) as session:
        (one,) = passkeys.list_of(session, account)
        assert passkeys.find(session, other, one.key) is None
        second_factor.remove_passkey(session, other, one.key, BY)
    assert (present(account).passkeys, present(other).passkeys) == (1, 2)


def test_an_owner_resets_passkeys_too(each_app: Flask) -> None:
    account, key = with_passkey()
    added(account, Authenticator())
    owner = By("主任", BY.at + timedelta(minutes=1))
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, account, owner)
    account = present(account)
    assert not second_factor.has(account)
    with transaction(write=True) as session:
        assert second_factor.recovery_codes_left(session, account) == 0
        audit.verify(session)
        said = session.execute(text("SELECT act, actor, detail FROM audit ORDER BY number")).all()
    assert [act for act, *_ in said] == [
        *("account", "passkey-added", "passkey-added", "passkey-removed", "passkey-removed"),
        "second-factor-reset",
    ]
    assert {actor for act, actor, _ in said if act == "passkey-removed"} == {"主任"}
    assert all(json.loads(detail)["name"] == "张三" for _, _, detail in said)
    assert key.credential.hex() not in repr(said)


def test_the_command_line_refuses_what_it_cannot_ask_for(app: Flask) -> None:
    account, _ = with_passkey()
    with pytest.raises(BadCredentials, match="sign in the browser"):
        second_factor.require_typable(account)
    with transaction(write=True) as session:
        account_rows.set_totp(session, account.id, "JBSWY3DPEHPK3PXP", None)
    second_factor.require_typable(present(account))
    second_factor.require_typable(made("李四"))


# Where they are good


@pytest.mark.parametrize(
    ("base_url", "site"),
    [
        ("https://minping.example.org", Site("minping.example.org", "https://minping.example.org")),
        ("https://Minping.Example.org:443", Site("minping.example.org", "https://minping.example.org")),
        ("https://minping.example.org:8443", Site("minping.example.org", "https://minping.example.org:8443")),
        ("https://xn--fiq228c.cn", Site("xn--fiq228c.cn", "https://xn--fiq228c.cn")),
        ("https://office", Site("office", "https://office")),
        ("http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("http://a.localhost", Site("a.localhost", "http://a.localhost")),
        ("http://minping.example.org", None),
        ("http://notlocalhost", None),
        ("http://127.0.0.1:8000", None),
        ("https://10.1.2.3", None),
        ("https://[::1]:8443", None),
        ("https://0x7f.1", None),
        ("https://a_b.example", None),
    ],
)
def test_where_passkeys_are_good(base_url: str, site: Site | None) -> None:
    assert site_of(base_url) == site


# Backups


@pytest.mark.slow
def test_a_backup_carries_them(app: Flask, settings: Settings, tmp_path: Path) -> None:
    account, key = with_passkey(key=Authenticator(counter=3))
    check(account, key.sign(asked(account)))
    backup.write(settings.instance, tmp_path / "one", BY)
    elsewhere = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    minping(elsewhere, "restore", tmp_path / "one")
    with ready_app(elsewhere):
        assert present(account).passkeys == 1
        with pytest.raises(ClonedPasskey):
            check(account, replace(key, counter=4).sign(asked(account)))
        check(account, key.sign(asked(account)))
