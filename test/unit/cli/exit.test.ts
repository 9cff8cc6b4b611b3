import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import { reportError } from '../../../src/cli/exit.ts';
import { remoteError } from '../../../src/cli/remote/problem-error.ts';
import { ExitCode, receivedCode, UserError } from '../../../src/shared/errors.ts';

/** What a person reads on standard error, and the exit code. */
async function reported(error: unknown): Promise<{ readonly text: string; readonly exitCode: ExitCode }> {
  const stderr = new PassThrough();
  const terminal = {
    stderr,
    stdout: new PassThrough(),
    screen: new PassThrough(),
    stdin: new PassThrough(),
    interactive: false,
  };
  const exitCode = await reportError(error, terminal);
  return { text: String(stderr.read()), exitCode };
}

function refusal(status: number, problem: object): Response {
  return new Response(JSON.stringify({ type: '/problems/x', title: 'x', status, ...problem }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

describe('an error at the command line', () => {
  it('is told with its next step and its documented code', async () => {
    const error = new UserError('The port 80 is in use.', { code: 'port_in_use', hint: 'Name another.' });
    expect(await reported(error)).toEqual({
      text: '✗ The port 80 is in use.\n  Name another.\n  error: port_in_use\n',
      exitCode: ExitCode.failed,
    });
  });

  it('of Azure shows the code that Azure gave', async () => {
    const error = new UserError('No cores.', receivedCode('QuotaExceeded', 'azure_failed'));
    expect((await reported(error)).text).toContain('error: QuotaExceeded');
  });

  it('of Azure, outside a run, is no bug of ours', async () => {
    const error = new AzureError({
      code: 'AuthorizationFailed',
      message: 'no permission',
      statusCode: 403,
      correlationId: 'c-3',
      resource: 'Microsoft.App/containerApps/api',
    });
    const { text, exitCode } = await reported(error);
    expect(text).toMatch(/^✗ Microsoft\.App\/containerApps\/api: no permission\n {2}The deployer lacks a role.*\n/);
    expect(text).toMatch(/\n {2}error: AuthorizationFailed, correlation id c-3\n$/);
    expect(exitCode).toBe(ExitCode.failed);
  });

  it('that is a bug has a code, too, and its stack', async () => {
    const { text, exitCode } = await reported(new TypeError('x is not a function'));
    expect(text).toMatch(/TypeError: x is not a function[\s\S]*exit\.test\.ts[\s\S]*error: internal_error/);
    expect(exitCode).toBe(ExitCode.failed);
  });

  it('of an app has the code of its problem, also one that only a newer version knows', async () => {
    const known = await remoteError(refusal(409, { code: 'run_ended', detail: 'It has ended.' }), 'https://app');
    expect(await reported(known)).toMatchObject({
      exitCode: ExitCode.failed,
      text: expect.stringContaining('run_ended'),
    });
    const newer = await remoteError(refusal(503, { code: 'moon_away', detail: 'No moon.' }), 'https://app');
    expect(newer.code).toBe('remote_failed');
    expect(await reported(newer)).toMatchObject({
      exitCode: ExitCode.failed,
      text: expect.stringContaining('moon_away'),
    });
  });
});
