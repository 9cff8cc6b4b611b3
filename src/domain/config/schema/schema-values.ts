import { z } from 'zod';

/** An empty string or an absent value means «not given», as in the original template. */
export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const count = z.int().min(0).nullish();

export const secret = text.describe(
  'empty: generated or absent; `env:NAME`, `keyvault:NAME`, or a literal (warned about)',
);

export const namedSecret = text.describe(
  'empty text: generated once and kept in the vault (but gemini_api_key, which has to be given); `env:NAME`, `keyvault:NAME`, or a literal (warned about)',
);

/** A part that is made where the file has the key; `false` lets go of one that was made before. */
export function optionalSection<Section extends z.ZodObject>(section: Section) {
  return z
    .union([z.literal(false), section])
    .nullish()
    .describe('absent: not made, and what there is already is kept; {}: with its defaults; false: let go of');
}
