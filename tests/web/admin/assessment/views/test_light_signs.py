"""A light's word, letter and style, in the office's words and in each language."""

from typing import Any

import pytest

from survey.domain.assessment.definition import Light
from survey.web.admin.assessment.views.light_signs import light_signs
from tests.domain.assessment.small import an_assessment, an_indicator


def letters(**labels: Any) -> tuple[str, str]:
    """Return the letters and the styles of all lights."""
    signs = light_signs(an_assessment(an_indicator("i"), lights={"labels": labels}))
    return "".join(signs[light].letter for light in Light), "".join(signs[light].style for light in Light)


def test_the_letters_are_the_first_ones(language: str) -> None:
    assert letters() == ({"zh": "绿黄红未", "en": "GYRN"}[language], "gyrn")


@pytest.mark.usefixtures("chinese")
def test_an_office_may_call_them_otherwise() -> None:
    assert letters(green="蓝牌", yellow="黄牌", red="红牌") == ("蓝黄红未", "byrn")


@pytest.mark.usefixtures("chinese")
def test_words_that_begin_alike_have_plain_letters() -> None:
    assert letters(green="进度快", yellow="进度一般", red="进度慢") == ("ABCD", "gyrn")
