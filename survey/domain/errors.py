"""Every refusal that Minping knows by name; the edge turns them into a status and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from survey.domain.operations.retention import NAMED, Holder
from survey.domain.operations.shell_line import shell_line


class MinpingError(Exception):
    """Refuse an act for a reason that a person can mend; ``str()`` is one English sentence."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is made again in another process, where its sentence must not be composed anew."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[MinpingError], args: tuple[Any, ...], facts: dict[str, Any]) -> MinpingError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


class Flaw(StrEnum):
    """The kinds of fault that a definition can have; pages say each in their own words."""

    UNKNOWN_KEY = "unknown-key"
    MISSING = "missing"
    EMPTY = "empty"
    CONTROL_CHARACTER = "control-character"
    NOT_TEXT = "not-text"
    NOT_FLAG = "not-flag"
    NOT_WHOLE = "not-whole"
    NOT_NUMBER = "not-number"
    NOT_MOMENT = "not-moment"
    NOT_LIST = "not-list"
    NOT_TABLES = "not-tables"
    NOT_TABLE = "not-table"
    NOT_KEY = "not-key"
    NOT_CHOICE = "not-choice"
    NOT_ZONE = "not-zone"
    NOT_LIMIT = "not-limit"
    NOT_WINDOW = "not-window"
    NOT_PAIRS = "not-pairs"
    NOT_NUMBERS = "not-numbers"
    NOT_REQUIRED = "not-required"
    DUPLICATE = "duplicate"
    TWICE = "twice"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    NOT_ABOVE_ZERO = "not-above-zero"
    TOO_FEW = "too-few"
    TOO_MANY = "too-many"
    TOO_MANY_RATINGS = "too-many-ratings"
    TOO_LONG_BALLOT = "too-long-ballot"
    TOO_MANY_BREAKDOWN_ROWS = "too-many-breakdown-rows"
    TOO_MANY_OPTIONS = "too-many-options"
    NOT_FALLING = "not-falling"
    NO_WEIGHT = "no-weight"
    TICKS_SCALE = "ticks-scale"
    TICKS_CRITERIA = "ticks-criteria"
    TICKS_REASONS = "ticks-reasons"
    TICKS_QUOTA = "ticks-quota"
    UNTICKED_BEST = "unticked-best"
    UNTICKED_OF_LINES = "unticked-of-lines"
    WRITE_IN_OF_LINES = "write-in-of-lines"
    LIMIT_OF_UNTICKED = "limit-of-unticked"
    OVERALL_TWICE = "overall-twice"
    NO_SUCH = "no-such"
    NOTHING_ASKED = "nothing-asked"
    CLOSES_EARLY = "closes-early"
    SMALL_GROUPS_UNSAID = "small-groups-unsaid"
    READS_MERGED = "reads-merged"
    POOL_WEIGHT = "pool-weight"
    POOL_LIKE_GROUP = "pool-like-group"
    POOL_EMPTY = "pool-empty"
    POOL_ENTRY = "pool-entry"
    POOL_PAPER = "pool-paper"
    POOL_SPOILING = "pool-spoiling"
    POOL_BREAKDOWN = "pool-breakdown"
    EXCEPT_BESIDE_GROUPS = "except-beside-groups"
    EXCEPT_ALL = "except-all"
    QUESTION_OF_PART = "question-of-part"
    RESERVED = "reserved"
    TAKEN_BY_COMMENT = "taken-by-comment"
    OPTIONS_OF_TEXT = "options-of-text"
    AT_MOST_OF_ONE = "at-most-of-one"
    ALONE_KIND = "alone-kind"
    BREAKDOWN_KIND = "breakdown-kind"
    BREAKDOWN_GROUPS = "breakdown-groups"
    BREAKDOWN_NUMBER = "breakdown-number"
    PAPER_OPEN = "paper-open"
    PAPER_TEXTS = "paper-texts"
    PAPER_OVER_TICKS = "paper-over-ticks"
    WRITE_IN_OVER_QUOTA = "write-in-over-quota"
    PAPER_TOO_WIDE = "paper-too-wide"
    SMS_RULES = "sms-rules"
    SMS_EXTENSION = "sms-extension"
    SMS_POST = "sms-post"
    SMS_LINES = "sms-lines"
    SMS_STEPS = "sms-steps"
    SMS_TEXTS = "sms-texts"
    SMS_QUESTIONS = "sms-questions"
    SMS_QUOTAS = "sms-quotas"
    SMS_BLANK = "sms-blank"
    SMS_PAPER = "sms-paper"
    SMS_WORD = "sms-word"
    TURNS_ENTRY = "turns-entry"
    TURNS_PAPER = "turns-paper"
    TURNS_TICKS = "turns-ticks"
    TURNS_BLANK = "turns-blank"
    TURNS_CLOCK = "turns-clock"
    NO_TOML = "no-toml"
    FIXED = "fixed"


