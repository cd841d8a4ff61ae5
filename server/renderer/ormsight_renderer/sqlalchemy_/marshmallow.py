"""Schemas that load data into objects of models: those of marshmallow-sqlalchemy, and of Flask-Marshmallow, which has them too.

Which columns are set hangs on the data, and what else the schema does to them is its own: that is named. What is known is
the model, the columns that can be set, and whether the object is one that the caller gave, one that is stored, or new.

https://marshmallow-sqlalchemy.readthedocs.io/en/latest/api_reference.html, https://flask-marshmallow.readthedocs.io/en/latest/
"""

from .. import run
from ..asking import ask
from ..holes import Hole, describe, is_hole, text_of
from ..imports import MADE
from ..library import chosen
from ..unseen import Unseen


def install():
    for name, base in _BASES.items():
        for module in ("marshmallow_sqlalchemy", "marshmallow_sqlalchemy.schema", "flask_marshmallow.sqla"):
            MADE[module, name] = base
    MADE["flask_marshmallow", "Marshmallow"] = Marshmallow


class Schema(Unseen):
    """What is not said here is as unknown as that of any other base."""

    #: Whether it gives objects where its options do not say so.
    loads_instances = False
    has_relationships = False
    #: Whether every column has a field, or only those that are declared.
    is_automatic = True

    def __init__(self, *arguments, only=None, exclude=(), many=False, session=None, instance=None, transient=False, dump_only=(), **others):
        self._given = {"only": only, "exclude": exclude, "dump_only": dump_only}
        self.many = many
        self.instance = instance

    def load(self, data, session=None, instance=None, transient=False, *arguments, many=None, **others):
        many = self.many if many is None else many
        text = text_of(data)
        meta = getattr(type(self), "Meta", None)
        model = getattr(meta, "model", None)
        mapper = chosen().rows.mapper_of(model) if isinstance(model, type) else None
        gives = getattr(meta, "load_instance", self.loads_instances)
        if mapper is None or gives is not True or is_hole(many):
            return Hole(f"{type(self).__name__}.load({text})")
        run.current().note(f"which columns and relations `{type(self).__name__}` sets")
        if many:
            return _List([_loaded(self._object(meta, mapper, Hole(f"{text}[0]"), None, transient))])
        return _loaded(self._object(meta, mapper, data, instance or self.instance, transient))

    def _object(self, meta, mapper, data, instance, transient):
        values = self._values(meta, mapper, data)
        if instance is not None and not chosen().is_instance(instance):
            # An unknown object of the model.
            instance = chosen().made_up(mapper, text_of(instance))
        if instance is None and not transient and getattr(meta, "transient", False) is not True:
            instance = self._stored(mapper, data, values)
        if instance is None:
            generated = chosen().rows.generated_by(mapper.local_table)
            return mapper.class_(**{key: value for key, value in values.items() if not _is_of(mapper, key, generated)})
        for key, value in values.items():
            if not any(_is_of(mapper, key, column) for column in mapper.primary_key):
                setattr(instance, key, value)
        return instance

    def _stored(self, mapper, data, values):
        """The object with the key that is among the data, which is asked for."""
        keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        if not all(key in values for key in keys):
            return None
        chosen().session.connection()
        text = text_of(data)
        return chosen().made_up(mapper, text) if ask(Hole(f"{text} has the key of a stored row")) else None

    def _values(self, meta, mapper, data):
        """A value for each column that can be set, by the name of its attribute."""
        declared = {name for cls in type(self).__mro__ if cls is not Schema for name, one in vars(cls).items() if is_hole(one)}
        left_out = {*_names(meta, "exclude"), *_names(meta, "dump_only"), *_names(self._given, "exclude"), *_names(self._given, "dump_only")}
        chosen_ones = [set(one) for one in (_names(meta, "fields"), _names(self._given, "only")) if one]
        values = {}
        for attribute in mapper.column_attrs:
            key, column = attribute.key, attribute.columns[0]
            is_given = key in declared or (self.is_automatic and (not column.foreign_keys or getattr(meta, "include_fk", False) is True))
            if not is_given or key in left_out or not all(key in names for names in chosen_ones):
                continue
            if column is mapper.polymorphic_on or (isinstance(data, dict) and key not in data):
                continue
            values[key] = _value(data, key, column)
        return values


class ModelSchema(Schema):
    """That of older releases: it always gives objects, and has a field for each relation, too."""

    loads_instances = True


class SQLAlchemyAutoSchema(Schema):
    pass


class SQLAlchemySchema(Schema):
    is_automatic = False


_BASES = {"ModelSchema": ModelSchema, "SQLAlchemyAutoSchema": SQLAlchemyAutoSchema, "SQLAlchemySchema": SQLAlchemySchema}


class Marshmallow(Unseen):
    """The extension, from which programs take their bases: `ma.SQLAlchemyAutoSchema`."""

    ModelSchema = ModelSchema
    SQLAlchemyAutoSchema = SQLAlchemyAutoSchema
    SQLAlchemySchema = SQLAlchemySchema


class _List(list):
    """What is loaded with `many=True`, which is in `data` of what marshmallow 2 gives."""

    data = property(lambda self: self)
    errors = property(lambda self: Hole("errors"))


def result_of(instance, name):
    """`data` and `errors` of what marshmallow 2 gives for an object, which stands for both; None for any other name."""
    if id(instance) not in run.current().caches.get(_LOADED, ()):
        return None
    return instance if name == "data" else Hole("errors") if name == "errors" else None


#: Among the caches of a run: the objects that schemas gave, by identity.
_LOADED = "loaded by schemas"


def _loaded(instance):
    run.current().caches.setdefault(_LOADED, {})[id(instance)] = instance
    return instance


def _value(data, key, column):
    if not isinstance(data, dict):
        python = chosen().rows.python_type(column.type)
        return Hole(f"{text_of(data)}[{key!r}]".replace("'", '"'), kind="scalar" if python else "unknown", python=python, optional=column.nullable)
    value = data[key]
    if value is None or is_hole(value) or isinstance(value, (bool, int, str)) and type(value).__name__ == chosen().rows.python_type(column.type):
        return value
    return Hole(describe(value))


def _names(owner, name):
    """Names of fields, as far as they are known; none where they are not."""
    names = owner.get(name) if isinstance(owner, dict) else getattr(owner, name, ())
    return [one for one in names if isinstance(one, str)] if isinstance(names, (list, tuple, set, frozenset)) else []


def _is_of(mapper, key, column):
    return column is not None and mapper.get_property_by_column(column).key == key
