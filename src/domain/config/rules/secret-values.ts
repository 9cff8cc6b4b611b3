import { asked } from '../normalize/given.ts';
import { normalizePostgresql } from '../normalize/normalize-data.ts';
import { secretEntries } from '../normalize.ts';
import type { RawConfig } from '../schema.ts';
import { SecretName } from '../secrets.ts';
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

/** @param values what stands in the file, or is read beside it, by the place of its key */
export function literalValues(raw: RawConfig, values: ReadonlyMap<string, string>): readonly RuleProblem[] {
  const { adminUser } = normalizePostgresql(asked(raw.postgresql) ?? {}, '');
  return secretEntries(raw).flatMap(({ name, place }) => {
    const value = values.get(place.join('.'));
    const why = value === undefined ? undefined : valueProblem(name, value, adminUser);
    return why === undefined ? [] : [problem(place, why)];
  });
}
