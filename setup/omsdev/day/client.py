"""A person in front of the system: logs in, calls, opens pages, sends forms."""

import html
import re

import requests

TIMEOUT = 300


class DayError(Exception):
    """A step of the day that the system refused.

    :param str problem: what was tried, and what the system said.
    """


class Absent(DayError):
    """Nobody, or nothing, is there for a step; the day goes on without it.

    :param str problem: who or what is missing.
    """


class Person:
    """A session with the rights of one user, as a browser has it.

    :param str url: address of the server.
    :param str database: name of the database.
    :param str login: user; empty for a visitor without account.
    :param str password: password of the user.
    """

    def __init__(self, url, database, login="", password=""):
        self.url, self.database, self.login = url, database, login
        self.http = requests.Session()
        self.uid = None
        self.context = {}
        if login:
            self._authenticate(password)

    def _authenticate(self, password):
        answer = self._rpc(
            "/web/session/authenticate",
            {"db": self.database, "login": self.login, "password": password},
        )
        self.uid = answer.get("uid")
        self.context = answer.get("user_context") or {}
        if not self.uid:
            raise DayError(f"{self.login} can't log in.")

    def _rpc(self, path, params):
        reply = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        )
        reply.raise_for_status()
        answer = reply.json()
        if "error" in answer:
            data = answer["error"].get("data") or {}
            message = data.get("message") or answer["error"].get("message")
            kind = (data.get("name") or "").rpartition(".")[2]
            raise DayError(f"{self.login or 'visitor'} at {path}: {kind}: {message}")
        return answer.get("result")

    def route(self, path, **params):
        """Call a JSON route of the server.

        :raise DayError: with the server's message.
        """
        return self._rpc(path, params)

    def call(self, model, method, *args, **kwargs):
        """Call a public method with this user's rights, as the web client does.

        :raise DayError: with the server's message.
        """
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def search(self, model, domain, fields=("id",), **options):
        """Records as dictionaries; see ``search_read``.

        :rtype: list[dict]
        """
        return self.call(model, "search_read", domain, list(fields), **options)

    def ids(self, model, domain, **options):
        """Ids of the records that fit, in the model's order.

        :rtype: list[int]
        """
        return self.call(model, "search", domain, **options)

    def page(self, path):
        """Open a page.

        :return: its HTML.
        :rtype: str
        :raise DayError: when it is not there.
        """
        reply = self.http.get(self.url + path, timeout=TIMEOUT)
        if reply.status_code != 200:
            raise DayError(f"{self.login or 'visitor'}: {path}: {reply.status_code}")
        return reply.text

    def form(self, path, values, action=None):
        """Open a page with a form, fill it in and send it.

        :param str path: page with the form.
        :param dict values: fields to send.
        :param str action: where the form goes, the page itself by default.
        :return: the address that the answer led to, and its HTML.
        :rtype: tuple[str, str]
        """
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(path))
        token = token or re.search(
            r'value="([^"]+)"[^>]*name="csrf_token"', self.page(path)
        )
        data = {"csrf_token": html.unescape(token[1]) if token else "", **values}
        reply = self.http.post(self.url + (action or path), data=data, timeout=TIMEOUT)
        if reply.status_code != 200:
            raise DayError(f"{self.login or 'visitor'}: {path}: {reply.status_code}")
        return reply.url, reply.text
