import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { STEP_NAMES } from '../../../src/domain/steps.ts';
import { createSandbox } from '../../helpers/cli.ts';
import { startOtlpCollector } from '../../helpers/http/otlp-collector.ts';
import { deployWithCanaries, leaks } from '../../helpers/secret-canary.ts';
import { nesting } from './nesting.ts';

const KILL_SWITCH = new URL('../../crash/kill-switch.ts', import.meta.url).href;
const LOADED = new URL('./loaded-modules.mjs', import.meta.url).href;
const INSTANT = ['--simulator-profile', 'instant', '--output', 'json'];
const LIBRARIES = /open-sdk|opentelemetry/;

/** An address of this machine at which nobody answers any more. */
async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it('a run that is killed and goes on is one trace, whole and nested, with no secret in it; without a variable nothing is loaded', async () => {
  const collector = await startOtlpCollector();
  onTestFinished(() => collector.close());
  const sandbox = await createSandbox();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  const sending = { ...env, OTEL_BSP_SCHEDULE_DELAY: '50' };
  const killed = await deployWithCanaries(sandbox, INSTANT, {
    imports: [KILL_SWITCH],
    env: { ...sending, KILL_AT: 'azure:220:after' },
  });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const before = collector.spans().length;
  expect(before).toBeGreaterThan(20);
  const ended = await deployWithCanaries(sandbox, INSTANT, { env: sending });
  expect(ended.events.at(-1), ended.stderr).toMatchObject({ status: 'succeeded' });
  const spans = collector.spans();
  const { orphans, traces, steps, requestsIn } = nesting(spans);
  expect({ orphans, traces, steps }).toEqual({
    orphans: ['run deploy'],
    traces: 1,
    steps: STEP_NAMES.map((name) => `step ${name}`).toSorted(),
  });
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  expect(new Set(spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
  expect(requestsIn('step verify_deployment')).toBeGreaterThan(0);
  expect(requestsIn('step create_databases')).toBeGreaterThan(0);
  const page = await readFile(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');
  const names = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...names].filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
  expect(collector.metrics().get('draftgenie.runs')).toBe(1);
  const sent = collector.received.map(({ body }) => body.toString('utf8')).join('\n');
  expect(await leaks(sandbox, [killed, ended], { telemetry: sent })).toEqual([]);

  const list = join(sandbox.directory, 'loaded');
  const silent = await deployWithCanaries(sandbox, INSTANT, { imports: [LOADED], env: { LOADED_IN: list } });
  expect(silent.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
  const loaded = (await readFile(list, 'utf8')).split('\n');
  expect(loaded.length).toBeGreaterThan(20);
  expect(loaded.filter((url) => LIBRARIES.test(url))).toEqual([]);

  const away = { OTEL_EXPORTER_OTLP_ENDPOINT: await nobody(), LOADED_IN: join(sandbox.directory, 'loaded-then') };
  const alone = await deployWithCanaries(sandbox, INSTANT, { imports: [LOADED], env: away });
  expect(alone.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
  expect(await readFile(away.LOADED_IN, 'utf8')).toMatch(LIBRARIES);
  expect(alone.stderr.match(/OpenTelemetry: .*/g)).toEqual([
    `OpenTelemetry: ${away.OTEL_EXPORTER_OTLP_ENDPOINT} does not answer: ECONNREFUSED. The run is not affected; this is told once.`,
  ]);
});
