import { describe, expect, it } from 'vitest';
import { inThread, OverBudget } from '../../../src/shared/in-thread.ts';

/** A module for a thread. */
function moduleOf(code: string): URL {
  const text = `import { parentPort, workerData } from 'node:worker_threads';\n${code}`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

const MINUTE_IN_MS = 60_000;

describe('work in a thread', () => {
  it('answers, and knows nothing of the process but what it is given', async () => {
    process.env.DRAFTGENIE_TEST_VALUE = 'canary';
    const work = moduleOf('parentPort.postMessage([workerData, Object.keys(process.env)]);');
    expect(await inThread(work, new Map([['a', 1]]), MINUTE_IN_MS)).toEqual([new Map([['a', 1]]), []]);
  });

  it('that never ends is ended, while the process goes on', async () => {
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 1);
    await expect(inThread(moduleOf('for (;;);'), undefined, 300)).rejects.toThrow(OverBudget);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(0);
  });

  it('fails as it fails itself, also when it says nothing at all', async () => {
    await expect(inThread(moduleOf('throw new TypeError("no");'), undefined, MINUTE_IN_MS)).rejects.toThrow(
      new TypeError('no'),
    );
    await expect(inThread(moduleOf(''), undefined, MINUTE_IN_MS)).rejects.toThrow('without an answer');
  });
});
