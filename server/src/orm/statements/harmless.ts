/** Calls of which it is known that they send nothing by themselves. */
import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';

/** Modules that know no database: of Python itself, and those of Django, Flask and FastAPI that make answers and addresses. */
const HARMLESS_MODULES = new Set([
  ...'abc asyncio base64 bisect calendar collections contextlib copy csv dataclasses datetime decimal enum'.split(' '),
  ...'fractions functools hashlib heapq hmac html io itertools json logging math mimetypes operator os pathlib'.split(
    ' ',
  ),
  ...'random re secrets shutil statistics string struct tempfile textwrap time timeit traceback types typing'.split(
    ' ',
  ),
  ...'typing_extensions unicodedata urllib uuid warnings zlib zoneinfo pytz flask_restful'.split(' '),
]);
const HARMLESS_OF_FRAMEWORKS =
  /^(django\.(http|urls|utils|conf|core\.exceptions|template\.defaultfilters|db\.(models|transaction))|django\.shortcuts\.redirect|flask\.(jsonify|abort|redirect|url_for|make_response|Response)|fastapi\.(HTTPException|Response|responses)|rest_framework\.(exceptions|status)|sqlalchemy)\b/;

/** Methods of strings, lists, dicts and sets that no session and no manager has. */
const HARMLESS_METHODS =
  /^(append|extend|insert|sort|items|keys|values|setdefault|popitem|split|rsplit|splitlines|join|format|strip|lstrip|rstrip|lower|upper|title|capitalize|replace|startswith|endswith|encode|decode|isdigit|isoformat|strftime|strptime|total_seconds|date|time|hex|index|info|debug|warning|error|exception|getlist|model_dump|dict|json)$/;

/** What requests have: `request.GET.get("page")`. */
const OF_REQUESTS = /^(GET|POST|META|FILES|COOKIES|headers|cookies|args|form|query_params|data)$/;

/** Methods that make parts of SQL. */
const BUILDING_METHODS =
  /^(label|desc|asc|nulls_first|nulls_last|in_|not_in|notin_|is_|is_not|isnot|like|ilike|between|over|cast|collate|op|scalar_subquery|subquery|correlate|as_scalar|load_only|joinedload|selectinload|subqueryload|contains_eager|bindparams|columns|c)$/;

/** Builtins that go over all that they are given, or ask whether there is anything. */
const TAKES_ALL =
  /^(list|tuple|set|frozenset|sorted|sum|min|max|len|bool|dict|enumerate|reversed|zip|any|all|map|filter)$/;

/** `list(users)`: what it is given is loaded. */
export function takesAll({ func }: Call, file: SourceFile, { program }: Inference): boolean {
  if (func.kind !== 'Name' || !TAKES_ALL.test(func.id)) return false;
  return program.resolve(file, func).kind === 'builtin';
}

/** As long as it is given nothing of an ORM. */
export function isHarmlessCall({ func }: Call, file: SourceFile, inference: Inference): boolean {
  const symbol = inference.program.resolve(file, func);
  if (symbol.kind === 'builtin') return true;
  if (symbol.kind === 'external')
    return HARMLESS_MODULES.has(symbol.name.split('.')[0]!) || HARMLESS_OF_FRAMEWORKS.test(symbol.name);
  if (func.kind === 'Attribute' && func.value.kind === 'Attribute' && OF_REQUESTS.test(func.value.attr.text))
    return true;
  return func.kind === 'Attribute' && (HARMLESS_METHODS.test(func.attr.text) || BUILDING_METHODS.test(func.attr.text));
}
