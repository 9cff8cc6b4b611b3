import { z } from 'zod';
import { flag, text } from './schema-values.ts';

const port = z.int().min(1).max(65535);

const probe = z.object({
  kind: z.enum(['http', 'tcp']).nullish().describe('default: http where there is a path, else tcp'),
  path: text.describe('absolute path; absent: the health path, or a TCP check'),
  port: port.nullish(),
  scheme: z.enum(['http', 'https']).nullish(),
  headers: z.record(z.string(), z.string()).nullish(),
  initial_delay: z.int().min(0).max(60).nullish().describe('seconds'),
  period: z.int().min(1).max(240).nullish().describe('seconds'),
  timeout: z.int().min(1).max(240).nullish().describe('seconds'),
  failure_threshold: z
    .int()
    .min(1)
    .max(240)
    .nullish()
    .describe('at most 30 of liveness, 48 of readiness, 240 of startup'),
  success_threshold: z.int().min(1).max(10).nullish().describe('of readiness only'),
});

const probeOrNone = z.union([z.literal(false), probe]).nullish();

export const probes = z
  .union([z.literal(false), z.object({ startup: probeOrNone, readiness: probeOrNone, liveness: probeOrNone })])
  .nullish();

export const envValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null().describe('switches a default off'),
  z.strictObject({ secret: z.string().describe('name of a secret in the vault, or its key under `secrets`') }),
  z.strictObject({
    service: z.string().describe('key of another service'),
    format: z.string().optional().describe('text around its address: {address}, {host}, {port}'),
  }),
]);

/** What any container says of itself. */
export const container = {
  command: z
    .union([z.string(), z.array(z.string()).min(1)])
    .nullish()
    .describe('instead of the entry point of the image; a text is run by /bin/sh'),
  args: z.array(z.string()).min(1).nullish().describe('instead of the arguments (CMD) of the image'),
  cpu: z.number().positive().max(4).nullish().describe('default: half of the memory'),
  memory: text.describe('twice the cpu in Gi, e.g. "1Gi"; default: so much'),
  env: z.record(z.string(), envValue).nullish(),
  mounts: z.record(z.string(), z.string()).nullish().describe('path in the container → name under `volumes`'),
};

export const sideContainer = z.object({
  name: z.string(),
  image: text.describe('default: the image of the service'),
  ...container,
  probes,
});

export const volumes = z
  .record(
    z.string(),
    z
      .object({
        secrets: z
          .record(z.string(), z.string())
          .nullish()
          .describe('file → name of a secret in the vault, or its key under `secrets`'),
        share: text.describe('a file share, by its name under storage.shares'),
        read_only: flag.describe('of a share'),
        mount_options: text.describe('of a share, with commas between them, such as "uid=999,gid=999,nobrl"'),
      })
      .nullable(),
  )
  .nullish()
  .describe(
    'folders that containers of a replica share: empty at first or secrets as files, which are gone with it, or a file share',
  );

/** How a service is reached, besides its port. */
export const ingress = {
  ports: z
    .array(z.union([port, z.object({ port, exposed_port: port.nullish().describe('default: the same') })]))
    .nullish()
    .describe('further tcp ports that services reach by its name'),
  cors: z
    .object({
      origins: z.array(z.string()).min(1),
      methods: z.array(z.string()).nullish(),
      headers: z.array(z.string()).nullish(),
      expose_headers: z.array(z.string()).nullish(),
      max_age: z.int().min(0).nullish().describe('seconds'),
      credentials: flag,
    })
    .nullish()
    .describe('answered by the ingress'),
  ip_rules: z
    .object({
      allow: z.record(z.string(), z.string()).nullish().describe('only these, by names of your own'),
      deny: z.record(z.string(), z.string()).nullish().describe('all but these'),
    })
    .nullish()
    .describe('IPv4 addresses, or ranges such as 203.0.113.0/24'),
  client_certificates: z.enum(['ignore', 'accept', 'require']).nullish(),
  session_affinity: flag.describe('a client comes back to its replica; the service is then replaced in place'),
  domains: z
    .array(
      z.union([
        z.string(),
        z.object({
          name: z.string(),
          zone: text.describe('resource id of the Azure DNS zone in which the records are made'),
          validation: z
            .enum(['cname', 'http', 'txt'])
            .nullish()
            .describe('how the certificate authority is shown whose name it is (default: by the kind of name)'),
        }),
      ]),
    )
    .nullish()
    .describe('names of your own, each with a managed certificate'),
};

export type RawContainer = z.infer<z.ZodObject<typeof container>>;
export type RawSideContainer = z.infer<typeof sideContainer>;
export type RawVolumes = z.infer<typeof volumes>;
export type RawIngress = z.infer<z.ZodObject<typeof ingress>>;
export type RawProbe = z.infer<typeof probe>;
export type RawProbes = z.infer<typeof probes>;
