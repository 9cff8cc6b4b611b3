import type { RawGenericResources } from '../domain/config/schema/generic-resource-schema.ts';

/** As the configuration has it under `resources`. */
export type Resource = NonNullable<RawGenericResources>[string];
export type Resources = Readonly<Record<string, Resource>>;

/** Settings of the host and of the product; each is described in docs/azure-functions.md. */
export type Settings = Readonly<Record<string, string>>;

/** What needs no consent to be deleted. */
export const NO_DATA = { holds_data: false } as const;
