import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { bare, ON_THIS_MACHINE } from './exemptions.ts';
import { HostRefused } from './host-refused.ts';
import type { TimeLimits } from './time-limits.ts';

/**
 * Where a client may send requests: origins (`https://management.azure.com`), or all below a domain (`https://*.azurecr.io`), each
 * with the port that it says, else the scheme's own.
 */
export type AllowedOrigins = readonly string[];

/** Among origins: this machine and its link, at any port, where the services for managed identities answer. */
export const THIS_MACHINE = 'this machine';

/** What a client of an SDK is bound to, whatever it is told by a configuration or an answer. */
export interface ClientTerms {
  readonly origins: AllowedOrigins;
  /** Where its calls take longer, or shorter, than usual. */
  readonly limits?: Partial<TimeLimits>;
  /** Where states and runs are kept: not what a run asks Azure. */
  readonly isOwnStorage?: true;
}

const terms = new WeakMap<PipelineRequest, ClientTerms>();

/**
 * The same transport for one client. Every request is checked as it leaves, so also after a redirect, and before anything is
 * connected to: an address that leads elsewhere gets neither token nor body.
 * @throws HostRefused
 */
export function withTerms(transport: HttpClient, given: ClientTerms): HttpClient {
  return {
    async sendRequest(request) {
      requireAllowed(request.url, given.origins);
      if (!terms.has(request)) terms.set(request, given);
      return await transport.sendRequest(request);
    },
  };
}

/**
 * For the transport itself: nothing that carries credentials leaves without terms.
 * @throws HostRefused
 */
export function termsOf(request: PipelineRequest): ClientTerms | undefined {
  const found = terms.get(request);
  if (found) requireAllowed(request.url, found.origins);
  else if (request.headers.has('authorization')) throw new HostRefused(new URL(request.url), []);
  return found;
}

export function isAllowed(address: URL, origins: AllowedOrigins): boolean {
  return address.username === '' && address.password === '' && origins.some((origin) => covers(origin, address));
}

function covers(origin: string, address: URL): boolean {
  if (origin === THIS_MACHINE) return ON_THIS_MACHINE(bare(address.hostname), Number(address.port));
  const [, scheme, domain] = /^(https?):\/\/\*\.(.+)$/.exec(origin) ?? [];
  if (domain === undefined) return address.origin === new URL(origin).origin;
  return (
    `${scheme}:` === address.protocol && address.host.endsWith(`.${domain}`) && address.host.length > domain.length + 1
  );
}

function requireAllowed(text: string, origins: AllowedOrigins): void {
  const address = new URL(text);
  if (!isAllowed(address, origins)) throw new HostRefused(address, origins);
}
