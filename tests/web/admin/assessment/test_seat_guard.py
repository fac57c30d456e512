"""The pages of an assessment are there for those who have a seat for them, and for nobody else."""

from flask import Flask

from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import issued


def test_the_office_of_the_unit_and_no_other(app: Flask) -> None:
    issued()
    page = f"/admin/a/{SAMPLE_CODE}"
    for role, unit, status in (
        ("organiser", "甲局", 200),
        ("owner", "", 200),
        ("scrutineer", "甲局", 200),
        ("viewer", "甲局", 404),
        ("organiser", "乙局", 404),
        ("member", "甲局", 404),
    ):
        office = Office(app, f"{role}{unit}", role, unit)
        assert office.get(page).status_code == status, (role, unit)
        assert (SAMPLE_CODE in office.get("/admin/a").text) is (status == 200)
