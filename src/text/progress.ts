/** Of one kind of thing more than these are counted. */
const NAMED = 4;
/** More kinds than these are counted. */
const KINDS = 3;

/**
 * What was told one after the other, in one line: what begins and ends alike is said once, and what is too much is counted.
 * `creating container app a`, `creating container app b` become `creating container app a, b`.
 */
export function summedUp(messages: readonly string[]): string {
  const kinds = [...Map.groupBy(new Set(messages), kindOf).values()].map(together);
  const more = kinds.length - KINDS;
  return more > 0 ? `${kinds.slice(0, KINDS).join('; ')}; and ${more} more` : kinds.join('; ');
}

function kindOf(message: string): string {
  return message.split(' ', 1)[0] ?? '';
}

function together(messages: readonly string[]): string {
  const [first = ''] = messages;
  if (messages.length === 1) return first;
  const words = messages.map((message) => message.split(' '));
  const start = alike(words);
  // Things of different kinds may end with the name of the same one.
  const isOneShape = words.every(({ length }) => length === words[0]?.length);
  const end = isOneShape ? alike(words.map((all) => all.slice(start).toReversed())) : 0;
  const own = words.map((all) => all.slice(start, all.length - end).join(' '));
  const more = own.length - NAMED;
  const named = own.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const [of = []] = words;
  return [...of.slice(0, start), named, ...of.slice(of.length - end)].join(' ');
}

/** How many words at the beginning are the same in all; one of each stays. */
function alike(lines: readonly (readonly string[])[]): number {
  const [first = []] = lines;
  const shortest = Math.min(...lines.map(({ length }) => length));
  let count = 0;
  while (count < shortest - 1 && lines.every((line) => line[count] === first[count])) count += 1;
  return count;
}
