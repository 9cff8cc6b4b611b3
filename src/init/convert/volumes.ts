import { posix, resolve } from 'node:path';
import type { JsonObject } from '../../shared/json.ts';
import type { ComposeProject } from '../compose/project.ts';
import { below, contextPath } from './build-place.ts';
import type { MountFact, ServiceFacts } from './facts.ts';
import { type FileSecret, fileSecret, textFile } from './file-secrets.ts';
import { Names, shareName, volumeName } from './names.ts';
import type { Report } from './report.ts';
import type { SecretPlan } from './secret-plan.ts';

export interface VolumesAround {
  readonly project: ComposeProject;
  readonly report: Report;
  readonly secrets: SecretPlan;
  readonly all: readonly ServiceFacts[];
  readonly shares: Shares;
}

/** File shares of the project: one for each named volume that is mounted. */
export class Shares {
  readonly #names = new Names();
  readonly #byVolume = new Map<string, string>();

  of(volume: string): string {
    const known = this.#byVolume.get(volume);
    if (known !== undefined) return known;
    const name = this.#names.take(shareName(volume), 63);
    this.#byVolume.set(volume, name);
    return name;
  }

  get config(): JsonObject {
    return Object.fromEntries([...this.#byVolume.values()].map((name) => [name, {}]));
  }
}

/** https://github.com/hashicorp/terraform-provider-azurerm/issues/29419 */
const MOUNT_PATH = /^\/[^:\s]+$/;
const FILE_NAME = /^(?!\.{1,2}$)[-._a-zA-Z0-9]+$/;
/** Folders in which an image has nothing of its own that would be missed: a volume hides what is below it. */
const FREE_FOLDER =
  /^\/(?:run|var\/run)\/secrets(?:\/|$)|\.d$|\/(?:secrets?|configs?|conf|certs?|provisioning\/[a-z]+)$|^\/etc\/(?!nginx$|apache2$|httpd$|mysql$|php$|ssl$|ssh$|default$|init$|cron)[\w-]+$/;

/** `volumes` and `mounts` of a service. @param path of it in the configuration */
export function volumesOf(facts: ServiceFacts, path: readonly string[], around: VolumesAround): JsonObject {
  const volumes = new ServiceVolumes(facts, path, around);
  for (const mount of facts.mounts) volumes.mount(mount);
  for (const file of facts.files)
    volumes.file(file.target, fileSecret(file, around.all, around.project, around.secrets), file);
  return volumes.config;
}

class ServiceVolumes {
  readonly #facts: ServiceFacts;
  readonly #path: readonly string[];
  readonly #around: VolumesAround;
  readonly #names = new Names(['envoy-config']);
  readonly #volumes: Record<string, JsonObject> = {};
  readonly #mounts: Record<string, string> = {};

  constructor(facts: ServiceFacts, path: readonly string[], around: VolumesAround) {
    this.#facts = facts;
    this.#path = path;
    this.#around = around;
  }

  get config(): JsonObject {
    const isSome = Object.keys(this.#volumes).length > 0;
    return isSome ? { volumes: this.#volumes, mounts: this.#mounts } : {};
  }

  mount(mount: MountFact): void {
    const { type, target, source } = mount;
    const why = this.#whyNot(mount);
    if (why !== undefined) {
      this.#left(mount, why);
      return;
    }
    if (type === 'tmpfs') {
      this.#add(target, volumeName(target), {});
      return;
    }
    if (type === 'bind') {
      this.#bind(mount);
      return;
    }
    const volume = source ?? '';
    const share: JsonObject = { share: this.#around.shares.of(volume) };
    if (mount.isReadOnly) share.read_only = true;
    this.#add(target, volumeName(volume), share);
  }

  #whyNot({ type, source, target, subpath }: MountFact): string | undefined {
    if (!MOUNT_PATH.test(target)) return `${JSON.stringify(target)} is no path at which Azure mounts anything`;
    if (target in this.#mounts) return `${target} has a volume already`;
    if (type === 'tmpfs' || type === 'bind') return undefined;
    if (type !== 'volume') return `${type}: there is no such volume on Azure`;
    if (source === undefined || source === '')
      return 'has no name, so that its data would not outlive the container: it lies in the container';
    const { known } = this.#facts;
    if (known?.noShare !== undefined)
      return `its data is in the container, and gone with each revision of it: ${known.noShare}. Keep nothing in it that you need`;
    return subpath === undefined ? undefined : 'a part of a volume cannot be mounted: make it a volume of its own';
  }

  #bind(mount: MountFact): void {
    const { source = '', target, place, path } = mount;
    const { project, secrets } = this.#around;
    const file = resolve(place.origin.folder, source.startsWith('~') ? '.' : source);
    const isFile = !source.startsWith('~') && project.files.kind(file) === 'file';
    const why = isFile ? this.#whyNoFile(file, target) : this.#whyNoFolder(source, target);
    if (why !== undefined) {
      this.#left(mount, why);
      return;
    }
    const wish = `${this.#facts.key}_${posix.basename(target)}`;
    this.file(target, textFile(file, { id: `file ${file}`, wish, place, path }, project, secrets), mount);
  }

  #whyNoFile(file: string, target: string): string | undefined {
    const { build } = this.#facts;
    const shown = below(this.#around.project.root, file);
    if (build && !below(contextPath(build), file).startsWith('../'))
      return `${shown} is of the folder that the image is built from: COPY it there, if it is not yet`;
    const folder = posix.dirname(target);
    return this.#isFree(folder)
      ? undefined
      : `${folder} would have nothing else in it: COPY ${shown} to ${target} in a Dockerfile`;
  }

  #whyNoFolder(source: string, target: string): string {
    if (/\.sock$/.test(source)) return 'there is no Docker on the machines of Container Apps';
    if (this.#facts.build) return `${source} is a folder of your machine: the image has what its Dockerfile copies`;
    return `${source} is a folder of your machine: build an image with it (COPY ${source} ${target}), or bring its files to a share under storage.shares`;
  }

  #isFree(folder: string): boolean {
    return FREE_FOLDER.test(folder) && !Object.keys(this.#mounts).some((path) => path.startsWith(`${folder}/`));
  }

  /** A file of a volume of secrets, beside others of the same folder. */
  file(target: string, secret: FileSecret, at: Pick<MountFact, 'place' | 'path'>): void {
    if ('why' in secret) {
      this.#left(at, secret.why);
      return;
    }
    const [folder, name] = [posix.dirname(target), posix.basename(target)];
    if (!FILE_NAME.test(name)) {
      this.#left(at, `${JSON.stringify(name)} is no name of a file of secrets: letters, digits, . _ and -`);
      return;
    }
    if (!MOUNT_PATH.test(folder)) {
      this.#left(at, `a file cannot be put into ${JSON.stringify(folder)}: give it a target in a folder of its own`);
      return;
    }
    const known = this.#volumes[this.#mounts[folder] ?? ''];
    if (known && !known.secrets) {
      this.#left(at, `${folder} has a volume already`);
      return;
    }
    if (known) {
      known.secrets = { ...(known.secrets as JsonObject), [name]: secret.key };
      return;
    }
    if (!this.#isFree(folder))
      this.#around.report.left(at.place, at.path, `${folder} has nothing else in it then than such files`, [
        ...this.#path,
        'mounts',
      ]);
    this.#add(folder, volumeName(folder), { secrets: { [name]: secret.key } });
  }

  #add(target: string, wish: string, volume: JsonObject): void {
    const name = this.#names.take(wish, 60);
    this.#volumes[name] = volume;
    this.#mounts[target] = name;
  }

  #left({ place, path }: Pick<MountFact, 'place' | 'path'>, text: string): void {
    this.#around.report.left(place, path, text, this.#path);
  }
}
