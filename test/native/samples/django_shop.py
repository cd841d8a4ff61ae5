"""Asks the Django sample for everything it offers; run in a copy of its folder, on an upgraded database."""

import os
import sys

sys.path.insert(0, ".")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402

from support.models import Chat  # noqa: E402

settings.ALLOWED_HOSTS.append("testserver")
User = get_user_model()
client = Client()


def ask(method, path, status=200, **data):
    response = getattr(client, method)(path, data)
    assert response.status_code == status, (path, response.status_code, response.content)
    return response.json() if status == 200 else None


def names(rows):
    return [row["name"] for row in rows]


assert names(ask("get", "/")["products"]) == ["Notebook", "Teapot", "Desk lamp"]
assert names(ask("get", "/?q=KITCHEN&category=home&max_price=30")["products"]) == ["Teapot"]
assert ask("get", "/products/teapot/")["name"] == "Teapot"
ask("get", "/products/hammock/", status=404)
assert names(ask("get", "/categories/")["categories"]) == ["kitchen", "office"]
assert names(ask("get", "/bestsellers/")["products"]) == ["Notebook", "Desk lamp", "Teapot"]
assert [order["customer"] for order in ask("get", "/orders/")["orders"]] == ["grace", "ada"]
assert names(ask("get", "/prices/")["prices"]) == ["Bread knife", "Desk lamp", "Notebook", "Teapot"]
assert ask("get", "/never-ordered/")["products"] == ["Bread knife", "Hammock"]
assert ask("post", "/orders/2/pay/") == {"status": "paid"}
ask("post", "/orders/2/pay/", status=404)
assert ask("post", "/orders/forget-cancelled/") == {"deleted": 1}

assert ask("get", "/support/waiting/") == {"waiting": [2]}
ask("get", "/support/chats/", status=302)
client.force_login(User.objects.get(username="helpdesk"))
assert [chat["pk"] for chat in ask("get", "/support/chats/")["chats"]] == [2, 1]
assert [chat["unread"] for chat in ask("get", "/support/chats/?unread=1")["chats"]] == [2]
assert len(ask("get", "/support/chats/2/")["messages"]) == 2
assert ask("post", "/support/chats/2/read/") == {"updated": 2}
assert ask("post", "/support/chats/2/answer/", text="Tomorrow.") == {"id": 5}
assert ask("post", "/support/chats/2/rate/", stars=5) == {"rating": 2, "created": True}
chat = Chat.objects.start(User.objects.get(username="ada"), User.objects.get(username="helpdesk"), text="Hello?")
assert list(Chat.objects.unread().values_list("pk", flat=True).order_by("pk")) == [2, chat.pk]
