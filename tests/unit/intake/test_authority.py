"""What a message may decide: the rest is taken out and told beside it."""

import ast
import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from oms_addon import marks
from oms_addon.authority import (
    RIGHTS,
    Authority,
    clerk_rights,
    default_rights,
    limit,
)
from oms_addon.document import Line, OrderDocument, Party, Payment, Refund

ROOT = Path(__file__).resolve().parents[3] / "oms_addon"
VERA = Party(external_id="7", name="Vera", email="vera@victim.example", vat="DE1")
ORDER = OrderDocument(
    external_id="A-1",
    status="paid",
    currency="EUR",
    customer=VERA,
    shipping=Party(name="Eve", street="Elsewhere 1", city="Bonn", email="v@v.example"),
    billing=VERA,
    lines=(
        Line(
            sku="TS-01",
            unit_price=Decimal("0.01"),
            tax_rate=Decimal(99),
            listing_scope="",
        ),
    ),
    payments=(Payment(external_id="P-1", amount=Decimal("0.01"), currency="EUR"),),
    refunds=(Refund(external_id="R-1", amount=Decimal(5)),),
    total=Decimal("0.01"),
    tags=("on_account", "vip"),
)
MAIL = Authority(door="mail", is_mail=True, sender="eve@evil.example")
SUBSETS = [
    frozenset(rights)
    for size in range(len(RIGHTS) + 1)
    for rights in itertools.combinations(RIGHTS, size)
]


@pytest.mark.parametrize("is_mail", [False, True])
@pytest.mark.parametrize("rights", SUBSETS, ids=lambda r: "+".join(sorted(r)) or "none")
def test_each_right_decides_its_part_and_nothing_else(rights, is_mail):
    """Walks all 32 sets of rights, by mail and by another door."""
    authority = Authority(
        door="mail" if is_mail else "webhook",
        rights=rights,
        is_mail=is_mail,
        sender="eve@evil.example" if is_mail else "",
    )
    document = limit(ORDER, authority)
    codes = {doubt.code for doubt in document.doubts}
    if "identity" in rights:
        assert document.customer == VERA and "identity" not in codes
    else:
        assert document.customer.unproven and not document.customer.external_id
        assert not is_mail or document.customer.email == "eve@evil.example"
        assert "identity" in codes
    assert ("payment" in rights) == bool(document.payments)
    assert ("payment" in rights) == bool(document.refunds)
    assert ("payment" in rights) == (document.status == "paid")
    assert ("payment" in rights) != ({"payment", "refund"} <= codes)
    assert ("price" in rights) == (document.total is not None)
    assert ("price" in rights) == (document.lines[0].tax_rate is not None)
    assert ("credit" in rights) == ("on_account" in document.tags)
    assert "vip" in document.tags


def test_table_of_a_stranger_names_nobody_by_any_mark():
    """Customer number, VAT id, e-mail, billing and delivery party: none is used."""
    document = limit(ORDER, MAIL)
    for party in (document.customer, document.shipping, document.billing):
        assert not {"7", "DE1", "vera@victim.example", "v@v.example"} & {
            party.external_id,
            party.vat,
            party.email,
        }
    assert any("vera@victim.example" in d.words for d in document.doubts)
    assert document.shipping.street == "Elsewhere 1"


@pytest.mark.parametrize(
    "proof,known,code",
    [
        ("unproven", False, "sender_unproven"),
        ("failed", False, "sender_forged"),
        ("proven", False, "sender_unknown"),
        ("proven", True, None),
    ],
)
def test_mail_says_what_is_known_of_its_sender(proof, known, code):
    authority = Authority(is_mail=True, sender="a@b.example", proof=proof, known=known)
    codes = [doubt.code for doubt in limit(ORDER, authority).doubts]
    assert [c for c in codes if c.startswith("sender")] == ([code] if code else [])


def test_article_numbers_of_a_mail_are_the_senders_own():
    other = Authority(door="mail", is_mail=True, sender="kim@known.example")
    scopes = [limit(ORDER, mail).lines[0].listing_scope for mail in (MAIL, other, MAIL)]
    assert scopes[0] and scopes[0] == scopes[2] != scopes[1]
    assert not any("example" in scope for scope in scopes), "kept longer than he is"


