import type { SecretCondition, Vault } from '../azure/ports.ts';
import { settleAll } from '../engine/settle.ts';

/** One version of a secret of the vault; without a version its newest. */
export interface VaultSecretVersion {
  readonly name: string;
  readonly version?: string;
}

/** What is wrong with a secret that an application reads; never its value. */
export interface SecretTrouble {
  readonly name: string;
  /** Follows the name: `is disabled`. */
  readonly problem: string;
  /** Azure refuses every write of an app that refers to it. */
  readonly isFatal: boolean;
  /** `gone`: deleted, or without that version, which storing secrets brings back. `disabled`: until somebody enables it. */
  readonly state: 'gone' | 'disabled' | 'readable';
}

/**
 * What is wrong with these secrets. Azure answers a container app's reference to one that is deleted, disabled or empty as it
 * answers a missing role (https://github.com/microsoft/azure-container-apps/issues/1159,
 * https://github.com/microsoft/azure-container-apps/issues/1291); an expired or not yet valid one it reads like any other
 * (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations).
 *
 * @throws AzureError where the vault cannot be asked
 */
export async function secretTroubles(
  vault: Pick<Vault, 'inspect'>,
  secrets: readonly VaultSecretVersion[],
  now: Date,
): Promise<readonly SecretTrouble[]> {
  const found = await settleAll(
    secrets.map(async ({ name, version }) => {
      const condition = await vault.inspect(name, version);
      return problemsOf(condition, version, now).map((problem) => ({ name, ...problem }));
    }),
  );
  return found.flat();
}

type Problem = Omit<SecretTrouble, 'name'>;

function problemsOf(condition: SecretCondition | undefined, version: string | undefined, now: Date): Problem[] {
  const doubtful = (problem: string): Problem[] => [{ problem, isFatal: false, state: 'readable' }];
  if (!condition) {
    const problem = version === undefined ? 'is not there' : `is not there in the version ${version}`;
    return [{ problem, isFatal: true, state: 'gone' }];
  }
  const { enabled, text } = condition;
  if (!enabled) return [{ problem: 'is disabled', isFatal: true, state: 'disabled' }];
  return [
    ...(text === 'empty' ? [{ problem: 'is empty', isFatal: true, state: 'readable' } as const] : []),
    ...(text === 'blank' ? doubtful('is blank') : []),
    ...(text === 'ends in a newline' ? doubtful('ends in a newline, which the application reads as well') : []),
    ...(isTooEarly(condition, now) ? doubtful(`is not valid before ${condition.notBefore}`) : []),
    ...(isTooLate(condition, now) ? doubtful(`has expired (${condition.expires})`) : []),
  ];
}

/** Whether anything but its text stands in the way of a secret. */
export function isUsable(secret: Omit<SecretCondition, 'id' | 'text'>, now: Date): boolean {
  return secret.enabled && !isTooEarly(secret, now) && !isTooLate(secret, now);
}

function isTooEarly({ notBefore }: Pick<SecretCondition, 'notBefore'>, now: Date): boolean {
  return notBefore !== undefined && Date.parse(notBefore) > now.getTime();
}

function isTooLate({ expires }: Pick<SecretCondition, 'expires'>, now: Date): boolean {
  return expires !== undefined && Date.parse(expires) <= now.getTime();
}

/** `the secret A is disabled; the secret B is empty` */
export function troubleText(troubles: readonly Pick<SecretTrouble, 'name' | 'problem'>[]): string {
  return troubles.map(({ name, problem }) => `the secret ${name} ${problem}`).join('; ');
}
