const NAMES = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation'] as const;
type HookName = (typeof NAMES)[number];

type HookCallback = (context: object) => unknown;

/** What applications ask to be called at; the order of registration is the order of the calls. */
export interface Hooks {
  /** @returns what takes the hook away again. */
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
        // The library tells an unknown hook from a bug of the host by this flag.
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