def test_a_paid_status_alone_is_money_told():
    document = OrderDocument(external_id="A", status="paid")
    limited = limit(document, Authority(door="upload"))
    assert limited.status == "unpaid"
    assert [d.code for d in limited.doubts if d.code == "payment"] == ["payment"]


@pytest.mark.parametrize(
    "kind,rights",
    [
        ("shopify", set(RIGHTS)),
        ("woocommerce", set(RIGHTS)),
        ("taobao", set(RIGHTS)),
        ("csv", {"identity", "price", "address"}),
        ("ubl", {"identity", "price", "address"}),
        ("api", {"identity", "price", "address"}),
        ("email", set()),
        ("manual", set()),
        ("a kind to come", set()),
    ],
)
def test_defaults_by_kind_of_channel(kind, rights):
    assert default_rights(kind) == rights


def test_word_of_a_clerk():
    assert "payment" not in clerk_rights(False, False)
    assert "payment" in clerk_rights(True, False)
    assert "credit" not in clerk_rights(True, False)
    assert "credit" in clerk_rights(True, True)


# ---- by construction ---------------------------------------------------------


def _trees(folder):
    for path in sorted((ROOT / folder).rglob("*.py")):
        if "tests" not in path.parts:
            yield path, ast.parse(path.read_text())


def _strings(node):
    return {
        child.value
        for child in ast.walk(node)
        if isinstance(child, ast.Constant) and isinstance(child.value, str)
    }


def _marks_of(tree):
    """Text constants that become a tag or the code of a doubt."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if name == "Doubt" and node.args:
                found |= _strings(node.args[0])
            if name == "tags":
                found |= set().union(*map(_strings, node.args))
            owner = getattr(node.func, "value", None)
            if name == "append" and getattr(owner, "id", "") == "tags":
                found |= set().union(*map(_strings, node.args))
            for keyword in node.keywords:
                if keyword.arg == "tags" and not isinstance(keyword.value, ast.Call):
                    found |= _strings(keyword.value)
        if isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == "tags" for target in node.targets
        ):
            if isinstance(node.value, ast.Dict):
                found |= set().union(*map(_strings, node.value.keys))
        if isinstance(node, ast.Return) and "tags" in ast.dump(node):
            if isinstance(node.value, ast.Call) and node.value.args:
                found |= {s for s in _strings(node.value.args[0]) if s.isidentifier()}
            elif isinstance(node.value, ast.BinOp):
                found |= {s for s in _strings(node.value) if s.isidentifier()}
    return {mark for mark in found if mark.replace("_", "").isalpha()}


def test_every_mark_that_a_reader_sets_is_obeyed_or_said_to_be_harmless():
    """Walks the source of all adapters: a new mark must find its place."""
    from oms_addon.adapters.mail.facts import FLAGS
    from oms_addon.adapters.mail.intent import INTENTS

    found = {name for name, _pattern in FLAGS} | set(INTENTS)
    for _path, tree in _trees("adapters"):
        found |= _marks_of(tree)
    expected = {"unsure", "free_text", "unpriced", "numeral_in_hanzi", "relative_date"}
    assert expected | {"test", "on_account", "no_price", "cod", "column"} <= found
    tables = [set(marks.UNCLEAR), set(marks.OBEYED), set(marks.HARMLESS)]
    known = set().union(*tables)
    assert found - {"flag_"} <= known, sorted(found - known)
    assert sum(map(len, tables)) == len(known), "a mark stands in two tables"
    assert all(marks.HARMLESS.values())


def test_every_door_names_itself():
    """A call of `_receive` without its source would be taken for a signed one."""
    calls = []
    for folder in ("models", "controllers", "wizards"):
        for path, tree in _trees(folder):
            for node in ast.walk(tree):
                if not isinstance(node, ast.Call):
                    continue
                if getattr(node.func, "attr", "") != "_receive":
                    continue
                owner = getattr(node.func.value, "id", "")
                if folder == "controllers" and owner == "self":
                    continue  # the controller's own step before the inbox's
                named = {keyword.arg for keyword in node.keywords}
                calls.append((path.name, "source" in named))
    assert len(calls) >= 6
    assert all(named for _name, named in calls), calls
