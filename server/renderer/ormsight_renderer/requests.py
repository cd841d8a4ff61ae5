"""From a request to its answer."""

import re

from . import run
from .decide import forget_words, in_words, tells
from .errors import NotReached, Refused, Unknowable
from .explore import again, explore
from .holes import begin_ages, is_hole, unknowable
from .lasting import take_note
from .library import chosen
from .models import NeedModels, load
from .namespaces import StepError, execute, materialise, what_else
from .operations.names import FITTING
from .passes import settle
from .rebound import put_back
from .recording.tape import Tape, TooMany
from .recording.values import decoded_sql, rendered_parameter


def answer(request):
    """A `RenderResult` for a `RenderRequest`; never raises for what a program does."""
    where = "models"
    before = run.enter(run.Run())
    forget_words()
    begin_ages()
    try:
        chosen().prepare(request["target"])
        with load(request["models"]) as models:
            where = "slice"
            run.current().takes_back = True
            return render(request, models)
    except NeedModels:
        return {"kind": "needModels"}
    except Refused as refusal:
        return {"kind": "refused", "message": str(refusal)}
    except MemoryError:
        return {"kind": "cutOff", "reason": "memory"}
    except RecursionError:
        return {"kind": "cutOff", "reason": "recursion"}
    except TooMany:
        return {"kind": "failed", "where": "slice", "message": "The program sends too many statements to show"}
    except StepError as failure:
        if isinstance(failure.error, RecursionError):
            return {"kind": "cutOff", "reason": "recursion"}
        if isinstance(failure.error, MemoryError):
            return {"kind": "cutOff", "reason": "memory"}
        return {"kind": "failed", "where": where, "message": f"{failure.name}: {message_of(failure.error)}"}
    except Exception as error:
        return {"kind": "failed", "where": where, "message": message_of(error)}
    finally:
        put_back(run.current())
        run.enter(before)


def render(request, models):
    slice_ = request["slice"]
    library = chosen()
    snapshot = models.namespaces.snapshot() if slice_["steps"] else None
    try:
        models.namespaces.registries = [(one["module"], one["name"]) for one in slice_.get("registries", ())]
        models.namespaces.registered = None
        if slice_["steps"]:
            models.namespaces.run(slice_["steps"])
        noted = list(run.current().unknown)
        most = request["maxVariants"]
        state = _Attempts(slice_, models)
        explored = explore(state.once, most)
        wanted = not explored.variants and _TO_UNPACK.match(str(state.error))
        if wanted:
            state = _Attempts(slice_, models, rows=int(wanted[1]))
            explored = explore(state.once, most)
        if wanted and not explored.variants:
            # It was no list of rows.
            state = _Attempts(slice_, models, is_fitting=True)
            explored = explore(state.once, most)
        unknown = settle(
            explored,
            lambda passes: explore(state.again().once, most, passes, explored),
            lambda way, passes: again(state.again().once, way, explored, passes),
        )
        # With the empty lists, which are variants of their own by now.
        variants = explored.variants[:most]
        is_all = explored.others is not None
        left_out = len(explored.variants) + len(explored.others) - len(variants) if is_all else explored.left_out
        for subject, number in explored.choices.items():
            if all(tells(path, subject) for path, _ in explored.variants):
                left_out += number
            else:
                # As far as was looked, it makes no difference; it may with another one.
                unknown.append(what_else(subject))
    finally:
        if snapshot is not None:
            models.namespaces.restore(snapshot)
    if not variants:
        if state.error is not None:
            raise state.error
        return {"kind": "nothing"}
    if state.raised is not None:
        unknown.append(f"other ways through the code, which raise {message_of(state.raised)}")
    sends_nothing = all(not statements for _, statements in variants)
    if sends_nothing and state.reading is None and not (state.sends_nothing and not unknown):
        if unknown:
            return {"kind": "failed", "where": "slice", "message": f"It depends on {', '.join(unknown)}"}
        return {"kind": "nothing"}
    return {
        "kind": "rendered",
        "variants": [
            {"when": in_words(path), "statements": [_for_protocol(one) for one in statements]} for path, statements in variants
        ],
        "moreVariants": left_out,
        "unknownModels": models.doubts,
        "unknown": list(dict.fromkeys([*models.unknown, *slice_["unknown"], *noted, *unknown])),
        "libraryVersion": library.version,
        "driver": library.driver,
        "reading": state.reading,
    }


def _for_protocol(statement):
    """A statement without what is only compared."""
    return {key: value for key, value in statement.items() if key != "sets"}


