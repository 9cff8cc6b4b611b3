/** Lines of a terminal that end between words; where a line goes on it is set in as it began. A longer word stays whole. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => {
      const [indent = ''] = /^ */.exec(line) ?? [];
      const width = Math.max(columns - indent.length, 1);
      const lines: string[] = [];
      for (const word of line.slice(indent.length).split(' ')) {
        const joined = `${lines.at(-1)} ${word}`;
        if (lines.length === 0 || joined.length > width) lines.push(word);
        else lines[lines.length - 1] = joined;
      }
      return lines.map((one) => `${indent}${one}`).join('\n');
    })
    .join('\n');
}

/** Text behind what begins its line; lines that follow begin where it began, or a little set in where that leaves no room for it. */
export function hanging(head: string, text: string, columns: number): readonly string[] {
  const room = columns - head.length;
  const indent = room < MIN_ROOM ? MIN_INDENT : head.length;
  const whole = `${' '.repeat(indent)}${text}`;
  if (room >= MIN_ROOM) {
    const [first = '', ...rest] = wrapped(whole, columns).split('\n');
    return [`${head}${first.slice(indent)}`.trimEnd(), ...rest];
  }
  return [head.trimEnd(), ...(text === '' ? [] : wrapped(whole, columns).split('\n'))];
}

const MIN_ROOM = 20;
const MIN_INDENT = 4;
