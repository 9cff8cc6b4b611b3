import { z } from 'zod';
import type { VaultSecret } from '../azure/ports.ts';
import {
  busyOrThrow,
  followOperation,
  type OperationKey,
  startOperation,
  whileOthersWrite,
} from '../engine/operation.ts';
import { defineRecord } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import type { NotReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
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
 * @returns undefined when the server has it
 */
export async function applyPostgresPassword(
  context: StepContext,
  password: VaultSecret,
  applied: unknown,
): Promise<Waiting | undefined> {
  const mark = passwordMark(context, password);
  const key = {
    key: `postgres-password:${mark}`,
    title: 'the password of the PostgreSQL server',
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
  };
  const followed = await followOperation(context, key);
  if (followed && isWaiting(followed)) return followed;
  if (followed) await context.memory.write(appliedMark, mark);
  if (applied === mark || context.memory.read(appliedMark) === mark) return undefined;
  const waiting = await whileOthersWrite<Waiting | undefined>(context, key, () => setPassword(context, password, key));
  if (waiting) return waiting;
  await context.memory.write(appliedMark, mark);
  return undefined;
}

async function setPassword(
  context: StepContext,
  password: VaultSecret,
  key: OperationKey,
): Promise<Waiting | undefined | NotReady<never>> {
  context.progress(`setting ${key.title}`);
  const id = context.outputs.read('postgresServerId');
  const body = { properties: { administratorLoginPassword: password.value } };
  try {
    const started = await startOperation(context, key, () =>
      context.azure.arm.patch(id, POSTGRESQL_SERVER.apiVersion, body),
    );
    return isWaiting(started) ? started : undefined;
  } catch (error) {
    return busyOrThrow(context, key, error);
  }
}
