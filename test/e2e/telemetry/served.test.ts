import { expect, it, onTestFinished } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { startOtlpCollector } from '../../helpers/http/otlp-collector.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';
import { nesting } from './nesting.ts';

const KILL_SWITCH = new URL('../../crash/kill-switch.ts', import.meta.url).href;
const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

it('a run of a served app is in the trace of whoever started it, whole through a kill of the app', async () => {
  const collector = await startOtlpCollector();
  onTestFinished(() => collector.close());
  const env = {
    DRAFTGENIE_SECRET_PAYMENT_KEY: 'canary-payment-7d21',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
  const dying = await serve({ imports: [KILL_SWITCH], env: { ...env, KILL_AT: 'azure:60:after' } });
  const headers = { traceparent: `00-${CALLER.trace}-${CALLER.span}-01`, 'idempotency-key': 'one' };
  const start = { body: PREBUILT_CONFIG, headers };
  const { runId } = (await dying.deploy('production', start)).body as RunView;
  expect(await dying.exited).toBe('SIGKILL');
  const again = await serve({ directory: dying.directory, env });
  expect(await again.ended(runId)).toMatchObject({ status: 'succeeded' });
  expect(await again.stop()).toBe(0);
  const spans = collector.spans();
  const { orphans, traces, steps, requestsIn } = nesting(spans);
  expect({ orphans, traces, steps: steps.length }).toEqual({ orphans: ['run deploy'], traces: 1, steps: 14 });
  expect(spans.find(({ name }) => name === 'run deploy')).toMatchObject({
    traceId: CALLER.trace,
    parentSpanId: CALLER.span,
    attributes: { 'draftgenie.run.trigger': 'http', 'draftgenie.run.id': runId },
  });
  expect(requestsIn('step create_databases')).toBeGreaterThan(0);
  // What it keeps of its own, in blobs, is nothing that a run asks Azure.
  expect(spans.filter(({ attributes }) => attributes['server.address'] === '127.0.0.1')).toEqual([]);
  expect(collector.metrics().get('draftgenie.runs')).toBe(1);
  const sent = collector.received.map(({ body }) => body.toString('utf8')).join('\n');
  expect(sent).not.toContain('canary-payment-7d21');
});
