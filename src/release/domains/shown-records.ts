import type { Dns, DnsAnswer } from '../../azure/ports.ts';
import { settleAll } from '../../engine/settle.ts';
import { type DomainRecord, recordText } from '../../resources/app/domain-records.ts';

/** What DNS does not show as it should, one text for each record; empty: everything is there. */
export async function missingRecords(
  dns: Pick<Dns, 'ask'>,
  records: readonly DomainRecord[],
): Promise<readonly string[]> {
  const found = await settleAll(
    records.map(async (record) => {
      const answer = await dns.ask(record.name, record.type);
      return isShown(record, answer) ? [] : [`${recordText(record)} (${await foundText(dns, record, answer)})`];
    }),
  );
  return found.flat();
}

/** A second address leads some requests elsewhere; a second text does no harm. */
function isShown({ type, value }: DomainRecord, answer: DnsAnswer): boolean {
  if (answer.kind === 'unanswered') return false;
  const { values } = answer;
  const isOnly = type === 'TXT' || values.length === 1;
  return isOnly && values.some((one) => (type === 'TXT' ? one === value : one.toLowerCase() === value.toLowerCase()));
}

async function foundText(dns: Pick<Dns, 'ask'>, { type, name }: DomainRecord, answer: DnsAnswer): Promise<string> {
  if (answer.kind === 'unanswered') return `DNS could not be asked: ${answer.message}`;
  if (answer.values.length > 0) return `DNS shows ${answer.values.join(', ')}`;
  const other = type === 'A' ? 'CNAME' : 'A';
  const instead = type === 'TXT' ? answer : await dns.ask(name, other);
  if (instead.kind === 'unanswered' || instead.values.length === 0) return 'DNS shows none yet';
  return `DNS shows ${other} ${instead.values.join(', ')}`;
}
