"""Numbers, shares and periods as pages write them."""

from fractions import Fraction

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.periods import month_of
from survey.domain.assessment.scoring.number_words import percentage, short
from survey.domain.assessment.scoring.places import shown
from survey.domain.count.certificate import short_digest
from survey.web.admin.words.times import moment

DASH = "—"
_ORDERING = ("class", "rows", "columns", "best", "order")
"""What a page of numbers may be asked for: which of them, and in what order."""
KIND_WORDS = {
    NumberKind.REPORTED: _l("填报"),
    NumberKind.ACCEPTED: _l("审核通过"),
    NumberKind.VERIFIED: _l("查访核验"),
    NumberKind.WITHDRAWN: _l("撤回核验"),
}


def number(value: Fraction | None) -> str:
    """Write a number with as few places as it needs."""
    return DASH if value is None else short(value)


def signed(value: Fraction | None) -> str:
    """Write a difference with its sign."""
    if value is None:
        return DASH
    return f"+{short(value)}" if value > 0 else short(value)


def share(value: Fraction | None) -> str:
    """Write a share as a percentage."""
    return DASH if value is None else percentage(value)


def points(value: Fraction | None) -> str:
    """Write points with two places."""
    return DASH if value is None else shown(value)


def period_name(period: str) -> str:
    """Name a period: ``2026-05`` as “2026年5月”, ``2026-Q1`` as “2026年第1季度”."""
    year, _minus, part = period.partition("-")
    if part.startswith("Q"):
        return str(_("%(year)s年第%(quarter)s季度", year=year, quarter=part[1:]))
    return str(_("%(year)s年%(month)s月", year=year, month=month_of(period)))


def short_period(period: str) -> str:
    """Name a period within its year: “5月”, “第1季度”."""
    _year, _minus, part = period.partition("-")
    if part.startswith("Q"):
        return str(_("第%(quarter)s季度", quarter=part[1:]))
    return str(_("%(month)s月", month=month_of(period)))


def at_period(period: str) -> str:
    """Return the address of the page that one is on, in another period and in the same order.

    Of what was asked for only what these pages know goes along: ``url_for`` takes names of its own.
    """
    asked = {name: request.args[name] for name in _ORDERING if name in request.args}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), "period": period, **asked})


def measured(indicator: Indicator) -> str:
    """Write an indicator's unit of measure in brackets; nothing where it has none."""
    return str(_("（%(measure)s）", measure=indicator.measure)) if indicator.measure else ""


def quota_words(quota: int | Fraction | None) -> str:
    """Write a quota as it is typed: a number of units, or a share in percent; empty where there is none."""
    if quota is None:
        return ""
    return percentage(quota) if isinstance(quota, Fraction) else str(quota)


def asked_class(definition: AssessmentDefinition, said: str) -> str:
    """Return the key of a class that is asked for; empty where there is none of that key."""
    return said if said in definition.units_of else ""


WRITTEN = {
    "number": number,
    "signed": signed,
    "share": share,
    "points": points,
    "period_name": period_name,
    "short_period": short_period,
    "at_period": at_period,
    "short_digest": short_digest,
    "measured": measured,
    "moment": moment,
    "kinds": KIND_WORDS,
    "quota_words": quota_words,
    "zip": zip,
}
"""What the templates of these pages write numbers with."""
