"""Takes up the work that an older day left open: see `upgrade_tests`.

Runs in Odoo's shell, which gives ``env``; the values are put before it. Each kind of
work is undone again, so that none hangs on another.
"""

import json
import traceback

values, env = globals()["VALUES"], globals()["env"]


def first(model, domain):
    """One open record, with the rights of the superuser.

    :raise LookupError: when the day left none.
    """
    record = env[model].search(domain, limit=1)
    if not record:
        raise LookupError(f"the day left no {model} open")
    return record.with_company(record.company_id)


def a_message_is_read():
    channel = first("oms.channel", [("kind", "=", "api")])
    document = {
        "external_id": "UPGRADE-1",
        "number": "UPGRADE-1",
        "status": "paid",
        "currency": channel.currency_id.name,
        "customer": {"name": "New customer", "country_code": "DE", "city": "Berlin"},
        "lines": [{"sku": "CF-T103", "quantity": 1, "unit_price": "10.00"}],
        "total": "10.00",
    }
    [answer] = channel.oms_intake(channel.id, [document])
    assert answer["order_id"], answer


def a_hold_is_released():
    hold = first("oms.hold", [("state", "=", "open")])
    hold.action_release()
    assert hold.state != "open", hold.state


def a_trip_is_driven():
    trip = first("oms.trip", [("state", "=", "started")])
    stop = trip.stop_ids.filtered(lambda stop: stop.state == "planned")[:1]
    stop.action_deliver()
    assert stop.state == "delivered", stop.state


def a_return_is_decided():
    rma = first("oms.return", [("state", "=", "review")])
    rma.action_approve()
    assert rma.state == "approved", rma.state


def a_case_is_solved():
    case = first("oms.case", [("state", "in", ("new", "working"))])
    case.solution = "The plates are on their way."
    case.action_solve()
    assert case.state == "solved", case.state


def every_record_can_be_read():
    for model in sorted(name for name in env if name.startswith("oms.")):
        if env[model]._auto and not env[model]._abstract:
            env[model].search([], limit=500).read()


for work in (
    a_message_is_read,
    a_hold_is_released,
    a_trip_is_driven,
    a_return_is_decided,
    a_case_is_solved,
    every_record_can_be_read,
):
    problem = ""
    savepoint = env.cr.savepoint(flush=True)
    try:
        work()
        env.flush_all()
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})"
    savepoint.rollback()
    savepoint.close(rollback=False)
    env.invalidate_all()
    print(values["part"] + json.dumps([work.__name__.replace("_", " "), problem[:400]]))
