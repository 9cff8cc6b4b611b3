import type { SecretSetting } from '../domain/config/model.ts';
import type { DesireInput } from '../domain/desired.ts';
import { genericId, genericResourceOf, resourceNamed } from '../domain/generic/generic-place.ts';
import { valueAt } from '../domain/generic/output-text.ts';
import { referencesIn } from '../domain/references/reference-text.ts';
import { referencesOf, resolvedAsText } from '../domain/references/references.ts';
import { markedSecrets, withSecrets } from '../domain/references/secret-marks.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/**
 * The value of a secret whose text names what is known only now, of resources what they answer to an action too; in memory only.
 * @throws UserError `azure_answer_incomplete`
 */
export async function referencedValue(context: StepContext, text: string): Promise<string> {
  const value = resolvedAsText(text, context);
  const answers = await settleAll(
    markedSecrets(value).map(async (name) => [name, await answerOf(context, name)] as const),
  );
  return String(withSecrets(value, new Map(answers)));
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

/** @param name `resources.KEY.secrets.NAME` */
async function answerOf(context: StepContext, name: string): Promise<string> {
  const { config, azure } = context;
  const key = resourceNamed(name) ?? '';
  const { apiVersion, secrets = {} } = genericResourceOf(config, key);
  const action = secrets[name.slice(name.lastIndexOf('.') + 1)];
  if (!action) throw new Error(`nothing is called ${name}`);
  const id = genericId(key, context, referencesOf(config));
  const reply = await azure.arm.post(`${id}/${action.action}`, apiVersion, action.body, { repeatable: true });
  const value = reply.kind === 'done' ? valueAt(reply.body, action.path) : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`Azure answers no text at ${action.path} of ${action.action} of the resource ${key}.`, {
    code: 'azure_answer_incomplete',
    hint: `Correct resources.${key}.secrets, then start the deployment again.`,
  });
}
