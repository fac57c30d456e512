"""Browsers of those who have a seat in the sample, and what they type."""

import re
from io import BytesIO
from typing import Any

from flask import Flask

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import seating
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.reports.reported import PDF

BASE = f"/admin/a/{SAMPLE_CODE}"
PAGE = f"{BASE}/reports/2026-05/unit/t3"


def seated(
    app: Flask, name: str, part: SeatPart, *keys: str, code: str = SAMPLE_CODE, unit: str = "甲局"
) -> Office:
    """Log a member in and give it a seat, in the sample where nothing else is said."""
    office = Office(app, name, "member", unit)
    with transaction(write=True) as session:
        seating.give(session, code, SeatAsked(name, part, keys), BY, elsewhere=True)
    return office


def typed(page: str, value: str = "3", **fields: Any) -> dict[str, Any]:
    """Fill in every number of a report's page with its plan, with a reason and with the files it wants."""
    filled: dict[str, Any] = {}
    for card in page.split('<li class="card')[1:]:
        place = re.search(r'name="value\.([^"]+)"', card)
        if place is None:
            continue
        plan = re.search(r"(?:本期计划|Plan so far) ([\d.]+)", card)
        revision = re.search(r'name="revision\.[^"]+" value="(\d+)"', card)
        filled[f"value.{place[1]}"] = plan[1] if plan else value
        filled[f"reason.{place[1]}"] = "如数"
        filled[f"revision.{place[1]}"] = revision[1] if revision else "0"
        if "要有佐证材料" in card:
            filled[f"file.{place[1]}"] = (BytesIO(PDF), "证明.pdf")
    return filled | fields


def listed(page: str) -> dict[str, Any]:
    """Return what a page's forms say that it lists, to be sent with what is done to all of it."""
    return dict(re.findall(r'name="(listed[^"]*)" value="([^"]*)"', page))
