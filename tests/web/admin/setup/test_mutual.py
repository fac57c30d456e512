"""The set-up page of units that rate each other: one matrix, whole or not at all."""

from io import BytesIO

from survey.documents.definition.matrix_workbook import matrix_workbook
from survey.documents.definition.rating_matrix import read_matrix
from survey.domain.definition.bounds import check_definition
from tests.documents.definition.test_rating_matrix import a_sheet, changed, csv
from tests.domain.editing import full
from tests.web.admin.setup.test_pages import create, document, path
from tests.web.clerk import Office


def bring(office: Office, content: bytes, name: str = "m.csv", status: int = 303) -> str:
    form = office.form(path("mutual"))
    answer = office.send(path("mutual"), form, file=(BytesIO(content), name))
    assert answer.status_code == status, answer.text[:3000]
    return answer.text


def test_a_matrix_makes_groups_pools_and_ratees(office: Office) -> None:
    create({key: value for key, value in full().items() if key not in ("paper", "quotas", "questions")})
    bring(office, csv(a_sheet()))
    page = office.get(path("mutual"))
    assert "4 个单位各一个票种，4 个单位被评" in page
    assert page.count('<span aria-hidden="true">✕</span>') == 6
    made = document()
    assert [row["label"] for row in made["groups"]] == ["甲市", "乙市", "丙厅", "丁厅", "A票", "B票"]
    assert made["ratees"][0] | {"statement": ""} == {
        "key": "r1", "name": "甲市", "section": "form", "except": ["u1", "u2"], "statement": ""
    }  # fmt: skip
    assert "各市" in office.get(path("groups"))
    made["rules"] = {}
    made["groups"][0]["issue"] = made["groups"][1]["issue"] = 20
    assert check_definition(made).raters_in["pool1"] == ("u1", "u2")


def test_faults_stand_at_their_cells_and_nothing_changes(office: Office) -> None:
    create(full())
    before = document()
    page = bring(office, csv(changed(3, 3, "也许")), status=422)
    assert "D4" in page
    assert "也许" in page
    assert "不评的请填 ✕，要评的空着" in page
    assert document() == before
    assert "请选择文件" in office.send(path("mutual"), office.form(path("mutual"))).text
    assert "文件是空的" in bring(office, b"", status=422)


def test_the_matrix_can_be_downloaded_empty_and_as_it_is(office: Office) -> None:
    create(full())
    empty = office.client.get(path("mutual.xlsx"))
    assert empty.data[:2] == b"PK"
    assert len(read_matrix("m.xlsx", empty.data).units) == 4
    bring(office, csv(a_sheet()))
    assert read_matrix("m.xlsx", office.client.get(path("mutual.xlsx")).data).excluded["丙厅"] == ("丙厅",)


def test_a_matrix_brought_after_somebodys_save_is_not_taken(office: Office) -> None:
    create(full())
    form = office.form(path("mutual"))
    bring(office, matrix_workbook(), "m.xlsx")
    late = office.send(path("mutual"), form, file=(BytesIO(csv(a_sheet())), "m.csv"))
    assert late.status_code == 303
    assert "有人刚改过这个活动" in office.get(path("mutual"))
    assert document()["groups"][2]["label"] == "丙厅"


def test_the_matrix_is_offered_first_until_somebody_is_rated(office: Office) -> None:
    data = {key: value for key, value in full().items() if key not in ("paper", "quotas", "questions")}
    create(data | {"pools": [{"key": "pool1", "label": "各市票", "weight": 1}], "ratees": []})
    offer = "下载矩阵、填写、导入"
    assert all(offer in office.get(path(page)) for page in ("groups", "ratees"))
    assert "有花名册的，直接上传" not in office.get(path("ratees"))
    bring(office, csv(a_sheet()))
    assert "核对无误，去填各票类的权重" in office.get(path("mutual"))
    assert not any(offer in office.get(path(page)) for page in ("groups", "ratees"))
