import { z } from 'zod';
import { text } from './schema-values.ts';

export const build = z.union([
  z.string().describe('the folder of the build context, with a Dockerfile in it'),
  z.object({
    context: text.describe('folder relative to the source directory (default: docker.build_context)'),
    dockerfile: text.describe('relative to the build context (default: Dockerfile)'),
    target: text.describe('the stage to build (default: the last one)'),
    args: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null().describe('not given')]))
      .nullish()
      .describe('values of ARG; they can be seen in the image: for what is secret use secrets'),
    secrets: z
      .record(z.string(), z.string())
      .nullish()
      .describe('id in RUN --mount=type=secret,id=… : key under `secrets`; the build is one of BuildKit then'),
    builder: z
      .enum(['classic', 'buildkit'])
      .nullish()
      .describe(
        'default: BuildKit where the Dockerfile needs it; in a repository (docker.source) nobody looks, so classic',
      ),
  }),
]);

export type RawBuild = z.infer<typeof build>;
