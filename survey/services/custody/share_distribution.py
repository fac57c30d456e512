"""Giving the box's key out in shares, one holder after the other, before the campaign is armed with it.

The server keeps no share in between: those not given out yet travel with the page, sealed by the edge under
a key that ends with the ceremony, and one that its holder confirmed is not among them any more. How far a
ceremony has come stands in the audit log: page and cookie are the browser's, and whoever kept earlier ones
could put them back. The key itself exists only while ``begin`` runs, which checks that the shares make it up.
"""

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BadShare, StalePage
from survey.secrecy import ceremony
from survey.secrecy.box import BoxKey, key_name, new_seed
from survey.secrecy.custody import Share, combine, split
from survey.secrecy.share_digits import WORDS
from survey.secrecy.share_input import read_share, read_words
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns

LIFE = ceremony.MAX_DURATION
"""How long after its beginning a ceremony can be finished."""
MAX_HOLDERS = 10
MAX_NAME_LENGTH = 40
ASKED = 2
_SAME_FOR_ALL = 4
"""The first words tell the set and the number; the others are a holder's own."""


@dataclass(frozen=True)
class ShareDistribution:
    """How far the shares of one new key have been given out.

    ``waiting`` holds the words of the shares not confirmed yet, the next holder's first; ``holders`` those
    who confirmed; ``name`` and ``asked`` (places of words, from 1) are of the holder whose turn it is.
    """

    campaign: str
    definition: str
    shares: int
    threshold: int
    public_key: bytes
    until: datetime
    waiting: tuple[str, ...]
    holders: tuple[str, ...] = ()
    name: str = ""
    asked: tuple[int, ...] = ()

    @property
    def step(self) -> int:
        """Return whose turn it is, counted from 1."""
        return len(self.holders) + 1

    @property
    def share(self) -> Share:
        """Return the share of the holder whose turn it is; only a named holder has one."""
        if not self.name:
            raise StalePage("past")
        return Share(self.campaign, self.step, self.shares, self.threshold, self.waiting[0])

    @property
    def ceremony(self) -> str:
        """Return what tells this ceremony from others of the campaign, and nothing of the secret key."""
        return ceremony_of(self.public_key)

    def as_bytes(self) -> bytes:
        """Write it down, to be sealed."""
        plain = asdict(self) | {
            "public_key": b64encode(self.public_key).decode(),
            "until": self.until.isoformat(),
        }
        return canonical_json(plain).encode()


def ceremony_of(public_key: bytes) -> str:
    """Return by what the ceremony is known in which a box's key was given out."""
    return key_name(public_key)


def read_distribution(content: bytes) -> ShareDistribution:
    """Read what ``as_bytes`` wrote."""
    plain = json.loads(content)
    for name in ("waiting", "holders", "asked"):
        plain[name] = tuple(plain[name])
    plain["public_key"] = b64decode(plain["public_key"])
    plain["until"] = datetime.fromisoformat(plain["until"])
    return ShareDistribution(**plain)


def begin(campaign: Campaign, shares: int, threshold: int, at: datetime) -> ShareDistribution:
    """Make a key for a draft and split it; nothing is stored.

    Raises ``WrongState``, and ``BadShare`` where the numbers do not go together.
    """
    campaign.require(State.DRAFT, to="arm")
    if not 2 <= threshold <= shares <= MAX_HOLDERS:
        raise BadShare(
            f"take 2 to {MAX_HOLDERS} shares, and a threshold from 2 up to their number", "numbers"
        )
    seed = new_seed()
    words = [share.words for share in split(campaign.code, seed, shares, threshold)]
    if {combine(words[:threshold]), combine(words[-threshold:])} != {seed}:
        raise BadShare("the shares just made do not make up the key; nothing was stored, begin anew")
    return ShareDistribution(
        campaign=campaign.code,
        definition=campaign.definition.digest,
        shares=shares,
        threshold=threshold,
        public_key=BoxKey(seed).public_bytes(),
        until=at + LIFE,
        waiting=tuple(words),
    )


def require_fresh(
    session: Session,
    distribution: ShareDistribution,
    campaign: Campaign,
    at: datetime,
    *,
    again: bool = False,
) -> None:
    """Refuse with ``StalePage`` what is too old, of another definition, or of an earlier step.

    ``again`` lets the step just taken be sent once more.
    """
    _require_current(distribution, campaign, at)
    ahead = _step(session, distribution) - distribution.step
    if ahead and not (again and ahead == 1):
        raise StalePage("past")


