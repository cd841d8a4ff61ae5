"""Asks the FastAPI sample for everything it offers; run in a copy of its folder, on an upgraded database."""

import sys

sys.path.insert(0, ".")

from fastapi.testclient import TestClient  # noqa: E402

from shop.main import app  # noqa: E402

client = TestClient(app)


def ask(method, path, status=200, **kwargs):
    response = client.request(method, path, **kwargs)
    assert response.status_code == status, (path, response.status_code, response.text)
    return response.json()


def names(rows):
    return [row["name"] for row in rows]


[ada] = ask("GET", "/users/by-name/Ada")
assert len(ada["posts"]) == 2
assert ask("GET", "/users/2")["name"] == "Grace"
ask("GET", "/users/99", status=404)
assert len(ask("GET", "/users/1/posts")) == 2
assert len(ask("GET", "/users/1/posts?tag=question")) == 1
assert ask("GET", "/users/") == [{"name": "Ada", "orders": 2}, {"name": "Grace", "orders": 1}]
assert ask("GET", "/users/reports/titles")["Linus"] == []
assert len(ask("GET", "/products/")) == 5
assert names(ask("GET", "/products/?q=KNIFE")) == ["Bread knife"]
assert names(ask("GET", "/products/?category=kitchen&max_price=50&available=true")) == ["Teapot"]
assert [row["category"] for row in ask("GET", "/products/sales")] == ["office", "garden", "kitchen"]
assert names(ask("GET", "/products/unloved")) == ["Bread knife", "Notebook", "Hammock"]
assert ask("POST", "/products/sale?category=office&percent=10") == {"updated": 2}
assert ask("DELETE", "/products/sold-out") == {"deleted": 1}
assert list(ask("GET", "/products/cheapest")) == ["garden", "kitchen", "office"]
assert ask("POST", "/orders/?customer_id=2", status=201, json=[{"product_id": 1, "quantity": 2}]) == {"id": 4}
ask("POST", "/orders/?customer_id=2", status=409, json=[{"product_id": 5, "quantity": 20}])
assert [order["customer"] for order in ask("GET", "/orders/open")] == ["Ada", "Grace", "Grace"]
assert ask("GET", "/orders/coupons/SPRING") == 0
