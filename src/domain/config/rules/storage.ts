import { NAME_RULES } from '../../name-rules.ts';
import type { DeploymentConfig } from '../model.ts';
import type { StorageConfig } from '../model-choices.ts';
import { problem, type RuleProblem } from './rule.ts';

const { pattern, allowed } = NAME_RULES.storageChild;

/** What lies in the account has names that Azure takes, each once. */
export function storageNames({ storage }: DeploymentConfig): readonly RuleProblem[] {
  if (!storage) return [];
  const listed = (['containers', 'queues'] as const).flatMap((list) =>
    storage[list].flatMap((name, index) => {
      const path = ['storage', list, String(index)];
      if (!pattern.test(name)) return [problem(path, wrongName(name))];
      const first = storage[list].indexOf(name);
      return first === index ? [] : [problem(path, `${JSON.stringify(name)} is also ${list}.${first}`)];
    }),
  );
  const shares = Object.keys(storage.shares).flatMap((name) =>
    pattern.test(name) ? [] : [{ ...problem(['storage', 'shares', name], wrongName(name)), isAboutKey: true as const }],
  );
  return [...listed, ...shares];
}

function wrongName(name: string): string {
  return `found the name ${JSON.stringify(name)}; allowed: ${allowed}`;
}

const LEAST_PREMIUM_QUOTA_IN_GB = 100;

/**
 * Premium accounts have file shares only, which have a least size; nothing else has shares over NFS
 * (https://learn.microsoft.com/azure/storage/files/understanding-billing, https://learn.microsoft.com/azure/storage/files/files-nfs-protocol).
 */
export function storageSku({ storage, containerApps }: DeploymentConfig): readonly RuleProblem[] {
  if (!storage) return [];
  return isPremium(storage)
    ? [...premiumProblems(storage), ...networkProblems(storage, containerApps)]
    : plainProblems(storage);
}

export function isPremium({ sku }: Pick<StorageConfig, 'sku'>): boolean {
  return sku.startsWith('Premium');
}

function premiumProblems(storage: StorageConfig): readonly RuleProblem[] {
  const { sku, shares } = storage;
  return [
    ...(['containers', 'queues'] as const).flatMap((list) =>
      storage[list].length === 0
        ? []
        : [problem(['storage', list], `an account with the sku ${sku} has file shares only`)],
    ),
    ...Object.entries(shares).flatMap(([name, { quotaInGb }]) => {
      if (quotaInGb >= LEAST_PREMIUM_QUOTA_IN_GB) return [];
      const message = `found ${quotaInGb}; with the sku ${sku} at least ${LEAST_PREMIUM_QUOTA_IN_GB} is required`;
      return [problem(['storage', 'shares', name, 'quota'], message)];
    }),
  ];
}

/** NFS asks nobody who he is, so that only networks are let in. */
function networkProblems(
  storage: StorageConfig,
  { subnet }: DeploymentConfig['containerApps'],
): readonly RuleProblem[] {
  const message =
    'nfs is reached from a virtual network only; give the subnet of the environment in container_apps.subnet, or use smb';
  return subnet === undefined ? sharesByNfs(storage).map((path) => problem(path, message)) : [];
}

function plainProblems(storage: StorageConfig): readonly RuleProblem[] {
  const message = `nfs needs the sku Premium_LRS or Premium_ZRS, found ${storage.sku}; or use smb`;
  return sharesByNfs(storage).map((path) => problem(path, message));
}

function sharesByNfs({ shares }: StorageConfig): readonly (readonly string[])[] {
  return Object.entries(shares).flatMap(([name, { protocol }]) =>
    protocol === 'nfs' ? [['storage', 'shares', name, 'protocol']] : [],
  );
}

const SUBNET =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

export function environmentSubnet({ containerApps: { subnet } }: DeploymentConfig): readonly RuleProblem[] {
  if (subnet === undefined || SUBNET.test(subnet)) return [];
  const expected = '/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…';
  return [problem('container_apps.subnet', `found ${JSON.stringify(subnet)}; expected an id such as ${expected}`)];
}
