/** The types of records that are simulated, with their numbers on the wire (https://www.iana.org/assignments/dns-parameters). */
export const RECORD_NUMBERS = { A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, CAA: 257 } as const;

export type RecordType = keyof typeof RECORD_NUMBERS;

/** One record of the simulated public DNS. */
export interface DnsRecord {
  /** In lower case, without the dot at the end; the first label may be `*`. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  /** `1.2.3.4`, a host name, a text without quotes, `0 issue digicert.com`. */
  readonly data: string;
}

export function isRecordType(text: string): text is RecordType {
  return Object.hasOwn(RECORD_NUMBERS, text);
}

/** A host name as it is compared: in lower case, without the dot at the end. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

export function isBelowName(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Flags, tag and value of a CAA record; undefined for what is none. https://www.rfc-editor.org/rfc/rfc8659#section-4.1.1 */
export function caaParts(
  data: string,
): { readonly flags: number; readonly tag: string; readonly value: string } | undefined {
  const [, flags = '', tag = '', value = ''] = /^(\d{1,3}) ([a-z0-9]+) "?([^"]*)"?$/i.exec(data) ?? [];
  return tag === '' || Number(flags) > 255 ? undefined : { flags: Number(flags), tag: tag.toLowerCase(), value };
}
