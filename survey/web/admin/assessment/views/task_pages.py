"""The pages that a heat map leads to: one cell's story, one unit, one indicator."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.domain.assessment.definition import Light
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.views.plan_line import HEIGHT, WIDTH
from survey.domain.assessment.views.stories import indicator_story, unit_story
from survey.domain.assessment.views.told_numbers import without_findings
from survey.services.assessment.views import period_views
from survey.services.assessment.views.period_views import PeriodView
from survey.storage.database import transaction
from survey.web.admin.assessment.reports.evidence import may_see_file
from survey.web.admin.assessment.seat_guard import may_here, seat_access
from survey.web.admin.blueprint import blueprint

from .light_signs import light_signs
from .shown_numbers import WRITTEN
from .visible_tasks import sees

WORST = "worst"
"""The order in which what is furthest behind comes first."""


@blueprint.get("/a/<assessment_code>/standing/<period>/c/<unit_key>/<indicator_key>")
@seat_access(SeatAct.SEE_NUMBERS)
def standing_cell(
    assessment_code: str, period: str, unit_key: str, indicator_key: str
) -> ResponseReturnValue:
    """Show all that there is to one number: its rule, its year, who gave it and when, its sum."""
    with transaction() as session:
        view = period_views.period_view(session, assessment_code, period)
        story = period_views.cell_of(session, view, unit_key, indicator_key)
        files = [one for one in story.files if may_see_file(session, one)]
    sees_findings = may_here(SeatAct.SEE_FINDINGS, unit_key, indicator_key)
    numbers = story.numbers if sees_findings else without_findings(story.numbers)
    rests_on_hidden = any(one.holds for one in story.numbers if one not in numbers)
    return _page(
        "standing_cell",
        view,
        story=story,
        numbers=numbers,
        rests_on_hidden=rests_on_hidden,
        files=files,
        width=WIDTH,
        height=HEIGHT,
    )


@blueprint.get("/a/<assessment_code>/standing/<period>/u/<unit_key>")
@seat_access(SeatAct.SEE_NUMBERS)
def standing_unit(assessment_code: str, period: str, unit_key: str) -> ResponseReturnValue:
    """Show how one unit stands with all its tasks that one may see."""
    with transaction() as session:
        view = period_views.period_view(session, assessment_code, period)
    period_views.require_then(view, unit=unit_key)
    worst_first = request.args.get("order") == WORST
    story = unit_story(view.material, unit_key, sees(SeatAct.SEE_NUMBERS), worst_first=worst_first)
    ordered = {"worst_first": worst_first, "worst": WORST}
    return _page("standing_unit", view, story=story, lights=list(Light), **ordered)


@blueprint.get("/a/<assessment_code>/standing/<period>/i/<indicator_key>")
@seat_access(SeatAct.SEE_NUMBERS)
def standing_indicator(assessment_code: str, period: str, indicator_key: str) -> ResponseReturnValue:
    """Show how all units stand with one indicator, who answers for it, who is first and last."""
    with transaction() as session:
        view = period_views.period_view(session, assessment_code, period)
    period_views.require_then(view, indicator=indicator_key)
    worst_first = request.args.get("order") == WORST
    story = indicator_story(view.material, indicator_key, sees(SeatAct.SEE_NUMBERS), worst_first=worst_first)
    return _page("standing_indicator", view, story=story, worst_first=worst_first, worst=WORST)


def _page(name: str, view: PeriodView, **shown: object) -> str:
    definition = view.assessment.definition
    return render_template(
        f"admin/assessment/{name}.html",
        view=view,
        definition=definition,
        signs=light_signs(definition),
        **WRITTEN,
        **shown,
    )
