"""The ballot to look at before there are voters."""

from survey.web.voter.specimen import CODE
from tests.domain.editing import changed, full
from tests.web.clerk import Office

from .test_pages import create, path


def test_the_ballot_to_look_at_is_the_voters_and_can_send_nothing(office: Office) -> None:
    create(full())
    page = office.client.get("/admin/c/full-2026/preview?group=B")
    assert 'src="/admin/c/full-2026/preview/ballot?group=B"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    ballot = office.client.get("/admin/c/full-2026/preview/ballot?group=B")
    policy = ballot.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert policy.endswith("sandbox allow-scripts allow-forms")
    assert CODE in ballot.text
    assert "预览 组织部" in ballot.text
    assert 'name="c2.de"' in ballot.text
    assert 'name="c2.de"' not in office.get("/admin/c/full-2026/preview/ballot?group=A")
    assert office.client.post("/v/ballot", data={"code": CODE}).status_code == 404
    office.get("/admin/c/full-2026/preview?group=Z", 404)
    for elsewhere in ("/v", "/admin/", path("basics")):
        assert "frame-ancestors 'none'" in office.client.get(elsewhere).headers["Content-Security-Policy"]


def test_a_draft_with_faults_has_no_ballot_to_look_at(office: Office) -> None:
    create(changed("groups[0].label", ""))
    assert "还不能预览" in office.get("/admin/c/full-2026/preview", 409)
    office.get("/admin/c/full-2026/preview/ballot", 404)
