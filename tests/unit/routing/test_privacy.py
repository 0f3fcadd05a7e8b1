"""What a reader sees of a person, for every kind of reader and of name."""

import pytest

from oms_addon_logistics.privacy import LINK, OWNER, show_recipient

PEOPLE = [
    ("Anna Berg", "+49 203 5550 1083", "Gaterweg 201", "Duisburg", ""),
    ("张伟", "138 1234 5678", "西湖区 文三路 138 号", "杭州市", "浙江"),
    ("Li", "110", "", "", ""),
    ("", "", "", "Berlin", ""),
    ("Jean-Luc van der Meer", "0610002665", "1", "Utrecht", "Utrecht"),
]
FIELDS = ("name", "phone", "street", "city", "state")


@pytest.mark.parametrize("person", PEOPLE)
def test_who_has_only_the_link_reads_no_whole_name_number_or_street(person):
    facts = dict(zip(FIELDS, person, strict=True))
    shown = show_recipient(LINK, **facts)
    for word in [w for w in facts["name"].split() if len(w) > 1]:
        assert word not in shown["name"]
    assert not facts["phone"] or facts["phone"] not in shown["phone"]
    assert len([sign for sign in shown["phone"] if sign.isdigit()]) <= 4
    assert not facts["street"] or "***" in shown["place"]
    assert facts["city"] in shown["place"]


@pytest.mark.parametrize("person", PEOPLE)
def test_the_customer_reads_the_own_address(person):
    facts = dict(zip(FIELDS, person, strict=True))
    shown = show_recipient(OWNER, **facts)
    assert (shown["name"], shown["phone"]) == (facts["name"], facts["phone"])
    assert facts["street"] in shown["place"] and "*" not in shown["place"]


def test_an_unknown_reader_is_one_with_a_link():
    assert show_recipient("somebody", name="Anna")["name"] == "A***"
