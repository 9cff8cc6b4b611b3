import type { Vault, VaultSecret } from '../azure/ports.ts';
import { recordedFamily } from '../domain/outputs.ts';
import { isOfEarlierLife, lifeTags, ownerTags } from '../domain/tags.ts';
import { defineRecords, doneSchema } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { type NotReady, notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';

/** A deleted secret is back within seconds. */
const RECOVERY_LIMIT_IN_SECONDS = 300;

/** This run has asked for the recovery of a deleted secret. */
const recoveries = defineRecords({ name: 'recovering', scope: 'run', schema: doneSchema });

export type Stored = { readonly kind: 'stored'; readonly secret: VaultSecret } | Waiting;

type Read = { readonly kind: 'read'; readonly secret: VaultSecret | undefined };

/** One vault's secrets, each read at most once per call of a step. */
export interface VaultSecrets {
  /** The secret as it is; a soft-deleted one is put back first. */
  read(name: string): Promise<Read | Waiting>;
  /** Keeps what the vault has; makes a value only when it has none, or one of an earlier life of the environment. */
  keep(name: string, make: () => string): Promise<Stored>;
  /** Writes only a value that differs: every write is a new version, and a new version a release. */
  put(name: string, value: string): Promise<Stored>;
}

export function vaultSecrets(context: StepContext, vault: Vault): VaultSecrets {
  const { life } = context.state;
  const tags = { ...ownerTags(context.environment), ...lifeTags(life) };
  // A vault that was recovered has the secrets of before. Once this life has its own, whoever changes one by hand is right.
  const isSettled = Object.keys(recordedFamily(context.state, 'secret')).length > 0;
  const isEarlier = (secret: VaultSecret): boolean =>
    life !== undefined && !isSettled && isOfEarlierLife(secret.tags, life);

  async function read(name: string): Promise<Read | Waiting> {
    return await untilReady<Read>(context, `secret:${name}`, async () => {
      const secret = (await vault.get(name)) ?? (await recovered(name));
      if (secret === 'recovering') return recovering(name);
      if (secret) await context.memory.delete(recoveries, name);
      return { kind: 'read', secret };
    });
  }

  /** Once asked for, a recovery is under way and the vault knows neither the secret nor the deleted one. */
  async function recovered(name: string): Promise<VaultSecret | 'recovering' | undefined> {
    if (context.memory.read(recoveries, name)) return 'recovering';
    if (!(await vault.recover(name))) return undefined;
    context.progress(`recovering the secret ${name}, which was deleted`);
    await context.memory.write(recoveries, true, name);
    return (await vault.get(name)) ?? 'recovering';
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
      const isKept = found.secret !== undefined && !isEarlier(found.secret);
      return found.secret && isKept ? { kind: 'stored', secret: found.secret } : await write(name, make());
    },
    async put(name, value) {
      const found = await read(name);
      if (isWaiting(found)) return found;
      const isSame = found.secret?.value === value;
      return found.secret && isSame ? { kind: 'stored', secret: found.secret } : await write(name, value);
    },
  };
}

function recovering(name: string): NotReady<Read> {
  const on = `the recovery of the secret ${name}`;
  return notReady<Read>({
    on,
    limitInSeconds: RECOVERY_LIMIT_IN_SECONDS,
    whenOver: () => {
      throw new UserError(`${on} took longer than ${RECOVERY_LIMIT_IN_SECONDS} seconds.`, {
        code: 'OperationTimedOut',
        hint: 'Start the deployment again.',
      });
    },
  });
}

/** The version in a secret's URL: its last segment. */
export function versionOf({ id }: Pick<VaultSecret, 'id'>): string {
  return id.split('/').at(-1) ?? '';
}
