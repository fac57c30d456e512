"""Which files of results are made as jobs: by the size that is known before anything is read."""

import pytest

from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from survey.services.results.exports import JOB_SECONDS, find_export, ratings
from tests.builders import a_definition

EVERY = (
    *(f"results.{kind}" for kind in ("xlsx", "docx", "pdf", "csv", "json")),
    *(f"forms.{kind}" for kind in ("xlsx", "docx", "pdf", "zip", "word.zip")),
    "report.docx",
)


def of(ratees: int) -> Definition:
    return read_definition(
        a_definition(groups="ABC", criteria="vwxyz", ratees=[f"r{n}" for n in range(ratees)])
    )


@pytest.mark.parametrize("key", EVERY)
def test_small_ones_come_at_once_and_those_of_a_thousand_are_jobs(key: str) -> None:
    export = find_export(key)
    assert export is not None
    assert (export.is_job(of(10)), export.is_job(of(1000))) == (False, True)
    assert export.seconds(of(1000)) > export.seconds(of(500)) > JOB_SECONDS / 2


@pytest.mark.parametrize(
    "key", ["", "results", "results.exe", "forms.csv", "results.zip", "report.pdf", "x.pdf"]
)
def test_what_is_no_file_of_results(key: str) -> None:
    assert find_export(key) is None


def test_size_is_what_can_be_rated() -> None:
    assert ratings(of(10)) == 10 * 5 * 3
    data = a_definition()
    data["ratees"][0]["groups"] = ["A"]
    assert ratings(read_definition(data)) == (3 * 2 - 1) * 2


def test_what_files_are_called() -> None:
    names = {key: export.file_name("测评", "small") for key in EVERY if (export := find_export(key))}
    assert (
        len({name.shown for name in names.values()})
        == len({name.plain for name in names.values()})
        == len(EVERY)
    )
    assert names["forms.zip"].shown == "测评 各对象汇总表(PDF).zip"
    assert names["report.docx"].plain == "small-report.docx"