ASSESSMENT_FLAWS = frozenset({Flaw.NOT_PAIRS, Flaw.NOT_NUMBERS, Flaw.FIXED})
"""Flaws that only the definition of an assessment can have; the pages of campaigns do not meet them."""


@dataclass(frozen=True)
class Fault:
    """One fault of a definition: where (``ratees[3].section``) and what, in English and by its kind.

    ``facts`` are the numbers and words that a sentence on this kind of fault names.
    """

    path: str
    message: str
    flaw: Flaw
    facts: Mapping[str, str | int] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidDefinition(MinpingError):
    """A definition has faults; all of them are listed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class UnknownCampaign(MinpingError):
    """No campaign has this code."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(f'no campaign "{campaign_code}"; see: minping campaign list')


class CampaignExists(MinpingError):
    """A campaign of this code is loaded already."""


class ChangedMeanwhile(MinpingError):
    """Somebody else changed a draft, or whose turn it is, since it was read; nothing was stored."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(f"{campaign_code} was changed by somebody else since it was read")


class UnfinishedDraft(MinpingError):
    """What an organiser is writing differs from the definition that would be armed."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(
            f"the draft of {campaign_code} has faults; finish it on its set-up pages, then arm it"
        )


class WrongState(MinpingError):
    """An act does not fit the state that the campaign is in."""


class CannotDisarm(WrongState):
    """A campaign that is armed cannot be taken back.

    ``why`` tells the edge: ``codes-out`` (codes may be in somebody's hands), ``job`` (slips are being made),
    ``fetching`` (a file with codes is being fetched), ``ballots``, ``trial``.
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class BadCorrection(MinpingError):
    """A text of a frozen definition cannot be corrected like that; ``path`` names it, if one does.

    ``why`` tells the edge: ``unknown`` (no text that can be corrected), ``stale`` (it says something else by
    now), ``nothing`` (no text would change), ``another`` (the name of another ratee), ``fault`` (the
    definition would have a fault), ``printed`` (paper ballots that were printed could not be read any more).
    """

    def __init__(self, why: str, message: str, path: str = "") -> None:
        super().__init__(message)
        self.why = why
        self.path = path


class NeedsSecondPerson(MinpingError):
    """Codes are to be issued after opening to groups that were small then: a second person must agree."""

    def __init__(self, message: str, groups: Sequence[str]) -> None:
        super().__init__(message)
        self.groups = tuple(groups)


class NotCertifiable(MinpingError):
    """The count cannot be signed as it stands."""


class BadMoment(MinpingError):
    """Voting cannot begin, or end, then.

    ``why`` tells the edge: ``past``, ``not-later`` (than what there is), ``over`` (the end has come),
    ``by-hand`` (nothing of it is done by the clock), ``after-end`` (it would begin after it ends).
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class UnknownText(MinpingError):
    """The campaign has no such text."""


class BadName(MinpingError):
    """What was typed is nobody whom a written name can mean.

    ``why`` tells the edge: ``empty``, ``too-long``, ``unreadable``, ``on-list``, ``unknown``; ``key`` which
    wording it was typed for.
    """

    def __init__(self, why: str, message: str, key: str = "") -> None:
        super().__init__(message)
        self.why = why
        self.key = key


