"""What the official forms say besides their numbers: names of forms, words for gaps, notes."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from survey.domain.count.disclosure import Merged, Why
from survey.domain.count.results import Results, SectionNames
from survey.domain.count.rows import Row
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Section
from survey.domain.definition.scale import Scale

from .correction_words import correction_notes
from .rules_text import (
    WITHHELD,
    base_of_scores,
    base_of_shares,
    blanks_note,
    entry_notes,
    late_notes,
    leaves_some_out,
    pool_notes,
    rounding_notes,
    scale_notes,
    standing_notes,
    written,
)
from .screen_rows import ResultLine
from .table import Cell, Column, Table

NOT_RATED = "—"
"""Stands where there can be no number: a group that does not rate somebody, a share of what is no answer."""
EVERYBODY = "全部"
"""What the row of all voters is called where no other stands beside it."""
VOTES, SHARE = "得票数", "得票率"
OTHERS = "另荐人选"
NAMES_UNSIGNED = "签字确认后列出"
NONE_NAMED = "没有可列姓名的人选"
"""Stands where nobody wrote a name as well as where all of them have few votes."""
SMALL_OPTION = f"{WITHHELD}③"
SMALL_ACCOUNT = f"{WITHHELD}④"

_MARKS = {Why.SMALL_CELL: "①", Why.SMALL_GROUP: "②"}


def withheld(why: Why | None) -> str:
    """Return the words in the place of a withheld number, with the mark of their reason."""
    return WITHHELD + _MARKS[why or Why.SMALL_CELL]


def value(cell: Cell, why: Why | None) -> Cell:
    """Return a number, or words where it is withheld."""
    return cell if why is None else withheld(why)


def row_head(definition: Definition, line: ResultLine) -> tuple[str, ...]:
    """Name a row of one cell in front of its values; nothing where all voters are of one rater group.

    A row says itself what it is: a list to tick has none of weighted values where weights are alike.
    """
    if definition.has_one_group:
        return ()
    if line.row is Row.GROUP:
        return (f"{line.label}（合并）" if line.merged else line.label,)
    return ("合计（不加权）" if line.row is Row.POOLED else "加权",)


def steps(scale: Scale) -> list[int]:
    """Return the step of each share of a row, in order."""
    grades = list(range(1, len(scale.grades) + 1))
    return [*grades, 0] if scale.counts_abstentions else grades


def form_name(section: Section) -> str:
    """Name a section so that the name of a table can follow."""
    return section.title.removesuffix("表")


def rate_columns(definition: Definition, scale: Scale, over: str = "", *, tall: bool = False) -> list[Column]:
    """Return a column for each rate of a scale."""
    places = definition.results.rounding.places
    return [Column(rate.label, "percent", places, over, tall) for rate in definition.rates_of(scale)]


def form_notes(definition: Definition, section: Section) -> tuple[str, ...]:
    """Describe how all numbers of a section came about, in few lines, and what was corrected of it."""
    return *number_notes(definition, section), *correction_notes(definition, section)


def number_notes(definition: Definition, section: Section) -> tuple[str, ...]:
    """Describe how all numbers of a section came about, in few lines."""
    first, *rates = value_notes(definition, section)
    over, *rest = over_notes(definition, section)
    return first, *rates, _total(section) + over, *rest


def value_notes(definition: Definition, section: Section) -> tuple[str, ...]:
    """Describe what the shares, scores and rates of a section are; a list to tick has no scores."""
    scale = definition.scale[section.scale]
    *rates, points = scale_notes(definition, scale)[:-2]
    values = f"百分比 = 该等次票数 ÷ {base_of_shares(scale)}"
    if section.is_ticked:
        values += f"。{blanks_note(definition, scale)}"
    else:
        values += f"；得分 = （各等次票数 × 分值）之和 ÷ {base_of_scores(scale)}。{points}"
    return values, *(("；".join(rates) + "。",) if rates else ())


def over_notes(definition: Definition, section: Section | None = None) -> tuple[str, ...]:
    """List how rater groups are put together, how numbers are rounded, which are shown, what bands are."""
    weights, *bands = standing_notes(definition, section)[:-2]
    if definition.has_one_group:
        over = weights
    else:
        over = f"合计 = 各票种票数相加后计算；加权 = 各票种的值按票种权重平均。{weights}"
    return over, "".join(rounding_notes(definition)), *bands


def _total(section: Section) -> str:
    if len(section.criteria) == 1:
        return ""
    if len({one.weight for one in section.criteria}) == 1:
        return "总得分 = 各项目得分的平均。"
    weights = "、".join(f"{one.label} {written(one.weight)}" for one in section.criteria)
    return f"总得分 = 各项目得分按项目权重平均（{weights}）。"


def reasons(results: Results, tables: Iterable[Table]) -> tuple[str, ...]:
    """Explain each mark that stands at withheld numbers of these tables, and name late codes beside them."""
    definition = results.definition
    least = definition.results.minimum_cell
    if definition.has_one_group:
        small = f"该项作答（或作答加弃权）不足{least}人，由其合成的总得分也不予显示"
    else:
        small = f"该项作答（或作答加弃权）不足{least}人，各票种、合计、加权及由其合成的总得分均不予显示"
    words = {
        "①": small,
        "②": f"该项有票种作答不足{least}人，为免推算，各票种、加权及由其合成的总得分均不予显示，只列合计",
        "③": f"该类作答不足{least}人，或列出后可推算出不足{least}人的另一类",
        "④": f"有票种收回不足{least}张，各票种的有效票数和废票只列合计",
    }
    used = {mark for table in tables for row in table.rows for cell in row for mark in _mark(cell)}
    said = [f"{mark}{text}。" for mark, text in words.items() if mark in used]
    return (*said, *(late_notes(definition, results.count.late) if said else ()))


def _mark(cell: Cell) -> str:
    return cell[len(WITHHELD) :] if isinstance(cell, str) and cell.startswith(WITHHELD) else ""


def account_of(results: Results, groups: Merged) -> tuple[Cell, ...]:
    """Return issued, returned and valid of these rater groups together."""
    accounting = results.count.accounting
    if set(groups) == set(accounting.groups):
        total = accounting.total
        return total.issued, total.returned, total.valid
    accounts = [accounting.groups[key] for key in groups]
    known = [account.valid for account in accounts if account.valid is not None]
    valid: Cell = sum(known) if len(known) == len(accounts) else SMALL_ACCOUNT
    return sum(one.issued for one in accounts), sum(one.returned for one in accounts), valid


def issued_notes(results: Results, groups: Merged) -> tuple[str, ...]:
    """Note what else is among those given out: void ballots, and in a pool those of who may not rate."""
    voided = sum(results.count.accounting.groups[key].voided for key in groups)
    said = (f"发出票数含作废的{voided}张（没有发到人手、遗失或印坏的票）。",) if voided else ()
    pools = {pool.key for pool in results.definition.pools}
    if pools & set(groups) and leaves_some_out(results.definition):
        return (*said, "发出、收回、有效票数是票类的总数，含不评该对象的单位（如本单位）的票。")
    return said


def paper_notes(results: Results) -> tuple[str, ...]:
    """Note why an account does not say how many ballots came on paper, where people could vote on paper."""
    definition = results.definition
    least = definition.results.minimum_cell
    if definition.paper is None or results.count.accounting.tells_paper(least):
        return ()
    return (f"有票种的纸票或手机票不足{least}张，为不暴露个人，不列纸票张数。",)


def count_notes(results: Results) -> tuple[str, ...]:
    """Describe how the ballots add up, what keeps one person to one, and which codes came late."""
    definition = results.definition
    return (
        "发出票数 = 收回票数 + 未用票数 + 作废票数。",
        *paper_notes(results),
        *entry_notes(definition, results.sms),
        *pool_notes(definition),
        *late_notes(definition, results.count.late),
        *correction_notes(definition),
    )


def marked(row: Sequence[Cell]) -> list[Cell]:
    """Give the words of a row of the account the mark of their reason."""
    return [SMALL_ACCOUNT if cell == WITHHELD else cell for cell in row]


def share_name(results: Results, section: Section) -> str:
    """Return what the share is called that ranks the names of a list: weighted where weights differ."""
    return f"加权{SHARE}" if section.key in results.weighed else SHARE


def nomination_notes(results: Results, section: Section, *, ranks: bool = True) -> tuple[str, ...]:
    """Describe what the votes and shares of a list to tick are, and which of them ranks, where one does.

    ``ranks`` says whether that stands in the table at all.
    """
    definition, weighed = results.definition, section.key in results.weighed
    weights, rounding = over_notes(definition)[0], "".join(rounding_notes(definition))
    empty = next(one for one in definition.scale[section.scale].grades if one.key == section.unticked).label
    of = "评该对象的有效票数" if leaves_some_out(definition) else "有效票数（评该对象的票种）"
    share = f"{SHARE} = {VOTES} ÷ {of}；没有打勾的计为“{empty}”，不投任何人的也是有效票。"
    if weighed:
        share += f"加权{SHARE} = 各票种{SHARE}按票种权重平均。"
    if ranks and section.key in results.ranked:
        share += f"排名按{share_name(results, section)}{'' if weighed else '，各票种的票一样计算'}。"
    return share, *((weights,) if weighed else ()), rounding, *correction_notes(definition, section)


def names_table(results: Results, section: Section) -> Table | None:
    """List who was recommended beside a list to tick, most votes first; ``None`` where nobody could be.

    Those with few votes stand together, without names, where so many wrote them that it may be told. Where
    nobody wrote a name, and where few did, the table says the same.
    """
    found = next((one for one in results.names if one.section == section.key), None)
    if found is None:
        return None
    rounding = results.definition.results.rounding
    shares = bool(found.valid)

    def row(
        number: int | None, name: str, post: str, votes: int | None, share: bool = True
    ) -> Sequence[Cell]:
        # More votes than ballots are two wordings on some: there is no share of that.
        has_share = share and votes and found.valid and votes <= found.valid
        exact = Fraction(votes or 0, found.valid or 1) if has_share else None
        return number, name, post, votes, *((rounding.single(exact, 100),) if shares else ())

    rows = [row(at, one.name, one.post, one.votes) for at, one in enumerate(found.named, 1)]
    if found.few:
        # Votes of several persons have no share: one ballot may name two of them.
        rows.append(row(None, f"其他{found.few}人", "", found.few_votes, share=False))
    if not rows:
        rows.append(row(None, NAMES_UNSIGNED if found.is_unsigned else NONE_NAMED, "", None))
    columns = [
        Column("序号", "count"),
        Column("姓名"),
        Column("现任职务"),
        Column(VOTES, "count"),
        *((Column(f"{SHARE}(%)", "percent", rounding.places),) if shares else ()),
    ]
    return Table(f"{section.title} · {OTHERS}", columns, rows, _names_notes(results, found))


def _names_notes(results: Results, found: SectionNames) -> tuple[str, ...]:
    """Describe how names were given to people, and which are not there."""
    least = results.definition.results.minimum_cell
    said = "投票人写在名单后面的姓名，由两人分别认定是谁，一致后计票；各票种合计，不分票种。"
    if found.is_unsigned:
        return (said + "全部认定、计票结果签字确认以前，不列人选和票数。",)
    said += f"没有一种写法满{least}票的不列姓名，写的人足够多才列人数和票数合计；"
    said += "认不出是谁、不是人名或是名单上的人，不计票。"
    if found.valid and any(one.votes > found.valid for one in found.named):
        said += f"得票多于有效票的，是同一张票上用不同写法写了同一人，不列{SHARE}。"
    if found.nobody:
        said += f"这样不计票的有{found.nobody}处。"
    return (said,)
