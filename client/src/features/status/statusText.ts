import type { RendererState } from '../../../../server/src/protocol/renderer.ts';
import type { ShownTarget } from '../../../../server/src/protocol/target.ts';
import type { ServerState } from '../../languageClient.ts';
import type { Translate } from '../sqlPreview/previewState.ts';

/** What the status item says. */
export interface Status {
  readonly text: string;
  readonly detail: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly busy: boolean;
  /** What a click does. */
  readonly action: 'selectDialect' | 'restartServer' | 'showOutput';
}

/** The worst that is known comes first. `place` is where the target was found. */
export function statusText(
  server: ServerState,
  renderer: RendererState | null,
  target: ShownTarget | null,
  place: string | null,
  t: Translate,
): Status {
  const calm = { severity: 'information', busy: false, action: 'selectDialect' } as const;
  if (server === 'failed') {
    return { text: t('Ormsight stopped'), detail: '', severity: 'error', busy: false, action: 'restartServer' };
  }
  if (server !== 'running' || !target) {
    return {
      ...calm,
      text: 'Ormsight',
      detail: server === 'running' ? '' : t('Starting'),
      busy: server === 'starting',
    };
  }
  if (renderer?.kind === 'failed') {
    return {
      text: target.name,
      detail: t('SQL cannot be shown, see the output'),
      severity: 'warning',
      busy: false,
      action: 'showOutput',
    };
  }
  if (renderer?.kind === 'starting') {
    return { ...calm, text: target.name, detail: t('Starting {0}', renderer.library ?? ''), busy: true };
  }
  return { ...calm, text: target.name, detail: source(target, place, t) };
}

function source(target: ShownTarget, place: string | null, t: Translate): string {
  if (target.source === 'setting') return t('chosen in the settings');
  if (target.source === 'assumed') return t('assumed');
  return place === null ? t('found in the project') : t('found in {0}', place);
}
