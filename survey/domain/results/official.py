"""The official forms of a count, in printing order."""

from collections.abc import Sequence

from survey.domain.count.results import Results

from .official_lists import accounting_sheet, breakdown_sheet, detail_sheet, standings_sheet
from .official_questions import REVIEW, question_sheet, review_sheet
from .official_subject import subject_sheet
from .result_view import Screen
from .table import Sheet


def make_sheets(results: Results, remarks: Sequence[str] = ()) -> list[Sheet]:
    """Lay a count out as official forms; together they hold every number of it.

    ``remarks`` stand under the ballot accounting.
    """
    screen = Screen(results)
    definition = results.definition
    sections = [section for section in definition.sections if definition.ratees_of(section)]
    asked = review_sheet(screen) if REVIEW in definition.title and sections else question_sheet(screen)
    sheets = [accounting_sheet(screen, remarks)]
    sheets += [asked] if asked and asked.kind == "review" else []
    sheets += [standings_sheet(screen, section) for section in sections]
    sheets += [
        subject_sheet(screen, ratee) for section in sections for ratee in definition.ratees_of(section)
    ]
    sheets += [asked] if asked and asked.kind != "review" else []
    sheets += [detail_sheet(screen, section) for section in sections]
    sheets += [
        breakdown_sheet(screen, question, section)
        for question in definition.breakdowns
        for section in sections
    ]
    return sheets
