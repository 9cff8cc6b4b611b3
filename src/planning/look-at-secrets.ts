import { AzureError } from '../azure/errors.ts';
import type { SecretCondition, Vault } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { type Drift, driftOf } from '../domain/drift.ts';
import { recordedOutput, stepLeaving } from '../domain/outputs.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { type CodedWarning, coded } from '../domain/warnings/warning-codes.ts';
import { settleAll } from '../engine/settle.ts';
import { vaultSecretOf } from '../resources/app/secrets.ts';
import { isPutBack } from '../secrets/secret-settings.ts';
import { isUsable, type SecretTrouble, secretTroubles, troubleText } from '../secrets/secret-troubles.ts';
import { driftOfStorageKey } from '../secrets/storage-key-drift.ts';
import { versionOf } from '../secrets/vault-secrets.ts';
import type { DriftSources } from './drift/find-drift.ts';

/** What a look into the vault tells of the secrets that the last deployment left there; no value. */
export interface SecretsSeen {
  /** Those that have another version now, or one that nobody can read, each as a resource `secret:NAME`. */
  readonly drift: readonly Drift[];
  /** What is wrong with the versions that the applications read. */
  readonly troubles: readonly SecretTrouble[];
  /** What could not be looked at, and why, one sentence each. */
  readonly unseen: readonly string[];
  /** Why the vault could not be looked at; absent: it could. */
  readonly refusal?: AzureError;
}

const STEP = stepLeaving('secret');
/** True of every deployment with a database server. */
export const PASSWORD_UNSEEN = `The password of the database server is never answered by Azure; --force-step ${STEP} sets it again.`;

interface Looking extends Pick<DriftSources, 'azure' | 'config' | 'state'> {
  /** For the dates of the secrets. */
  readonly now: Date;
}

/** Reads each secret of the vault, and nothing before there is one; and the key of the storage account that lies there. */
export async function lookAtSecrets(looking: Looking): Promise<SecretsSeen> {
  const [seen, ofKey] = await settleAll([look(looking, inspectAll), driftOfStorageKey(looking)] as const);
  return { ...seen, drift: [...seen.drift, ...ofKey] };
}

/** The same by one list of the vault; only what it does not show to be as it was left is read. */
export async function glanceAtSecrets(looking: Looking): Promise<SecretsSeen> {
  return await look(looking, async (vault, recorded, { config, state, now }) => {
    const listed = new Map((await vault.list()).map((secret) => [secret.name.toLowerCase(), secret]));
    const leftAt = Date.parse(state.steps[STEP]?.timestamp ?? '');
    const doubtful = recorded.filter(({ name }) => {
      const secret = listed.get(name.toLowerCase());
      // What did not change since is the version that was left, with the text that was looked at when it was written.
      return !secret || !isUsable(secret, now) || !(Date.parse(secret.updated ?? '') <= leftAt);
    });
    return await inspectAll(vault, doubtful, { config, now });
  });
}

type Inspection = Pick<SecretsSeen, 'drift' | 'troubles'>;

async function look(
  looking: Looking,
  inspect: (vault: Vault, recorded: readonly RecordedSecret[], looking: Looking) => Promise<Inspection>,
): Promise<SecretsSeen> {
  const { azure, config, state } = looking;
  const password = hasSection(config, 'postgresql') ? [PASSWORD_UNSEEN] : [];
  const vaultUri = recordedOutput(state, 'vaultUri');
  const recorded = recordedSecrets(state.steps[STEP]?.outputs ?? {}, vaultUri ?? '');
  if (vaultUri === undefined || recorded.length === 0) return { drift: [], troubles: [], unseen: [] };
  try {
    return { ...(await inspect(azure.vault(vaultUri), recorded, looking)), unseen: password };
  } catch (error) {
    // Without a role on the vault, or from outside of its network, everything else can be looked at all the same.
    if (!(error instanceof AzureError)) throw error;
    return {
      drift: [],
      troubles: [],
      unseen: [...password, `The secrets in the vault: ${error.message} (${error.code}).`],
      refusal: error,
    };
  }
}

