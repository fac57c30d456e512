"""What a moderator decides on a text before anyone else reads it."""

from dataclasses import dataclass
from enum import StrEnum

from survey.domain.definition.campaign import Definition
from survey.domain.definition.names import break_lines, turns, with_turning_shown, without_turning
from survey.domain.errors import BadRedaction

MAX_REDACTION_LENGTH = 500


class Moderation(StrEnum):
    """Where a text stands: seen by moderators only, shown as written, kept back, or shown as redacted."""

    WAITING = "waiting"
    RELEASED = "released"
    WITHHELD = "withheld"
    REDACTED = "redacted"


SHOWN = (Moderation.RELEASED, Moderation.REDACTED)


@dataclass(frozen=True)
class Text:
    """Something a voter wrote, and what became of it.

    ``kind`` is ``comment``, ``question`` or ``reason``; ``subject`` names a section, question or ratee.
    Nothing says who wrote it, in which rater group, when, or with which grades.
    """

    key: str
    kind: str
    subject: str
    text: str
    status: Moderation
    redacted: str | None

    @property
    def shown(self) -> str | None:
        """Return what others may read of it; signs that turn a text are left out of one as written."""
        if self.status is Moderation.REDACTED:
            return self.redacted
        return without_turning(self.text) if self.status is Moderation.RELEASED else None

    @property
    def looked_through(self) -> str:
        """Return what moderators read of it: as written, with signs that turn a text written out."""
        return with_turning_shown(self.text)


def subjects(definition: Definition) -> dict[str, str]:
    """Map every subject that a text can have to its name, in the order of the ballot."""
    named = {f"section:{section.key}": section.title for section in definition.sections}
    named |= {f"ratee:{ratee.key}": ratee.name for ratee in definition.ratees}
    return named | {f"question:{question.key}": question.label for question in definition.questions}


def require_redaction(text: str, original: str) -> str:
    """Return a redacted version as it is kept.

    Raises ``BadRedaction`` where it is empty, too long, unchanged, or holds a control character.
    """
    kept = break_lines(text).strip()
    if not kept:
        raise BadRedaction("empty", "the redacted text is empty; withhold it instead")
    if len(kept) > MAX_REDACTION_LENGTH:
        raise BadRedaction("too-long", f"the redacted text has more than {MAX_REDACTION_LENGTH} characters")
    if kept == original.strip():
        raise BadRedaction("unchanged", "the redacted text is the text as written; release it instead")
    if turns(kept) or any(sign < " " and sign not in "\n\t" for sign in kept):
        raise BadRedaction("control", "the redacted text holds a control character")
    return kept
