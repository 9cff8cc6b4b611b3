import { Agent } from 'node:https';
import { UserError } from '../shared/errors.ts';
import { createFetch, type Fetch } from './fetch.ts';
import { USUAL_LIMITS } from './time-limits.ts';
import { bentAgent } from './transport.ts';

/** What a process must know of a simulator to deploy to it; the simulator tells it at `/_simulator/connection`. */
export interface SimulatedAzure {
  readonly port: number;
  /** PEM of the private authority that signed its certificates. */
  readonly caCertificate: string;
  /** Where it answers about names: `127.0.0.1:5353`. */
  readonly dnsServer: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Asks the simulator at an address how it is to be spoken to. Its authority is not known before, and nothing but this question is
 * sent without it.
 * @throws UserError `simulator_unreachable`
 */
export async function findSimulatedAzure(address: URL): Promise<SimulatedAzure> {
  const port = Number(address.port);
  const agent = new Agent({ rejectUnauthorized: false, servername: 'localhost' });
  const ask = createFetch(() => ({ agentFor: () => agent, proxyFor: () => undefined }), USUAL_LIMITS);
  try {
    const answer = await ask(`https://127.0.0.1:${port}/_simulator/connection`, { redirect: 'manual' });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return { ...((await answer.json()) as Omit<SimulatedAzure, 'port'>), port };
  } catch (cause) {
    throw new UserError(`No simulator of Azure answers at ${address.origin}: ${(cause as Error).message}`, {
      code: 'simulator_unreachable',
      hint: `Start one with draftgenie-deploy simulator --port ${port}, and call again.`,
      cause,
    });
  } finally {
    agent.destroy();
  }
}

/** Reaches what a simulator hosts, such as an app that was installed on it, under its own names. */
export function fetchOfSimulated(simulated: Pick<SimulatedAzure, 'port' | 'caCertificate'>): Fetch {
  const agent = bentAgent(simulated);
  return createFetch(() => ({ agentFor: () => agent, proxyFor: () => undefined }));
}
