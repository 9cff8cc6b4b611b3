import { HMAC_KEY_NAME, SecretName, vaultName } from '../../domain/config/secrets.ts';
import { COMPOSED } from '../../domain/sections/composed-secrets.ts';
import type { Place } from '../compose/tree.ts';
import { Names, secretKey } from './names.ts';
import type { Report } from './report.ts';
import { variablesOf } from './text.ts';
import { isOwnPassword, isRandomSecret, maskedText, type VariableFacts } from './variable-facts.ts';

/** Names of the vault with a meaning of their own, which no other secret may have. */
const RESERVED = [
  ...Object.values(COMPOSED),
  SecretName.postgresPassword,
  SecretName.mongodbUrl,
  SecretName.registryPassword,
  vaultName(HMAC_KEY_NAME),
];

const GENERATED = 'a new value is generated once and kept in the vault; the one here is for development';

interface Group {
  key: string;
  readonly variable: string;
  readonly members: VariableFacts[];
  isGenerated: boolean;
}

/** The secrets of the configuration: variables that have the same value have one between them. */
export class SecretPlan {
  /** Key → `env:NAME`, or nothing for one that is generated, in the order in which they are asked for. */
  readonly config: Record<string, string> = {};
  readonly #report: Report;
  readonly #groups = new Map<string, Group>();
  readonly #names = new Names(RESERVED, vaultName);
  readonly #variables = new Names();
  readonly #files = new Map<string, string>();
  /** What variables stand for that secrets are written with. */
  readonly #values: ReadonlyMap<string, string | undefined>;

  /** @param all every variable that stays a variable */
  constructor(all: readonly VariableFacts[], report: Report) {
    this.#report = report;
    const whole = all.filter(({ secrecy }) => secrecy === 'whole');
    const partly = all.filter(({ secrecy }) => secrecy === 'part');
    this.#values = new Map(whole.flatMap(({ tree, value }) => variablesOf(tree).map((name) => [name, value] as const)));
    for (const one of whole) this.#groupOf(one).members.push(one);
    for (const group of this.#groups.values()) {
      const isMade = group.members.some(({ name, owner }) => isOwnPassword(name, owner.known) || isRandomSecret(name));
      group.isGenerated = isMade && !partly.some((one) => isWithin(group, one));
    }
    for (const one of partly) this.#groupOf(one).members.push(one);
  }

  /** The key of the secret of a variable. */
  keyOf(one: VariableFacts): string {
    const group = this.#groupOf(one);
    if (!(group.key in this.config)) this.#define(group, one);
    return group.key;
  }

  /** The key of a secret that is given from outside, for something else than a variable. */
  given(
    id: string,
    wish: string,
    at: { readonly place: Place; readonly path: string; readonly text: (name: string) => string },
  ): string {
    const known = this.#files.get(id);
    if (known !== undefined) return known;
    const key = this.#names.take(secretKey(wish), 100);
    const variable = this.#variables.take(key.toUpperCase(), 100).replaceAll('-', '_');
    this.config[key] = `env:${variable}`;
    this.#files.set(id, key);
    this.#report.left(at.place, at.path, at.text(variable), ['secrets', key]);
    return key;
  }

  /** The key of a secret of which any value will do. */
  generated(id: string, wish: string, place: Place, path: string): string {
    const known = this.#files.get(id);
    if (known !== undefined) return known;
    const key = this.literal(id, wish, '');
    this.#report.left(place, path, GENERATED, ['secrets', key]);
    return key;
  }

  /** The key of a secret that is none: a text that is mounted as a file. */
  literal(id: string, wish: string, text: string): string {
    const known = this.#files.get(id);
    if (known !== undefined) return known;
    const key = this.#names.take(secretKey(wish), 100);
    this.config[key] = text;
    this.#files.set(id, key);
    return key;
  }

  #groupOf(one: VariableFacts): Group {
    const id = this.#identityOf(one);
    const known = this.#groups.get(id);
    if (known) return known;
    const variable = variableOf(one);
    const isReserved = RESERVED.includes(vaultName(secretKey(variable)));
    const wish = isReserved ? `${one.owner.key}_${variable}` : variable;
    const key = this.#names.take(secretKey(wish), 100).replaceAll('-', '_');
    const group: Group = {
      key,
      variable: this.#variables.take(variable, 100).replaceAll('-', '_'),
      members: [],
      isGenerated: false,
    };
    this.#groups.set(id, group);
    return group;
  }

  /** What two must have in common to be the same secret. */
  #identityOf({ tree, name, value, secrecy }: VariableFacts): string {
    if (secrecy === 'part') return `part ${name} ${tree.text}`;
    if (tree.text === null) return `variable ${name}`;
    const [variable] = variablesOf(tree);
    if (variable !== undefined) return `variable ${variable}`;
    // A file of variables may be given to a container and fill others in as well.
    const isVariable = value !== undefined && this.#values.get(name) === value;
    return isVariable ? `variable ${name}` : `value ${value}`;
  }

  #define(group: Group, one: VariableFacts): void {
    const { key, variable, isGenerated, members } = group;
    this.config[key] = isGenerated ? '' : `env:${variable}`;
    const keys = [...new Set([one, ...members].map(({ path }) => path))].join(', ');
    this.#report.left(one.tree.place, keys, textOf(one, group), ['secrets', key]);
  }
}

function textOf({ secrecy, tree }: VariableFacts, { variable, isGenerated }: Group): string {
  if (isGenerated) return GENERATED;
  if (secrecy === 'part') {
    // As it is written: what variables stand for is not told.
    const shown = maskedText(tree.text ?? '')
      .replace(/\s+/g, ' ')
      .slice(0, 200);
    return `holds a secret: set the variable ${variable} where you deploy, to what it is there: ${shown}`;
  }
  return `is a secret, and no part of the configuration: set the variable ${variable} where you deploy`;
}

function variableOf({ tree, name, secrecy }: VariableFacts): string {
  const [variable = name] = secrecy === 'whole' ? variablesOf(tree) : [];
  const plain = variable.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

function isWithin({ members }: Group, { tree, value = '' }: VariableFacts): boolean {
  const variables = variablesOf(tree);
  return members.some((one) => {
    const [variable] = variablesOf(one.tree);
    if (variable !== undefined && variables.includes(variable)) return true;
    return one.value !== undefined && one.value.length > 2 && value.includes(one.value);
  });
}
