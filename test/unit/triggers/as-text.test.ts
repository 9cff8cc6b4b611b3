import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import { openTestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const CONFIG = await startableConfig();
const TEXT = { accept: 'text/plain' };

async function start(body: string, query = '') {
  const test = await openTestApp();
  const headers = { ...TEXT, 'content-type': 'application/yaml' };
  const answer = await test.call('startDeployment', { params: { environment: 'staging' }, headers, body, query });
  return { test, answer };
}

describe('an answer in lines of text', () => {
  it('has the id of a run that was started, what the configuration is warned of, and where the run is', async () => {
    const { answer } = await start(`${CONFIG}\nservicse: {}\n`, 'allowUnknownKeys=true');
    const line = CONFIG.split('\n').length + 1;
    expect(answer).toMatchObject({ status: 202, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(answer.headers.location).toMatch(/^\/api\/deployments\/staging-/);
    expect(answer.body).toMatch(new RegExp(`^${line}:1: warning: servicse: unknown key.*\\nRun staging-\\w+\\n$`));
  });

  it('has every place of a refusal, what to do, and its code', async () => {
    const { answer } = await start(`${CONFIG}\nservicse: {}\n`);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-exit-code': '64' };
    expect(answer).toMatchObject({ status: 400, headers });
    expect(answer.body).toMatch(/^\d+:1: error: servicse: .*\n✗ .* a problem\.\n {2}error: config_invalid\n$/);
  });

  it('has what happened once, begins with what it had before, and says how the run is', async () => {
    const { test, answer } = await start(CONFIG);
    const runId = answer.headers.location?.split('/').at(-1) ?? '';
    const { runs } = test.storage.environment('staging');
    const event = (second: number, more: object): RunEvent =>
      ({ id: `${second}`, runId, environment: 'staging', at: `2026-01-01T00:00:0${second}.000Z`, ...more }) as RunEvent;
    const step = 'create_databases';
    const read = () => test.call('readEvents', { params: { runId }, headers: TEXT });
    await runs.appendEvents(runId, [
      event(1, { type: 'step_started', step, number: 6, reason: 'never run' }),
      event(2, { type: 'step_progress', step, message: 'waits', waitingInSeconds: 1 }),
      event(3, { type: 'log', level: 'warning', message: 'look\n::error::at\u001b[2Jthis' }),
      event(4, { type: 'log', level: 'debug', message: 'nobody reads it' }),
    ]);
    const first = await read();
    expect(first).toMatchObject({ status: 200, headers: { 'x-run-status': 'running' } });
    // What a runner or a terminal would obey is shown.
    expect(first.body).toMatch(/^2026-01-01T00:00:03Z ⚠ look\n {6}\\u003a:error::at\\u001b\[2Jthis$/m);
    expect(first.body).not.toContain('nobody reads it');
    await runs.appendEvents(runId, [
      event(5, { type: 'step_progress', step, message: 'waits', waitingInSeconds: 1 }),
      event(6, { type: 'step_completed', step, durationInMs: 5000, attempts: 2 }),
    ]);
    const second = await read();
    expect(String(second.body).startsWith(String(first.body))).toBe(true);
    expect(String(second.body).match(/▶ .*create_databases/g)).toHaveLength(1);
    expect(second.body).toMatch(/✓ {2}6\/14 create_databases completed in 5\.0 s\n$/);
    const run = await test.call('showDeployment', { params: { runId }, headers: TEXT });
    expect(run.body).toMatch(new RegExp(`^Run ${runId}: running, `));
  });

  it.each([
    ['text/plain', true],
    // What axios sends to whoever says nothing else.
    ['application/json, text/plain, */*', false],
    ['*/*', false],
    [undefined, false],
    ['', false],
    ['text/plain;q=0', false],
    ['text/plain; q=0, */*', false],
    ['text/plain;q=0.5, application/json', false],
    ['text/plain;q=0.5, application/problem+json', false],
    ['TEXT/PLAIN, Application/Json;Q=0.9', true],
    ['text/plain, */*;q=0.1', true],
    ['text/plain, application/json;q=0, */*;q=0.8', true],
    ['text/*;q=0.9, text/plain;q=0.2, application/json;q=0.3', false],
    ['text/plain;note="a, b; q=0"', true],
    ['application/json;note="text/plain, ;q=0"', false],
    ['text/event-stream', false],
  ])('is what was asked for more than JSON only: %s', async (accept, isText) => {
    const test = await openTestApp();
    const params = { runId: 'staging-01HZZZZZZZZZZZZZZZZZZZZZZZ' };
    const { status, body } = await test.call('showDeployment', {
      params,
      ...(accept !== undefined && { headers: { accept } }),
    });
    expect(status).toBe(404);
    if (isText) expect(body).toContain('error: run_unknown');
    else expect(body).toMatchObject({ code: 'run_unknown' });
  });
});
