"""The official report of a count: its forms and tables, with what only the log and the campaign know."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.documents.export.archive import form_of, forms_of
from survey.documents.export.exporting import export, rendered
from survey.documents.export.formats import find_format
from survey.documents.word.placeholders import Template
from survey.domain.count.disclosure import Count
from survey.domain.count.kept_texts import LeftOut
from survey.domain.count.results import work_out
from survey.domain.decisions.decisions import Decisions, decision_tables
from survey.domain.definition.campaign import Campaign
from survey.domain.publication.moderation import Text
from survey.domain.publication.written_texts import comment_tables, not_kept
from survey.domain.results.official import make_report
from survey.domain.results.table import Report
from survey.domain.results.voting_period import VotingPeriod
from survey.services.count.counting import texts_left_out

from . import comments, decisions, publishing, word_templates


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
    voted: VotingPeriod
    template: bytes | None

    @property
    def title(self) -> str:
        """Return the campaign's title."""
        return self.campaign.definition.title

    def report(self) -> Report:
        """Make the report; what a committee decided, and released texts, are printed last."""
        definition = self.campaign.definition
        results = work_out(definition, self.count)
        extra = [
            *decision_tables(definition, self.decided, results=results),
            *comment_tables(definition, self.texts),
        ]
        remarks = not_kept(definition, self.left_out)
        return make_report(results, self.digest, self.campaign.state, extra, self.voted, remarks)

    def all_as(self, kind: str) -> bytes:
        """Return everything as a file's content, as ``rendered``; as plain values, the results alone."""
        if find_format(kind).write_report is None:
            results = work_out(self.campaign.definition, self.count)
            return export(kind, results, self.campaign.state, self.digest)
        return rendered(kind, self.report(), self.template)

    def forms_as(self, kind: str) -> bytes:
        """Return the forms of all ratees as a file's content, as ``rendered``."""
        return rendered(kind, forms_of(self.report()), self.template)

    def form_as(self, kind: str, ratee: str) -> tuple[str, bytes] | None:
        """Return what one ratee's form is called and its content, if there is one; as ``rendered``."""
        report = form_of(self.report(), ratee)
        if not report.sheets:
            return None
        return report.sheets[0].full_title, rendered(kind, report, self.template)


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
        publishing.voted(session, campaign),
        word_templates.content_of(session, campaign.unit, Template.TABLES),
    )
