import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView, StatementView } from '../../server/src/ide/views.ts';
import type { RenderedParameter } from '../../server/src/render/protocol.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Project, root } from '../harness/project.ts';

/**
 * What a hover in a file says, asked of the built renderer, for PostgreSQL. One renderer serves all files of a run, as it
 * serves all projects of an editor: what one asks for leaves nothing that another finds.
 */
export function useAsking(): Asking {
  const viewAt: Asking['viewAt'] = (files, path, offset) => {
    const engine = createEngine({
      workspace: new Project(files).workspace,
      renderer: sharedRenderer(),
      settings: () => ({ dialect: 'postgresql', driver: null }),
    });
    return engine.queryAt(`${root}/${path}`, offset);
  };
  return {
    viewAt,
    viewAtEnd: (text, path = 'models.py', others = {}) =>
      viewAt({ ...others, [path]: text }, path, text.trimEnd().length - 1),
  };
}

let started: Renderer | undefined;

function sharedRenderer(): Renderer {
  if (started) return started;
  // It keeps running, so there is nothing to start again from a snapshot.
  const renderer = createRenderer({ ...runtimeFiles(), storageDir: null, log: { info() {}, warn() {} } });
  process.once('exit', () => renderer.dispose());
  started = renderer;
  return renderer;
}

interface Asking {
  viewAt(files: Readonly<Record<string, string>>, path: string, offset: number): Promise<QueryView | null>;
  /** Of a file with that text, `models.py` when no path is given, beside `others`. */
  viewAtEnd(text: string, path?: string, others?: Readonly<Record<string, string>>): Promise<QueryView | null>;
}

/** A statement in one line: its condition, its SQL and its parameters. */
export function lineOf({ when, sql, params }: StatementView): string {
  return [when, sql, ...params.map(valueOf)].join(' | ');
}

/** What a parameter is: the words of a hole, or a value. */
export function valueOf(param: RenderedParameter): unknown {
  return 'hole' in param ? param.hole : param.value;
}
