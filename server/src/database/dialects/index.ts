import type { Dialect } from './dialect.ts';
import { sqlite } from './sqlite/introspect.ts';

export const dialects: Readonly<Record<Dialect['name'], Dialect>> = { sqlite };
