import type { ConfigProblem, ParsedConfig } from '../../domain/config/model.ts';
import { type ParseOptions, parseConfig } from '../../domain/config/parse.ts';

/** A configuration to be read, as plain data: it crosses to another thread. */
export interface ParseTask {
  readonly text: string;
  readonly options: Omit<ParseOptions, 'variables'>;
  /** Those that it may fill in, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Plain data as well. */
export type ParseAnswer =
  | { readonly ok: true; readonly parsed: ParsedConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export function parseTask({ text, options, variables }: ParseTask): ParseAnswer {
  const lookup = (name: string): string | undefined => (Object.hasOwn(variables, name) ? variables[name] : undefined);
  const result = parseConfig(text, { ...options, variables: lookup });
  return result.ok ? { ok: true, parsed: result.parsed } : { ok: false, problems: result.problems };
}
