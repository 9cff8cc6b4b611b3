import { describe, expect, it } from 'vitest';
import { plainRenderer } from '../../../src/cli/render/plain.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import type { RunView, StepView } from '../../../src/domain/api/views.ts';
import { plainText } from '../../../src/text/plain-text.ts';
import { runText } from '../../../src/text/run-text.ts';

const about = { id: 'x', runId: 'staging-1', environment: 'staging', at: '2026-01-01T00:00:00.000Z' };
const DIGEST = 'd'.repeat(64);

describe('an event in words', () => {
  it('says where a waiting run stands and who is before it', () => {
    expect(plainText({ ...about, type: 'run_queued', place: 2, holder: 'ci' })).toBe(
      'Waiting for its turn: number 2 in the queue; ci holds the environment',
    );
    expect(plainText({ ...about, type: 'run_queued', place: 1, holder: null })).not.toContain('holds');
  });

  it('says who decided about a plan, and why', () => {
    const decided = { ...about, type: 'approval_decided' as const, planDigest: DIGEST, by: 'ada' };
    expect(plainText({ ...decided, decision: 'approve' })).toBe('Plan approved by ada');
    expect(plainText({ ...decided, decision: 'reject', comment: 'not today' })).toBe('Plan rejected by ada: not today');
    expect(plainText({ ...about, type: 'cancel_requested', by: 'ada' })).toContain('Asked to stop by ada');
  });
});

const STEP: StepView = {
  step: 'create_databases',
  number: 6,
  title: 'Databases',
  after: [],
  typicalInSeconds: 720,
  status: 'running',
  reason: 'never run',
  startedAt: null,
  finishedAt: null,
  durationInMs: null,
  attempts: 1,
  waitingFor: 'PostgreSQL server shop',
  checks: [],
  error: null,
};

const RUN: RunView = {
  runId: 'staging-1',
  environment: 'staging',
  status: 'waiting_for_approval',
  startedAt: about.at,
  finishedAt: null,
  durationInMs: 1500,
  executed: [],
  skipped: [],
  failed: [],
  trigger: 'http',
  requestedBy: 'ada',
  place: null,
  cancelRequested: false,
  plan: null,
  pendingApproval: null,
  decisions: [],
  steps: [STEP],
  removals: [],
  error: null,
  addresses: {},
  links: { self: '', events: '', approval: '', cancel: '' },
};

describe('a run in words', () => {
  it('tells what a step waits for, and how to approve the plan', () => {
    const text = runText({ ...RUN, pendingApproval: DIGEST });
    expect(text).toContain('Run staging-1: waiting for approval, 1.5 s');
    expect(text).toMatch(/▶ +6 create_databases +running +PostgreSQL server shop/);
    expect(text).toContain(`draftgenie-deploy approve staging-1 --plan ${DIGEST}`);
  });

  it('tells how it failed, and who decided', () => {
    const failure = { code: 'quota', message: 'no room', hint: 'Ask for more.' };
    const text = runText({
      ...RUN,
      status: 'failed',
      finishedAt: about.at,
      place: null,
      cancelRequested: true,
      decisions: [{ planDigest: DIGEST, decision: 'approve', by: 'eve', at: about.at, comment: 'go' }],
      steps: [{ ...STEP, status: 'failed', waitingFor: null, error: failure }],
      error: failure,
    });
    expect(text).toContain('✗ quota: no room\n  Ask for more.');
    expect(text).toContain('Plan approved by eve at 2026-01-01T00:00:00.000Z: go');
    expect(text).not.toContain('Asked to stop');
  });
});

describe('the lines for continuous integration', () => {
  it('have their time, and tell once what a step waits for, and again after something else', () => {
    const lines: string[] = [];
    const stdout = { write: (text: string) => lines.push(text) > 0 };
    const renderer = plainRenderer({ stdout } as unknown as Terminal, true);
    const tell = (step: 'create_databases' | 'verify_deployment', message: string): void =>
      renderer.event({ ...about, type: 'step_progress', step, message });
    tell('create_databases', 'the server');
    tell('verify_deployment', 'the server');
    tell('create_databases', 'the server');
    tell('create_databases', 'the database');
    tell('create_databases', 'the server');
    expect(lines.map((line) => line.replace(/^2026-01-01T00:00:00Z +/, '').slice(0, 4))).toEqual([
      '6/14',
      '14/1',
      '6/14',
      '6/14',
    ]);
  });
});
