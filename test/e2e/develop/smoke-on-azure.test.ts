import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { smallApplication } from '../../../scripts/smoke-on-azure/application.ts';
import { type Difference, shapes } from '../../../scripts/smoke-on-azure/differences.ts';
import { smoke } from '../../../scripts/smoke-on-azure/smoke.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { deployerOf } from '../../helpers/http/simulated-azure.ts';
import { COMMAND_LINE } from '../../helpers/product/command-line.ts';

const FIXTURES = new URL('../../fixtures/azure-differences/', import.meta.url);

async function azure(): Promise<Simulator> {
  const simulator = await startSimulator({ profile: 'instant' });
  onTestFinished(() => simulator.close());
  return simulator;
}

async function smokeOn(simulator: Simulator, signal?: AbortSignal) {
  const { subscriptionId, port, caCertificate: ca } = simulator;
  let said = '';
  const result = await smoke({
    commandLine: COMMAND_LINE,
    config: smallApplication({ subscriptionId, location: 'westeurope', suffix: 'a1b2c3' }),
    environment: 'smoke-a1b2c3',
    upstream: () => ({ host: '127.0.0.1', port, ca }),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...deployerOf(simulator) },
    ...(signal && { signal }),
    say: (text) => {
      said += text;
    },
  });
  return { ...result, said };
}

function left({ state }: Simulator): readonly string[] {
  return Object.keys(state().resources).filter((id) => id.includes('dg-smoke'));
}

describe('the proof on a subscription', () => {
  it('deploys, deletes, and records what was said without secrets; known differences are mended', async () => {
    const simulator = await azure();
    const { deployed, destroyed, exchanges, said } = await smokeOn(simulator);
    expect([deployed, destroyed], said).toEqual([true, true]);
    expect(left(simulator)).toEqual([]);
    const recorded = JSON.stringify(exchanges);
    expect(recorded).toContain('/resourceGroups/dg-smoke-a1b2c3');
    expect(recorded).not.toMatch(new RegExp(`${simulator.clientSecret}|"eyJ`));
    const answered = shapes(exchanges);
    for (const file of await readdir(FIXTURES)) {
      if (!file.endsWith('.json')) continue;
      const { request, azure: expected } = JSON.parse(await readFile(new URL(file, FIXTURES), 'utf8')) as Difference;
      expect({ request, ...answered.get(request) }).toEqual({ request, ...expected });
    }
  });

  it('deletes what a deployment made that failed', async () => {
    const simulator = await azure();
    const match = { method: 'PUT', path: '/containerApps/' };
    simulator.addFault({ match, fault: { kind: 'status', status: 400, code: 'Refused' } });
    const { deployed, destroyed, said } = await smokeOn(simulator);
    expect([deployed, destroyed], said).toEqual([false, true]);
    expect(left(simulator)).toEqual([]);
  });

  it('deletes what a deployment made that was interrupted', async () => {
    const simulator = await azure();
    const interrupted = new AbortController();
    const watch = setInterval(() => {
      if (left(simulator).length > 1) interrupted.abort();
    }, 20);
    onTestFinished(() => clearInterval(watch));
    const { deployed, destroyed, said } = await smokeOn(simulator, interrupted.signal);
    expect([deployed, destroyed], said).toEqual([false, true]);
    expect(left(simulator)).toEqual([]);
  });
});
