/**
 * Names whose functions neither send statements nor change objects: loggers, files, caches that are no table; decorators
 * that leave what they decorate as it is, and what hands work to another process.
 */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import { assignedValue } from '../classes.ts';

const QUIET =
  /^(logging|structlog|loguru|warnings|sys|os|pathlib|shutil|io|tempfile|glob|traceback|inspect|platform|subprocess|socket|time|contextvars|threading\.(local|current_thread|get_ident|R?Lock)|requests|httpx|urllib|urllib3|sentry_sdk|prometheus_client|statsd|django\.utils|django\.urls)(\.|$)/;

/** Libraries that work on texts, pictures and data they are given. */
const OF_DATA =
  /^(bleach|nh3|markdown|markdown2|mistune|commonmark|lxml|bs4|html5lib|PIL|yaml|toml|tomllib|orjson|simplejson|ujson|msgpack|base64|hashlib|hmac|binascii|zlib|gzip|zipfile|tarfile|mimetypes|magic|numpy|slugify|unidecode|phonenumbers|pytz|dateutil|cryptography|jwt|passlib|bcrypt|ffmpeg|exiftool|redis|pymongo|boto3|botocore|pika|zmq)(\.|$)/;

/** What registers functions: tasks, receivers, views, commands, filters of templates. */
const REGISTERING =
  /^(celery|rq|django_rq|dramatiq|django\.dispatch\.(dispatcher\.)?receiver|django\.contrib\.auth\.decorators|django\.contrib\.admin\.(display|action|register)|django\.template|django\.views\.decorators|rest_framework\.decorators|drf_spectacular|channels\.layers|flask\.(Flask|Blueprint|cli)|fastapi\.(FastAPI|APIRouter)|click|typer)(\.|$)/;

const CACHE = /^django\.core\.cache(\.|$)/;

/** Whether an expression stands for such a thing, or for what a function of one gives: `logging.getLogger(…)`. */
export function isQuiet(program: Program, file: SourceFile, expr: Expr, facts: DjangoFacts): boolean {
  return isQuietExpr(program, file, expr, facts, 0);
}

/** Whether a dotted name of a library is one of such a thing. */
export function isQuietName(dotted: string, facts: DjangoFacts): boolean {
  return (
    [QUIET, OF_DATA, REGISTERING].some((each) => each.test(dotted)) || (CACHE.test(dotted) && !facts.cachesAreTables)
  );
}

function isQuietExpr(program: Program, file: SourceFile, expr: Expr, facts: DjangoFacts, depth: number): boolean {
  const symbol = program.resolve(file, expr, program.scopeAt(file, expr.start));
  if (symbol.kind === 'external') return isQuietName(symbol.name, facts);
  const value = symbol.kind === 'binding' && depth < 4 ? assignedValue(symbol.binding) : null;
  return value?.kind === 'Call' && symbol.kind === 'binding'
    ? isQuietExpr(program, symbol.file, value.func, facts, depth + 1)
    : false;
}