class CannotRelease(WrongState):
    """The place of a teller of written names cannot be freed.

    ``why`` tells the edge: ``no-place`` (the account holds none), ``decided`` (no wording is open), ``free``
    (another account can take part as it is), ``used-up`` (no new one can, before it is admitted), ``party``
    (the owner decides too), ``reset`` (another account made or reset the owner's after arming), ``resetter``
    (the owner reset a teller, which nobody confirmed).
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class CannotTakePart(WrongState):
    """An account cannot take a place among the tellers of written names.

    ``why`` tells the edge: ``full`` (three hold one), ``used-up`` (five took part, and this one is not
    admitted), ``sent-away`` (it released, disabled or reset a teller).
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class BadReason(MinpingError):
    """The reason of a release or an admission cannot be kept; ``why`` is empty, too-long or unreadable."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class BadEdition(MinpingError):
    """What was chosen cannot be published; ``why`` is level, sections, tables, note or until."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class BadRedaction(MinpingError):
    """A moderator's version of a text cannot be kept.

    ``why`` tells the edge: ``empty``, ``too-long``, ``unchanged``, ``control``.
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class BadDecision(MinpingError):
    """Something cannot be put on record beside a count as it was typed.

    ``faults`` map fields to what is wrong: ``missing``, ``too-long``, ``control``, ``not-points``, ``zero``,
    ``not-cap``, ``not-limit``, ``not-day``, ``future``, ``no-band``, ``no-caps``, ``over-cap``,
    ``caps-crossed``.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {why}" for field, why in faults.items()))
        self.faults = dict(faults)


class UnknownDecision(MinpingError):
    """There is no such entry that could be taken back, or nobody of this key to decide on."""


class UnknownGroup(MinpingError):
    """The campaign has no rater group of this key."""


class BadFile(MinpingError):
    """A file is missing, exists already, or does not hold what it should."""


class BadReceipt(MinpingError):
    """What somebody typed holds no receipt, or more than one."""


class BadShare(MinpingError):
    """Shares of a box key are damaged, too few, or of different sets.

    ``why`` tells the edge which: ``numbers``, ``holder``, ``words`` (typed back wrongly), ``other-share``
    (read back), ``empty``, ``word`` (``word`` and its ``place`` are named), ``length``, ``damaged``,
    ``group`` (of digits: the wrong ones are listed), ``groups`` (too few or too many digits, and the group
    from which on they do not fit), ``digits`` (right group by group, wrong together), ``other-set``,
    ``repeated``, ``other-box``, ``enough``, ``picture`` (without a QR code, or unreadable), ``other-code``
    (in it), ``several`` (shares in it), ``pdf`` (no sheet of a share), ``file`` (nothing readable).
    """

    def __init__(
        self,
        message: str,
        why: str = "damaged",
        *,
        word: str = "",
        place: int = 0,
        groups: Sequence[int] = (),
    ) -> None:
        super().__init__(message)
        self.why = why
        self.word = word
        self.place = place
        self.groups = tuple(groups)


class WrongKey(MinpingError):
    """A private key does not belong to this campaign's box."""


class StalePage(MinpingError):
    """What a page carried cannot be used any more; nothing was changed.

    ``why`` tells the edge: ``foreign`` (another session, campaign or account, or not ours), ``expired``,
    ``changed`` (the definition is another one), ``past`` (that step is over).
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"this page cannot be used any more ({why}); begin anew")
        self.why = why


class BadSetting(MinpingError):
    """A setting of the instance cannot be used."""


class NotReady(MinpingError):
    """The instance has no database or secrets yet, or an older schema."""


class NoSpace(MinpingError):
    """The disk has not the room that an act needs."""


class Unavailable(MinpingError):
    """The database cannot be reached, is busy or has no room; nothing was changed.

    ``reason`` is what it said.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason or message


class Deadlocked(Unavailable):
    """Two transactions waited for each other, and the database ended this one."""


class Unfinished(MinpingError):
    """An act of several steps stopped between two of them; the same command goes on."""


class OldReaders(MinpingError):
    """Somebody may still see the database as it was before; its files cannot forget that yet.

    ``holders`` are those who may, ``stands`` what was done nevertheless.
    """

    def __init__(self, holders: Sequence[Holder], stands: str = "nothing is lost") -> None:
        named = "; ".join(map(str, holders[:NAMED]))
        more = f"; and {len(holders) - NAMED} more" if len(holders) > NAMED else ""
        super().__init__(
            f"{stands}: the database cannot forget the old rows yet, as {named}{more}; "
            "then give the same command again"
        )
        self.holders = tuple(holders)


class BadCredentials(MinpingError):
    """An account, its password or its second factor does not hold."""


