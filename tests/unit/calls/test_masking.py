"""What gives access, and persons, are hidden in the log and in shown answers."""

import pytest

from oms_addon import masking

TOKEN = "Zk3vQ-9yT_x8hUa1LmN4pRs7Wd0EfGh2"
UUID = "3f2b8c1e-7d64-4a0b-9c55-0e1f2a3b4c5d"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"

# Addresses that carry a token, by whom they are.
TOKEN_ADDRESSES = (
    f"POST /oms/webhook/{TOKEN} HTTP/1.1",
    "POST /oms/webhook/short HTTP/1.1",
    f"GET /oms/track/{TOKEN} HTTP/1.1",
    f"GET /oms/track/{TOKEN}?lang=de_DE HTTP/1.1",
    f"GET /rate/{UUID}/5 HTTP/1.1",
    f"GET /survey/start/{UUID} HTTP/1.1",
    f"GET /survey/{UUID}/{UUID} HTTP/1.1",
    f"GET /my/orders/12?access_token={UUID} HTTP/1.1",
    f"GET /my/returns/3?access_token={TOKEN}&x=1 HTTP/1.1",
    f"GET /mail/view?model=a&res_id=1&access_token={UUID}&auth_login=eve HTTP/1.1",
    f"GET /web/reset_password?db=x&token={TOKEN} HTTP/1.1",
    f"GET /web/signup?token={TOKEN}&db=x HTTP/1.1",
    f"GET /mail/unfollow?model=a&token={HEX} HTTP/1.1",
    f"GET /payment/status?hash={HEX} HTTP/1.1",
    f"GET /some/new/page/{TOKEN}/edit HTTP/1.1",
    f"http://odoo.example/oms/webhook/{TOKEN}",
)


@pytest.mark.parametrize("line", TOKEN_ADDRESSES)
def test_no_address_in_the_log_gives_access(line):
    shown = masking.hide_access(line)
    for secret in (TOKEN, UUID, HEX, "webhook/short", "auth_login=eve"):
        assert secret not in shown
    assert shown.split(" ")[0] == line.split(" ")[0].replace(line, shown)


def test_nothing_of_a_message_s_query_is_written_down():
    line = (
        f"POST /oms/webhook/{TOKEN}?app_key=12345678&sign=0A1B2C&timestamp=2026-11-23"
        "&session=610abc&buyer=王小明 HTTP/1.1"
    )
    shown = masking.hide_access(line)
    assert shown == "POST /oms/webhook/***?*** HTTP/1.1"


@pytest.mark.parametrize(
    "line",
    [
        "GET /web/assets/1/a1b2c3d/web.assets_frontend.min.js HTTP/1.1",
        "GET /oms_addon/static/src/overview/overview.js HTTP/1.1",
        "GET /odoo/oms-channels/7 HTTP/1.1",
        "GET /shop/tea-cup-with-saucer-and-a-very-long-name-42 HTTP/1.1",
        "GET /web/image/res.partner/7/avatar_128?unique=1764412345000 HTTP/1.1",
        "POST /web/dataset/call_kw/oms.inbox.message/web_search_read HTTP/1.1",
        "Job 'OMS: read channel messages' (31) fully done (#loop 1; done 3)",
        "Module oms_addon_logistics loaded in 0.31s, 120 queries (+120 other)",
    ],
)
def test_what_gives_no_access_stays_readable(line):
    assert masking.hide_access(line) == line


@pytest.mark.parametrize(
    "text",
    [
        'Authorization: Bearer shpat_0123 and "consumer_secret": "cs_9"',
        "X-Shopify-Access-Token: shpat_0123",
        "{'access_token': 'shpat_0123', 'password': 'cs_9'}",
        "sign=shpat_0123&app_secret=cs_9",
        "Basic c2hwYXRfMDEyMzpjc185",
    ],
)
def test_keys_in_a_text_are_hidden(text):
    shown = masking.excerpt(text)
    for secret in ("shpat_0123", "cs_9", "c2hwYXRfMDEyMzpjc185"):
        assert secret not in shown


def test_an_excerpt_is_short_on_one_line_and_names_nobody():
    text = (
        "Eve <eve@example.com>\n\x1b[31m said: call +49 30 1234567\u202e " + "x " * 200
    )
    shown = masking.excerpt(text)
    assert len(shown) <= masking.LONGEST_EXCERPT
    for part in ("eve@", "1234567", "\n", "\x1b", "\u202e"):
        assert part not in shown
    assert masking.excerpt({"any": "thing"}) == ""
