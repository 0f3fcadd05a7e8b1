"""Says "later", not "no" or "broken", while the database is away.

Platforms repeat a message that gets 503; after some 404 or 500 they end the webhook. A
driver's phone keeps what the office did not take, and forgets what it refused.
The host answers 404 when it can't load the database, since it knows no addon's address
then, and 500 when it loses the database in the middle, which may be at any line, also
when it gives the connection back after all is done. Its dispatchers are classes that
register themselves by the type of a route; these take the places of two of them and
change nothing but the answer to those.

A server that is started while the database is away imports no addon, unless it is
told to: see `--load` in the readme.
"""

import re

import psycopg2.errors
from psycopg2.pool import PoolError
from werkzeug.exceptions import NotFound, ServiceUnavailable

from odoo import http
from odoo.exceptions import ConcurrencyError, UserError

OURS = "/oms/"
RETRY_AFTER = 30  # seconds
GONE = (
    http.RegistryError,
    psycopg2.InterfaceError,
    psycopg2.errors.ReadOnlySqlTransaction,  # its stand-in takes no orders
    PoolError,
)
LOST_RACE = (psycopg2.OperationalError, ConcurrencyError)
# By SQLSTATE: connection lost, no room, ended by an operator, broken disk.
GONE_CODE = re.compile(r"08|53|57P|58")


class LaterMixin:
    """What a dispatcher answers while the database is away."""

    def handle_error(self, exc):
        """Answer 503 where the database is the reason; see `odoo.http.Dispatcher`."""
        if self._is_later(exc):
            return self._later()
        try:
            return super().handle_error(exc)
        except Exception as error:  # its page needs the database, too
            if self._is_later(error):
                return self._later()
            raise

    def _is_later(self, exc):
        path = self.request.httprequest.path
        return is_away(exc) or (
            is_ours(path)
            and (
                has_lost_race(exc)
                or isinstance(exc, NotFound)
                and not getattr(self.request, "db", None)
            )
        )

    def _later(self):
        if self.request.httprequest.path.startswith(OURS):
            answer = http.Response(
                b'{"result": "later"}', status=503, content_type="application/json"
            )
        else:
            answer = ServiceUnavailable().get_response()
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer


class OmsHttpDispatcher(LaterMixin, http._dispatchers["http"]):
    routing_type = "http"


class OmsJsonRPCDispatcher(LaterMixin, http._dispatchers["jsonrpc"]):
    """For pages of ours; the host's own take an error only as they know it."""

    routing_type = "jsonrpc"

    def _is_later(self, exc):
        return is_ours(self.request.httprequest.path) and super()._is_later(exc)


def is_ours(path):
    """Whether an address is one of the suite's.

    :rtype: bool
    """
    return path.startswith(OURS) or any(
        re.fullmatch(re.sub("<[^>]*>", "[^/]+", route), path) for route in _routes()
    )


def _routes(of=http.Controller):
    """Addresses that controllers of the suite have brought, of addons in memory."""
    for controller in of.__subclasses__():
        if controller.__module__.startswith("odoo.addons.oms_addon"):
            for method in vars(controller).values():
                yield from getattr(method, "original_routing", {}).get("routes", ())
        yield from _routes(controller)


def is_away(exc):
    """Whether something failed because there is no database to serve it.

    :param Exception exc: what it ended with, whatever that was made of.
    :rtype: bool
    """
    return any(_is_gone(cause) for cause in _causes(exc))


def _is_gone(exc):
    if isinstance(exc, GONE) or type(exc) is psycopg2.DatabaseError:
        return True
    if type(exc) is psycopg2.OperationalError and not exc.pgcode:
        return True  # of the library, as when nobody answers
    return isinstance(exc, psycopg2.OperationalError) and bool(
        GONE_CODE.match(exc.pgcode or "")
    )


def has_lost_race(exc):
    """Whether something failed because others were quicker, again and again.

    A refusal in words is an answer, whatever it was made of.

    :rtype: bool
    """
    causes = list(_causes(exc))
    return not any(isinstance(cause, UserError) for cause in causes) and any(
        isinstance(cause, LOST_RACE) for cause in causes
    )


def _causes(exc):
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__
