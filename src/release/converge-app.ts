import { z } from 'zod';
import type { ArmResource } from '../azure/ports.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { nameOf } from '../domain/ids.ts';
import { recordedFamily } from '../domain/outputs.ts';
import { displayPath } from '../domain/ownership/field-path.ts';
import {
  type AllConverged,
  type Converged,
  type ConvergeOptions,
  converge,
  convergeAll,
  ownershipBefore,
} from '../engine/converge.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { type Leftovers, withLeftovers } from '../resources/app/leftovers.ts';
import type { SecretValues } from '../resources/app/plain-secrets.ts';
import { secretsWithoutValue, withSecretValues } from '../resources/app/secrets.ts';
import { storedValues } from '../secrets/known-values.ts';
import { requireUsableSecrets } from '../secrets/usable-secrets.ts';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { decideLeftovers, type FoundLeftovers, findLeftovers } from './leftovers.ts';
import { asEnvironmentTakes } from './workload-profile.ts';

/** What becomes of what the configuration does not name; decided once in a run, so that it writes one body. No values. */
const decisions = defineRecords({
  name: 'left-secrets',
  scope: 'run',
  schema: z.object({
    kept: z.array(z.custom<JsonObject>(isJsonObject)),
    dropped: z.array(z.string()),
    /** Version 0.1 did not write these. */
    registries: z.array(z.string()).default([]),
    entries: z.array(z.custom<JsonObject>(isJsonObject)).default([]),
    variables: z
      .array(z.object({ path: z.array(z.string()), secretRef: z.string(), secret: z.string().exactOptional() }))
      .default([]),
  }),
});

/**
 * `converge` for apps and jobs, whose secrets Azure does not answer: those that are not ours stay, with values that pass
 * through this process's memory only; references that are ours and wanted no more go once no revision reads them, and so do
 * passwords of registries that a write replaces. Secrets in plain text become references.
 *
 * @throws UserError `secret_unusable` before anything is sent, as well as what `converge` throws
 */
export async function convergeApp(
  context: StepContext,
  desired: DesiredResource,
  options: Pick<ConvergeOptions, 'repairs'> = {},
): Promise<Converged> {
  const wanted = await withWhatIsThere(context, desired);
  return await converge(context, wanted, {
    ...options,
    asMade: (one) => asEnvironmentTakes(context, one),
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

interface Looked {
  /** Where it was just looked at. */
  readonly live?: ArmResource;
  /** False: what nothing reads any more stays for now. */
  readonly takesAway?: boolean;
}

/** The app or job as a write of this run makes it. */
export async function withWhatIsThere<Resource extends DesiredResource>(
  context: StepContext,
  desired: Resource,
  looked: Looked = {},
): Promise<Resource> {
  const leftovers = context.memory.read(decisions, desired.key) ?? (await decide(context, desired, looked));
  return withLeftovers(desired, leftovers, (secret) => context.outputs.read('secret', secret));
}

async function decide(
  context: StepContext,
  desired: DesiredResource,
  { live: known, takesAway = true }: Looked,
): Promise<Leftovers> {
  const live = known ?? (await context.azure.arm.get(desired.id, desired.kind.apiVersion));
  const found: FoundLeftovers = live
    ? await findLeftovers(context.azure, {
        ...{ config: context.config, desired, live, outputs: context.outputs },
        applied: ownershipBefore(context, desired).applied,
        values: () => valuesIn(context),
      })
    : { secrets: [], entries: [], registries: [], variables: [], doubtful: [] };
  const { kept, dropped, entries, registries, variables } = decideLeftovers(found);
  if (takesAway) tell(context, nameOf(desired.id), found);
  const decision = {
    ...{ kept: [...kept], dropped: takesAway ? [...dropped] : [] },
    ...{ entries: [...entries], registries: [...registries] },
    variables: variables.map(({ path, ...to }) => ({ path: [...path], ...to })),
  };
  await context.memory.write(decisions, decision, desired.key);
  return decision;
}

function tell(context: StepContext, app: string, { secrets, doubtful }: FoundLeftovers): void {
  for (const { name, readBy } of secrets) {
    const [reader, ...others] = readBy;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    if (reader === undefined) context.progress(`${app}: the secret ${name} goes, nothing reads it`);
    else context.progress(`${app}: the secret ${name} stays, since ${reader}${more} reads it`);
  }
  for (const { path, secrets: names } of doubtful) {
    const which = names.length === 1 ? names[0] : `one of ${names.join(', ')}`;
    context.log(
      'warning',
      `${app}: ${displayPath(path)} may be ${which} in plain text, which cannot be read to compare`,
    );
  }
}

/** Read once in a call of a step, for all of its apps. */
const valuesRead = new WeakMap<StepContext, Promise<SecretValues>>();

function valuesIn(context: StepContext): Promise<SecretValues> {
  const vaultUri = context.outputs.read('vaultUri');
  const known =
    valuesRead.get(context) ??
    storedValues(context.azure.vault(vaultUri), vaultUri, recordedFamily(context.state, 'secret'));
  valuesRead.set(context, known);
  return known;
}
