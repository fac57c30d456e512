"""A set-up page as it is shown: the form, the list of pages with what is wrong on each, who may change it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.domain.accounts.roles import Permission
from survey.domain.definition.names import near_doubles
from survey.domain.errors import UnknownCampaign
from survey.domain.operations.paging import list_page
from survey.services.campaigns import drafts
from survey.services.campaigns.drafts import Document, Draft
from survey.web.admin.current_actor import may
from survey.web.admin.scope import in_scope
from survey.web.admin.setup.fields.options import grades_of, rows_of
from survey.web.admin.setup.fields.parts import written, zone_of
from survey.web.admin.setup.fields.points import points_for
from survey.web.admin.setup.fields.rating_options import rating_scales
from survey.web.admin.setup.fields.subjects import SUBJECTS, next_of
from survey.web.admin.setup.fields.tables import ORIGIN, begun, token
from survey.web.admin.words.definition_faults import Wrong, wrongs_of
from survey.web.context import now

PAGE_ROWS = 50
FORM_AROUND = 64 * 1024
"""What a form brings beside its file."""

FURTHER = {"check": _l("检查"), "definition": _l("定义文件")}
_SHOWN_ON = {"person": "ratees"}


MAX_DOUBTS = 20
_TELLING = ("name", "post", "unit", "section")


@dataclass(frozen=True)
class ChecklistLine:
    """One line of the checklist: ``kind`` is ``done``, ``wrong`` or ``hint``; it may lead to a page."""

    kind: str
    text: str
    address: str = ""


@dataclass
class SetupSheet:
    """One set-up page of one draft; ``working`` is what the form shows, which may not be stored yet."""

    draft: Draft
    frozen: bool
    working: Document = field(default_factory=dict)
    fresh: str = ""
    unsaved: bool = False

    def __post_init__(self) -> None:
        self.working = self.working or begun(self.draft.document)

    @property
    def code(self) -> str:
        """Return the campaign's code."""
        return self.draft.code

    @property
    def title(self) -> str:
        """Return what the campaign is called so far."""
        return str(self.draft.document.get("campaign", {}).get("title") or self.draft.code)

    @property
    def read_only(self) -> bool:
        """Return whether whoever looks at the page can change nothing."""
        return self.frozen or not may(Permission.SET_UP)

    @cached_property
    def wrongs(self) -> list[Wrong]:
        """List what is wrong with the document as it is stored."""
        return wrongs_of(self.draft.document, drafts.faults(self.draft.document))

    @cached_property
    def faults(self) -> dict[str, list[str]]:
        """Map names of fields to what is wrong there; nothing while rows were moved but not saved."""
        found: dict[str, list[str]] = {}
        for wrong in self.wrongs if not self.unsaved else ():
            found.setdefault(wrong.name, []).append(wrong.sentence)
        return found

    @cached_property
    def doubts(self) -> list[ChecklistLine]:
        """Ask about persons who may be there twice, the first of them where there are many."""
        rows = rows_of(self.working, "ratees")
        persons = (tuple(written(row.get(key)) for key in _TELLING) for row in rows)
        return [self._doubt(rows, *places) for places in islice(near_doubles(persons), MAX_DOUBTS)]

    def _doubt(self, rows: Sequence[dict[str, Any]], before: int, place: int) -> ChecklistLine:
        text = _(
            "第 %(first)s 个“%(one)s”和第 %(second)s 个“%(other)s”像是同一个人："
            "是一个人的，请删去一个；确是两人的，不用改",
            first=before + 1,
            one=written(rows[before].get("name")),
            second=place + 1,
            other=written(rows[place].get("name")),
        )
        page = place // PAGE_ROWS + 1
        return ChecklistLine("hint", text, self.address("ratees", page=page, _anchor=f"ratees.{place}"))

    def wrongs_on(self, *pages: str) -> list[Wrong]:
        """List what is wrong on some of the pages."""
        return [wrong for wrong in self.wrongs if wrong.page in pages]

    def steps(self, here: str) -> list[tuple[str, Any, str, int, bool]]:
        """List all set-up pages: key, title, address, number of faults, and whether it is this one."""
        counts: dict[str, int] = {}
        for wrong in self.wrongs:
            page = _SHOWN_ON.get(wrong.page, wrong.page)
            counts[page] = counts.get(page, 0) + 1
        counts["check"] = len(self.wrongs)
        return [
            (key, title, self.address(key), counts.get(key, 0), key == here)
            for key, title in _titles().items()
        ]

    def lacking(self, beside: str = "") -> str:
        """Return the first page ``beside`` one on which something is missing or wrong, else the checks."""
        pages = {_SHOWN_ON.get(wrong.page, wrong.page) for wrong in self.wrongs} - {beside}
        return next((key for key in SUBJECTS if key in pages), "check")

    def shortcut(self, here: str) -> tuple[str, Any]:
        """Return key and title of the page to which one can go on at once; empty where it is the next one."""
        key = self.lacking(here)
        return ("", "") if key == next_of(here) else (key, _titles()[key])

    def address(self, page: str, /, **more: Any) -> str:
        """Return the address of a set-up page."""
        if page in _PLAIN:
            return url_for("admin.setup_subject", campaign_code=self.code, subject=page, **more)
        return url_for(f"admin.setup_{page}", campaign_code=self.code, **more)

    def address_of(self, wrong: Wrong) -> str:
        """Return where a fault can be mended."""
        if wrong.page == "person" and wrong.place is not None:
            row = self.draft.document["ratees"][wrong.place]
            return self.address("person", place=wrong.place, key=row.get("key"), _anchor=wrong.name)
        page = {} if wrong.place is None else {"page": wrong.place // PAGE_ROWS + 1}
        return self.address(wrong.page, **page, _anchor=wrong.name)


def _titles() -> dict[str, Any]:
    """Map the keys of all set-up pages to their titles, in order."""
    return {key: subject.title for key, subject in SUBJECTS.items()} | FURTHER


@dataclass(frozen=True)
class Leaf:
    """One page of the list of ratees: its number, the last one's, its places, and where each row is from."""

    page: int
    last: int
    places: range
    origins: dict[int, str]


def leaf_of(sheet: SetupSheet) -> Leaf:
    """Return the page of ratees that was asked for."""
    number = len(rows_of(sheet.working, "ratees"))
    page, last, places = list_page(number, request.args.get("page", 1, type=int), PAGE_ROWS)
    stored = rows_of(sheet.draft.document, "ratees")
    return Leaf(page, last, places, {place: token(stored, place) for place in places if place < len(stored)})


_PLAIN = frozenset(SUBJECTS) - {"ratees", "matrix"}


def sheet(session: Session, campaign_code: str) -> SetupSheet:
    """Return the sheet of a draft that whoever is logged in may see.

    Raises ``UnknownCampaign``, also where it belongs to another unit.
    """
    draft = drafts.find(session, campaign_code)
    if not in_scope(draft.unit):
        raise UnknownCampaign(campaign_code)
    return SetupSheet(draft, drafts.is_frozen(session, campaign_code))


def show(template: str, shown: SetupSheet, here: str, status: int = 200, **more: Any) -> Response:
    """Answer with a set-up page."""
    conflict = status == 409
    version = shown.draft.version if conflict else request.form.get("version", shown.draft.version)
    page = render_template(
        f"admin/setup/{template}.html",
        sheet=shown,
        subject=SUBJECTS.get(here),
        here=here,
        version=version,
        conflict=conflict,
        ORIGIN=ORIGIN,
        offset_of=_offset_of,
        points_for=points_for,
        rating_scales=lambda: rating_scales(shown.working),
        grades_for=lambda rate: _grades_for(shown, rate),
        **more,
    )
    return make_response(page, status)


def _grades_for(shown: SetupSheet, rate: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the grades of a rate's scale, and those that it names though they are gone."""
    offered = list(grades_of(shown.working, written(rate.get("scale"))))
    named = [written(word) for word in rate.get("grades", ())]
    return offered + [(word, word) for word in named if word not in dict(offered)]


def _offset_of(campaign: dict[str, Any], key: str) -> str:
    """Return the offset of a moment of a campaign from UTC, now where the moment is not set."""
    at = campaign.get(key)
    local = (at if isinstance(at, datetime) else now()).astimezone(zone_of(campaign))
    return f"UTC{local.isoformat()[-6:]}"
