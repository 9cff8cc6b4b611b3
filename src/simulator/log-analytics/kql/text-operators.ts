const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Operators of texts by their names without `!` and `_cs`, for texts whose case no longer matters or matters:
 * https://learn.microsoft.com/kusto/query/datatypes-string-operators
 */
const OPERATORS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  has: hasTerm,
};

/** The operator of this name; undefined where it is none of texts. */
export function textOperator(name: string): ((text: string, part: string) => boolean) | undefined {
  const isNegated = name.startsWith('!');
  const minds = name.endsWith('_cs');
  const operator = OPERATORS[name.replace(/^!/, '').replace(/_cs$/, '')];
  if (!operator) return undefined;
  return (text, part) => {
    const holds = minds ? operator(text, part) : operator(text.toLowerCase(), part.toLowerCase());
    return holds !== isNegated;
  };
}

/** Whether a text has something as a whole term: nothing that is a letter or a digit goes on from it. */
export function hasTerm(text: string, term: string): boolean {
  if (term === '') return true;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    const [before, after] = [text.charAt(at - 1), text.charAt(at + term.length)];
    if (!LETTER_OR_DIGIT.test(before) && !LETTER_OR_DIGIT.test(after)) return true;
  }
  return false;
}
