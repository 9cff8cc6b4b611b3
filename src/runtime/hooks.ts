const NAMES = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation'] as const;
type HookName = (typeof NAMES)[number];

type HookCallback = (context: object) => unknown;

/** The hooks that an app registered; they are called in the order of their registration. */
export interface Hooks {
  /** @returns a function that removes the hook. */
  register(name: string, callback: HookCallback): () => void;
  /** Calls the hooks of a name one after the other with one context that they may change. */
  run<Context extends object>(name: HookName, context: Context): Promise<Context>;
}

export function createHooks(): Hooks {
  const callbacks = new Map<string, HookCallback[]>(NAMES.map((name) => [name, []]));
  /** Shared by all hooks of the app, as in the Functions worker. */
  const appHookData = {};
  return {
    register(name, callback) {
      const list = callbacks.get(name);
      if (!list) {
        // By this flag the library distinguishes an unknown hook from a bug of the host.
        throw Object.assign(new RangeError(`the embedded runtime has no hook ${name}`), {
          isAzureFunctionsSystemError: true,
        });
      }
      list.push(callback);
      return () => {
        const at = list.indexOf(callback);
        if (at >= 0) list.splice(at, 1);
      };
    },
    async run(name, context) {
      const shared = Object.assign(context, { appHookData });
      for (const callback of callbacks.get(name) ?? []) await callback(shared);
      return shared;
    },
  };
}
