"""What the set-up pages of limits and of counting hold."""

from flask_babel import lazy_gettext as _l

from .options import grades_of, lines
from .parts import ChoicePart, Number, Pair, TextPart, Tick, Ticks
from .subject import SetupPage, key_field
from .tables import Rows, SubTable

QUOTAS = SetupPage(
    "quotas",
    _l("名额限制"),
    _l("一张票上，某个等次最多给多少人。超过的票不能提交，系统会指出是哪几人。没有限制就留空。"),
    (
        Rows(
            "quotas",
            _l("名额限制"),
            (
                Pair("criterion", _l("测评表和项目"), "", lines, keys=("section", "criterion")),
                ChoicePart("grade", _l("等次"), "", grades_of),
                Number("at_most", _l("最多"), _l("人数如 3，或比例如 40%")),
            ),
            "",
            ("section", "at_most"),
            ordered=False,
            one=_l("限制"),
        ),
    ),
)

RULES = SetupPage(
    "rules",
    _l("计票规则"),
    _l("模板里已按通行做法填好，一般不用改。"),
    (
        SubTable(
            "rules",
            _l("什么样的票有效"),
            (
                ChoicePart(
                    "blank",
                    _l("没有填的项目"),
                    "",
                    (
                        ("allow", _l("可以留空，不计入")),
                        ("abstain", _l("可以留空，计为弃权")),
                        ("require", _l("每一项都必须填")),
                    ),
                    "allow",
                ),
                Ticks(
                    "spoiled_if",
                    _l("哪些算废票"),
                    "",
                    (
                        ("all-blank", _l("全部空白的")),
                        ("all-same", _l("全部选同一等次的（至少三项）")),
                        ("all-top", _l("全部选最高等次的")),
                    ),
                ),
            ),
        ),
        SubTable(
            "results",
            _l("结果怎样计算和公布"),
            (
                Number("minimum_cell", _l("少于几人作答不公布"), _l("至少 2，不填为 5")),
                ChoicePart(
                    "small_groups",
                    _l("人数少的票种"),
                    _l("某个票种作答人数不够时怎样办"),
                    (
                        ("", _l("没有指定：不单独公布")),
                        ("withhold", _l("不单独公布，只公布合计（推荐）")),
                        ("merge", _l("与相邻票种合并后公布")),
                        ("show", _l("照样公布（票面上会说明）")),
                    ),
                ),
                ChoicePart(
                    "missing_group",
                    _l("某票种没有结果时"),
                    "",
                    (
                        ("renormalise", _l("其余票种按权重折算")),
                        ("withhold", _l("不算加权结果")),
                        ("zero", _l("该票种按 0 计")),
                    ),
                    "renormalise",
                ),
                SubTable(
                    "rounding",
                    _l("小数"),
                    (
                        ChoicePart(
                            "mode",
                            _l("取舍"),
                            "",
                            (
                                ("half-up", _l("四舍五入")),
                                ("truncate", _l("截去尾数")),
                                ("sum-to-100", _l("四舍五入，并使各等次之和为 100%")),
                            ),
                            "half-up",
                        ),
                        Number("places", _l("小数位数"), _l("0 至 4，不填为 2")),
                    ),
                ),
                Tick("rank", _l("按得分排名次")),
                Rows(
                    "bands",
                    _l("得分档次"),
                    (key_field(), TextPart("label", _l("档次")), Number("at_least", _l("不低于多少分"))),
                    "band",
                    ("label", "at_least"),
                    one=_l("档次"),
                ),
            ),
        ),
    ),
)
