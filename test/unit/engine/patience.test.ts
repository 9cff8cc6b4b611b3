import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/engine/failure.ts';
import { patienceFor } from '../../../src/engine/patience.ts';
import type { StepMemory } from '../../../src/engine/step.ts';
import type { Json } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

const REPORT = { code: 'TooManyRequests', message: 'too many' };
const HOUR = 3600;
const config = deploymentConfig();
const CONFIG = { ...config, advanced: { ...config.advanced, retryAttempts: 3, retryDelayInSeconds: 5 } };

/** Failures one after the other, each so many seconds after the one before. */
async function lived(failures: readonly (readonly [Failure, number])[]): Promise<readonly string[]> {
  const kept = new Map<string, Json>();
  const memory: StepMemory = {
    get: <T extends Json>(key: string) => kept.get(key) as T | undefined,
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
  let now = Date.parse('2026-01-01T00:00:00Z');
  const answers: string[] = [];
  for (const [failure, seconds] of failures) {
    now += seconds * 1000;
    const answer = await patienceFor(failure, memory, new Date(now), CONFIG);
    answers.push(answer.kind === 'end' ? `end: ${answer.report.message}` : `${answer.kind} ${answer.seconds}`);
  }
  return answers;
}

const wait = (afterInSeconds: number): Failure => ({ kind: 'wait', afterInSeconds, report: REPORT });
const again = (afterInSeconds?: number): Failure => ({
  kind: 'retry',
  report: REPORT,
  ...(afterInSeconds !== undefined && { afterInSeconds }),
});

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

  it('gives a grant its time, from the first refusal on', async () => {
    const grant: Failure = { kind: 'propagation', afterInSeconds: 10, limitInSeconds: 600, report: REPORT };
    expect(
      await lived([
        [grant, 0],
        [grant, 600],
        [grant, 1],
      ]),
    ).toEqual(['wait 10', 'wait 10', 'end: too many']);
  });
});
