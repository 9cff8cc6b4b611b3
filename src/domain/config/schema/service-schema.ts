import { z } from 'zod';
import { build } from './build-schema.ts';
import { container, type envValue, ingress, probes, sideContainer, volumes } from './container-schema.ts';
import { scale } from './scale-schema.ts';
import { flag, text } from './schema-values.ts';

export const service = z.object({
  name: text.describe('name of the container app'),
  image: text.describe(
    'prebuilt image; a service with one and no Dockerfile is an infrastructure service, unless `role` says else',
  ),
  role: z
    .enum(['application', 'infrastructure'])
    .nullish()
    .describe(
      'application: released side by side with what runs, judged, and with migration and smoke, though its image is prebuilt; infrastructure (default for prebuilt images): there first, and replaced',
    ),
  dockerfile: text.describe('relative to docker.build_context; docker.dockerfiles.<key> does the same'),
  build: build
    .nullish()
    .describe('what the image is built from: a folder, or context, dockerfile, target, args, secrets'),
  port: z.int().min(1).max(65535).nullish().describe('absent: a worker that nobody calls, without ingress and probes'),
  ...container,
  min_replicas: z.int().min(0).max(1000).nullish(),
  max_replicas: z.int().min(1).max(1000).nullish(),
  scale,
  ingress: z.enum(['external', 'internal', 'none']).nullish(),
  transport: z.enum(['http', 'http2', 'tcp']).nullish().describe('http2 for gRPC'),
  ...ingress,
  health_path: z.union([z.string(), z.literal(false)]).nullish(),
  migration: z
    .union([z.literal(false), z.object({ command: z.union([z.string(), z.array(z.string()).min(1)]) })])
    .nullish()
    .describe('command run as a job with the new image before the new code starts; false switches a default off'),
  probes: probes.describe('false: none; otherwise what differs from the defaults, or false, of each type'),
  init: z
    .array(sideContainer.omit({ probes: true }))
    .nullish()
    .describe('run to their end in this order before the service starts'),
  sidecars: z.array(sideContainer).nullish().describe('containers beside the service, in the same replica'),
  volumes,
  termination_grace: z.int().min(0).nullish().describe('seconds from the signal to end until a replica is killed'),
  depends_on: z.array(z.string()).nullish().describe('keys of services that are released first'),
  consumer: flag.describe('reads queues from its first second, with or without traffic'),
  smoke: z
    .array(
      z.object({
        path: z.string(),
        method: z.enum(['GET', 'HEAD', 'POST', 'OPTIONS']).nullish(),
        status: z.int().min(100).max(599).nullish().describe('expected status (default: any 2xx)'),
        contains: text.describe('text that the answer must contain'),
      }),
    )
    .nullish()
    .describe('requests that a new revision must answer before it gets traffic'),
});

export type RawService = z.infer<typeof service>;
export type RawEnvValue = z.infer<typeof envValue>;
