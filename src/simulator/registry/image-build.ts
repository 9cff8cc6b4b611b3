import { createHash } from 'node:crypto';
import { BuildFailure, type BuildOrder } from './build-order.ts';
import { buildWithBuildKit } from './buildkit-build.ts';
import { buildClassic } from './classic-build.ts';
import { scanProblem } from './dependency-scan.ts';
import { type Builder, type Dockerfile, DockerfileSyntaxError, parseDockerfile } from './dockerfile.ts';
import { type ImageBehaviour, imageBehaviour } from './image.ts';
import { type ArchivedFile, buildContext, type SourceArchive } from './source-archive.ts';

export interface BuildVerdict {
  /** What the builder's daemon prints. */
  readonly output: readonly string[];
  readonly result:
    | { readonly kind: 'built'; readonly digest: string; readonly behaviour: ImageBehaviour }
    | { readonly kind: 'failed'; readonly exitCode: number };
}

/**
 * Judges a build as the `docker build` of ACR Tasks would, without BuildKit or with it (Azure/acr #721): the Dockerfile must be
 * there, be read by the scanner of base images and parse, every COPY and ADD source must be in the context, and `RUN … exit N`
 * ends it. Commands are not run.
 * The digest is SHA-256 over Dockerfile, platform, build arguments and the copied files, so the same content always
 * gives the same image.
 */
export function buildImage(archive: SourceArchive, order: BuildOrder): BuildVerdict {
  const output: string[] = [];
  const { builder = 'classic', isScanned = true } = order;
  try {
    const path = order.dockerfilePath.replace(/^(\.?\/)+/, '');
    const file = archive.get(path);
    if (!file) throw new BuildFailure(noDockerfile(path, builder));
    const scanned = isScanned ? scanProblem(Buffer.from(file.content).toString('utf8'), order) : undefined;
    if (scanned !== undefined) throw new BuildFailure(`failed to scan dependencies: ${scanned}`);
    const context = buildContext(archive, path, builder);
    const size = [...context.values()].reduce((sum, { content }) => sum + content.length, 0);
    if (builder === 'classic') output.push(`Sending build context to Docker daemon  ${(size / 1000).toFixed(1)}kB`);
    const dockerfile = parse(file, builder);
    const build = builder === 'classic' ? buildClassic : buildWithBuildKit;
    const { copied, stage } = build(dockerfile, context, order, output);
    const digest = imageDigest(file, copied, order);
    output.push(
      builder === 'classic' ? `Successfully built ${digest.slice(7, 19)}` : `#9 writing image ${digest} done`,
    );
    return { output, result: { kind: 'built', digest, behaviour: imageBehaviour(dockerfile, copied, stage) } };
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    output.push(error.message);
    return { output, result: { kind: 'failed', exitCode: 1 } };
  }
}

function noDockerfile(path: string, builder: Builder): string {
  return builder === 'classic'
    ? `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /workspace/${path}: no such file or directory`
    : `ERROR: failed to build: failed to solve: failed to read dockerfile: open ${path}: no such file or directory`;
}

function parse(file: ArchivedFile, builder: Builder): Dockerfile {
  try {
    return parseDockerfile(Buffer.from(file.content).toString('utf8'), builder);
  } catch (error) {
    if (!(error instanceof DockerfileSyntaxError)) throw error;
    const where = builder === 'classic' ? 'Error response from daemon' : 'ERROR: failed to build: failed to solve';
    throw new BuildFailure(`${where}: ${error.message}`);
  }
}

function imageDigest(dockerfile: ArchivedFile, copied: readonly ArchivedFile[], order: BuildOrder): string {
  const hash = createHash('sha256');
  const add = (data: string | Uint8Array) => {
    const bytes = Buffer.from(data as Uint8Array);
    hash.update(`${bytes.length}:`).update(bytes);
  };
  add(dockerfile.content);
  add(order.platform);
  add(JSON.stringify([...order.buildArguments].sort(([a], [b]) => (a < b ? -1 : 1))));
  add(order.target ?? '');
  if (order.builder === 'buildkit') add(order.builder);
  for (const file of copied.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    add(file.path);
    add(file.content);
  }
  return `sha256:${hash.digest('hex')}`;
}
