"""The stacked bars of ``documents/layout/chart`` for pages."""

from markupsafe import Markup

from survey.documents.layout import chart
from survey.domain.count.values import ShownValues
from survey.domain.results.screen_rows import Form


def patterns() -> Markup:
    """Return the patterns that bars and keys on a page are filled with; once a page."""
    return Markup(chart.patterns())  # noqa: S704 – drawn from constants


def bar(shown: ShownValues, form: Form) -> Markup:
    """Draw the shares of one row."""
    drawn = chart.bar(tuple(shown.shares.values()), len(form.scale.grades))
    return Markup(drawn)  # noqa: S704 – drawn from numbers only


def key(form: Form) -> list[tuple[Markup, str]]:
    """Return what the patterns of a form's bars stand for."""
    grades = form.scale.grades
    kinds = [(kind, grade.label) for kind, grade in zip(chart.steps(len(grades)), grades, strict=True)]
    if form.counts_abstentions and form.scale.abstain:
        kinds.append((chart.ABSTAINED, form.scale.abstain.label))
    return [(Markup(chart.swatch(kind)), label) for kind, label in kinds]  # noqa: S704 – of constants
