import type { VaultSecret } from '../azure/ports.ts';
import { followOperation, startOperation, waitOutConflict } from '../engine/operation.ts';
import type { StepContext } from '../engine/step.ts';
import { isWaiting, type Waiting } from '../engine/waiting.ts';
import { POSTGRESQL_SERVER } from '../resources/postgresql-server.ts';
import { versionOf } from './vault-secrets.ts';

const APPLIED = 'postgres-password:applied';
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
  if (followed) await context.memory.set(APPLIED, mark);
  if (applied === mark || context.memory.get<string>(APPLIED) === mark) return undefined;

  context.progress(`setting ${key.title}`);
  const id = context.outputs.read('postgresServerId');
  const body = { properties: { administratorLoginPassword: password.value } };
  try {
    const started = await startOperation(context, key, () =>
      context.azure.arm.patch(id, POSTGRESQL_SERVER.apiVersion, body),
    );
    if (isWaiting(started)) return started;
  } catch (error) {
    return await waitOutConflict(context, key, error);
  }
  await context.memory.set(APPLIED, mark);
  return undefined;
}
