import { z } from 'zod';
import type { DesiredResource } from '../domain/desired.ts';
import { nameOf } from '../domain/ids.ts';
import { type AllConverged, type Converged, type ConvergeOptions, converge, convergeAll } from '../engine/converge.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { type LeftSecret, secretsWithoutValue, withLeftSecrets, withSecretValues } from '../resources/app/secrets.ts';
import { requireUsableSecrets } from '../secrets/usable-secrets.ts';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { keptAndDropped, leftReferences } from './left-references.ts';

/** What becomes of the references that the configuration has dropped; decided once in a run, so that it writes one body. */
const decisions = defineRecords({
  name: 'left-secrets',
  scope: 'run',
  schema: z.object({ kept: z.array(z.custom<JsonObject>(isJsonObject)), dropped: z.array(z.string()) }),
});
type Decision = z.infer<typeof decisions.schema>;

/**
 * `converge` for apps and jobs, whose secrets Azure does not answer: those that are not ours stay, with values that pass
 * through this process's memory only; references that are ours and wanted no more go once no revision reads them.
 *
 * @throws UserError `secret_unusable` before anything is sent, as well as what `converge` throws
 */
export async function convergeApp(
  context: StepContext,
  desired: DesiredResource,
  options: Pick<ConvergeOptions, 'repairs'> = {},
): Promise<Converged> {
  const wanted = withLeftSecrets(desired, await decide(context, desired));
  return await converge(context, wanted, {
    ...options,
    async complete(body) {
      // Azure reads all of them, those that a request does not carry as well.
      await requireUsableSecrets(context, desired.title, [wanted.body, body]);
      if (secretsWithoutValue(body).length === 0) return body;
      return withSecretValues(body, await context.azure.apps.secretValues(desired.id, desired.kind.apiVersion));
    },
  });
}

/** Side by side; waits for the slowest. */
export async function convergeApps(context: StepContext, desired: readonly DesiredResource[]): Promise<AllConverged> {
  return await convergeAll(context, desired, convergeApp);
}

async function decide(context: StepContext, desired: DesiredResource): Promise<Decision> {
  const known = context.memory.read(decisions, desired.key);
  if (known) return known;
  const found = await lookAt(context, desired);
  const kept = found.filter(({ readBy }) => readBy.length > 0);
  const dropped = found.filter(({ readBy }) => readBy.length === 0);
  for (const { name, readBy } of kept) {
    const [reader, ...others] = readBy;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    context.progress(`${nameOf(desired.id)}: the secret ${name} stays, since ${reader}${more} reads it`);
  }
  for (const { name } of dropped) context.progress(`${nameOf(desired.id)}: the secret ${name} goes, nothing reads it`);
  const decision = keptAndDropped(found);
  await context.memory.write(decisions, decision, desired.key);
  return decision;
}

async function lookAt({ azure, outputs }: StepContext, desired: DesiredResource): Promise<readonly LeftSecret[]> {
  const live = await azure.arm.get(desired.id, desired.kind.apiVersion);
  return live ? await leftReferences(azure, { desired, live, vaultUri: outputs.read('vaultUri') }) : [];
}
