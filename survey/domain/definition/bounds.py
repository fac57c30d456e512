"""What is refused of a new definition: what nobody could cast, or count, and what names may not hold."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

from survey.domain.ballot.ballot import BallotForm
from survey.domain.ballot.packing import MAX_BODY
from survey.domain.count.tally import options_of
from survey.domain.errors import Fault, Flaw, InvalidDefinition, TooWideForPaper
from survey.domain.paper.fate import BLANK, SPOIL, UNSURE
from survey.domain.paper.layout.flow import require_room
from survey.domain.sms.askable import sms_faults

from .campaign import Definition, EntryMode
from .form import QuestionKind
from .names import unclear
from .reader import read_definition
from .rules import BlankRule, OverQuota, PaperRules, PaperTexts, Spoiling
from .validation import MAX_FAULTS

MAX_BREAKDOWN_ROWS = 250_000
"""Over all breakdowns: 1,000 persons with five criteria each, by two questions of two dozen options."""
MAX_QUESTION_ROWS = 250_000
"""Options of all questions, each once for every rater group that is asked."""
_ROOM_FOR_TEXT = 16 * 1024
"""Left in a voter's request for codes, padding and what is written."""


def check_definition(data: Mapping[str, Any]) -> Definition:
    """Read a definition that is new here; refuse one too large to be cast or counted, or with signs unseen.

    ``data`` is what ``read_definition`` takes. Those stored before are read with that, as they are. Raises
    ``InvalidDefinition`` with every fault.
    """
    definition = read_definition(data)
    faults = tuple(islice((*unclear(data), *_faults(definition)), MAX_FAULTS))
    if faults:
        raise InvalidDefinition(faults)
    return definition


def ticked_bytes(form: BallotForm) -> int:
    """Return how many bytes of a request all that can be ticked on a ballot takes, each at its longest."""
    ticks = sum(field_bytes(line.name, *line.positions) for line in form.lines)
    for name, question in form.questions.items():
        if question.kind is not QuestionKind.TEXT:
            longest = sorted((field_bytes(name, option.key) for option in question.options), reverse=True)
            ticks += sum(longest[: question.at_most if question.kind is QuestionKind.CHOICES else 1])
    return ticks


def field_bytes(name: str, *values: str) -> int:
    """Return how many bytes of a request a field takes, with the longest of some values."""
    return len(f"{quote(name)}=&") + max((len(quote(value)) for value in values), default=0)


