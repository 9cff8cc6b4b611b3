import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';

interface FoundError {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly codes: readonly string[];
}

/** More levels than any real answer has; the limit for a body that nests without end. */
const MAX_DEPTH = 12;

/**
 * The deepest code of an error body: wrapped in `error` or not, capitalised or not, in `details`, in `innererror` (vaults), in
 * `errors` (registries), or as JSON text within a message.
 */
export function deepestError(body: unknown, depth = 0): FoundError | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const document = typeof body === 'string' ? parseObject(body) : body;
  if (!isJsonObject(document)) return undefined;
  const wrapped = member(document, 'error');
  if (isJsonObject(wrapped)) return deepestError(wrapped, depth + 1);
  const code = textOf(member(document, 'code'));
  const message = textOf(member(document, 'message'));
  // The vault's own client writes `innerError` for what is `innererror` on the wire.
  const innermost = member(document, 'innererror') ?? member(document, 'innerError');
  const within = [member(document, 'details'), member(document, 'errors'), innermost];
  const inner = [...within.flatMap((one) => one ?? []), ...(message === undefined ? [] : [message])]
    .map((detail) => deepestError(detail, depth + 1))
    .find((found) => found !== undefined);
  if (inner) {
    // The inner error of a vault is a bare code; its message is in the error around it.
    const said = inner.message === inner.code && message !== undefined ? message : inner.message;
    return code === undefined ? inner : { ...inner, message: said, codes: [code, ...inner.codes] };
  }
  if (code === undefined) return undefined;
  const target = textOf(member(document, 'target'));
  const policies = policiesOf(member(document, 'additionalInfo'));
  const text = [message ?? code, ...(policies.length > 0 ? [`Policies: ${policies.join(', ')}`] : [])].join(' ');
  return { code, message: text, ...(target !== undefined && { target }), codes: [code] };
}

/**
 * The policies that forbid something, by the names that their owner knows. Source of the members: the model of policy
 * violations in Azure's SDKs (`additionalInfo[].type` PolicyViolation, `info.policyDefinitionDisplayName`, …).
 */
function policiesOf(additionalInfo: Json | undefined): readonly string[] {
  const all = Array.isArray(additionalInfo) ? additionalInfo.filter(isJsonObject) : [];
  return all.flatMap(({ type, info }) => {
    if (type !== 'PolicyViolation' || !isJsonObject(info)) return [];
    const assignment = textOf(info.policyAssignmentDisplayName) ?? textOf(info.policyAssignmentName);
    const definition = textOf(info.policyDefinitionDisplayName) ?? textOf(info.policyDefinitionName);
    if (assignment === undefined || definition === undefined) return assignment ?? definition ?? [];
    return `${assignment} (${definition})`;
  });
}

function parseObject(text: string): Json | undefined {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1)) as Json;
  } catch {
    // A message may hold braces without being JSON.
    return undefined;
  }
}

function member(object: JsonObject, name: string): Json | undefined {
  return object[name] ?? object[name[0]?.toUpperCase() + name.slice(1)];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
