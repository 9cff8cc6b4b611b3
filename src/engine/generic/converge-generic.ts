import { AzureError } from '../../azure/errors.ts';
import type { ArmResource } from '../../azure/ports.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { familiesOf, genericKeysOf, genericResourceOf, resourcesNamedBy } from '../../domain/generic/generic-place.ts';
import { outputText, valueAt } from '../../domain/generic/output-text.ts';
import { plainSecrets } from '../../domain/generic/plain-secrets.ts';
import type { OutputReader } from '../../domain/outputs.ts';
import { outputReference } from '../../domain/outputs.ts';
import { referencesOf } from '../../domain/references/references.ts';
import type { Output, StepName } from '../../domain/steps.ts';
import { shownPlace, templateNamed } from '../../domain/templates/template-key.ts';
import { genericResource } from '../../resources/generic-resource.ts';
import { templateOf } from '../../resources/templates/template-deployment.ts';
import { UserError } from '../../shared/errors.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { type Converged, converge } from '../converge.ts';
import { inOrder } from '../in-order.ts';
import type { StepContext } from '../step.ts';
import { convergeTemplate, deploymentMark, templateOutputs } from '../templates/converge-template.ts';
import { isWaiting, untilAll, type Waiting } from '../waiting/waiting.ts';
import { type LiveApp, madeAt } from './live-app.ts';
import { drainedApps, publishPackages } from './publish-package.ts';
import { withSecretValues } from './secret-values.ts';

type GenericConverged =
  | {
      readonly kind: 'ready';
      readonly outputs: Readonly<Record<string, string>>;
      readonly metadata: Readonly<Record<string, Json>>;
    }
  | Waiting;

/**
 * The resources under `resources` that this step makes: side by side, each once those that it names are there. What these answer of
 * themselves is an output as soon as it is known, so that the next one may have it. Archives are published last, to apps whose settings
 * are there; one that keeps its orchestrations elsewhere from now on must have come to its end before anything changes.
 *
 * @throws UserError `azure_answer_incomplete` where Azure does not answer an output, `orchestrations_under_way`, and as `converge` does
 */
export async function convergeGeneric(context: StepContext, step: StepName): Promise<GenericConverged> {
  const { config } = context;
  const draining = await drainedApps(context, step);
  if (draining) return draining;
  const found = new Map<string, string>();
  const apps: LiveApp[] = [];
  const outputs = withOwn(context.outputs, step, found);
  const all = genericKeysOf(config, step, referencesOf(config)).map((key) => ({
    key,
    dependsOn: resourcesNamedBy(config, key),
  }));
  const results = await inOrder(all, async ({ key }) => {
    const knowing = { ...context, outputs };
    const result = await atItsPlace(key, () => convergeOne(knowing, key));
    if (result.kind === 'waiting') return result;
    for (const [name, text] of outputsOf(context, key, result.live)) found.set(name, text);
    apps.push({ key, live: result.live, made: madeAt(result.live) });
    return result;
  });
  const waits = results.filter(isWaiting);
  if (waits.length > 0) return untilAll(waits);
  const published = await publishPackages(context, apps);
  if (published.kind === 'waiting') return published;
  return { kind: 'ready', outputs: Object.fromEntries(found), metadata: published.metadata };
}

async function convergeOne(context: StepContext, key: string): Promise<Converged> {
  if (templateNamed(key) !== undefined) return await convergeTemplate(context, key);
  return await converge(context, genericResource(context, key), {
    complete: (body) => withSecretValues(context, body),
  });
}

/** Azure alone knows what a body may be: where it stands in the file is told with what Azure says. */
async function atItsPlace<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    const resource = `${shownPlace(key)}${error.resource === undefined ? '' : ` (${error.resource})`}`;
    throw new AzureError({ ...error, message: error.message, resource });
  }
}

/** Whether a step has any to make. */
export function makesGeneric(config: DeploymentConfig, step: StepName): boolean {
  return genericKeysOf(config, step, referencesOf(config)).length > 0;
}

/** What earlier steps left, and what this one knows by now. */
export function withOwn(
  others: OutputReader,
  step: StepName,
  found: Pick<ReadonlyMap<string, string>, 'get'>,
): OutputReader {
  return {
    read(...output) {
      const reference = outputReference(output);
      const own = reference.step === step ? found.get(reference.output) : undefined;
      return own ?? others.read(...output);
    },
  };
}

function outputsOf(context: StepContext, key: string, live: ArmResource): readonly (readonly [string, string])[] {
  const { config } = context;
  const families = familiesOf(config, key, referencesOf(config));
  if (!families) throw new Error(`no step makes the resource ${key}`);
  const named = (family: Output[0], member: string): string => outputReference([family, member] as Output).output;
  const template = templateNamed(key);
  if (template !== undefined) {
    const answered = templateOutputs(template, templateOf(context, template), live);
    return [
      ...answered.map(([name, text]) => [named(families.output, `${key}.${name}`), text] as const),
      [named(families.made, key), deploymentMark(live)],
    ];
  }
  const { outputs = {}, publicOutputs = [] } = genericResourceOf(config, key);
  const values = Object.entries(outputs).map(([name, path]) => {
    const value = valueAt(live, path);
    if (value === undefined || value === null) throw noSuchOutput(key, name, path, live);
    if (!publicOutputs.includes(name) && plainSecrets(value, path.split('.')).length > 0)
      throw secretOutput(key, name, path);
    return [named(families.output, `${key}.${name}`), outputText(value)] as const;
  });
  return [...values, [named(families.made, key), madeAt(live)]];
}

function noSuchOutput(key: string, name: string, path: string, live: JsonObject): UserError {
  const above = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
  const beside = above === '' ? live : valueAt(live, above);
  const there = Object.keys(typeof beside === 'object' && beside !== null ? beside : {});
  return new UserError(`Azure answers nothing at ${path}, which resources.${key}.outputs.${name} names.`, {
    code: 'azure_answer_incomplete',
    hint:
      there.length > 0
        ? `At ${above || 'its top'} there is: ${there.join(', ')}.`
        : 'Look at the resource with "az resource show".',
  });
}

/** What the file's own rule could not tell: the state is no place for it. */
function secretOutput(key: string, name: string, path: string): UserError {
  return new UserError(`What Azure answers at ${path}, which resources.${key}.outputs.${name} names, holds a secret.`, {
    code: 'output_is_secret',
    hint: `Outputs lie in the state: ask for it under resources.${key}.secrets, whose values go to the vault alone.`,
  });
}