def _faults(definition: Definition) -> Iterator[Fault]:
    largest = MAX_BODY - _ROOM_FOR_TEXT
    for group in definition.groups:
        taken = ticked_bytes(BallotForm(definition, group.key))
        if taken > largest:
            said = f"a whole ballot of group {group.key} takes {taken} bytes; at most {largest} can be cast"
            facts: dict[str, str | int] = {"group": group.label, "limit": largest // 1024}
            yield Fault("ratees", said, Flaw.TOO_LONG_BALLOT, facts)
            break
    rows = len(definition.lines) * sum(len(options_of(question)) for question in definition.breakdowns)
    if rows > MAX_BREAKDOWN_ROWS:
        said = f"breakdowns of {rows} rows are too many to count; at most {MAX_BREAKDOWN_ROWS}"
        yield Fault("questions", said, Flaw.TOO_MANY_BREAKDOWN_ROWS, {"limit": MAX_BREAKDOWN_ROWS})
    options = sum(len(question.options) * len(question.groups) for question in definition.questions)
    if options > MAX_QUESTION_ROWS:
        said = f"{options} options over all rater groups are too many to count; at most {MAX_QUESTION_ROWS}"
        yield Fault("questions", said, Flaw.TOO_MANY_OPTIONS, {"limit": MAX_QUESTION_ROWS})
    if definition.pools:
        yield from _pool_faults(definition)
    if definition.paper:
        yield from _paper_faults(definition, definition.paper)
    if definition.entry is EntryMode.SMS:
        yield from sms_faults(definition)
    if definition.turns:
        yield from _turn_faults(definition)
    if definition.takes_names:
        yield from _written_name_faults(definition)


def _pool_faults(definition: Definition) -> Iterator[Fault]:
    """Find what would tell how one unit of a pool voted, see docs/secrecy.md."""
    if definition.entry is not EntryMode.CODES:
        said = "must be codes where groups are in pools: each unit gets its own"
        yield Fault("campaign.entry", said, Flaw.POOL_ENTRY)
    if definition.paper:
        said = "cannot be where groups are in pools: a sheet leaves a unit's own lines out, which names it"
        yield Fault("paper", said, Flaw.POOL_PAPER)
    if not definition.has_uneven_pool:
        return
    rules = definition.rules
    harmless = {Spoiling.ALL_BLANK} if rules.blank is BlankRule.REQUIRE else set()
    if rules.spoiled_if - harmless:
        said = "would tell whose ballot was spoiled, where a pool's groups do not rate the same; leave it out"
        yield Fault("rules.spoiled_if", said, Flaw.POOL_SPOILING)
    for at, question in enumerate(definition.questions):
        if question.breakdown:
            said = "would tell which option each unit chose, where a pool's groups do not rate the same"
            yield Fault(f"questions[{at}].breakdown", said, Flaw.POOL_BREAKDOWN)


def _paper_faults(definition: Definition, paper: PaperRules) -> Iterator[Fault]:
    """Find what a voter on paper could not do, who is gone when the sheet is read."""
    if definition.entry is EntryMode.OPEN:
        yield Fault("paper", "belongs to entry = codes only: sheets are printed for codes", Flaw.PAPER_OPEN)
    if paper.texts is PaperTexts.NONE:
        reasons = any(definition.scale[section.scale].asks_reasons for section in definition.sections)
        written = any(item.required for item in definition.questions if item.kind is QuestionKind.TEXT)
        if reasons or written or definition.takes_names:
            said = 'must be "typed": some grades ask for reasons, a question for words, or a list for names'
            yield Fault("paper.texts", said, Flaw.PAPER_TEXTS)
    if paper.over_quota is OverQuota.BLANK and any(one.is_ticked for one in definition.sections):
        said = 'must be "spoil": on a list to tick an empty line counts, so ticks cannot be taken away'
        yield Fault("paper.over_quota", said, Flaw.PAPER_OVER_TICKS)
    for path, key in _ticked_keys(definition):
        if key in (BLANK, SPOIL, UNSURE):
            said = f'"{key}" is an answer to a doubtful line; on paper no grade or option may be called that'
            yield Fault(path, said, Flaw.RESERVED, {"value": key})
    try:
        require_room(definition, paper)
    except TooWideForPaper as error:
        facts: dict[str, str | int] = {"title": error.title, "number": error.number, "size": error.size}
        yield Fault("paper.size", str(error), Flaw.PAPER_TOO_WIDE, facts)


def _turn_faults(definition: Definition) -> Iterator[Fault]:
    """Find what does not go with ratees that are opened one after the other."""
    if definition.entry is not EntryMode.CODES:
        said = "belongs to entry = codes only: those who are there rate, each with a code"
        yield Fault("campaign.turns", said, Flaw.TURNS_ENTRY)
    if definition.closes_at:
        said = "does not go with turns: ballots come at the end, and the clock would lose them all"
        yield Fault("campaign.closes_at", said, Flaw.TURNS_CLOCK)
    if definition.paper:
        yield Fault("paper", "does not go with turns: a sheet lies there whole", Flaw.TURNS_PAPER)
    for at, section in enumerate(definition.sections):
        if section.is_ticked:
            said = "a list to tick does not go with turns: an empty line would be a vote"
            yield Fault(f"sections[{at}].form", said, Flaw.TURNS_TICKS)
    if definition.rules.blank is not BlankRule.ALLOW:
        said = 'must be "allow" with turns: whoever is late or absent leaves lines empty'
        yield Fault("rules.blank", said, Flaw.TURNS_BLANK)


def _written_name_faults(definition: Definition) -> Iterator[Fault]:
    """Find lines for names that nobody could fill in: ticks and names together keep within the quota."""
    forms = [BallotForm(definition, group.key) for group in definition.groups]
    for at, section in enumerate(definition.sections):
        most = max(
            (
                allowed
                for form in forms
                for quota, allowed, _position, places in form.quotas
                if places and quota.section == section.key
            ),
            default=section.write_in,
        )
        if section.write_in > most:
            said = f"is more than the quota, which ticks and names keep within together: at most {most}"
            yield Fault(f"sections[{at}].write_in", said, Flaw.WRITE_IN_OVER_QUOTA, {"limit": most})


def _ticked_keys(definition: Definition) -> Iterator[tuple[str, str]]:
    """Go through the keys of all that can be ticked, with their paths."""
    for at, scale in enumerate(definition.scales):
        yield from ((f"scales[{at}].grades[{row}].key", one.key) for row, one in enumerate(scale.grades))
    for at, question in enumerate(definition.questions):
        yield from (
            (f"questions[{at}].options[{row}].key", one.key) for row, one in enumerate(question.options)
        )
