"""A reset is vouched for with a passkey too."""

from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.services.accounts import accounts, resets
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import find_campaign
from survey.storage.database import transaction
from tests.authenticator import ORIGIN
from tests.builders import BY
from tests.conftest import settings_on
from tests.signing_in import PASSWORD, an_account, sign_in
from tests.web.admin.accounts.test_passkeys import ask, holder, token_of
from tests.web.admin.count.test_counting import counted

from .test_login import with_password


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Serve at an address that has passkeys."""
    return settings_on("sqlite", tmp_path, None, MINPING_BASE_URL=ORIGIN)


def test_an_owner_vouches_for_a_reset_with_a_passkey(app: Flask) -> None:
    """What another one signed, or was signed before the next reset, is no word for it."""
    counted(app)
    signer, first = holder("scrutineer", "计票人甲")
    _, key = holder("owner", "陈主任")
    with_password("owner", "王主任")

    def reset() -> None:
        account = an_account("scrutineer", name="计票人甲")
        with transaction(write=True) as session:
            accounts.replace_password(session, account, By("王主任", BY.at))

    reset()
    owner = sign_in(app.test_client(), an_account("owner", name="陈主任"))
    page = "/admin/c/small/resets"
    assert "用通行密钥确认" in owner.get(page).text

    def vouch(signed: str) -> int:
        data = {"csrf_token": token_of(owner.get(page)), "password": PASSWORD, "passkey": signed}
        return owner.post(page, data=data | {"account": "计票人甲", "upto": "9999"}).status_code

    asked = ask(owner, page).get_json()
    assert vouch(first.sign(asked)) == 403
    asked = ask(owner, page).get_json()
    reset()
    assert vouch(key.sign(asked)) == 403, "the second reset was not among what was asked for"
    signed = key.sign(ask(owner, page).get_json())
    assert vouch(signed) == 303
    with transaction() as session:
        campaign = find_campaign(session, "small")
        assert resets.number_unconfirmed(session, campaign) == 0
    assert signer.name in owner.get(page).text
