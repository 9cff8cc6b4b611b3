import { z } from 'zod';
import type { VaultSecret } from '../azure/ports.ts';
import { doOnce } from '../engine/do-once.ts';
import { defineRecord } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import { POSTGRESQL_SERVER } from '../resources/postgresql-server.ts';
import { versionOf } from './vault-secrets.ts';

/** The mark of the password that this run has set. */
const appliedMark = defineRecord({ name: 'postgres-password:applied', scope: 'run', schema: z.string() });
const TIMEOUT_IN_SECONDS = 600;

/** Which password the server has: the vault version that was set, on which incarnation of the server. */
export function passwordMark(context: StepContext, password: VaultSecret): string {
  return `${versionOf(password)}@${context.outputs.read('postgresIncarnation')}`;
}

/**
 * Sets the administrator's password of the server to the vault's, once for each version and each server.
 *
 * @param applied the mark of the last password that was set, from the step's metadata
 * @returns undefined when the server has it, or who only looks cannot know
 */
export async function applyPostgresPassword(
  context: StepContext,
  password: VaultSecret,
  applied: unknown,
): Promise<Waiting | undefined> {
  // Azure answers no password, and the database is not signed in to.
  if (context.looksOnly) return undefined;
  const mark = passwordMark(context, password);
  const id = context.outputs.read('postgresServerId');
  const body = { properties: { administratorLoginPassword: password.value } };
  return await doOnce(context, appliedMark, {
    key: `postgres-password:${mark}`,
    title: 'the password of the PostgreSQL server',
    beginning: 'setting the password of the PostgreSQL server',
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
    mark,
    ...(applied === mark && { done: true }),
    send: () => context.azure.arm.patch(id, POSTGRESQL_SERVER.apiVersion, body),
  });
}
