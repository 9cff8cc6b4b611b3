import { z } from 'zod';
import { flag, text } from './schema-values.ts';

const secretAction = z.object({
  action: z.string().min(1).describe('POST below the resource that answers it, e.g. listKeys'),
  path: z.string().min(1).describe('in the answer, dotted: primaryConnectionString, keys.0.value'),
  body: z.record(z.string(), z.unknown()).nullish(),
  encode: z
    .literal('url')
    .nullish()
    .describe('url: as it stands in the query of an address, where + and the like mean something else'),
  watched: flag.describe('true: others make it anew, so each plan asks for it, and a new one is stored'),
  make: z
    .object({
      put: z.string().min(1).describe('PUT below the resource, e.g. host/default/functionKeys/ci'),
      body: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish()
    .describe(
      'what makes it where the answer has none at path, and makes it anew when the step that stores secrets is forced',
    ),
});

/** A resource of any type: only Azure knows what its body may be. */
const genericResource = z.object({
  type: z
    .string()
    .regex(
      /^[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+(?:\/[A-Za-z0-9]+)+$/,
      'expected a type such as Microsoft.ServiceBus/namespaces',
    ),
  api_version: z.string().regex(/^\d{4}-\d{2}-\d{2}(?:-[a-z]+)?$/, 'expected a version such as 2024-01-01'),
  name: z
    .string()
    .min(1)
    .describe('with those of its parents before it, a/b, where neither parent nor scope says what it is in'),
  parent: text.describe('key of another of these resources, or an id: what it is a child of'),
  scope: text.describe(
    'id of what it is an extension of, or in which it is, e.g. a subscription; default: the resource group',
  ),
  location: z
    .string()
    .nullish()
    .describe('default: azure.location for what is in the resource group itself; null: its type has none'),
  tags: flag.describe('default: true for what is in the resource group itself; its body may have more of them'),
  body: z.record(z.string(), z.unknown()).nullish().describe('as Azure takes it, without location; may hold ${{…}}'),
  outputs: z
    .record(
      z.string(),
      z.union([
        z.string().min(1),
        z.object({
          path: z.string().min(1),
          public: z.literal(true).describe('it is no secret, although it looks like one; it lies in the state'),
        }),
      ]),
    )
    .nullish()
    .describe('name → dotted path in what Azure answers of it'),
  secrets: z
    .record(z.string(), secretAction)
    .nullish()
    .describe('name → what an action answers; for values under `secrets`'),
  holds_data: flag.describe('default: true'),
  write_only: z
    .array(z.string().min(1))
    .nullish()
    .describe('dotted paths in the body that Azure takes and never answers'),
  read_only: z.array(z.string().min(1)).nullish().describe('dotted paths that Azure answers, and refuses in a request'),
  whole: z
    .array(z.string().min(1))
    .nullish()
    .describe('dotted paths of arrays in the body in which nobody else has a say: what is in them otherwise goes'),
  depends_on: z
    .array(z.string())
    .nullish()
    .describe('keys of others that are made before it, besides those that it names'),
  read: text.describe(
    'POST below the resource that answers it, where Azure has no GET: list, of the settings of an app',
  ),
  package: text.describe(
    'of a Functions app: path in the source tree of the archive that is published to it when it changed (One Deploy), once its children are made',
  ),
});

export const genericResources = z
  .record(z.string(), genericResource)
  .nullish()
  .describe('anything else on Azure, by names of your own');

export type RawGenericResources = z.infer<typeof genericResources>;
