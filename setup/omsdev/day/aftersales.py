"""Customers write back: returns, a complaint, answers to how it was."""

import re

from .client import Absent, DayError
from .drivers import drive_again

REASON = "oms_addon_aftersales.oms_return_reason_{}"
CASE_TYPE = "oms_addon_aftersales.oms_case_type_delivery"
FACES = (5, 5, 3, 5, 1, 5, 5, 3, 5, 5)
NOTES = {
    "customer_cn": "请下午上门取件。",
    "customer_de": "Please collect it in the afternoon.",
}
REMARKS = {
    5: "Quick and well packed, thank you!",
    3: "Fine, but the parcel came late.",
    1: "The bowl had a crack.",
}


def ask_for_returns(day):
    """Two customers ask in the portal: one wants the money, one another piece."""
    asked = []
    for role, kind, reason in (
        ("customer_cn", "refund", "different"),
        ("customer_de", "exchange", "damaged"),
    ):
        try:
            number = _ask(day, kind, role, kind, reason)
        except Absent as absent:
            day.miss(str(absent))
        else:
            asked.append(f"{kind} {number}")
    if not asked:
        raise Absent("nobody has anything to send back")
    return "asked in the portal: " + ", ".join(asked)


def _ask(day, name, role, kind, reason, book="returns"):
    """Ask for a return in the portal, once.

    :param str name: of the return in the play.
    :param str book: where the play notes it.
    :return: its id.
    :rtype: int
    """
    customer = day.person(role)
    known = day.state.setdefault(book, {})
    if name not in known and (asked := _asked_before(day, role, kind, reason)):
        known[name] = asked  # the play was cut off before it could note this
        day.save()
    if name in known:
        return known[name]
    order, line = _delivered_line(day, role)
    address, page = customer.form(
        f"/my/orders/{order}/return",
        {
            f"quantity_{line}": "1",
            "reason_id": str(day.db.ref(REASON.format(reason))),
            "kind": kind,
            "note": NOTES[role],
        },
    )
    match = re.search(r"/my/returns/(\d+)", address)
    if not match:
        raise DayError(f"the return of order {order} was not taken: {_said(page)}")
    known[name] = int(match[1])
    day.save()
    return known[name]


def _asked_before(day, role, kind, reason):
    """The return that the customer has asked for in this way, None without one."""
    return day.db.value(
        """
        SELECT r.id FROM oms_return r
          JOIN sale_order o ON o.id = r.order_id
          JOIN res_users u ON u.partner_id = o.partner_id
         WHERE u.login = %s AND r.kind = %s AND r.reason_id = %s
        """,
        day.logins[role][0],
        kind,
        day.db.ref(REASON.format(reason)),
    )


def _delivered_line(day, role):
    """An order of the customer that a van delivered, and a line of it.

    :rtype: tuple[int, int]
    """
    rows = _delivered(day, role)
    if not rows:
        raise Absent(f"{role} has no delivered order to send back")
    return rows[0]["order"], rows[0]["line"]


def _delivered(day, role):
    """Lines of the customer's delivered orders that nothing was sent back of."""
    return day.db.rows(
        """
        SELECT o.id AS order, l.id AS line
          FROM sale_order o
          JOIN sale_order_line l ON l.order_id = o.id
          JOIN product_product p ON p.id = l.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
          JOIN res_users u ON u.partner_id = o.partner_id
         WHERE u.login = %s AND o.oms_delivered_at IS NOT NULL
           AND t.is_storable AND t.tracking = 'none' AND l.qty_delivered >= 1
           AND NOT EXISTS (SELECT 1 FROM oms_return r WHERE r.order_id = o.id)
         ORDER BY o.id, l.price_unit, l.id
        """,
        day.logins[role][0],
    )


