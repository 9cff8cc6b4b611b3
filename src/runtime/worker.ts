import { randomUUID } from 'node:crypto';
import type { Json } from '../shared/json.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import {
  type CoreApi,
  type CoreInvocationContext,
  installCoreApi,
  type RegisteredFunction,
  type TypedData,
} from './core-api.ts';

/** The functions of this process, and the way to call them. There is one: the libraries keep their core for good. */
export interface FunctionsWorker {
  functions(): readonly RegisteredFunction[];
  /** Calls a function with the data of its trigger; answers what it returned. */
  invoke(name: string, triggerData: Json): Promise<Json>;
}

const SUPPORTED_TRIGGERS = new Set(['orchestrationTrigger', 'activityTrigger']);

let isLoaded = false;

/**
 * Supplies the Functions core, runs `register`, which registers functions through the real libraries, and seals the registry.
 * @throws when called twice in a process, or when a function has a trigger that this runtime does not serve.
 */
export async function loadFunctions(
  register: () => void | Promise<void>,
  options: { readonly logger?: Logger } = {},
): Promise<FunctionsWorker> {
  if (isLoaded) throw new Error('the functions of this process are loaded already');
  isLoaded = true;
  const core = installCoreApi(options.logger ?? silentLogger);
  await register();
  core.seal();
  const functions = [...core.functions.values()];
  for (const { metadata } of functions) {
    const trigger = triggerOf(metadata.bindings);
    if (!trigger || !SUPPORTED_TRIGGERS.has(trigger.type)) {
      throw new Error(
        `the embedded runtime does not serve the trigger ${trigger?.type ?? '(none)'} of ${metadata.name}`,
      );
    }
  }
  return {
    functions: () => functions,
    invoke: (name, data) => invoke(core, name, data, options.logger ?? silentLogger),
  };
}

/** Mirrors the invocation handler of the Functions worker for Node. */
async function invoke(core: CoreApi, name: string, triggerData: Json, logger: Logger): Promise<Json> {
  const registered = core.functions.get(name);
  if (!registered) throw new Error(`no function is called ${name}`);
  const trigger = triggerOf(registered.metadata.bindings);
  const context: CoreInvocationContext = {
    invocationId: randomUUID(),
    request: {
      // The host sends strings; the library parses what is JSON.
      inputData: [{ name: trigger?.name ?? '', data: { string: JSON.stringify(triggerData) } }],
      triggerMetadata: {},
    },
    metadata: registered.metadata,
    log: (level, _category, message) => logger.log(level === 'error' ? 'error' : 'debug', `${name}: ${message}`),
  };
  const model = core.programmingModel().getInvocationModel(context);
  const { context: functionContext, inputs } = await model.getArguments();
  context.state = 'invocation';
  const result = await model.invokeFunction(functionContext, inputs, registered.callback);
  const { returnValue } = await model.getResponse(functionContext, result);
  return fromTypedData(returnValue);
}

function triggerOf(bindings: RegisteredFunction['metadata']['bindings']): { name: string; type: string } | undefined {
  const found = Object.entries(bindings).find(([, { type }]) => /trigger$/i.test(type));
  return found && { name: found[0], type: found[1].type };
}

function fromTypedData(data: TypedData | null | undefined): Json {
  if (!data) return null;
  if (data.json !== undefined) return JSON.parse(data.json) as Json;
  return data.string ?? data.int ?? data.double ?? null;
}