class _Attempts:
    """Runs a slice, again for each combination of decisions."""

    def __init__(self, slice_, models, rows=1, is_fitting=False):
        self.slice = slice_
        #: Whether other lists have as many elements as the program wants of them.
        self.is_fitting = is_fitting
        #: How many each query finds.
        self.rows = rows
        self.models = models
        self.error = None
        #: What a run raised although it has all it needs: it is a variant that cannot be shown.
        self.raised = None
        #: The last run came to a query that needs no database: `User.objects.none()`.
        self.sends_nothing = False
        #: Of the run in which every condition holds.
        self.reading = None

    def again(self):
        """More of the same."""
        return _Attempts(self.slice, self.models, self.rows, self.is_fitting)

    def once(self, state):
        """What one run sends; None when it does not come to the expression."""
        state.tape = tape = Tape(rows=self.rows)
        before = run.enter(state)
        library = chosen()
        try:
            library.begin_run(self.models)
            take_note(state, self.models.namespaces)
            self.models.namespaces.renew(self.slice["steps"])
            state.caches["module"] = self.slice["module"]
            state.caches[FITTING] = self.is_fitting
            state.caches["written sessions"] = self.slice.get("sessions")
            state.caches["has uuids"] = self.slice.get("hasUuids")
            names = dict(self.models.namespaces.module(self.slice["module"]).__dict__)
            for hole in self.slice["holes"]:
                names[hole["name"]] = value = materialise(hole["hole"])
                if hole["hole"]["type"].get("isOwn"):
                    state.caches["self"] = value
                elif hole["hole"]["type"].get("cls"):
                    state.caches.setdefault("self", value)
            if self.slice["body"].strip():
                execute(self.slice["body"], names)
            reads = self.slice.get("reads")
            reading = library.reading(execute(reads["owner"], names, "eval"), reads["name"]) if reads else None
            tape.entries.clear()
            library.begin_expression()
            value = execute(self.slice["expression"], names, "eval")
            if not reads or library.is_query(value):
                library.send(value)
            self.reading = self.reading or reading
            self.sends_nothing = not tape.entries and library.is_query(value)
            if reading is None and not tape.entries and is_hole(value) and value.source and value.source[0] == "call":
                raise unknowable(value)
            return _shown(tape)
        except NotReached:
            return None
        except Exception as error:
            if _is_of_program(error, state.caches.get("raised")):
                return None
            if library.raises_always(error):
                return _shown(tape) if "in expression" in state.caches else None
            # Only this run knows what the stand-ins in the text mean.
            error.__dict__[_MESSAGE] = message_of(error)
            # Where one way recurses without an end, another may not.
            self.error = self.error or error
            if not state.oracle.missing and not _OF_NONE.search(str(error)):
                self.raised = self.raised or error
                state.failed = True
            return None
        finally:
            library.end_run()
            put_back(state)
            run.enter(before)


def _shown(tape):
    """What was sent, as the protocol wants it."""
    return [
        {
            "sql": decoded_sql(entry.sql),
            "params": [rendered_parameter(name, value) for name, value in entry.parameters],
            "role": entry.role,
            **({"sets": entry.sets} if entry.sets > 1 else {}),
            **({"database": entry.database} if entry.database else {}),
            **({"anyOrder": entry.any_order} if entry.any_order else {}),
        }
        for entry in tape.entries
    ]


def _is_of_program(error, raised):
    """Whether the program raised it: nothing is sent then. What a column type of its raises, SQLAlchemy wraps."""
    return raised is not None and (error is raised or getattr(error, "orig", None) is raised)


def message_of(error):
    """Class and text of an exception in the library's words, without what differs from run to run."""
    if _MESSAGE in error.__dict__:
        return error.__dict__[_MESSAGE]
    text = " ".join(str(argument) for argument in [error] if str(argument))
    text = _ADDRESS.sub("", text)
    text = _PATH.sub("", text).strip()
    text = _BACKGROUND.sub("", text).strip()
    text = decoded_sql(text)
    text = text.replace("'ormsight_renderer.holes.Hole'", "an unknown value").replace("ormsight_renderer.holes.", "")
    if isinstance(error, Unknowable):
        return text
    name = type(error).__name__
    return f"{name}: {text}" if text else name


#: `first, second = rows` needs as many rows as it has names.
_TO_UNPACK = re.compile(r"not enough values to unpack \(expected ([2-9]), got 1\)")
#: What is raised because a value is None on this way: so the program itself ends there.
_OF_NONE = re.compile(r"NoneType|got: None\b|operators can be used with None/True/False")
_MESSAGE = "ormsight message"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_PATH = re.compile(r"(?:/[\w.\-]+){2,}/")
_BACKGROUND = re.compile(r"\s*\(Background on this error at: \S+\)")
