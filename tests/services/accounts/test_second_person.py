"""Who may be the second person that agrees to codes issued while voting runs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from survey.domain.errors import BadCredentials
from survey.services.accounts.second_person import require_second
from survey.storage.accounts.account_rows import Account
from tests.domain.definition.test_campaign import CAMPAIGN

AT = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = Account(2, "李四", "scrutineer", "hash", "secret", AT, "甲局", disabled=False)
HERE = replace(CAMPAIGN, unit="甲局")


@pytest.mark.parametrize(
    "second",
    [
        SECOND,
        replace(SECOND, role="organiser"),
        replace(SECOND, role="owner"),
        replace(SECOND, role="owner", unit="乙局"),
        replace(SECOND, role="owner", unit=""),
        replace(SECOND, totp_secret=None),  # only of owners a second factor is asked
        replace(SECOND, role="owner", totp_secret=None, passkeys=1),
    ],
)
def test_who_may(second: Account) -> None:
    require_second(HERE, second, "王芳")
    require_second(HERE, second, None)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (replace(SECOND, name="王芳"), "must be another account"),
        (replace(SECOND, role="viewer"), "is viewer"),
        (replace(SECOND, unit="乙局"), "another unit"),
        (replace(SECOND, unit=""), "another unit"),
        (replace(SECOND, role="owner", totp_secret=None), "no second factor"),
    ],
)
def test_who_may_not_and_why(second: Account, why: str) -> None:
    with pytest.raises(BadCredentials, match=why):
        require_second(HERE, second, "王芳")


def test_on_the_command_line_no_account_is_the_first() -> None:
    require_second(HERE, replace(SECOND, name="王芳"), None)
