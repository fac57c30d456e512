"""What came of a list to tick (民主推荐): the votes of a name, their share, and which share ranks."""

from survey.domain.count.results import Results
from survey.domain.definition.form import Ratee, Section

from .correction_words import correction_notes
from .official_words import NOT_RATED, over_notes, withheld
from .result_view import Screen
from .rules_text import rounding_notes
from .screen_rows import ResultLine
from .table import Cell

VOTES, SHARE = "得票数", "得票率"
MERGED = "并入前列"
"""Stands for a rater group whose votes are among those of the one before it, with which it was merged."""


def share_name(results: Results, section: Section) -> str:
    """Return what the share is called that ranks the names of a list: weighted where weights differ."""
    return f"加权{SHARE}" if section.key in results.weighed else SHARE


def votes_of(screen: Screen, ratee: Ratee) -> tuple[Cell, ...]:
    """Return a ratee's votes on a list to tick: of each rater group of the section, of all, and their share.

    A weighted share follows where the groups have weights that differ. Where there is one group, its votes
    and their share are all. Of groups that were merged, the first has the votes, and the others say so.
    """
    section = screen.definition.section[ratee.section]
    ticked = screen.definition.scale[section.scale].grades[0].key
    *lines, pooled, weighted = screen.overall_lines(ratee)
    shares = [line.shown.shares[ticked] if line.shown else withheld(line.why) for line in (pooled, weighted)]
    if len(screen.groups(section)) == 1:
        return _votes(pooled), shares[0]
    of_group: dict[str, Cell] = {}
    for members, line in zip(screen.results.count.groups[ratee.key], lines, strict=True):
        of_group |= dict.fromkeys(members, MERGED) | {members[0]: _votes(line)}
    groups = [of_group.get(group.key, NOT_RATED) for group in screen.groups(section)]
    return (*groups, _votes(pooled), *(shares if section.key in screen.results.weighed else shares[:1]))


def nomination_notes(results: Results, section: Section) -> tuple[str, ...]:
    """Describe what the votes and shares of a list to tick are, and which of them ranks, where one does."""
    definition, weighed = results.definition, section.key in results.weighed
    weights, rounding = over_notes(definition)[0], "".join(rounding_notes(definition))
    empty = next(one for one in definition.scale[section.scale].grades if one.key == section.unticked).label
    share = (
        f"{SHARE} = {VOTES} ÷ 有效票数（评该对象的票种）；没有打勾的计为“{empty}”，不投任何人的也是有效票。"
    )
    if weighed:
        share += f"加权{SHARE} = 各票种{SHARE}按票种权重平均。"
    if section.key in results.ranked:
        share += f"排名按{share_name(results, section)}{'' if weighed else '，各票种的票一样计算'}。"
    return share, *((weights,) if weighed else ()), rounding, *correction_notes(definition, section)


def _votes(line: ResultLine) -> Cell:
    return line.counts.grades[0] if line.counts else withheld(line.why)
