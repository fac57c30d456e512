"""Correcting the wording of a campaign that is armed or open; what ballots are sealed under stays.

Each correction is an act of the log with the digests before and after, so that the texts shown now follow,
one by one, from the definition that was armed.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.audit.corrections import (
    Correction,
    WordingChange,
    changes_between,
    corrected,
    texts_of,
)
from survey.domain.audit.mix_ups import require_nobody_else
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.campaign import Campaign, State
from survey.domain.definition.canonical import digest, digest_of_text
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadCorrection, BrokenLog, ChangedMeanwhile, InvalidDefinition
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.paper.forms import forms_of
from survey.services.paper.keys import noted_name
from survey.storage import audit_rows, campaign_rows
from survey.storage.audit_rows import LogEntry
from survey.storage.campaign_rows import locked_campaign
from survey.storage.draft_rows import read_document

CORRECTABLE = (State.ARMED, State.OPEN)


def texts(session: Session, campaign: Campaign) -> dict[str, str]:
    """Map the paths of the texts that can be corrected to what they say now."""
    return texts_of(campaign_rows.document_of(session, campaign))


def planned(session: Session, campaign: Campaign, wanted: Mapping[str, str]) -> tuple[WordingChange, ...]:
    """List what would change if texts said what is ``wanted`` of them, by their paths.

    Raises ``WrongState``, and ``BadCorrection``: where nothing would change, a path is none, a text is empty
    that must not be, a name is another ratee's, or printed ballots would be laid out another way.
    """
    campaign.require(*CORRECTABLE, to="correct the wording")
    document = campaign_rows.document_of(session, campaign)
    now = texts_of(document)
    changes = [WordingChange(path, now.get(path, ""), text) for path, text in wanted.items()]
    made = corrected(document, [one for one in changes if one.before != one.after or one.path not in now])
    found = changes_between(document, made)
    if not found:
        raise BadCorrection("nothing", "every text says that already; nothing was changed")
    require_nobody_else([*_wordings(session, campaign), document, made], found)
    try:
        check_definition(made)
    except InvalidDefinition as error:
        fault = error.faults[0]
        raise BadCorrection("fault", f"{fault}; nothing was changed", fault.path) from error
    if noted_name(session, campaign.code) is not None:
        _require_layouts(campaign, document, found)
    return found


def _require_layouts(
    campaign: Campaign, document: Mapping[str, Any], changes: Sequence[WordingChange]
) -> None:
    """Refuse what lays out a ballot another way than it was printed: it would be taken for another one's.

    Room for names and titles goes by the longest of them, so that few texts move boxes.
    """
    printed = _layouts(campaign, document)
    if printed == _layouts(campaign, corrected(document, changes)):
        return
    moving = (one for one in changes if printed != _layouts(campaign, corrected(document, [one])))
    path = next((one.path for one in moving), "")
    raise BadCorrection(
        "printed",
        "paper ballots were printed, and would be laid out another way by this: none of them could be read; "
        "a text about as long may do; nothing was changed",
        path,
    )


def _layouts(campaign: Campaign, document: Mapping[str, Any]) -> list[str]:
    # Layouts are those of the armed definition, whatever the texts say.
    definition = replace(read_definition(document), digest=campaign.definition.digest)
    return [form.layout for form in forms_of(replace(campaign, definition=definition))]


def _wordings(session: Session, campaign: Campaign) -> Iterator[dict[str, Any]]:
    """Return every wording that voters may have seen: the armed one, then each as it was corrected."""
    document = campaign_rows.armed_document_of(session, campaign)
    yield document
    for act in corrections(session, campaign):
        now = texts_of(document)
        changes = [replace(one, before=now[one.path]) for one in act.changes if one.path in now]
        document = corrected(document, changes)
        yield document


def correct(
    session: Session, campaign_code: str, wanted: Mapping[str, str], shown: str, by: By, second: str
) -> str:
    """Correct texts of a campaign, to which a ``second`` person agreed; return the log's check value.

    ``shown`` is the digest of the wording from which both decided. Voters under way are waited for, and none
    is refused: their ballots are sealed under the definition as it was armed. Raises what ``planned`` raises,
    and ``ChangedMeanwhile``.
    """
    campaign = locked_campaign(session, campaign_code)
    changes = planned(session, campaign, wanted)
    old = campaign.definition.wording or campaign.definition.digest
    if shown != old:
        raise ChangedMeanwhile(campaign_code)
    made = corrected(campaign_rows.document_of(session, campaign), changes)
    campaign_rows.set_corrected(session, campaign, made, digest(made))
    listed = [[one.path, one.before, one.after] for one in changes]
    return audit.record(
        session, by, Act.CORRECT, campaign_code, old=old, new=digest(made), changes=listed, second=second
    )


def corrections(session: Session, campaign: Campaign) -> tuple[Correction, ...]:
    """List the corrections of a campaign since it was armed, in order."""
    return tuple(
        read_correction(entry, facts)
        for entry, facts in audit.current_history(session, campaign.code)
        if entry.act == Act.CORRECT
    )


def read_correction(entry: LogEntry, facts: Mapping[str, Any]) -> Correction:
    """Read a correction from its entry in the log."""
    changes = tuple(WordingChange(*one) for one in facts["changes"])
    return Correction(entry.at, entry.actor, facts["second"], facts["old"], facts["new"], changes)


def verify(session: Session) -> None:
    """Check that what each campaign says follows from its armed definition by the corrections in the log.

    Raises ``BrokenLog`` naming the first campaign of which that does not hold.
    """
    armed: dict[str, str] = {}
    acts: dict[str, list[Correction]] = defaultdict(list)
    for entry in audit_rows.entries_of_acts(session, [Act.ARM, Act.DISARM, Act.CORRECT]):
        facts = json.loads(entry.detail)
        if entry.act == Act.CORRECT:
            acts[entry.campaign or ""].append(read_correction(entry, facts))
            continue
        acts.pop(entry.campaign or "", None)
        armed[entry.campaign or ""] = facts.get("definition", "") if entry.act == Act.ARM else ""
    for campaign_code, stored in campaign_rows.stored_definitions(session):
        known = armed.get(campaign_code)
        if known and not _holds(known, acts.get(campaign_code, ()), stored):
            raise BrokenLog(
                f"the wording of {campaign_code} does not follow from its armed definition "
                "by the corrections in the log"
            )


def _holds(armed: str, acts: Sequence[Correction], stored: campaign_rows.StoredDefinition) -> bool:
    if not armed == stored.digest == digest_of_text(stored.text):
        return False
    document, now = read_document(stored.text), armed
    for act in acts:
        try:
            document = corrected(document, act.changes)
        except BadCorrection:
            return False
        if (act.old, act.new) != (now, digest(document)):
            return False
        now = act.new
    if not acts:
        return stored.wording is None and stored.corrected is None
    return now == stored.wording and digest_of_text(stored.corrected or "") == now
