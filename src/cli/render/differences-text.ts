import type { Difference } from '../../domain/config/resolved/differences.ts';
import type { ResolvedValue } from '../../domain/config/resolved/resolved-values.ts';
import { originText } from './origin-text.ts';

/** The width of a terminal that nobody made wider: an origin that has no room beside its value stands below it. */
const WIDTH = 80;

/** What differs between two environments, for people: a paragraph for each value, a line for each side. */
export function differencesText(
  found: readonly Difference[],
  [one, other]: readonly [one: string, other: string],
): string {
  if (found.length === 0) return `The configurations of ${one} and ${other} are the same.\n`;
  const width = Math.max(one.length, other.length);
  const paragraphs = found.map(({ path, ...sides }) =>
    [path.join('.'), side(one.padEnd(width), sides.one), side(other.padEnd(width), sides.other)].join('\n'),
  );
  const count = found.length === 1 ? 'one value' : `${found.length} values`;
  return `${paragraphs.join('\n\n')}\n\n${one} and ${other} differ in ${count}.\n`;
}

function side(name: string, value: ResolvedValue | undefined): string {
  const start = `  ${name}  `;
  if (!value) return `${start}(nothing)`;
  const text = `${start}${typeof value.value === 'string' ? value.value : JSON.stringify(value.value)}`;
  const origin = `# ${originText(value)}`;
  const fits = text.length + 2 + origin.length <= WIDTH && !text.includes('\n');
  return fits
    ? `${text}  ${origin}`
    : `${text.replaceAll('\n', `\n${' '.repeat(start.length)}`)}\n${' '.repeat(start.length)}${origin}`;
}
