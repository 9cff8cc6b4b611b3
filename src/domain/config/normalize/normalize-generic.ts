import type { Json, JsonObject } from '../../../shared/json.ts';
import {
  type GenericResourceConfig,
  type GenericResources,
  parentType,
  type SecretAction,
} from '../../generic/generic-config.ts';
import type { RawGenericResources } from '../schema/generic-resource-schema.ts';
import { given } from './given.ts';

type Raw = NonNullable<RawGenericResources>[string];

/** Absent where there is none, so that a configuration without them is as it always was. */
export function normalizeGeneric(
  raw: RawGenericResources,
  location: string,
): { readonly resources?: GenericResources } {
  const all = Object.entries(raw ?? {}).map(([key, one]) => [key, normalizeOne(one, location)] as const);
  return all.length === 0 ? {} : { resources: Object.fromEntries(all) };
}

function normalizeOne(raw: Raw, location: string): GenericResourceConfig {
  const [parent, scope] = [given(raw.parent), given(raw.scope)];
  // Of these, and of no others, Azure wants a region and takes tags: https://learn.microsoft.com/azure/azure-resource-manager/management/overview#terminology
  const isTracked = parentType(raw.type) === undefined && parent === undefined && scope === undefined;
  const region = raw.location === undefined && isTracked ? location : given(raw.location);
  const rawOutputs = Object.entries(raw.outputs ?? {});
  const outputs = Object.fromEntries(rawOutputs.map(([name, one]) => [name, typeof one === 'string' ? one : one.path]));
  const publicOutputs = rawOutputs.flatMap(([name, one]) => (typeof one === 'string' ? [] : [name]));
  const secrets = Object.entries(raw.secrets ?? {}).map(([name, one]) => [name, normalizeAction(one)] as const);
  const [readAction, archive] = [given(raw.read), given(raw.package)];
  return {
    type: raw.type,
    apiVersion: raw.api_version,
    name: raw.name,
    ...(parent !== undefined && { parent }),
    ...(scope !== undefined && { scope }),
    ...(region !== undefined && { location: region }),
    tags: raw.tags ?? isTracked,
    body: (raw.body ?? {}) as Record<string, Json>,
    ...(Object.keys(outputs).length > 0 && { outputs }),
    ...(publicOutputs.length > 0 && { publicOutputs }),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets) }),
    holdsData: raw.holds_data ?? true,
    ...(raw.write_only && raw.write_only.length > 0 && { writeOnly: raw.write_only }),
    ...(raw.read_only && raw.read_only.length > 0 && { readOnly: raw.read_only }),
    ...(raw.whole && raw.whole.length > 0 && { wholeArrays: raw.whole }),
    ...(raw.depends_on && raw.depends_on.length > 0 && { dependsOn: raw.depends_on }),
    ...(readAction !== undefined && { readAction }),
    ...(archive !== undefined && { package: archive }),
  };
}

function normalizeAction({
  action,
  path,
  body,
  encode,
  watched,
  make,
}: NonNullable<Raw['secrets']>[string]): SecretAction {
  return {
    action,
    path,
    ...(body && { body: body as JsonObject }),
    ...(encode && { isUrlEncoded: true }),
    ...(watched && { isWatched: true }),
    ...(make && { make: { put: make.put, body: (make.body ?? {}) as JsonObject } }),
  };
}
