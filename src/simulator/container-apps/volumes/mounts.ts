import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../shared/json.ts';
import type { Cloud } from '../cloud.ts';
import type { Template, Volume } from '../model.ts';

/** Until a revision whose replicas do not get ready counts as failed; the default of a Kubernetes deployment. */
const PROGRESS_DEADLINE_SECONDS = 600;

/** Why the replicas of a revision wait for a volume. */
export interface VolumeFailure {
  /** As the system log has it. */
  readonly message: string;
  /** Azure has given up on it. */
  readonly isOverdue: boolean;
}

/** The volumes that are shares. */
export function fileVolumes(template: JsonObject): readonly Volume[] {
  const { volumes } = template as Template;
  return (volumes ?? []).filter(({ storageType }) => storageType === 'AzureFile' || storageType === 'NfsAzureFile');
}

/** The id of the storage of an environment that a volume names. */
export function storageIdOf(environment: string, { storageName = '' }: Volume): string {
  return `${environment}/storages/${storageName}`;
}

/**
 * Why a replica with this template could not start now, in the words of the node, which tries for ever:
 * https://github.com/MicrosoftDocs/azure-docs/issues/118769 and, of NFS,
 * https://github.com/kubernetes-sigs/azurefile-csi-driver/issues/457.
 */
export function mountFailureMessage(cloud: Cloud, environment: string, template: JsonObject): string | undefined {
  for (const volume of fileVolumes(template)) {
    const failure = cloud.mountFailure(storageIdOf(environment, volume));
    if (!failure) continue;
    const { name = '' } = volume;
    const { fileSystem, source, output } = failure;
    const handle = createHash('sha256').update(source).digest('hex');
    const place = `/var/lib/kubelet/pods/${handle.slice(0, 8)}/volumes/kubernetes.io~csi/${name}/mount`;
    const options =
      fileSystem === 'cifs'
        ? 'file_mode=0777,dir_mode=0777,actimeo=30,mfsymlinks,nosharesock,<masked>'
        : 'vers=4,minorversion=1,sec=sys';
    return `MountVolume.SetUp failed for volume "${name}" : rpc error: code = Internal desc = volume(csi-${handle}) mount ${source} on ${place} failed with mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t ${fileSystem} -o ${options} ${source} ${place}\nOutput: ${output}`;
  }
  return undefined;
}

interface Mounting {
  readonly name: string;
  readonly startedAt: string;
  readonly template: JsonObject;
  readonly mounted?: true;
}

/** By the name of the revision, those whose replicas have not had their shares since they started. */
export function volumeFailures(
  cloud: Cloud,
  environment: string,
  records: readonly Mounting[],
): Readonly<Record<string, VolumeFailure>> {
  return Object.fromEntries(
    records.flatMap(({ name, startedAt, template, mounted }): [string, VolumeFailure][] => {
      const message = mounted ? undefined : mountFailureMessage(cloud, environment, template);
      if (message === undefined) return [];
      const deadline = Date.parse(startedAt) + cloud.duration(PROGRESS_DEADLINE_SECONDS);
      return [[name, { message, isOverdue: deadline <= cloud.now }]];
    }),
  );
}
