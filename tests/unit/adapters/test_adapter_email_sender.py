"""Who sent a mail: only what the trusted receiving server proved counts."""

import pytest

from oms_addon.adapters.mail.sender import head_fields, prove

TRUSTED = ("mx.shop.example",)


def mail(*fields, sender="Vera <vera@victim.example>"):
    head = [*fields, f"From: {sender}", "To: orders@shop.example", "Subject: Order"]
    return ("\r\n".join(head) + "\r\n\r\n5 x TS-01\r\n").encode()


def results(text, server="mx.shop.example"):
    return f"Authentication-Results: {server}; {text}"


PASS = "dmarc=pass (p=reject) header.from=victim.example"
FAIL = "dmarc=fail header.from=victim.example"


@pytest.mark.parametrize(
    "fields,state",
    [
        ([], "unproven"),
        ([results(PASS)], "proven"),
        ([results(FAIL)], "failed"),
        ([results("none")], "unproven"),
        # only a trusted host, and of its headers only the topmost
        ([results(PASS, "mx.evil.example")], "unproven"),
        ([results(PASS, "mx.shop.example.evil.example")], "unproven"),
        ([results(FAIL), results(PASS)], "failed"),
        ([results(PASS, "mx.evil.example"), results(FAIL)], "failed"),
        ([results("none"), results(PASS)], "unproven"),
        # the version behind the name, case, folding, comments
        (["Authentication-Results: MX.Shop.example 1; " + PASS], "proven"),
        (["authentication-results: mx.shop.example;\r\n\t" + PASS], "proven"),
        ([results("spf=fail (dmarc=pass header.from=victim.example)")], "failed"),
        ([results("x=(y; dmarc=pass header.from=victim.example)")], "unproven"),
        # passed for another domain
        ([results("dmarc=pass header.from=evil.example")], "unproven"),
        ([results("dkim=pass header.d=evil.example")], "unproven"),
        ([results("spf=pass smtp.mailfrom=eve@evil.example")], "unproven"),
        ([results("dkim=pass header.d=example")], "unproven"),
        ([results("dkim=pass header.d=mail.victim.example")], "unproven"),
        # without DMARC a signature or envelope of the same domain is enough
        ([results("dkim=pass header.d=victim.example")], "proven"),
        ([results("dkim=pass header.i=@victim.example")], "proven"),
        ([results("spf=pass smtp.mailfrom=bounce@victim.example")], "proven"),
        ([results("dkim=fail header.d=victim.example")], "failed"),
        (
            [results("dmarc=fail; dkim=pass header.d=victim.example")],
            "failed",
        ),
        ([results("spf=softfail smtp.mailfrom=victim.example")], "unproven"),
        # not the header of results, however alike
        (["X-Authentication-Results: mx.shop.example; " + PASS], "unproven"),
        (["ARC-Authentication-Results: i=1; mx.shop.example; " + PASS], "unproven"),
        (["Received-SPF: pass smtp.mailfrom=victim.example"], "unproven"),
    ],
)
def test_sender_is_proven_by_the_topmost_result_of_a_trusted_server(fields, state):
    assert prove(mail(*fields), TRUSTED).state == state


def test_without_a_trusted_server_nobody_is_proven():
    assert prove(mail(results(PASS)), ()).state == "unproven"
    assert prove(mail(results(PASS)), ("", " ")).state == "unproven"


def test_signature_of_the_domain_above_counts_for_a_subdomain():
    raw = mail(
        results("dkim=pass header.d=victim.example"), sender="a@shop.victim.example"
    )
    assert prove(raw, TRUSTED).state == "proven"


@pytest.mark.parametrize(
    "sender,address",
    [
        ("Vera <vera@victim.example>", "vera@victim.example"),
        ("VERA@Victim.Example", "vera@victim.example"),
        ('"vera@victim.example" <eve@evil.example>', "eve@evil.example"),
        ("=?utf-8?B?546L6Iqz?= <wang@victim.example>", "wang@victim.example"),
        ("vera@victim.example, eve@evil.example", ""),
        ("nobody", ""),
        ("", ""),
        ("vera@victim.example <x", ""),
    ],
)
def test_exactly_one_address_names_the_sender(sender, address):
    proof = prove(mail(results(PASS), sender=sender), TRUSTED)
    assert proof.address == address
    if not address:
        assert proof.state == "unproven"


def test_two_from_headers_name_nobody():
    raw = mail(results(PASS), "From: eve@evil.example")
    assert prove(raw, TRUSTED).address == ""


def test_reply_to_names_nobody():
    raw = mail("Reply-To: Vera <vera@victim.example>", sender="eve@evil.example")
    assert prove(raw, TRUSTED).address == "eve@evil.example"


def test_name_of_the_sender_is_decoded():
    raw = mail(sender="=?utf-8?B?546L6Iqz?= <wang@victim.example>")
    assert prove(raw).name == "王芳"


def test_what_stands_in_the_body_is_no_head():
    raw = mail() + results(PASS).encode() + b"\r\n"
    assert prove(raw, TRUSTED).state == "unproven"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"\x00" * 50_000,
        b"From: " + b'"' * 200_000,
        b"From: " + b"(" * 200_000 + b"a@b.example",
        b"From: a@b.example\r\n" + b" ;" * 100_000,
        b"Authentication-Results: mx.shop.example;" + b" dkim=pass" * 20_000,
        b":" * 100_000,
    ],
)
def test_hostile_heads_prove_nothing(raw):
    assert prove(raw, TRUSTED).state == "unproven"
    assert len(head_fields(raw)) < 10
