"""Replies that requests bring at the same time, kept by one transaction and each acknowledged after it."""

from collections.abc import Sequence
from datetime import datetime

from survey.domain.errors import Deadlocked, Unavailable
from survey.domain.sms.incoming import Incoming
from survey.services.voting.together import Together, own

from . import replies
from .keys import SmsSecrets
from .replies import MOST, Brought


class ReplyGathering(Together[Brought]):
    """What threads of this process are about to keep."""

    def __init__(self) -> None:
        super().__init__(MOST)

    def keep(
        self, channel_name: str, incoming: Sequence[Incoming], now: datetime, secrets_of: SmsSecrets
    ) -> None:
        """Keep messages that came in over a channel as ``replies.keep`` does, with those of others."""
        self._do(Brought(channel_name, incoming, now, secrets_of))

    def _weight(self, item: Brought) -> int:
        return max(1, len(item.incoming))

    def _commit(self, items: Sequence[Brought]) -> Sequence[Exception | None] | None:
        try:
            return replies.keep_all(items)
        except Unavailable as error:
            if isinstance(error, Deadlocked) and len(items) > 1:
                return None  # the other one goes on, and each of these waits for less
            return [own(error) for _ in items]
        except Exception as error:
            # Tried again by itself, what was committed after all is known by its digest.
            return [error] if len(items) == 1 else None
