/** What the builder's shell says of a line, or what is not simulated of a shell. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
}

const OPERATORS = /[;&|<>()`]/;

/**
 * The words of a line as `/bin/sh -c` makes them; variables are not set there. ACR's builder hands every command of a step to one:
 * `getDockerRunArgs` in https://github.com/Azure/acr-builder/blob/main/builder/context.go. Rules:
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02. Throws ShellError.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  const add = (text: string): void => {
    word = (word ?? '') + text;
  };
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = closing(line, "'", index + 1);
      add(line.slice(index + 1, end));
      index = end;
    } else if (character === '"') {
      const end = closing(line, '"', index + 1);
      add(expandQuoted(line.slice(index + 1, end), /\\(["$`\\\n])/g));
      index = end;
    } else if (character === '\\') {
      index += 1;
      add(line[index] ?? '');
    } else if (character === '$') {
      const [whole] = VARIABLE.exec(line.slice(index)) ?? [];
      if (whole === undefined) add(character);
      index += Math.max((whole ?? '').length - 1, 0);
    } else if (OPERATORS.test(character)) {
      throw new ShellError(`/bin/sh: '${character}' in a command is not simulated`);
    } else add(character);
  }
  return word === undefined ? words : [...words, word];
}

const VARIABLE = /^\$(?:\{\w+\}|\w+)/;

function closing(line: string, quote: string, start: number): number {
  for (let index = start; index < line.length; index += 1) {
    if (line[index] === quote) return index;
    if (quote === '"' && line[index] === '\\') index += 1;
  }
  throw new ShellError('/bin/sh: syntax error: unterminated quoted string');
}

/** The text of a here-document whose end is written without quotes. */
export function hereDocument(text: string): string {
  return expandQuoted(text, /\\([$`\\\n])/g);
}

function expandQuoted(text: string, escapes: RegExp): string {
  const parts = text.split(escapes);
  // Every second part is a character that was escaped.
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part === '\n' ? '' : part;
      if (/`|\$\(/.test(part)) throw new ShellError('/bin/sh: commands in a text are not simulated');
      return part.replace(/\$(?:\{\w+\}|\w+)/g, '');
    })
    .join('');
}