def _require_current(distribution: ShareDistribution, campaign: Campaign, at: datetime) -> None:
    if at > distribution.until:
        raise StalePage("expired")
    if distribution.definition != campaign.definition.digest:
        raise StalePage("changed")


def resume(
    session: Session, distribution: ShareDistribution, campaign: Campaign, at: datetime
) -> ShareDistribution:
    """Go on from any page of a ceremony that was left: what the log knows as given is dropped unread.

    The holder whose turn it is is not named, so no share is on show. Raises ``StalePage`` where it is too
    old or of another definition.
    """
    _require_current(distribution, campaign, at)
    holders = _given_to(session, distribution)
    over = len(holders) - len(distribution.holders)
    if over < 0:
        # The log is behind the page: it was rewritten, or the page is of another database.
        raise StalePage("past")
    return replace(
        distribution, waiting=distribution.waiting[over:], holders=tuple(holders), name="", asked=()
    )


def name_holder(distribution: ShareDistribution, typed: str) -> ShareDistribution:
    """Name the holder whose turn it is, and choose the words that will be asked for.

    Raises ``BadShare`` where the name is empty, too long, or that of a holder who has a share.
    """
    name = " ".join(typed.split())
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise BadShare(f"a holder's name has 1 to {MAX_NAME_LENGTH} characters", "holder")
    if name.casefold() in {holder.casefold() for holder in distribution.holders}:
        raise BadShare(
            f"{name} holds a share already; each share goes to another person", "holder", word=name
        )
    places = secrets.SystemRandom().sample(range(_SAME_FOR_ALL + 1, WORDS + 1), ASKED)
    return replace(distribution, name=name, asked=tuple(sorted(places)))


def confirm(distribution: ShareDistribution, typed: list[str]) -> ShareDistribution:
    """Take the asked words from the holder and forget the share; the next holder's turn begins.

    Raises ``BadShare`` where they do not fit, and ``StalePage`` where nobody was asked.
    """
    words = distribution.share.words.split()
    expected = [words[place - 1] for place in distribution.asked]
    try:
        read = [read_words(one) for one in typed]
    except BadShare:
        read = []
    if read != [[word] for word in expected]:
        raise BadShare("these are not the words asked for", "words")
    return _following(distribution)


def confirm_whole(distribution: ShareDistribution, text: str) -> ShareDistribution:
    """Take the whole share from the holder in the place of the asked words: typed, scanned, or of a file.

    Raises ``BadShare`` where it is none or another one, and ``StalePage`` where nobody was asked.
    """
    if read_share(text).words != distribution.share.words:
        raise BadShare("this is not the share that was just shown", "other-share")
    return _following(distribution)


def _following(distribution: ShareDistribution) -> ShareDistribution:
    return replace(
        distribution,
        waiting=distribution.waiting[1:],
        holders=(*distribution.holders, distribution.name),
        name="",
        asked=(),
    )


def note_given(session: Session, distribution: ShareDistribution, by: By) -> None:
    """Note that the holder whose turn it is confirmed; noted already, nothing changes.

    From here on no page of this step shows a share. Raises ``StalePage`` where others went further.
    """
    campaigns.locked_campaign(session, distribution.campaign)
    ahead = _step(session, distribution) - distribution.step
    if ahead not in (0, 1):
        raise StalePage("past")
    if not ahead:
        audit.record(
            session,
            by,
            Act.SHARE,
            distribution.campaign,
            ceremony=distribution.ceremony,
            number=distribution.step,
            of=distribution.shares,
            holder=distribution.name,
        )


def _step(session: Session, distribution: ShareDistribution) -> int:
    """Return whose turn it is by the log, counted from 1."""
    return len(_given_to(session, distribution)) + 1


def _given_to(session: Session, distribution: ShareDistribution) -> list[str]:
    """Return the holders who confirmed by the log, in order."""
    given = [
        facts for entry, facts in audit.history(session, distribution.campaign) if entry.act == Act.SHARE
    ]
    return [facts["holder"] for facts in given if facts["ceremony"] == distribution.ceremony]


def finish(session: Session, distribution: ShareDistribution, by: By) -> str:
    """Arm the campaign once every holder has confirmed; return the log's check value.

    Raises ``WrongState``, and ``StalePage`` where a holder is missing or the definition is another one.
    """
    if distribution.waiting:
        raise StalePage("past")
    return campaigns.arm_under(
        session,
        distribution.campaign,
        Custody.SCRUTINEERS,
        distribution.public_key,
        by,
        {
            "shares": distribution.shares,
            "threshold": distribution.threshold,
            "holders": list(distribution.holders),
        },
        definition=distribution.definition,
    )
