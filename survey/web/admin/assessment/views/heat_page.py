"""The heat map of a period: units by indicators, in the order asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from survey.domain.assessment.definition import Light
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.views.heat_map import (
    BY_RATE,
    BY_RED,
    HeatMap,
    HeatOrder,
    HeatRow,
    heat_map,
)
from survey.services.assessment.reports import report_queue
from survey.services.assessment.views import period_views
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.blueprint import blueprint

from .light_signs import LightSign, light_signs
from .shown_numbers import WRITTEN, asked_class
from .visible_tasks import sees


@dataclass(frozen=True)
class ShownRow:
    """A row of the map with its cells as they stand in the page."""

    row: HeatRow
    cells: Markup


@blueprint.get("/a/<assessment_code>/standing")
@seat_access(SeatAct.SEE_NUMBERS)
def standing_now(assessment_code: str) -> ResponseReturnValue:
    """Lead to the heat map of the period of which numbers came last."""
    with transaction() as session:
        period = period_views.period_to_show(session, assessment_code)
    return redirect(url_for("admin.standing", assessment_code=assessment_code, period=period), 302)


@blueprint.get("/a/<assessment_code>/standing/<period>/")
@seat_access(SeatAct.SEE_NUMBERS)
def standing(assessment_code: str, period: str) -> ResponseReturnValue:
    """Show the lights of all units and indicators that one may see."""
    with transaction() as session:
        view = period_views.period_view(session, assessment_code, period)
        waiting = []
        if may_here(SeatAct.ACCEPT):
            waiting = report_queue.waiting_counts(session, here().assessment, view.period)
    definition = view.assessment.definition
    class_key = asked_class(definition, request.args.get("class", ""))
    order = HeatOrder(
        request.args.get("rows", ""), request.args.get("columns", ""), bool(request.args.get("best"))
    )
    found = heat_map(
        definition,
        view.standing,
        sees=sees(SeatAct.SEE_NUMBERS),
        class_key=class_key,
        order=order,
    )
    return render_template(
        "admin/assessment/standing.html",
        view=view,
        definition=definition,
        found=found,
        rows=list(_rows(found, light_signs(definition))),
        signs=light_signs(definition),
        lights=list(Light),
        order=order,
        class_key=class_key,
        waiting=[one for one in waiting if one.unit in definition.unit],
        by_rate=BY_RATE,
        by_red=BY_RED,
        **WRITTEN,
    )


def _rows(found: HeatMap, signs: Mapping[Light, LightSign]) -> Iterator[ShownRow]:
    """Write the cells of each row.

    Twelve thousand of them are most of the page: addresses lead on from the page's own, and what HTML lets
    one leave out is left out.
    """
    ends = {light: Markup(">{}</a>").format(sign.letter) for light, sign in signs.items()}
    for row in found.rows:
        unit = escape(row.unit.key)
        begins = {light: f"<td class={sign.style}><a href=c/{unit}/" for light, sign in signs.items()}
        cells = [
            f"{begins[light]}{escape(column.indicator.key)}{ends[light]}" if light else "<td>"
            for column, light in zip(found.columns, row.lights, strict=True)
        ]
        yield ShownRow(row, Markup("".join(cells)))  # noqa: S704 – of escaped keys and letters
