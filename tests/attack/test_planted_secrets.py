"""Secrets that were sent to the wrong place, or spoilt: nothing says them again."""

import io
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from survey.config import Settings
from survey.instance import ready_app
from survey.secrecy.custody import split
from survey.secrecy.passkey import Known, Site, read_made
from survey.services.accounts.passkeys import Signed
from survey.services.custody import key_files
from survey.storage.audit_rows import entries
from survey.storage.database import transaction
from tests.authenticator import HOST, ORIGIN, Authenticator, encoded
from tests.builders import a_definition, armed_campaign, running_campaign
from tests.job import attempt, minping
from tests.office import Office
from tests.signing_in import an_account

PASSWORD = "mimosa-lantern-77 planted orchard"
COMMON = "passwordpassword"
SEED = bytes(range(32))


def share_words() -> list[str]:
    """Return the words of a share that tell something: the first four are of the whole set."""
    return split("small", SEED, 3, 2)[0].words.split()[4:]


def test_commands_say_no_secret_again(settings: Settings, tmp_path: Path) -> None:
    with ready_app(settings, pages=True) as app:
        code = running_campaign(app, a_definition(groups=("A",)), 2).codes["A"][0]
    minping(
        settings,
        "admin",
        "create",
        "teller",
        "--role",
        "scrutineer",
        "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )
    words = share_words()
    share, key, codes = (tmp_path / name for name in ("share", "key", "codes"))
    share.write_text(" ".join(["academic", "acid", *words[:-1], words[0]]))
    key.write_text('{"format": "minping key 1", "campaign": "small", "seed": "' + SEED.hex() + 'zz"}')
    codes.write_text(f'group,token,url\nnone,{code},http://x\nA,"{code}\n')
    kept = settings.keys / "small.key"
    seed = kept.read_text().split('"seed": "')[1][:64]
    minping(settings, "campaign", "close", "small")
    kept.write_text(kept.read_text()[:-20])
    signing = (
        "campaign",
        "certify",
        "small",
        "--teller",
        "teller",
        "--scrutineer",
        "teller",
        "--passwords-stdin",
    )
    said = [
        attempt(settings, "admin", "create", "x", "--password-stdin", stdin=f"{COMMON}\n"),
        attempt(settings, "campaign", "count", "small", "--share-file", share),
        attempt(settings, "campaign", "count", "small"),
        attempt(settings, "token", "slips", "small", "--csv", codes, "--pdf", tmp_path / "slips.pdf"),
        attempt(settings, "restore", key),
        attempt(settings, *signing, stdin=f"{PASSWORD}\n{PASSWORD}\n"),
    ]
    assert [one.status for one in said] == [1] * len(said), said
    text = "".join(one.out + one.err for one in said)
    for secret in (PASSWORD, COMMON, SEED.hex(), seed, code, code.replace("-", ""), " ".join(words[:2])):
        assert secret not in text, secret


def test_pages_log_no_secret(
    app: Flask,
    settings: Settings,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    armed_campaign(app, a_definition(groups=("A",)))
    office = Office(app)
    words = " ".join(share_words())
    secrets = [PASSWORD, words, "123456", "7K3M-1111-2222-3333"]
    office.post("/admin/c/small/count/shares", words=words, share=words)
    office.post(
        "/admin/c/small/codes/void", codes=secrets[3], file=FileStorage(io.BytesIO(words.encode()), "x")
    )
    office.post("/admin/me/password", current=PASSWORD, password=PASSWORD, again="other")
    office.post("/admin/people", name="x", role="nobody", password=PASSWORD)
    stranger = app.test_client()
    for path in ("/admin/login", f"/admin/link/{PASSWORD}", "/v/ballot", "/v/cast", "/receipt", "/o/small"):
        stranger.post(
            path, data={"name": PASSWORD, "password": PASSWORD, "totp": "123456", "code": secrets[3]}
        )
        stranger.post(path + "/", data=words.encode(), content_type="multipart/form-data; boundary=x")
    said = "".join(capfd.readouterr()) + caplog.text
    for secret in secrets:
        assert secret not in said, secret
    with transaction() as session:
        log = "".join(entry.detail for entry in entries(session))
    assert not [secret for secret in secrets if secret in log]


def test_what_holds_secrets_does_not_print_them(app: Flask) -> None:
    """A failure's message, or a debugger, prints what it finds: its text says nothing."""
    account = an_account("owner")
    armed_campaign(app, a_definition(groups=("A",)))
    key = key_files.key_path(app.extensions["minping"].settings.keys, "small")
    assert key.stat().st_mode & 0o077 == 0
    texts = [repr(app.extensions["minping"]), repr(account), repr(split("small", SEED, 3, 2)[0])]
    vault = app.extensions["minping"].vault
    secrets = [vault.token_key, vault.cookie_key, vault.link_key, app.extensions["minping"].session_key]
    assert not [text for text in texts if any(repr(secret)[2:-1] in text for secret in secrets)]
    assert share_words()[0] not in texts[2]
    assert (account.totp_secret or "none") not in texts[1]
    asked, key = bytes(range(32)), Authenticator()
    answer = key.make({"challenge": encoded(asked)})
    made = read_made(Site(HOST, ORIGIN), asked, answer)
    printed = repr([made, Known(made.credential, made.key), Signed(Site(HOST, ORIGIN), asked, answer)])
    for secret in (made.credential, made.key, asked):
        assert repr(secret)[2:-1] not in printed
    assert answer not in printed
