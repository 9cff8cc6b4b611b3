import { z } from 'zod';
import type { ImageRegistry } from '../azure/ports.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import type { SharedArchive } from '../source/ports.ts';

/**
 * How long an upload is taken for others. The registry says only for how long its address is good (an hour), not how long it keeps what is
 * there; images that share a folder are asked for within minutes.
 */
const GOOD_FOR_IN_MS = 30 * 60 * 1000;

/**
 * Where this run has uploaded an archive. A location is read by as many builds as name it: a request with one can be run again as it is
 * (`forceUpdateTag`). https://learn.microsoft.com/azure/templates/microsoft.containerregistry/2019-06-01-preview/registries/taskruns
 */
const uploads = defineRecords({
  name: 'upload',
  scope: 'run',
  schema: z.object({
    sourceLocation: z.string(),
    /** ISO 8601. */
    at: z.string(),
  }),
});

/** Those that are under way in a call: images are built side by side. */
const underWay = new WeakMap<StepContext, Map<string, Promise<string>>>();

/** Where builds find the archive, which is sent once in a run; again where a call died before it was known to be there. */
export async function sharedUpload(
  context: StepContext,
  registry: ImageRegistry,
  { id, open }: SharedArchive,
): Promise<string> {
  const calls = underWay.get(context) ?? new Map<string, Promise<string>>();
  underWay.set(context, calls);
  const location = calls.get(id) ?? uploadOnce(context, registry, { id, open });
  calls.set(id, location);
  // What failed is tried anew by whoever comes next.
  location.catch(() => calls.delete(id));
  return await location;
}

async function uploadOnce(
  { memory, clock }: StepContext,
  registry: ImageRegistry,
  { id, open }: SharedArchive,
): Promise<string> {
  const known = memory.read(uploads, id);
  const now = clock.now();
  if (known && now.getTime() - Date.parse(known.at) < GOOD_FOR_IN_MS) return known.sourceLocation;
  const { sourceLocation } = await registry.uploadSource(async () => open());
  await memory.write(uploads, { sourceLocation, at: now.toISOString() }, id);
  return sourceLocation;
}
