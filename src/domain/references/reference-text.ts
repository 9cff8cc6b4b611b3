/**
 * Texts with references: `amqps://${{resources.bus.name}}.servicebus.windows.net`. What stands between `${{` and `}}` is a name of the
 * registry (reference-targets.ts), spaces around it do not count, and `$${{` is `${{` as it is.
 */
export interface ReferenceText {
  /** In order: texts as they are, and names of references. */
  readonly parts: readonly ReferencePart[];
  /** Why it cannot be read, for people. */
  readonly problem?: string;
}

type ReferencePart = { readonly text: string } | { readonly reference: string };

const OPEN = '${{';
const ESCAPED = '$${{';
const CLOSE = '}}';

/** Whether it has a reference, or something that only looks like one. */
export function mayRefer(text: string): boolean {
  return text.includes(OPEN);
}

export function referenceText(text: string): ReferenceText {
  const parts: ReferencePart[] = [];
  let plain = '';
  let rest = text;
  while (rest.includes(OPEN)) {
    const start = rest.indexOf(OPEN);
    const isEscaped = rest.slice(0, start + OPEN.length).endsWith(ESCAPED);
    if (isEscaped) {
      plain += rest.slice(0, start - 1) + OPEN;
      rest = rest.slice(start + OPEN.length);
      continue;
    }
    const end = rest.indexOf(CLOSE, start);
    if (end < 0)
      return { parts, problem: `has ${OPEN} without ${CLOSE}; write ${ESCAPED} for the characters themselves` };
    const reference = rest.slice(start + OPEN.length, end).trim();
    if (reference === '')
      return { parts, problem: `has a reference without a name; write ${ESCAPED} for the characters themselves` };
    plain += rest.slice(0, start);
    if (plain !== '') parts.push({ text: plain });
    parts.push({ reference });
    plain = '';
    rest = rest.slice(end + CLOSE.length);
  }
  plain += rest;
  return { parts: plain === '' ? parts : [...parts, { text: plain }] };
}

/** The names of the references in a text, in order. */
export function referencesIn(text: string): readonly string[] {
  return referenceText(text).parts.flatMap((part) => ('reference' in part ? [part.reference] : []));
}

/** The text without its references: what stands in the file as it is. */
export function literalPart(text: string): string {
  return referenceText(text)
    .parts.map((part) => ('text' in part ? part.text : ''))
    .join('');
}

/** The text without the beginnings of references, written out or not. */
export function withoutReferences(text: string): string {
  return text.replaceAll(OPEN, '');
}

/** A text as it has to be written so that nothing in it is a reference. */
export function escapedReferences(text: string): string {
  return text.replaceAll(OPEN, () => ESCAPED);
}
