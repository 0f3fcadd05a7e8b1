"""Says "later", not "no" or "broken", while the database is away.

Platforms repeat a message that gets 503; after some 404 or 500 they end the webhook.
The host answers 404 when it can't load the database, since it knows no addon's address
then, and 500 when it loses the database in the middle. Its dispatchers are classes
that register themselves by the type of a route; this one takes the place of the one
for plain HTTP and changes nothing but the answer to those two, for our addresses.

A server that is started while the database is away imports no addon, unless it is
told to: see `--load` in the readme.
"""

import psycopg2
from psycopg2.pool import PoolError
from werkzeug.exceptions import HTTPException, NotFound

from odoo import http

ADDRESSES = ("/oms/",)
RETRY_AFTER = 30  # seconds
AWAY = (
    http.RegistryError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    PoolError,
)


class OmsHttpDispatcher(http._dispatchers["http"]):
    routing_type = "http"

    def handle_error(self, exc):
        """Answer 503 where the database is the reason; see `odoo.http.Dispatcher`."""
        httprequest = self.request.httprequest
        if httprequest.path.startswith(ADDRESSES) and is_away(exc, self.request):
            return http.Response(
                b'{"result": "later"}',
                status=503,
                content_type="application/json",
                headers={"Retry-After": str(RETRY_AFTER)},
            )
        return super().handle_error(exc)


def is_away(exc, request):
    """Whether a request failed because there is no database to serve it.

    :param Exception exc: what it ended with.
    :rtype: bool
    """
    if isinstance(exc, HTTPException) and not isinstance(exc, NotFound):
        return False
    if isinstance(exc, NotFound) and not getattr(request, "db", None):
        return True
    while exc is not None:
        if isinstance(exc, AWAY):
            return True
        exc = exc.__cause__ or exc.__context__
    return False
