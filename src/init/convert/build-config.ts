import type { Json, JsonObject } from '../../shared/json.ts';
import { isGiven, valueIn } from '../compose/scope.ts';
import type { Tree } from '../compose/tree.ts';
import { below, contextPath } from './build-place.ts';
import type { ServiceFacts } from './facts.ts';
import { fileSecret } from './file-secrets.ts';
import { composeText, dollars, ourText, variablesOf } from './text.ts';
import { looksSecret, maskedText } from './variable-facts.ts';
import type { VolumesAround } from './volumes.ts';

/** https://docs.docker.com/reference/dockerfile/#arg, and what a builder takes on one line. */
const ARGUMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SECRET_ID = /^[A-Za-z0-9_.-]+$/;

/** `build` of a service: its folder, where nothing else is said. */
export function buildOf(facts: ServiceFacts, path: readonly string[], around: VolumesAround): JsonObject {
  const { build, service } = facts;
  if (!build) return {};
  const folder = below(around.project.root, contextPath(build));
  const context = dollars(folder === '.' ? folder : `./${folder}`);
  const args: Record<string, Json> = {};
  for (const [name, tree] of build.args) {
    const value = argument(name, tree);
    if (typeof value === 'string') args[name] = value;
    else around.report.left(tree.place, `services.${service.name}.build.args.${name}`, value.why, [...path, 'build']);
  }
  const secrets = secretsOf(facts, path, around);
  const more = {
    ...(build.dockerfile !== undefined && { dockerfile: dollars(build.dockerfile) }),
    ...(build.target !== undefined && { target: dollars(build.target) }),
    ...(Object.keys(args).length > 0 && { args }),
    ...(Object.keys(secrets).length > 0 && { secrets }),
  };
  return { build: Object.keys(more).length > 0 ? { context, ...more } : context };
}

function argument(name: string, tree: Tree): string | { readonly why: string } {
  const { scope } = tree.place.origin;
  const isFromShell = tree.kind === 'text' && tree.text === null;
  const value = isFromShell ? valueIn(scope, name) : composeText(tree);
  if (!ARGUMENT_NAME.test(name)) return { why: 'is no name that a Dockerfile can declare' };
  if (value === undefined) return { why: `is set nowhere, so that Compose gives it to no build` };
  if ([name, ...variablesOf(tree)].some(looksSecret) || maskedText(value) !== value)
    return { why: 'looks like a secret, and everybody could read it in the image: give it by "secrets" of the build' };
  if (/[\r\n]/.test(value)) return { why: 'must be one line' };
  if (!isFromShell) return ourText(tree);
  if (isGiven(scope, name)) return `\${${name}}`;
  return /[{}$]/.test(value) ? dollars(value) : `\${${name}:-${value}}`;
}

function secretsOf({ build, service }: ServiceFacts, path: readonly string[], around: VolumesAround): JsonObject {
  const { project, secrets, report } = around;
  const entries = (build?.secrets ?? []).flatMap(({ id, source, place, path: key }): [string, string][] => {
    if (!SECRET_ID.test(id) || !project.named('secrets', source)) {
      const why = SECRET_ID.test(id) ? `there is no secret ${source}` : 'is no id that a build can mount';
      report.left(place, `services.${service.name}.build.secrets`, why, [...path, 'build']);
      return [];
    }
    // A build needs one that is given from outside.
    const found = fileSecret({ kind: 'secrets', source, target: '', place, path: key }, [], project, secrets);
    return 'key' in found ? [[id, found.key]] : [];
  });
  return Object.fromEntries(entries);
}
