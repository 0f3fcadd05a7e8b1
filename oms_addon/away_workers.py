"""Lets a server go on while its database is away, and work on when it is back.

A server with workers loses the one for scheduled actions together with the connection
that it listens on. The host asks the database before it starts another, and ends the
whole server where nobody answers: so nobody would be there to say "later". A server
without workers loses its threads for scheduled actions for good. The host has no hook
in either place, so its two methods are wrapped; all else is left to it.
"""

import functools
import logging
import time

import psycopg2

from odoo.service import server

from .away import is_away

_logger = logging.getLogger(__name__)

PAUSE = 2  # seconds until the database is asked for again


def _spawn_later(process_spawn):
    """Start missing workers once the database is back; see `PreforkServer`."""

    @functools.wraps(process_spawn)
    def wrapper(self):
        if time.monotonic() < getattr(self, "_oms_spawn_at", 0):
            return
        try:
            process_spawn(self)
        except psycopg2.Error as error:
            if not is_away(error):
                raise
            _logger.warning("New workers wait for the database: %s", error)
            self._oms_spawn_at = time.monotonic() + PAUSE

    return wrapper


def _listen_again(cron_thread):
    """Take up scheduled actions once the database is back; see `ThreadedServer`."""

    @functools.wraps(cron_thread)
    def wrapper(self, number):
        while True:
            try:
                return cron_thread(self, number)
            except psycopg2.Error as error:
                if not is_away(error):
                    raise
                _logger.warning("Scheduled actions wait for the database: %s", error)
                time.sleep(PAUSE)

    return wrapper


server.PreforkServer.process_spawn = _spawn_later(server.PreforkServer.process_spawn)
server.ThreadedServer.cron_thread = _listen_again(server.ThreadedServer.cron_thread)
