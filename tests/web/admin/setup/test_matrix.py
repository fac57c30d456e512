"""Who rates whom, as one table."""

from tests.domain.editing import full
from tests.web.admin.setup.test_pages import create, document, path
from tests.web.clerk import Office


def test_the_matrix_writes_what_differs_from_the_form(office: Office) -> None:
    create(full())
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.0.groups", "A"))
    assert document()["ratees"][0]["groups"] == ["A"]
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.0.groups", "B", "A"))
    assert "groups" not in document()["ratees"][0]
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.2.groups"))
    assert document()["ratees"][2]["groups"] == []
    assert "至少要有 1 个" in office.get(path("matrix"))
