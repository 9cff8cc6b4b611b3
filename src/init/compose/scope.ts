/** The variables that a file's `${…}` may name: https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/ */
export interface Scope {
  /** Of the shell that asks; they win. */
  readonly given: Readonly<Record<string, string | undefined>>;
  /** Of `.env` and other files: what a developer has for himself. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The value that Compose would fill in; undefined: it is not set. */
export function valueIn({ given, defaults }: Scope, name: string): string | undefined {
  return ownGiven(given, name) ?? defaults.get(name);
}

/** Whether the shell has it. */
export function isGiven({ given }: Scope, name: string): boolean {
  return ownGiven(given, name) !== undefined;
}

function ownGiven(given: Scope['given'], name: string): string | undefined {
  return Object.hasOwn(given, name) ? given[name] : undefined;
}

/** The same scope with further defaults below those that it has. */
export function withDefaults(scope: Scope, further: ReadonlyMap<string, string>): Scope {
  return { ...scope, defaults: new Map([...further, ...scope.defaults]) };
}
