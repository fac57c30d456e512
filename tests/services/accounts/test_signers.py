"""Whose signatures a campaign's count can bear."""

from flask import Flask

from survey.services.accounts import accounts
from survey.services.accounts.signers import number_with_second_factor, signers_of
from survey.services.campaigns.campaigns import find_campaign, load
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition


def test_the_signers_are_those_of_the_unit_that_are_in_use(app: Flask) -> None:
    with transaction(write=True) as session:
        load(session, a_definition(), BY, unit="甲局")
        for name, role, unit in (
            ("陈监", "scrutineer", "甲局"),
            ("李计", "scrutineer", "甲局"),
            ("王停", "scrutineer", "甲局"),
            ("赵远", "scrutineer", "乙局"),
            ("张组", "organiser", "甲局"),
            ("周管", "owner", "甲局"),
        ):
            accounts.create(session, name, role, None, BY, unit)
        out = account_rows.find_account(session, "王停")
        one = account_rows.find_account(session, "李计")
        assert out is not None
        assert one is not None
        account_rows.set_disabled(session, out.id, disabled=True)
        account_rows.set_totp(session, one.id, "secret", None)
    with transaction() as session:
        found = signers_of(session, find_campaign(session, "small"))
        assert {account.name for account in found} == {"陈监", "李计"}
        assert number_with_second_factor(found) == 1
