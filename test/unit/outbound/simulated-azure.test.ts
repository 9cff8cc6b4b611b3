import { describe, expect, it, onTestFinished } from 'vitest';
import { findSimulatedAzure } from '../../../src/outbound/simulated-azure.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';

describe('a simulator that is asked how it is to be spoken to', () => {
  it('tells what a process needs to deploy to it', async () => {
    const simulator = await startSimulator({ profile: 'instant' });
    onTestFinished(() => simulator.close());
    const { port, caCertificate, dnsServer, tenantId, subscriptionId, clientId, clientSecret } = simulator;
    expect(await findSimulatedAzure(new URL(`https://localhost:${port}`))).toEqual({
      ...{ port, caCertificate, dnsServer, tenantId, subscriptionId, clientId, clientSecret },
    });
  });

  it('is missed with what to do, and was not there to begin with', async () => {
    const simulator = await startSimulator({ profile: 'instant' });
    await simulator.close();
    const asked = findSimulatedAzure(new URL(`https://localhost:${simulator.port}`));
    await expect(asked).rejects.toMatchObject({
      code: 'simulator_unreachable',
      hint: `Start one with draftgenie-deploy simulator --port ${simulator.port}, and call again.`,
    });
  });
});
