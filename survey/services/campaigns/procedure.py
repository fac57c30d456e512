"""Acts that take several transactions: closing with its shake, counting, shredding.

Each step is committed before the next begins, so an interruption is taken up where it happened; that is why
these open their transactions themselves.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from survey.domain.definition.campaign import State
from survey.domain.errors import NoPaper, OldReaders, Unavailable, Unfinished
from survey.secrecy.custody import destroy
from survey.secrecy.sms_key import destroy_sms_key
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.count import certifying, counting, opening
from survey.services.count.counting import Counted
from survey.services.custody import key_files
from survey.services.custody.key_files import key_path
from survey.services.paper import closing
from survey.services.paper.keys import destroy_left_keys, destroy_paper_key
from survey.services.sms import closing as sms_closing
from survey.storage import campaign_rows, count_rows, forgetting, paper_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.operations import health_rows
from survey.storage.operations.upkeep import forget_deleted, forget_noted, require_space

from . import campaigns, disarming


def close(campaign_code: str, by: By, keys: Path | None = None, *, without_paper: bool = False) -> str:
    """End the voting, shake the box, and make the files forget the old order; return the check value.

    ``keys`` is the folder of keys, needed where there are paper ballots: those that are ready go in, and
    their key is destroyed before the shake. A campaign by text message is closed at once and shaken once the
    replies that were sent before have had their time: called before, it waits for them, and the worker does
    the rest. ``without_paper`` gives up what was read of them where that key
    is lost, and is refused where nothing was. Called again after an interruption, it does what is left.

    Raises ``WrongState``; ``NoPaper``, ``NotCollecting``, ``SheetsWait``, ``ScansUnderWay``, and for the
    paper key ``PaperKeyLost``, ``BadFile`` or ``WrongKey``; ``NoSpace`` before anything was done; and where
    voting has ended and the rest failed ``Unfinished``, or ``OldReaders`` while somebody may still see the
    old order.
    """
    require_space(db.engine)
    with transaction(write=True) as session:
        campaign = find_campaign(session, campaign_code)
        on_paper = campaign.definition.paper is not None
        if without_paper and not on_paper:
            raise NoPaper(campaign_code)
        if campaign.state is not State.CLOSED:
            facts = (
                closing.settle_rest(session, campaign, _needed(keys), by, without_paper=without_paper)
                if on_paper
                else {}
            )
            campaigns.close(session, campaign_code, by, **facts)
            sms_closing.note_end(session, campaign, by.at)
        if sms_closing.waits_for_replies(session, campaign, by.at):
            return audit.verify(session)[1]
    with _going_on(
        f"voting in {campaign_code} has ended and no ballot is lost, but the shake is not finished"
    ):
        if on_paper:
            destroy_paper_key(_needed(keys), campaign_code)
        with transaction(write=True) as session:
            if campaign.definition.by_sms:
                sms_closing.put_replies(session, campaign)
            value = campaigns.shake(session, campaign_code, by)
        forget_deleted(
            db.engine,
            *(paper_rows.TABLES if on_paper else ()),
            *((*forgetting.SMS, *forgetting.OPT_OUTS) if campaign.definition.by_sms else ()),
        )
        with transaction(write=True) as session:
            campaign_rows.set_forgotten(session, find_campaign(session, campaign_code))
            return value or audit.verify(session)[1]


def _needed(keys: Path | None) -> Path:
    if keys is None:
        raise ValueError("a campaign with paper ballots has a key of them, in the folder of keys")
    return keys


def disarm(campaign_code: str, keys: Path, handed_out: Path, by: By) -> str:
    """Take an armed campaign back to a draft and destroy its keys; return the check value.

    ``handed_out`` is the folder of files that jobs made. The commit decides: before it the campaign is armed
    with its key, after it a draft whose key is void. Called again after an interruption, it does what is
    left. Raises ``WrongState`` and ``CannotDisarm``.
    """
    files: list[Path] = []
    with ExitStack() as held:
        with transaction(write=True) as session:
            if disarming.is_taken_back(session, find_campaign(session, campaign_code)):
                value = audit.verify(session)[1]
            else:
                value, files = disarming.take_back(session, campaign_code, handed_out, by, held)
        for path in files:
            destroy(path)
    destroy_former_keys(keys)
    # Left by an interruption, it opens nothing: its rows are gone, and the next list gets a new one.
    destroy_sms_key(keys, campaign_code)
    return value


def destroy_former_keys(keys: Path) -> None:
    """Destroy what is left of the keys of campaigns that were taken back, and of paper keys after the close.

    For a task of every minute.
    """
    with transaction(write=True) as session:
        key_files.destroy_former_keys(session, keys)
        destroy_left_keys(session, keys)


@contextmanager
def _going_on(stands: str) -> Iterator[None]:
    """Add to the refusal of an act that failed after its first step where the act stands."""
    try:
        yield
    except Unavailable as error:
        raise Unfinished(f"{stands} ({error.reason}); give the same command again") from error
    except OldReaders as error:
        raise OldReaders(error.holders, stands) from error


def count(campaign_code: str, seed: bytes, by: By) -> Counted:
    """Open the box, count, and keep what may be shown; once counted, count again and compare.

    The box is read in a transaction that blocks nobody; the counts are written in another, which looks
    again whether the campaign may be counted. Raises ``WrongState`` and ``WrongKey``.
    """
    with transaction() as session:
        campaign = find_campaign(session, campaign_code)
        counting.require_countable(campaign)
        opened = opening.read_box(session, campaign, seed)
    with transaction(write=True) as session:
        return counting.keep(session, campaign_code, opened, by)


def shred(campaign_code: str, keys: Path, by: By, confirmed: Sequence[str] = ()) -> str:
    """Destroy sealed ballots, code digests and the key; return the check value.

    ``confirmed`` names those who say that exported copies of the key, and shares, were destroyed.
    Called again after an interruption, it does what is left. Raises ``WrongState``, ``NoSpace`` before
    anything was done, and ``Unfinished`` or ``OldReaders``, as closing does.
    """
    require_space(db.engine)
    with transaction(write=True) as session:
        certifying.begin_shredding(session, campaign_code, by, confirmed)
    with _going_on(f"the shredding of {campaign_code} has begun and is not finished"):
        destroy(key_path(keys, campaign_code))
        with transaction(write=True) as session:
            certifying.destroy_ballots(session, campaign_code)
            takes_names = find_campaign(session, campaign_code).definition.takes_names
        forget_deleted(db.engine, *(count_rows.NAME_TABLES if takes_names else ()))
        with transaction(write=True) as session:
            return certifying.end_shredding(session, campaign_code, by)


def forget_left() -> None:
    """Purge from the files what an erased trial run left behind, if anything is left and nobody stands by it.

    For a task that runs every minute. While a close or a shredding is unfinished the box is left to whoever
    goes on with it. Raises ``OldReaders`` and ``Unavailable``.
    """
    with transaction() as session:
        if health_rows.interrupted(session):
            return
    forget_noted(db.engine)