def complain(day):
    """A customer complains in the portal; the service answers, solves and closes."""
    case = _complain(
        day,
        "case",
        "The driver rang at my neighbour's",
        "I was at home, but the parcel went next door.",
    )
    service = day.person("service")
    state = service.call("oms.case", "read", [case], ["state"])[0]["state"]
    if state == "new":
        service.call("oms.case", "action_work", [case])
    if state in ("new", "working"):
        service.call(
            "oms.case",
            "message_post",
            [case],
            body="I am sorry. The driver has your phone number now.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        solution = {"solution": "The driver was told; a voucher of 5 EUR is attached."}
        service.call("oms.case", "write", [case], solution)
        service.call("oms.case", "action_solve", [case])
    if state != "closed":
        service.call("oms.case", "action_close", [case])
    name = service.call("oms.case", "read", [case], ["name"])[0]["name"]
    return f"{name} solved and closed"


def _complain(day, name, subject, description):
    """Complain in the portal, once.

    :param str name: of the case in the play.
    :return: its id.
    :rtype: int
    """
    if name in day.state:
        return day.state[name]
    customer = day.person("customer_de")
    order = _own_order(day, "customer_de")
    address, page = customer.form(
        f"/my/orders/{order}/case",
        {
            "type_id": str(day.db.ref(CASE_TYPE)),
            "subject": subject,
            "description": description,
        },
    )
    match = re.search(r"/my/cases/(\d+)", address)
    if not match:
        raise DayError(f"the complaint was not taken: {_said(page)}")
    day.state[name] = int(match[1])
    day.save()
    return day.state[name]


def leave_for_tomorrow(day):
    """Customers write in the evening: what they ask for is open when the day ends."""
    left = []
    for said, leave in (
        ("a return to decide", _leave_a_return_to_decide),
        ("a return to inspect", _leave_a_return_to_inspect),
        ("a complaint", _leave_a_complaint),
    ):
        try:
            leave(day)
        except Absent as absent:
            day.miss(f"{said}: {absent}")
        else:
            left.append(said)
    return ", ".join(left)


def _leave_a_return_to_decide(day):
    _ask(day, "decide", "customer_cn", "refund", "damaged", "open_returns")


def _leave_a_return_to_inspect(day):
    rma = _ask(day, "inspect", "customer_de", "refund", "different", "open_returns")
    _receive(day, rma)


def _leave_a_complaint(day):
    _complain(
        day, "open_case", "Two plates are missing", "The box says six, four are in it."
    )


def _receive(day, rma):
    """The customer brings the goods at once; nobody has looked at them yet."""
    service = day.person("service")
    if service.call("oms.return", "read", [rma], ["state"])[0]["state"] == "review":
        service.call("oms.return", "action_approve", [rma])
    receipts = _open_receipts(day, [rma])
    if receipts:
        day.person("warehouse").call("stock.picking", "button_validate", receipts)


def _open_receipts(day, returns):
    return day.db.column(
        "SELECT id FROM stock_picking WHERE oms_return_id = ANY(%s) "
        "AND state NOT IN ('done', 'cancel')",
        returns,
    )


def _own_order(day, role):
    order = day.db.value(
        "SELECT o.id FROM sale_order o JOIN res_users u ON u.partner_id = o.partner_id "
        "WHERE u.login = %s AND o.state = 'sale' ORDER BY o.id LIMIT 1",
        day.logins[role][0],
    )
    if not order:
        raise Absent(f"{role} has no order to complain about")
    return order


def _asked_returns(day):
    """Ids of what the customers sent back in the afternoon."""
    returns = list(day.state.get("returns", {}).values())
    if not returns:
        raise Absent("nothing was sent back")
    return returns


def bring_back(day):
    """The service approves, a van collects, the warehouse receives and looks."""
    service = day.person("service")
    returns = _asked_returns(day)
    for rma in returns:
        state = service.call("oms.return", "read", [rma], ["state"])[0]["state"]
        if state == "refused":
            raise DayError(f"the policy refused return {rma}")
        if state == "review":
            service.call("oms.return", "write", [rma], {"is_pickup": True})
            service.call("oms.return", "action_approve", [rma])
    receipts = _open_receipts(day, returns)
    warehouse = day.person("warehouse")
    if receipts:
        warehouse.call("stock.picking", "write", receipts, {"oms_pickup": True})
    drive_again(day, "afternoon", 11.0)
    if receipts:
        warehouse.call("stock.picking", "button_validate", receipts)
    lines = service.search(
        "oms.return.line",
        [("return_id", "in", returns), ("state", "=", "received")],
        ["qty_received", "kind"],
    )
    for line in lines:
        damaged = line["qty_received"] if line["kind"] == "exchange" else 0
        values = {
            "qty_damaged": damaged,
            "qty_accepted": line["qty_received"] - damaged,
            "inspection_note": "Cracked at the rim." if damaged else "As new.",
        }
        service.call("oms.return.line", "write", [line["id"]], values)
    return f"{len(returns)} returns approved, collected, received and inspected"


def settle_returns(day):
    """Credit note and money for one, a new piece for the other."""
    service = day.person("service")
    returns = _asked_returns(day)
    service.call("oms.return", "action_settle", returns)
    to_pay = service.ids(
        "oms.return", [("id", "in", returns), ("refund_state", "=", "to_pay")]
    )
    for rma in to_pay:
        service.call("oms.return", "action_register_refund", [rma])
    drive_again(day, "evening", 14.5)
    states = service.call("oms.return", "read", returns, ["name", "state", "kind"])
    unfinished = [r["name"] for r in states if r["state"] != "done"]
    if unfinished:
        raise DayError(f"returns are not settled: {', '.join(unfinished)}")
    return "credit note and refund made, replacement delivered"


def ask_satisfaction(day):
    """The service asks customers of delivered orders; some answer by the link."""
    service = day.person("service")
    orders = day.db.column(
        """
        SELECT o.id FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
         WHERE o.oms_delivered_at IS NOT NULL AND p.email IS NOT NULL
           AND o.oms_csat_requested_at IS NULL AND o.delivery_status = 'full'
         ORDER BY o.id LIMIT %s
        """,
        len(FACES) * 2,
    )
    if orders:
        service.call("sale.order", "action_request_csat", orders)
    asked = day.db.rows(
        "SELECT access_token FROM rating_rating WHERE NOT coalesce(consumed, false) "
        "AND res_model IN ('oms.case', 'sale.order') ORDER BY res_model, id"
    )
    for face, rating in zip(FACES, asked, strict=False):
        token = rating["access_token"]
        day.visitor().form(
            f"/rate/{token}/{face}",
            {"rate": str(face), "feedback": REMARKS[face]},
            action=f"/rate/{token}/submit_feedback",
        )
    return f"{len(asked)} customers asked, {min(len(asked), len(FACES))} answered"


def _said(page):
    """What an error box on a page says."""
    match = re.search(r'class="[^"]*alert[^"]*"[^>]*>(.*?)</div>', page, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", match[1]).strip() if match else "no reason"
