/** C0 and C1 controls but tabs and line breaks, and what turns the direction of text: https://unicode.org/reports/tr36/ */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text of others as a person sees it: controls become visible signs, and what is longer than wanted is cut with its length.
 * It is only ever put into text nodes.
 */
export function shown(text: string, most = 2000): string {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length.toLocaleString('en')} characters)` : text;
  return cut.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
