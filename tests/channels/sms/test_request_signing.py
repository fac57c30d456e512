"""Requests are signed as the two clouds' own documents work it out, to the last digit."""

from survey.channels.sms.request_signing import acs3_authorization, acs3_query, tc3_authorization

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_example_of_aliyun() -> None:
    """https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature."""
    query = acs3_query(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    )
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    assert acs3_authorization("YourAccessKeyId", "YourAccessKeySecret", "POST", query, headers, b"") == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
        "x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_what_stands_in_a_query_is_written_as_it_is_signed() -> None:
    assert acs3_query({"b": "满 意*~/", "a": "1+2"}) == "a=1%2B2&b=%E6%BB%A1%20%E6%84%8F%2A~%2F"


def test_the_example_of_tencent_cloud() -> None:
    """https://cloud.tencent.com/document/api/213/30654."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
    }
    found = tc3_authorization(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        "cvm",
        headers,
        body,
        1551113065,
    )
    assert found == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )
