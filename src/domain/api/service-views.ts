import { z } from 'zod';

/** In the words of `status`, from what Azure says of the revisions that have traffic, the worst first. */
export const SERVICE_HEALTHS = [
  'missing',
  'unhealthy',
  'degraded',
  'stopped',
  'unknown',
  'starting',
  'scaled_to_zero',
  'healthy',
] as const;
export type ServiceHealth = (typeof SERVICE_HEALTHS)[number];

const revisionSchema = z.object({
  name: z.string(),
  /** As Azure calls it: Healthy, Unhealthy, None. */
  healthState: z.string(),
  /** As Azure calls it: Running, Processing, Degraded, ScaledToZero, … */
  runningState: z.string(),
  /** Now. */
  replicas: z.number().int(),
  /** Percent of the requests to the app's own address. */
  traffic: z.number(),
  /** Of its first container. */
  image: z.string().nullable(),
  createdAt: z.string().nullable(),
});
export type RevisionStatus = z.infer<typeof revisionSchema>;

const driftedVariableSchema = z.object({
  container: z.string(),
  name: z.string(),
  change: z.enum(['changed', 'added', 'removed']),
});
export type DriftedVariable = z.infer<typeof driftedVariableSchema>;

const serviceSchema = z.object({
  /** In the configuration. */
  key: z.string(),
  /** Of its container app. */
  name: z.string(),
  id: z.string(),
  health: z.enum(SERVICE_HEALTHS),
  /** Where it answers; null: it has no ingress. */
  address: z.string().nullable(),
  /** From where it is reached. */
  ingress: z.enum(['external', 'internal', 'none']),
  /** Names of the user's own. */
  domains: z.array(z.string()),
  /** Of the revision that serves. */
  image: z.string().nullable(),
  /** Of the revisions that have traffic, and the limits of the one with the most. */
  replicas: z.object({ now: z.number().int(), min: z.number().int(), max: z.number().int() }).nullable(),
  /** Those that are active, the newest first. */
  revisions: z.array(revisionSchema),
  /** Variables that are no longer as they were deployed, without their values; null: that is not known. */
  driftedVariables: z.array(driftedVariableSchema).nullable(),
  /** How many other fields differ; `drift` tells which. */
  otherDrift: z.number().int().nullable(),
  /** Its page in the portal. */
  portal: z.string(),
  /** Why some of it is not known, for people; null: all of it is. */
  unread: z.string().nullable(),
});
export type ServiceStatus = z.infer<typeof serviceSchema>;

const backingServiceSchema = z.object({
  /** In the state, e.g. `postgresql`. */
  key: z.string(),
  name: z.string(),
  id: z.string(),
  type: z.string(),
  health: z.enum(['ready', 'not_ready', 'missing', 'unknown']),
  /** As Azure calls it: Ready, Stopped, Succeeded, …; null: it does not say. */
  state: z.string().nullable(),
  address: z.string().nullable(),
  portal: z.string(),
  unread: z.string().nullable(),
});
export type BackingService = z.infer<typeof backingServiceSchema>;

/** What Azure says of a deployed application, read when it was asked for. */
export const servicesViewSchema = z
  .object({
    /** When it was read. */
    at: z.string(),
    /** Of the service that is worst off; null: there is none. */
    health: z.enum(SERVICE_HEALTHS).nullable(),
    services: z.array(serviceSchema),
    /** Databases, caches and what else the configuration has besides its container apps. */
    backing: z.array(backingServiceSchema),
    /** The run that left what is compared with; null: nothing is. */
    comparedWith: z.string().nullable(),
  })
  .meta({ title: 'Services' });
export type ServicesView = z.infer<typeof servicesViewSchema>;
