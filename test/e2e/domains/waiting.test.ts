import { expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { shop, succeeded } from '../../helpers/domains/named-shop.ts';
import { watchedAzure } from '../../helpers/domains/watched-azure.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';

const NAME = 'www.example.net';
const ARGS = ['--config', 'own.yaml', '--auto-approve', '--output', 'json'];

async function ownShop(domains: string, more = '') {
  const sandbox = await createSandbox();
  await sandbox.write('Dockerfile', 'FROM node:24-alpine\nCOPY server.js ./\nCMD ["node", "server.js"]\n');
  await sandbox.write('server.js', '');
  await sandbox.write('own.yaml', shop(domains, more));
  return sandbox;
}

it('waits in one run until DNS shows the records, tells what it shows instead, and binds the name', async () => {
  const sandbox = await ownShop(`[${NAME}]`);
  const { simulator, recordsFor, run } = await watchedAzure();
  simulator.writeDns({ records: [{ name: NAME, type: 'CNAME', data: ['elsewhere.example.com'] }] });
  const result = await run(sandbox, ARGS, {
    limitInMs: 200_000,
    when: [
      {
        printed: /DNS shows elsewhere\.example\.com/,
        act: () => void recordsFor(NAME, 'web').then((records) => simulator.writeDns({ records })),
      },
    ],
  });
  succeeded(result);
  expect(planOf(result).domains).toEqual([
    {
      service: 'web',
      name: NAME,
      records: [
        { type: 'CNAME', name: NAME, value: '(known after create_container_apps_env)', ours: false },
        { type: 'TXT', name: `asuid.${NAME}`, value: '(known after create_container_apps_env)', ours: false },
      ],
    },
  ]);
  const told = result.events.flatMap(({ type, message }) => (type === 'step_progress' ? [String(message)] : []));
  const order = [`${NAME} needs in DNS`, `${NAME}: DNS shows its records`, `https://${NAME} has`];
  const places = order.map((text) => told.findIndex((line) => line.includes(text)));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(result.events.at(-1)).toMatchObject({ addresses: { [NAME]: `https://${NAME}` } });
});

it('goes on waiting after it was killed', async () => {
  const sandbox = await ownShop(`[${NAME}]`);
  const { simulator, recordsFor, run } = await watchedAzure();
  const killed = await run(sandbox, ARGS, {
    when: [{ printed: /needs in DNS/, act: (pid) => process.kill(pid, 'SIGKILL') }],
  });
  expect(killed.signal).toBe('SIGKILL');
  simulator.writeDns({ records: await recordsFor(NAME, 'web') });
  const resumed = succeeded(await run(sandbox, ARGS, { limitInMs: 200_000 }));
  expect(resumed.events.at(-1)?.runId).toBe(killed.events[0]?.runId);
  expect(resumed.events.at(-1)).toMatchObject({ addresses: { [NAME]: `https://${NAME}` } });
});

it('tells in its status what it waits for, and ends when it is interrupted, with the application released', async () => {
  const sandbox = await ownShop(`[${NAME}]`);
  const { run } = await watchedAzure();
  let status = '';
  const askThenStop = async (pid: number): Promise<void> => {
    status = (await run(sandbox, ['status', '--config', 'own.yaml'])).stdout;
    process.kill(pid, 'SIGINT');
  };
  const stopped = await run(sandbox, ARGS, {
    limitInMs: 200_000,
    when: [{ printed: /DNS to show the records/, act: (pid) => void askThenStop(pid) }],
  });
  expect(stopped.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'cancelled', failed: [] });
  expect(status).toContain(`verify_deployment waits for DNS to show the records of ${NAME}`);
  expect(status).toMatch(/CNAME www\.example\.net → web\.\S+\.azurecontainerapps\.io \(DNS shows none yet\)/);
});