async function inspectAll(
  vault: Vault,
  recorded: readonly RecordedSecret[],
  { config, now }: Pick<Looking, 'config' | 'now'>,
): Promise<Inspection> {
  const newest = new Map(await settleAll(recorded.map(async ({ name }) => [name, await vault.inspect(name)] as const)));
  // Mostly the newest version is the one that the applications read, and need not be asked for twice.
  const inspect = async (name: string, version?: string): Promise<SecretCondition | undefined> => {
    const known = newest.get(name);
    return known && versionOf(known) === version ? known : await vault.inspect(name, version);
  };
  const troubles = await secretTroubles({ inspect }, recorded, now);
  const drift = recorded.flatMap((one) => [
    ...driftOfVersion(one, newest.get(one.name)?.id, config),
    ...troubles.filter(({ name, isFatal }) => name === one.name && isFatal).map((trouble) => driftOfUse(one, trouble)),
  ]);
  return { drift, troubles };
}

/** What a deployment would meet. */
export function secretWarnings(seen: Pick<SecretsSeen, 'troubles'>): readonly CodedWarning[] {
  return secretNotes(seen).map((note) => coded('vault_secret', note));
}

/** One sentence; none where nothing is wrong. */
export function secretNotes({ troubles }: Pick<SecretsSeen, 'troubles'>): readonly string[] {
  return troubles.length === 0 ? [] : [`In the vault ${troubleText(troubles)}.`];
}

interface RecordedSecret {
  /** In the configuration. */
  readonly key: string;
  /** In the vault. */
  readonly name: string;
  readonly version: string;
  readonly id: string;
}

function recordedSecrets(outputs: Readonly<Record<string, string>>, vaultUri: string): readonly RecordedSecret[] {
  return Object.entries(outputs).flatMap(([output, id]) => {
    const { name, version } = vaultSecretOf(id, vaultUri) ?? {};
    return name === undefined || version === undefined ? [] : [{ key: output.replace('.', ':'), name, version, id }];
  });
}

/** One that is gone or cannot be read is a trouble of the version that the applications read. */
function driftOfVersion(
  { key, version, id }: RecordedSecret,
  newest: string | undefined,
  config: DeploymentConfig,
): readonly Drift[] {
  const found = newest === undefined ? version : versionOf({ id: newest });
  // The newest version of a disabled secret is not told.
  if (newest === undefined || found === version || !/\/secrets\/[^/]+\/./.test(newest)) return [];
  const isRepaired = isPutBack(config, key.slice(key.indexOf(':') + 1));
  const drift = driftOf({ key, id, step: STEP }, { path: 'version', expected: version, found }, isRepaired);
  return [isRepaired ? drift : { ...drift, place: vaultCommand('list-versions', id) }];
}

/** A version that the applications cannot read any more. */
function driftOfUse({ key, id, version }: RecordedSecret, { problem, state }: SecretTrouble): Drift {
  const isRepaired = state === 'gone';
  const drift = driftOf({ key, id, step: STEP }, { path: '', expected: 'is usable', found: problem }, isRepaired);
  if (isRepaired) return drift;
  const enable = vaultCommand('set-attributes', id, `--version ${version} --enabled true`);
  return { ...drift, place: state === 'disabled' ? enable : vaultCommand('list-versions', id) };
}

/** Neither shows a value: https://learn.microsoft.com/cli/azure/keyvault/secret. */
function vaultCommand(command: 'list-versions' | 'set-attributes', id: string, ...more: readonly string[]): string {
  const { hostname, pathname } = new URL(id);
  const secret = `--vault-name ${hostname.split('.')[0]} --name ${pathname.split('/')[2]}`;
  return ['az keyvault secret', command, secret, ...more].join(' ');
}
