import { onTestFinished } from 'vitest';
import { type EmbeddedHost, type HostOptions, openHost } from '../../../src/runtime/host.ts';
import type { HostKeys } from '../../../src/runtime/http/keys.ts';
import { type ServedFunctions, type ServeOptions, serveFunctions } from '../../../src/runtime/serve.ts';
import type { FunctionsWorker } from '../../../src/runtime/worker.ts';
import { tempDirectory } from '../temp.ts';

export const TEST_KEYS: HostKeys = { master: 'key-master', function: 'key-function', durableTask: 'key-system' };

export interface Served {
  readonly engine: EmbeddedHost;
  readonly served: ServedFunctions;
  /** Path below the served address. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Serves the functions of this process until the running test is over. */
export async function serve(
  worker: FunctionsWorker,
  options: Partial<ServeOptions> & { readonly engine?: Partial<HostOptions> } = {},
): Promise<Served> {
  const directory = options.engine?.directory ?? (await tempDirectory());
  const engine = await openHost({ directory, worker, ...options.engine });
  const served = await serveFunctions(engine, worker, { keys: TEST_KEYS, ...options });
  engine.start();
  onTestFinished(async () => {
    await served.stop({ graceInMs: 0 });
    await engine.stop({ graceInMs: 0 });
  });
  return { engine, served, fetch: (path, init) => fetch(`${served.url}${path}`, init) };
}
