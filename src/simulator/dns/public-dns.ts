import { isJsonObject } from '../../shared/json.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { type DnsRecord, isBelowName, plainName, type RecordType } from './record.ts';
import { recordsOfSet } from './record-set.ts';

/** https://www.iana.org/assignments/dns-parameters */
export const STATUS_NUMBERS = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;

/** What whoever asks the public DNS is answered. */
export interface DnsAnswer {
  readonly status: keyof typeof STATUS_NUMBERS;
  /** Aliases first, then what they lead to. */
  readonly answers: readonly DnsRecord[];
}

/** Resolvers give up on aliases that lead to each other. */
const MOST_ALIASES = 8;
const ZONE = 'Microsoft.Network/dnsZones';

/** The records of a type behind a name, aliases followed. */
export function resolve(world: World, name: string, type: RecordType): DnsAnswer {
  const answers: DnsRecord[] = [];
  let wanted = plainName(name);
  for (let hops = 0; hops <= MOST_ALIASES; hops += 1) {
    const here = recordsAt(world, wanted);
    const own = here.records.filter((record) => record.type === type);
    const alias = here.records.find((record) => record.type === 'CNAME');
    if (own.length > 0 || !alias || type === 'CNAME') {
      return { status: here.exists ? 'NOERROR' : 'NXDOMAIN', answers: [...answers, ...own] };
    }
    answers.push(alias);
    wanted = alias.data;
  }
  return { status: 'SERVFAIL', answers: [] };
}

/** Whether a zone of Azure DNS is the one that the world asks: of several of one name the oldest, if it is delegated at all. */
function isDelegated(world: World, zone: StoredResource): boolean {
  const name = plainName(zone.name);
  if (world.state.dns.undelegated.some((one) => plainName(one) === name)) return false;
  const [oldest] = world
    .resourcesOfType(ZONE)
    .filter((one) => plainName(one.name) === name)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  return oldest === zone;
}

interface Node {
  readonly records: readonly DnsRecord[];
  /** A name without records of its own exists when there is one below it: https://www.rfc-editor.org/rfc/rfc8020. */
  readonly exists: boolean;
}

function recordsAt(world: World, name: string): Node {
  const known = zoneRecords(world, name) ?? environmentRecords(world, name) ?? world.state.dns.records;
  const own = known.filter((record) => record.name === name);
  if (own.length > 0) return { records: own, exists: true };
  if (known.some((record) => isBelowName(record.name, name))) return { records: [], exists: true };
  // https://www.rfc-editor.org/rfc/rfc4592: the wildcard of the closest name that exists.
  const parents = name.split('.').map((_, index, labels) => labels.slice(index + 1).join('.'));
  const closest = parents.find((parent) => parent !== '' && known.some((record) => isBelowName(record.name, parent)));
  const wild = known.filter((record) => record.name === `*.${closest}`).map((record) => ({ ...record, name }));
  return { records: wild, exists: wild.length > 0 };
}

/** All records of the closest zone of Azure DNS that the name is in; undefined when it is in none. */
function zoneRecords(world: World, name: string): readonly DnsRecord[] | undefined {
  const zone = world
    .resourcesOfType(ZONE)
    .filter((one) => isBelowName(name, plainName(one.name)) && isDelegated(world, one))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (!zone) return undefined;
  const prefix = `${zone.id.toLowerCase()}/`;
  return ['A', 'CAA', 'CNAME', 'NS', 'SOA', 'TXT']
    .flatMap((type) => world.resourcesOfType(`${ZONE}/${type}`))
    .filter(({ id }) => id.toLowerCase().startsWith(prefix))
    .flatMap((set) => recordsOfSet(zone.name, set));
}

/** Every name below an environment's default domain leads to it, whether there is such an app or not. */
function environmentRecords(world: World, name: string): readonly DnsRecord[] | undefined {
  for (const { body } of world.resourcesOfType('Microsoft.App/managedEnvironments')) {
    const { defaultDomain, staticIp } = isJsonObject(body.properties) ? body.properties : {};
    if (typeof defaultDomain === 'string' && isBelowName(name, defaultDomain))
      return [{ name, type: 'A', ttl: 60, data: String(staticIp) }];
  }
  return undefined;
}
