"""Every address of an addon, opened by everybody with everything."""

import inspect

from odoo import http
from odoo.tests import new_test_user

# Ids that are nobody's: as small, as large and as long as an address takes them.
NO_IDS = (0, 2**31 - 1, 2**31, 2**63)
# What is no key: empty, too long, in no alphabet of ours, no text at all.
NO_KEYS = ("", "wrong", "é" * 20, "a" * 3000, "a\0b")
# What is told, not found: a route may answer so, whoever asks.
REFUSALS = ("werkzeug.exceptions.", "odoo.http.SessionExpired", "odoo.exceptions.")


class RoutesCase:
    """Opens each route that an addon adds, as each visitor, with ids of others.

    For an `HttpCase`. Nothing of others may be shown or changed, and nothing may end
    in a server error.
    """

    addon = ""

    # --- of the addon ---------------------------------------------------------

    def others(self):
        """
        :return: value of each argument of the routes, of a record of others
        :rtype: dict
        """
        raise NotImplementedError

    def secrets(self):
        """
        :return: words on the pages of others
        :rtype: list[str]
        """
        raise NotImplementedError

    def facts(self):
        """
        :return: what visitors must not change, comparable
        """
        raise NotImplementedError

    def visitors(self):
        """
        :return: user by name; None is nobody
        :rtype: dict
        """
        raise NotImplementedError

    def keys_of_others(self):
        """
        :return: access tokens of other records than those of `others`
        :rtype: list[str]
        """
        return []

    def bodies(self):
        """
        :return: by url, what is sent to a route that takes JSON: one with ids of
            others first
        :rtype: dict[str, list[dict]]
        """
        return {}

    # --- what there is --------------------------------------------------------

    def rules(self):
        """Routes of the addon, from the host's map.

        :rtype: list of werkzeug.routing.Rule
        """
        found = []
        for rule in self.env["ir.http"].routing_map().iter_rules():
            function = inspect.unwrap(rule.endpoint.func)
            if function.__module__.startswith(f"odoo.addons.{self.addon}."):
                found.append(rule)
        return found

    def new_visitor(self, login, groups, **values):
        return new_test_user(
            self.env, login=login, password=login, groups=groups, **values
        )

    def as_visitor(self, user):
        login = user and user.login
        self.authenticate(login, login)

    # --- calls ----------------------------------------------------------------

    def check_routes(self):
        before, secrets = self.facts(), self.secrets()
        self.assertTrue(secrets and all(secrets))
        opened = 0
        for name, user in self.visitors().items():
            self.as_visitor(user)
            for rule in self.rules():
                with self.subTest(visitor=name, route=rule.rule):
                    # what is no key is none for the staff, too: strangers try it
                    tried = () if user and user._is_internal() else NO_KEYS
                    for answer in self.answers(rule, tried):
                        opened += 1
                        self.check_answer(answer, secrets)
        self.env.invalidate_all()
        self.assertEqual(self.facts(), before)
        return opened

    def check_answer(self, answer, secrets):
        self.assertLess(answer.status_code, 500, answer.url)
        told = answer.text + answer.headers.get("Location", "")
        for word in secrets:
            self.assertNotIn(word, told, answer.url)
        if "application/json" in answer.headers.get("Content-Type", ""):
            error = answer.json().get("error")
            if error:
                self.assertTrue(
                    error["data"]["name"].startswith(REFUSALS), error["data"]["name"]
                )

    def answers(self, rule, keys):
        """What a route answers to each way of asking.

        :param tuple keys: access tokens that are none
        :rtype: iterator of requests.Response
        """
        if rule.endpoint.routing["type"] == "jsonrpc":
            for body in self.bodies()[rule.rule]:
                yield self.url_open(rule.rule, json={"params": body})
            return
        own = {name: self.others()[name] for name in rule.arguments}
        posts = "POST" in (rule.methods or ("POST",))
        gets = "GET" in (rule.methods or ("GET",))
        for url in self.urls(rule, own):
            for key in (None, *keys, *self.keys_of_others()):
                params = {} if key is None else {"access_token": key}
                if gets:
                    yield self.url_open(url, params=params, allow_redirects=False)
                if posts:
                    yield self.post(url, params)
                if url != self.url(rule, own):
                    break  # what there isn't needs no key

    def urls(self, rule, own):
        yield self.url(rule, own)
        for name, value in own.items():
            if isinstance(value, int):
                for number in NO_IDS:
                    yield self.url(rule, {**own, name: number})
            else:
                for key in NO_KEYS:
                    yield self.url(rule, {**own, name: key or "-"})

    @staticmethod
    def url(rule, values):
        _domain, path = rule.build(values, append_unknown=False)[:2]
        return path

    def post(self, url, values):
        values = {"csrf_token": http.Request.csrf_token(self), **values}
        return self.url_open(url, data=values, allow_redirects=False)
