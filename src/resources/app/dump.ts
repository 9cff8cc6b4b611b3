import { SecretName } from '../../domain/config/secrets.ts';
import { RUN_MARK } from '../../domain/config/service/own-variables.ts';
import type { ServerDump } from '../../domain/plan-schema.ts';
import type { DatabaseDump } from '../../domain/removal/dump.ts';
import type { JsonObject } from '../../shared/json.ts';
import { quoted } from './shell.ts';
import { secretRef } from './workload.ts';

/** A dump that takes longer is stopped by Azure. */
export const DUMP_TIMEOUT_IN_SECONDS = 4 * 60 * 60;

/** As much as a replica of more than one vCPU has: https://learn.microsoft.com/azure/container-apps/storage-mounts */
export const DUMP_ROOM_IN_GIB = 8;

const FOLDER = '/dump';
const VOLUME = { name: 'dump', storageType: 'EmptyDir' };
const MOUNTS = [{ volumeName: VOLUME.name, mountPath: FOLDER }];
const [LOG, DONE] = [`${FOLDER}/log`, `${FOLDER}/done`];

/** A fresh role assignment takes up to ten minutes: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
const [TRIES, PAUSE_IN_SECONDS] = [31, 30];

/** Without it the command line may not find the identity of a container app: https://github.com/Azure/azure-cli/issues/22677 */
const SIGNS_IN = { name: 'APPSETTING_WEBSITE_SITE_NAME', value: 'container-app' };

/** Where a job writes its dumps. */
export interface UploadTarget {
  /** Of the storage account. */
  readonly account: string;
  readonly container: string;
  /** As the command line of Azure names it. */
  readonly cloud: string;
  /** Of the identity that writes. */
  readonly clientId: string;
}

export interface DumpOrder {
  readonly server: ServerDump;
  readonly dumps: readonly DatabaseDump[];
  readonly target: UploadTarget;
  /** Recognises an execution of this run. */
  readonly mark: string;
}

/**
 * One container dumps into a folder that both see, then the other uploads; the first ends well in any case, so that the second one
 * tells its log, which is the log of the job. What is told to a single execution has no volumes, so all of it stands in the template
 * (https://learn.microsoft.com/rest/api/resource-manager/containerapps/jobs/start).
 */
export function dumpTemplate(order: DumpOrder): JsonObject {
  return {
    initContainers: [dumpContainer(order)],
    containers: [uploadContainer(order)],
    volumes: [VOLUME],
  };
}

/** A tool dumps servers of its own version and older ones: https://www.postgresql.org/docs/current/app-pgdump.html */
function dumpContainer({ server: { host, version, user }, dumps }: DumpOrder): JsonObject {
  return {
    name: 'dump',
    image: `docker.io/library/postgres:${version}`,
    command: ['/bin/sh', '-c', dumpScript(dumps)],
    resources: { cpu: 0.75, memory: '1.5Gi' },
    env: [
      { name: 'PGHOST', value: host },
      { name: 'PGUSER', value: user },
      { name: 'PGPASSWORD', secretRef: secretRef(SecretName.postgresPassword) },
      // Nothing goes in plain text: https://www.postgresql.org/docs/current/libpq-ssl.html
      { name: 'PGSSLMODE', value: 'require' },
      { name: 'PGCONNECT_TIMEOUT', value: '30' },
    ],
    volumeMounts: MOUNTS,
  };
}

/** Dumps one after the other, and reads back the contents of each. */
export function dumpScript(dumps: readonly DatabaseDump[]): string {
  const lines = dumps.flatMap(({ database }, index) => [
    `pg_dump --format=custom --no-password --file=${fileOf(index)} --dbname=${quoted(database)} || exit 1`,
    `pg_restore --list ${fileOf(index)} > /dev/null || exit 1`,
  ]);
  return ['(', ...lines, `touch ${DONE}`, `) > ${LOG} 2>&1`, 'exit 0'].join('\n');
}

function uploadContainer({ dumps, target, mark }: DumpOrder): JsonObject {
  return {
    name: 'upload',
    image: 'mcr.microsoft.com/azure-cli',
    command: ['/bin/sh', '-c', uploadScript(dumps, target)],
    resources: { cpu: 1.25, memory: '2.5Gi' },
    env: [{ name: RUN_MARK, value: mark }, SIGNS_IN],
    volumeMounts: MOUNTS,
  };
}

/**
 * Uploads what was dumped and compares the sizes, as the deployment's identity
 * (https://learn.microsoft.com/cli/azure/storage/blob, https://learn.microsoft.com/cli/azure/reference-index#az-login).
 */
export function uploadScript(
  dumps: readonly DatabaseDump[],
  { account, container, cloud, clientId }: UploadTarget,
): string {
  const place = `--auth-mode login --account-name ${quoted(account)} --container-name ${quoted(container)}`;
  return [
    `cat ${LOG}`,
    `[ -e ${DONE} ] || { echo 'the databases were not dumped'; exit 1; }`,
    'again() {',
    '  tries=1',
    `  until "$@"; do [ "$tries" -lt ${TRIES} ] || return 1; tries=$((tries + 1)); sleep ${PAUSE_IN_SECONDS}; done`,
    '}',
    `az cloud set --name ${quoted(cloud)} --output none || exit 1`,
    `again az login --identity --client-id ${quoted(clientId)} --allow-no-subscriptions --output none || exit 1`,
    ...dumps.flatMap(({ blob }, index) => {
      const name = `--name ${quoted(blob)}`;
      return [
        // The names are this run's own: what is overwritten is half of this.
        `again az storage blob upload ${place} ${name} --file ${fileOf(index)} --overwrite true --no-progress --output none || exit 1`,
        `here=$(stat -c %s ${fileOf(index)}) || exit 1`,
        `there=$(az storage blob show ${place} ${name} --query properties.contentLength --output tsv) || exit 1`,
        `[ "$here" -gt 0 ] && [ "$here" = "$there" ] || { echo ${quoted(blob)} "has $there bytes, not $here"; exit 1; }`,
        `echo ${quoted(blob)} "has $there bytes"`,
      ];
    }),
  ].join('\n');
}

function fileOf(index: number): string {
  return `${FOLDER}/${index}.dump`;
}
