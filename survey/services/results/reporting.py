"""The official report of a count: its forms and tables, with what only the log and the campaign know."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.documents.export.archive import form_of, forms_of
from survey.documents.export.exporting import export, rendered
from survey.documents.export.formats import find_format
from survey.documents.word.placeholders import Template
from survey.domain.audit.acts import Act
from survey.domain.count.disclosure import Count
from survey.domain.count.kept_texts import LeftOut
from survey.domain.count.results import Results, SectionNames, work_out
from survey.domain.decisions.decisions import Decisions, decision_tables, examined
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.canonical import digest
from survey.domain.publication.moderation import Text
from survey.domain.publication.written_texts import comment_tables, not_kept
from survey.domain.results.evaluation_report import Situation, make_situation
from survey.domain.results.official import make_report
from survey.domain.results.table import Report
from survey.domain.results.voting_period import VotingPeriod
from survey.domain.sms.messages import SmsTold
from survey.services.audit import audit
from survey.services.count import certificate
from survey.services.count.counting import texts_left_out
from survey.services.count.written_names import outcome_of
from survey.services.sms.accounting import told_numbers
from survey.storage import count_rows
from survey.version import __version__

from . import comments, decisions, publishing, word_templates

_UNCHANGING = frozenset({Act.RECOUNT, Act.PUBLISH, Act.HAND_OUT})
"""The acts on a counted campaign after which its files are what they were."""


@dataclass(frozen=True)
class Reported:
    """What the official report of a counted campaign is made of: all of it, so that it needs no database.

    Making it takes its time; one can be sent to another process, to be made there. ``template`` is the
    office's own Word template for tables, if it has one.
    """

    campaign: Campaign
    count: Count
    digest: str
    decided: Decisions
    texts: Sequence[Text]
    left_out: LeftOut
    names: tuple[SectionNames, ...]
    sms: SmsTold | None
    voted: VotingPeriod
    template: bytes | None

    @property
    def title(self) -> str:
        """Return the campaign's title."""
        return self.campaign.definition.title

    def report(self) -> Report:
        """Make the report; what a committee decided, and released texts, are printed last."""
        definition = self.campaign.definition
        results = self._results()
        extra = [
            *decision_tables(definition, self.decided, results=results),
            *comment_tables(definition, self.texts),
        ]
        remarks = not_kept(definition, self.left_out)
        chosen = examined(self.decided)
        return make_report(results, self.digest, self.campaign.state, extra, self.voted, remarks, chosen)

    def all_as(self, kind: str) -> bytes:
        """Return everything as a file's content, as ``rendered``; as plain values, the results alone."""
        if find_format(kind).write_report is None:
            return export(kind, self._results(), self.campaign.state, self.digest)
        return rendered(kind, self.report(), self.template)

    def _results(self) -> Results:
        return replace(work_out(self.campaign.definition, self.count), names=self.names, sms=self.sms)

    def forms_as(self, kind: str) -> bytes:
        """Return the forms of all ratees as a file's content, as ``rendered``."""
        return rendered(kind, forms_of(self.report()), self.template)

    def form_as(self, kind: str, ratee: str) -> tuple[str, bytes] | None:
        """Return what one ratee's form is called and its content, if there is one; as ``rendered``."""
        report = form_of(self.report(), ratee)
        if not report.sheets:
            return None
        return report.sheets[0].full_title, rendered(kind, report, self.template)


@dataclass(frozen=True)
class Situated:
    """What the report on an evaluation is made of; ``template`` as in ``Reported``."""

    situation: Situation
    template: bytes | None

    def as_word(self) -> bytes:
        """Return the report as a Word document's content."""
        from survey.documents.word.report import report_docx

        out = io.BytesIO()
        report_docx(self.situation, out, self.template)
        return out.getvalue()


def situated(session: Session, campaign_code: str) -> Situated:
    """Gather what the report on an evaluation is made of; raises ``WrongState`` before the count."""
    campaign, results, _digest = publishing.results(session, campaign_code)
    decided = decision_tables(campaign.definition, decisions.decisions_of(session, campaign), results=results)
    situation = make_situation(results, certificate.gather(session, campaign), campaign.state, decided)
    return Situated(situation, word_templates.content_of(session, campaign.unit, Template.REPORT))


def edition(session: Session, campaign: Campaign) -> str:
    """Name all that files of a counted campaign are made of: while it is the same, so are they.

    Only what messages came to is of the moment at which a file was made: receipts go on coming for hours.
    It is worked out of the count's digest, the numbers of the log's entries on the campaign that change what
    files say, and the office's templates; the count itself is not read. Raises ``WrongState`` before the
    count.
    """
    campaign.require(*publishing.COUNTED, to="show results")
    changes = [
        entry.number for entry, _ in audit.history(session, campaign.code) if entry.act not in _UNCHANGING
    ]
    templates = [
        sha256(word_templates.content_of(session, campaign.unit, kind) or b"").hexdigest()
        for kind in Template
    ]
    return digest(
        [count_rows.count_digest(session, campaign), campaign.state, changes, templates, __version__]
    )


def report(session: Session, campaign_code: str) -> Reported:
    """Gather what a report is made of; raises ``WrongState`` before the count."""
    campaign, count, digest = publishing.counted(session, campaign_code)
    return Reported(
        campaign,
        count,
        digest,
        decisions.decisions_of(session, campaign),
        comments.released(session, campaign_code),
        texts_left_out(session, campaign),
        outcome_of(session, campaign),
        told_numbers(session, campaign),
        publishing.voted(session, campaign),
        word_templates.content_of(session, campaign.unit, Template.TABLES),
    )
