import { AzureError } from '../azure/errors.ts';
import type { DeploymentConfig, SecretSetting } from '../domain/config/model.ts';
import type { DesireInput } from '../domain/desired.ts';
import type { MakeAction, SecretAction } from '../domain/generic/generic-config.ts';
import { familiesOf, genericId, genericResourceOf, resourceNamed } from '../domain/generic/generic-place.ts';
import { valueAt } from '../domain/generic/output-text.ts';
import { outputSymbol, recordedOutput, recordedOutputs } from '../domain/outputs.ts';
import { referencesIn } from '../domain/references/reference-text.ts';
import { referencesOf, resolvedAsText } from '../domain/references/references.ts';
import { markedSecrets, withSecrets } from '../domain/references/secret-marks.ts';
import { defineRecords, doneSchema } from '../engine/record.ts';
import { settleAll } from '../engine/settle.ts';
import type { FactSources, StepContext } from '../engine/step.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, untilAll, type Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { readable } from './secret-hmacs.ts';

/**
 * The value of a secret whose text names what is known only now, of resources what they answer to an action too; in memory only.
 * @throws UserError `azure_answer_incomplete`
 */
export async function referencedValue(context: StepContext, text: string): Promise<string | Waiting> {
  const value = resolvedAsText(text, context);
  const answers = await settleAll(
    markedSecrets(value).map(async (name) => [name, await answerOnceThere(context, name)] as const),
  );
  const waits = answers.map(([, answer]) => answer).filter(isWaiting);
  if (waits.length > 0) return untilAll(waits);
  return withAnswers(value, answers as readonly (readonly [string, string])[]);
}

function withAnswers(value: string, answers: readonly (readonly [string, string])[]): string {
  return String(withSecrets(value, new Map(answers)));
}

/**
 * The same as it is now, for secrets that others make anew (`watched`), by their names in the vault; without what cannot be told yet.
 */
export async function watchedSecrets(sources: FactSources): Promise<Readonly<Record<string, string>>> {
  const { config, state } = sources;
  const outputs = recordedOutputs(state, outputSymbol);
  const input = { environment: state.environment, config, outputs };
  const values = Object.entries(config.secrets).map(async ([name, setting]) => {
    if (setting.source !== 'reference') return [];
    const value = resolvedAsText(setting.text, input);
    const marked = markedSecrets(value);
    const isAsked =
      marked.some((one) => actionNamed(config, one)?.isWatched) && marked.every((one) => isMade(sources, one));
    if (!isAsked) return [];
    const answers = await settleAll(
      marked.map(async (one) => [one, await tellable(() => answerOf({ ...sources, ...input }, one))] as const),
    );
    const known = answers.flatMap(([one, answer]) => (answer === undefined ? [] : [[one, answer] as const]));
    return known.length < marked.length ? [] : [[watchedName(name), withAnswers(value, known)] as const];
  });
  return Object.fromEntries((await settleAll(values)).flat());
}

/** Whether the resource of which it is was there at the end of its step. */
function isMade({ config, state }: FactSources, name: string): boolean {
  const key = resourceNamed(name) ?? '';
  const families = familiesOf(config, key, referencesOf(config));
  return families !== undefined && recordedOutput(state, families.made, key) !== undefined;
}

/** Undefined: there is none yet, or not for who asks. */
async function tellable(ask: () => Promise<string>): Promise<string | undefined> {
  try {
    return await readable(ask);
  } catch (error) {
    if (isStarting(error)) return undefined;
    throw error;
  }
}

/** Under which the fingerprint has it, beside what the secret is made of. */
export function watchedName(secret: string): string {
  return `${secret} of Azure`;
}