class UnconfirmedReset(MinpingError):
    """An account was reset by another one after arming, and nobody else has confirmed that this was right.

    ``name`` is the account, ``actor`` who reset it.
    """

    def __init__(self, campaign_code: str, name: str, actor: str) -> None:
        super().__init__(
            f'"{actor}" reset the account "{name}" after {campaign_code} was armed; before "{name}" signs, '
            f"or decides on written names, the other signer or a second owner must confirm that on the page "
            f"/admin/c/{campaign_code}/resets, or whoever runs the server by: "
            + shell_line("minping admin confirm-reset", name, "--campaign", campaign_code)
        )
        self.name = name
        self.actor = actor


class BadConfirmation(MinpingError):
    """There is no reset that this account could confirm."""


class ClonedPasskey(BadCredentials):
    """A passkey's counter did not grow: somebody may have a copy of it."""


class BadAccount(MinpingError):
    """An account cannot be made as asked."""


class UnknownJob(MinpingError):
    """There is no such job, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__("no such job")


class JobUnderway(MinpingError):
    """The campaign has a job under way already; only one goes at a time."""


class JobCancelled(MinpingError):
    """The job was cancelled, or is another worker's by now; nothing of it may be kept."""


class JobInterrupted(MinpingError):
    """The worker is about to end; the job is to be run again."""


class JobFailed(MinpingError):
    """The process that did a job says why it failed; ``fault`` is the name of the error there."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"the job failed: {fault}")
        self.fault = fault


class FileTooLarge(MinpingError):
    """What a job made is larger than may be kept for handing out."""


class OutdatedFile(MinpingError):
    """What a job made is of a count, or of decisions, that changed since."""


class FileGone(MinpingError):
    """What a job made was fetched, is too old, or is being fetched right now."""


class UnknownAccount(MinpingError):
    """No account has this number or name."""


class LastOwner(MinpingError):
    """The last owner cannot be kept out: nobody could let anybody in again."""


class LastSecondFactor(MinpingError):
    """An account's last second factor cannot be removed by its holder, only replaced."""


class TooManyAttempts(MinpingError):
    """Too many passwords or numbers were wrong; ``seconds`` tells how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many attempts failed; try again in {seconds} seconds")
        self.seconds = seconds


class PasswordsBusy(MinpingError):
    """Others' passwords are being checked, and this one was not; ``seconds`` tells when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"passwords of others are being checked; try again in {seconds} seconds")
        self.seconds = seconds


class BrokenLog(MinpingError):
    """The audit log's chain of hashes does not hold."""


class UnfitTemplate(MinpingError):
    """An office's own Word template cannot be filled in any more; nothing was made."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or "the Word template cannot be filled in; upload it anew or take it back")


class HeavyTemplate(UnfitTemplate):
    """A Word template asks for a document too large, or too long in the making; nothing was made."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or "the Word template makes too much; shorten it or take it back")


class BadStatements(MinpingError):
    """Files of reports cannot be given to ratees as chosen; nothing was stored.

    ``faults`` map numbers of waiting files to ``unknown`` or ``twice``; ``too_large`` tells that the campaign
    has no room for them. Without either, other files wait by now.
    """

    def __init__(self, faults: Mapping[int, str], *, too_large: bool = False) -> None:
        super().__init__("report files cannot be taken in as chosen")
        self.faults = dict(faults)
        self.too_large = too_large


class UnknownAssessment(MinpingError):
    """No assessment has this code."""

    def __init__(self, assessment_code: str) -> None:
        super().__init__(f'no assessment "{assessment_code}"; see: minping assessment list')


class AssessmentExists(MinpingError):
    """An assessment of this code is issued already."""


class WrongStage(MinpingError):
    """An act does not fit the stage that the assessment is in."""


class BadNumbers(MinpingError):
    """A file of numbers, targets, points or entries has faults; all of them are listed.

    ``warnings`` are what somebody has to give a reason for before the file is taken.
    """

    def __init__(self, faults: Sequence["CellFault"], warnings: Sequence["CellFault"] = ()) -> None:
        super().__init__("; ".join(str(fault) for fault in (*faults, *warnings)))
        self.faults = tuple(faults)
        self.warnings = tuple(warnings)


@dataclass(frozen=True)
class CellFault:
    """One fault of a file of rows: where (``G4``, ``row 7``), what stands there, what is wrong, the remedy.

    ``flaw`` is the kind of fault, ``message`` and ``remedy`` are English sentences; ``facts`` are the numbers
    and words that a sentence on this kind of fault names.
    """

    place: str
    value: str
    flaw: str
    message: str
    remedy: str
    facts: Mapping[str, str | int] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        shown = f' "{self.value}"' if self.value else ""
        return f"{self.place}:{shown} {self.message}; {self.remedy}"


