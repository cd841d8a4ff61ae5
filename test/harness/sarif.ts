import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { root } from '../../scripts/root.ts';

/** What is wrong with a text as SARIF 2.1.0, by its own schema; empty when nothing is. */
export function sarifErrors(text: string): string {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false });
  const path = join(root, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  return ajv.validate(schema, JSON.parse(text)) ? '' : ajv.errorsText();
}
