/** A run of characters of one look. */
export interface Span {
  readonly text: string;
  /** Of the terminal's sixteen, or undefined for the usual one. */
  readonly color?: number;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

interface Look {
  readonly color: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

const PLAIN: Look = { color: undefined, isBold: false, isDim: false };

/**
 * The lines of a screen with its escape sequences of looks (SGR: https://vt100.net/docs/vt510-rm/SGR.html), as tmux captures it: a look
 * holds until another one comes, on the lines below, too.
 */
export function screenLines(lines: readonly string[]): readonly (readonly Span[])[] {
  let look = PLAIN;
  return lines.map((line) => {
    const spans: Span[] = [];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    for (const part of line.trimEnd().split(/(\x1b\[[\d;]*m)/)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
      const [, codes] = /^\x1b\[([\d;]*)m$/.exec(part) ?? [];
      if (codes !== undefined) look = codes.split(';').map(Number).reduce(withCode, look);
      else if (part !== '') {
        const { color, isBold, isDim } = look;
        spans.push({ text: part, isBold, isDim, ...(color !== undefined && { color }) });
      }
    }
    return spans;
  });
}

function withCode(look: Look, code: number): Look {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 39) return { ...look, color: undefined };
  if (code >= 30 && code <= 37) return { ...look, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, color: code - 82 };
  return look;
}
