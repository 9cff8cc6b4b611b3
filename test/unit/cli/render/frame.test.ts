import { describe, expect, it } from 'vitest';
import { applyEvent, createBoard } from '../../../../src/cli/render/board.ts';
import { frameOf } from '../../../../src/cli/render/frame.ts';
import type { RunEvent } from '../../../../src/domain/events.ts';
import type { Plan } from '../../../../src/domain/plan-schema.ts';
import { STEPS, type StepName } from '../../../../src/domain/steps.ts';

const BEGIN = Date.parse('2026-01-01T00:00:00.000Z');
const NOW = BEGIN + 370_000;
const CRITICAL: readonly StepName[] = ['create_databases', 'store_secrets', 'run_migrations', 'verify_deployment'];

function at(seconds: number) {
  return { id: 'x', runId: 'r', environment: 'default', at: new Date(BEGIN + seconds * 1000).toISOString() };
}

const plan: Plan = {
  environment: 'default',
  steps: STEPS.map(({ name, number }) => ({
    step: name,
    number,
    action: number === 1 ? 'skip' : 'run',
    reason: number === 1 ? 'unchanged' : 'never run',
    changed: [],
  })),
  resources: [],
  warnings: [],
  criticalPath: CRITICAL.map((step) => ({ step, estimatedSeconds: 225 })),
  digest: 'd',
};

const started = (step: StepName, second: number): RunEvent => ({
  ...at(second),
  type: 'step_started',
  step,
  number: 1,
  reason: 'never run',
});

const EVENTS: readonly RunEvent[] = [
  { ...at(0), type: 'run_started', resumed: false, startedBy: 'ada', version: '1' },
  { ...at(2), type: 'plan', plan },
  started('create_resource_group', 3),
  { ...at(8), type: 'step_completed', step: 'create_resource_group', durationInMs: 5_000, attempts: 1 },
  started('create_databases', 9),
  { ...at(10), type: 'step_progress', step: 'create_databases', message: 'PostgreSQL server 商店\nand Redis' },
  started('create_monitoring', 11),
  started('create_container_registry', 200),
  started('create_key_vault', 300),
  { ...at(310), type: 'step_progress', step: 'create_key_vault', message: 'the role on key vault shop' },
];

function picture(columns: number | undefined, rows: number | undefined, events = EVENTS): readonly string[] {
  const board = createBoard();
  for (const event of events) applyEvent(board, event);
  return frameOf(board, { columns, rows }, NOW).map(({ text }) => text);
}

/** As terminals count: https://www.unicode.org/reports/tr11/ */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
}

describe('the picture of a run', () => {
  it.each([
    [0, 0],
    [40, 24],
    [80, 24],
    [200, 50],
    [80, 8],
    [1, 10],
    [120, 3],
  ])('in %i columns and %i rows is neither wider nor higher, and is as it was', async (columns, rows) => {
    const lines = picture(columns, rows);
    expect(lines.length).toBeLessThan(rows || 24);
    for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns || 80);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../../fixtures/frames/${columns}x${rows}.txt`);
  });

  it('begins before there is a plan', () => {
    expect(picture(80, 24, EVENTS.slice(0, 1))).toEqual(['6:10 looking at what is there']);
  });

  it('has the three slowest that are under way first where not all fit', () => {
    const names = picture(80, 5)
      .slice(1)
      .map((line) => line.split(/\s+/)[2]);
    expect(names).toEqual(['*create_databases', 'create_monitoring', 'create_container_registry']);
  });
});
