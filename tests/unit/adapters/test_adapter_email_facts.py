"""Mails: numbers, dates and addresses in their text."""

import pytest
from email_samples import SENT, one

from oms_addon.adapters.mail.address import split_chinese
from oms_addon.adapters.mail.facts import order_number, requested_date


@pytest.mark.parametrize(
    "subject,text,number",
    [
        ("Order PO-7781", "", "PO-7781"),
        ("", "Our PO number is 4500012345.", "4500012345"),
        ("", "Bestellnummer: B-2026/118", "B-2026/118"),
        ("", "采购单号：CG20261123-1", "CG20261123-1"),
        ("Order", "please order 12 x TS-01", ""),
        ("", "PO Box 1234", ""),
        ("Re: Order 4411", "", "4411"),
        ("Hello", "see you", ""),
    ],
)
def test_order_number_of_the_customer(subject, text, number):
    assert order_number(subject, text) == number


@pytest.mark.parametrize(
    "text,expected,relative",
    [
        ("by Friday 5 June", "2027-06-05", False),
        ("needed by 4 Dec 2026", "2026-12-04", False),
        ("最晚6月5日", "2027-06-05", False),
        ("请在12月1日前送到", "2026-12-01", False),
        ("bis 4.12.2026", "2026-12-04", False),
        ("by Friday", "2026-11-27", True),
        ("下周五前送到", "2026-12-04", True),
        ("周五前到货", "2026-11-27", True),
        ("明天发货", "2026-11-24", True),
        ("deliver tomorrow please", "2026-11-24", True),
        ("by next Friday", None, False),
        ("we met on 5 June 2026", None, False),
        ("ordered by Bob on 1 May 2026", None, False),
        ("until further notice", None, False),
        ("本周一前", "2026-11-23", True),
        ("by 31 February", None, False),
    ],
)
def test_requested_date(text, expected, relative):
    moment, was_relative = requested_date(text, SENT)
    assert (moment and moment.date().isoformat(), was_relative) == (expected, relative)


@pytest.mark.parametrize(
    "text,expected",
    [
        (
            "Ship to:\nACME Inc\n500 Main St\nSpringfield, IL 62701\nUSA",
            ("ACME Inc", "500 Main St", "Springfield", "IL", "62701", "US"),
        ),
        (
            "Please deliver to: Anna Lee, 12 High Street, London, SW1A 1AA, UK",
            ("Anna Lee", "12 High Street", "London", "", "SW1A 1AA", "GB"),
        ),
        (
            "Lieferadresse:\nAnna Lee\nHauptstr. 5\n8010 Graz\nÖsterreich",
            ("Anna Lee", "Hauptstr. 5", "Graz", "", "8010", "AT"),
        ),
        (
            "收货地址：李雷 13900001111 广东省深圳市南山区科技园路1号",
            ("李雷", "科技园路1号", "深圳市", "广东省", "", "CN"),
        ),
        ("Lieferung bitte an unser Lager Nord.", ("", "", "", "", "", "")),
        (
            "Ship to:\nSöder Möbler AB\nSödra Förstadsgatan 40\n211 43 Malmö\nSweden",
            ("Söder Möbler AB", "Södra Förstadsgatan 40", "Malmö", "", "211 43", "SE"),
        ),
        ("Ship to: our warehouse", ("", "", "", "", "", "")),
        ("Please ship to Berlin soon", ("", "", "", "", "", "")),
    ],
)
def test_address_only_when_it_is_clear(text, expected):
    party = one(f"{text}\n\n5 x TS-01").shipping
    assert (
        party.name,
        party.street,
        party.city,
        party.state,
        party.zip,
        party.country_code,
    ) == expected


@pytest.mark.parametrize(
    "text,expected",
    [
        (
            "上海市静安区南京西路1266号",
            ("上海市", "上海市", "静安区", "南京西路1266号"),
        ),
        ("广东深圳市南山区科技园1号", ("广东省", "深圳市", "南山区", "科技园1号")),
        (
            "浙江省杭州市余杭区文一西路969号",
            ("浙江省", "杭州市", "余杭区", "文一西路969号"),
        ),
        (
            "内蒙古自治区呼和浩特市新城区中山路1号",
            ("内蒙古自治区", "呼和浩特市", "新城区", "中山路1号"),
        ),
        ("江苏省昆山市花桥镇1号", ("江苏省", "昆山市", "", "花桥镇1号")),
        (
            "云南省大理白族自治州大理市古城1号",
            ("云南省", "大理白族自治州", "大理市", "古城1号"),
        ),
        ("北京市北京市朝阳区建国路1号", ("北京市", "北京市", "朝阳区", "建国路1号")),
    ],
)
def test_chinese_address_is_cut(text, expected):
    parts = split_chinese(text)
    assert (
        parts["state"],
        parts["city"],
        parts["district"],
        parts["street"],
    ) == expected
