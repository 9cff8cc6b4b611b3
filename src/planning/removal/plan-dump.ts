import type { Arm, ArmResource, Azure } from '../../azure/ports.ts';
import { SecretName } from '../../domain/config/secrets.ts';
import type { DesireInput } from '../../domain/desired.ts';
import { isBelow, nameOf } from '../../domain/ids.ts';
import { actualOutputs, recordedOutput } from '../../domain/outputs.ts';
import type { DumpPlan, PlannedChange, PlannedResource, ServerDump } from '../../domain/plan-schema.ts';
import { nothingToDump } from '../../domain/removal/dump.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { Output } from '../../domain/steps.ts';
import { markOf } from '../../domain/tags.ts';
import { type CodedWarning, coded } from '../../domain/warnings/warning-codes.ts';
import { settleAll } from '../../engine/settle.ts';
import { permissionProblems, writeNeeds } from '../../preflight/permissions.ts';
import { DUMP_ROOM_IN_GIB } from '../../resources/app/dump.ts';
import { CONTAINER_APPS_ENVIRONMENT } from '../../resources/container-apps-environment.ts';
import { dumpJobPlace } from '../../resources/job.ts';
import type { KnownResource } from '../../resources/kind.ts';
import { POSTGRESQL_DATABASE } from '../../resources/postgresql-database.ts';
import { POSTGRESQL_SERVER } from '../../resources/postgresql-server.ts';
import { dumpGrant, holdsGrant, type RoleAssignment } from '../../resources/role-assignment.ts';
import { IDENTITY } from '../../resources/user-assigned-identity.ts';
import { jsonAt, scalarText } from '../../shared/json.ts';
import { accountDoubts, dumpDoubts, serverObstacle } from './dump-obstacles.ts';
import { findDumpTarget } from './dump-target.ts';
import type { Seen } from './removal-lines.ts';
import type { RemovalRequest } from './removal-request.ts';

/** What a dump adds to the plan of a deletion; without `dump` it is refused. */
export interface PlannedDump {
  readonly dump?: DumpPlan;
  readonly lines: readonly PlannedResource[];
  readonly warnings: readonly CodedWarning[];
  readonly unseen: readonly string[];
}

/** A server that goes, as it is, and what of it is dumped. */
interface Going {
  readonly live: ArmResource;
  readonly dump: ServerDump;
  readonly others: readonly string[];
}

/** What the job is made of. */
const NEEDED: readonly Output[] = [
  ['subscriptionId'],
  ['environmentId'],
  ['identityId'],
  ['identityPrincipalId'],
  ['identityClientId'],
  ['secret', SecretName.postgresPassword],
];

const UNDUMPED = 'dump the databases from elsewhere, with pg_dump, and run destroy without --dump-to';

/**
 * What is dumped before anything is deleted, by which job, and what is let in for it and goes again. Writes nothing.
 *
 * @param lines of what is deleted and what stays
 * @throws UserError `nothing_to_dump`
 */
export async function planDump(
  azure: Azure,
  request: RemovalRequest,
  {
    asked,
    lines,
    seen,
  }: { readonly asked: string; readonly lines: readonly PlannedResource[]; readonly seen: readonly Seen[] },
): Promise<PlannedDump> {
  const going = serversGoing(lines, seen);
  if (going.length === 0) throw nothingToDump('no database of ours is deleted');
  const { environment, config, state } = request;
  const lacking = NEEDED.some((output) => recordedOutput(state, ...output) === undefined);
  if (lacking) return refused([refusal(going, 'the environment is not deployed as a whole, so that no job can dump')]);
  const input: DesireInput = { environment, config, outputs: actualOutputs(state) };
  const [target, container, identity] = await settleAll([
    findDumpTarget(azure.arm, asked, `/subscriptions/${input.outputs.read('subscriptionId')}`),
    azure.arm.get(input.outputs.read('environmentId'), CONTAINER_APPS_ENVIRONMENT.apiVersion),
    azure.arm.get(input.outputs.read('identityId'), IDENTITY.apiVersion),
  ]);
  const obstacles = [
    ...(target.kind === 'missing' ? [{ key: 'dump', id: target.id, type: target.type, reason: target.reason }] : []),
    ...(container
      ? []
      : [refusal(going, 'the environment of the applications is gone, and with it the place of the job')]),
    ...(identity ? [] : [refusal(going, 'the identity of the applications is gone, which reads the password')]),
    ...going.flatMap(({ live }) => {
      const reason = serverObstacle(live, container);
      return reason === undefined ? [] : [{ key: 'dump', id: live.id, type: POSTGRESQL_SERVER.type, reason }];
    }),
  ];
  if (target.kind === 'missing' || obstacles.length > 0) return refused(obstacles);
  const grant = dumpGrant(input, target.containerId);
  const [grants, jobs] = await settleAll([
    isLacking(azure.arm, grant),
    settleAll(going.map((one) => jobLine(azure.arm, input, one, target.address))),
  ]);
  const making = [...jobs, ...(grants ? [grantLine(grant)] : [])];
  const allowed = await asDeployerMay(azure, request, making, [
    ...going.map(({ live }) => ({ ...dumpJobPlace(input, live.id), body: {} })),
    grant,
  ]);
  const isOurs = grants || isSameId(state.left_behind[grant.key]?.id, grant.id);
  const removed = [...jobs, ...(isOurs ? [grantLine(grant)] : [])];
  return {
    dump: {
      containerId: target.containerId,
      address: target.address,
      grants,
      servers: going.map(({ dump }) => dump),
    },
    lines: [...allowed.lines, ...removed.flatMap((line) => removal(line, lines))],
    warnings: [
      ...going.flatMap((one) => doubts(one, state)),
      ...going.flatMap(({ live }) => dumpDoubts(live, container)),
      ...accountDoubts(target.account),
    ],
    unseen: allowed.unseen,
  };
}

function serversGoing(lines: readonly PlannedResource[], seen: readonly Seen[]): readonly Going[] {
  return seen.flatMap(({ name, kind, live, others, record: { id } }): Going[] => {
    const isGoing = lines.some(({ key, action }) => key === name && action === 'delete');
    if (kind !== POSTGRESQL_SERVER || !isGoing || typeof live !== 'object') return [];
    const databases = seen.filter(
      (one) => one.kind === POSTGRESQL_DATABASE && isBelow(one.record.id, id) && typeof one.live === 'object',
    );
    if (databases.length === 0) return [];
    const dump = {
      id,
      host: scalarText(jsonAt(live, 'properties.fullyQualifiedDomainName')),
      version: scalarText(jsonAt(live, 'properties.version')).split('.')[0] ?? '',
      user: scalarText(jsonAt(live, 'properties.administratorLogin')),
      databases: databases.map(({ record }) => nameOf(record.id)).toSorted(),
    };
    return [{ live: { ...live, id }, dump, others }];
  });
}

type Obstacle = Pick<PlannedResource, 'key' | 'id' | 'type'> & { readonly reason: string };

function refusal([first]: readonly Going[], why: string): Obstacle {
  const id = first?.live.id ?? '';
  return { key: 'dump', id, type: POSTGRESQL_SERVER.type, reason: `${why}; ${UNDUMPED}` };
}

function refused(obstacles: readonly Obstacle[]): PlannedDump {
  const lines = obstacles.map((one): PlannedResource => ({ ...one, action: 'forbidden' }));
  return { lines, warnings: [], unseen: [] };
}

/** Whatever gives it, at the container or above. */
async function isLacking(arm: Pick<Arm, 'list'>, grant: RoleAssignment): Promise<boolean> {
  const { kind, id, body } = grant;
  const query = kind.equivalents?.query(body);
  if (!query) return true;
  const held = await arm.list(id.slice(0, id.lastIndexOf('/')), kind.apiVersion, query);
  return !held.some((one) => holdsGrant(grant, one));
}

