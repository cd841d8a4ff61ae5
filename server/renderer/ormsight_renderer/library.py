"""What the rest of the renderer asks of an ORM. One is chosen when the interpreter starts; see `sqlalchemy_`, `django_`."""


class Library:
    """Answers for a program that uses no ORM; each ORM has its own."""

    def only_computes(self, function):
        """Whether a function or class of the library knows of no queries and only makes data of data."""
        return False

    def dialect(self):
        """The name of the dialect that is asked for."""
        return None

    def is_expression(self, value):
        """Whether an operator on this value builds a part of a statement."""
        return False

    def operand(self, hole, sign):
        """What stands for an unknown operand beside an expression."""
        return hole

    def goes_through_models(self, method):
        """Whether a method of the library lists all models there are: a program has those in its reach."""
        return False

    def keeps_results(self, kind):
        """Whether objects of a class of the library keep what they sent a statement for."""
        return False

    def finds_or_not(self, function):
        """Whether the answer of a method of the library is an object or None, or an error where there is none."""
        return False

    def compares_with_all(self, function):
        """Whether an operator of the library compares with each value of the list that it is given."""
        return False

    def is_lookup_of_all(self, keyword):
        """Whether what the library is given by such a keyword is a list, with each value of which it compares."""
        return False

    def writes_all(self, function):
        """Whether a method of the library writes all it is given by one statement."""
        return False

    def row_of(self, value):
        """The `Row` behind an object of a model that was loaded or made up, else None."""
        return None

    def other_row(self, value, made):
        """For a row of several, another one like it; `made` keeps those that were made before."""
        return value

    def replace_rows(self, values, rows):
        """Makes a list or a set of rows one of these, as if they had been loaded."""
        values.clear()
        (values.update if isinstance(values, set) else values.extend)(rows)

    def maker_of(self, cls):
        """What makes an object of a class while the models are loaded, or None where the class itself does."""
        return None

    def is_lazy_text(self, value):
        """Whether a value becomes a text where one is wanted: a translation."""
        return False

    def unknown_row(self, value):
        """A hole for a row of which the columns are not known; None for every other value."""
        return None

    def is_instance(self, value):
        """Whether this is an object of a model."""
        return False

    def is_key(self, instance, name):
        """Whether an attribute of an object of a model is all that its row is found by."""
        return False

    def goes_by_its_name(self, value):
        """Whether what is read of this object is called by the variable that holds it."""
        return self.is_instance(value)

    def set_any(self, instance, value):
        """After a program set an attribute of an object of a model of which it is not known which one."""

    def is_held(self, value):
        """Whether this is an object of a model that a session of the program knows."""
        return False

    def let_go(self, instance):
        """Makes the session forget such an object: it was kept from before."""

    def changed_in_place(self, hole, method=None):
        """After a program called a method of an unknown value that tells who holds it, or set an item of it."""

    def materialise(self, text, hole_type, optional=False):
        """What stands for a typed unknown value: a recording session, an object of a model, a hole."""
        from .holes import typed

        return typed(text, hole_type, optional)

    def attribute(self, owner, name):
        """The name that is really read for an attribute: the synchronous method of an asynchronous one."""
        return name

    def installed_class(self, hole_type):
        """The class that a type names where the program does not define it: one of an installed app, or None."""
        return None

    def inherited(self, owner, name):
        """What a class of the library that is not there gives an object of a program, or None."""
        return None

    def missing(self, owner, name):
        """What stands for an attribute that a recording object has not, where the real one may be of another library."""
        return None

    def setting(self, owner, name):
        """What stands for an attribute that only the real project knows, or None."""
        return None

    def index(self, owner, key):
        """The key that is really used where an unknown one needs a stand-in."""
        return key

    def is_query(self, value):
        """Whether this is something of the library that can be sent."""
        return False

    def gives_rows(self, value):
        """Whether a loop over this goes over rows."""
        return self.is_query(value)

    def is_unknown_truth(self, value):
        """Whether the truth of this value depends on the data."""
        return False

    def tested(self, value, answer):
        """After a program asked for the truth of such a value, which was decided."""

    def settled(self, value):
        """What an awaited or entered value of the library is."""
        return value

    def owner_of_call(self, site, function, arguments):
        """What stands for the unknown owner of a method that sends a statement (`db.execute(…)`), or None."""
        return None

    def calls_unknown(self, function):
        """Before a program calls a function that is not at hand."""

    def handles(self, error):
        """Before a handler of a program is asked whether it is for an error."""

    def error_without_row(self, function):
        """The class of what a function of the library raises where it finds no row; None for every other."""
        return None

    def raises_always(self, error):
        """Whether the library raises this whatever is in the database, and what it would send for it was sent."""
        return False

    def reading(self, owner, name):
        """Whether an attribute of an object is there before it is read, as a `Reading` of the protocol, or None."""
        return None

    # The course of a request: `prepare`, models entered, runs, models left.

    version = ""
    driver = ""

    def prepare(self, target):
        """Makes ready for a `Target` of the protocol."""

    def begin_models(self, models):
        """Before the steps of new models are run."""

    def models_loaded(self, models):
        """After the steps of new models were run: what depends on all of them."""

    def enter_models(self, models):
        """Makes the models those the library sees."""

    def leave_models(self, models):
        """The opposite of `enter_models`."""

    def drop_models(self, models):
        """Forgets models that are no longer kept."""

    def begin_run(self, models):
        """Before a slice is run: no row of an earlier run is known any more."""

    def begin_expression(self):
        """Before the expression whose statements are wanted."""

    def end_run(self):
        """After a slice was run, in whatever way."""

    def send(self, value):
        """Sends what the expression made and did not send itself."""


def found_or_none(optional, make):
    """A made-up object that may be None: where the program asks, it is None in another run."""
    from .run import current

    oracle = current().oracle
    if not optional or oracle is None:
        return make()
    number, finds = oracle.begin_query()
    if not finds:
        return None
    made = make()
    oracle.end_query(number, made)
    return made


class _Chosen:
    library = Library()


def chosen():
    return _Chosen.library


def choose(library):
    _Chosen.library = library
