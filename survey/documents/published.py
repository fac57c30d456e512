"""What readers are given of an edition as files: the data beside a page."""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from survey.domain.campaign import Campaign
from survey.domain.edition import Edition
from survey.domain.flat import flat_tables
from survey.domain.form import Ratee
from survey.domain.results import Results
from survey.domain.section_mean import LEAST_RATEES, Mean, SectionMean
from survey.domain.table import Column, Report, Table
from survey.domain.written_texts import Texts, text_tables

from .results_json import results_json

_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
"""The formats, with their media types."""

MEAN_NOTE = f"平均 = 本测评表内有该得分的各对象得分的平均，不少于{LEAST_RATEES}个对象才列出；按显示的得分计算。"


def results_file(
    kind: str, campaign: Campaign, edition: Edition, results: Results, digest: str, texts: Texts
) -> bytes:
    """Return the data of an edition's page; ``kind`` is one of ``KINDS``."""
    if kind == "json":
        return _json(_value(campaign, edition, results, texts))
    tables = [*flat_tables(results), *text_tables(texts)]
    return _file(kind, _report(campaign, edition, digest, tables))


def person_file(
    kind: str,
    campaign: Campaign,
    edition: Edition,
    results: Results,
    digest: str,
    texts: Texts,
    mean: SectionMean | None,
) -> bytes:
    """Return the data of one person's page; ``results`` are those of that person alone."""
    (ratee,) = results.definition.ratees
    if kind == "json":
        value = _value(campaign, edition, results, texts)
        return _json(value | ({"mean": _mean_value(mean)} if mean else {}))
    tables = [*flat_tables(results), *text_tables(texts)]
    if mean:
        tables.insert(0, _mean_table(results, mean))
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


def _mean_value(mean: SectionMean) -> dict[str, Any]:
    criteria = [{"criterion": key, **_both(one)} for key, one in mean.criteria.items()]
    return {"total": _both(mean.total), "criteria": criteria}


def _both(mean: Mean) -> dict[str, str | None]:
    return {name: None if value is None else f"{value:f}" for name, value in vars(mean).items()}


def _mean_table(results: Results, mean: SectionMean) -> Table:
    definition = results.definition
    places = definition.results.rounding.places
    (section,) = definition.sections
    rows = [(one.label, mean.criteria[one.key].weighted, mean.criteria[one.key].pooled) for one in section.criteria]
    rows.append(("总得分", mean.total.weighted, mean.total.pooled))
    columns = (Column("项目"), Column("加权得分", "score", places), Column("合计得分(不加权)", "score", places))
    return Table(f"{section.title} · 平均", columns, rows, (MEAN_NOTE,))


def _report(
    campaign: Campaign, edition: Edition, digest: str, tables: Sequence[Table], ratee: Ratee | None = None
) -> Report:
    definition = campaign.definition

    def when(moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(definition.time_zone)):%Y-%m-%d %H:%M}"

    own = () if ratee is None else (("姓名", ratee.name), *((("职务", ratee.post),) if ratee.post else ()))
    return Report(
        title=definition.title,
        facts=(
            *own,
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
        from .tables_csv import write_csv as write
    else:
        from .tables_xlsx import write_xlsx as write
    write(report, out)
    return out.getvalue()