class UnknownPeriod(MinpingError):
    """An assessment has no period of this name."""


class UnknownUnit(MinpingError):
    """An assessment has no unit, indicator or band of this key."""


class UnknownSeat(MinpingError):
    """An assessment has no such seat."""


class BadSeat(MinpingError):
    """A seat cannot be given as it was asked for; ``why`` tells the edge.

    ``keys`` (it names nothing, or something that the assessment does not have), ``elsewhere`` (an account of
    another unit, which has to be meant), ``account`` (no account can have this name).
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class UnknownEntry(MinpingError):
    """An assessment has no entry, veto or typed-in value under this number."""


class ReasonMissing(MinpingError):
    """What was asked for is done only with a reason."""


class UnfitEvidence(MinpingError):
    """A file cannot prove a number; ``why`` tells the edge.

    ``format`` (none of those that are taken, whatever its name says), ``large``, ``empty``, ``macros``,
    ``password``, ``damaged``, ``many`` (the number has as many as it may have), ``removed`` (who brings
    it brought too much within a day that was taken away again).
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class UnknownEvidence(MinpingError):
    """An assessment has no such file, or it belongs to a number that was submitted."""


class BadYearRecord(MinpingError):
    """Something cannot be put on record of a year's end as it was typed.

    ``faults`` map fields to what is wrong: ``missing``, ``too-long``, ``control``, ``not-points``,
    ``not-number``, ``not-day``, ``too-early``, ``too-late``, ``more-than-due``, ``unknown``; of sheets
    also ``out-of-range``, ``double``, ``opened``, ``handed-in``, ``too-few``.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {why}" for field, why in faults.items()))
        self.faults = dict(faults)


class UnknownYearRecord(MinpingError):
    """An assessment has no such record of its year's end, or it is another's."""


class TaskClosed(MinpingError):
    """A task that a unit was to mend is closed; nothing was put on record of it."""


class VisitMoved(MinpingError):
    """Somebody took a visit on the spot a step further since its page was shown; nothing was stored.

    ``by`` is who did, empty where only time passed or is still to pass.
    """

    def __init__(self, about: str, by: str = "") -> None:
        super().__init__(f"the visit {about} was taken further" + (f" by {by}" if by else ""))
        self.by = by


class NotesGone(MinpingError):
    """The key of an assessment's talk notes is not there: destroyed at the end, or lost."""


class NotScored(MinpingError):
    """What was asked for is known only once the year is scored, signed or decided."""


class BrokenRecord(MinpingError):
    """A score record is not what its digest names, or its evidence gives another outcome."""


class PaperKeyLost(MinpingError):
    """The paper key of a campaign is not there: no paper ballot of it can be printed or read any more."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(
            f"the paper key of {campaign_code} is not there; put the exported copy back into the folder "
            "of keys, or count its paper ballots by hand"
        )


class NotCollecting(WrongState):
    """Scanned ballots are read only once voting by phone has ended: ``collect`` comes first."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(
            f"{campaign_code} does not collect paper ballots; next: minping paper collect {campaign_code}, "
            "which ends the voting by phone"
        )


class SheetsWait(WrongState):
    """Paper ballots wait for people or for missing pages: ``waiting`` and ``incomplete`` say how many."""

    def __init__(self, campaign_code: str, waiting: int, incomplete: int) -> None:
        super().__init__(
            f"cannot close {campaign_code}: {waiting} paper ballots wait for two people to decide, "
            f"{incomplete} lack a page; decide them first"
        )
        self.waiting = waiting
        self.incomplete = incomplete


class BadAnswer(MinpingError):
    """What was answered to a question about a paper ballot cannot be taken.

    ``why`` tells the edge: ``gone`` (open no more), ``again`` (answered by this account already), ``joint``
    and ``alone`` (for two, or for one, to answer), ``pair`` (for two different people), ``unknown`` (not
    offered), and of a text ``too-long`` and ``control``.
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class ScansUnderWay(WrongState):
    """Scanned files of a campaign are being read, or wait for a job: what is in them is not known."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(
            f"cannot close {campaign_code}: scanned files are being read; wait for it, or cancel the job"
        )


