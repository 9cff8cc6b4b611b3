/** A media range of an `Accept` header, with how much it is wanted: 0 is not at all. */
interface MediaRange {
  /** In lower case: `text/plain`, `text/*` or an asterisk on both sides. */
  readonly range: string;
  readonly quality: number;
}

// What is quoted separates nothing. A quote that is not closed goes to the end, so that no text is gone through twice.
const ELEMENT = /(?:"(?:[^"\\]|\\.?)*"?|[^,"])+/g;
const PART = /(?:"(?:[^"\\]|\\.?)*"?|[^;"])+/g;

/**
 * How much a client wants a media type, from 0 to 1: the most specific range that it falls under decides, parameters but the
 * quality aside.
 *
 * @param accept the header; empty: anything will do
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
export function qualityOf(accept: string, type: string): number {
  const ranges = rangesOf(accept);
  if (ranges.length === 0) return 1;
  for (const wanted of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const found = ranges.find(({ range }) => range === wanted);
    if (found) return found.quality;
  }
  return 0;
}

/** Whether a client names a media type, wants it, and no other one of these more: a range that it falls under does not name it. */
export function asksFor(accept: string, type: string, others: readonly string[]): boolean {
  const quality = qualityOf(accept, type);
  const isNamed = rangesOf(accept).some(({ range }) => range === type);
  return isNamed && quality > 0 && others.every((other) => qualityOf(accept, other) <= quality);
}

function rangesOf(accept: string): readonly MediaRange[] {
  return (accept.match(ELEMENT) ?? []).flatMap((element) => {
    const [range = '', ...parameters] = (element.match(PART) ?? []).map((part) => part.trim().toLowerCase());
    return range === '' ? [] : [{ range, quality: weightOf(parameters) }];
  });
}

/** 1 where there is none, or none that is one. https://www.rfc-editor.org/rfc/rfc9110#name-quality-values */
function weightOf(parameters: readonly string[]): number {
  const weight = parameters
    .map((parameter) => /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter)?.[1])
    .find(Boolean);
  return weight === undefined ? 1 : Number(weight);
}
