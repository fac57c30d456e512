"""The bands of a whole section, decided at one sitting: who decided, when and why is said once for all."""

from collections.abc import Mapping
from datetime import date

from survey.domain.definition.form import Section
from survey.domain.errors import BadDecision

from .decisions import Decisions, bands_of
from .entries import BandDecided, EntryKind, fields_of, read_content

SHARED = tuple(name for name in fields_of(EntryKind.BAND) if name != "band")
"""What is said once for all; the reason may be another one for single ratees."""


def band_field(ratee: str) -> str:
    """Return the name of the field in which a ratee's band is chosen."""
    return f"band.{ratee}"


def reason_field(ratee: str) -> str:
    """Return the name of the field for a ratee's own reason."""
    return f"reason.{ratee}"


def read_bands(
    decisions: Decisions, section: Section, typed: Mapping[str, str], today: date
) -> dict[str, BandDecided]:
    """Read the bands chosen for the ratees of a section; map keys of ratees to what is to be recorded.

    Ratees without a choice stay as they are; so do those whose decision would say the same again.
    Raises ``BadDecision`` with the faults of all fields, ``band`` where nobody's band would change.
    """
    chosen = {
        ratee.key: band
        for ratee in decisions.definition.ratees_of(section)
        if (band := typed.get(band_field(ratee.key), "").strip())
    }
    known = bands_of(decisions.definition, section)
    faults: dict[str, str] = {}
    read: dict[str, BandDecided] = {}
    for key, band in chosen.items():
        own = typed.get(reason_field(key), "").strip()
        fields = {name: typed.get(name, "") for name in SHARED} | {"band": band}
        try:
            content = read_content(EntryKind.BAND, fields | ({"reason": own} if own else {}), today)
        except BadDecision as error:
            places = {"reason": reason_field(key)} if own else {}
            faults |= {places.get(name, name): why for name, why in error.faults.items()}
            continue
        if band not in known:
            faults[band_field(key)] = "no-band"
        elif isinstance(content, BandDecided) and not _says_already(decisions, key, content):
            read[key] = content
    if faults:
        raise BadDecision(faults)
    if not read:
        raise BadDecision({"band": "nobody"})
    return read


def _says_already(decisions: Decisions, ratee: str, content: BandDecided) -> bool:
    return any(entry.content == content for entry in decisions.holding(EntryKind.BAND, ratee))
