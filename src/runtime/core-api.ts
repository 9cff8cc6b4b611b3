import { Module } from 'node:module';
import type { Logger, LogLevel } from '../shared/logger.ts';

/** What a library hands over for each function; see types-core of the Functions worker. */
export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, FunctionBinding>>;
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
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: RegisteredFunction['callback']): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
}

export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly int?: number;
  readonly double?: number;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: object;
  };
  readonly metadata: FunctionMetadata;
  state?: string;
  log(level: string, category: string, message: string): void;
}

export interface CoreApi {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  programmingModel(): ProgrammingModel;
  /** No registration is accepted any more. */
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
    // Invocation hooks of applications are not part of this host; saying so beats ignoring them.
    registerHook(name: string) {
      throw Object.assign(new RangeError(`the embedded runtime has no hook ${name}`), {
        isAzureFunctionsSystemError: true,
      });
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
    programmingModel() {
      if (!model) throw new Error('no programming model: @azure/functions was loaded before its core was supplied');
      return model;
    },
    seal: () => {
      isSealed = true;
    },
  };
}
