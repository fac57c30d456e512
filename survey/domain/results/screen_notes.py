"""What stands under the tables of the screen: how every number in them came about, in Chinese."""

from survey.domain.count.late import Late
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Section
from survey.domain.definition.scale import Scale, Treat

from .rules_text import late_notes, scale_notes, standing_notes, written


def table_notes(definition: Definition, section: Section, late: Late = ()) -> tuple[str, ...]:
    """Say what the counts, shares, rates and scores of a section are; ``late`` codes are named."""
    scale = definition.scale[section.scale]
    return tuple(
        dict.fromkeys(
            (
                *_values(scale),
                *scale_notes(definition, scale),
                _over_groups(),
                *standing_notes(definition),
                *late_notes(definition, late),
            )
        )
    )


def ranking_notes(definition: Definition, section: Section, late: Late = ()) -> tuple[str, ...]:
    """Say what the scores, ranks and bands of a section are, and the distribution beside them."""
    return tuple(dict.fromkeys((*_total(section), *table_notes(definition, section, late))))


def _values(scale: Scale) -> tuple[str, ...]:
    shares = "作答与弃权票数之和" if scale.counts_abstentions else "作答票数"
    zero = scale.abstain is not None and scale.abstain.treat is Treat.ZERO
    scores = "作答与弃权票数之和" if zero else "作答票数"
    return f"占比 = 该等次票数 ÷ {shares}。", f"得分 = （各等次票数 × 分值）之和 ÷ {scores}。"


def _over_groups() -> str:
    return "合计 = 各票种票数相加后计算，不加权；加权 = 各票种的值按票种权重平均。"


def _total(section: Section) -> tuple[str, ...]:
    if len(section.criteria) == 1:
        return ()
    weights = "、".join(f"{one.label} {written(one.weight)}" for one in section.criteria)
    return (f"总得分 = 各项目得分按项目权重平均：{weights}。",)
