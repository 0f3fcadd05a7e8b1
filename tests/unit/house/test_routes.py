"""Every address that the suite adds, who may open it, and why that is safe."""

import ast

import pytest
from class_order import REPOSITORY

# Address: who may open it, and what keeps it safe.
ROUTES = {
    "/oms/webhook/<string:token>": ("public", "refused unless the signature verifies"),
    "/oms/health": ("public", "one word for visitors; figures with token or as admin"),
    "/oms/track/<string:token>": ("public", "192 bits in the link; hides persons"),
    "/oms/driver": ("user", "drivers and dispatchers; own trips"),
    "/oms/driver/trip/<int:trip_id>": ("user", "own trip, or dispatcher; else 404"),
    "/oms/driver/do": ("user", "own trip, or dispatcher; else 404"),
    "/oms/driver/worker.js": ("public", "a script, the same for everybody"),
    "/my/returns": ("user", "own records"),
    "/my/returns/page/<int:page>": ("user", "own records"),
    "/my/returns/<int:return_id>": ("public", "own record, or its access token"),
    "/my/returns/<int:return_id>/cancel": ("public", "own record, or its token"),
    "/my/orders/<int:order_id>/return": ("public", "own order, or its access token"),
    "/my/cases": ("user", "own records"),
    "/my/cases/page/<int:page>": ("user", "own records"),
    "/my/cases/<int:case_id>": ("public", "own record, or its access token"),
    "/my/orders/<int:order_id>/case": ("public", "own order, or its access token"),
}


def found_routes():
    routes = {}
    for path in REPOSITORY.glob("oms_addon*/controllers/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_route = isinstance(node, ast.Call) and (
                getattr(node.func, "attr", "") == "route"
            )
            if is_route and node.args:
                named = {word.arg: word.value for word in node.keywords}
                urls = ast.literal_eval(node.args[0])
                for url in [urls] if isinstance(urls, str) else urls:
                    routes[url] = ast.literal_eval(named["auth"])
    return routes


def test_no_address_is_open_that_nobody_thought_about():
    assert found_routes() == {url: who for url, (who, _why) in ROUTES.items()}


@pytest.mark.parametrize("url", ROUTES)
def test_every_address_says_why_it_is_safe(url):
    assert ROUTES[url][1]
