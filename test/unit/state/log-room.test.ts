import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import { withRoom } from '../../../src/state/log-room.ts';

const about = { runId: 'r', environment: 'e', at: 't' };

function log(id: string, level: 'info' | 'error' = 'info'): RunEvent {
  return { ...about, id, type: 'log', level, message: 'x'.repeat(100) };
}

function ids(events: readonly RunEvent[]): readonly string[] {
  return events.map(({ id }) => id);
}

describe('the log of a run', () => {
  it('ends at its limit, which is said once, and what is no log goes on', () => {
    const step: RunEvent = { ...about, id: 'step', type: 'step_progress', step: 'create_key_vault', message: 'made' };
    const kept = withRoom([log('a'), log('b'), log('c'), step, log('d')], 0, 400);
    expect(ids(kept)).toEqual(['a', 'b', 'run/log/cut', 'step']);
    expect(kept[2]).toMatchObject({ level: 'warning', message: expect.stringContaining('more than 400 bytes') });
    expect(ids(withRoom([log('e')], 400, 400))).toEqual(['run/log/cut']);
  });

  it('keeps room for errors, so that none is hidden behind many lines', () => {
    expect(ids(withRoom([log('a'), log('b', 'error')], 400, 400))).toEqual(['run/log/cut', 'b']);
    expect(ids(withRoom([log('b', 'error')], 800, 400))).toEqual(['run/log/cut']);
  });
});
