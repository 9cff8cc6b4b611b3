import type { Dns } from '../../azure/ports.ts';

/** Who issues managed certificates: https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates */
const ISSUER = 'digicert.com';

/**
 * Why no certificate would be issued for a name: the CAA records that are nearest above it name others (RFC 8659, section 3). What
 * nobody answers is left to the authority itself.
 *
 * @returns undefined when nothing is known to stand against it
 */
export async function refusedByCaa(dns: Pick<Dns, 'ask'>, name: string): Promise<string | undefined> {
  const labels = name.split('.');
  for (let above = 0; above < labels.length; above += 1) {
    const owner = labels.slice(above).join('.');
    const answer = await dns.ask(owner, 'CAA');
    if (answer.kind === 'unanswered') return undefined;
    if (answer.values.length > 0) return judged(owner, answer.values);
  }
  return undefined;
}

function judged(owner: string, values: readonly string[]): string | undefined {
  const issuers = values.flatMap((value) => (value.startsWith('issue ') ? [issuerOf(value)] : []));
  const isAllowed =
    issuers.length === 0 || issuers.some((issuer) => issuer === ISSUER || issuer.endsWith(`.${ISSUER}`));
  if (isAllowed) return undefined;
  const named = issuers.filter((issuer) => issuer !== '').join(', ') || 'nobody';
  return `the CAA records of ${owner} allow ${named} only; add there: 0 issue "${ISSUER}"`;
}

/** Parameters follow the name of the authority. */
function issuerOf(value: string): string {
  return (value.slice('issue '.length).split(';')[0] ?? '').trim().toLowerCase();
}
