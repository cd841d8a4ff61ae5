import type { EngineSettings } from '../ide/engine.ts';
import { defaultRuleSettings, type RuleLevel, type RuleSettings } from '../rules/levels.ts';

/** What a user can set under `ormsight.`, as far as the server needs it. */
export interface Settings extends EngineSettings {
  readonly hoverEnabled: boolean;
  readonly codeLensEnabled: boolean;
  readonly rules: RuleSettings;
  /** Folders that are not read. */
  readonly exclude: readonly string[];
  /** The Python environment of the workspace: a folder or an interpreter; empty for the nearest. */
  readonly environment: string;
}

export const defaultSettings: Settings = {
  dialect: null,
  driver: null,
  hoverEnabled: true,
  codeLensEnabled: false,
  rules: defaultRuleSettings,
  exclude: [],
  environment: '',
};

/** Reads the client's settings. They are written by hand, so whatever is no valid value counts as not set. */
export function readSettings(value: unknown): Settings {
  const settings = record(value);
  const driver = settings['driver'];
  const dialect = settings['dialect'];
  const environment = settings['environment'];
  return {
    dialect: dialect === 'postgresql' || dialect === 'sqlite' || dialect === 'mysql' ? dialect : null,
    driver: typeof driver === 'string' && driver.trim() !== '' ? driver.trim() : null,
    codeLensEnabled: record(settings['codeLens'])['enabled'] === true,
    hoverEnabled: record(settings['hover'])['enabled'] !== false,
    rules: {
      levels: Object.fromEntries(Object.entries(record(settings['rules'])).filter(isLevel)),
      allowedRelations: strings(settings['allowedRelations']),
    },
    exclude: strings(settings['exclude']),
    environment: typeof environment === 'string' ? environment.trim() : '',
  };
}

const levels: readonly unknown[] = ['on', 'off', 'error', 'warning', 'information', 'hint'] satisfies RuleLevel[];

function isLevel(entry: [string, unknown]): entry is [string, RuleLevel] {
  return levels.includes(entry[1]);
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
