"""The pages of an assessment as its navigation shows them: groups, and the pages of each, by seats."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from survey.domain.assessment.seats import SeatAct
from survey.web.admin.blueprint import blueprint

from .seat_guard import here, may_here


@dataclass(frozen=True)
class LinkedPage:
    """A page that the navigation leads to, for whoever has a seat for its act."""

    word: object
    endpoint: str
    act: SeatAct


@dataclass(frozen=True)
class PageGroup:
    """Pages of one subject: the navigation shows the group, and its pages once one of them is open."""

    word: object
    pages: tuple[LinkedPage, ...]


def _single(word: object, endpoint: str, act: SeatAct) -> PageGroup:
    return PageGroup(word, (LinkedPage(word, endpoint, act),))


GROUPS = (
    _single(_l("概况"), "admin.assessment", SeatAct.OPEN),
    _single(_l("考核设置"), "admin.assessment_draft", SeatAct.SET_UP),
    _single(pgettext("page", "填报"), "admin.reports", SeatAct.REPORT),
    _single(_l("审签"), "admin.reports", SeatAct.SIGN_OFF),
    _single(_l("待审核"), "admin.report_waiting", SeatAct.ACCEPT),
    _single(_l("我的考核"), "admin.mine", SeatAct.FILL_SHEETS),
    _single(_l("亮灯图"), "admin.standing_now", SeatAct.SEE_NUMBERS),
    PageGroup(
        _l("日常管理"),
        (
            LinkedPage(_l("结账和通报"), "admin.periods", SeatAct.CLOSE_PERIOD),
            LinkedPage(_l("目标调整"), "admin.amendments", SeatAct.SET_UP),
            LinkedPage(_l("加减分"), "admin.entries", SeatAct.SEE_ENTRIES),
            LinkedPage(_l("批注和意见"), "admin.remarks", SeatAct.ACCEPT),
        ),
    ),
    PageGroup(
        _l("年终考核"),
        (
            LinkedPage(_l("年终四步"), "admin.year_end_steps", SeatAct.SEE_YEAR_END),
            LinkedPage(_l("考核大会"), "admin.conferences", SeatAct.SEE_YEAR_END),
            LinkedPage(pgettext("year-end", "述职报告"), "admin.statements", SeatAct.SEE_STATEMENTS),
            LinkedPage(_l("带上测评票"), "admin.statements_on_ballots", SeatAct.HOLD_CONFERENCE),
            LinkedPage(_l("个别谈话"), "admin.talks", SeatAct.SEE_TALKS),
            LinkedPage(_l("查访计划"), "admin.visit_plans", SeatAct.PLAN_VISITS),
            LinkedPage(_l("我的查访"), "admin.my_visits", SeatAct.VERIFY),
            LinkedPage(_l("核验结果"), "admin.findings", SeatAct.SEE_FINDINGS),
            LinkedPage(pgettext("page", "综合分析评议"), "admin.analyses", SeatAct.SEE_ANALYSES),
            LinkedPage(pgettext("page", "评分表"), "admin.score_sheets", SeatAct.SEE_SHEETS),
        ),
    ),
    PageGroup(
        _l("计分定等"),
        (
            LinkedPage(_l("综合得分"), "admin.totals", SeatAct.SEE_SCORES),
            LinkedPage(_l("测算"), "admin.what_if", SeatAct.SEE_PROPOSAL),
            LinkedPage(_l("计分"), "admin.scoring_page", SeatAct.SCORE),
            LinkedPage(_l("计分结果"), "admin.score_records_page", SeatAct.SEE_SCORES),
            LinkedPage(_l("签字"), "admin.sign_record_page", SeatAct.SIGN_RECORD),
            LinkedPage(_l("等次建议"), "admin.proposal_page", SeatAct.SEE_PROPOSAL),
            LinkedPage(_l("会议决定"), "admin.deciding_page", SeatAct.RECORD_DECISION),
        ),
    ),
    PageGroup(
        _l("公布反馈"),
        (
            LinkedPage(_l("公布"), "admin.outcome_editions", SeatAct.PUBLISH),
            LinkedPage(_l("已公布"), "admin.published_outcome", SeatAct.SEE_PUBLISHED),
            LinkedPage(_l("反馈意见书"), "admin.letters", SeatAct.SEE_LETTERS),
            LinkedPage(_l("整改"), "admin.mending_tasks", SeatAct.SEE_LETTERS),
            LinkedPage(_l("考核档案"), "admin.archives", SeatAct.PRINT),
            LinkedPage(_l("办结"), "admin.end_of_year", SeatAct.CLOSE_ASSESSMENT),
        ),
    ),
    _single(_l("席位"), "admin.seats", SeatAct.GIVE_SEATS),
)
"""All pages that have a place in the navigation; a new one is a line in its group."""

ShownTab = tuple[object, str, bool]
"""Word, path, and whether it is the page that is open, as the macro ``tabs`` takes them."""
MOST_TABS = 5
"""With more pages than these, tabs would take a third of a phone's screen: there they fold into a menu."""


@dataclass(frozen=True)
class ShownGroup:
    """A group as one's seats show it: what it is called, and its pages that they open."""

    word: object
    pages: tuple[ShownTab, ...]

    @property
    def is_open(self) -> bool:
        """Return whether a page of it is open."""
        return any(now for _, _, now in self.pages)

    @property
    def tab(self) -> ShownTab:
        """Return the group as a tab that leads to its first page."""
        return self.word, self.pages[0][1], self.is_open


def shown_groups() -> list[ShownGroup]:
    """Return the groups of which one's seats open a page.

    A group of which they open one page alone is called what that page is.
    """
    shown: dict[str, ShownGroup] = {}
    for group in GROUPS:
        pages = _open_pages(group)
        if pages and pages[0][1] not in shown:
            shown[pages[0][1]] = ShownGroup(group.word if len(pages) > 1 else pages[0][0], pages)
    return list(shown.values())


def _open_pages(group: PageGroup) -> tuple[ShownTab, ...]:
    assessment_code = here().assessment.code
    return tuple(
        (one.word, path, _is_open(one.endpoint, path))
        for one in group.pages
        if may_here(one.act) and (path := url_for(one.endpoint, assessment_code=assessment_code))
    )


def _is_open(endpoint: str, path: str) -> bool:
    below = endpoint != "admin.assessment" and request.path.startswith(path + "/")
    return request.path == path or below


@blueprint.context_processor
def _known() -> dict[str, object]:
    return {"shown_groups": shown_groups, "most_tabs": MOST_TABS}
