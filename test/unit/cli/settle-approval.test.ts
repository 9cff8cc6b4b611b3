import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openConsole } from '../../../src/cli/console/console.ts';
import { type DecisionSource, settleApproval } from '../../../src/cli/settle-approval.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { until } from '../../helpers/wait.ts';

const PLAN: Plan = {
  environment: 'x',
  steps: [],
  resources: [],
  warnings: ['mind the gap'],
  criticalPath: [],
  digest: 'd',
};
const NOBODY: DecisionSource = { decided: async () => undefined };

function ask(elsewhere: DecisionSource, signal = new AbortController().signal, plan = PLAN) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let shown = '';
  stdout.on('data', (piece) => {
    shown += String(piece);
  });
  const streams = { stdin, stdout, stderr: stdout, screen: stdout, interactive: true };
  const { terminal } = openConsole(streams, { isJson: false });
  return { stdin, shown: () => shown, settled: settleApproval(terminal, plan, elsewhere, signal) };
}

describe('the question for an approval', () => {
  it.each([
    ['yes', 'approve'],
    ['YES ', 'approve'],
    ['y', 'reject'],
    ['', 'reject'],
  ])('shows the plan, and takes %j as %s', async (typed, answer) => {
    const { stdin, shown, settled } = ask(NOBODY);
    stdin.write(`${typed}\n`);
    expect(await settled).toEqual({ answer, isMine: true });
    expect(shown()).toContain('mind the gap');
  });

  it('is not asked when the plan is decided already', async () => {
    const { shown, settled } = ask({ decided: async () => 'approve' });
    expect(await settled).toEqual({ answer: 'approve', isMine: false });
    expect(shown()).toBe('');
  });

  it('is taken back when somebody decides elsewhere', async () => {
    let decision: 'reject' | undefined;
    const { shown, settled } = ask({ decided: async () => decision });
    await until(() => shown().includes('Apply this plan?'));
    decision = 'reject';
    expect(await settled).toEqual({ answer: 'reject', isMine: false });
    expect(shown()).toContain('Decided elsewhere: reject');
  });

  it('is taken back when the command is left', async () => {
    const left = new AbortController();
    const { shown, settled } = ask(NOBODY, left.signal);
    await until(() => shown().includes('Apply this plan?'));
    left.abort();
    expect(await settled).toBeUndefined();
  });

  it.each([
    ['staging', { answer: 'approve', confirm: 'staging' }],
    [' staging ', { answer: 'approve', confirm: 'staging' }],
    ['yes', { answer: 'reject' }],
    ['Staging', { answer: 'reject' }],
  ])('of a plan that deletes data is for the name of the environment: %j', async (typed, expected) => {
    const removal = { leftBehind: null, deletesData: true };
    const { stdin, shown, settled } = ask(NOBODY, undefined, { ...PLAN, environment: 'staging', removal });
    stdin.write(`${typed}\n`);
    expect(await settled).toEqual({ ...expected, isMine: true });
    expect(shown()).toContain('Type the name of the environment, staging');
    expect(shown().includes('Expected staging')).toBe(expected.answer === 'reject');
  });
});
