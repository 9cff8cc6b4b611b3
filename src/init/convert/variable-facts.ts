import { isSecretName } from '../../domain/config/interpolation/secret-values.ts';
import { createMasker } from '../../domain/masking.ts';
import type { TextTree } from '../compose/tree.ts';
import type { ServiceFacts } from './facts.ts';
import type { KnownServer } from './known-servers.ts';
import { composeText, variablesOf } from './text.ts';

/** A variable of a service, and what can be told of it at once. */
export interface VariableFacts {
  readonly owner: ServiceFacts;
  readonly name: string;
  readonly tree: TextTree;
  /** Dotted, in the Compose file. */
  readonly path: string;
  /** As Compose reads it; undefined: it comes from the shell. */
  readonly value: string | undefined;
  readonly secrecy: Secrecy;
}

/** `whole`: the value is a secret; `part`: one stands in it; `none`: nothing says that it is one. */
type Secrecy = 'whole' | 'part' | 'none';

/** Names that end in other ways, and hold secrets all the same. */
const FURTHER_SECRET =
  /^requirepass$|(?:^|_)(?:pass|secret_key_base|app_key|master_key|auth_key|salt|private_pem)$|(?:password|secret)s?_?\d+$/i;

/** Of all services, each with its own. */
export function variablesOfAll(all: readonly ServiceFacts[]): ReadonlyMap<ServiceFacts, readonly VariableFacts[]> {
  const logins = new Set(
    all.flatMap(({ service }) =>
      [...service.variables].flatMap(([name, tree]) => (LOGIN.test(name) ? (composeText(tree) ?? []) : [])),
    ),
  );
  return new Map(all.map((facts) => [facts, variableFacts(facts, logins)]));
}

const LOGIN = /user(?:name)?$|login$/i;
/** What a store of files calls the login of its clients. */
const ACCESS_KEY = /access_?key(?:_?id)?$/i;

/** @param logins names by which services let others in */
function variableFacts(owner: ServiceFacts, logins: ReadonlySet<string>): readonly VariableFacts[] {
  const { service } = owner;
  return [...service.variables].map(([name, tree]) => {
    const value = tree.text === null ? undefined : composeText(tree);
    const path = `services.${service.name}.environment.${name}`;
    return { owner, name, tree, path, value, secrecy: isLogin(name, value) ? 'none' : secrecyOf(name, tree, value) };
  });

  function isLogin(name: string, value: string | undefined): boolean {
    return ACCESS_KEY.test(name) && value !== undefined && logins.has(value);
  }
}

export function looksSecret(name: string): boolean {
  return isSecretName(name) || FURTHER_SECRET.test(name);
}

const masker = createMasker([]);

function secrecyOf(name: string, tree: TextTree, value: string | undefined): Secrecy {
  const variables = variablesOf(tree);
  const isNamed = looksSecret(name);
  if (value === undefined) return isNamed ? 'whole' : 'none';
  // The path of a file with a secret is none.
  if (/^\/[\w./-]+$/.test(value)) return 'none';
  if (isNamed) return value === '' && variables.length === 0 ? 'none' : 'whole';
  const isOne = /^\$\{?\w+(?:[:?-].*)?\}?$/s.test(tree.text ?? '');
  if (variables.some(looksSecret)) return isOne && variables.length === 1 ? 'whole' : 'part';
  return masker.mask(value) === value ? 'none' : 'part';
}

/** The value with what looks like a secret in it blotted out. */
export function maskedText(value: string): string {
  return masker.mask(value);
}

/** Whether the service makes its own password of it, so that it need only be the same everywhere. */
export function isOwnPassword(name: string, known: KnownServer | undefined): boolean {
  return known?.passwords?.includes(name) ?? false;
}

/** Secrets by which an application knows only what it made itself. */
const RANDOM =
  /^(?:.*_)?(?:JWT|SESSION|COOKIE|CSRF|NEXTAUTH|AUTHJS|BETTER_AUTH)_(?:SECRET|SECRET_KEY|SIGNING_KEY)$|^(?:(?:DJANGO|FLASK|APP|APPLICATION|RAILS)_)?(?:SECRET|SECRET_KEY|SECRET_KEY_BASE)$/i;

export function isRandomSecret(name: string): boolean {
  return RANDOM.test(name);
}
