import type { JsonObject } from '../shared/json.ts';

/** A configuration that was proposed from what a folder holds, before it is written. */
export interface Draft {
  /** As its user would write it, in the order in which it shall stand; without what only they know (subscription, region). */
  readonly config: JsonObject;
  /** What stands above a key in the file. */
  readonly comments: readonly { readonly path: readonly (string | number)[]; readonly text: string }[];
  /** What did not come over, or came over changed: a comment at `path` where one is given, and a line at the end. */
  readonly leftovers: readonly Leftover[];
  /** What may be chosen: a container's image that a managed service could take the place of. */
  readonly choices: readonly Choice[];
}

export interface Leftover {
  /** A file, or the type of a resource of Azure. */
  readonly file: string;
  /** Of a file. */
  readonly line?: number;
  /** The key of the source, `services.web.networks`, or the name of the resource. */
  readonly key: string;
  /** Why, and what to do instead. */
  readonly text: string;
  /** Where its comment stands in the configuration; at the top without one. */
  readonly path?: readonly (string | number)[];
}

export interface Choice {
  /** The service of the source. */
  readonly service: string;
  readonly section: 'postgresql' | 'redis' | 'rabbitmq' | 'mongo';
  /** What it costs in kind: what becomes of data and persistence, either way. */
  readonly text: string;
}
