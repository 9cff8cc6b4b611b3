import type { DeploymentConfig } from '../../model.ts';
import { type Workload, workloads } from '../../workloads.ts';
import { problem, type RuleProblem } from '../rule.ts';

/**
 * The grammar of a name with its registry, tag and digest, by which builders and Azure read it:
 * https://github.com/distribution/reference/blob/v0.6.0/reference.go
 */
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST = '(?:[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+(?::\\d+)?|[a-zA-Z0-9-]+:\\d+|localhost)';
const REFERENCE = new RegExp(`^(?:${HOST}/)?${PART}(?:/${PART})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`);
const LONGEST_NAME = 255;

/** What cannot be pulled whatever is in a registry, since it names no image. */
export function imageReferences(config: DeploymentConfig): readonly RuleProblem[] {
  return [
    ...workloads(config)
      .flatMap(imagesOf)
      .flatMap(([path, image]) => wrongImage(path, image)),
    ...wrongImage(['release', 'smoke_image'], config.release.smokeImage),
  ];
}

type Named = readonly [path: readonly string[], image: string];

function imagesOf({ place, workload: { image, sidecars = [], init = [] } }: Workload): readonly Named[] {
  const beside = Object.entries({ sidecars, init }).flatMap(([list, containers]) =>
    containers.map((one, index): Named => [[...place, list, String(index), 'image'], one.image ?? '']),
  );
  return [[[...place, 'image'], image ?? ''] as const, ...beside].filter(([, name]) => name !== '');
}

/** Whether a text names an image as builders and Azure read it. */
export function isImageReference(image: string): boolean {
  const [name = ''] = image.split('@');
  return REFERENCE.test(image) && name.length <= LONGEST_NAME;
}

function wrongImage(path: readonly string[], image: string): readonly RuleProblem[] {
  if (isImageReference(image)) return [];
  const hint = image.includes('${')
    ? ': nothing is filled in; write the tag itself, or "interpolate: true" at the top'
    : '';
  const message = `found ${JSON.stringify(image)}${hint || '; expected the name of an image, such as "redis:7" or "ghcr.io/owner/name:1.2"'}`;
  return [problem(path, message)];
}
