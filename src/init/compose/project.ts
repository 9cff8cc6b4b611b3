import type { ConfigProblem } from '../../domain/config/model.ts';
import type { ComposeFiles } from './files.ts';
import type { Note } from './forms/filling.ts';
import type { MapTree, Place, TextTree, Tree } from './tree.ts';

/** An application as its Compose files say it: files laid over each other, `extends` and `include` followed, all in long forms. */
export interface ComposeProject {
  /** What the files call it; undefined: nothing. */
  readonly name: string | undefined;
  /** Absolute: builds are told relative to it. */
  readonly root: string;
  /** What was read, relative to the root, the main file first. */
  readonly sources: readonly string[];
  readonly files: ComposeFiles;
  readonly services: readonly ComposeService[];
  /** Services that would not be started, and why. */
  readonly idle: readonly { readonly name: string; readonly place: Place; readonly why: string }[];
  /** Everything at the top, without the services. */
  readonly top: MapTree;
  /** What stands below a key of the top, by name: volumes, networks, secrets, configs. */
  named(kind: 'volumes' | 'networks' | 'secrets' | 'configs', name: string): Tree | undefined;
  readonly notes: readonly Note[];
}

export interface ComposeService {
  readonly name: string;
  readonly place: Place;
  /** What it says, without `extends`, `profiles`, `environment` and `env_file`. */
  readonly keys: MapTree;
  /** Of `env_file` and `environment`, by name; the value as it is written, null: it comes from the shell. */
  readonly variables: ReadonlyMap<string, TextTree>;
}

export type ReadProject =
  | { readonly ok: true; readonly project: ComposeProject }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };
