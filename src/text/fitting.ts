/** One line, cut where the window ends; characters of East Asia take two places. */
export function fitting(text: string, columns: number): string {
  const line = text.replaceAll(/\s*\n\s*/g, ' ').trimEnd();
  let width = 0;
  let fits = '';
  for (const character of line) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > columns) return columns === 1 ? (line.slice(0, 1) ?? '') : `${shortened(fits, columns)}…`;
    fits += character;
  }
  return line;
}

function shortened(text: string, columns: number): string {
  const characters = [...text];
  while (widthOf(characters) > columns - 1) characters.pop();
  return characters.join('');
}

function widthOf(characters: readonly string[]): number {
  return characters.reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

/** https://www.unicode.org/reports/tr11/ */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
