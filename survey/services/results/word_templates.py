"""An office's own Word templates, in place of those that ship: checked, kept, taken back."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.documents.word.faults import TemplateFault
from survey.documents.word.placeholders import Template
from survey.domain.audit.acts import Act
from survey.domain.errors import MinpingError
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.operations.beside import beside
from survey.storage import template_rows
from survey.storage.template_rows import WordTemplate

MAX_NAME_LENGTH = 120


class BadTemplate(MinpingError):
    """A template is refused, with everything that is wrong with it; nothing was stored."""

    def __init__(self, faults: Sequence[TemplateFault]) -> None:
        super().__init__("the template is refused: " + ", ".join(fault.kind for fault in faults))
        self.faults = tuple(faults)


def check(kind: Template, content: bytes) -> None:
    """Refuse with ``BadTemplate`` what cannot be used; takes its time, so before any lock is held."""
    from survey.documents.word.check import check_template

    faults = beside(check_template, kind, content)
    if faults:
        raise BadTemplate(faults)


def put(session: Session, unit: str, kind: Template, name: str, content: bytes, by: By) -> None:
    """Keep a template that was checked as a unit's own."""
    kept = "".join(one for one in name if one.isprintable())[:MAX_NAME_LENGTH]
    template_rows.put_template(session, WordTemplate(unit, kind, kept, content, by.actor, by.at))
    audit.record(
        session, by, Act.TEMPLATE, unit=unit, kind=kind, content="sha256:" + sha256(content).hexdigest()
    )


def remove(session: Session, unit: str, kind: Template, by: By) -> bool:
    """Go back to the template that ships; tell whether there was another."""
    if not template_rows.drop_template(session, unit, kind):
        return False
    audit.record(session, by, Act.TEMPLATE_REMOVED, unit=unit, kind=kind)
    return True


def own(session: Session, unit: str, kind: Template) -> WordTemplate | None:
    """Return a unit's own template, if it has one."""
    return template_rows.find_template(session, unit, kind)


def content_of(session: Session, unit: str, kind: Template) -> bytes | None:
    """Return what a unit's documents are made from; ``None`` where it is what ships."""
    found = own(session, unit, kind)
    return found.content if found else None
