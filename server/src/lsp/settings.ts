import type { EngineSettings } from '../ide/engine.ts';
import type { Severity } from '../ide/views.ts';

/** What a user can set under `ormsight.`, as far as the server needs it. */
export interface Settings extends EngineSettings {
  readonly hoverEnabled: boolean;
  /** Rules that are switched off or have another severity than their own. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** Folders that are not read. */
  readonly exclude: readonly string[];
}

export const defaultSettings: Settings = { dialect: null, driver: null, hoverEnabled: true, rules: {}, exclude: [] };

/** Reads the client's settings. They are written by hand, so whatever is no valid value counts as not set. */
export function readSettings(value: unknown): Settings {
  const settings = record(value);
  const driver = settings['driver'];
  const dialect = settings['dialect'];
  return {
    dialect: dialect === 'postgresql' || dialect === 'sqlite' || dialect === 'mysql' ? dialect : null,
    driver: typeof driver === 'string' && driver.trim() !== '' ? driver.trim() : null,
    hoverEnabled: record(settings['hover'])['enabled'] !== false,
    rules: Object.fromEntries(Object.entries(record(settings['rules'])).filter(isLevel)),
    exclude: Array.isArray(settings['exclude']) ? settings['exclude'].filter((item) => typeof item === 'string') : [],
  };
}

const levels: readonly unknown[] = ['off', 'error', 'warning', 'information', 'hint'] satisfies (Severity | 'off')[];

function isLevel(entry: [string, unknown]): entry is [string, Severity | 'off'] {
  return levels.includes(entry[1]);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
