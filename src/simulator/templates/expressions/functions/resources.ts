import type { Json } from '../../../../shared/json.ts';
import {
  type Functions,
  type LiveResources,
  NotKnownYet,
  type Place,
  type Scope,
  TemplateError,
  textOf,
} from '../scope.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource */
export const RESOURCES: Functions = {
  resourceId(args, { place }, name) {
    const { before, type, names } = typed(args, name);
    const [subscriptionId = place.subscriptionId, group = place.group] =
      before.length === 2 ? before : [undefined, before[0]];
    return placedId({ subscriptionId, ...(group !== undefined && { group }) }, type, names);
  },
  subscriptionResourceId(args, { place }, name) {
    const { before, type, names } = typed(args, name);
    return placedId({ subscriptionId: before[0] ?? place.subscriptionId }, type, names);
  },
  tenantResourceId(args, _, name) {
    const { type, names } = typed(args, name);
    return idBelow('', type, names);
  },
  managementGroupResourceId(args, _, name) {
    const { before, type, names } = typed(args, name);
    return idBelow(`/providers/Microsoft.Management/managementGroups/${before[0] ?? ''}`, type, names);
  },
  extensionResourceId: ([of, type, ...names], _, name) =>
    idBelow(
      textOf(of, name),
      textOf(type, name),
      names.map((one) => textOf(one, name)),
    ),
  reference([resource, apiVersion, full], scope, name) {
    const version = apiVersion === undefined || apiVersion === null ? undefined : textOf(apiVersion, name);
    const isFull = typeof full === 'string' && full.toLowerCase() === 'full';
    return liveOf(scope, name).reference(textOf(resource, name), version, isFull);
  },
  'list*': ([resource, apiVersion, body = null], scope, name) =>
    liveOf(scope, name).list(name, textOf(resource, name), textOf(apiVersion, name), body),
};

function liveOf({ live }: Scope, name: string): LiveResources {
  if (live) return live;
  throw new NotKnownYet(
    `The template function '${name}' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

/** The first part with a slash is the type: neither names nor what stands before it have one. */
function typed(args: readonly Json[], name: string) {
  const texts = args.map((arg) => textOf(arg, name));
  const at = texts.findIndex((text) => text.includes('/'));
  if (at < 0) {
    throw new TemplateError(
      `Unable to evaluate template language function '${name}': the type of the resource is missing. Please see https://aka.ms/arm-resource-functions/#${name.toLowerCase()} for usage details.`,
    );
  }
  return { before: texts.slice(0, at), type: texts[at] ?? '', names: texts.slice(at + 1) };
}

/** The id of a resource of a deployment: in its group, or directly in its subscription. */
export function placedId({ subscriptionId, group }: Place, type: string, names: readonly string[]): string {
  const subscription = `/subscriptions/${subscriptionId}`;
  if (type.toLowerCase() === 'microsoft.resources/resourcegroups')
    return `${subscription}/resourceGroups/${names.join('/')}`;
  return idBelow(group === undefined ? subscription : `${subscription}/resourceGroups/${group}`, type, names);
}

/** @throws TemplateError there are more or fewer names than types */
export function idBelow(scope: string, type: string, names: readonly string[]): string {
  const [namespace = '', ...types] = type.replace(/\/+$/, '').split('/');
  if (types.length !== names.length) {
    throw new TemplateError(
      `Unable to evaluate template language function 'resourceId': the type '${type}' requires '${types.length}' resource name argument(s). Please see https://aka.ms/arm-resource-functions/#resourceid for usage details.`,
    );
  }
  return `${scope}/providers/${[namespace, ...types.flatMap((part, index) => [part, names[index] ?? ''])].join('/')}`;
}
