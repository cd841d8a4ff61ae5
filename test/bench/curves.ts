import type { Figure } from './figure.ts';
import type { Machine } from './report.ts';
export async function writeCurves(_figures: readonly Figure[], _machine: Machine): Promise<void> {}
