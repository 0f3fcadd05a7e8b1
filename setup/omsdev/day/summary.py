"""The figures of the day, counted in the database, and their table."""

from .database import Database

HELD = """
    SELECT h.code, count(DISTINCT h.order_id), count(*) FILTER (WHERE h.state = 'open')
      FROM oms_hold h GROUP BY h.code ORDER BY 2 DESC, 1
"""
ORDERS = """
    SELECT count(*) AS orders,
           count(*) FILTER (WHERE o.state = 'sale') AS confirmed,
           count(*) FILTER (WHERE o.state = 'cancel') AS cancelled,
           count(*) FILTER (WHERE o.oms_stage = 'held') AS on_hold,
           count(*) FILTER (WHERE o.oms_delivered_at IS NOT NULL) AS delivered
      FROM sale_order o JOIN oms_channel c ON c.id = o.oms_channel_id
"""
MESSAGES = """
    SELECT count(*) AS received,
           coalesce(sum(delivery_count - 1), 0) AS duplicates,
           count(*) FILTER (WHERE state = 'error') AS failed,
           count(*) FILTER (WHERE outcome = 'lead') AS enquiries,
           count(*) FILTER (WHERE is_corrected AND state = 'done') AS corrected
      FROM oms_inbox_message WHERE parent_id IS NULL
"""
# An order is split when its goods leave from several warehouses.
SPLIT = """
    SELECT count(*) FROM (
        SELECT l.order_id FROM sale_order_line l
          JOIN sale_order o ON o.id = l.order_id
         WHERE o.state = 'sale' AND l.oms_warehouse_id IS NOT NULL
         GROUP BY l.order_id HAVING count(DISTINCT l.oms_warehouse_id) > 1) s
"""
# Reserved, or gone already.
RESERVED = """
    SELECT count(*) FROM sale_order o
     WHERE o.state = 'sale' AND o.oms_channel_id IS NOT NULL
       AND o.oms_stage IN ('reserved', 'shipped', 'delivered')
"""
TRIPS = """
    SELECT count(*) AS trips, coalesce(sum(t.stop_count), 0) AS stops,
           coalesce(sum(t.delivered_count), 0) AS delivered_stops,
           coalesce(sum(t.failed_count), 0) AS failed_stops
      FROM oms_trip t WHERE t.state <> 'cancel'
"""
TOLD = """
    SELECT count(*) FILTER (WHERE kind = 'shipment' AND state = 'sent') AS parcels,
           count(*) FILTER (WHERE state = 'queued') AS waiting,
           count(*) FILTER (WHERE state = 'error') AS failed
      FROM oms_outbox_message
"""
RETURNS = """
    SELECT count(*) FILTER (WHERE state IN ('received', 'done')) AS returned,
           count(*) FILTER (WHERE state IN ('draft', 'review', 'approved', 'received'))
               AS open,
           count(*) FILTER (WHERE kind = 'exchange' AND state = 'done') AS exchanged,
           count(*) FILTER (WHERE kind = 'refund' AND state = 'done') AS refunded
      FROM oms_return
"""


def collect(name):
    """Count what happened in a database.

    :param str name: of the database.
    :rtype: dict
    """
    db = Database(name)
    try:
        figures = {
            "messages": db.rows(MESSAGES)[0],
            "orders": db.rows(ORDERS)[0],
            "channels": db.pairs(
                "SELECT c.kind, count(*) FROM sale_order o JOIN oms_channel c "
                "ON c.id = o.oms_channel_id GROUP BY c.kind ORDER BY 2 DESC"
            ),
            "held": {
                row["code"]: {"orders": row["count"], "open": row["count_1"]}
                for row in db.rows(HELD.replace("'open')", "'open') AS count_1"))
            },
            "split": db.value(SPLIT),
            "reserved": db.value(RESERVED),
            "routes": _routes(db),
            "parcels": db.value(
                "SELECT count(*) FROM stock_picking p "
                "JOIN delivery_carrier c ON c.id = p.carrier_id "
                "WHERE c.delivery_type = 'oms_generic' AND p.state = 'done'"
            ),
            "told": db.rows(TOLD)[0],
            "returns": _returns(db),
            "satisfaction": _satisfaction(db),
        }
    finally:
        db.close()
    return _plain(figures)


def _routes(db):
    kilometres = db.rows(
        "SELECT coalesce(sum(km), 0) AS km, coalesce(sum(km_zip), 0) AS km_zip "
        "FROM oms_route_plan WHERE state IN ('dispatched', 'done')"
    )[0]
    km, km_zip = float(kilometres["km"]), float(kilometres["km_zip"])
    return {
        **db.rows(TRIPS)[0],
        "km": round(km, 1),
        "km_by_zip": round(km_zip, 1),
        "saved_percent": round(100 * (1 - km / km_zip), 1) if km_zip else 0.0,
    }


