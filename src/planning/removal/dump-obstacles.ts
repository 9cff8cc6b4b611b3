import { isBelow, nameOf } from '../../domain/ids.ts';
import { type CodedWarning, coded } from '../../domain/warnings/warning-codes.ts';
import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

/** Why nothing can be read from a server now; undefined where it can. @param environment as it is, of the applications */
export function serverObstacle(
  server: JsonObject & { readonly id: string },
  environment: JsonObject | undefined,
): string | undefined {
  const name = nameOf(server.id);
  const state = scalarText(jsonAt(server, 'properties.state'), 'Ready');
  if (state.toLowerCase() !== 'ready') {
    return `${name} is ${state}, and nothing can be read from it; az postgres flexible-server start --ids ${server.id} starts it`;
  }
  if (!isPrivate(server) || !environment) return undefined;
  const subnet = scalarText(jsonAt(environment, 'properties.vnetConfiguration.infrastructureSubnetId'));
  if (subnet !== '') return undefined;
  return `${name} is reached from its network only, and the environment of the applications is in none; dump it from a machine in its network, with pg_dump, and run destroy without --dump-to`;
}

/** What may keep the job from its server or its container; then it fails, and nothing is deleted. */
export function dumpDoubts(
  server: JsonObject & { readonly id: string },
  environment: JsonObject | undefined,
): readonly CodedWarning[] {
  const subnet = scalarText(jsonAt(environment ?? {}, 'properties.vnetConfiguration.infrastructureSubnetId'));
  const delegated = scalarText(jsonAt(server, 'properties.network.delegatedSubnetResourceId'));
  const network = delegated.split('/subnets/')[0] ?? '';
  if (delegated === '' || subnet === '' || isBelow(subnet, network)) return [];
  return [
    coded(
      'dump_network',
      `${nameOf(server.id)} is in the network ${nameOf(network)}, the environment of the applications in another one: unless they are peered, its dump fails and nothing is deleted.`,
    ),
  ];
}

function isPrivate(server: JsonObject): boolean {
  const access = scalarText(jsonAt(server, 'properties.network.publicNetworkAccess')).toLowerCase();
  return access === 'disabled' || scalarText(jsonAt(server, 'properties.network.delegatedSubnetResourceId')) !== '';
}

/** A firewall that may keep the job out. */
export function accountDoubts(account: JsonObject & { readonly id: string }): readonly CodedWarning[] {
  const access = scalarText(jsonAt(account, 'properties.publicNetworkAccess'), 'Enabled').toLowerCase();
  const otherwise = scalarText(jsonAt(account, 'properties.networkAcls.defaultAction'), 'Allow').toLowerCase();
  if (access === 'enabled' && otherwise === 'allow') return [];
  return [
    coded(
      'dump_firewall',
      `The storage account ${nameOf(account.id)} has a firewall: unless it lets the environment of the applications in, the dump fails and nothing is deleted.`,
    ),
  ];
}
