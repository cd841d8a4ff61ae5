/** What Python's own functions and containers make of the values they are given. */
import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { asOne, elementOf, UNKNOWN, type Value } from '../values.ts';

/** Calling a builtin function or one of the standard library; null when it is none that is known. */
export function builtinCall(name: string, call: Call, file: SourceFile, inference: Inference): Value | null {
  const first = call.args[0];
  switch (name) {
    case 'list':
    case 'sorted':
    case 'set':
    case 'frozenset':
    case 'tuple':
    case 'reversed':
    case 'iter':
    case 'filter': {
      const source = name === 'filter' ? call.args[1] : first;
      return source
        ? { kind: 'collection', of: elementOf(inference.valueOf(file, source)) }
        : { kind: 'collection', of: UNKNOWN };
    }
    case 'enumerate':
      return (
        (first && {
          kind: 'collection',
          of: { kind: 'tuple', items: [{ kind: 'scalar', python: 'int' }, elementOf(inference.valueOf(file, first))] },
        }) ||
        UNKNOWN
      );
    case 'zip':
      return {
        kind: 'collection',
        of: { kind: 'tuple', items: call.args.map((arg) => elementOf(inference.valueOf(file, arg))) },
      };
    case 'next':
    case 'min':
    case 'max':
      return first ? asOne(elementOf(inference.valueOf(file, first))) : UNKNOWN;
    case 'map': {
      const body = call.args[0];
      const value = body && inference.valueOf(file, body.kind === 'Lambda' ? body.body : body);
      if (value?.kind === 'function') return { kind: 'collection', of: inference.returnedBy(value.file, value.node) };
      return { kind: 'collection', of: body?.kind === 'Lambda' && value ? value : UNKNOWN };
    }
    case 'dict':
    case 'collections.defaultdict':
    case 'collections.OrderedDict':
      return { kind: 'mapping', of: UNKNOWN };
    case 'itertools.groupby':
      return first
        ? {
            kind: 'collection',
            of: {
              kind: 'tuple',
              items: [UNKNOWN, { kind: 'collection', of: elementOf(inference.valueOf(file, first)) }],
            },
          }
        : UNKNOWN;
    case 'itertools.chain':
    case 'itertools.islice':
    case 'tqdm.tqdm':
      return first ? { kind: 'collection', of: elementOf(inference.valueOf(file, first)) } : UNKNOWN;
    case 'int':
    case 'len':
    case 'str':
    case 'bool':
    case 'float':
      return { kind: 'scalar', python: name === 'len' ? 'int' : name };
    default:
      return null;
  }
}

/** What the methods of a dict give, by its values. */
export function ofMapping(of: Value, name: string): Value {
  switch (name) {
    case 'values':
      return { kind: 'collection', of };
    case 'items':
      return { kind: 'collection', of: { kind: 'tuple', items: [UNKNOWN, of] } };
    case 'get':
    case 'pop':
    case 'setdefault':
      return of;
    case 'copy':
      return { kind: 'mapping', of };
    default:
      return UNKNOWN;
  }
}
