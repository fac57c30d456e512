"""What passes into a count where the server takes sealed ballots unseen: python -m bench.sealing.cheating.

Each ballot is cast over the server's own pages with a code of group B (25 of them, the others honest), sealed
by its voter; then the box is closed, counted and the account printed.
"""

import base64
import secrets
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask

from survey.config import read_settings
from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.instance import make_instance, ready_app
from survey.secrecy.box import Slot, box_info
from survey.secrecy.receipt import new_receipt
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests import builders

from .costs import ready_sealed

VOTERS = 24
GROUPS = ("A", "B")


def definition() -> dict[str, Any]:
    """Return a campaign with weights, a quota and a grade that asks for a reason."""
    data = builders.a_definition(criteria=("de",))
    data["groups"][0]["weight"] = 10
    data["scales"][0]["grades"][2]["reason"] = "required"
    quota = {"section": "form", "criterion": "de", "grade": "excellent", "at_most": 1}
    return data | {"quotas": [quota], "rules": {"blank": "require"}}


def sealed_of(packing: Packing, slot: Slot, what: str) -> bytes:
    """Seal what one voter of group B hands in."""
    group, ratings = {"other group": ("A", (1, 2, 2)), "over quota": ("B", (1, 1, 1))}.get(
        what, ("B", (1, 2, 2))
    )
    ratings = {"no reason": (3, 2, 2), "blank": (0, 0, 0)}.get(what, ratings)
    sealed = slot.seal(packing.pack(Ballot(group, new_receipt(), ratings)))
    return secrets.token_bytes(len(sealed)) if what == "garbage" else sealed


def account(app: Flask, what: str) -> str:
    """Let one voter of group B cheat, and all others vote; return the account and the notes of the count."""
    running = builders.running_campaign(app, definition(), VOTERS)
    with transaction() as session:
        campaign = find_campaign(session, "small")
    packing = Packing(campaign.definition)
    slot = Slot(campaign.public_key or b"", box_info(campaign.code, campaign.definition.digest))
    client = app.test_client()
    with ready_sealed():
        for group in GROUPS:
            for number, code in enumerate(running.codes[group]):
                if group == "A":
                    sealed = slot.seal(packing.pack(Ballot("A", new_receipt(), (2, 2, 2))))
                else:
                    sealed = sealed_of(packing, slot, what if number == 0 else "honest")
                body = {"code": code, "sealed": base64.b64encode(sealed).decode()}
                assert client.post("/v/cast", data=body).status_code == 201
    builders.close(app, "small")
    counted = builders.count(app, "small")
    accounts = (
        f"{key}: returned {one.returned}, valid {one.valid}, unreadable {one.unreadable}"
        for key, one in counted.count.accounting.groups.items()
    )
    return f"{'; '.join(accounts)}; found: {' '.join(counted.notes) or 'nothing'}"


def main() -> None:
    for what in ("honest", "other group", "over quota", "no reason", "blank", "garbage"):
        with tempfile.TemporaryDirectory() as folder:
            settings = read_settings({"MINPING_INSTANCE": str(Path(folder) / "instance")})
            make_instance(settings)
            with ready_app(settings, pages=True) as app:
                try:
                    print(f"  {what:12} {account(app, what)}")
                except Exception as error:
                    print(f"  {what:12} the count fails: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
