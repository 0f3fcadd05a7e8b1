"""What the server writes down holds no token, signature, key or person."""

import logging
import sys
from importlib import import_module

import psycopg2
import pytest

TOKEN = "Zk3vQ-9yT_x8hUa1LmN4pRs7Wd0EfGh2"
UUID = "3f2b8c1e-7d64-4a0b-9c55-0e1f2a3b4c5d"
# Whatever must not be read in a log.
SECRETS = (TOKEN, UUID, "shpat_0123", "s1gn4ture", "Eve", "eve@", "eve%40", "王小明")
SECRETS += ("13800138000", "+49 30 1234567", "Lindenstr", "O'Neil", "d52d0d12ebc7")

BAD_QUERY = "bad query: %s\nERROR: %s"
WARNED = '%s - - [23/Nov/2026] "%s" %s -'


class Refused(psycopg2.Error):
    """An error as PostgreSQL told it."""


@pytest.fixture
def log():
    """Write to a logger with the addon's filter; returns what was written."""
    lines = []

    class Handler(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Handler()
    handler.addFilter(import_module("oms_addon.log_mask").Mask())

    def write(name, message, *args, level=logging.ERROR, **options):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        try:
            logger.log(level, message, *args, **options)
        finally:
            logger.removeHandler(handler)
        return lines.pop()

    return write


def check(line, *kept):
    """No secret is in a line, and what is needed to mend a fault is."""
    for secret in SECRETS:
        assert secret not in line
    for part in kept:
        assert part in line


QUERIES = {
    "a token": (f"SELECT id FROM oms_channel WHERE token = '{TOKEN}' LIMIT 80",)
    + ("SELECT id FROM oms_channel WHERE token = '***' LIMIT 80",),
    "people": (
        """INSERT INTO "res_partner" ("email", "name", "phone") """
        """VALUES ('eve@a.example', '王小明', '+49 30 1234567') RETURNING "id\"""",
        """INSERT INTO "res_partner" ("email", "name", "phone") """
        """VALUES ('***', '***', '***') RETURNING "id\"""",
    ),
    "a quote in a text": ("UPDATE a SET b = 'O''Neil, Eve' WHERE id IN (3, 4)",)
    + ("UPDATE a SET b = '***' WHERE id IN (3, 4)",),
    "a backslash in a text": (r"UPDATE a SET b = E'\\\'Eve\\' WHERE c = 'Eve\'",)
    + ("UPDATE a SET b = '***' WHERE c = '***'",),
    "a backslash at the end": (r"SELECT 1 WHERE b LIKE '%\' AND c = 'Eve'",)
    + ("SELECT 1 WHERE b LIKE '***' AND c = '***'",),
    "a message": ("INSERT INTO m (body) VALUES ('\\x457665'::bytea)",)
    + ("INSERT INTO m (body) VALUES ('***'::bytea)",),
    "a text without end": ("SELECT 'Eve lives in Lindenstr. 5", "SELECT '***'"),
    "a number like a phone's": (
        "SELECT 1 FROM a WHERE b = 13800138000 AND id = 1234567",
    )
    + ("SELECT 1 FROM a WHERE b = *** AND id = 1234567",),
    "names and comments": (
        """SELECT "it's"."hash" -- don't\n FROM a /* it's */ JOIN b ON a.x = b.hash""",
    )
    * 2,
    "an array": ("SELECT ANY('{Eve,\"王小明\"}'::text[])", "SELECT ANY('***'::text[])"),
}


@pytest.mark.parametrize("as_bytes", [True, False], ids=["bytes", "text"])
@pytest.mark.parametrize("case", QUERIES)
def test_of_a_failed_query_the_text_is_kept_and_no_value(log, case, as_bytes):
    query, shown = QUERIES[case]
    line = log("odoo.sql_db", BAD_QUERY, query.encode() if as_bytes else query, "lost")
    assert line == f"bad query: {shown}\nERROR: lost"
    check(line)


@pytest.mark.parametrize("case", QUERIES)
def test_a_query_that_is_written_down_on_demand_has_no_value_either(log, case):
    query, shown = QUERIES[case]
    line = log("odoo.sql_db", "[%.3f ms] query: %s", 1.5, query, level=logging.DEBUG)
    assert line == f"[1.500 ms] query: {shown}"


# What PostgreSQL answers, and what of it is needed.
ANSWERS = {
    'duplicate key value violates unique constraint "res_users_login_key"\n'
    "DETAIL:  Key (login)=(eve@a.example) already exists.\n": (
        'violates unique constraint "res_users_login_key"',
        "Key (login)=(***) already exists.",
    ),
    'insert or update on table "a" violates foreign key constraint "b"\n'
    'DETAIL:  Key (x, token)=(5, shpat_0123) is not present in table "c".': (
        'on table "a" violates foreign key constraint "b"',
        'Key (x, token)=(***) is not present in table "c".',
    ),
    'null value in column "name" of relation "a" violates not-null constraint\n'
    "DETAIL:  Failing row contains (7, Eve (Ltd.), Lindenstr. 5, null).": (
        'null value in column "name" of relation "a"',
        "Failing row contains (***).",
    ),
    'invalid input syntax for type integer: "13800138000"\n'
    "LINE 1: ...name = 'Eve', phone = '13800138000' WHERE\n"
    "                                 ^": ("invalid input syntax for type integer",),
    'value "13800138000" is out of range for type integer': ("out of range for type",),
    'syntax error at or near "FROM"\nLINE 1: SELECT FROM FROM a': ("syntax error",),
    'column "oms_nothing" does not exist\nHINT:  Perhaps you meant "a.oms_note".': (
        'column "oms_nothing" does not exist',
    ),
    "invalid input syntax for type json\n"
    'DETAIL:  Token "Eve" is invalid.\n'
    'CONTEXT:  JSON data, line 1: {"name": Eve': (
        "invalid input syntax for type json",
    ),
    'connection to server at "127.0.0.1", port 5432 failed': (
        'at "127.0.0.1", port 5432',
    ),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_the_database_repeats_of_values_is_hidden(log, answer):
    line = log("odoo.sql_db", BAD_QUERY, b"SELECT 1", Refused(answer))
    check(line, "bad query: SELECT 1\nERROR: ", *ANSWERS[answer])


@pytest.mark.parametrize("answer", ANSWERS)
def test_and_below_a_traceback_too(log, answer):
    def fail():
        try:
            raise Refused(answer)
        except Refused as error:
            raise ValueError("The operation failed") from error

    Refused.__module__, Refused.__qualname__ = "psycopg2.errors", "Refused"
    try:
        fail()
    except ValueError:
        line = log("odoo.http", "Exception during request handling.", exc_info=True)
    check(line, "psycopg2.errors.Refused: ", "in fail", "The operation failed")
    check(line, *ANSWERS[answer])


@pytest.mark.parametrize(
    ("request_line", "kept"),
    [
        (
            f"POST /oms/webhook/{TOKEN}?sign=s1gn4ture&buyer=王小明 HTTP/1.1",
            "/oms/webhook/",
        ),
        (f"GET /oms/track/{TOKEN}?lang=de HTTP/1.1", "/oms/track/"),
        (f"GET /my/orders/12?access_token={UUID}&x=1 HTTP/1.1", "/my/orders/12?"),
        ("GET /my/orders?search=Eve&sortby=date HTTP/1.1", "sortby=date"),
        (
            "GET /web/signup?name=Eve+Adams&login=eve%40a.example HTTP/1.1",
            "/web/signup?",
        ),
        ("GET /unsubscribe/eve@a.example HTTP/1.1", "/unsubscribe/"),
        ("GET /shop/address?street=Lindenstr.+5&zip=1 HTTP/1.1", "/shop/address?"),
        ("GET /x?phone=13800138000&amount=5 HTTP/1.1", "amount=5"),
        ("GET /web/image/7/avatar_128?unique=1764412345000 HTTP/1.1", "1764412345000"),
        ("GET /odoo/oms-channels/7?debug=1 HTTP/1.1", "/odoo/oms-channels/7?debug=1"),
    ],
)
def test_a_line_of_the_access_log(log, request_line, kept):
    line = log("werkzeug", WARNED, "127.0.0.1", request_line, "200", level=logging.INFO)
    check(line, kept, '127.0.0.1 - - [23/Nov/2026] "', '" 200 -')


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"https://shop.example/?access_token={TOKEN}"),
        ValueError("Authorization: Bearer shpat_0123"),
        ValueError({"secret": "shpat_0123", "sign": "s1gn4ture"}),
        ValueError('Can not write to "Eve Adams" <eve@a.example>'),
        ValueError("Call +49 30 1234567"),
        UnicodeError(b"client_secret=shpat_0123"),
    ],
    ids=str,
)
def test_a_traceback(log, error):
    try:
        raise error
    except ValueError:
        options = {"exc_info": sys.exc_info(), "stack_info": True}
    line = log("odoo.http", "Exception during request handling.", **options)
    check(line, "Exception during request handling.", "Error: ", "raise error")


