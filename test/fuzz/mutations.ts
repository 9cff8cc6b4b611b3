import fc from 'fast-check';

/** Pieces that have broken parsers before. */
const PIECES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '"__proto__": {"polluted": true}'],
  ...[
    '__proto__:\n  polluted: true\n',
    'constructor:\n  prototype:\n    polluted: true\n',
    '<<: *a',
    '&a ',
    '*a',
    '*b',
  ],
  ...[
    '&a [*a]',
    '&a {b: *a}',
    '!!js/function ',
    '!!binary ',
    '!<tag:x> ',
    '%YAML 9.9\n',
    '---\n',
    '...\n',
    '- ',
    '? ',
    ': ',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '`',
    '|',
    '>',
    '|2-\n',
    '#',
    '\\',
    '\\u0000',
    '\\ud800',
    '\u0000',
    '\ud800',
    '\udc00',
  ],
  ...['\ufeff', '\u2028', '\u202e', '\u0085', '\r', '\t', '\n', '\n\n', ' ', '   ', 'é', '😀', 'ﷺ', 'ı', 'İ'],
  ...[
    '1e999',
    '-1e999',
    '1e300',
    '9'.repeat(400),
    '0x1F',
    '0o17',
    '-0',
    '.inf',
    '.nan',
    '1_000',
    'null',
    '~',
    'true',
    'NaN',
  ],
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    '..',
    '.',
    '//',
    '%2e%2e%2f',
    '$HOME',
    '${HOME}',
    '$(id)',
    'env:PATH',
    'keyvault:../x',
  ],
  ...[
    '2026-13-45T99:99:99Z',
    'a'.repeat(5000),
    '*'.repeat(60),
    '**/'.repeat(30),
    '[z-a]',
    '[',
    '[^',
    '[a',
    '\\',
    '!',
    '#',
  ],
] as const;

const position = fc.double({ min: 0, max: 1, noNaN: true });
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('[', '{', '- ', '? ', '{"a":', '[[', '["]",', '(', ' ', '\n '),
        fc.integer({ min: 2, max: 3000 }),
      )
      .map(([text, times]) => text.repeat(times)),
  },
);
const edit = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'replace', 'repeat', 'swap', 'cut'),
  at: position,
  length: fc.integer({ min: 0, max: 200 }),
  piece,
});
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

/** One of the texts with a few edits; rarely a text of its own. */
export function mutated(...texts: readonly string[]): fc.Arbitrary<string> {
  const edits = fc.array(edit, { minLength: 0, maxLength: 6 });
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(fc.constantFrom(...texts), edits).map(([text, all]) => all.reduce(applied, text)),
    },
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')) },
  );
}

function applied(text: string, { kind, at, length, piece: added }: Edit): string {
  const start = Math.floor(at * text.length);
  const before = text.slice(0, start);
  const span = text.slice(start, start + length);
  const after = text.slice(start + length);
  switch (kind) {
    case 'insert':
      return before + added + span + after;
    case 'delete':
      return before + after;
    case 'replace':
      return before + added + after;
    case 'repeat':
      return before + span + span + after;
    case 'swap':
      return after + span + before;
    default:
      return before;
  }
}

/** A name that means something to JavaScript, or anything. */
const hostileKey = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 }));

const leaf = fc.oneof(
  fc.constantFrom<unknown>(...PIECES, null, true, false, 0, -1, 1e308, 2 ** 53, -0.5, [], {}),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON, with keys that hurt. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(hostileKey, tie('value')), { maxLength: 4 }).map((entries) => objectOf(entries as never)),
  ),
})).value;

/** With `__proto__` as a key like any other, as JSON.parse makes it. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}

/** The document with values put in, taken away or exchanged at a few places. */
export function mutatedDocument(document: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({ at: fc.nat(), key: fc.option(hostileKey, { nil: undefined }), value: hostileJson });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<unknown>((current, { at, key, value }) => {
      const copy = structuredClone(current);
      const places = containersOf(copy);
      const place = places[at % Math.max(1, places.length)];
      if (!place) return value;
      const names = Object.keys(place);
      const name = key ?? names[at % Math.max(1, names.length)] ?? 'x';
      Object.defineProperty(place, name === 'length' ? 'x' : name, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      return copy;
    }, document),
  );
}

function containersOf(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersOf)];
}
