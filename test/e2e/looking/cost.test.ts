import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CostEstimate } from '../../../src/domain/cost/estimate-schema.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { createSandbox } from '../../helpers/cli.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const OFFLINE = { imports: [fileURLToPath(new URL('../../helpers/processes/without-prices.mjs', import.meta.url))] };
const CONFIG = 'app/config.yaml';

describe('what a deployment costs', () => {
  it('is in its plan, before anything is there, and cost prints the whole of it', async () => {
    const sandbox = await createSandbox();
    // By hand, from the simulator's prices: server 16.09, cache 12.63, registry 5.06, vault 0.03, apps 116.68, jobs 0.26 and builds 0.12,
    // less 0.54 and 1.08 that are free of what Container Apps charge; logs, requests and the internet are within what is free.
    const told = await sandbox.run(['cost', ...SIMULATE, '--output', 'json']);
    const { cost } = told.events[0] as unknown as { readonly cost: CostEstimate };
    expect(cost).toMatchObject({ currency: 'USD', now: { sum: '0.00' }, after: { sum: '149.27', fixed: '118.10' } });
    expect(cost.notPriced).toEqual([]);
    const plan = await sandbox.run(['plan', ...SIMULATE]);
    expect(plan.stdout).toContain('Cost in a month: $0.00 → $149.27 (+$149.27)');
    const csv = await sandbox.run(['cost', ...SIMULATE, '--output', 'csv']);
    expect(csv.stdout).toContain('postgresql,compute Standard_B1ms,fixed,B1MS,1 Hour,0.017,,730,0.00,12.41,USD\n');
    // Once for each of seven services, by three commands.
    const asked = (await sandbox.requests()).filter(({ host }) => host === 'prices.azure.com');
    expect(asked).toHaveLength(7);
  });

  it('is told by its change, with the last prices where there is no network; over the limit it has to be accepted', async () => {
    const sandbox = await createSandbox();
    expect((await sandbox.deploy()).exitCode).toBe(0);
    const config = await sandbox.read(CONFIG);
    await sandbox.write(
      CONFIG,
      `${config.replace('Standard_B1ms', 'Standard_B2s')}\ncost: {currency: EUR, limit: 150}\n`,
    );
    const first = await sandbox.run(['plan', ...SIMULATE]);
    expect(first.stdout).toMatch(/postgresql .*\(€14\.48 → €47\.99, \+€33\.51 a month\)/);
    expect(first.stderr).toContain('without --accept-cost');
    expect(first.exitCode).toBe(1);
    const kept = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/prices.json'));
    for (const answer of kept.answers) answer.at = '2026-01-02T03:04:05Z';
    await sandbox.write('.draftgenie-deploy/simulator/prices.json', JSON.stringify(kept));
    const offline = await sandbox.run(['plan', ...SIMULATE, '--output', 'json', '--accept-cost'], OFFLINE);
    expect(offline.exitCode, offline.stderr).toBe(0);
    const { plan } = offline.events[0] as unknown as { readonly plan: Plan };
    expect(plan.cost).toMatchObject({ change: '33.51', asOf: '2026-01-02T03:04:05Z' });
    expect(plan.cost?.problem).toContain('the prices are those of 2026-01-02');

    const state = await sandbox.state();
    const refused = await sandbox.deploy([], { notAsPlanned: 'it is refused' });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('cost_over_limit');
    expect((await sandbox.state()).resources).toEqual(state.resources);
    const accepted = await sandbox.deploy(['--accept-cost']);
    expect(accepted.exitCode, accepted.stderr).toBe(0);
  });

  it('is not known without network, which fails no plan', async () => {
    const sandbox = await createSandbox();
    const { exitCode, stdout, stderr } = await sandbox.run(['plan', ...SIMULATE], OFFLINE);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('⚠ no price is known');
  });
});
