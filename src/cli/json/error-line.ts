import { CommanderError } from 'commander';
import type { RequestProblem } from '../../domain/api/problem.ts';
import { type ExitCode, UserError } from '../../shared/errors.ts';
import type { Output } from './outputs.ts';

/** What a command that failed with this error says at its end. Without the stack of a bug, which standard error has. */
export async function errorLine(error: unknown, exitCode: ExitCode): Promise<Output<'error'>> {
  const problems = problemsOf(error);
  return { type: 'error', ...(await told(error)), ...(problems && { problems }), exitCode };
}

async function told(
  error: unknown,
): Promise<Pick<Output<'error'>, 'code' | 'message'> & Partial<Pick<Output<'error'>, 'hint' | 'correlationId'>>> {
  if (error instanceof CommanderError) {
    return { code: 'command_invalid', message: error.message.replace(/^error: /, '') };
  }
  if (error instanceof UserError) {
    const { shownCode: code, message, hint } = error;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
  if (error instanceof Error && error.name === 'AzureError') {
    const { code, message, hint, correlationId } = (await import('../../engine/failure.ts')).explainFailure(
      error,
    ).report;
    return { code, message, ...(hint && { hint }), ...(correlationId !== undefined && { correlationId }) };
  }
  return { code: 'internal_error', message: error instanceof Error ? error.message : String(error) };
}

function problemsOf(error: unknown): readonly RequestProblem[] | undefined {
  if (!(error instanceof UserError) || !('problems' in error)) return undefined;
  return error.problems as readonly RequestProblem[] | undefined;
}
