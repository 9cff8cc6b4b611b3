import type { Json } from '../shared/json.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { requireSupported } from './bindings.ts';
import { type CoreApi, installCoreApi, type RegisteredFunction, type TypedData } from './core-api.ts';
import { type HttpStream, openHttpStream } from './http/stream-server.ts';
import { type Invocation, type InvocationResult, invokeFunction } from './invocation.ts';

/** The functions of this process, and the way to call them. One per process: the libraries never let go of their core. */
export interface FunctionsWorker {
  functions(): readonly RegisteredFunction[];
  /** Calls an orchestrator or activity with the data of its trigger; answers what it returned. */
  invoke(name: string, triggerData: Json): Promise<Json>;
  /** Calls any function. */
  call(name: string, invocation: Invocation): Promise<InvocationResult>;
  /** Where HTTP requests go when the app asked for HTTP streaming; the library's server starts with the first call. */
  httpStream(): Promise<HttpStream | undefined>;
  /** Runs the app's appTerminate hooks. */
  terminate(): Promise<void>;
}

let isLoaded = false;

/**
 * Supplies the Functions core, runs `register`, which registers functions through the real libraries, and seals the registry.
 * @throws when called twice in a process, or when a function needs a trigger or binding that this runtime does not serve.
 */
export async function loadFunctions(
  register: () => void | Promise<void>,
  { logger = silentLogger }: { readonly logger?: Logger } = {},
): Promise<FunctionsWorker> {
  if (isLoaded) throw new Error('the functions of this process are loaded already');
  isLoaded = true;
  const core = installCoreApi(logger);
  await register();
  await core.hooks.run('appStart', { hookData: {} });
  core.seal();
  const functions = [...core.functions.values()];
  for (const { metadata } of functions) requireSupported(metadata);
  return createWorker(core, functions, logger);
}

function createWorker(core: CoreApi, functions: readonly RegisteredFunction[], logger: Logger): FunctionsWorker {
  let stream: Promise<HttpStream | undefined> | undefined;

  async function call(name: string, invocation: Invocation): Promise<InvocationResult> {
    const registered = core.functions.get(name);
    if (!registered) throw new Error(`no function is called ${name}`);
    return await invokeFunction(core, registered, invocation, logger);
  }

  return {
    functions: () => functions,
    // The host sends text, which the library parses. The input of an activity that is a text was made JSON by
    // durable-functions already (Utils.processInput).
    invoke: async (name, data) => {
      const trigger = { string: typeof data === 'string' ? data : JSON.stringify(data) };
      return fromTypedData((await call(name, { trigger })).returnValue);
    },
    call,
    httpStream: () => {
      stream ??= openHttpStream(core.programmingModel());
      return stream;
    },
    terminate: async () => {
      await core.hooks.run('appTerminate', { hookData: {} });
    },
  };
}

function fromTypedData(data: TypedData | null | undefined): Json {
  if (!data) return null;
  if (data.json !== undefined) return JSON.parse(data.json) as Json;
  return data.string ?? data.int ?? data.double ?? null;
}
