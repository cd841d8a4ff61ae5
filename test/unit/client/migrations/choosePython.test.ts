import { describe, expect, test } from 'vitest';
import { choosePython, type Machine } from '../../../../client/src/features/migrations/choosePython.ts';

const environment = (folder: string): string[] => [`${folder}/pyvenv.cfg`, `${folder}/bin/python`];

describe('the project is the workspace', () => {
  const choose = (chosen: string | null, files: readonly string[], env: Machine['env'] = {}): string =>
    choosePython('/w', '/w', chosen, machine(files, env));

  test('without anything, the name of the machine’s Python', () => {
    expect(choose(null, [])).toBe('python3');
  });

  test('an environment of the project', () => {
    expect(choose(null, environment('/w/.venv'))).toBe('/w/.venv/bin/python');
    expect(choose(null, environment('/w/venv'))).toBe('/w/venv/bin/python');
  });

  test('a folder that only has the name of one is none', () => {
    expect(choose(null, ['/w/env/settings.py'])).toBe('python3');
  });

  test('a chosen environment wins', () => {
    const files = [...environment('/w/.venv'), ...environment('/other')];
    expect(choose('/other/bin/python', files)).toBe('/other/bin/python');
    expect(choose('/conda/bin/python', ['/conda/conda-meta', ...files])).toBe('/conda/bin/python');
  });

  test('a Python of the machine that an extension guessed does not', () => {
    expect(choose('/usr/bin/python3', environment('/w/.venv'))).toBe('/w/.venv/bin/python');
    expect(choose('/usr/bin/python3.12', [])).toBe('/usr/bin/python3.12');
  });

  test('the environment VS Code was started in', () => {
    expect(choose(null, environment('/active'), { VIRTUAL_ENV: '/active' })).toBe('/active/bin/python');
    expect(choose(null, environment('/active'), { CONDA_PREFIX: '/active' })).toBe('/active/bin/python');
    expect(choose(null, [], { VIRTUAL_ENV: '/gone' })).toBe('python3');
    expect(choose(null, [...environment('/active'), ...environment('/w/.venv')], { VIRTUAL_ENV: '/active' })).toBe(
      '/w/.venv/bin/python',
    );
  });
});

describe('the project is a part of the workspace', () => {
  const choose = (chosen: string | null, files: readonly string[]): string =>
    choosePython('/w/a/b', '/w', chosen, machine(files));

  test('its own environment wins over one that was chosen for all', () => {
    const files = [...environment('/w/a/b/.venv'), ...environment('/w/.venv')];
    expect(choose('/w/.venv/bin/python', files)).toBe('/w/a/b/.venv/bin/python');
  });

  test('else one above it, the nearest first', () => {
    expect(choose(null, environment('/w/.venv'))).toBe('/w/.venv/bin/python');
    expect(choose(null, [...environment('/w/.venv'), ...environment('/w/a/venv')])).toBe('/w/a/venv/bin/python');
  });

  test('but not above the workspace', () => {
    expect(choose(null, environment('/.venv'))).toBe('python3');
  });

  test('a folder outside of the workspace ends at the root', () => {
    expect(choosePython('/x/y', '/w', null, machine([]))).toBe('python3');
  });
});

test('on Windows', () => {
  const files = ['C:\\w\\.venv\\pyvenv.cfg', 'C:\\w\\.venv\\Scripts\\python.exe'];
  expect(choosePython('C:\\w', 'C:\\w', null, machine(files, {}, 'win32'))).toBe('C:\\w\\.venv\\Scripts\\python.exe');
  expect(choosePython('C:\\w', 'C:\\w', null, machine([], {}, 'win32'))).toBe('python');
  const conda = machine(['D:\\conda\\python.exe'], { CONDA_PREFIX: 'D:\\conda' }, 'win32');
  expect(choosePython('C:\\w', 'C:\\w', null, conda)).toBe('D:\\conda\\python.exe');
});

function machine(files: readonly string[], env: Machine['env'] = {}, platform: NodeJS.Platform = 'linux'): Machine {
  return { platform, env, exists: (path) => files.includes(path) };
}
