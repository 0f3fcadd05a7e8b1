"""Which addresses calls out may go to: every spelling, every kind of network."""

import pytest

from oms_addon.calls.addresses import (
    INNER,
    NEVER,
    PUBLIC,
    Policy,
    check_scheme,
    find_addresses,
    judge,
    read_target,
)
from oms_addon.calls.errors import CallError


@pytest.mark.parametrize(
    "address, kind",
    [
        ("93.184.216.34", PUBLIC),
        ("8.8.8.8", PUBLIC),
        ("2606:2800:220:1::1", PUBLIC),
        ("::ffff:8.8.8.8", PUBLIC),
        ("64:ff9b::808:808", PUBLIC),
        ("127.0.0.1", INNER),
        ("127.255.0.9", INNER),
        ("10.1.2.3", INNER),
        ("172.16.0.1", INNER),
        ("172.31.255.255", INNER),
        ("192.168.0.1", INNER),
        ("100.64.0.1", INNER),
        ("192.0.2.1", INNER),
        ("198.18.0.1", INNER),
        ("::1", INNER),
        ("fc00::1", INNER),
        ("fdff::1", INNER),
        ("fec0::1", INNER),
        ("2001:db8::1", INNER),
        ("2001::1", INNER),
        ("100::1", INNER),
        ("::ffff:10.0.0.1", INNER),
        ("::10.0.0.1", INNER),
        ("::ffff:0:127.0.0.1", INNER),
        ("64:ff9b::127.0.0.1", INNER),
        ("64:ff9b:1::7f00:1", INNER),
        ("2002:7f00:1::", INNER),
        ("0.0.0.0", NEVER),
        ("0.1.2.3", NEVER),
        ("169.254.169.254", NEVER),
        ("169.254.0.1", NEVER),
        ("100.100.100.200", NEVER),
        ("168.63.129.16", NEVER),
        ("224.0.0.1", NEVER),
        ("240.0.0.1", NEVER),
        ("255.255.255.255", NEVER),
        ("::", NEVER),
        ("fe80::1", NEVER),
        ("ff02::1", NEVER),
        ("fd00:ec2::254", NEVER),
        ("::ffff:169.254.169.254", NEVER),
        ("64:ff9b::a9fe:a9fe", NEVER),
        ("2002:a9fe:a9fe::", NEVER),
    ],
)
def test_every_network_is_of_a_kind(address, kind):
    assert judge(address) == kind


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.0.0.01/",
        "http://1.2.3.4.5/",
        "http://shop.0x7f/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "https://user:password@shop.example/",
        "https://shop.example@127.0.0.1/",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example:99999/",
        "https://shop.example:0/",
        "https://shop.example:http/",
        "https://shop .example/",
        "https://shop\t.example/",
        "\thttps://shop.example/",
        "https://shop.example/\r\nX: 1",
        "https://-shop.example/",
        "https://shop..example/",
        "https:///path",
        "https:shop.example",
        "//shop.example",
        "shop.example",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "javascript:alert(1)",
        "",
        "https://" + "a" * 300 + ".example/",
    ],
)
def test_an_odd_spelling_is_no_address(url):
    with pytest.raises(CallError) as caught:
        read_target(url)
    assert caught.value.code == "bad_address"


@pytest.mark.parametrize(
    "url, base",
    [
        ("https://Shop.Example/", "https://shop.example"),
        ("https://shop.example.:443/a/", "https://shop.example/a"),
        ("https://shop.example:8443/a?b=c", "https://shop.example:8443/a"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ],
)
def test_an_address_is_read_into_one_form(url, base):
    assert read_target(url).base == base


@pytest.mark.parametrize("host", ["１２７.0.0.1", "127。0。0。1"])
def test_full_width_digits_and_dots_hide_nothing(host):
    target = read_target(f"https://{host}/")
    with pytest.raises(CallError) as caught:
        find_addresses(target, Policy(), 1)
    assert caught.value.code == "inner_address"


def test_clear_text_and_the_own_network_only_for_the_host_that_was_allowed():
    policy = Policy(allowed_host="127.0.0.1")
    own, other = read_target("http://127.0.0.1:80/"), read_target("http://127.0.0.2/")
    check_scheme(own, policy)
    assert find_addresses(own, policy, 1) == ["127.0.0.1"]
    for target in (other, read_target("http://shop.example/")):
        with pytest.raises(CallError) as caught:
            check_scheme(target, policy)
        assert caught.value.code == "no_https"
    with pytest.raises(CallError):
        find_addresses(read_target("https://127.0.0.1/"), Policy(), 1)