class RunUnderWay(WrongState):
    """Scanned files of a campaign are being read by another run; one reads at a time, so that copies meet."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(
            f"cannot read scanned ballots of {campaign_code}: another run is under way; wait for its end"
        )


class NoPaper(MinpingError):
    """A campaign is not voted in on paper."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(f"{campaign_code} is not voted in on paper; its definition has no [paper]")


class PaperNotInstalled(MinpingError):
    """What reads paper ballots is not installed."""

    def __init__(self) -> None:
        super().__init__("reading paper ballots needs more libraries; run: pip install 'minping[paper]'")


class TooWideForPaper(MinpingError):
    """A ballot cannot be laid out on paper of the size chosen: ``title`` says which section or question.

    ``number`` is how many boxes or options it has.
    """

    def __init__(self, title: str, number: int, size: str) -> None:
        super().__init__(f'"{title}" with {number} choices has no room on {size}; choose A3, or fewer')
        self.title = title
        self.number = number
        self.size = size


class NoSms(MinpingError):
    """A campaign does not ask by text message."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(f'{campaign_code} does not ask by sms; its definition has no entry = "sms"')


class NoTurns(MinpingError):
    """A campaign is not filled in person by person."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(f"{campaign_code} is not rated person by person; its definition has no turns = true")


class WrongTurn(MinpingError):
    """An act does not fit the turns as they stand.

    ``why`` tells the edge: ``handing-in``, ``is-open``, ``other-open``, ``not-open``, ``none-waiting``,
    ``not-waiting``, ``still-waiting``, ``unknown``; ``ratee`` is the key of whom it is about, if anybody.
    """

    def __init__(self, why: str, message: str, ratee: str = "") -> None:
        super().__init__(message)
        self.why = why
        self.ratee = ratee


class SmsKeyLost(MinpingError):
    """The SMS key of a campaign is not there: its numbers cannot be read, and no reply can be taken."""

    def __init__(self, campaign_code: str) -> None:
        super().__init__(
            f"the sms key of {campaign_code} is not there: it was destroyed after the close, or lost; "
            "no number can be read without it"
        )


class BadClientList(MinpingError):
    """A list of clients has faults, and nothing of it was taken; ``faults`` name each with its place."""

    def __init__(self, faults: Sequence["CellFault"]) -> None:
        super().__init__(f"{len(faults)} faults in the list; nothing was taken")
        self.faults = tuple(faults)


class OutsideWindow(WrongState):
    """Text messages go out at certain hours only, and it is another one now."""

    def __init__(self, campaign_code: str, window: tuple[str, str]) -> None:
        super().__init__(
            f"{campaign_code} sends between {window[0]} and {window[1]} of its own time zone; "
            "name with --at when to begin"
        )
        self.window = window


class OptedOut(MinpingError):
    """A number asked for no messages, and gets none; which it is stands nowhere."""

    def __init__(self) -> None:
        super().__init__("this number asked for no messages; nothing was sent")


class SmsPlaceTaken(WrongState):
    """Another campaign on the same channel has the same sub-number: nobody could tell their replies apart."""

    def __init__(self, campaign_code: str, other: str, channel: str) -> None:
        super().__init__(
            f"{campaign_code} and {other} have the same channel ({channel}) and sub-number; "
            "their replies could not be told apart; close the other one first, or give this one an extension"
        )
        self.other = other


class MissingGlyphs(MinpingError):
    """The shipped font has no glyph for some characters that are to be printed."""

    def __init__(self, characters: str) -> None:
        named = " ".join(f"{character} (U+{ord(character):04X})" for character in characters)
        super().__init__(f"the font has no glyph for {named}; write these characters another way")
        self.characters = characters


class UnreadableReply(MinpingError):
    """A reply is not exactly one grade for each line of its form; nothing of it is repeated here."""

    def __init__(self) -> None:
        super().__init__("the reply is not one grade for each line")


class PhoneFlaw(StrEnum):
    """Why a text is no mobile number of mainland China."""

    NOT_A_NUMBER = "not-a-number"
    LANDLINE = "landline"
    FOREIGN = "foreign"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NOT_MOBILE = "not-mobile"
    ROUNDED = "rounded"


_PHONE_FLAWS = {
    PhoneFlaw.NOT_A_NUMBER: "this is not a telephone number",
    PhoneFlaw.LANDLINE: "this is a landline number, which receives no messages",
    PhoneFlaw.FOREIGN: "this is a number outside mainland China",
    PhoneFlaw.TOO_SHORT: "the number is too short; a mobile number has 11 digits",
    PhoneFlaw.TOO_LONG: "the number is too long; a mobile number has 11 digits",
    PhoneFlaw.NOT_MOBILE: "no mobile number begins so",
    PhoneFlaw.ROUNDED: "the spreadsheet shortened the number; format the column as text and type it again",
}


