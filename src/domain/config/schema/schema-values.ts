import { z } from 'zod';

/** An empty string or an absent value means «not given», as in the original template. */
export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const count = z.int().min(0).nullish();

export const secret = text.describe(
  'empty: generated or absent; `env:NAME`, `keyvault:NAME`, or a literal (warned about)',
);
