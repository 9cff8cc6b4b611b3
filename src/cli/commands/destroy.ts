import { requireSameName } from '../../domain/removal/confirmation.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { carryOut } from '../carry-out.ts';
import { writeOutput } from '../json/write-output.ts';
import { loadConfig } from '../load-config.ts';
import { NO_RUN_OPTIONS } from '../no-run-options.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface DestroyCommandOptions extends CommonOptions {
  readonly keepData: boolean;
  readonly leftBehind: string | undefined;
  readonly include: readonly string[];
  readonly dumpTo: string | undefined;
  readonly confirm: string | undefined;
  readonly expired: boolean;
  readonly autoApprove: boolean;
  readonly dryRun: boolean;
}

/** Deletes what deployments made. Where there is nothing it has nothing to do, and says so. */
export async function destroyCommand(terminal: Terminal, options: DestroyCommandOptions): Promise<ExitCode> {
  const { environment, keepData, leftBehind, include, dumpTo, confirm, expired, remote } = options;
  if (confirm !== undefined) requireSameName(environment, confirm);
  const given = {
    keepData,
    include: [...include],
    expired,
    ...(leftBehind !== undefined && { leftBehind }),
    ...(dumpTo !== undefined && { dumpTo }),
    ...(confirm !== undefined && { confirm }),
  };
  try {
    return await carryOut(
      terminal,
      // The name is the answer to the one question that there is; who gave an environment its time has answered before.
      { ...NO_RUN_OPTIONS, ...options, autoApprove: options.autoApprove || confirm !== undefined || expired },
      {
        work: { kind: 'destroy', ...given },
        words: words(options),
        file: remote === undefined ? await loadConfig(options) : undefined,
      },
    );
  } catch (error) {
    if (!(error instanceof UserError) || !NOTHING_TO_DO.includes(error.code)) throw error;
    const { code, message, hint } = error;
    if (options.output === 'json') {
      writeOutput(terminal, 'nothing_to_do', {
        type: 'nothing_to_do',
        code,
        message,
        ...(hint !== undefined && { hint }),
      });
    }
    const stream = options.output === 'json' ? terminal.stderr : terminal.stdout;
    stream.write(`${message}\n${hint === undefined ? '' : `${hint}\n`}`);
    return ExitCode.ok;
  }
}

const NOTHING_TO_DO: readonly string[] = ['nothing_deployed', 'not_expired'];

function words({ keepData, leftBehind, include, dumpTo, confirm, expired }: DestroyCommandOptions): readonly string[] {
  return [
    'draftgenie-deploy',
    'destroy',
    ...(keepData ? ['--keep-data'] : []),
    ...(leftBehind === undefined ? [] : ['--left-behind', leftBehind]),
    ...include.flatMap((name) => ['--include', name]),
    ...(dumpTo === undefined ? [] : ['--dump-to', dumpTo]),
    ...(confirm === undefined ? [] : ['--confirm', confirm]),
    ...(expired ? ['--expired'] : []),
  ];
}
