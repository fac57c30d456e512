"""Who wants no more messages is understood however it is written, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.sms.opt_out import is_opt_out


@pytest.mark.parametrize(
    "text",
    [
        *("R", "r", "Ｒ", "ｒ", " R ", "R。", "R.", "“R”", "(R)", "Ⓡ", "回复R"),
        *("T", "t", "Ｔ", "TD", "td", "Td", "ＴＤ", "T D", "T.D.", "t。d", "T\nD", "T-D", "回复TD"),
        *("N", "n", "Ｎ", "N!"),
        *(
            "退订",
            "退 订",
            "退订。",
            "退订!",
            "“退订”",
            "退\u200b订",
            "退訂",
            "请退订",
            "我要退订",
            "回复退订",
            "退订谢谢",
        ),
        *("拒收", " 拒收 ", "拒.收", "拒收！", "拒收短信", "我要拒收", "申请退订", "退订了", "退订吧"),
    ],
)
def test_it_is_understood(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "。", "3", "3213", "满意", "RR", "TT", "NO", "Y", "D", "DT", "TDT", "3R", "R3", "R 3"),
        *(
            "不退订",
            "不要退订",
            "别退订",
            "退订什么",
            "怎么退订",
            "退",
            "订",
            "订退",
            "收",
            "拒",
            "不拒收",
            "取消退订",
        ),
        *("run", "nt", "请R", "我要T", "td谢谢", "\u0442"),
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert not is_opt_out(text)


@given(st.sampled_from(["R", "T", "TD", "N", "退订", "拒收"]), st.data())
def test_dots_and_spaces_make_no_difference(word: str, data: st.DataObject) -> None:
    gaps = st.text(st.sampled_from(" .。,、\n\t　-·"), max_size=3)
    text = data.draw(gaps) + "".join(character + data.draw(gaps) for character in word)
    assert is_opt_out(data.draw(st.sampled_from([text, text.lower()])))


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert is_opt_out(text) in (True, False)
