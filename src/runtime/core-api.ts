import { Module } from 'node:module';
import type { Logger, LogLevel } from '../shared/logger.ts';
import { createHooks, type Hooks } from './hooks.ts';

/** What a library hands over for each function; see types-core of the Functions worker. */
export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, FunctionBinding>>;
  readonly retryOptions?: unknown;
}

export interface FunctionBinding {
  readonly type: string;
  readonly direction?: 'in' | 'out' | 'inout';
  readonly [option: string]: unknown;
}

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: (...args: unknown[]) => unknown;
}

/** The part of the programming model that the host calls. */
export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  /** Ends the setup; with HTTP streaming it starts the library's own server and answers its address as HttpUri. */
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: RegisteredFunction['callback']): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
}

/** A value between host and library; one of the fields is there. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpData;
}

/** An HTTP request towards the library, an HTTP response from it, when HTTP streaming is off. */
export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableQuery?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableParams?: Readonly<Record<string, { readonly value: string }>>;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly HttpCookie[];
  readonly body?: TypedData | null;
}

/** A cookie as the library hands it over: optional values are wrapped. */
export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string };
  readonly path?: { readonly value: string };
  readonly expires?: { readonly value: unknown };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: { readonly value: number };
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  };
  readonly metadata: FunctionMetadata;
  state?: string;
  log(level: string, category: string, message: string): void;
}

export interface CoreApi {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: Hooks;
  programmingModel(): ProgrammingModel;
  /** Ends the registration: later ones are refused. */
  seal(): void;
}

const CORE_NAME = '@azure/functions-core';
const LEVELS: Readonly<Record<string, LogLevel>> = {
  error: 'error',
  critical: 'error',
  warning: 'warning',
  information: 'info',
};

class Disposable {
  readonly dispose: () => void;
  constructor(dispose: () => void = () => undefined) {
    this.dispose = dispose;
  }
}

/**
 * Supplies the module `@azure/functions-core`, which the Functions worker supplies on Azure, the way the worker does: by
 * answering the `require` of the library. It must be there before @azure/functions is used, which looks once and remembers.
 */
export function installCoreApi(logger: Logger): CoreApi {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = createHooks();
  let model: ProgrammingModel | undefined;
  let isSealed = false;
  const core = {
    version: '1.0.0',
    hostVersion: '4.0.0',
    Disposable,
    registerFunction(metadata: FunctionMetadata, callback: RegisteredFunction['callback']) {
      if (isSealed) throw new Error(`the function ${metadata.name} is registered after the start`);
      if (functions.has(metadata.name)) throw new Error(`two functions are called ${metadata.name}`);
      functions.set(metadata.name, { metadata, callback });
      return new Disposable(() => functions.delete(metadata.name));
    },
    setProgrammingModel: (value: ProgrammingModel) => {
      model = value;
    },
    getProgrammingModel: () => model,
    registerHook: (name: string, callback: (context: object) => unknown) => {
      return new Disposable(hooks.register(name, callback));
    },
    log: (level: string, _category: string, message: string) => logger.log(LEVELS[level] ?? 'debug', message),
  };
  const prototype = Module.prototype as unknown as { require: (id: string) => unknown };
  const original = prototype.require;
  prototype.require = function require(id: string): unknown {
    return id === CORE_NAME ? core : Reflect.apply(original, this, [id]);
  };
  return {
    functions,
    hooks,
    programmingModel() {
      if (!model) throw new Error('no programming model: @azure/functions was loaded before its core was supplied');
      return model;
    },
    seal: () => {
      isSealed = true;
    },
  };
}
