import { z } from 'zod';
import { AzureError } from '../../azure/errors.ts';
import type { ArmResource } from '../../azure/ports.ts';
import { outputText } from '../../domain/generic/output-text.ts';
import { plainSecrets } from '../../domain/generic/plain-secrets.ts';
import { recordedFamily } from '../../domain/outputs.ts';
import { declaredOutputs } from '../../domain/templates/declared.ts';
import type { TemplateConfig } from '../../domain/templates/template-config.ts';
import { templateKey, templateMaking, templateNamed } from '../../domain/templates/template-key.ts';
import { deploymentRequest, templateDeployment, templateOf } from '../../resources/templates/template-deployment.ts';
import { recordedParts, templatePart } from '../../resources/templates/template-part.ts';
import { UserError } from '../../shared/errors.ts';
import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { type Converged, converge } from '../converge.ts';
import { withSecretValues } from '../generic/secret-values.ts';
import { liveResource } from '../live-resource.ts';
import { defineRecords, doneSchema } from '../record.ts';
import { settleEach } from '../settle.ts';
import type { StepContext } from '../step.ts';
import { deployedParts, operationsOf } from './deployed-parts.ts';
import { deploymentFailure } from './deployment-failure.ts';
import { isMadeHere, lookBefore } from './look-before.ts';

/** This run has seen that everything which the template made is there. */
const seen = defineRecords({ name: 'partsSeen', scope: 'run', schema: doneSchema });
/** What a deployment made, so that each call of the step records it without asking again. */
const deployed = defineRecords({
  name: 'partsOf',
  scope: 'run',
  schema: z.object({
    deployment: z.string(),
    parts: z.array(
      z.object({
        id: z.string(),
        apiVersion: z.string(),
        body: z.record(z.string(), z.json()) as z.ZodType<JsonObject>,
        needs: z.array(z.string()),
      }),
    ),
  }),
});

const READS_AT_A_TIME = 8;

/**
 * Deploys one template where it, or what it is given, is another one than was deployed last, where something that it made is gone, and
 * where it is to be repaired; and remembers what it made. A deployment of this name that runs is waited for.
 *
 * @param context whose outputs are those of earlier steps, and of what this step made before it
 * @throws AzureError with what each resource that failed was refused for; UserError as `converge` and `lookBefore` do
 */
export async function convergeTemplate(context: StepContext, key: string): Promise<Converged> {
  const name = templateNamed(key) ?? '';
  const template = templateOf(context, name);
  const desired = templateDeployment(context, key);
  try {
    const result = await converge(context, desired, {
      complete: async () => {
        const request = deploymentRequest(template, await withSecretValues(context, desired.body));
        await lookBefore(context, desired, request);
        return request;
      },
      isDueAnyway: () => isDueAnyway(context, name),
    });
    if (result.kind === 'ready') await recordParts(context, name, template, result.live);
    return result;
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    const live = await liveResource(context.azure.arm, desired);
    if (!live) throw error;
    // What it made before it failed is ours as well, so that it can be gone on with, or removed.
    await recordParts(context, name, template, live);
    throw deploymentFailure(error, await operationsOf(context.azure.arm, live.id));
  }
}

/** The template says what it said before, and what it made may not be as it left it. */
async function isDueAnyway(context: StepContext, name: string): Promise<boolean> {
  if (context.options.refresh === true || context.reason.forced) return true;
  if (context.memory.read(seen, name)) return false;
  const parts = partsOf(context, name);
  const found = await settleEach(parts, READS_AT_A_TIME, (part) => liveResource(context.azure.arm, part));
  if (found.includes(undefined)) return true;
  await context.memory.write(seen, true, name);
  return false;
}

function partsOf({ config, state }: StepContext, name: string) {
  return recordedParts(config, state).filter(({ key }) => templateMaking(key) === name);
}

/** What a deployment made, read once; what an earlier one made and this one does not name any more is left behind. */
async function recordParts(
  context: StepContext,
  name: string,
  template: TemplateConfig,
  live: ArmResource,
): Promise<void> {
  const deployment = deploymentMark(live);
  const key = templateKey(name);
  if (recordedFamily(context.state, 'resourceMade')[key] === deployment) return;
  if (recordedFamily(context.state, 'lateResourceMade')[key] === deployment) return;
  const known = context.memory.read(deployed, name);
  const parts =
    known?.deployment === deployment ? known.parts : await deployedParts(context.azure.arm, name, template, live);
  // One that failed, or runs, has not come to the rest of it.
  const isWhole = scalarText(jsonAt(live, 'properties.provisioningState')).toLowerCase() === 'succeeded';
  if (isWhole && known?.deployment !== deployment)
    await context.memory.write(deployed, { deployment, parts: [...parts] }, name);
  const resources = parts.map((part) => templatePart({ template: name, ...part }));
  for (const part of resources)
    context.recordResource(part, isMadeHere(context, key, part.id), { applied: part.body, accepted: [] });
  if (!isWhole) return;
  const made = new Set(resources.map((part) => part.key));
  for (const part of partsOf(context, name)) if (!made.has(part.key)) context.recordLeftBehind(part.key);
}

/** Tells one deployment from another of its name. */
export function deploymentMark(live: ArmResource): string {
  return scalarText(jsonAt(live, 'properties.correlationId')) || scalarText(jsonAt(live, 'properties.timestamp'));
}

/**
 * What a deployment answers of itself, as the state keeps it: what is secure Azure gives to nobody, and an output whose condition is not
 * met is null.
 *
 * @throws UserError `output_is_secret`
 */
export function templateOutputs(
  name: string,
  { template }: TemplateConfig,
  live: ArmResource,
): readonly (readonly [output: string, text: string])[] {
  const all = jsonAt(live, 'properties.outputs') ?? {};
  return declaredOutputs(template)
    .filter(({ isSecure }) => !isSecure)
    .map(({ name: output }) => {
      const value = jsonAt(all, `${output}.value`) ?? null;
      if (plainSecrets(value, [output]).length > 0) throw secretOutput(name, output);
      return [output, outputText(value)] as const;
    });
}

function secretOutput(name: string, output: string): UserError {
  return new UserError(
    `The output ${output} of the template ${name} holds a secret, and is in the history of deployments now.`,
    {
      code: 'output_is_secret',
      hint: 'Have the template write it into the vault, and take the output out; then change the secret, since others may have read it.',
    },
  );
}
