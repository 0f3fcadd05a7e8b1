"""Hands messages to the suite the way the platforms do."""

import hashlib
import hmac
import xmlrpc.client

import requests

from ..host.clock import REAL
from .client import TIMEOUT, DayError

KINDS = ("shopify", "woocommerce", "taobao", "ubl", "csv", "email")


class Channels:
    """Where the demo's channels listen, and what they sign with.

    :param Database database: the demo database.
    """

    def __init__(self, database):
        self.ids = {}
        self.tokens = {}
        self.secrets = {}
        for kind in KINDS:
            channel = database.ref(f"oms_addon.demo_channel_{kind}")
            if not channel:
                raise DayError(
                    f"the database has no demo channel for {kind}: was it made with "
                    "demo data?"
                )
            self.ids[kind] = channel
            self.tokens[kind] = database.value(
                "SELECT token FROM oms_channel WHERE id = %s", channel
            )
            self.secrets[kind] = database.pairs(
                "SELECT name, value FROM oms_channel_secret WHERE channel_id = %s",
                channel,
            )


class Sender:
    """Sends signed messages over HTTP, mails through the mail gateway.

    :param str url: address of the server.
    :param str database: name of the database.
    :param Channels channels:
    :param str mail_address: where customers write to.
    :param tuple gateway: user and password that the mail gateway works with.
    :param Clock clock: of the signatures.
    """

    def __init__(self, url, database, channels, mail_address, gateway, clock=REAL):
        self.url, self.database, self.channels = url, database, channels
        self.mail_address, self.clock = mail_address, clock
        self.http = requests.Session()
        self.login, self.password = gateway
        self._uid = None

    def send(self, item):
        """Send one item of the day.

        :param generator.Item item:
        :return: the HTTP status; 200 for a mail.
        :rtype: int
        :raise DayError: when the answer is not the expected one.
        """
        secrets = self.channels.secrets[item.kind]
        message = item.build(secrets, self.clock.now())
        if item.kind == "email":
            self._mail(message)
            return 200
        if item.kind == "csv":
            message = sign_file(message, secrets, self.clock.now())
        return self._post(item, message)

    def _post(self, item, message):
        headers = dict(message.headers)
        headers.setdefault("Content-Type", message.content_type)
        if message.filename:
            headers["X-OMS-Filename"] = message.filename
        reply = self.http.post(
            f"{self.url}/oms/webhook/{self.channels.tokens[item.kind]}",
            params=message.query,
            data=message.body,
            headers=headers,
            timeout=TIMEOUT,
        )
        if reply.status_code != item.expected:
            raise DayError(
                f"{item.kind} message ({item.what}) got {reply.status_code} instead "
                f"of {item.expected}: {reply.text[:200]}"
            )
        return reply.status_code

    def _mail(self, message):
        """Deliver a mail as Odoo's own ``odoo-mailgate`` script does."""
        if self._uid is None:
            common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
            self._uid = common.authenticate(
                self.database, self.login, self.password, {}
            )
            if not self._uid:
                raise DayError(f"{self.login} can't log in to deliver mails.")
        body = message.body.replace(
            b"To: orders@example.com", b"To: " + self.mail_address.encode(), 1
        )
        models = xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/object", allow_none=True
        )
        try:
            models.execute_kw(
                self.database,
                self._uid,
                self.password,
                "mail.thread",
                "message_process",
                [False, xmlrpc.client.Binary(body)],
            )
        except xmlrpc.client.Fault as fault:
            raise DayError(f"mail refused: {fault.faultString[-400:]}") from fault


def sign_file(message, secrets, now):
    """Sign a file as the suite's own scheme wants it.

    :param spec.Message message:
    :param datetime now: aware.
    :rtype: spec.Message
    """
    stamp = str(int(now.timestamp()))
    signature = hmac.new(
        secrets["webhook_secret"].encode(),
        stamp.encode() + b"." + message.body,
        hashlib.sha256,
    ).hexdigest()
    headers = {"X-OMS-Timestamp": stamp, "X-OMS-Signature": signature}
    return type(message)(
        body=message.body,
        headers={**message.headers, **headers},
        content_type=message.content_type,
        filename=message.filename,
    )
