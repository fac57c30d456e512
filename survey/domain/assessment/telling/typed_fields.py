"""Fields of what a unit is told, as somebody typed them: cleaned, and refused with all faults at once."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from survey.domain.definition.names import break_lines, turns
from survey.domain.errors import BadYearRecord


@dataclass
class TypedFields:
    """What was typed into a form by field, read one by one; ``require_sound`` refuses what is wrong."""

    typed: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, most: int, *, required: bool = True, lines: bool = True) -> str:
        """Return a text without spaces around it; a fault where it is empty, too long or cannot be shown."""
        said = break_lines(self.typed.get(name, "")).strip()
        fault = "missing" if required and not said else ""
        if len(said) > most:
            fault = "too-long"
        if not _is_shown(said) or (not lines and "\n" in said):
            fault = "control"
        if fault:
            self.faults[name] = fault
        return said

    def day(self, name: str, least: date) -> date:
        """Return a day; a fault where it is none, or is before ``least``."""
        said = self.typed.get(name, "").strip()
        try:
            found = date.fromisoformat(said)
        except ValueError:
            self.faults[name] = "not-day" if said else "missing"
            return least
        if found < least:
            self.faults[name] = "too-early"
        return found

    def choice(self, name: str, known: Mapping[str, object]) -> str:
        """Return one of some keys; a fault where it is none of them."""
        said = self.typed.get(name, "")
        if said not in known:
            self.faults[name] = "unknown" if said else "missing"
        return said

    def require_sound(self) -> None:
        """Refuse with ``BadYearRecord`` what has any fault."""
        if self.faults:
            raise BadYearRecord(self.faults)


def _is_shown(said: str) -> bool:
    odd = any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in said)
    return not odd and not turns(said)
