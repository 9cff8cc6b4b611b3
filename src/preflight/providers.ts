import type { StepContext } from '../engine/step.ts';
import { endPatience, type Waiting, waitPatiently } from '../engine/waiting.ts';
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
  const { resources } = context.azure;
  const pending = await Promise.all(
    PROVIDERS.map(async (namespace) => {
      const state = await resources.providerState(subscriptionId, namespace);
      if (state === 'Registered') return [];
      if (state === 'Registering') return [namespace];
      context.progress(`registering the resource provider ${namespace}`);
      await resources.registerProvider(subscriptionId, namespace);
      return (await resources.providerState(subscriptionId, namespace)) === 'Registered' ? [] : [namespace];
    }),
  );
  const names = pending.flat();
  if (names.length === 0) {
    await endPatience(context, 'providers');
    return undefined;
  }
  const on = `the registration of ${names.join(', ')}`;
  const waiting = await waitPatiently(context, { name: 'providers', on, limitInSeconds: LIMIT_IN_SECONDS });
  if (!waiting) throw registrationTimedOut(on);
  return waiting;
}

function registrationTimedOut(on: string): UserError {
  return new UserError(`${on} took longer than ${LIMIT_IN_SECONDS} seconds.`, {
    code: 'OperationTimedOut',
    hint: 'Look at the subscription under "Resource providers" in the portal, then start the deployment again.',
  });
}
