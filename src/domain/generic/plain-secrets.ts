import { isJsonObject, type Json } from '../../shared/json.ts';
import { createMasker } from '../masking.ts';
import { literalPart } from '../references/reference-text.ts';

/** Keys whose text is nothing but a secret. */
const SECRET_KEY =
  /(?:password|clientSecret|(?:shared|access|account|primary|secondary|master)Key|connectionString|sasToken)$/i;
const SECRET_VALUE = /(?:^|\.)secrets\.\d+\.value$/i;
/** Switches may be called so as well. */
const SWITCH = /^(?:true|false|enabled|disabled|none)$/i;

/** Whether what stands at a path is a secret by the name that it has there. */
export function isSecretPath(path: readonly string[]): boolean {
  return SECRET_KEY.test(path.at(-1) ?? '') || SECRET_VALUE.test(path.join('.'));
}

/**
 * Places of secrets in plain text, told by their keys or by what surrounds them: what is kept in configurations and states has none.
 *
 * @param path of the value itself
 */
export function plainSecrets(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'string') {
    const members: readonly (readonly [string | number, Json])[] = Array.isArray(value)
      ? [...value.entries()]
      : Object.entries(isJsonObject(value) ? value : {});
    return members.flatMap(([name, member]) => plainSecrets(member, [...path, String(name)]));
  }
  const literal = literalPart(value);
  const isOne = isSecretPath(path) && literal.trim() !== '' && literal === value && !SWITCH.test(literal);
  return isOne || createMasker([]).mask(literal) !== literal ? [path] : [];
}
