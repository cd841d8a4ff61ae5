import type { Answer } from './answers.ts';

/** What two surveys of the same files say of the same places where it is not the same, a few lines for each. */
export function differencesBetween(before: readonly Answer[], after: readonly Answer[]): string[] {
  const earlier = new Map(before.map((answer) => [placeOf(answer), answer]));
  return after.flatMap((answer) => {
    const other = earlier.get(placeOf(answer));
    if (!other || said(other) === said(answer)) return [];
    return [`${placeOf(answer)}\n    ${answer.source}\n  - ${inWords(other)}\n  + ${inWords(answer)}`];
  });
}

function placeOf({ project, file, line, column }: Answer): string {
  return `${project}/${file}:${line}:${column}`;
}

function said({ status, reason, statements, moreVariants }: Answer): string {
  return JSON.stringify([status, reason, statements, moreVariants]);
}

function inWords({ status, reason, statements, moreVariants }: Answer): string {
  return `${status} ${reason ?? ''} ${JSON.stringify(statements)} ${moreVariants || ''}`;
}
