/** Writes what was measured into the documentation: a picture, and a part of `docs/performance.md`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/root.ts';
import { type Curve, drawPanels } from './drawing.ts';
import { type Figure, isMet } from './figure.ts';
import { type Machine, describeMachine, readable } from './report.ts';

const page = join(root, 'docs/performance.md');
const picture = join(root, 'docs/performance.svg');
const [begin, end] = ['<!-- Written by npm run bench -- --docs -->', '<!-- Up to here -->'];

export async function writeCurves(figures: readonly Figure[], machine: Machine): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the figures, between ${begin} and ${end}`);
  const written = [begin, provenance(figures, machine), aimTable(figures), sizeTable(figures)].join('\n\n');
  await writeFile(page, `${text.slice(0, from)}${written}\n\n${text.slice(to)}`);
  await writeFile(picture, draw(figures));
}

function provenance(figures: readonly Figure[], machine: Machine): string {
  const orms = [
    ...new Set(figures.filter(({ part }) => part !== 'editor').map(({ project }) => project.split(',')[0])),
  ];
  return `Measured with ${describeMachine(machine)}, on generated workspaces with ${orms.join(' and ')}. Times are medians and 95th percentiles in milliseconds, memory is in MB.`;
}

/** At the largest size. */
function aimTable(figures: readonly Figure[]): string {
  const most = Math.max(...figures.map(({ lines }) => lines));
  const rows = figures
    .filter(({ lines }) => lines === most)
    .flatMap((figure) =>
      figure.ratios.flatMap((ratio) => {
        const { aim } = ratio;
        if (!aim) return [];
        const [wanted, got] = [
          ratios(aim.p50, aim.p95),
          ratios(ratio.p50, aim.p95 === undefined ? undefined : ratio.p95),
        ];
        return `| ${figure.what} | ${wanted} × ${ratio.to} | ${got} | ${isMet(ratio) ? 'yes' : '**no**'} |`;
      }),
    );
  return [`| On ${most.toLocaleString('en')} lines | aim | measured | met |`, '|---|---|---|---|', ...rows].join('\n');
}

function ratios(p50: number | undefined, p95: number | undefined): string {
  const half = p50 === undefined ? '' : readable(p50);
  return p95 === undefined ? half : `${half} (p95 ${readable(p95)})`;
}

function sizeTable(figures: readonly Figure[]): string {
  const sizes = sizesOf(figures);
  const names = [...new Set(figures.filter(({ part }) => part !== 'editor').map(nameOf))];
  const rows = names.map((name) => {
    const cells = sizes.map((size) => {
      const figure = figures.find((one) => one.lines === size && nameOf(one) === name);
      if (!figure) return '';
      const value = figure.p95 === null ? readable(figure.p50) : `${readable(figure.p50)} / ${readable(figure.p95)}`;
      const [ratio] = figure.ratios;
      return ratio ? `${value}, ${readable(ratio.p50)} × ${ratio.to.split(',')[0]}` : value;
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const head = `| | ${sizes.map((size) => `${size.toLocaleString('en')} lines`).join(' | ')} |`;
  return [head, `|---|${sizes.map(() => '---|').join('')}`, ...rows].join('\n');
}

/** Memory is measured after each part. */
function nameOf({ part, what, unit }: Figure): string {
  const name = what.replace(/, [\d,]+ lines\)$/, ')');
  return unit === 'MB'
    ? `memory of the server after ${part === 'index' ? 'indexing' : part === 'hover' ? 'hovering' : part}`
    : name;
}

function sizesOf(figures: readonly Figure[]): number[] {
  return [...new Set(figures.filter(({ part }) => part !== 'editor').map(({ lines }) => lines))].toSorted(
    (a, b) => a - b,
  );
}

function draw(figures: readonly Figure[]): string {
  const curve = (name: string, what: string): Curve => ({
    name,
    points: figures.filter((figure) => nameOf(figure) === what).map(({ lines, p50 }) => ({ x: lines, y: p50 })),
  });
  return drawPanels([
    {
      title: 'Opening a workspace, ms',
      curves: [
        curve('nothing cached', 'start to first findings, nothing cached'),
        curve('cached on disk', 'start to first findings, cached on disk'),
        curve('ruff, one thread', '(ruff)'),
        curve('reading the files', '(reading)'),
      ],
    },
    {
      title: 'Working in it, ms',
      curves: [
        curve('tree-sitter', '(tree-sitter)'),
        curve('a key in a model', 'a key in a model to the findings of two files'),
        curve('a key in a function', 'a key in a function to its findings'),
        curve('hover', 'hover, the same again'),
      ],
    },
  ]);
}
