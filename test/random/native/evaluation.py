"""What expressions are worth where a program sends its query."""

import datetime
import decimal

from common import namespace_of, plain


#: What an answer may be written with although the program does not import it.
WELL_KNOWN = {
    "Decimal": decimal.Decimal,
    **{name: getattr(datetime, name) for name in ("date", "datetime", "time", "timedelta")},
}


class Places:
    """The variables of a program's function at the statement with the cursor."""

    def __init__(self, program, reach):
        self.program = program
        self.on_reach = reach
        self.variables = {}
        self.is_reached = False

    def namespace(self, names):
        return namespace_of(self.program, names, self.reach)

    def reach(self, is_behind, variables):
        self.is_reached = True
        self.variables.update(variables)
        self.on_reach(is_behind)

    def evaluate_before(self, namespace):
        """What can be known before the function is called: `author.age + 1` is another value after it was assigned."""
        values = {text: self._value(text, namespace) for text in self.program["expressions"]}
        self.known = {text: value for text, value in values.items() if "value" in value}

    def evaluate(self, namespace):
        """The value of each expression that was asked for, or the error it ends in."""
        names = {**WELL_KNOWN, **namespace, **self.variables}
        return {text: self.known.get(text) or self._value(text, names) for text in self.program["expressions"]}

    def holding(self, namespace):
        """Whether each of the conditions holds; None for what is no Python, as `the Author exists`."""
        names = {**WELL_KNOWN, **namespace, **self.variables}
        return {text: self._truth(text, names) for text in self.program["conditions"]}

    def _truth(self, text, names):
        try:
            return bool(eval(text, names))
        except Exception:
            return None

    def _value(self, text, names):
        try:
            return {"value": plain(eval(text, names))}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
