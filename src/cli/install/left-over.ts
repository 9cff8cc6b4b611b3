import type { ConfigFile, Deployments } from '../../runs/deployments.ts';
import { ExitCode } from '../../shared/errors.ts';
import { carryOutOn } from '../carry-out.ts';
import type { DeployOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Deletes what an installation was once told to have, and no longer is: roles where it does not deploy any more, events that nobody is to
 * hear of. A deployment leaves such things behind, and a role or a subscription that is left behind still does what it did. What holds
 * data stays, and is told as everywhere.
 *
 * Each is a run that deletes, with its plan; one that is cut short is repeated by the next `install`.
 */
export async function removeLeftOver(
  deployments: Deployments,
  terminal: Terminal,
  options: DeployOptions,
  file: ConfigFile,
): Promise<ExitCode> {
  const left = (await deployments.show())?.leftBehind ?? [];
  for (const { name } of left.filter(({ holdsData }) => !holdsData)) {
    const code = await carryOutOn(deployments, terminal, options, {
      work: { kind: 'destroy', leftBehind: name, keepData: false, include: [], expired: false },
      words: ['draftgenie-deploy', 'destroy', '--left-behind', name],
      file,
    });
    if (code !== ExitCode.ok) return code;
  }
  return ExitCode.ok;
}
