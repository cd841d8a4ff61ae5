"""The renderer itself, run by this Python instead of the sandbox's."""

import json
import os
import sys

from .programs import steps_of

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../server/renderer"))

import ormsight_renderer  # noqa: E402


class Renderer:
    """Answers for programs over one text of models; in one process there is one library."""

    started = None

    def __init__(self, library, version, models, django=None):
        if Renderer.started is None:
            ormsight_renderer.start(library, version)
            Renderer.started = library
        self.library, self.version = library, version
        self.models = {
            "key": str(hash((models, str(django)))),
            "steps": steps_of("shop.models", models),
            "models": [],
            "django": django,
            "unknown": [],
        }

    def request(self, expression, body="", holes=(), dialect="sqlite", driver=None, steps=(), variants=8):
        return {
            "target": {"library": self.library, "version": self.version, "dialect": dialect, "driver": driver},
            "models": self.models,
            "slice": {"module": "shop.models", "steps": list(steps), "holes": list(holes), "body": body,
                      "expression": expression, "unknown": []},
            "maxVariants": variants,
        }  # fmt: skip

    def render(self, expression, body="", holes=(), **options):
        return json.loads(ormsight_renderer.handle(json.dumps(self.request(expression, body, holes, **options))))

    def statements(self, *arguments, **options):
        """The statements of the only variant of an exact answer."""
        answer = self.render(*arguments, **options)
        if answer["kind"] != "rendered":
            raise AssertionError(answer)
        if len(answer["variants"]) != 1:
            raise AssertionError([variant["when"] for variant in answer["variants"]])
        return answer["variants"][0]["statements"]


def said(statement):
    """A statement's parameters as short texts: `name_1=name` for a hole, `name_1:'x'` for a value."""
    return [
        f"{one['name'] or ''}={one['hole']}" if "hole" in one else f"{one['name'] or ''}:{one['value']!r}"
        for one in statement["params"]
    ]
