import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import type { RunEvent } from '../../../src/domain/events.ts';
import { DEFAULT_LIMITS } from '../../../src/triggers/app-services.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const CONFIG = await startableConfig();

async function runWithEvents(count: number, completed = true): Promise<{ test: TestApp; runId: string }> {
  const test = await openTestApp({ limits: { ...DEFAULT_LIMITS, pollInMs: 1 } });
  const { runId } = (
    await test.call('startDeployment', {
      params: { environment: 'staging' },
      headers: { 'content-type': 'application/yaml' },
      body: CONFIG,
    })
  ).body as RunView;
  const about = { runId, environment: 'staging', at: 't' };
  const events: RunEvent[] = Array.from({ length: count }, (_, index) => ({
    ...about,
    id: `log/${index}`,
    type: 'log',
    level: 'info',
    message: `line ${index} ä`,
  }));
  const end: RunEvent = {
    ...about,
    id: 'end',
    type: 'run_completed',
    status: 'succeeded',
    executed: [],
    skipped: [],
    failed: [],
    durationInMs: 1,
  };
  await test.storage.environment('staging').runs.appendEvents(runId, completed ? [...events, end] : events);
  return { test, runId };
}

describe('the events of a run', () => {
  it('are NDJSON from any position that an answer gave', async () => {
    const { test, runId } = await runWithEvents(3, false);
    const params = { runId };
    const all = await test.call('readEvents', { params });
    expect(String(all.body).split('\n')).toHaveLength(4);
    const rest = await test.call('readEvents', { params, query: `after=${all.headers['x-position']}` });
    expect(rest).toMatchObject({ status: 200, body: '', headers: { 'x-position': all.headers['x-position'] } });
  });

  it.each(['-1', '999999', 'x', '1e3', ''])('refuse %j as a position', async (after) => {
    const { test, runId } = await runWithEvents(1);
    expect(await test.call('readEvents', { params: { runId }, query: `after=${after}` })).toMatchObject({
      status: 400,
      body: { code: 'position_invalid' },
    });
  });

  it('are followed as a stream that can be taken up after any message', async () => {
    const { test, runId } = await runWithEvents(3);
    const headers = { accept: 'text/event-stream' };
    const whole = String((await test.call('readEvents', { params: { runId }, headers })).body);
    const ids = [...whole.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
    expect(ids).toHaveLength(4);
    expect(whole.endsWith('event: end\ndata: {}\n\n')).toBe(true);
    const { runs } = test.storage.environment('staging');
    const summary = await runs.summary(runId);
    if (summary) await runs.writeSummary({ ...summary, status: 'succeeded', finishedAt: 't' });
    for (const [index, id] of ids.entries()) {
      const again = await test.call('readEvents', { params: { runId }, headers: { ...headers, 'last-event-id': id } });
      const left = [...String(again.body).matchAll(/^id: (.*)$/gm)].map(([, one]) => one);
      expect(left).toEqual(ids.slice(index + 1));
      expect(String(again.body).endsWith('event: end\ndata: {}\n\n')).toBe(true);
    }
  });

  it.each([
    ['text/event-stream', true],
    ['Text/Event-Stream; q=0.5, application/x-ndjson; q=0.4', true],
    ['text/event-stream, */*', true],
    ['text/event-stream;q=0, application/x-ndjson', false],
    ['text/event-stream; q=0.4, application/x-ndjson', false],
    ['text/event-streams', false],
    ['application/x-ndjson; profile="text/event-stream"', false],
    ['*/*', false],
  ])('are a stream where one is asked for: %j → %j', async (accept, isStream) => {
    const { test, runId } = await runWithEvents(1);
    const answer = await test.call('readEvents', { params: { runId }, headers: { accept } });
    const type = isStream ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson';
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  });

  it('are told anew to whoever comes back with what the storage has lost since', async () => {
    const { test, runId } = await runWithEvents(3);
    const headers = { accept: 'text/event-stream', 'last-event-id': '999999' };
    const { runs } = test.storage.environment('staging');
    const summary = await runs.summary(runId);
    if (summary) await runs.writeSummary({ ...summary, status: 'succeeded', finishedAt: 't' });
    const answer = await test.call('readEvents', { params: { runId }, headers });
    expect([...String(answer.body).matchAll(/^id: /gm)]).toHaveLength(4);
  });
});
