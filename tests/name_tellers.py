"""Campaigns with names beside a list, counted, and those who decide on them."""

import tomllib
from pathlib import Path
from typing import Any

from flask import Flask

from survey.services.audit.audit import By
from survey.services.count import name_tellers, written_names
from survey.services.count.written_names import NameDesk, NameState
from survey.storage.accounts.account_rows import Account, add_account
from survey.storage.database import transaction
from tests.builders import BY, cast, close, count, running_campaign
from tests.signing_in import an_account

FILE = Path(__file__).parent / "data" / "nomination.toml"


def account(name: str, role: str = "scrutineer") -> Account:
    with transaction(write=True) as session:
        return add_account(session, name, role, None, BY.at)


def counted(app: Flask, names: list[str], voters: int = 8, **changes: Any) -> None:
    """Count a campaign in which so many voted, the first of them each with a name beside the list."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    data["sections"][0]["write_in"] = 2
    del data["questions"]
    codes = running_campaign(app, data | changes, 20).codes["B"]
    for place in range(voters):
        named = {"list.write_in.1": names[place]} if place < len(names) else {}
        cast(app, codes[place], {"p1.vote": "yes", **named})
    close(app, "nominate")
    count(app, "nominate")


def take_part(*tellers: Account) -> None:
    for teller in tellers:
        with transaction(write=True) as session:
            name_tellers.take_part(session, "nominate", teller, By(teller.name, BY.at))


def desk(teller: Account) -> NameDesk:
    with transaction() as session:
        return written_names.desk(session, "nominate", teller.name)


def choose(teller: Account, **chosen: tuple[str, str] | None) -> int:
    """Choose for wordings, named by what they say."""
    keys = {item.written.wording: item.written.key for item in desk(teller).items}
    with transaction(write=True) as session:
        made = {keys[wording]: person for wording, person in chosen.items()}
        return written_names.choose(session, "nominate", teller, made, By(teller.name, BY.at))


def states(teller: Account) -> dict[str, NameState]:
    return {item.written.wording: item.state for item in desk(teller).items}


def scrutineers(names: str) -> list[Account]:
    return [an_account("scrutineer", name=name) for name in names]


def release(owner: Account | None, account: Account, reason: str = "调离") -> None:
    by = By(owner.name if owner else "command line (root)", BY.at)
    with transaction(write=True) as session:
        name_tellers.release(session, "nominate", account.name, reason, owner, by)
