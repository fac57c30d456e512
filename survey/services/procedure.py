"""Acts that take several transactions: closing with its shake, counting, shredding.

Each step is committed before the next begins, so an interruption is taken up where it happened; that is why
these open their transactions themselves.
"""

from collections.abc import Sequence
from pathlib import Path

from survey.domain.campaign import State
from survey.secrecy.custody import destroy
from survey.storage import campaign_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.upkeep import forget_deleted, require_space

from . import audit, campaigns, certifying, counting, opening
from .audit import By
from .counting import Counted
from .keeping import key_path


def close(code: str, by: By) -> str:
    """End the voting, shake the box, and make the files forget the old order; return the check value.

    Called again after an interruption, it does what is left. Raises ``WrongState`` and ``NoSpace``.
    """
    require_space(db.engine)
    with transaction(write=True) as session:
        campaign = find_campaign(session, code)
        resumed = campaign.state is State.CLOSED
        if not resumed:
            campaigns.close(session, code, by)
    with transaction(write=True) as session:
        value = campaigns.shake(session, code, by)
    forget_deleted(db.engine)
    with transaction(write=True) as session:
        campaign_rows.set_forgotten(session, find_campaign(session, code))
        return value or audit.verify(session)[1]


def count(code: str, seed: bytes, by: By) -> Counted:
    """Open the box, count, and keep what may be shown; once counted, count again and compare.

    The box is read in a transaction that blocks nobody; the counts are written in another, which looks
    again whether the campaign may be counted. Raises ``WrongState`` and ``WrongKey``.
    """
    with transaction() as session:
        campaign = find_campaign(session, code)
        counting.require_countable(campaign)
        opened = opening.read_box(session, campaign, seed)
    with transaction(write=True) as session:
        return counting.keep(session, code, opened, by)


def shred(code: str, keys: Path, by: By, confirmed: Sequence[str] = ()) -> str:
    """Destroy sealed ballots, code digests and the key; return the check value.

    ``confirmed`` names those who say that exported copies of the key, and shares, were destroyed.
    Called again after an interruption, it does what is left. Raises ``WrongState`` and ``NoSpace``.
    """
    require_space(db.engine)
    with transaction(write=True) as session:
        certifying.begin_shredding(session, code, by, confirmed)
    destroy(key_path(keys, code))
    with transaction(write=True) as session:
        certifying.destroy_ballots(session, code)
    forget_deleted(db.engine)
    with transaction(write=True) as session:
        return certifying.end_shredding(session, code, by)
