import { reservedWord } from '../../domain/config/rules/names.ts';
import { sha256 } from '../../shared/json.ts';

/** Where nothing that was found can be a name. */
const NO_NAME = 'app';
const PROJECT_LENGTH = 32;

/**
 * A name for the application or a part of it, of which others are made: lower-case letters, digits and single hyphens, beginning with a letter.
 *
 * @param candidates the first of which something is left
 */
export function plainName(candidates: readonly (string | undefined)[]): string {
  for (const candidate of candidates) {
    const name = (candidate ?? '')
      .normalize('NFKD')
      .replaceAll(/(?<=[a-z])(?=[A-Z][a-z])/g, '-')
      .toLowerCase()
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^[0-9-]+/, '')
      .slice(0, PROJECT_LENGTH)
      .replace(/-+$/, '');
    if (name.length > 1) return name;
  }
  return NO_NAME;
}

/** A name that must be free in all of Azure. */
export interface UniqueName {
  /** Its place in the configuration. */
  readonly path: readonly [section: string, key: string];
  /** Key of the resource that has it. */
  readonly resource: string;
  make(project: string, suffix: string): string;
}

/** The longest vault has 24 characters, as has the longest storage account: src/domain/name-rules.ts. */
const SHORTEST_LIMIT = 24;

/** The names that configurations give, section by section; each is within its rule in src/domain/name-rules.ts. */
export const UNIQUE_NAMES: readonly UniqueName[] = [
  { path: ['key_vault', 'name'], resource: 'key-vault', make: hyphenated('kv') },
  { path: ['container_registry', 'name'], resource: 'registry', make: inOneWord },
  { path: ['postgresql', 'server_name'], resource: 'postgresql', make: hyphenated('postgres') },
  { path: ['redis', 'name'], resource: 'redis', make: hyphenated('redis') },
  { path: ['storage', 'account'], resource: 'storage', make: inOneWord },
];

function hyphenated(what: string): UniqueName['make'] {
  return (project, suffix) => {
    const tail = `-${what}-${suffix}`;
    return `${allowed(project)
      .slice(0, SHORTEST_LIMIT - tail.length)
      .replace(/-+$/, '')}${tail}`;
  };
}

function inOneWord(project: string, suffix: string): string {
  return `${allowed(project)
    .replaceAll('-', '')
    .slice(0, SHORTEST_LIMIT - suffix.length)}${suffix}`;
}

function allowed(project: string): string {
  return reservedWord(project) === undefined ? project : NO_NAME;
}

const SUFFIX_LENGTH = 5;
/** Without what is easily taken for another: https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * What makes a name one that nobody else has: the same for the same place, so that asking twice proposes the same.
 *
 * @param place what is the same as long as the answer shall be
 * @param attempt counts names that turned out to be taken
 */
export function nameSuffix(place: string, attempt = 0): string {
  const digest = Buffer.from(sha256(`${place}\n${attempt}`), 'hex');
  return [...digest.subarray(0, SUFFIX_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
