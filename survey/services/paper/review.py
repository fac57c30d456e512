"""Two people decide what is doubtful on paper ballots: each alone, line by line, or both together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from secrets import SystemRandom

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.definition.names import break_lines
from survey.domain.errors import BadAnswer
from survey.domain.paper.answering import answered
from survey.domain.paper.answers import BOTH
from survey.domain.paper.decide import state_of
from survey.domain.paper.fate import ItemKind, SheetState
from survey.domain.paper.record import PaperAnswer
from survey.secrecy.paper_key import PaperKey
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import locked_campaign
from survey.storage import paper_rows

from . import putting_in, scan_jobs
from .putting_in import Looked
from .review_items import ALONE, Asked, ReviewItem, WorkLeft, asked_of, shown
from .waiting import Waiting, opened

GONE = frozenset({"gone", "joint", "alone", "again"})
"""Why an answer comes too late: ``BadAnswer`` says so where somebody was quicker, or the account itself."""

_TO = "decide what is doubtful on paper ballots"
_dice = SystemRandom()


def next_item(session: Session, campaign: Campaign, key: PaperKey, account: Account) -> ReviewItem | None:
    """Return a line that an account may answer alone, drawn at random, ``None`` where none is left.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    open_ = _Open(session, campaign, key)
    return open_.drawn(open_.alone(account, ALONE), account)


def next_text(
    session: Session, campaign: Campaign, key: PaperKey, account: Account, item_id: str | None = None
) -> ReviewItem | None:
    """Return a text that an account may type in, or confirm as another typed it: the one named, or any.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    open_ = _Open(session, campaign, key)
    return open_.drawn(open_.alone(account, {ItemKind.TEXT}), account, item_id)


def next_joint(
    session: Session, campaign: Campaign, key: PaperKey, account: Account, item_id: str | None = None
) -> ReviewItem | None:
    """Return what two have to decide together: the one named, if it is still open, else one at random.

    A sheet that they go through in hand comes line by line, before everything else.
    Raises ``NotCollecting`` and ``WrongKey``.
    """
    open_ = _Open(session, campaign, key)
    joint = open_.joint()
    in_hand = [one for one in joint if one.is_typed][:1]
    if in_hand and not any(one.name(key) == item_id for one in joint):
        joint = in_hand
    return open_.drawn(joint, account, item_id)


def left(session: Session, campaign: Campaign, key: PaperKey, account: Account) -> WorkLeft:
    """Count what is left, for an account and for two; raises ``NotCollecting`` and ``WrongKey``."""
    return _Open(session, campaign, key).left(account)


def picture(session: Session, campaign: Campaign, key: PaperKey, account: Account, crop: str) -> bytes | None:
    """Return a picture (PNG) that is now shown to an account, ``None`` for any other.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    open_ = _Open(session, campaign, key)
    shows = (one for one in open_.asked if one.item.joint or one.is_for(account.name))
    return open_.waiting.crop(crop) if any(crop in one.crops() for one in shows) else None


@dataclass(frozen=True)
class Prepared:
    """What was found before an answer holds the lock: the row of its sheet, ``None`` where nothing is open.

    ``looked`` is what may go in with that sheet, if the answer can make it ready.
    """

    row: bytes | None
    looked: Mapping[bytes, Looked]


