import { asked } from '../normalize/given.ts';
import { normalizePostgresql } from '../normalize/normalize-data.ts';
import { secretEntries } from '../normalize.ts';
import type { RawConfig } from '../schema.ts';
import { SecretName, secretSetting } from '../secrets.ts';
import { passwordProblem } from './database-password.ts';
import { problem, type RuleProblem } from './rule.ts';

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const MOST_BYTES = 25_600;

/** Why the vault or the database refuses a value; never with the value itself. */
export function valueProblem(name: string, value: string, adminUser: string): string | undefined {
  const bytes = Buffer.byteLength(value);
  if (bytes > MOST_BYTES) return `has ${bytes} bytes; a secret of the vault has at most ${MOST_BYTES}`;
  return name === SecretName.postgresPassword ? passwordProblem(value, adminUser) : undefined;
}

/** Values that stand in the file. */
export function literalValues(raw: RawConfig): readonly RuleProblem[] {
  const { adminUser } = normalizePostgresql(asked(raw.postgresql) ?? {}, '');
  return secretEntries(raw).flatMap((entry) => {
    const { name, place, value } = entry;
    if (typeof value !== 'string' || secretSetting(entry)?.source !== 'literal') return [];
    const why = valueProblem(name, value, adminUser);
    return why === undefined ? [] : [problem(place, why)];
  });
}
