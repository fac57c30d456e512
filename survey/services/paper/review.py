"""Two people decide what is doubtful on paper ballots: each alone, line by line, or both together."""

from collections.abc import Callable, Collection, Sequence
from secrets import SystemRandom

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.definition.names import break_lines
from survey.domain.errors import BadAnswer
from survey.domain.paper.answers import BOTH
from survey.domain.paper.decide import answered, state_of
from survey.domain.paper.fate import ItemKind, SheetState
from survey.domain.paper.record import KeptSheet, PaperAnswer
from survey.secrecy.paper_key import PaperKey
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import locked_campaign

from . import putting_in
from .review_items import ALONE, Asked, ReviewItem, WorkLeft, asked_of, form_of, shown
from .waiting import Waiting

GONE = frozenset({"gone", "joint", "alone", "again"})
"""Why an answer comes too late: ``BadAnswer`` says so where somebody was quicker, or the account itself."""

_dice = SystemRandom()


def next_item(session: Session, campaign: Campaign, key: PaperKey, account: Account) -> ReviewItem | None:
    """Return a line that an account may answer alone, drawn at random, ``None`` where none is left.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    opened = _Open(session, campaign, key)
    return opened.drawn(opened.alone(account, ALONE), account)


def next_text(
    session: Session, campaign: Campaign, key: PaperKey, account: Account, item_id: str | None = None
) -> ReviewItem | None:
    """Return a text that an account may type in, or confirm as another typed it: the one named, or any.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    opened = _Open(session, campaign, key)
    return opened.drawn(opened.alone(account, {ItemKind.TEXT}), account, item_id)


def next_joint(
    session: Session, campaign: Campaign, key: PaperKey, account: Account, item_id: str | None = None
) -> ReviewItem | None:
    """Return what two have to decide together: the one named, if it is still open, else one at random.

    A sheet that they go through in hand comes line by line, before everything else.
    Raises ``NotCollecting`` and ``WrongKey``.
    """
    opened = _Open(session, campaign, key)
    joint = opened.joint()
    in_hand = [one for one in joint if one.is_typed][:1]
    if in_hand and not any(one.name(key) == item_id for one in joint):
        joint = in_hand
    return opened.drawn(joint, account, item_id)


def left(session: Session, campaign: Campaign, key: PaperKey, account: Account) -> WorkLeft:
    """Count what is left, for an account and for two; raises ``NotCollecting`` and ``WrongKey``."""
    return _Open(session, campaign, key).left(account)


def picture(session: Session, campaign: Campaign, key: PaperKey, account: Account, crop: str) -> bytes | None:
    """Return a picture (PNG) that is now shown to an account, ``None`` for any other.

    Raises ``NotCollecting`` and ``WrongKey``.
    """
    opened = _Open(session, campaign, key)
    shows = (one for one in opened.asked if one.item.joint or one.is_for(account.name))
    return opened.waiting.crop(crop) if any(crop in one.crops() for one in shows) else None


def answer(
    session: Session,
    campaign_code: str,
    key: PaperKey,
    item_id: str,
    account: Account,
    said: str,
    by: By,
) -> None:
    """Note what one account says to a line or text, and put in what became ready by it.

    What was typed comes ``as_typed``: no words are taken for an answer.
    Raises ``BadAnswer``, also where it was decided meanwhile (``GONE``), ``NotCollecting`` and ``WrongKey``.
    """
    _note(_Open(session, locked_campaign(session, campaign_code), key), item_id, account.name, said, by)


def answer_joint(
    session: Session,
    campaign_code: str,
    key: PaperKey,
    item_id: str,
    said: str,
    first: Account,
    second: Account,
    by: By,
) -> None:
    """Note what two accounts say together, and put in what became ready by it.

    ``second`` was found by name and password, and to be one that may be the second person. Raises
    ``BadAnswer``, ``NotCollecting`` and ``WrongKey``.
    """
    both = f"{first.name}{BOTH}{second.name}"
    _note(_Open(session, locked_campaign(session, campaign_code), key), item_id, both, said, by, joint=True)


class _Open:
    """What is open about the sheets of a campaign, read once."""

    def __init__(self, session: Session, campaign: Campaign, key: PaperKey) -> None:
        campaign.require_collecting(to="decide what is doubtful on paper ballots")
        self.session = session
        self.campaign = campaign
        self.key = key
        self.waiting = Waiting(session, campaign, key)
        self.sheets = dict(self.waiting.sheets())
        self.asked = tuple(asked_of(campaign, self.sheets.items()))

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

    def note(self, item_id: str, answer: Callable[[str], PaperAnswer]) -> None:
        """Keep an answer to the question of a name with its sheet; raises ``BadAnswer``."""
        asked = next((one for one in self.asked if one.name(self.key) == item_id), None)
        if asked is None:
            raise BadAnswer("gone", "this is open no more")
        form = asked.form
        sheet = answered(form.paper, asked.sheet, form.rules, answer(asked.item.key))
        self.waiting.replace(asked.row, sheet)
        self.sheets[asked.row] = sheet

    def ready(self) -> int:
        """Count the sheets about which nothing is open."""
        return sum(self._state(sheet) is SheetState.READY for sheet in self.sheets.values())

    def _state(self, sheet: KeptSheet) -> SheetState | None:
        if sheet.refusal is not None:
            return None
        form = form_of(self.campaign, sheet.group)
        return state_of(form.paper, sheet, form.rules)


def _note(opened: _Open, item_id: str, account: str, said: str, by: By, *, joint: bool = False) -> None:
    text = break_lines(said).strip()
    opened.note(item_id, lambda item: PaperAnswer(item, account, text, joint))
    # Never one sheet alone: its going in would tell which answer was the last that it waited for.
    if opened.ready() >= putting_in.FEWEST:
        putting_in.put_ready(opened.session, opened.campaign, opened.key, by)
