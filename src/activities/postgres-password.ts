import type { VaultSecret } from '../azure/ports.ts';
import { POSTGRESQL_API_VERSION } from '../domain/resources/postgresql.ts';
import type { StepContext } from './step.ts';
import { classifyError } from '../azure/classify.ts';
import { AzureError } from '../azure/errors.ts';
import { timedOut, followOperation, startOperation } from './operation.ts';
import { versionOf } from './vault-secrets.ts';
import { isWaiting, type Waiting, waitPatiently } from './waiting.ts';

const MEMORY_KEY = 'postgres-password:applied';
const TIMEOUT_IN_SECONDS = 600;

/** Which password the server has: the vault version that was set, on which incarnation of the server. */
export function passwordMark(context: StepContext, password: VaultSecret): string {
  return `${versionOf(password)}@${context.outputs.read('create_databases', 'postgresIncarnation')}`;
}

/**
 * Sets the administrator's password of the server to the vault's, once for each version and each server.
 *
 * @param applied the mark of the last password that was set, from the step's metadata
 */
export async function applyPostgresPassword(
  context: StepContext,
  password: VaultSecret,
  applied: unknown,
): Promise<Waiting | undefined> {
  const mark = passwordMark(context, password);
  const id = context.outputs.read('create_databases', 'postgresServerId');
  const key = {
    key: 'postgres-password',
    title: 'the password of the PostgreSQL server',
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
  };
  const followed = await followOperation(context, key);
  if (followed && isWaiting(followed)) return followed;
  if (followed) {
    const sent = context.memory.get<string>('postgres-password:sent');
    if (sent !== undefined) await context.memory.set(MEMORY_KEY, sent);
  }
  if (applied === mark || context.memory.get<string>(MEMORY_KEY) === mark) return undefined;

  context.progress(`setting ${key.title}`);
  await context.memory.set('postgres-password:sent', mark);
  try {
    const started = await startOperation(context, key, () =>
      context.azure.arm.patch(id, POSTGRESQL_API_VERSION, {
        properties: { administratorLoginPassword: password.value },
      }),
    );
    if (isWaiting(started)) return started;
  } catch (error) {
    return await whenBusy(context, key, error);
  }
  await context.memory.set(MEMORY_KEY, mark);
  return undefined;
}

/** The server takes one change at a time. */
async function whenBusy(context: StepContext, key: Parameters<typeof timedOut>[0], error: unknown): Promise<Waiting> {
  if (!(error instanceof AzureError)) throw error;
  const verdict = classifyError(error, { operation: 'write' });
  if (verdict.kind !== 'wait') throw error;
  const limitInSeconds = TIMEOUT_IN_SECONDS;
  const waiting = await waitPatiently(context, {
    name: key.key,
    on: key.title,
    limitInSeconds,
    afterInSeconds: verdict.afterInSeconds,
  });
  if (!waiting) throw timedOut(key, limitInSeconds);
  return waiting;
}
