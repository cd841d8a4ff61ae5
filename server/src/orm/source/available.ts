/** What can be imported where the models are run: the ORM itself and the harmless part of the standard library. */

const STANDARD = new Set([
  '__future__',
  'abc',
  'base64',
  'binascii',
  'bisect',
  'calendar',
  'collections',
  'colorsys',
  'copy',
  'dataclasses',
  'datetime',
  'decimal',
  'difflib',
  'enum',
  'fractions',
  'functools',
  'hashlib',
  'heapq',
  'hmac',
  'html',
  'ipaddress',
  'itertools',
  'json',
  'keyword',
  'locale',
  'math',
  'numbers',
  'operator',
  'random',
  're',
  'secrets',
  'statistics',
  'string',
  'textwrap',
  'time',
  'types',
  'typing',
  'typing_extensions',
  'unicodedata',
  'uuid',
  'weakref',
  'zlib',
  'zoneinfo',
]);

/**
 * The parts of the ORMs that models are made of; the sandbox gives no others (`imports.py` of the renderer), and a name of
 * one of those is a hole.
 */
const LIBRARIES = [
  /^sqlalchemy(?!\w|\.(testing|ext\.(mypy|serializer|instrumentation))\b)/,
  /^flask_sqlalchemy(\.|$)/,
  /^sqlmodel(\.|$)/,
  /^pydantic(?!\w|\.(v1|dataclasses|plugin|mypy|deprecated|experimental|ImportString|create_model|validate_call)\b)/,
  /^django\.(db|conf|apps|shortcuts)\b/,
  /^django\.core\.(exceptions|validators|paginator)\b/,
  /^django\.utils\.(timezone|translation|functional|text)\b/,
  /^django\.forms\b/,
  /^rest_framework(\.(serializers|fields|relations|validators)\b|$)/,
  /^django\.contrib\.(postgres|(auth|contenttypes|sessions|sites|flatpages|redirects)\.(models|base_user|base_session|managers|fields|hashers|validators))\b/,
  /^django\.contrib\.auth(\.get_user_model)?$/,
  /^django(\.(utils|core|contrib(\.(auth|contenttypes))?))?$/,
  // `observers.py` of the renderer.
  /^sqlalchemy_utils\.(observer\.)?observes$/,
  // Mere names (`constants.py` of the renderer).
  /^celery\.states(\.|$)/,
];

/** Of libraries for caching what makes functions keep their answers (`answers.py` of the renderer). */
const KEEPING =
  /^(flask_caching\.Cache|cachetools\.(cached|cachedmethod|func\.\w+_cache)|async_lru\.alru_cache|aiocache\.cached|fastapi_cache\.decorator\.cache|dogpile\.cache\.(region\.)?make_region)$/;

/** Whether a class or function of a library makes functions keep their answers. */
export function keepsAnswers(dotted: string): boolean {
  return KEEPING.test(dotted);
}

/** Functions of the ORMs that would connect, and what they are called on. */
const CONNECTING =
  /^(sqlalchemy\.(.*\.)?(create_engine|create_async_engine|engine_from_config|async_engine_from_config|create_pool_from_url|sessionmaker|async_sessionmaker|scoped_session|async_scoped_session|Session|AsyncSession|make_url|inspect)|django\.setup|django\.core\.signing\..*)$/;

/** Whether a dotted name of a library can be imported by the models. */
export function isAvailable(dotted: string): boolean {
  const root = dotted.split('.')[0]!;
  if (STANDARD.has(root)) return true;
  return keepsAnswers(dotted) || LIBRARIES.some((part) => part.test(dotted));
}

/** Whether calling it only makes a value. */
export function isHarmlessCall(dotted: string): boolean {
  return isAvailable(dotted) && !CONNECTING.test(dotted);
}

/** Libraries whose values, as class attributes, map nothing: configuration, serializers, logs, locks. */
const UNRELATED =
  /^(pydantic|pydantic_settings|marshmallow|attrs?|logging|structlog|loguru|threading|asyncio|multiprocessing|os|sys|pathlib|io|flask|fastapi|starlette|werkzeug|passlib|bcrypt|dotenv|requests|httpx|redis|celery|subprocess|tempfile|shutil|concurrent|contextlib|contextvars|inspect|warnings|pickle|csv|socket|ssl|urllib|email|mimetypes|platform|getpass|traceback|rest_framework|graphene|strawberry)(\.|$)/;

export function mapsNothing(dotted: string): boolean {
  return UNRELATED.test(dotted);
}

/** Names that lead from a value to the interpreter, which the sandbox refuses with all that is around them (`allow.py`). */
const REFUSED =
  /^(mro|with_traceback|im_(func|self|class)|func_(globals|code|closure|defaults)|(gi|cr|ag|f|tb|co)_(frame|code|back|builtins|globals|locals|trace|next|consts|names|varnames|generator|await|origin|yieldfrom))$/;

/** Dunder names that mean something to Python, and are not among those that `allow.py` lets in. */
const REFUSED_DUNDERS = new Set(
  `
abstractmethods alloc annotate args base bases basicsize buffer build_class builtins bytes cached cause ceil closure code
complex context defaults delattr dict dictoffset dir divmod firstlineno flags floor func getattribute getformat
getnewargs getnewargs_ex getstate globals iand import imul instancecheck ior isabstractmethod itemsize ixor kwdefaults
length_hint loader mro mro_entries objclass origin parameters path prepare rdivmod reduce reduce_ex release_buffer
replace round self self_class setattr setstate sizeof spec static_attributes subclasscheck subclasses subclasshook
suppress_context text_signature thisclass traceback trunc type_params typing_unpacked_tuple_args unpacked weakref
weakrefoffset wrapped
`
    .trim()
    .split(/\s+/)
    .map((name) => `__${name}__`),
);

export function isRefusedName(name: string): boolean {
  return REFUSED.test(name) || REFUSED_DUNDERS.has(name);
}

const BUILTINS = new Set([
  'abs',
  'all',
  'any',
  'bool',
  'bytes',
  'callable',
  'chr',
  'classmethod',
  'dict',
  'divmod',
  'enumerate',
  'filter',
  'float',
  'format',
  'frozenset',
  'getattr',
  'hasattr',
  'hash',
  'hex',
  'int',
  'isinstance',
  'issubclass',
  'iter',
  'len',
  'list',
  'map',
  'max',
  'min',
  'next',
  'object',
  'oct',
  'ord',
  'pow',
  'property',
  'range',
  'repr',
  'reversed',
  'round',
  'set',
  'slice',
  'sorted',
  'staticmethod',
  'str',
  'sum',
  'super',
  'tuple',
  'type',
  'zip',
]);

export function isHarmlessBuiltin(name: string): boolean {
  return BUILTINS.has(name) || /^[A-Z]\w*(Error|Exception|Warning)$/.test(name);
}
