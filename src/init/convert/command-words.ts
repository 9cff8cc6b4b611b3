import type { TextTree, Tree } from '../compose/tree.ts';
import { textTree } from '../compose/tree.ts';

/**
 * The words of a command, each still with its variables. A text is split as a shell would, and run by none:
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#command
 */
export function commandWords(tree: Tree | undefined): readonly TextTree[] | undefined {
  if (!tree) return undefined;
  if (tree.kind === 'list')
    return tree.items.flatMap((item) => (item.kind === 'text' ? [textTree(item.text ?? '', item.place)] : []));
  if (tree.kind === 'map' || tree.text === null) return undefined;
  return splitWords(tree.text).map((word) => textTree(word, tree.place));
}

/** Words at blanks that are neither quoted nor escaped; in single quotes a dollar is one, as `$$` is. */
function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at] ?? '';
    if (one === '\\' && quote !== "'" && at + 1 < text.length) {
      at += 1;
      const next = text[at] ?? '';
      if (next === '\n') continue;
      word = `${word ?? ''}${quote === '"' && !/["\\$`]/.test(next) ? '\\' : ''}${next}`;
    } else if (quote !== '') {
      if (one === quote) quote = '';
      else word = `${word ?? ''}${one}`;
    } else if (one === '"' || one === "'") {
      quote = one;
      word ??= '';
    } else if (/\s/.test(one)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${one}`;
  }
  return word === undefined ? words : [...words, word];
}
