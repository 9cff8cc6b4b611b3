import type { DesiredResource, StepResource } from '../../domain/desired.ts';
import { isExtension, nameOf, typeOf } from '../../domain/ids.ts';
import type { EnvironmentState, ResourceRecord } from '../../domain/state.ts';
import type { Templates } from '../../domain/templates/template-config.ts';
import { partKey, templateMaking } from '../../domain/templates/template-key.ts';
import type { JsonObject } from '../../shared/json.ts';
import { type GenericKind, genericKind } from '../generic-resource.ts';
import { kindOf } from '../registry.ts';

/** One thing that a template made: what it set, and what has to go after it. */
interface PartOf {
  readonly template: string;
  readonly id: string;
  readonly apiVersion: string;
  /** Of its body what the template set. */
  readonly body: JsonObject;
  /** Keys of others. */
  readonly needs: readonly string[];
}

/** What a template made as a resource of ours: compared with what it was right after the deployment, and written by nobody but Azure. */
export function templatePart({ template, id, apiVersion, body, needs }: PartOf): DesiredResource<GenericKind> {
  const type = typeOf(id);
  return {
    kind: {
      ...genericKind(type, { apiVersion, ownership: 'recorded' }),
      listing: isListed(id, type) ? 'member' : 'absent',
    },
    key: partKey(template, id),
    title: `${type} ${nameOf(id)} of the template ${template}`,
    id,
    body,
    holdsData: kindOf(type)?.holdsData ?? true,
    needs,
  };
}

/** In the list of its group is what lies in that itself: https://learn.microsoft.com/rest/api/resources/resources/list-by-resource-group */
function isListed(id: string, type: string): boolean {
  return !isExtension(id) && type.split('/').length === 2;
}

/** What the templates of a configuration made, as the state has it. */
export function recordedParts(
  { templates = {} }: { readonly templates?: Templates },
  { resources }: Pick<EnvironmentState, 'resources'>,
): readonly StepResource<GenericKind>[] {
  return Object.entries(resources).flatMap(([key, record]) => {
    const template = templateMaking(key) ?? '';
    return Object.hasOwn(templates, template) ? [{ ...recordedPart(template, record), key, step: record.step }] : [];
  });
}

function recordedPart(template: string, { id, applied = {}, generic, holds_data }: ResourceRecord) {
  const { api_version: apiVersion = '', needs = [] } = generic ?? {};
  return { ...templatePart({ template, id, apiVersion, body: applied, needs }), holdsData: holds_data };
}
