import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';
import { patienceOf, withPatience } from '../../../../src/engine/waiting/patience.ts';
import type { Waiting } from '../../../../src/engine/waiting/waiting.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';
import { fakeAzure } from '../../../helpers/fake-azure.ts';
import { runIdOf, stepContext } from '../../../helpers/step-context.ts';

const HOUR = 3600;
const config = deploymentConfig();
const CONFIG = { ...config, advanced: { ...config.advanced, retryAttempts: 3, retryDelayInSeconds: 5 } };

type Turn = AzureError | 'done' | Waiting;

/** Calls one after the other, each so many seconds after the one before. */
async function lived(
  turns: readonly (readonly [Turn, number])[],
  state: EnvironmentState = emptyState('default'),
): Promise<readonly string[]> {
  const context = await stepContext(fakeAzure().azure, { state });
  const answers: string[] = [];
  for (const [turn, seconds] of turns) {
    context.pass(seconds);
    const outcome = await withPatience(context, patienceOf(CONFIG, 'it'), async () => {
      if (turn instanceof AzureError) throw turn;
      return turn;
    });
    if (outcome.kind === 'answered') answers.push('answered');
    else if (outcome.verdict.kind === 'end') answers.push(`end: ${outcome.verdict.report.message}`);
    else answers.push(`${outcome.verdict.kind} ${outcome.verdict.seconds}`);
  }
  return answers;
}

const WAITING: Waiting = { kind: 'waiting', retryAfterInSeconds: 5, on: 'it' };
const wait = (retryAfterInSeconds: number): AzureError =>
  new AzureError({ code: 'TooManyRequests', message: 'too many', statusCode: 429, retryAfterInSeconds });
const again = (retryAfterInSeconds?: number): AzureError =>
  new AzureError({
    code: 'InternalServerError',
    message: 'too many',
    statusCode: 500,
    ...(retryAfterInSeconds !== undefined && { retryAfterInSeconds }),
  });
const grant = new AzureError({ code: 'ForbiddenByRbac', message: 'too many', statusCode: 403 });

/** With a role assignment of the run that goes on. */
const GRANTED: EnvironmentState = {
  ...emptyState('default'),
  resources: {
    'role:secrets-user': {
      ...{ id: '/subscriptions/s/x', type: 'Microsoft.Authorization/roleAssignments', step: 'create_key_vault' },
      ...{ holds_data: false, immutable: {}, created_by: runIdOf(0) },
    },
  },
};

describe('patience', () => {
  it('waits for what is busy, an hour at most', async () => {
    expect(
      await lived([
        [wait(10), 0],
        [wait(10), HOUR],
        [wait(10), 11],
      ]),
    ).toEqual(['wait 10', 'wait 10', 'end: Azure answered TooManyRequests for 3611 seconds. too many']);
  });

  it('does not count the day that Azure asked for: a second refusal after it is waited out as well', async () => {
    const day = 24 * HOUR;
    expect(
      await lived([
        [wait(day), 0],
        [wait(10), day],
        [wait(10), HOUR],
        [wait(10), 1],
      ]),
    ).toEqual([`wait ${day}`, 'wait 10', 'wait 10', 'end: Azure answered TooManyRequests for 90001 seconds. too many']);
  });

  it('tries again as often as the configuration says, longer apart each time, or as Azure asks', async () => {
    expect(
      await lived([
        [again(), 0],
        [again(), 5],
        [again(7), 10],
        [again(), 7],
      ]),
    ).toEqual(['again 5', 'again 10', 'again 7', 'end: too many']);
  });

  it('gives a grant of this run its time, from the first refusal on', async () => {
    expect(
      await lived(
        [
          [grant, 0],
          [grant, 600],
          [grant, 1],
        ],
        GRANTED,
      ),
    ).toEqual(['wait 10', 'wait 10', 'end: too many']);
  });

  it('takes a refusal at its word where this run has granted nothing', async () => {
    expect(await lived([[grant, 0]])).toEqual(['end: too many']);
  });

  it.each<[string, Turn]>([
    ['any answer', 'done'],
    ['an answer that waits for its own operation', WAITING],
  ])('counts the time of refusals up to %s', async (_, answer) => {
    expect(
      await lived(
        [
          [wait(10), 0],
          [answer, 10],
          [wait(10), 20 * HOUR],
          [grant, 0],
          [answer, 10],
          [grant, 20 * HOUR],
        ],
        GRANTED,
      ),
    ).toEqual(['wait 10', 'answered', 'wait 10', 'wait 10', 'answered', 'wait 10']);
  });

  it('counts tries up to an answer that waits for nothing more: what starts well and then fails ends as well', async () => {
    expect(
      await lived([
        [again(), 0],
        [again(), 5],
        [again(), 10],
        ['done', 20],
        [again(), 0],
        [WAITING, 5],
        [again(), 5],
        [WAITING, 5],
        [again(), 5],
        [WAITING, 5],
        [again(), 5],
      ]),
    ).toEqual([
      ...['again 5', 'again 10', 'again 20', 'answered'],
      ...['again 5', 'answered', 'again 10', 'answered', 'again 20', 'answered', 'end: too many'],
    ]);
  });
});
