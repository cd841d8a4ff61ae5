/**
 * INI files as Python's `configparser` reads them (https://docs.python.org/3/library/configparser.html): `=` or `:`,
 * comments on lines of their own, indented continuation lines. Reads what it can of a broken file.
 */
export interface IniFile {
  /** The value of a key (in any case) in a section, with `%(name)s` and `%%` replaced; undefined when there is none. */
  get(section: string, key: string): IniValue | undefined;
  readonly sections: readonly string[];
}

export interface IniValue {
  readonly value: string;
  /** Zero-based. */
  readonly line: number;
}

/** `defaults` are what the reading program puts in itself: Alembic's `here`. */
export function parseIni(text: string, defaults: Readonly<Record<string, string>> = {}): IniFile {
  const sections = new Map<string, Map<string, IniValue>>();
  let section: Map<string, IniValue> | undefined;
  let key: string | undefined;
  text.split(/\r\n|\r|\n/).forEach((raw, line) => {
    if (/^\s*([#;]|$)/.test(raw)) return;
    const header = /^\[([^\]]+)\]/.exec(raw);
    if (header) {
      section = sections.get(header[1]!) ?? new Map<string, IniValue>();
      sections.set(header[1]!, section);
      key = undefined;
      return;
    }
    if (!section) return;
    if (/^\s/.test(raw) && key !== undefined) {
      const known = section.get(key)!;
      section.set(key, { value: `${known.value}\n${raw.trim()}`.trim(), line: known.line });
      return;
    }
    const entry = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(raw);
    if (!entry) return;
    key = entry[1]!.toLowerCase();
    section.set(key, { value: entry[2]!, line });
  });

  const lookUp = (name: string, key: string): string | undefined =>
    sections.get(name)?.get(key)?.value ?? sections.get('DEFAULT')?.get(key)?.value ?? defaults[key];
  const interpolate = (name: string, value: string, depth: number): string =>
    value.replace(/%%|%\(([^)]+)\)s/g, (match, key: string | undefined) => {
      if (key === undefined) return '%';
      const inner = depth > 0 ? lookUp(name, key.toLowerCase()) : undefined;
      return inner === undefined ? match : interpolate(name, inner, depth - 1);
    });
  return {
    sections: [...sections.keys()].filter((name) => name !== 'DEFAULT'),
    get(name, key) {
      const known = sections.get(name)?.get(key.toLowerCase()) ?? sections.get('DEFAULT')?.get(key.toLowerCase());
      // Ten levels are `configparser`'s own limit.
      return known && { value: interpolate(name, known.value, 10), line: known.line };
    },
  };
}
