import { NAME_RULES } from '../../domain/name-rules.ts';

/** A name of lower-case letters, digits and single hyphens that begins with a letter. */
function plainName(name: string, longest: number): string {
  const folded = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const trimmed = folded.replace(/^-+|-+$/g, '');
  const begun = /^[a-z]/.test(trimmed) ? trimmed : `app-${trimmed}`;
  return begun.slice(0, longest).replace(/-+$/, '');
}

/** The longest name of a container app. */
const LONGEST_APP = 32;

/** The key of a service under which it has a name that Azure takes: its own, as long as that is one. */
export function serviceKey(name: string): string {
  if (/^[a-z][a-z0-9_-]*$/.test(name) && NAME_RULES.containerApp.pattern.test(name.replaceAll('_', '-'))) return name;
  const plain = plainName(name, LONGEST_APP);
  return plain.length < 2 ? `${plain}-app` : plain;
}

/** The name of a file share. */
export function shareName(name: string): string {
  const plain = plainName(name, 63);
  return plain.length < 3 ? `${plain}-data` : plain;
}

/** The name of a volume of a service: a label of RFC 1123. */
export function volumeName(path: string): string {
  return plainName(path, 40).replace(/^app-/, '') || 'files';
}

/** The key of a secret: what its name in a vault may have. */
export function secretKey(name: string): string {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return (/^[a-z]/.test(plain) ? plain : `secret_${plain}`).slice(0, 100).replace(/_+$/, '');
}

/** Gives each name to one thing. */
export class Names {
  readonly #taken: Set<string>;
  readonly #fold: (name: string) => string;

  /** @param fold what of a name counts */
  constructor(taken: Iterable<string> = [], fold: (name: string) => string = (name) => name) {
    this.#fold = fold;
    this.#taken = new Set([...taken].map(fold));
  }

  /** The wished one, or with a number behind it. */
  take(wish: string, longest = LONGEST_APP): string {
    for (let number = 1; ; number += 1) {
      const end = number === 1 ? '' : `-${number}`;
      const name = `${wish.slice(0, longest - end.length).replace(/-+$/, '')}${end}`;
      if (this.#taken.has(this.#fold(name))) continue;
      this.#taken.add(this.#fold(name));
      return name;
    }
  }
}
