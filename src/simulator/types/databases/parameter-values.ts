import type { Refusal } from '../../refusal.ts';
import { SERVER_PARAMETERS } from '../postgres-parameters.ts';
import { invalidValue } from '../postgresql-rules.ts';
import { allowedByVersion } from './extensions.ts';

/**
 * Why a parameter cannot have this value on a server of this version; the words:
 * https://github.com/pulumi/pulumi-azure-native/issues/898. What is not among the parameters of the simulator has any value.
 */
export function parameterProblem(parameter: string, value: string, version: string): Refusal | undefined {
  const known = SERVER_PARAMETERS[parameter.toLowerCase()];
  if (!known) return undefined;
  const allowed = allowedByVersion(parameter, version) ?? known.allowedValues;
  return isAllowed(known.dataType, allowed, value) ? undefined : invalidValue('configurationValue');
}

/** Names are the same in any case: https://learn.microsoft.com/azure/postgresql/extensions/how-to-allow-extensions has both. */
function isAllowed(dataType: string, allowed: string, value: string): boolean {
  const named = allowed.toLowerCase().split(',');
  switch (dataType) {
    case 'Set':
      return value.split(',').every((one) => named.includes(one.trim().toLowerCase()));
    case 'Boolean':
    case 'Enumeration':
      return named.includes(value.toLowerCase());
    case 'Integer': {
      const [, least, most] = /^(-?\d+)-(-?\d+)$/.exec(allowed) ?? [];
      return /^-?\d+$/.test(value) && Number(value) >= Number(least) && Number(value) <= Number(most);
    }
    default:
      return true;
  }
}

/** Server encodings: https://www.postgresql.org/docs/current/multibyte.html */
const CHARSETS =
  /^(?:BIG5|EUC_CN|EUC_JP|EUC_JIS_2004|EUC_KR|EUC_TW|ISO_8859_[5-8]|KOI8[RU]|LATIN(?:[1-9]|10)|MULE_INTERNAL|SQL_ASCII|UTF-?8|WIN(?:866|874|125[0-8]))$/i;
/** Locales of the C library: `C`, `en_US.utf8`, `de_DE@euro`. */
const COLLATION = /^(?:C|POSIX|C\.utf-?8|[a-z]{2,3}_[A-Z]{2}(?:\.[\w-]+)?(?:@\w+)?)$/i;

export function collationProblem(charset: unknown, collation: unknown): Refusal | undefined {
  if (typeof charset === 'string' && !CHARSETS.test(charset)) return invalidValue('charset');
  return typeof collation === 'string' && !COLLATION.test(collation) ? invalidValue('collation') : undefined;
}
