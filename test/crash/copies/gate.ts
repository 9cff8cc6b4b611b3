import type { HttpClient } from '@azure/core-rest-pipeline';
import type { EnvironmentStores } from '../../../src/state/ports.ts';

/** Holds one copy of an activity up, at the n-th thing that it asks of Azure or of its stores. */
export interface Gate {
  /** What was asked so far, in its order. */
  readonly asked: readonly string[];
  /** Resolves when the copy stands at its place; never, when it ends before. */
  readonly held: Promise<void>;
  /** Lets it go on. */
  open(): void;
  azure(transport: HttpClient): HttpClient;
  stores(stores: EnvironmentStores): EnvironmentStores;
}

function isWrite(method: string, path: string): boolean {
  if (method === 'POST') return !/\/(?:list[^/]*|token|check[^/]*)$/i.test(path);
  return method !== 'GET' && method !== 'HEAD';
}

/** @param at counted from 1; 0: it is never held up */
export function createGate(at: number): Gate {
  const asked: string[] = [];
  const held = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  let isShut = false;

  /** While it is shut nothing else of the copy goes on either: its process stands still. */
  async function pass(what: string): Promise<void> {
    asked.push(what);
    if (asked.length === at) {
      isShut = true;
      held.resolve();
    }
    if (isShut) await opened.promise;
  }

  function gated<Store extends object>(store: Store, name: string): Store {
    return new Proxy(store, {
      get(target, key, receiver) {
        const member: unknown = Reflect.get(target, key, receiver);
        if (typeof member !== 'function' || key === 'now') return member;
        return async (...args: readonly unknown[]) => {
          // Only the state is compared and swapped; what else is sent is on its way, as a request to Azure is.
          if (!(name === 'runs' && /^(write|append|create)/.test(String(key)))) await pass(`${name}.${String(key)}`);
          return await member.apply(target, args);
        };
      },
    });
  }

  return {
    asked,
    held: held.promise,
    open() {
      isShut = false;
      opened.resolve();
    },
    azure: (transport) => ({
      async sendRequest(request) {
        const { pathname } = new URL(request.url);
        // What is sent is on its way: whoever begins later comes after it. Right before it the copy asked whether it may.
        if (!isWrite(request.method, pathname)) await pass(`${request.method} ${pathname}`);
        return await transport.sendRequest(request);
      },
    }),
    stores: ({ state, runs }) => ({ state: gated(state, 'state'), runs: gated(runs, 'runs') }),
  };
}