/** What such secrets are made of, by the names of dependencies; outputs behind it are seen as those of bodies. */
export function referencedSecrets(input: DesireInput): Readonly<Record<string, Json>> {
  const settings: readonly (readonly [string, SecretSetting])[] = Object.entries(input.config.secrets);
  return Object.fromEntries(
    settings.flatMap(([name, setting]) => {
      if (setting.source !== 'reference') return [];
      const keys = referencesIn(setting.text).flatMap((reference) => resourceNamed(reference) ?? []);
      const actions = keys.map((key) => ({ ...genericResourceOf(input.config, key).secrets }) as unknown as Json);
      return [[`secret:${name}`, { text: resolvedAsText(setting.text, input), actions }]];
    }),
  );
}

/** Host keys are there once the host has started with the code: https://learn.microsoft.com/azure/azure-functions/function-keys-how-to */
const HOST_STARTS_WITHIN_IN_SECONDS = 600;

/** What an app answers of itself comes with its code, which has just been published. */
async function answerOnceThere(context: StepContext, name: string): Promise<string | Waiting> {
  const key = resourceNamed(name) ?? '';
  if (genericResourceOf(context.config, key).package === undefined) return await answerOrMade(context, name);
  return await untilReady<string>(context, `answer:${name}`, async () => {
    try {
      return await answerOrMade(context, name);
    } catch (error) {
      if (!isStarting(error)) throw error;
      return notReady<string>({
        on: `the host of ${key}`,
        limitInSeconds: HOST_STARTS_WITHIN_IN_SECONDS,
        whenOver: () => {
          throw error;
        },
      });
    }
  });
}

/** What this run, or the one whose place it takes, has made anew because that was asked for. */
const renewals = defineRecords({ name: 'renewed', scope: 'inherited', schema: doneSchema });

/** The same, made where there is none, and made anew where that is what the step was forced for. */
async function answerOrMade(context: StepContext, name: string): Promise<string> {
  const make = actionNamed(context.config, name)?.make;
  if (!make) return await answerOf(context, name);
  if (context.reason.forced && context.memory.read(renewals, name) === undefined) {
    await makeAnswer(context, name, make);
    await context.memory.write(renewals, true, name);
  }
  try {
    return await answerOf(context, name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await makeAnswer(context, name, make);
    return await answerOf(context, name);
  }
}

async function makeAnswer(context: StepContext, name: string, { put, body }: MakeAction): Promise<void> {
  const key = resourceNamed(name) ?? '';
  const { apiVersion } = genericResourceOf(context.config, key);
  await context.azure.arm.put(`${genericId(key, context, referencesOf(context.config))}/${put}`, apiVersion, body);
}

/** A host that starts answers nothing, or through Resource Manager 400 and 5xx: https://github.com/Azure/azure-functions-host/issues/5722 */
function isStarting(error: unknown): boolean {
  if (error instanceof UserError) return error.code === 'azure_answer_incomplete';
  return error instanceof AzureError && (error.statusCode === 400 || (error.statusCode ?? 0) >= 500);
}

/** @param name `resources.KEY.secrets.NAME` */
function actionNamed(config: DeploymentConfig, name: string): SecretAction | undefined {
  const { secrets = {} } = genericResourceOf(config, resourceNamed(name) ?? '');
  return secrets[name.slice(name.lastIndexOf('.') + 1)];
}

async function answerOf(context: DesireInput & Pick<FactSources, 'azure'>, name: string): Promise<string> {
  const { config, azure } = context;
  const key = resourceNamed(name) ?? '';
  const { apiVersion } = genericResourceOf(config, key);
  const action = actionNamed(config, name);
  if (!action) throw new Error(`nothing is called ${name}`);
  const id = genericId(key, context, referencesOf(config));
  const reply = await azure.arm.post(`${id}/${action.action}`, apiVersion, action.body, { repeatable: true });
  const value = reply.kind === 'done' ? valueAt(reply.body, action.path) : undefined;
  if (typeof value === 'string' && value !== '') return action.isUrlEncoded ? encodeURIComponent(value) : value;
  throw new UserError(`Azure answers no text at ${action.path} of ${action.action} of the resource ${key}.`, {
    code: 'azure_answer_incomplete',
    hint: `Correct resources.${key}.secrets, then start the deployment again.`,
  });
}
