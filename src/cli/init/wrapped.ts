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