def test_a_traceback_that_another_handler_wrote_first(log):
    record = logging.makeLogRecord(
        {"name": "a", "msg": "b", "exc_text": f"sign={TOKEN}"}
    )
    mask = import_module("oms_addon.log_mask").Mask()
    assert mask.filter(record) and record.exc_text == "sign=***"


@pytest.mark.parametrize(
    ("name", "message", "args"),
    [
        ("odoo.x", "Calling %s", (f"https://a.example/?token={TOKEN}",)),
        ("odoo.x", "Calling %(url)s", ({"url": f"https://a.example/{TOKEN}"},)),
        ("odoo.x", "Headers: %s", ({"X-Shopify-Access-Token": "shpat_0123"},)),
        ("odoo.x", "Sent %r", (b"sign=s1gn4ture",)),
        ("odoo.x", "Failed: %s", (ValueError("password: shpat_0123"),)),
        ("odoo.addons.mail.x", "From %s", ('"Eve Adams" <eve@a.example>',)),
        ("odoo.addons.sms.x", "To %s", ("+49 30 1234567",)),
        ("odoo.addons.oms_addon.x", "Mail of %s refused", ("eve@a.example",)),
    ],
)
def test_the_arguments_of_a_line(log, name, message, args):
    check(log(name, message, *args), "***")


def test_a_date_in_a_line_about_mails_is_nobody_s_phone(log):
    line = "Channel 7 waits until 2026-11-29 14:33:07, tried 12 times"
    assert log("odoo.addons.oms_addon.x", line) == line


def test_the_same_message_twice_at_once_is_no_error():
    constraint = "oms_inbox_message_digest_unique"
    error = Refused(f'duplicate key violates unique constraint "{constraint}"')
    record = logging.LogRecord(
        "odoo.sql_db", logging.ERROR, "", 0, BAD_QUERY, (b"INSERT 1", error), None
    )
    assert import_module("oms_addon.log_mask").Mask().filter(record)
    assert record.levelname == "INFO" and constraint in record.getMessage()


def test_a_line_that_can_not_be_put_together_is_left_to_its_handler():
    mask = import_module("oms_addon.log_mask").Mask()
    record = logging.LogRecord("a", 20, "", 0, "%d", ("x",), None)
    assert mask.filter(record)
