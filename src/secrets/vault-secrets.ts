import type { Vault, VaultSecret } from '../azure/ports.ts';
import { ownerTags } from '../domain/tags.ts';
import type { StepContext } from '../engine/step.ts';
import { endPatience, isWaiting, type Waiting, waitPatiently } from '../engine/waiting.ts';
import { UserError } from '../shared/errors.ts';

/** A deleted secret is back within seconds. */
const RECOVERY_LIMIT_IN_SECONDS = 300;

export type Stored = { readonly kind: 'stored'; readonly secret: VaultSecret } | Waiting;

/** One vault's secrets, each read at most once per call of a step. */
export interface VaultSecrets {
  /** The secret as it is; a soft-deleted one is put back first. */
  read(name: string): Promise<{ readonly kind: 'read'; readonly secret: VaultSecret | undefined } | Waiting>;
  /** Keeps what the vault has; makes a value only when it has none. */
  keep(name: string, make: () => string): Promise<Stored>;
  /** Writes only a value that differs: every write is a new version, and a new version a release. */
  put(name: string, value: string): Promise<Stored>;
}

export function vaultSecrets(context: StepContext, vault: Vault): VaultSecrets {
  const tags = ownerTags(context.environment);

  async function read(name: string): ReturnType<VaultSecrets['read']> {
    const recovering = `recovering:${name}`;
    const secret = await vault.get(name);
    if (secret) return await found(name, secret);
    // Once asked for, a recovery is under way and the vault knows neither the secret nor the deleted one.
    if (context.memory.get<string>(recovering) !== context.runId) {
      if (!(await vault.recover(name))) return { kind: 'read', secret: undefined };
      context.progress(`recovering the secret ${name}, which was deleted`);
      await context.memory.set(recovering, context.runId);
      const recovered = await vault.get(name);
      if (recovered) return await found(name, recovered);
    }
    return await waitForRecovery(name);
  }

  async function found(name: string, secret: VaultSecret): ReturnType<VaultSecrets['read']> {
    await context.memory.delete(`recovering:${name}`);
    await endPatience(context, `secret:${name}`);
    return { kind: 'read', secret };
  }

  async function waitForRecovery(name: string): Promise<Waiting> {
    const on = `the recovery of the secret ${name}`;
    const waiting = await waitPatiently(context, {
      name: `secret:${name}`,
      on,
      limitInSeconds: RECOVERY_LIMIT_IN_SECONDS,
    });
    if (waiting) return waiting;
    throw new UserError(`${on} took longer than ${RECOVERY_LIMIT_IN_SECONDS} seconds.`, {
      code: 'OperationTimedOut',
      hint: 'Start the deployment again.',
    });
  }

  async function write(name: string, value: string): Promise<Stored> {
    const secret = await vault.set(name, value, tags);
    context.progress(`secret ${name} written`);
    return { kind: 'stored', secret };
  }

  return {
    read,
    async keep(name, make) {
      const found = await read(name);
      if (isWaiting(found)) return found;
      return found.secret ? { kind: 'stored', secret: found.secret } : await write(name, make());
    },
    async put(name, value) {
      const found = await read(name);
      if (isWaiting(found)) return found;
      const isSame = found.secret?.value === value;
      return found.secret && isSame ? { kind: 'stored', secret: found.secret } : await write(name, value);
    },
  };
}

/** The version in a secret's URL: its last segment. */
export function versionOf({ id }: Pick<VaultSecret, 'id'>): string {
  return id.split('/').at(-1) ?? '';
}
