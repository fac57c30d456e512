"""Requests are signed as the two clouds' own documents work it out, to the last digit.

Looked up in November 2026: inputs and expected signatures are those of the pages named at each test.
"""

from survey.channels.sms.request_signing import acs3_authorization, acs3_query, tc3_authorization

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_example_of_aliyun() -> None:
    """https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.

    The fixed parameters at the end of that page; its hash of the canonical request is 7ea06492…b1e259.
    """
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


BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
"""What both examples of Tencent Cloud send."""


def test_the_example_of_tencent_cloud_with_the_action_signed_too() -> None:
    """https://cloud.tencent.com/document/api/213/30654, as it is now: its keys are written as asterisks.

    The published hash of the canonical request is 7019a55b…6a1e84. These three headers are what the adapter
    signs, and the action in small letters.
    """
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
        "x-tc-action": "DescribeInstances",
    }
    found = tc3_authorization(f"AKID{'*' * 32}", "*" * 32, "cvm", headers, BODY, 1551113065)
    assert found == (
        f"TC3-HMAC-SHA256 Credential=AKID{'*' * 32}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def test_the_example_of_tencent_cloud() -> None:
    """An earlier state of that page (in English: "Signature v3"), as public copies have it."""
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
    }
    found = tc3_authorization(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        "cvm",
        headers,
        BODY,
        1551113065,
    )
    assert found == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )
