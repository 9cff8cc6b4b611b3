import { sameField } from '../../../src/domain/compare.ts';
import { isBelow } from '../../../src/domain/ids.ts';
import { memberKey, memberName } from '../../../src/domain/members.ts';
import { overlay } from '../../../src/domain/merge.ts';
import { displayPath, type FieldPath, memberSegment } from '../../../src/domain/ownership/field-path.ts';
import type { Plan, PlannedResource } from '../../../src/domain/plan-schema.ts';
import type { StepName } from '../../../src/domain/steps.ts';
import { DEPLOYMENT_TYPE } from '../../../src/domain/templates/template-config.ts';
import { templateMaking } from '../../../src/domain/templates/template-key.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import type { SimulatorRequest } from '../cli.ts';

/** What was on Azure before the run: bodies by lower-case id, as the simulator keeps them. */
export type CloudBefore = Readonly<Record<string, JsonObject>>;

/**
 * Writes that no line lists one by one, since a plan states them by the steps that run: whatever else such a step does is a
 * line. Requests that only ask are POSTs too.
 */
const PATTERNS: readonly {
  readonly title: string;
  readonly request: RegExp;
  readonly steps: readonly StepName[] | 'any';
}[] = [
  {
    title: 'questions',
    request:
      /^POST .*\/(?:checkNameAvailability|listKeys|listSecrets|listCredentials|getAuthToken|listLogSasUrl|listBuildSourceUploadUrl|whatIf)$/i,
    steps: 'any',
  },
  { title: 'providers are registered', request: /^POST .*\/register$/, steps: ['check_prerequisites'] },
  { title: 'images are built', request: /^POST .*\/scheduleRun$/, steps: ['build_and_push_images'] },
  { title: 'jobs run', request: /^POST .*\/jobs\/[^/]+\/start$/, steps: ['run_migrations', 'verify_deployment'] },
  {
    title: 'releases are judged, taken back and cleaned up',
    request: /^POST .*\/revisions\/[^/]+\/(?:activate|deactivate|restart)$/,
    steps: ['deploy_application_services', 'verify_deployment'],
  },
];

/** Fields that belong to the same patterns. */
const FIELD_PATTERNS: readonly { readonly field: RegExp; readonly steps: readonly StepName[] }[] = [
  {
    field: /^properties\.(?:configuration\.ingress\.traffic|template\.revisionSuffix)\b/,
    steps: ['deploy_application_services', 'configure_environment_variables', 'verify_deployment'],
  },
  { field: /^properties\.administratorLoginPassword$/, steps: ['store_secrets'] },
];

/**
 * Where a run did something else than its plan says; empty when the plan is what happened.
 *
 * @param plan that was approved
 * @param before what there was when it was made
 * @param requests of the run, in order
 */
export function unplanned(plan: Plan, before: CloudBefore, requests: readonly SimulatorRequest[]): readonly string[] {
  const cloud = new Map(Object.entries(before).map(([id, body]) => [id.toLowerCase(), body]));
  // What is made for a deletion goes with it: of that there are two lines.
  const lineOf = (id: string, isDeletion: boolean): PlannedResource | undefined => {
    const lines = plan.resources.filter((line) => isOf(line, id));
    return lines.find(({ action }) => (action === 'delete') === isDeletion) ?? lines[0];
  };
  const written = new Set<string>();
  const made = new Set<string>();
  const deleted = new Set<string>();
  const surprises = managementWrites(requests).flatMap(({ method, path, body }) => {
    const id = path.toLowerCase();
    if (method === 'POST') return isPattern(plan, `POST ${path}`) ? [] : [`${method} ${path}: no pattern of the plan`];
    const [live, line] = [cloud.get(id), lineOf(id, method === 'DELETE')];
    written.add(id);
    if (method === 'DELETE') {
      cloud.delete(id);
      deleted.add(id);
      return line?.action === 'replace' || line?.action === 'delete' ? [] : [`${method} ${path}: ${actionOf(line)}`];
    }
    const sent = isJsonObject(body as Json) ? (body as JsonObject) : {};
    cloud.set(id, overlay(live ?? {}, sent));
    if (live === undefined) made.add(id);
    const isMade = line?.action === 'create' || line?.action === 'replace';
    if (isMade) return [];
    if (live === undefined && !made.has(parentOf(id))) return [`${method} ${path} makes it: ${actionOf(line)}`];
    return changedFields([], sent, live ?? {}).flatMap((field) =>
      isListed(line, field) || isFieldPattern(plan, field) ? [] : [`${method} ${path} ${field}: ${actionOf(line)}`],
    );
  });
  const idle = plan.resources.flatMap((line) =>
    isDefinite(line) && ![...(line.action === 'delete' ? deleted : written)].some((id) => isOf(line, id))
      ? [`${line.action} ${line.key}: was not written`]
      : [],
  );
  return [...new Set([...surprises, ...idle])];
}

/** An id that was not known yet is told up to there. */
function isOf({ id }: PlannedResource, written: string): boolean {
  const [known = '', ...unknown] = id.toLowerCase().split('(known after');
  return unknown.length > 0
    ? written.startsWith(known) && !written.slice(known.length).includes('/')
    : written === known;
}

function parentOf(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}

/** What changed something: identical repetitions count once. */
function managementWrites(requests: readonly SimulatorRequest[]): readonly SimulatorRequest[] {
  const seen = new Set<string>();
  return requests.filter(({ method, host, path, status, body }) => {
    const isWrite = ['PUT', 'PATCH', 'DELETE', 'POST'].includes(method) && host.startsWith('management.');
    const key = JSON.stringify([method, path, body]);
    if (!isWrite || status < 200 || status > 299 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function runs(plan: Plan, steps: readonly StepName[]): boolean {
  return plan.steps.some(({ step, action }) => action !== 'skip' && steps.includes(step));
}

function isPattern(plan: Plan, request: string): boolean {
  const isDump = plan.removal?.dump !== undefined && /^POST .*\/jobs\/dump-[^/]+\/start$/.test(request);
  return (
    isDump ||
    isToldRestart(plan, request) ||
    PATTERNS.some((one) => one.request.test(request) && (one.steps === 'any' || runs(plan, one.steps)))
  );
}

/** Of a database server: told in the line of what it loads anew. */
function isToldRestart(plan: Plan, request: string): boolean {
  const [, server] = /^POST (.*\/flexibleServers\/[^/]+)\/restart$/i.exec(request) ?? [];
  return plan.resources.some(
    ({ id, action, reason = '' }) =>
      server !== undefined && isBelow(id, server) && action === 'update' && reason.includes('the server restarts'),
  );
}

function isFieldPattern(plan: Plan, field: string): boolean {
  return FIELD_PATTERNS.some((one) => one.field.test(field) && runs(plan, one.steps));
}

function isListed(line: PlannedResource | undefined, field: string): boolean {
  if (line?.action !== 'update' && line?.action !== 'adopt') return false;
  // It is sent as a whole, whatever of it changed.
  if (line.type === DEPLOYMENT_TYPE) return true;
  return (line.changes ?? []).some(({ path }) => isAt(field, path) || isAt(path, field));
}

function isAt(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`);
}

function isDefinite({ key, action, goesWith, maybe = [], changes = [] }: PlannedResource): boolean {
  // What a template makes Azure writes by itself.
  if (maybe.length > 0 || goesWith !== undefined || templateMaking(key) !== undefined) return false;
  return action === 'create' || action === 'replace' || action === 'delete' || changes.length > 0;
}

function actionOf(line: PlannedResource | undefined): string {
  if (!line) return 'no line of the plan';
  return `the plan says ${line.action} ${(line.changes ?? []).map(({ path }) => path).join(', ')}`.trim();
}

/** The fields of a body that is sent that are not so already; members of arrays by their names, also those that go. */
function changedFields(path: FieldPath, sent: Json, live: Json | undefined): readonly string[] {
  if (isJsonObject(sent) && isJsonObject(live)) {
    return Object.entries(sent).flatMap(([key, value]) => changedFields([...path, key], value, memberAt(live, key)));
  }
  const key = Array.isArray(sent) && Array.isArray(live) ? memberKey(sent, live) : undefined;
  if (key !== undefined && Array.isArray(sent) && Array.isArray(live)) {
    const [now, then] = [byName(sent, key), byName(live, key)];
    return [...new Set([...now.keys(), ...then.keys()])].flatMap((name) => {
      const [value, was] = [now.get(name), then.get(name)];
      const at = [...path, memberSegment(name)];
      return value === undefined ? [displayPath(at)] : changedFields(at, value, was);
    });
  }
  return sameField(path, sent, live) || (sent === null && live === undefined) ? [] : [displayPath(path)];
}

/** Azure answers keys of tags, and ids, in another case. */
function memberAt(live: JsonObject, key: string): Json | undefined {
  const found = Object.keys(live).find((one) => one === key || one.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : live[found];
}

function byName(members: readonly Json[], key: string): ReadonlyMap<string, Json> {
  return new Map(members.map((member) => [memberName(member, key) ?? '', member]));
}
