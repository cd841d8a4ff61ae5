import type { RenderResult } from './protocol.ts';

/** Reads what came out of the sandbox, which is not trusted to be what it should be: then it counts as a crash. */
export function parseResult(text: string): RenderResult {
  try {
    const value: unknown = JSON.parse(text);
    if (isResult(value)) return value;
  } catch {
    // The same as any other answer that is none.
  }
  return { kind: 'cutOff', reason: 'crash' };
}

function isResult(value: unknown): value is RenderResult {
  if (!isRecord(value)) return false;
  switch (value['kind']) {
    case 'nothing':
      return true;
    case 'failed':
    case 'refused':
      return isText(value['message']);
    case 'cutOff':
      return reasons.has(value['reason']);
    case 'rendered':
      return (
        isListOf(value['variants'], isVariant) &&
        isListOf(value['unknown'], isText) &&
        isListOf(value['unknownModels'], isUnknownModel) &&
        typeof value['moreVariants'] === 'number' &&
        isText(value['libraryVersion']) &&
        isText(value['driver']) &&
        (value['reading'] === null || isReading(value['reading']))
      );
    default:
      return false;
  }
}

const reasons: ReadonlySet<unknown> = new Set(['time', 'memory', 'recursion', 'crash']);
const dialects: ReadonlySet<unknown> = new Set(['postgresql', 'sqlite', 'mysql']);
const roles: ReadonlySet<unknown> = new Set(['query', 'eager', 'flush', 'lazy', 'transaction']);

function isVariant(value: unknown): boolean {
  return isRecord(value) && isListOf(value['when'], isText) && isListOf(value['statements'], isStatement);
}

function isStatement(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['sql']) &&
    roles.has(value['role']) &&
    isListOf(value['params'], isParameter) &&
    (value['database'] === undefined || isDatabase(value['database']))
  );
}

function isDatabase(value: unknown): boolean {
  return isRecord(value) && isText(value['alias']) && dialects.has(value['dialect']);
}

function isParameter(value: unknown): boolean {
  if (!isRecord(value) || !(value['name'] === null || isText(value['name']))) return false;
  if ('hole' in value) return isText(value['hole']);
  return value['value'] === null || ['string', 'number', 'boolean'].includes(typeof value['value']);
}

function isUnknownModel(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['module']) &&
    isText(value['name']) &&
    isText(value['why']) &&
    typeof value['isMissing'] === 'boolean'
  );
}

function isReading(value: unknown): boolean {
  return isRecord(value) && isText(value['state']) && (value['by'] === null || isText(value['by']));
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