/** A job of an earlier dump, which did not succeed, is written again: it names its run. */
async function jobLine(
  arm: Pick<Arm, 'get'>,
  input: DesireInput,
  { live: server, dump }: Going,
  address: string,
): Promise<PlannedResource> {
  const { kind, key, id, title } = dumpJobPlace(input, server.id);
  const live = await arm.get(id, kind.apiVersion);
  const reason = `dumps ${dump.databases.join(', ')} of ${nameOf(server.id)} to ${address}, before anything is deleted`;
  const line: PlannedResource = { key, id, type: kind.type, action: 'create', reason };
  if (!live) return line;
  const isHere = isSameId(scalarText(jsonAt(live, 'properties.environmentId')), input.outputs.read('environmentId'));
  if (markOf(live.tags, input.environment) !== 'ours' || !isHere) {
    const why = `${title}: there is one already, and not of this environment (${id}); az containerapp job delete --ids ${id} removes it`;
    return { ...line, action: 'forbidden', reason: why };
  }
  return { ...line, action: 'update', changes: [...REWRITTEN] };
}

const REWRITTEN: readonly PlannedChange[] = ['properties.template', 'properties.configuration'].map((path) => ({
  path,
  from: '(of an earlier run)',
  to: '(of this run)',
  owner: 'computed',
}));

function grantLine({ key, id, kind, title }: RoleAssignment): PlannedResource {
  return { key, id, type: kind.type, action: 'create', reason: `${title}, for the dump` };
}

/** What is there for the dump goes with the rest, unless it is among that already. */
function removal({ key, id, type, action }: PlannedResource, lines: readonly PlannedResource[]): PlannedResource[] {
  if (action === 'forbidden' || lines.some((line) => isSameId(line.id, id))) return [];
  return [{ key, id, type, action: 'delete', reason: `${nameOf(id)}; made for the dump` }];
}

async function asDeployerMay(
  azure: Azure,
  { config, state }: RemovalRequest,
  lines: readonly PlannedResource[],
  resources: readonly KnownResource[],
): Promise<Pick<PlannedDump, 'lines' | 'unseen'>> {
  const created = resources.filter(({ key }) => lines.some((line) => line.key === key && line.action === 'create'));
  const subscription = `/subscriptions/${state.subscription_id ?? ''}`;
  const { refusals, unseen } = await permissionProblems({ azure, config, subscription }, created.flatMap(writeNeeds));
  const judged = lines.map((line): PlannedResource => {
    const reason = refusals.get(line.key);
    return reason === undefined ? line : { ...line, action: 'forbidden', reason };
  });
  return { lines: judged, unseen };
}

function doubts({ live, dump, others }: Going, state: EnvironmentState): readonly CodedWarning[] {
  const name = nameOf(live.id);
  const size = scalarText(jsonAt(live, 'properties.storage.storageSizeGB'));
  const isCurrent = Object.values(state.resources).some(({ id }) => isSameId(id, live.id));
  const theirs = others.filter((one) => !dump.databases.includes(one));
  return [
    coded(
      'dump_room',
      `The dump of ${name} has to fit into ${DUMP_ROOM_IN_GIB} GiB. Azure does not tell how much of its ${size} GB is used; a dump that is larger fails, and nothing is deleted.`,
    ),
    ...(isCurrent
      ? []
      : [
          coded(
            'dump_password',
            `${name} is dumped with the password of the vault: if it has another one its dump fails, and nothing is deleted.`,
          ),
        ]),
    ...(theirs.length > 0
      ? [coded('dump_incomplete', `Not dumped of ${name}, and not ours: ${theirs.join(', ')}.`)]
      : []),
  ];
}

function isSameId(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
