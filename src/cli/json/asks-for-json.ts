/**
 * Whether the words of a command line ask for JSON. Asked of the words themselves, since those that cannot be understood end in an
 * error as well. `--output` of `init` and `import` is a file: they have `--json`.
 */
export function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  if (words[0] === 'init' || words[0] === 'import') return options.includes('--json');
  return options.some(
    (word, index) => word === '--output=json' || (word === '--output' && options[index + 1] === 'json'),
  );
}
