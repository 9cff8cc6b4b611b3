import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunView } from '../src/domain/api/views.ts';
import { shownText } from '../src/shared/shown-text.ts';
import { planText } from '../src/text/plan-text.ts';

/**
 * Writes the plan of a run beside the checkout, for a later step that keeps it: plan.json as the app answers it, plan.txt as people read it.
 *
 * @param root the runner's folder for what a job makes; undefined: it has none, and nothing is written
 * @returns the folder
 */
export async function writePlan(
  root: string | undefined,
  { runId, plan }: Pick<RunView, 'runId' | 'plan'>,
): Promise<string | undefined> {
  if (!root || !plan) return undefined;
  const folder = join(root, `draftgenie-deploy-${runId}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
  await writeFile(join(folder, 'plan.txt'), shownText(planText(plan)));
  return folder;
}
