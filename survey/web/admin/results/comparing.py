"""A count beside an earlier one: all ratees on a page of its own and as a file, one ratee on its own page."""

import io
from decimal import Decimal
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from survey.documents.export.files import COMPARISON
from survey.documents.export.official_csv import write_csv
from survey.documents.layout.change_bar import change_bar
from survey.domain.accounts.roles import Permission
from survey.domain.count.rows import Row
from survey.domain.decisions.comparison import Compared, Comparison, NoDifference
from survey.domain.decisions.comparison_tables import comparison_tables, notes
from survey.domain.decisions.matching import Unmatched
from survey.domain.decisions.score_differences import gain_notes, gains
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.form import Ratee, Section
from survey.domain.errors import WrongState
from survey.domain.results.result_view import Screen
from survey.domain.results.screen_rows import Order
from survey.domain.results.table import Report
from survey.services.results import comparing, kept_results, publishing
from survey.services.results.comparing import Other
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope, campaigns_in_scope
from survey.web.admin.words.times import day_of
from survey.web.security import access

from .counted_page import counted_page
from .long_tables import Looked

TOTAL = "-total"
"""What the address says for the total score; no criterion has such a key."""

WHY = {
    NoDifference.FEW: _l("两次人数相差过小，不予比较"),
    NoDifference.WITHHELD: _l("样本过小，不予显示"),
    NoDifference.NO_VALUE: _l("没有得分"),
    NoDifference.SCALE: _l("等次或分值不同，不能相减"),
    NoDifference.FORM: _l("项目或项目权重不同，不能相减"),
    NoDifference.LINE: _l("对照活动中没有这个项目"),
    NoDifference.WEIGHTS: _l("票种或权重不同，不能相减"),
}
MISSING = {
    Unmatched.NONE: _l("对照活动中没有这个名字"),
    Unmatched.AMBIGUOUS: _l("有同名的人，分不清是谁"),
    Unmatched.ELSEWHERE: _l("有同名的人，但单位和职务都不同，不能确定是同一人"),
}


@blueprint.get("/c/<campaign_code>/compare")
@access(Permission.READ_CAMPAIGNS)
def compare(campaign_code: str) -> ResponseReturnValue:
    """List the campaigns that this one can be compared with, or show it beside the one chosen."""
    return counted_page(campaign_code, "admin/results/compare.html", _page)


@blueprint.get("/c/<campaign_code>/compare.csv")
@access(Permission.READ_CAMPAIGNS)
def compare_csv(campaign_code: str) -> ResponseReturnValue:
    """Give a comparison as a file; there is none before the count."""
    try:
        with transaction() as session:
            campaign = campaign_in_scope(session, campaign_code)
            _, results, digest = publishing.results(session, campaign_code)
            other = comparing.chosen(_others(session, campaign), request.args.get("with", ""))
            comparison = comparing.compare(session, results, other.campaign)
    except WrongState:
        abort(404)
    facts = (("活动代码", campaign_code), ("计票摘要", digest), ("对照活动", other.campaign.code))
    report = Report(campaign.definition.title, facts, comparison_tables(comparison), (), "")
    out = io.BytesIO()
    write_csv(report, out)
    return named_attachment(
        out.getvalue(),
        COMPARISON,
        title=report.title,
        other_title=other.campaign.definition.title,
        campaign_code=campaign_code,
        other=other.campaign.code,
    )


def gains_of(session: Session, campaign: Campaign, screen: Screen, key: str) -> dict[str, Any]:
    """Return what a ratee's page shows of gain and loss; the address names the campaign compared with."""
    ratee = screen.definition.ratee.get(key) or abort(404)
    found = _others(session, campaign)
    wanted = request.args.get("with", "")
    other = comparing.chosen(found, wanted) if wanted else None
    comparison = comparing.compare(session, screen.results, other.campaign) if other else None
    means = kept_results.results_of(session, campaign).means(ratee.section)
    lines = gains(screen.results, ratee, comparison, means)
    return {
        "gains": lines,
        "day": day_of,
        "others": found,
        "other": other,
        "matched": ratee.key in comparison.matches.found if comparison else False,
        "missing": MISSING,
        "unmatched": comparison.matches.missing if comparison else {},
        "why_not": WHY,
        "gain_notes": gain_notes(other.campaign.definition.title if other else ""),
        "change_bar": _bars([line.over_mean for line in lines]),
        "last_bar": _bars([line.last.change for line in lines if line.last]),
    }


