import { createMasker } from '../../masking.ts';
import { namesOutput } from '../../terraform/output-reference.ts';
import type { RuleProblem } from '../rules/rule.ts';
import type { SecretEntry } from '../secrets.ts';
import type { FilledValue } from './filled-in.ts';

/** How the names of variables end that hold a secret, in containers as in shells. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:api|access|account|private|signing|encryption|secret)_?key|connection_?string)$/i;
/** Whether a variable of that name probably holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Keys whose members are settings of others by names of their own. */
const SETTINGS = ['env', 'args', 'metadata', 'headers'];
/** Keys of which a value names a secret and is none. */
const NAMES_A_SECRET = ['secret', 'secrets'];

/**
 * What a configuration is stored with, and a plan shows, is no secret: those are named, and never filled in.
 *
 * @param secrets the keys of the file that have one
 */
export function filledSecrets(
  filled: readonly FilledValue[],
  secrets: readonly Pick<SecretEntry, 'place'>[],
): readonly RuleProblem[] {
  const places = new Set(secrets.map(({ place }) => place.join('.')));
  return filled.flatMap((one) => {
    const { path, variables } = one;
    const [name = 'NAME'] = variables;
    const isOfState = namesOutput(name);
    if (places.has(path.join('.'))) {
      const way = isOfState ? `mark ${name} as sensitive` : `write env:${name}`;
      return isNamed(one) && !isOfState ? [] : [{ path, message: `is a secret, and is not filled in; ${way}` }];
    }
    if (!looksSecret(one)) return [];
    const key = (name.split('.').at(-1) ?? name).toLowerCase();
    const written = isOfState ? `\${{${name}}}" under secrets, marked as sensitive` : `env:${name}" under secrets`;
    const message = `looks like a secret, and would be stored with the configuration; write "${key}: ${written}, and {secret: ${key}} here`;
    return [{ path, message }];
  });
}

function isNamed({ text }: FilledValue): boolean {
  return text === '' || /^(?:env|keyvault):/.test(text);
}

function looksSecret({ path, variables, text }: FilledValue): boolean {
  if (text === '' || path.some((key) => NAMES_A_SECRET.includes(key))) return false;
  const names = SETTINGS.includes(path.at(-2) ?? '') ? [...variables, path.at(-1) ?? ''] : variables;
  return names.some(isSecretName) || createMasker([]).mask(text) !== text;
}
