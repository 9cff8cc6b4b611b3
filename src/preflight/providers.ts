import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import { RESOURCE_KINDS } from '../resources/registry.ts';
import { UserError } from '../shared/errors.ts';

/** What kinds of resources need, once each. */
const PROVIDERS: readonly string[] = [...new Set(RESOURCE_KINDS.flatMap(({ provider }) => provider ?? []))];

/** Registration takes a minute or two; some regions need much longer. */
const LIMIT_IN_SECONDS = 1200;

/**
 * Registers what is not registered, and waits for it.
 *
 * @returns undefined when all are registered
 */
export async function registerProviders(context: StepContext, subscriptionId: string): Promise<Waiting | undefined> {
  return await untilReady<undefined>(context, 'providers', async () => {
    const pending = await settleAll(PROVIDERS.map((namespace) => register(context, subscriptionId, namespace)));
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

/** @returns its name as long as it is not registered */
async function register(context: StepContext, subscriptionId: string, namespace: string): Promise<string | undefined> {
  const { resources } = context.azure;
  const state = await resources.providerState(subscriptionId, namespace);
  if (state === 'Registered') return undefined;
  if (state === 'Registering') return namespace;
  context.progress(`registering the resource provider ${namespace}`);
  await resources.registerProvider(subscriptionId, namespace);
  return (await resources.providerState(subscriptionId, namespace)) === 'Registered' ? undefined : namespace;
}

function registrationTimedOut(on: string): UserError {
  return new UserError(`${on} took longer than ${LIMIT_IN_SECONDS} seconds.`, {
    code: 'OperationTimedOut',
    hint: 'Look at the subscription under "Resource providers" in the portal, then start the deployment again.',
  });
}
