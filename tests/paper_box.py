"""Paper ballots in the box, as if they had been printed, ticked, collected and read."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Flask
from sqlalchemy import update

from survey.domain.audit.acts import Act
from survey.domain.ballot.packing import Packing
from survey.secrecy.box import Slot, box_info
from survey.secrecy.receipt import new_receipt
from survey.secrecy.token import digest
from survey.services.audit import audit
from survey.storage import box_rows, campaign_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import changed_rows, transaction
from survey.storage.tables import TokenRow
from survey.storage.token_rows import ON_PAPER
from survey.web.context import vault
from tests.builders import BY, Running

Fields = Mapping[str, str]


def put_paper(app: Flask, running: Running, ballots: Mapping[str, Fields | None]) -> None:
    """End voting by phone and put sheets into the box.

    ``ballots`` map the code that a sheet was printed for to what is ticked on it, ``None`` if it is spoiled.
    """
    with app.app_context(), transaction(write=True) as session:
        campaign = find_campaign(session, running.code)
        campaign_rows.set_collecting(session, campaign)
        packing = Packing(campaign.definition)
        slot = Slot(campaign.public_key or b"", box_info(campaign.code, campaign.definition.digest))
        for code, fields in ballots.items():
            (group,) = (key for key, codes in running.codes.items() if code in codes)
            if fields is None:
                packed = packing.pack_spoiled(group, new_receipt())
            else:
                ballot = packing.form[group].check({name: [value] for name, value in fields.items()})
                packed = packing.pack(replace(ballot, receipt=new_receipt()))
            spent = session.execute(
                update(TokenRow)
                .where(TokenRow.digest == digest(vault().token_key, code), TokenRow.spent == 0)
                .values(spent=ON_PAPER)
            )
            assert changed_rows(spent) == 1
            box_rows.put(session, campaign.id, slot.seal(packed))


def note_urn(app: Flask, running: Running, by_hand: int, refused: Mapping[str, int] | None = None) -> None:
    """Note in the log how many sheets were counted by hand, and how many of them were refused, by reason."""
    with app.app_context(), transaction(write=True) as session:
        if refused is not None:
            facts = {"number": 0, "spoiled": 0, "decided": {}, "refused": dict(refused)}
            audit.record(session, BY, Act.PUT_IN, running.code, **facts)
        audit.record(session, BY, Act.URN, running.code, urn=by_hand)