def _others(session: Session, campaign: Campaign) -> list[Other]:
    return comparing.others(session, campaign, campaigns_in_scope(session))


def _page(session: Session, campaign: Campaign, screen: Screen) -> dict[str, Any]:
    found = _others(session, campaign)
    wanted = request.args.get("with", "")
    if not wanted:
        return {"others": found, "other": None, "day": day_of}
    other = comparing.chosen(found, wanted)
    comparison = comparing.compare(session, screen.results, other.campaign)
    section = _section(comparison)
    criterion = _criterion(section)
    return {
        "others": found,
        "other": other,
        "day": day_of,
        "section": section,
        "sections": [one for one in comparison.now.sections if _matched(comparison, one)],
        "criterion": criterion,
        "missing": [
            (ratee, MISSING[comparison.matches.missing[ratee.key]])
            for ratee in comparison.now.ratees_of(section)
            if ratee.key in comparison.matches.missing
        ],
        "why_not": WHY,
        "notes": notes(comparison),
        **_table(comparison, section, criterion),
    }


def _table(comparison: Comparison, section: Section, criterion: str) -> dict[str, Any]:
    order = Order.read(request.args.get("sort", ""))
    chosen = next((one for one in section.criteria if one.key == criterion), None)
    lines = [
        comparison.line(ratee, chosen) if chosen else comparison.total(ratee)
        for ratee in _matched(comparison, section)
    ]
    looked = Looked.read(comparison.now)
    rows = looked.found([line for line in lines if line])
    page = looked.page([len(rows)])
    ordered = _ordered(rows, order)
    rates = comparison.now.rates_of(comparison.now.scale[section.scale])
    shown = {key for line in rows for key in line.over[Row.WEIGHTED].rates}
    return {
        "order": order,
        "looked": looked,
        "page": page,
        "lines": [ordered[place] for place in page.parts[0]],
        "rates": [rate for rate in rates if rate.key in shown],
        "rows": comparison.rows,
        "chosen": chosen,
        "posts": any(line.ratee.post for line in rows),
        "change_bar": _bars([line.over[row].score.change for line in rows for row in comparison.rows]),
    }


def _matched(comparison: Comparison, section: Section) -> list[Ratee]:
    return [one for one in comparison.now.ratees_of(section) if one.key in comparison.matches.found]


def _section(comparison: Comparison) -> Section:
    wanted = request.args.get("section")
    among = [section for section in comparison.now.sections if _matched(comparison, section)]
    if wanted is None:
        return among[0]
    return next((section for section in among if section.key == wanted), None) or abort(404)


def _criterion(section: Section) -> str:
    wanted = request.args.get("criterion", TOTAL)
    if wanted != TOTAL and wanted not in {one.key for one in section.criteria}:
        abort(404)
    return wanted


def _ordered(lines: list[Compared], order: Order) -> list[Compared]:
    """Put lines into an order; those without the value come last, equal ones stay as they are defined."""
    known = [line for line in lines if _value(line, order.key) is not None]
    rest = [line for line in lines if _value(line, order.key) is None]
    return [*sorted(known, key=lambda line: _value(line, order.key) or 0, reverse=order.descending), *rest]


def _value(line: Compared, key: str) -> Decimal | None:
    over, _, what = key.partition(".")
    if over not in (Row.WEIGHTED, Row.POOLED):
        return None
    row = line.over[Row(over)]
    if what in ("now", "then", "change"):
        found: Decimal | None = getattr(row.score, what)
        return found
    rate = row.rates.get(what.removeprefix("rate."))
    return rate.change if rate else None


def _bars(changes: list[Decimal | None]) -> Any:
    """Return what draws one change against the largest of these."""
    largest = max((abs(change) for change in changes if change is not None), default=Decimal(0))
    return lambda change: Markup(change_bar(change, largest))  # noqa: S704 – drawn from numbers only