def look(session: Session, campaign: Campaign, key: PaperKey, item_id: str) -> Prepared:
    """Open all that waits for an answer to come, before anybody has to wait for it.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    campaign.require_collecting(to=_TO)
    for row, sheet in Waiting(session, campaign, key).sheets():
        asked = list(asked_of(campaign, [(row, sheet)]))
        named = [one for one in asked if one.name(key) == item_id]
        if named:
            # While more is open about a sheet, only two together can make it ready, by ending it.
            may_be_last = len(asked) == 1 or named[0].item.joint
            return Prepared(row, putting_in.look_ahead(session, campaign, key) if may_be_last else {})
    return Prepared(None, {})


def answer(
    session: Session,
    campaign_code: str,
    key: PaperKey,
    item_id: str,
    account: Account,
    said: str,
    by: By,
    ahead: Prepared | None = None,
) -> None:
    """Note what one account says to a line or text, and put in what became ready by it.

    What was typed comes ``as_typed``: no words are taken for an answer. ``ahead`` is what ``look`` found in a
    transaction before. Raises ``BadAnswer``, also where it was decided meanwhile (``GONE``), and
    ``NotCollecting`` and ``WrongKey``.
    """
    _Answering(session, campaign_code, key, by).note(item_id, account.name, said, ahead)


def answer_joint(
    session: Session,
    campaign_code: str,
    key: PaperKey,
    item_id: str,
    said: str,
    first: Account,
    second: Account,
    by: By,
    ahead: Prepared | None = None,
) -> None:
    """Note what two accounts say together, and put in what became ready by it.

    ``second`` was found by name and password, and to be one that may be the second person; ``ahead`` is what
    ``look`` found in a transaction before. Raises ``BadAnswer``, ``NotCollecting`` and ``WrongKey``.
    """
    both = f"{first.name}{BOTH}{second.name}"
    _Answering(session, campaign_code, key, by).note(item_id, both, said, ahead, joint=True)


class _Open:
    """What is open about the sheets of a campaign, read once."""

    def __init__(self, session: Session, campaign: Campaign, key: PaperKey) -> None:
        campaign.require_collecting(to=_TO)
        self.key = key
        self.waiting = Waiting(session, campaign, key)
        self.asked = tuple(asked_of(campaign, self.waiting.sheets()))

    def left(self, account: Account) -> WorkLeft:
        """Count what is left for an account alone, and for two."""
        alone = [one.item.kind for one in self.asked if one.is_for(account.name)]
        texts = alone.count(ItemKind.TEXT)
        return WorkLeft(len(alone) - texts, texts, len(self.joint()))

    def alone(self, account: Account, kinds: Collection[ItemKind]) -> Sequence[Asked]:
        """List what an account may answer alone."""
        return [one for one in self.asked if one.item.kind in kinds and one.is_for(account.name)]

    def joint(self) -> Sequence[Asked]:
        """List what two have to decide together."""
        return [one for one in self.asked if one.item.joint]

    def drawn(
        self, those: Sequence[Asked], account: Account, item_id: str | None = None
    ) -> ReviewItem | None:
        """Return the one of a name, else draw one: in no order that would tell which lines are of a sheet."""
        named = [one for one in those if one.name(self.key) == item_id] if item_id else []
        return shown(_dice.choice(named or those), self.key, self.left(account)) if those else None


class _Answering:
    """One answer, under the campaign's lock: nothing but its own sheet is opened."""

    def __init__(self, session: Session, campaign_code: str, key: PaperKey, by: By) -> None:
        self._session = session
        self._campaign = locked_campaign(session, campaign_code)
        self._campaign.require_collecting(to=_TO)
        self._key = key
        self._by = by

    def note(
        self, item_id: str, account: str, said: str, ahead: Prepared | None, *, joint: bool = False
    ) -> None:
        """Keep an answer with its sheet; raises ``BadAnswer``."""
        ahead = ahead or look(self._session, self._campaign, self._key, item_id)
        asked = self._asked(item_id, ahead)
        form, text = asked.form, break_lines(said).strip()
        sheet = answered(
            form.paper, asked.sheet, form.rules, PaperAnswer(asked.item.key, account, text, joint)
        )
        Waiting(self._session, self._campaign, self._key).replace(asked.row, sheet)
        if state_of(form.paper, sheet, form.rules) is SheetState.READY:
            self._put_ready(ahead)

    def _asked(self, item_id: str, ahead: Prepared) -> Asked:
        """Return the question of a name, if it is open still; raises ``BadAnswer``."""
        found = paper_rows.some_sheets(self._session, self._campaign, [ahead.row] if ahead.row else [])
        sheets = ((row, opened(self._key, row, sealed)) for row, sealed in found)
        for asked in asked_of(self._campaign, sheets):
            if asked.name(self._key) == item_id:
                return asked
        raise BadAnswer("gone", "this is open no more")

    def _put_ready(self, ahead: Prepared) -> None:
        # Not while scans are read: a copy that differs is found only if its sheet waits. The run puts in.
        if scan_jobs.under_way(self._session, self._campaign.code):
            return
        # Never one sheet alone: its going in would tell which answer was the last that it waited for.
        putting_in.put_ready(
            self._session, self._campaign, self._key, self._by, ahead=ahead.looked, enough=True
        )