class BadPhoneNumber(MinpingError):
    """A text is no mobile number of mainland China; ``flaw`` says why, and the number is not repeated."""

    def __init__(self, flaw: PhoneFlaw) -> None:
        super().__init__(_PHONE_FLAWS[flaw])
        self.flaw = flaw


class NotAuthentic(MinpingError):
    """A request is not the provider's, or came before; ``why`` says so without repeating anything of it.

    ``forged``, ``stale`` (its time is not now), ``replayed``, ``foreign`` (from another address), and
    ``busy`` where it cannot be known for the number of requests.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"the request is not taken for the provider's: {why}")
        self.why = why


class UnreadableMessage(MinpingError):
    """A request of a provider is not in the form that it documents; nothing of it is repeated here."""

    def __init__(self) -> None:
        super().__init__("the request is not in the provider's form")


class ChannelFlaw(StrEnum):
    """What can be wrong in a file of channels."""

    UNREADABLE = "unreadable"
    OPEN_TO_OTHERS = "open-to-others"
    NOT_TOML = "not-toml"
    NOT_TOML_AT = "not-toml-at"
    UNKNOWN_TABLE = "unknown-table"
    NO_TABLES = "no-tables"
    NO_TABLE = "no-table"
    BAD_NAME = "bad-name"
    NO_ADAPTER = "no-adapter"
    UNKNOWN_KEY = "unknown-key"
    MISSING = "missing"
    NO_LINE = "no-line"
    NO_DIGITS = "no-digits"
    NO_WORD = "no-word"
    WRONG_LENGTH = "wrong-length"
    EXAMPLE = "example"
    BAD_CHARACTERS = "bad-characters"
    GUESSED = "guessed"
    NO_WHOLE_NUMBER = "no-whole-number"
    NO_FLAG = "no-flag"
    NO_PRICE = "no-price"
    NO_URL = "no-url"
    PLAIN_HTTP = "plain-http"
    NO_ADDRESSES = "no-addresses"
    NO_TEMPLATES = "no-templates"
    EMPTY_TEMPLATES = "empty-templates"


_CHANNEL_FLAWS = {
    ChannelFlaw.UNREADABLE: "cannot be read: {why}",
    ChannelFlaw.OPEN_TO_OTHERS: "can be read by others; run: chmod 600 {file}",
    ChannelFlaw.NOT_TOML: "is not written in TOML",
    ChannelFlaw.NOT_TOML_AT: "is not written in TOML, at {place}",
    ChannelFlaw.UNKNOWN_TABLE: "is not known; known is [channels.NAME]",
    ChannelFlaw.NO_TABLES: "must be tables: [channels.NAME]",
    ChannelFlaw.NO_TABLE: "must be a table: [{table}]",
    ChannelFlaw.BAD_NAME: "must be named in small letters, digits and -",
    ChannelFlaw.NO_ADAPTER: "must be one of {known}",
    ChannelFlaw.UNKNOWN_KEY: "is not known; known are {known}",
    ChannelFlaw.MISSING: "is missing",
    ChannelFlaw.NO_LINE: "must be a text of one line, at most {most} characters",
    ChannelFlaw.NO_DIGITS: "must be digits in quotation marks",
    ChannelFlaw.NO_WORD: "must be letters and digits without spaces",
    ChannelFlaw.WRONG_LENGTH: "must have {least} to {most} characters without spaces",
    ChannelFlaw.EXAMPLE: "is still the one of the documentation, which everybody knows",
    ChannelFlaw.BAD_CHARACTERS: "must be letters, digits, - and _",
    ChannelFlaw.GUESSED: "can be guessed; write what this prints: {command}",
    ChannelFlaw.NO_WHOLE_NUMBER: "must be a whole number from {least} to {most}",
    ChannelFlaw.NO_FLAG: "must be true or false",
    ChannelFlaw.NO_PRICE: 'must be a price from 0 to {most} in quotation marks, as "0.045"',
    ChannelFlaw.NO_URL: "must be an address like https://sms.example.org/send",
    ChannelFlaw.PLAIN_HTTP: "must begin with https:// – plain HTTP is for this machine alone",
    ChannelFlaw.NO_ADDRESSES: "must be a list of addresses like 203.0.113.0/24",
    ChannelFlaw.NO_TEMPLATES: 'must be a list of {{ id = "…", text = "…" }}',
    ChannelFlaw.EMPTY_TEMPLATES: "must have at least one",
}


@dataclass(frozen=True)
class ChannelFault:
    """One fault of a file of channels: where (``channels.office.key``), and what to write instead.

    ``facts`` fill its sentence in, and hold nothing of what stands there: it may be a key.
    """

    path: str
    flaw: ChannelFlaw
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return what is wrong and what to write instead, for commands."""
        return _CHANNEL_FLAWS[self.flaw].format(**self.facts)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BadChannels(MinpingError):
    """The file of text message channels has faults; all of them are listed."""

    def __init__(self, faults: Sequence[ChannelFault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class SmppNotInstalled(MinpingError):
    """What speaks SMPP is not installed."""

    def __init__(self) -> None:
        super().__init__("SMPP needs one more library; run: pip install 'minping[sms]'")


class Refusal(MinpingError):
    """A voter's request is refused; the edge knows status, key and sentence of each kind."""


class TooLarge(Refusal):
    """The request is larger than any ballot."""


class UnknownToken(Refusal):
    """No such voting code; ``mistyped`` tells that its check symbol does not fit."""

    def __init__(self, *, mistyped: bool = False) -> None:
        super().__init__("unknown code")
        self.mistyped = mistyped


class VoidedToken(Refusal):
    """The voting code was taken out of use before it was spent."""


class NotAdmitted(Refusal):
    """A code cannot be used now; ``open_entry`` tells that its campaign is open to everyone."""

    open_entry = False


class NotOpen(NotAdmitted):
    """Voting has not begun, or is held after a restore; ``opens_at`` tells when the clock opens it."""

    def __init__(self, opens_at: datetime | None = None) -> None:
        super().__init__("voting is not open")
        self.opens_at = opens_at


class AlreadyCast(NotAdmitted):
    """A ballot was received with this code."""


class NotAllOpened(NotAdmitted):
    """A ballot comes before the last ratee was opened, in a campaign that goes person by person."""


class Closed(NotAdmitted):
    """Voting is over."""


class UnknownStatement(Refusal):
    """No such file of a report, or none of a ratee whom this code rates."""

    def __init__(self) -> None:
        super().__init__("there is no such report file")


class AlteredStatement(Refusal):
    """The file of a report is not the one that was fixed when the campaign was armed."""

    def __init__(self) -> None:
        super().__init__("the report file is not the one that was fixed at arming")


class NotOffered(Refusal):
    """The campaign is not open to everyone, or no campaign has this address."""


class ByMessage(NotOffered):
    """The campaign asks by text message: whoever came to its address replies to the message instead."""


class FromElsewhere(Refusal):
    """The page of another site made this browser ask for a code."""

    def __init__(self) -> None:
        super().__init__("asked for by the page of another site")


class CeilingReached(Refusal):
    """An open campaign has given out all the codes it may."""


class TooBusy(Refusal):
    """More new codes were asked for from one address than it may have; ``seconds`` tells how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many codes asked for at once")
        self.seconds = seconds


@dataclass(frozen=True)
class FieldFault:
    """Why one field of a ballot cannot be taken.

    ``kind`` is one of ``repeated``, ``unknown``, ``no-option``, ``too-many``, ``alone``, ``too-long``,
    ``unreadable``, ``missing-reason``, ``required``, ``over-quota``, ``over-ticks``, ``over-names``,
    ``on-list``, ``rated-by-others``, ``named-twice``, ``no-name``, ``not-opened``, ``bad-receipt``;
    ``limit`` the number that was exceeded, ``given`` the number found, ``label`` the grade or option in
    question, ``names`` the ratees concerned.
    """

    kind: str
    limit: int = 0
    given: int = 0
    label: str = ""
    names: tuple[str, ...] = ()


class InvalidBallot(Refusal):
    """Some fields of a ballot cannot be taken; nothing was stored."""

    def __init__(self, fields: Mapping[str, FieldFault]) -> None:
        super().__init__("invalid ballot: " + ", ".join(f"{name} ({f.kind})" for name, f in fields.items()))
        self.fields = dict(fields)
