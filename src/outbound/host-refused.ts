/** A request to where its client must not send anything: an address of a configuration or of an answer leads there. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
  readonly code = 'host_refused';

  constructor({ protocol, host }: URL, allowed: readonly string[]) {
    const others = allowed.length > 0 ? `only to ${allowed.join(' or ')}` : 'with credentials';
    super(`nothing is sent to ${protocol}//${host} here, ${others}`);
  }
}
