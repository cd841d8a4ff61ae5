/** Texts of others in Markdown: nothing in them may become a link, an image, HTML or the end of a fence. */

/** Shown as it is written, within a paragraph. Line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/[\\`*_[\]|~]/g, '\\$&');
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/^[#+>-]/, '\\$&');
}

/** A sentence that names code between backticks: that in code type, all else as it is written. */
export function prose(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 === 1 ? code(part) : escapeMarkdown(part)))
    .join('');
}

/** In code type, on one line. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const ticks = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : '';
  return `${ticks}${space}${line}${space}${ticks}`;
}

/** A fenced block that no line of the text can end. */
export function fence(text: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** `target` is ours: an address or a `command:` with encoded arguments. */
export function link(text: string, target: string): string {
  return `[${escapeMarkdown(text)}](${target})`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
