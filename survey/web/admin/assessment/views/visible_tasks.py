"""Which tasks whoever is logged in may see on a page that shows many of them."""

from functools import cache

from survey.domain.assessment.seats import WITH_KEYS, SeatAct, may_act, parts_with
from survey.domain.assessment.views.heat_map import Sees
from survey.web.admin.assessment.seat_guard import here


def sees(act: SeatAct) -> Sees:
    """Return what one's seats here allow an act on, asked once for each task.

    A seat of a part that has no keys reaches everything: twelve thousand tasks are not asked one by one.
    """
    seats = [seat for seat in here().seats if seat.part in parts_with(act)]
    if any(seat.part not in WITH_KEYS for seat in seats):
        return lambda *_: True
    return cache(lambda unit, indicator: may_act(seats, act, unit, indicator))
