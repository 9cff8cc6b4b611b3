import { AzureError } from '../../azure/errors.ts';
import type { Azure } from '../../azure/ports.ts';
import type { LiveGroup, LiveResource } from '../../init/group/live.ts';
import type { Companion, ResourceKind } from '../../resources/kind.ts';
import { RESOURCE_KINDS } from '../../resources/registry.ts';
import { UserError } from '../../shared/errors.ts';
import { scalarText } from '../../shared/json.ts';

const RESOURCES_API = '2021-04-01';

/** What lies in others and is in no list of the group. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  'microsoft.dbforpostgresql/flexibleservers': ['databases', 'firewallRules'],
  'microsoft.app/managedenvironments': ['storages'],
  'microsoft.storage/storageaccounts': [
    'blobServices/default/containers',
    'queueServices/default/queues',
    'fileServices/default/shares',
  ],
};

/** What is in a group, before anybody has looked into its vault. */
export type GroupWithoutSecrets = Omit<LiveGroup, 'vaultSecrets'>;

/**
 * Reads a resource group, and writes nothing.
 *
 * @param choose what of it is meant
 * @throws UserError `group_unknown`
 */
export async function readGroup<Chosen extends { readonly group: GroupWithoutSecrets }>(
  azure: Azure,
  subscriptionId: string,
  name: string,
  choose: (group: GroupWithoutSecrets) => Chosen,
): Promise<Omit<Chosen, 'group'> & { readonly group: LiveGroup }> {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
  const { arm } = azure;
  const group = await arm.get(id, RESOURCES_API);
  if (!group) {
    throw new UserError(`There is no resource group ${name} in the subscription ${subscriptionId}.`, {
      code: 'group_unknown',
      hint: 'az group list --output table has those that there are; --subscription names another subscription.',
    });
  }
  const listed = await arm.list(`${id}/resources`, RESOURCES_API);
  const read = await Promise.all(listed.map(({ id: of, type }) => readOne(azure, scalarText(of), scalarText(type))));
  const chosen = choose({
    subscriptionId,
    name: scalarText(group.name, name),
    location: scalarText(group.location),
    resources: read.flat(),
  });
  const vaultSecrets = await secretsOf(azure, chosen.group.resources);
  return { ...chosen, group: { ...chosen.group, ...(vaultSecrets && { vaultSecrets }) } };
}

/** With its children; of what no deployment makes no more than its name is asked for. */
async function readOne({ arm }: Azure, id: string, type: string): Promise<readonly LiveResource[]> {
  const version = versionOf(type);
  const name = id.split('/').at(-1) ?? id;
  if (version === undefined) return [{ id, type, name, body: {} }];
  const body = await arm.get(id, version);
  // It went away meanwhile.
  if (!body) return [];
  const below = (CHILDREN[type.toLowerCase()] ?? []).map(async (path): Promise<readonly LiveResource[]> => {
    const kind = `${type}/${path.replace('/default', '')}`;
    const found = await arm.list(`${id}/${path}`, versionOf(kind) ?? version);
    return found.map((one) => ({ id: scalarText(one.id), type: kind, name: scalarText(one.name), body: one }));
  });
  return [{ id, type, name, body }, ...(await Promise.all(below)).flat()];
}

const COMPANIONS: readonly Companion[] = RESOURCE_KINDS.flatMap(
  (kind: Pick<ResourceKind, 'companions'>) => kind.companions ?? [],
);

function versionOf(type: string): string | undefined {
  return [...RESOURCE_KINDS, ...COMPANIONS].find((kind) => kind.type.toLowerCase() === type.toLowerCase())?.apiVersion;
}

/** Whether Azure made it by itself, beside something that is in the file. */
export function isCompanion({ id, type, body }: LiveResource): boolean {
  const companion = COMPANIONS.find((one) => one.type.toLowerCase() === type.toLowerCase());
  return companion?.madeFor({ ...body, id }) !== undefined;
}

/** Whether Azure, or a deployment by itself, says what stands at a path of a resource of that type. */
export function isAccountedFor(type: string, path: string): boolean {
  const kind = RESOURCE_KINDS.find((one) => one.type.toLowerCase() === type.toLowerCase());
  const plain = path.replaceAll(/\[[^\]]*\]/g, '');
  if (['id', 'name', 'type', 'location', 'etag', 'tags', 'systemData', 'identity'].includes(plain.split('.')[0] ?? ''))
    return true;
  // Of all others a deployment says what it needs; their many facts are Azure's.
  if (!kind || !/\/(?:containerApps|jobs)$/.test(kind.type)) return true;
  const said = [...(kind.readOnly ?? []), ...kind.defaults, ...Object.keys(kind.invariants)];
  const ours = [
    'properties.environmentId',
    'properties.configuration.maxInactiveRevisions',
    'properties.template.revisionSuffix',
  ];
  return [...said, ...ours, 'properties.configuration.identitySettings'].some(
    (one) => plain === one || plain.startsWith(`${one}.`),
  );
}

/** Their names; undefined: whoever is signed in may not list them, or there is no vault, or there are several. */
async function secretsOf(azure: Azure, resources: readonly LiveResource[]): Promise<readonly string[] | undefined> {
  const [vault, ...others] = resources.filter(({ type }) => type.toLowerCase() === 'microsoft.keyvault/vaults');
  if (!vault || others.length > 0) return undefined;
  try {
    const listed = await azure.vault(`https://${vault.name}${azure.cloud.keyVaultSuffix}`).list();
    return listed.map(({ name }) => name);
  } catch (error) {
    // What is in it decides a word of the file, and no more: `keyvault:` or `env:`.
    if (error instanceof AzureError && (error.statusCode === 401 || error.statusCode === 403)) return undefined;
    throw error;
  }
}
