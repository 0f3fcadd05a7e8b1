"""The order desk's morning: broken messages, holds, payments."""

from . import cast
from .client import DayError


def correct_message(day):
    """A manager mends the message whose end was cut off, and has it read again.

    It says that money came in: a clerk's correction may not.
    """
    manager = day.person("manager")
    broken = manager.search(
        "oms.inbox.message",
        [("state", "=", "error"), ("channel_id.kind", "=", "shopify")],
        ["body_text", "error_message", "is_corrected"],
        limit=1,
        order="id",
    )
    if not broken:
        return None
    message = broken[0]
    if not message["is_corrected"]:
        text = message["body_text"] + "}"
        manager.call("oms.inbox.message", "write", [message["id"]], {"body_text": text})
    manager.call("oms.inbox.message", "action_process", [message["id"]])
    state = manager.call("oms.inbox.message", "read", [message["id"]], ["state"])
    if state[0]["state"] != "done":
        raise DayError(f"the corrected message is {state[0]['state']}, not done")
    return f"“{message['error_message']}” corrected and read again"


def choose_products(day):
    """A clerk picks the product behind each unknown listing."""
    clerk = day.person("clerk")
    lines = clerk.search(
        "sale.order.line",
        [("oms_unmatched", "=", True), ("order_id.oms_stage", "=", "held")],
        ["oms_sku", "order_id"],
        order="id",
        limit=2,
    )
    for line in lines:
        # "OLD-<sku>" is what the shop still calls the product.
        sku = (line["oms_sku"] or "").removeprefix("OLD-")
        product = clerk.ids("product.product", [("default_code", "=", sku)], limit=1)
        if not product:
            continue
        clerk.call("sale.order.line", "write", [line["id"]], {"product_id": product[0]})
        clerk.call("sale.order", "action_oms_recheck", [line["order_id"][0]])
    return f"{len(lines)} unknown products chosen"


def confirm_proposals(day):
    """The manager reads the mails that order something; the last two wait."""
    manager = day.person("manager")
    holds = manager.search(
        "oms.hold",
        [
            ("code", "in", ("proposal", "unclear", "credit_unknown", "price_far")),
            ("state", "=", "open"),
            ("channel_id.kind", "=", "email"),
        ],
        ["order_id"],
        order="order_id, id",
    )
    orders = list(dict.fromkeys(hold["order_id"][0] for hold in holds))[:-2]
    seen = [hold["id"] for hold in holds if hold["order_id"][0] in orders]
    if seen:
        manager.call("oms.hold", "action_release", seen)
    return f"{len(orders)} orders by mail confirmed"


def complete_addresses(day):
    """A clerk asks the customer and completes an address."""
    clerk = day.person("clerk")
    holds = clerk.search(
        "oms.hold",
        [("code", "=", "address_incomplete"), ("state", "=", "open")],
        ["order_id", "details"],
        order="id",
        limit=2,
    )
    known = {
        "street": "人民路 18 号 3 单元 502",
        "city": "上海市",
        "zip": "200001",
        "phone": "+86 138 0013 8000",
        "name": "收货人",
    }
    for hold in holds:
        order = clerk.call(
            "sale.order", "read", [hold["order_id"][0]], ["partner_shipping_id"]
        )[0]
        values = {
            field: known[field]
            for field in (hold["details"] or {}).get("fields", [])
            if field in known
        }
        clerk.call("res.partner", "write", [order["partner_shipping_id"][0]], values)
        clerk.call("sale.order", "action_oms_recheck", [order["id"]])
    return f"{len(holds)} addresses completed"


def record_transfers(day):
    """The accountant finds transfers on the bank statement and records them."""
    accountant = day.person("accountant")
    holds = accountant.search(
        "oms.hold",
        [
            ("code", "=", "unpaid"),
            ("state", "=", "open"),
            ("channel_id.kind", "in", ("woocommerce", "csv", "email")),
        ],
        ["order_id"],
        order="id",
        limit=4,
    )
    for number, hold in enumerate(holds, 1):
        _record_transfer(accountant, hold["order_id"][0], f"BANK-{number:04d}")
    return f"{len(holds)} bank transfers recorded"


def _record_transfer(person, order, reference):
    wizard = person.call(
        "sale.order.record.payment",
        "create",
        {"order_id": order, "reference": reference},
        context={"default_order_id": order},
    )
    person.call("sale.order.record.payment", "action_record", [wizard])


def let_the_cast_through(day):
    """Customers of the play who wait come first: what stops them is settled."""
    mine = [
        ("state", "=", "open"),
        ("order_id.partner_id.email", "in", sorted(cast.EMAILS)),
    ]
    clerk, manager = day.person("clerk"), day.person("manager")
    unpaid = [*mine, ("code", "=", "unpaid")]
    for hold in clerk.search("oms.hold", unpaid, ["order_id"], order="id"):
        _record_transfer(manager, hold["order_id"][0], f"CAST-{hold['id']}")
    if held := manager.ids("oms.hold", mine, order="id"):
        manager.call("oms.hold", "action_release", held)
        return f"{len(held)} holds of the day's customers released"
    return None


def release_holds(day):
    """The manager lets some orders go that a rule stopped; others stay."""
    manager = day.person("manager")
    released = []
    for code, count in (("duplicate", 1), ("total_differs", 1), ("credit_limit", 1)):
        holds = manager.ids(
            "oms.hold",
            [("code", "=", code), ("state", "=", "open")],
            limit=count,
            order="id",
        )
        if holds:
            manager.call("oms.hold", "action_release", holds)
            released.append(code)
    return f"released: {', '.join(released) or 'none'}"


def work_the_desk(day):
    """Everything that the order desk does before noon."""
    said = [
        correct_message(day),
        choose_products(day),
        complete_addresses(day),
        confirm_proposals(day),
        let_the_cast_through(day),
        record_transfers(day),
        release_holds(day),
    ]
    day.wait_quiet()
    return "; ".join(filter(None, said))
