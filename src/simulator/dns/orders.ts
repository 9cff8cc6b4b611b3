import { isIPv4 } from 'node:net';
import { isJsonObject } from '../../shared/json.ts';
import { caaParts, type DnsRecord, isRecordType, plainName, RECORD_NUMBERS } from './record.ts';

/** The part of the public DNS that tests and people write; kept with the cloud. */
export interface DnsState {
  records: DnsRecord[];
  /** Zones of Azure DNS that nobody has delegated to it: what is in them the world does not see. */
  undelegated: string[];
}

/** Records of one name and type; without data they are taken away. */
export interface DnsOrder {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  /** `1.2.3.4`, `app.example.net`, a text, `0 issue digicert.com`. */
  readonly data: readonly string[];
}

const NAME = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/;

/** What is wrong with orders that came from outside. */
export function dnsOrderProblem(orders: unknown): string | undefined {
  if (!isJsonObject(orders)) return 'An object with records, or undelegated, or both is needed.';
  const { records = [], undelegated = [], ...unknown } = orders;
  if (Object.keys(unknown).length > 0)
    return `There is no '${Object.keys(unknown)[0]}'; there are: records, undelegated.`;
  if (!Array.isArray(records) || !Array.isArray(undelegated)) return 'records and undelegated are lists.';
  return records.map((one) => recordProblem(one as Partial<DnsOrder>)).find((problem) => problem !== undefined);
}

/** Puts the records of an order in the place of those of its name and type. */
export function followDnsOrders(
  state: DnsState,
  { records = [], undelegated }: { readonly records?: readonly DnsOrder[]; readonly undelegated?: readonly string[] },
): void {
  for (const { name, type, ttl = 300, data } of records) {
    const wanted = { name: plainName(name), type: type as DnsRecord['type'], ttl };
    const others = state.records.filter((one) => one.name !== wanted.name || one.type !== wanted.type);
    state.records = [...others, ...data.map((text) => ({ ...wanted, data: text }))];
  }
  if (undelegated) state.undelegated = [...undelegated];
}

function recordProblem({ name = '', type = '', data }: Partial<DnsOrder>): string | undefined {
  if (!NAME.test(plainName(String(name)))) return `'${name}' is no name of the DNS.`;
  if (!isRecordType(type))
    return `There are no records of type '${type}', but of: ${Object.keys(RECORD_NUMBERS).join(', ')}.`;
  if (!Array.isArray(data) || !data.every((one) => typeof one === 'string'))
    return `data of '${name}' is a list of texts.`;
  const wrong = data.find((one) => (type === 'A' && !isIPv4(one)) || (type === 'CAA' && !caaParts(one)));
  if (wrong !== undefined) return `'${wrong}' is no data of a record of type '${type}'.`;
  return type === 'CNAME' && data.length > 1 ? `'${name}' can be an alias of one name only.` : undefined;
}
