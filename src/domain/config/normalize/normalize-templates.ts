import type { JsonObject } from '../../../shared/json.ts';
import type { CompiledTemplates } from '../../templates/arm-template.ts';
import type { Templates } from '../../templates/template-config.ts';
import { problem, type RuleProblem } from '../rules/rule.ts';
import type { RawTemplates } from '../schema/template-schema.ts';
import { ownValue } from './given.ts';

/**
 * The templates of a file with what was read of each; absent where there are none, so that a configuration without them is as it
 * always was.
 *
 * @param compiled undefined: whoever reads the file can neither read others nor compile
 */
export function normalizeTemplates(
  raw: RawTemplates,
  compiled: CompiledTemplates | undefined,
): { readonly config: { readonly templates?: Templates }; readonly problems: readonly RuleProblem[] } {
  const templates: Record<string, Templates[string]> = {};
  const problems: RuleProblem[] = [];
  for (const [name, { file, parameters, on_destroy: onDestroy }] of Object.entries(raw ?? {})) {
    const read = ownValue(compiled, name) ?? { ok: false as const, problem: UNREAD };
    if (read.ok) {
      const { template } = read;
      templates[name] = {
        file,
        template,
        parameters: (parameters ?? {}) as JsonObject,
        onDestroy: onDestroy ?? 'delete',
      };
    } else problems.push(problem(['templates', name, 'file'], read.problem));
  }
  return { config: Object.keys(templates).length > 0 ? { templates } : {}, problems };
}

const UNREAD =
  'is read and compiled by the command line alone, and not for strangers: deploy with it, also with --remote, or send what the compiler made of it as `templates` beside the configuration';
