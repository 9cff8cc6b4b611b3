import { AzureError } from '../azure/errors.ts';
import { nameOf } from '../domain/ids.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { tellOnce } from '../engine/tell-once.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import type { KnownResource } from '../resources/kind.ts';
import { UserError } from '../shared/errors.ts';
import type { Findings, PreflightTarget, Problem } from './findings.ts';
import { mayOnSubscription } from './permissions.ts';

/** What kinds of resources need, once each. */
export function providersOf(resources: readonly KnownResource[]): readonly string[] {
  const all = resources.flatMap(({ kind: { provider, furtherProviders = [] } }) => [provider ?? [], furtherProviders]);
  return [...new Set(all.flat())];
}

/** Registration takes a minute or two; some regions need much longer. */
const LIMIT_IN_SECONDS = 1200;

/**
 * Registers what these resources need and is not registered, and waits for it.
 *
 * @returns undefined when all are registered, or nobody may ask
 */
export async function registerProviders(
  context: StepContext,
  subscriptionId: string,
  resources: readonly KnownResource[],
): Promise<Waiting | undefined> {
  const providers = providersOf(resources);
  return await untilReady<undefined>(context, 'providers', async () => {
    const pending = await settleAll(providers.map((namespace) => register(context, subscriptionId, namespace)));
    const names = pending.filter((name) => name !== undefined);
    if (names.length === 0) return undefined;
    const on = `the registration of ${names.join(', ')}`;
    return notReady<undefined>({
      on,
      limitInSeconds: LIMIT_IN_SECONDS,
      whenOver: () => {
        throw registrationTimedOut(on);
      },
    });
  });
}

/** What is not registered although the deployer may not register it. Registers nothing. */
export async function providerFindings(target: PreflightTarget): Promise<Findings> {
  const subscriptionId = nameOf(target.subscription);
  const states = await settleAll(
    providersOf(target.desired).map(async (name) => ({
      name,
      state: await providerState(target, subscriptionId, name),
    })),
  );
  const isKnown = states.every(({ state }) => state !== undefined);
  const off = states.flatMap(({ name, state }) =>
    state === 'NotRegistered' || state === 'Unregistered' ? [name] : [],
  );
  const allowed = await settleAll(off.map((name) => mayOnSubscription(target, `${name}/register/action`)));
  return {
    problems: off.flatMap((name, index): Problem[] =>
      allowed[index]
        ? []
        : [
            {
              text: `The resource provider ${name} is not registered, and the deployer may not register it.`,
              repair: `An owner can: az provider register --namespace ${name} --subscription ${subscriptionId} --wait`,
            },
          ],
    ),
    unseen: isKnown ? [] : [UNSEEN],
  };
}

const UNSEEN = 'Whether the resource providers are registered: the deployer may not ask the subscription.';

/** @returns its name as long as it is not registered */
async function register(context: StepContext, subscriptionId: string, namespace: string): Promise<string | undefined> {
  const { resources } = context.azure;
  const state = await providerState(context, subscriptionId, namespace);
  if (state === undefined) await tellOnce(context, 'providers-unseen', UNSEEN, (text) => context.log('warning', text));
  if (state === undefined || state === 'Registered') return undefined;
  if (state === 'Registering') return namespace;
  context.progress(`registering the resource provider ${namespace}`);
  await resources.registerProvider(subscriptionId, namespace);
  return (await resources.providerState(subscriptionId, namespace)) === 'Registered' ? undefined : namespace;
}

/** Undefined where it may not be read: who has a role on the group alone is told nothing about the subscription. */
async function providerState(
  { azure }: Pick<StepContext, 'azure'>,
  subscriptionId: string,
  namespace: string,
): Promise<string | undefined> {
  try {
    return await azure.resources.providerState(subscriptionId, namespace);
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 403) return undefined;
    throw error;
  }
}

function registrationTimedOut(on: string): UserError {
  return new UserError(`${on} took longer than ${LIMIT_IN_SECONDS} seconds.`, {
    code: 'OperationTimedOut',
    hint: 'Look at the subscription under "Resource providers" in the portal, then start the deployment again.',
  });
}
