import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { COST, smallApplication } from './application.ts';
import { differences } from './differences.ts';
import { smoke } from './smoke.ts';
import { writeFixtures } from './write-fixtures.ts';

/**
 * Proof on a real subscription, for people: `npm run build`, `az login`, and
 *
 *   node scripts/smoke-on-azure/run.ts --spend-on SUBSCRIPTION [--location westeurope]
 *
 * Without `--spend-on` it tells what it costs, and ends. It deploys a small application, deletes it again, does the same to the
 * simulator, and writes each difference as a fixture of test/e2e/develop/smoke-on-azure.test.ts, which fails until the
 * simulator answers as Azure does. All exchanges go to smoke-on-azure.json, without secrets.
 */
const { values } = parseArgs({
  options: { 'spend-on': { type: 'string' }, location: { type: 'string', default: 'westeurope' } },
});
const subscription = values['spend-on'];
process.stdout.write(COST);
if (subscription === undefined) {
  process.stdout.write('Nothing was done: --spend-on SUBSCRIPTION does it.\n');
} else {
  process.exitCode = await proof(subscription, values.location);
}

async function proof(subscriptionId: string, location: string): Promise<number> {
  const suffix = randomBytes(3).toString('hex');
  const interrupted = new AbortController();
  // From now on Ctrl+C begins the deletion; it does not end this program before that is over.
  process.on('SIGINT', () => interrupted.abort());
  const common = {
    commandLine: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    environment: `smoke-${suffix}`,
    say: (text: string) => void process.stdout.write(text),
  };
  const real = await smoke({
    ...common,
    config: smallApplication({ subscriptionId, location, suffix }),
    env: process.env,
    upstream: () => ({}),
    signal: interrupted.signal,
  });
  await writeFile('smoke-on-azure.json', `${JSON.stringify(real.exchanges, null, 1)}\n`);
  if (!real.destroyed) {
    process.stderr.write(
      `Something may be left on Azure: the state is in ${real.directory}; there run draftgenie-deploy destroy again.\n`,
    );
    return 1;
  }
  if (!real.deployed) return 1;
  const simulator = await startSimulator({ profile: 'instant' });
  try {
    const { tenantId, clientId, clientSecret, port, caCertificate: ca } = simulator;
    const signIn = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret };
    const simulated = await smoke({
      ...common,
      config: smallApplication({ subscriptionId: simulator.subscriptionId, location, suffix }),
      env: { ...process.env, ...signIn },
      upstream: () => ({ host: '127.0.0.1', port, ca }),
    });
    const folder = fileURLToPath(new URL('../../test/fixtures/azure-differences/', import.meta.url));
    await mkdir(folder, { recursive: true });
    const found = await writeFixtures(differences(real.exchanges, simulated.exchanges), folder);
    process.stdout.write(found.map((file) => `${file}\n`).join('') || 'Azure and the simulator answered alike.\n');
    return found.length === 0 && simulated.destroyed ? 0 : 2;
  } finally {
    await simulator.close();
  }
}
