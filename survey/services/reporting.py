"""The official report of a count: its forms and tables, with what only the log and the campaign know."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.documents.word_placeholders import Template
from survey.domain.campaign import Campaign
from survey.domain.decisions import decision_tables
from survey.domain.report import make_report
from survey.domain.results import Results
from survey.domain.table import Report
from survey.domain.written_texts import comment_tables, not_kept

from . import comments, decisions, protocol, publishing, word_templates
from .counting import texts_left_out


@dataclass(frozen=True)
class Reported:
    """A counted campaign with its results, the digest of its count, and the report made of them.

    ``template`` is the office's own Word template for tables, if it has one.
    """

    campaign: Campaign
    results: Results
    digest: str
    report: Report
    template: bytes | None


def report(session: Session, code: str) -> Reported:
    """Make the official report of a count; what a committee decided, and released texts, are printed last.

    Raises ``WrongState`` before the count.
    """
    campaign, results, digest = publishing.results(session, code)
    decided = decisions.decisions_of(session, campaign)
    texts = comments.released(session, code)
    extra = [
        *decision_tables(campaign.definition, decided, results=results),
        *comment_tables(campaign.definition, texts),
    ]
    remarks = not_kept(campaign.definition, texts_left_out(session, campaign))
    made = make_report(results, digest, campaign.state, extra, period(session, campaign), remarks)
    template = word_templates.content_of(session, campaign.unit, Template.TABLES)
    return Reported(campaign, results, digest, made, template)


def period(session: Session, campaign: Campaign) -> str:
    """Say on which days people voted, as the log has it; empty where it does not."""
    done = protocol.acts(session, campaign.code)
    began = next((act for act in done if act.act == "open"), None)
    ended = protocol.last(done, "close")
    zone = ZoneInfo(campaign.definition.time_zone)
    days = [_day(act.at.astimezone(zone)) for act in (began, ended) if act]
    return "至".join(dict.fromkeys(days))


def _day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"
