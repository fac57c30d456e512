"""Rows that others hang on: campaigns and accounts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.definition.reader import read_definition
from survey.storage import campaign_rows
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from tests.builders import a_definition

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "hours", "days"))


def stored(session: Session, code: str = "small", unit: str = "甲局", **tables: Any) -> Campaign:
    """Store a draft and return it."""
    campaign = {"code": code, "title": "小型测评", "organiser": "考核组"}
    data = a_definition(**({"campaign": campaign} | tables))
    campaign_rows.add_campaign(session, read_definition(data), data, unit)
    return campaign_rows.find_campaign(session, code)


def account(session: Session, name: str = "王芳", role: str = "organiser", unit: str = "") -> Account:
    """Store an account and return it."""
    return account_rows.add_account(session, name, role, None, AT, unit)
