"""The platforms' side of the calls: takes parcels and stock levels that are told.

Stands in for Shopify, WooCommerce and Taobao on this machine, so that the demo
calls nobody outside. It answers as they do when everything is right.
"""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from ..host.ports import listen_nearby
from ..messages import shopify
from ..messages.spec import SampleOrder

KINDS = ("shopify", "woocommerce", "taobao")
MOST_LINES = 8


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Platforms:
    """A server that plays all three platforms, each under a path of its own.

    ``told`` counts what came in, by platform and subject.
    """

    def __init__(self):
        self.told = Counter()
        self._server = listen_nearby(8035, self._listen)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _listen(self, port):
        return _Server(("127.0.0.1", port), _handler(self))

    def address(self, kind):
        """Base address of a platform.

        :param str kind: of `KINDS`.
        :rtype: str
        """
        return f"http://127.0.0.1:{self.port}/{kind}"

    def stop(self):
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method, path, body):
        """What the platform says.

        :rtype: dict
        """
        kind, _slash, rest = path.lstrip("/").partition("/")
        if kind == "taobao":
            name = parse_qs(body.decode()).get("method", [""])[0]
            self.told[kind, "stock" if "quantity" in name else "parcels"] += 1
            key = name.removeprefix("taobao.").replace(".", "_") + "_response"
            return {key: {"shipping": {"is_success": True}}}
        if kind == "shopify":
            return self._shopify(method, rest, body)
        if method == "PUT":
            self.told[kind, "parcels"] += 1
        elif "batch" in rest:
            self.told[kind, "stock"] += 1
        return {}

    def _shopify(self, method, rest, body):
        if rest.endswith("fulfillment_orders.json"):
            return {"fulfillment_orders": [_fulfilment(int(rest.split("/")[-2]))]}
        if rest.endswith("graphql.json"):
            ids = json.loads(body)["variables"]["ids"]
            return {"data": {"nodes": [_node(gid) for gid in ids]}}
        self.told["shopify", "stock" if "inventory" in rest else "parcels"] += 1
        return {}


def _fulfilment(order_id):
    """A fulfilment order with whatever lines the order may have."""
    number = order_id - int(shopify.order_id(_numbered(0)))
    return {
        "id": order_id,
        "status": "open",
        "assigned_location_id": 487838322,
        "line_items": [
            {
                "id": index + 1,
                "line_item_id": int(shopify.line_id(_numbered(number), index)),
                "fulfillable_quantity": 1000,
            }
            for index in range(MOST_LINES)
        ],
    }


def _numbered(number):
    return SampleOrder(number=number, placed_at=None, buyer=None, lines=())


def _node(gid):
    number = gid.rpartition("/")[2]
    return {"id": gid, "inventoryItem": {"id": f"gid://shopify/InventoryItem/{number}"}}


def _handler(platforms):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            path = urlsplit(self.path).path
            value = platforms.answer(self.command, path, self.rfile.read(length))
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, *_arguments):
            """Calls are counted, not printed."""

    return Handler
