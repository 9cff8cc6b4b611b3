import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/triggers/app-services.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

/** The machine may be busy. */
const PATIENT = { ...DEFAULT_LIMITS, parseInSeconds: 600 };

async function start(test: TestApp, body: string) {
  const headers = { 'content-type': 'application/yaml' };
  return await test.call('startDeployment', { params: { environment: 'staging' }, headers, body });
}

/** The example with services of which each names the one before, as large as it may be. */
async function largeConfig(services: number): Promise<string> {
  const more = Array.from(
    { length: services },
    (_, index) =>
      `  more_${index}: {image: "nginx:1", port: 80, depends_on: [${index > 0 ? `more_${index - 1}` : ''}]}\n`,
  );
  return (await startableConfig()).replace(/^services:\n/m, `services:\n${more.join('')}`);
}

describe('a configuration that is costly to read', () => {
  it('holds nobody up, and is what it is in the end', async () => {
    const test = await openTestApp({ limits: PATIENT });
    const started = start(test, await largeConfig(1500));
    const order: string[] = [];
    const asked = (async () => {
      for (let count = 0; count < 20; count += 1) await test.call('listEnvironments', {});
      order.push('asked twenty times');
    })();
    const answer = await started.finally(() => order.push('started'));
    await asked;
    expect(order).toEqual(['asked twenty times', 'started']);
    expect(answer).toMatchObject({ status: 202, body: { status: 'running' } });
    const [run] = await test.storage.environment('staging').runs.runs({ limit: 1 });
    const request = await test.storage.environment('staging').runs.request(run?.runId ?? '');
    const config = await test.storage.environment('staging').runs.config(request?.configDigest ?? '');
    expect(config.services.infrastructure.length).toBeGreaterThan(1500);
  });

  it('is refused at its place all the same', async () => {
    const test = await openTestApp({ limits: PATIENT });
    const answer = await start(test, `${await largeConfig(500)}\nports: 80\n`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'config_invalid', problems: [{ path: 'ports' }] } });
  });

  it('is filled in with the variables of the request, and else with those of the app', async () => {
    const test = await openTestApp({ limits: PATIENT });
    const padding = `# ${'x'.repeat(20_000)}\n`;
    const config = `interpolate: true\n${await startableConfig()}\nx-a: "\${TAG}"\n${padding}`;
    const services = 'services:\n  one: {image: "nginx:${TAG}-${OTHER}", port: 80}\n';
    const body = JSON.stringify({ config: config.replace(/^services:\n/m, services), variables: { OTHER: 'b' } });
    const headers = { 'content-type': 'application/json' };
    const answer = await test.call('startDeployment', { params: { environment: 'staging' }, headers, body });
    expect(answer.status).toBe(202);
    const { runs } = test.storage.environment('staging');
    const [run] = await runs.runs({ limit: 1 });
    const config_ = await runs.config((await runs.request(run?.runId ?? ''))?.configDigest ?? '');
    expect(config_.services.infrastructure).toMatchObject([{ image: 'nginx:1.2-b' }, {}, {}]);
  });

  it('is given up when its time is over, and nothing is started', async () => {
    const test = await openTestApp({ limits: { ...DEFAULT_LIMITS, parseInSeconds: 0.001 } });
    const answer = await start(test, await largeConfig(1500));
    expect(answer).toMatchObject({ status: 422, body: { code: 'config_too_costly' } });
    expect((answer.body as { detail: string }).detail).toContain('more than 0.001 seconds');
    expect(test.engine.started).toEqual([]);
  });

  it('waits while others are read, and is told to come back where too many wait', async () => {
    const test = await openTestApp({ limits: { ...DEFAULT_LIMITS, parseInSeconds: 0.001 } });
    const body = `# ${'x'.repeat(20_000)}\n${await startableConfig()}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(test, body)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(18);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': '5' }, body: { code: 'parsing_busy' } });
  });
});
