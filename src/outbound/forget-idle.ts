import type { Agent } from 'node:http';
import { bare } from './exemptions.ts';

/**
 * Closes the connections to a host that are kept for later. Where one gave no answer the others may be as dead, and every request that took
 * one would wait for its limit.
 */
export function forgetIdle(agent: Agent, { hostname, port, protocol }: URL): void {
  // The name of a pool begins so: https://nodejs.org/api/http.html#agentgetnameoptions
  const pool = `${bare(hostname)}:${port || (protocol === 'https:' ? '443' : '80')}:`;
  for (const [name, sockets] of Object.entries(agent.freeSockets)) {
    if (name.startsWith(pool)) for (const socket of sockets ?? []) socket.destroy();
  }
}
