import { expect, it } from 'vitest';
import { follow } from '../../../helpers/cli/follow.ts';
import { runInProcess } from '../../../helpers/cli/in-process.ts';
import { answerJson, answerProblem, scriptedServer } from '../../../helpers/http/scripted-server.ts';
import { RUN_ID, scriptedRun } from '../../../helpers/page/scripted-run.ts';

it('an app of an earlier version, which gives no hints, says who holds the environment: the command stops that run', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  const lock = { runId: RUN_ID, holder: 'ci@elsewhere', acquiredAt: at, step: null, wakeBy: at };
  const { url, requests } = await scriptedServer(
    answerProblem(409, { code: 'state_locked', detail: 'Another run holds the environment.', lock }),
    answerJson(200, scriptedRun({ finishedAt: null })),
    answerJson(202, scriptedRun({ finishedAt: null })),
  );
  const key = ['--key', 'k'];
  const refused = await runInProcess(['drift', '--remote', url, ...key]);
  expect(refused.exitCode).toBe(75);
  const stopped = await follow('cli/remote/problem-error: cancel', refused.stderr, runInProcess, key);
  expect([stopped.exitCode, stopped.stdout + stopped.stderr]).toEqual([
    0,
    expect.stringContaining(`Run ${RUN_ID} will start nothing`),
  ]);
  expect(requests.at(-1)).toMatchObject({ method: 'POST', path: `/api/deployments/${RUN_ID}/cancel` });
});
