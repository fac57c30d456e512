"""What readers are given of an edition as files: the data beside a page."""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from survey.domain.count.results import Results
from survey.domain.decisions.score_differences import Gain, gain_table
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.form import Ratee
from survey.domain.publication.edition import Edition
from survey.domain.publication.written_texts import Texts, text_tables
from survey.domain.results.flat import flat_tables
from survey.domain.results.table import Report, Table

from .results_json import results_json

_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
"""The formats, with their media types."""


def results_file(
    kind: str,
    campaign: Campaign,
    edition: Edition,
    results: Results,
    digest: str,
    texts: Texts = (),
    decided: Sequence[Table] = (),
) -> bytes:
    """Return the data of an edition's page; ``kind`` is one of ``KINDS``."""
    if kind == "json":
        return _json(_value(campaign, edition, results, texts))
    tables = [*flat_tables(results), *decided, *text_tables(texts)]
    return _file(kind, _report(campaign, edition, digest, tables))


def person_file(
    kind: str,
    campaign: Campaign,
    edition: Edition,
    results: Results,
    digest: str,
    gains: Sequence[Gain],
    texts: Texts = (),
    decided: Sequence[Table] = (),
) -> bytes:
    """Return the data of one person's page; ``results`` are those of that person alone."""
    (ratee,) = results.definition.ratees
    if kind == "json":
        value = _value(campaign, edition, results, texts)
        return _json(value | {"means": [_mean(gain) for gain in gains]})
    beside = [gain_table(results.definition, gains)] if gains else []
    tables = [*beside, *flat_tables(results), *decided, *text_tables(texts)]
    return _file(kind, _report(campaign, edition, digest, tables, ratee))


def _value(campaign: Campaign, edition: Edition, results: Results, texts: Texts) -> dict[str, Any]:
    value = results_json(results, campaign.state)
    if not results.count.accounting.groups:
        value["accounting"] = {"groups": [], "total": None}
    value["edition"] = {
        "number": edition.number,
        "published": edition.published_at.isoformat(timespec="seconds"),
        "note": edition.note,
    }
    value["texts"] = [{"about": name, "texts": list(said)} for name, said in texts]
    return value


def _mean(gain: Gain) -> dict[str, str | None]:
    mean = None if gain.mean is None else f"{gain.mean:f}"
    return {"criterion": gain.criterion.key if gain.criterion else None, "mean": mean}


def _report(
    campaign: Campaign, edition: Edition, digest: str, tables: Sequence[Table], ratee: Ratee | None = None
) -> Report:
    definition = campaign.definition

    def when(moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(definition.time_zone)):%Y-%m-%d %H:%M}"

    own = (("姓名", ratee.name), ("职务", ratee.post)) if ratee else ()
    return Report(
        title=definition.title,
        facts=(
            *(fact for fact in own if fact[1]),
            ("组织单位", definition.organiser),
            ("活动代码", definition.code),
            ("版本", f"第{edition.number}版，{when(edition.published_at)}公布"),
            *((("更正说明", edition.note),) if edition.note else ()),
            ("规则摘要", definition.digest),
            ("计票摘要", digest),
        ),
        tables=tables,
        signatures=(),
        footer=f"{definition.code} · 第{edition.number}版 · 计票摘要 {digest.removeprefix('sha256:')[:16]}",
    )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _file(kind: str, report: Report) -> bytes:
    out = io.BytesIO()
    # One library each; loaded only when its format is asked for.
    if kind == "csv":
        from .official_csv import write_csv as write
    else:
        from survey.documents.excel.official_tables import write_xlsx as write
    write(report, out)
    return out.getvalue()
