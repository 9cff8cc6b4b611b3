import { AzureError } from '../azure/errors.ts';
import type { Arm } from '../azure/ports.ts';
import { sameField } from '../domain/compare.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { subscriptionId } from '../domain/ids.ts';
import type { ArmQuestion, Dependents } from '../resources/kind.ts';
import { kindOfWanted } from '../resources/registry.ts';
import { UserError } from '../shared/errors.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../shared/json.ts';
import { ask } from './ask.ts';
import { settleAll } from './settle.ts';
import type { StepContext } from './step.ts';
import { tellOnce } from './tell-once.ts';

/** A field by which others live as it is, so that its write would cut them off. */
export interface NeededField {
  readonly path: string;
  readonly dependents: Dependents;
  /** For people. */
  readonly names: readonly string[];
}

export interface OwnParts {
  /** `/subscriptions/…` */
  readonly subscription: string;
  /** What the deployment itself is: ids of its resources and principals, in lower case. */
  readonly own: ReadonlySet<string>;
}

/**
 * Who else lives by fields of a live resource that we would write. Asks nothing where there is nothing to write.
 * @throws AzureError where it may not be asked: nobody is cut off unseen
 */
export async function neededFields(
  arm: Arm,
  resource: DesiredResource,
  live: JsonObject,
  { subscription, own }: OwnParts,
): Promise<readonly NeededField[]> {
  const open = Object.entries(kindOfWanted(resource)?.dependents ?? {}).filter(([path]) => {
    const wanted = jsonAt(resource.body, path);
    return wanted !== undefined && !sameField(path.split('.'), wanted, jsonAt(live, path));
  });
  const found = await settleAll(
    open.map(async ([path, dependents]) => {
      const questions = dependents.questions(resource, subscription);
      const candidates = (await settleAll(questions.map((widths) => askWidest(arm, widths)))).flat();
      return { path, dependents, names: dependents.cutOff(candidates, { live, own }) };
    }),
  );
  return found.filter(({ names }) => names.length > 0);
}

async function askWidest(arm: Arm, [question, ...narrower]: readonly ArmQuestion[]): Promise<readonly JsonObject[]> {
  if (!question) return [];
  try {
    const answer = await ask(arm, question);
    return Array.isArray(answer) ? answer.filter(isJsonObject) : [];
  } catch (error) {
    const mayNot = error instanceof AzureError && error.statusCode === 403;
    if (!mayNot || narrower.length === 0) throw error;
    return await askWidest(arm, narrower);
  }
}

/** The same resource, with these fields left as they are. */
export function leavingNeeded<Desired extends DesiredResource>(
  desired: Desired,
  needed: readonly NeededField[],
): Desired {
  return needed.length === 0 ? desired : { ...desired, needed: needed.map(({ path }) => path) };
}

/** `status-page lives by the password of the admin user; give each an identity …` */
export function neededText({ dependents, names }: NeededField): string {
  return `${names.join(', ')} ${names.length === 1 ? 'lives' : 'live'} by ${dependents.by}; ${dependents.remedy}`;
}

/** @param ids of resources and principals */
export function ownParts(ids: readonly string[]): ReadonlySet<string> {
  return new Set(ids.map((id) => id.toLowerCase()));
}

/** The same for whoever writes: what must not stay as it is ends the step. @throws UserError `access_in_use` */
export async function leavingWhatOthersNeed<Desired extends DesiredResource>(
  context: StepContext,
  desired: Desired,
  live: JsonObject,
): Promise<Desired> {
  const { outputs, azure, state } = context;
  const ids = Object.values(state.resources).map(({ id }) => id);
  const own = ownParts([...ids, outputs.read('principalId')]);
  const needed = await neededFields(azure.arm, desired, live, { subscription: subscriptionId(context), own });
  for (const field of needed) {
    const text = `${desired.title}: ${neededText(field)}`;
    if (field.dependents.otherwise === 'refuse') throw accessInUse(text);
    await tellOnce(context, `needed:${desired.key}:${field.path}`, text, context.progress);
  }
  return leavingNeeded(desired, needed);
}

function accessInUse(text: string): UserError {
  return new UserError(text, {
    code: 'access_in_use',
    hint: 'Nothing of it was changed. Move them, then start the deployment again.',
  });
}
