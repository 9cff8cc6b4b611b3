import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OrchestrationStatus } from '../../../../src/runtime/durable/orchestration-status.ts';
import { historyEvents } from '../../../../src/runtime/management/history-events.ts';
import type { Json } from '../../../../src/shared/json.ts';
import { HOST_TURNS } from '../../../helpers/recorded/host-turns.ts';

type Told = Readonly<Record<string, Json>>;

/** The answer of the real management API about one run; source in test/fixtures/functions-host. */
const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/functions-host/recovered-run.json', import.meta.url), 'utf8'),
) as OrchestrationStatus & { readonly historyEvents: readonly Told[] };

describe('the history that the management API shows', () => {
  it('is what the real one makes of the same history', () => {
    const last = HOST_TURNS.findLast(({ payload }) => payload.instanceId === recorded.instanceId);
    const ours = historyEvents(last?.payload.history ?? [], recorded, true);
    expect(ours.map(comparable)).toEqual(recorded.historyEvents.map(comparable));
  });
});

/** Times in seconds: the real API writes them with three different precisions. */
function comparable(told: Told): Told {
  const inSeconds = ([key, value]: [string, Json]): [string, Json] =>
    /Time$|^Timestamp$/.test(key) && value !== null
      ? [key, String(value).slice(0, '2026-01-01T00:00:00'.length)]
      : [key, value];
  return Object.fromEntries(Object.entries(told).map(inSeconds));
}
