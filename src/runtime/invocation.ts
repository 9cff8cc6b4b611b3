import { randomUUID } from 'node:crypto';
import type { Logger } from '../shared/logger.ts';
import { orAborted } from './abort.ts';
import { durableClientsOf, triggerOf } from './bindings.ts';
import type { CoreApi, CoreInvocationContext, RegisteredFunction, TypedData } from './core-api.ts';
import { untilAborted } from './http/abortable-body.ts';

/** What a function is called with. */
export interface Invocation {
  readonly invocationId?: string;
  readonly trigger: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  /** JSON for the durable client, where the function asks for one. */
  readonly durableClient?: string;
  /** Aborted when the client has gone: a streamed body is then read no further. */
  readonly signal?: AbortSignal;
}

export interface InvocationResult {
  readonly returnValue: TypedData | null | undefined;
  /** False when the function returned nothing. */
  readonly hasResult: boolean;
}

/**
 * Calls a registered function through its programming model, as the invocation handler of the Functions worker for Node does
 * (https://github.com/Azure/azure-functions-nodejs-worker, src/eventHandlers/InvocationHandler.ts), with its hooks.
 */
export async function invokeFunction(
  core: CoreApi,
  { metadata, callback }: RegisteredFunction,
  invocation: Invocation,
  logger: Logger,
): Promise<InvocationResult> {
  const { name } = metadata;
  const context: CoreInvocationContext = {
    invocationId: invocation.invocationId ?? randomUUID(),
    request: { inputData: inputData(metadata, invocation), triggerMetadata: invocation.triggerMetadata ?? {} },
    metadata,
    log: (level, _category, message) => logger.log(level === 'error' ? 'error' : 'debug', `${name}: ${message}`),
  };
  const model = core.programmingModel().getInvocationModel(context);
  // With HTTP streaming this waits for the proxied request, which never comes when the client has gone before.
  const asked = model.getArguments();
  const { context: invocationContext, inputs } = await (invocation.signal
    ? orAborted(asked, invocation.signal)
    : asked);
  const hookData = {};
  context.state = 'preInvocationHooks';
  const before = await core.hooks.run('preInvocation', {
    hookData,
    invocationContext,
    inputs,
    functionCallback: callback,
  });
  context.state = 'invocation';
  const outcome = { result: null as unknown, error: null as unknown };
  try {
    outcome.result = await model.invokeFunction(invocationContext, before.inputs, before.functionCallback);
  } catch (error) {
    outcome.error = error;
  }
  context.state = 'postInvocationHooks';
  const after = { hookData, invocationContext, inputs: before.inputs, ...outcome };
  await core.hooks.run('postInvocation', after);
  if (after.error) throw after.error;
  const { returnValue } = await model.getResponse(invocationContext, untilAborted(after.result, invocation.signal));
  return { returnValue, hasResult: after.result !== null && after.result !== undefined };
}

function inputData(
  metadata: RegisteredFunction['metadata'],
  { trigger, durableClient }: Invocation,
): CoreInvocationContext['request']['inputData'] {
  const clients = durableClientsOf(metadata).map(({ name }) => {
    if (durableClient === undefined) throw new Error(`${metadata.name} needs a durable client and there is none`);
    return { name, data: { string: durableClient } };
  });
  return [{ name: triggerOf(metadata)?.name ?? '', data: trigger }, ...clients];
}
