/** Curves with two logarithmic scales, as SVG: a straight line that rises by a decade for a decade is linear cost. */
export interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
}

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const [width, height] = [470, 300];
const plot = { left: 52, right: 330, top: 40, bottom: 262 };

export function drawPanels(panels: readonly Panel[]): string {
  const drawn = panels.map((panel, i) => `<g transform="translate(${i * width} 0)">\n${drawPanel(panel)}\n</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<style>
  text { fill: #444 } .title { font-weight: 600 } .grid { stroke: #8886; stroke-width: 1 }
  polyline { fill: none; stroke-width: 2 } .c0 { stroke: #c2410c; color: #c2410c } .c1 { stroke: #1d6fd8 } .c2 { stroke: #15803d } .c3 { stroke: #7c3aed }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } .c0 { stroke: #fb923c } .c1 { stroke: #60a5fa } .c2 { stroke: #4ade80 } .c3 { stroke: #c4b5fd } }
</style>
${drawn.join('\n')}
</svg>
`;
}

function drawPanel({ title, curves }: Panel): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = scale(
    points.map((point) => point.x),
    plot.left,
    plot.right,
  );
  const y = scale(
    points.map((point) => point.y),
    plot.bottom,
    plot.top,
  );
  const columns = [...new Set(points.map((point) => point.x))].map(
    (at) =>
      `<line class="grid" x1="${x(at)}" x2="${x(at)}" y1="${plot.top}" y2="${plot.bottom}"/><text x="${x(at)}" y="${plot.bottom + 18}" text-anchor="middle">${shortNumber(at)}</text>`,
  );
  const rows = decades(points.map((point) => point.y)).map(
    (at) =>
      `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${y(at)}" y2="${y(at)}"/><text x="${plot.left - 6}" y="${y(at) + 4}" text-anchor="end">${shortNumber(at)}</text>`,
  );
  const labels = spreadOut(curves.map(({ points }) => y(points.at(-1)?.y ?? 1)));
  const lines = curves.map(({ name, points }, i) => {
    const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ');
    return `<polyline class="c${i}" points="${path}"/><polyline class="c${i}" points="${plot.right + 4},${y(points.at(-1)?.y ?? 1)} ${plot.right + 14},${labels[i]}"/><text x="${plot.right + 18}" y="${labels[i]! + 4}">${name}</text>`;
  });
  const axis = `<text x="${(plot.left + plot.right) / 2}" y="${height - 4}" text-anchor="middle">lines of Python</text>`;
  return [`<text class="title" x="${plot.left}" y="22">${title}</text>`, ...columns, ...rows, ...lines, axis].join(
    '\n',
  );
}

/** From values to a place between two coordinates. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [least, most] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  return (value) => Math.round(from + ((Math.log10(value) - least) / (most - least || 1)) * (to - from));
}

function decades(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: 10 }, (_, i) => 10 ** (i - 2)).filter((value) => value >= least && value <= most);
}

function shortNumber(value: number): string {
  return value >= 1000 ? `${Math.round(value / 1000).toLocaleString('en')}k` : String(value);
}

/** Moves labels apart that would lie on each other. */
function spreadOut(places: readonly number[]): number[] {
  const order = places.map((place, index) => ({ place, index })).toSorted((a, b) => a.place - b.place);
  const result = [...places];
  let last = -Infinity;
  for (const { place, index } of order) {
    last = Math.max(place, last + 15);
    result[index] = last;
  }
  return result;
}
