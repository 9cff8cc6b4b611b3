import type { RunEvent } from '../../domain/events.ts';
import type { Plan, PlannedStep } from '../../domain/plan-schema.ts';
import { STEPS, type StepName } from '../../domain/steps.ts';

export type RowStatus = 'waiting' | 'running' | 'done' | 'unchanged' | 'failed';

/** Icon and word of each state: never told by colour alone. */
export const STATUS_TEXT: Readonly<Record<RowStatus, { icon: string; word: string }>> = {
  waiting: { icon: '○', word: 'waiting' },
  running: { icon: '▶', word: 'running' },
  done: { icon: '✓', word: 'done' },
  unchanged: { icon: '–', word: 'unchanged' },
  failed: { icon: '✗', word: 'failed' },
};

export interface Row {
  readonly step: StepName;
  readonly number: number;
  status: RowStatus;
  /** Why it runs or not. */
  reason: string;
  /** The newest progress message. */
  note: string;
  startedAt: number | undefined;
  durationInMs: number | undefined;
  /** What the plan said of it; undefined: there is none yet, or not of this step. */
  planned: PlannedStep['action'] | undefined;
  /** It is among those that decide how long the run takes. */
  isCritical: boolean;
  readonly expectedSeconds: number;
}

/** What the events so far add up to: one row per step. Renderers draw it; it draws nothing itself. */
export interface Board {
  readonly rows: readonly Row[];
  plan: Plan | undefined;
  /** When the run began. */
  startedAt: number | undefined;
}

export function createBoard(): Board {
  return {
    plan: undefined,
    startedAt: undefined,
    rows: STEPS.map(({ name, number, typicalSeconds }) => ({
      step: name,
      number,
      status: 'waiting' as RowStatus,
      reason: '',
      note: '',
      startedAt: undefined,
      durationInMs: undefined,
      planned: undefined,
      isCritical: false,
      expectedSeconds: typicalSeconds,
    })),
  };
}

export function applyEvent(board: Board, event: RunEvent): void {
  if (event.type === 'run_started') board.startedAt = Date.parse(event.at);
  if (event.type === 'plan') {
    board.plan = event.plan;
    for (const planned of event.plan.steps) {
      const row = board.rows[planned.number - 1];
      if (!row) continue;
      row.planned = planned.action;
      row.isCritical = event.plan.criticalPath.some(({ step }) => step === planned.step);
      if (row.status === 'waiting') row.reason = planned.reason;
    }
    return;
  }
  if (!('step' in event) || event.step === undefined) return;
  const row = board.rows.find(({ step }) => step === event.step);
  if (!row) return;
  switch (event.type) {
    case 'step_started':
      row.status = 'running';
      row.reason = event.reason;
      row.startedAt = Date.parse(event.at);
      break;
    case 'step_progress':
      row.note = event.message;
      break;
    case 'step_completed':
    case 'step_failed':
      row.status = event.type === 'step_completed' ? 'done' : 'failed';
      row.durationInMs = event.durationInMs;
      row.note = event.type === 'step_failed' ? event.message : '';
      break;
    case 'step_skipped':
      row.status = 'unchanged';
      row.reason = event.reason;
      break;
    case 'log':
      break;
  }
}
