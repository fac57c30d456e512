"""What is there, missing, or worth knowing before a campaign's next act, out of plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from survey.domain.ballot.turns import TurnStanding
from survey.domain.count.accounting import Accounting
from survey.domain.count.kept_texts import fields_of_few
from survey.domain.definition.campaign import Campaign, Custody, EntryMode, State
from survey.domain.definition.loose_ends import unused_sections
from survey.domain.publication.moderation import subjects
from survey.domain.publication.turnout_disclosure import ShownReturn

from .starting import Lack

if TYPE_CHECKING:
    from survey.services.paper.status import PaperStatus

NONE_YET = ShownReturn(0, 0, 0, exact=True)


class NextAct(StrEnum):
    """What a person does next."""

    ARM = "arm"
    ISSUE = "issue"
    OPEN = "open"
    REOPEN = "reopen"
    COLLECT = "collect"
    SCAN = "scan"
    REVIEW = "review"
    TURNS = "turns"
    CLOSE = "close"
    FINISH_CLOSE = "finish-close"
    COUNT = "count"
    SIGN = "sign"
    DELIVER = "deliver"
    SHRED = "shred"
    PUBLISH = "publish"
    ERASE = "erase"
    NOTHING = "nothing"


class Severity(StrEnum):
    """What a check means for the next step: it holds, is only said, is better mended, or must be mended."""

    DONE = "done"
    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True)
class Check:
    """One line above the button: ``key`` names its sentence, ``facts`` go into it."""

    key: str
    standing: Severity
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """All that the next step is worked out from."""

    campaign: Campaign
    now: datetime
    unfinished: bool = False
    tried: bool = False
    signers: int = 0
    with_factor: int = 0
    unconfirmed: int = 0
    key_copied: bool = False
    key_there: bool = True
    threshold: int | None = None
    plain_http: bool = False
    allow_http: bool = False
    turnout: ShownReturn = NONE_YET
    uncounted: int = 0
    lacking: int = 0
    accounting: Accounting | None = None
    waiting: int = 0
    open_names: bool = False
    statements_waiting: int = 0
    signed: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    printed: bool = False
    paper_key_copied: bool = False
    paper_key_missing: bool = False
    paper: "PaperStatus | None" = None
    standing: TurnStanding | None = None


_BY_SMS = {
    "issued": "listed",
    "outstanding": "not-replied",
    "all-in": "all-replied",
    "lacks-codes": "lacks-list",
    "unshaken": "replies-awaited",
}
"""What a check says instead where clients answer by text message and nobody holds a code."""


def checks(act: NextAct, facts: Facts) -> Iterator[Check]:
    """List what to know before an act, in the order in which it is shown."""
    for check in _checks(act, facts):
        by_sms = facts.campaign.definition.by_sms
        yield replace(check, key=_BY_SMS.get(check.key, check.key)) if by_sms else check


def _checks(act: NextAct, facts: Facts) -> Iterator[Check]:
    match act:
        case NextAct.ARM:
            yield from (*_before_arming(facts), *_signers(facts, Severity.WARN))
        case NextAct.ISSUE | NextAct.OPEN:
            yield from (
                *_before_opening(facts),
                *_signers(facts, Severity.WARN),
                *_factors(facts, Severity.NOTE),
            )
        case NextAct.REOPEN:
            yield Check("held", Severity.WARN)
            if facts.standing and facts.standing.handing_in:
                yield Check("hand-in-taken-back", Severity.NOTE)
            if facts.campaign.definition.paper:
                over = facts.campaign.collecting
                yield Check("phone-over", Severity.DONE) if over else Check("urn-seen", Severity.WARN)
            yield from _plain(facts)
        case NextAct.COLLECT:
            yield from (
                *_before_collecting(facts),
                *_signers(facts, Severity.WARN),
                *_factors(facts, Severity.NOTE),
            )
        case NextAct.SCAN | NextAct.REVIEW:
            yield from _collected(facts)
        case NextAct.TURNS:
            yield from _before_handing_in(facts)
        case NextAct.CLOSE:
            yield from _before_closing(facts)
        case NextAct.FINISH_CLOSE:
            yield Check("unshaken", Severity.WARN)
        case NextAct.COUNT:
            yield from (
                *_before_counting(facts),
                *_signers(facts, Severity.WARN),
                *_factors(facts, Severity.NOTE),
            )
        case NextAct.SIGN:
            yield from (*_adds_up(facts), *_signers(facts, Severity.BLOCK), *_factors(facts, Severity.BLOCK))
            yield from _waiting(facts)
        case NextAct.DELIVER:
            yield from (_signed(facts), *_waiting(facts), Check("shred-last", Severity.NOTE))
        case NextAct.SHRED if facts.campaign.state is State.SHREDDING:
            yield Check("half-shredded", Severity.WARN)
        case NextAct.SHRED:
            yield from (_signed(facts), *_waiting(facts), Check("copies", Severity.NOTE))
        case _:
            yield from (Check("shredded", Severity.DONE), *_waiting(facts))


def _before_arming(facts: Facts) -> Iterator[Check]:
    definition = facts.campaign.definition
    if facts.unfinished:
        yield Check("unfinished", Severity.BLOCK)
    elif not definition.ratees:
        yield Check("nothing-rated", Severity.WARN, {"questions": len(definition.questions)})
    else:
        numbers = {"ratees": len(definition.ratees), "groups": len(definition.groups)}
        alone = "defined-of-one" if len(definition.groups) == 1 else "defined"
        yield Check(alone, Severity.DONE, numbers)
        if unused := unused_sections(definition):
            names = "、".join(f"“{section.title}”" for section in unused)
            yield Check("unused-forms", Severity.WARN, {"names": names})
    if facts.statements_waiting:
        yield Check("statements-waiting", Severity.BLOCK, {"number": facts.statements_waiting})
    if definition.closes_at and definition.closes_at <= facts.now:
        yield Check("ends-in-the-past", Severity.BLOCK, {"when": definition.closes_at})
    if few := fields_of_few(definition):
        named = subjects(definition)
        names = "、".join(f"“{named[of]}”" for of in few)
        yield Check("texts-of-few", Severity.WARN, {"names": names, "least": definition.results.minimum_cell})
    if not facts.campaign.is_trial:
        yield Check("tried", Severity.DONE) if facts.tried else Check("untried", Severity.NOTE)


def _before_opening(facts: Facts) -> Iterator[Check]:
    yield Check("frozen", Severity.DONE)
    if facts.turnout.issued:
        yield Check("issued", Severity.DONE, {"number": facts.turnout.valid})
    yield from _key(facts)
    if Lack.END in facts.lacks:
        yield Check("ended-before-it-began", Severity.BLOCK, {"when": facts.campaign.closes_at})
    yield from _by_the_clock(facts)
    yield from _plain(facts)


def _by_the_clock(facts: Facts) -> Iterator[Check]:
    opens_at = facts.campaign.opens_at
    if opens_at is None:
        return
    if Lack.DECISION in facts.lacks:
        yield Check("start-undecided", Severity.WARN, {"when": opens_at})
    elif opens_at > facts.now:
        yield Check("starts-by-the-clock", Severity.NOTE, {"when": opens_at})
    else:
        yield Check("start-overdue", Severity.WARN, {"when": opens_at})
    if Lack.CODES in facts.lacks:
        yield Check("lacks-codes", Severity.WARN)
    if Lack.JOB in facts.lacks:
        yield Check("lacks-job", Severity.NOTE)


def _before_collecting(facts: Facts) -> Iterator[Check]:
    yield Check("issued", Severity.DONE, {"number": facts.turnout.valid})
    yield Check("cast-by-phone", Severity.NOTE, {"number": facts.turnout.returned})
    yield Check("phone-ends", Severity.WARN)
    if facts.printed:
        yield Check("leftover-sheets", Severity.NOTE)
    else:
        yield Check("unprinted", Severity.WARN)
    yield from (*_key(facts), *_paper_key(facts))
    if ends_at := facts.campaign.closes_at:
        over = ends_at <= facts.now
        yield Check("time-to-collect" if over else "collects-by-the-clock", Severity.NOTE, {"when": ends_at})
    yield from _present(facts)


def _collected(facts: Facts) -> Iterator[Check]:
    """Describe what was read of the urn so far; numbers of all groups together."""
    yield Check("phone-over", Severity.DONE)
    paper = facts.paper
    yield from _paper_key(facts)
    if paper is None:
        return
    if paper.found:
        yield Check("sheets-read", Severity.DONE, {"number": paper.found})
    else:
        yield Check("nothing-scanned", Severity.NOTE)
    left = paper.sheets
    for key, standing, number in (
        ("sheets-wait", Severity.WARN, left.waiting),
        ("sheets-incomplete", Severity.WARN, left.incomplete),
        ("sheets-ready", Severity.NOTE, left.ready),
    ):
        if number:
            yield Check(key, standing, {"number": number})
    yield _urn(paper)


def _paper_key(facts: Facts) -> Iterator[Check]:
    if facts.paper_key_missing:
        yield Check("paper-key-lost", Severity.WARN)
    elif facts.printed and not facts.paper_key_copied and not facts.campaign.is_trial:
        yield Check("paper-key-not-copied", Severity.WARN)


def _urn(paper: "PaperStatus") -> Check:
    if paper.urn is None:
        return Check("urn-uncounted", Severity.NOTE)
    numbers = {"urn": paper.urn, "number": paper.found}
    return (
        Check("urn-differs", Severity.WARN, numbers)
        if paper.unlike_urn
        else Check("urn-agrees", Severity.DONE, numbers)
    )


def _before_closing(facts: Facts) -> Iterator[Check]:
    yield from (*_at_the_end(facts), *_signers(facts, Severity.WARN), *_factors(facts, Severity.NOTE))


def _at_the_end(facts: Facts) -> Iterator[Check]:
    """Describe what came back, and when it ends."""
    if facts.campaign.is_collecting:
        yield from (*_collected(facts), *_returned(facts.turnout), *_key(facts), *_present(facts))
        return
    if facts.campaign.definition.entry is EntryMode.OPEN:
        yield from (*_taken_part(facts.turnout), *_key(facts))
    else:
        if facts.standing:
            yield Check("handing-in", Severity.DONE)
        yield from (*_returned(facts.turnout), *_key(facts))
    if facts.campaign.closes_at:
        over = facts.campaign.closes_at <= facts.now
        key = "time-is-up" if over else "ends-by-the-clock"
        yield Check(key, Severity.NOTE, {"when": facts.campaign.closes_at})
    yield from _present(facts)


def _before_handing_in(facts: Facts) -> Iterator[Check]:
    yield from (
        *_in_turns(facts),
        *_key(facts),
        *_present(facts),
        *_signers(facts, Severity.WARN),
        *_factors(facts, Severity.NOTE),
    )


def _in_turns(facts: Facts) -> Iterator[Check]:
    """Describe how far a list is of which one person is rated after the other."""
    yield Check("issued", Severity.DONE, {"number": facts.turnout.valid})
    if facts.standing is None:
        return
    waiting = len(facts.standing.waiting)
    running = facts.standing.current is not None
    if waiting:
        numbers = {"done": facts.standing.number_done, "number": waiting}
        yield Check("turn-running" if running else "turns-waiting", Severity.NOTE, numbers)
    elif running:
        yield Check("last-turn", Severity.NOTE)
    else:
        yield Check("not-handing-in", Severity.WARN)


def _returned(turnout: ShownReturn) -> Iterator[Check]:
    yield Check("issued", Severity.DONE, {"number": turnout.valid})
    if turnout.exact and not turnout.unused:
        yield Check("all-in", Severity.DONE)
    else:
        yield Check("outstanding", Severity.WARN, {"number": turnout.unused})


def _taken_part(turnout: ShownReturn) -> Iterator[Check]:
    """Describe how many came by the link; whoever has not handed in by now may never do so."""
    if turnout.returned:
        yield Check("taken-part", Severity.DONE, {"number": turnout.returned})
    else:
        yield Check("hardly-anybody", Severity.WARN)
    if turnout.unused > 0:
        yield Check("not-handed-in", Severity.NOTE, {"number": turnout.unused})


def _before_counting(facts: Facts) -> Iterator[Check]:
    yield Check("shaken", Severity.DONE)
    if facts.campaign.custody is Custody.SCRUTINEERS:
        yield Check("bring-shares", Severity.NOTE, {"number": facts.threshold or 2})
    elif facts.key_there:
        yield Check("key-there", Severity.DONE)
    else:
        yield Check("key-lost", Severity.BLOCK)
    yield from _present(facts)


def _adds_up(facts: Facts) -> Iterator[Check]:
    accounts = facts.accounting.groups.values() if facts.accounting else ()
    unreadable = sum(max(account.unreadable, 0) for account in accounts)
    wrong = any(
        account.unreadable < 0
        or account.unused < 0
        or (account.present is not None and account.returned > account.present)
        for account in accounts
    )
    if facts.lacking:
        yield Check("present-needed", Severity.BLOCK, {"number": facts.lacking})
    if facts.open_names:
        yield Check("names-open", Severity.BLOCK)
    if wrong:
        yield Check("does-not-add-up", Severity.BLOCK)
    elif unreadable:
        yield Check("unreadable", Severity.WARN, {"number": unreadable})
    else:
        yield Check("adds-up", Severity.DONE)


def _key(facts: Facts) -> Iterator[Check]:
    if facts.campaign.custody is Custody.SCRUTINEERS:
        yield Check("key-with-scrutineers", Severity.DONE)
    elif facts.key_copied:
        yield Check("key-copied", Severity.DONE)
    elif not facts.campaign.is_trial:
        yield Check("key-not-copied", Severity.WARN)


def _plain(facts: Facts) -> Iterator[Check]:
    if facts.plain_http:
        yield Check("plain-http", Severity.WARN if facts.allow_http else Severity.BLOCK)


def _signers(facts: Facts, lacking: Severity) -> Iterator[Check]:
    needed = facts.campaign.definition.signatures
    if needed == 1 and not facts.signers:
        yield Check("no-signer", lacking)
    elif facts.signers < needed:
        yield Check("no-signers", lacking, {"number": needed - facts.signers})
    if facts.unconfirmed:
        yield Check("reset-unconfirmed", Severity.WARN, {"number": facts.unconfirmed})


def _factors(facts: Facts, lacking: Severity) -> Iterator[Check]:
    # Setting one up takes a phone and some minutes: nobody should learn of it with the count on the table.
    needed = facts.campaign.definition.signatures
    numbers = {"ready": facts.with_factor, "number": facts.signers, "needed": needed}
    if facts.with_factor >= needed:
        yield Check("second-factors", Severity.DONE, numbers)
    elif facts.signers >= needed:
        yield Check("no-second-factors", lacking, numbers)


def _present(facts: Facts) -> Iterator[Check]:
    if facts.lacking:
        yield Check("present-needed", Severity.WARN, {"number": facts.lacking})
    elif facts.campaign.definition.entry is EntryMode.CODES and facts.uncounted:
        yield Check("present-unknown", Severity.NOTE, {"number": facts.uncounted})


def _waiting(facts: Facts) -> Iterator[Check]:
    if facts.waiting:
        yield Check("texts-waiting", Severity.NOTE, {"number": facts.waiting})


def _signed(facts: Facts) -> Check:
    return Check("signed", Severity.DONE, {"names": "、".join(facts.signed)})
