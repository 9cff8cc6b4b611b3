import type { Rows } from './rows.ts';

const PLACE = ['test/unit/domain/generic/generic-config.test.ts'];
const MADE = ['test/unit/engine/generic/converge-generic.test.ts'];
const FIELDS = ['test/unit/domain/ownership/unknown-bodies.test.ts'];
const KIND = ['test/unit/resources/generic-resource.test.ts'];
const REMOVAL = ['test/unit/perform/removal-run.test.ts'];
const TEXTS = ['test/unit/domain/references'];

/** References, and resources whose type is data. */
export const GENERIC_RESOURCES: Rows = {
  'src/domain/references/reference-text.ts': [
    ['a reference that is written out filled in', 'endsWith(ESCAPED)', "endsWith('')", TEXTS],
  ],
  'src/domain/config/rules/references.ts': [
    ['a secret named anywhere', 'secret === undefined || secrets.includes(secret)', 'secret !== null', PLACE],
    ['a password beside a reference', 'createMasker([]).mask(literal) === literal', 'literal !== null', TEXTS],
  ],
  'src/domain/generic/generic-place.ts': [
    ['a resource before what it names', 'const latest = Math.max(first,', 'const latest = Math.min(first,', PLACE],
  ],
  'src/domain/ownership/decide-fields.ts': [
    ['what Azure does not answer compared', 'isWithin(plainPath(at), this.#rules.writeOnly ?? [])', 'false', FIELDS],
    [
      'a key that is gone from the file stays',
      "else if (withdrawn.includes('**')) this.#withdraw",
      'else if (false) this.#withdraw',
      FIELDS,
    ],
  ],
  'src/resources/generic-resource.ts': [
    ['a secret compared with what is live', 'writeOnly: [...writeOnly, ...secret]', 'writeOnly: [...writeOnly]', MADE],
    [
      'what is in a place of others taken for ours',
      '!PLACES.includes(name.split',
      'true || PLACES.includes(name.split',
      KIND,
    ],
  ],
  'src/domain/fingerprint.ts': [
    ['a step that depends on itself', 'step !== input.definition.name', 'step !== null', KIND],
  ],
  'src/perform/removal-run.ts': [
    ['what others need deleted first', 'after: [...after, ...needing]', 'after: [...after]', REMOVAL],
  ],
};