def _returns(db):
    return {
        **db.rows(RETURNS)[0],
        "credit_notes": db.value(
            "SELECT count(*) FROM account_move WHERE move_type = 'out_refund' "
            "AND state = 'posted'"
        ),
        "cases_solved": db.value(
            "SELECT count(*) FROM oms_case WHERE state IN ('solved', 'closed')"
        ),
        "cases_open": db.value(
            "SELECT count(*) FROM oms_case WHERE state NOT IN ('solved', 'closed')"
        ),
    }


def _satisfaction(db):
    row = db.rows(
        "SELECT count(*) AS answers, coalesce(avg(rating), 0) AS average, "
        "count(*) FILTER (WHERE rating >= 5) AS happy FROM rating_rating "
        "WHERE consumed AND res_model IN ('sale.order', 'oms.case')"
    )[0]
    answers = row["answers"]
    return {
        "answers": answers,
        "average_of_5": round(float(row["average"]), 2),
        "csat_percent": round(100 * row["happy"] / answers) if answers else 0,
    }


def _plain(value):
    """Numbers of the database as JSON knows them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "quantize"):
        return int(value) if value == int(value) else float(value)
    return value


# ---- table -------------------------------------------------------------------


def print_summary(figures):
    """Print the figures as a table.

    :param dict figures: see `collect`.
    """
    rows = list(_table(figures))
    width = max(len(name) for name, _value in rows if name)
    print("\nThe day in figures\n" + "─" * (width + 46))
    for name, value in rows:
        if not name:
            print("─" * (width + 46))
            continue
        print(f"  {name:<{width}}  {value}")
    print("─" * (width + 46), flush=True)


# Who knew the date of the day.
CLOCKS = {
    "machine": "",
    "everything": "  (Odoo, its jobs and PostgreSQL had this date)",
    "messages": "  (the messages only; Odoo and PostgreSQL had the machine's date)",
}


def _table(figures):
    yield "day", figures["date"] + CLOCKS[figures["clock"]]
    yield "", ""
    messages, orders = figures["messages"], figures["orders"]
    yield "messages received", messages["received"]
    yield "  duplicates", messages["duplicates"]
    yield "  failed, waiting", messages["failed"]
    yield "  corrected", messages["corrected"]
    yield "  enquiries", messages["enquiries"]
    yield "", ""
    kinds = ", ".join(f"{kind} {n}" for kind, n in figures["channels"].items())
    yield "orders", f"{orders['orders']}  ({kinds})"
    for code, held in figures["held"].items():
        said = f"{held['orders']}, {held['open']} still open"
        yield f"  held: {code.replace('_', ' ')}", said
    yield "  split over warehouses", figures["split"]
    yield "  confirmed", orders["confirmed"]
    yield "  reserved", figures["reserved"]
    yield "  cancelled", orders["cancelled"]
    yield "", ""
    routes = figures["routes"]
    yield "trips", routes["trips"]
    yield "  stops", f"{routes['stops']}  ({routes['failed_stops']} failed)"
    yield (
        "  kilometres",
        (
            f"{routes['km']} instead of {routes['km_by_zip']} in zip-code order "
            f"({routes['saved_percent']} % less)"
        ),
    )
    yield "parcels by carrier", figures["parcels"]
    told = figures["told"]
    yield (
        "shipments told to channels",
        f"{told['parcels']}, {told['waiting']} waiting, {told['failed']} failed",
    )
    yield "orders delivered", orders["delivered"]
    yield "", ""
    returns = figures["returns"]
    yield "returned", returns["returned"]
    yield "  refunded", returns["refunded"]
    yield "  exchanged", returns["exchanged"]
    yield "  still open", returns["open"]
    yield (
        "complaints solved",
        f"{returns['cases_solved']}, {returns['cases_open']} open",
    )
    yield "satisfaction", _satisfaction_text(figures["satisfaction"])
    if figures["log_errors"]:
        yield "errors in the server's log", figures["log_errors"]
    for missed in figures["missed"]:
        yield "not played", missed
    yield "", ""
    for name, seconds in figures["seconds"].items():
        yield f"seconds: {name}", f"{seconds:6.1f}"
    for name, seconds in figures["earlier_seconds"].items():
        yield f"seconds: {name}", f"{seconds:6.1f}  (done before)"


def _satisfaction_text(score):
    return (
        f"CSAT {score['csat_percent']} %, {score['average_of_5']} of 5 "
        f"({score['answers']} answers)"
    )
