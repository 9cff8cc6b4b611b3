/** A condition over the text members of an item. */
export type Condition = (item: Readonly<Record<string, unknown>>) => boolean;

/** Members that may be filtered; the answer calls `priceType` `type`. Source: the Retail Prices API's documentation. */
const FIELDS = new Map([
  ...[
    'armRegionName',
    'location',
    'meterId',
    'meterName',
    'productId',
    'skuId',
    'productName',
    'skuName',
    'serviceName',
    'serviceId',
    'serviceFamily',
    'armSkuName',
  ].map((name) => [name, name] as const),
  ['priceType', 'type'],
]);

const TOKEN = /\s*(\(|\)|,|'(?:[^']|'')*'|[A-Za-z]+)\s*/y;

/**
 * Reads `a eq 'x' and (b eq 'y' or contains(c, 'z'))`; undefined when it is anything else.
 *
 * @param ignoresCase whether values are compared without regard to case
 */
export function parseFilter(text: string, ignoresCase: boolean): Condition | undefined {
  const words = tokens(text);
  if (!words) return undefined;
  let at = 0;
  const folded = (value: unknown): string => (ignoresCase ? String(value).toLowerCase() : String(value));
  const take = (word: string): boolean => {
    if (words[at]?.toLowerCase() !== word) return false;
    at += 1;
    return true;
  };

  function either(): Condition | undefined {
    let left = both();
    while (left && take('or')) {
      const [one, other] = [left, both()];
      left = other && ((item) => one(item) || other(item));
    }
    return left;
  }

  function both(): Condition | undefined {
    let left = single();
    while (left && take('and')) {
      const [one, other] = [left, single()];
      left = other && ((item) => one(item) && other(item));
    }
    return left;
  }

  function single(): Condition | undefined {
    if (take('(')) {
      const inner = either();
      return take(')') ? inner : undefined;
    }
    if (take('contains')) {
      const [open, field, comma, value] = [take('('), member(), take(','), quoted()];
      if (!open || !field || !comma || value === undefined || !take(')')) return undefined;
      return (item) => folded(item[field]).includes(folded(value));
    }
    const [field, isEqual, value] = [member(), take('eq'), quoted()];
    return field && isEqual && value !== undefined ? (item) => folded(item[field]) === folded(value) : undefined;
  }

  function member(): string | undefined {
    const field = FIELDS.get(words?.[at] ?? '');
    if (field) at += 1;
    return field;
  }

  function quoted(): string | undefined {
    const word = words?.[at];
    if (!word?.startsWith("'")) return undefined;
    at += 1;
    return word.slice(1, -1).replaceAll("''", "'");
  }

  const condition = either();
  return at === words.length ? condition : undefined;
}

function tokens(text: string): readonly string[] | undefined {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match?.[1]) return undefined;
    found.push(match[1]);
  }
  return found;
}
