"""Bringing the shares of a box's key back, one holder after the other, until they open it.

As with ``share_distribution``, the server keeps no share in between: what was brought travels with the
page, sealed under a key that ends with the ceremony.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from survey.domain.definition.campaign import Campaign, Custody
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BadShare, StalePage, WrongState
from survey.secrecy import ceremony
from survey.secrecy.box import BoxKey
from survey.secrecy.custody import combine
from survey.secrecy.share_input import Brought, read_share
from survey.services.count.counting import require_countable

LIFE = ceremony.MAX_DURATION
"""How long after the first share the last one can come."""


@dataclass(frozen=True)
class ShareCollection:
    """The shares brought so far, by their words."""

    campaign: str
    definition: str
    until: datetime
    words: tuple[str, ...] = ()

    @property
    def shares(self) -> list[Brought]:
        """Return the shares, as they were brought."""
        return [read_share(words) for words in self.words]

    @property
    def missing(self) -> int | None:
        """Return how many more are needed; ``None`` where not even one tells."""
        shares = self.shares
        return shares[0].threshold - len(shares) if shares else None

    def as_bytes(self) -> bytes:
        """Write it down, to be sealed."""
        return canonical_json(asdict(self) | {"until": self.until.isoformat()}).encode()


def read_collection(content: bytes) -> ShareCollection:
    """Read what ``as_bytes`` wrote."""
    plain = json.loads(content)
    return ShareCollection(
        plain["campaign"],
        plain["definition"],
        datetime.fromisoformat(plain["until"]),
        tuple(plain["words"]),
    )


def begin(campaign: Campaign, at: datetime) -> ShareCollection:
    """Begin without any share.

    Raises ``WrongState`` where the box cannot be opened now, or the server keeps its key.
    """
    require_countable(campaign)
    if campaign.custody is not Custody.SCRUTINEERS:
        raise WrongState(f"the server keeps the key of {campaign.code}; no shares are needed")
    return ShareCollection(campaign.code, campaign.definition.digest, at + LIFE)


def require_fresh(collection: ShareCollection, campaign: Campaign, at: datetime) -> None:
    """Refuse with ``StalePage`` what is too old or of another definition."""
    if at > collection.until:
        raise StalePage("expired")
    if collection.definition != campaign.definition.digest:
        raise StalePage("changed")


def add(collection: ShareCollection, campaign: Campaign, text: str) -> ShareCollection:
    """Take one more share; those brought before stay whatever happens.

    Raises ``BadShare`` where it is damaged, there already, of another set, or where enough shares of one set
    are together and open another box.
    """
    share = read_share(text)
    for other in collection.shares:
        if other.words == share.words:
            raise BadShare(f"share {share.number} was brought already", "repeated", place=share.number)
        if other.kind != share.kind or other.number == share.number:
            raise BadShare("this share belongs to another set than those brought before", "other-set")
    if collection.missing == 0:
        raise BadShare("there are enough shares; open the box", "enough")
    more = replace(collection, words=(*collection.words, share.words))
    if more.missing == 0 and BoxKey(combine(more.words)).public_bytes() != campaign.public_key:
        raise BadShare(f"these shares do not open the box of {campaign.code}", "other-box")
    return more


def take_out(collection: ShareCollection, number: int) -> ShareCollection:
    """Give one share back, by its number."""
    kept = tuple(share.words for share in collection.shares if share.number != number)
    return replace(collection, words=kept)


def seed_of(collection: ShareCollection) -> bytes:
    """Put the key together; raises ``BadShare`` while shares are missing."""
    if collection.missing != 0:
        raise BadShare("there are not enough shares yet", "empty")
    return combine(collection.words)
